from itertools import pairwise

import numpy as np
import pytest

from engine.analysis.ends import Effort
from engine.analysis.ends_search import spectrum_ends
from engine.analysis.lanczos import product_at
from tests.engine.analysis.spectra import moons, rotated

RANDOM = np.random.default_rng(1)
BULK = RANDOM.uniform(-1, 1, 300)
SPECTRA = {
    "random": RANDOM.standard_normal(300),
    "outliers": np.concatenate([BULK, [-8.0, 5.0, 20.0]]),
    "positive": RANDOM.uniform(0, 1, 300),
    "negative": -RANDOM.uniform(0, 1, 300),
    "mostly zero": np.concatenate([np.zeros(250), RANDOM.uniform(-1, 3, 50)]),
    "clusters": np.concatenate([BULK, 5 + 1e-6 * np.arange(6), -3 + 1e-9 * np.arange(4)]),
    "copies": np.concatenate([BULK, np.full(9, 5.0), np.full(3, -3.0)]),
    "more copies than wanted": np.concatenate([BULK, np.full(25, 5.0), np.full(25, -3.0)]),
    "two values": np.repeat([-1.0, 1.0], 150),
    "zero": np.zeros(300),
    "tiny": 1e-200 * RANDOM.standard_normal(300),
    "huge": 1e200 * RANDOM.standard_normal(300),
    "few": np.array([-2.0, 1.0, 3.0]),
    "one": np.array([-2.0]),
}


def ends_of(matrix, gradient=None, seed=0, **effort):
    gradient = np.ones(len(matrix)) if gradient is None else gradient
    *_, found = spectrum_ends(matrix.__matmul__, gradient, Effort(**effort), seed)
    return found


@pytest.mark.parametrize("name", SPECTRA)
def test_the_ends_are_those_of_the_dense_decomposition(name):
    eigenvalues = np.sort(SPECTRA[name])
    found = ends_of(rotated(eigenvalues), wanted=8, rows=64)
    assert found.checked
    low, high = len(found.smallest), len(found.largest)
    assert (low, high) == ((8, 8) if len(eigenvalues) > 16 else (len(eigenvalues) // 2, (len(eigenvalues) + 1) // 2))
    scale = np.abs(eigenvalues).max()
    np.testing.assert_allclose(found.smallest.eigenvalues, eigenvalues[:low], rtol=2e-3, atol=2e-6 * scale)
    np.testing.assert_allclose(found.largest.eigenvalues, eigenvalues[-high:], rtol=2e-3, atol=2e-6 * scale)
    for each in (found.smallest, found.largest):
        nearest = np.abs(each.eigenvalues[:, None] - eigenvalues).min(axis=1)
        assert (nearest <= each.bounds).all()
    rounding = 1e-13 * scale
    assert eigenvalues[0] - rounding <= found.lowest <= eigenvalues[0] + 2e-3 * abs(eigenvalues[0]) + rounding
    assert eigenvalues[-1] - 2e-3 * abs(eigenvalues[-1]) - rounding <= found.highest <= eigenvalues[-1] + rounding


@pytest.mark.parametrize("name", SPECTRA)
def test_what_is_claimed_of_the_signs_and_the_flattest_is_so(name):
    eigenvalues = SPECTRA[name]
    matrix, zero = rotated(eigenvalues), 1e-12 * np.abs(eigenvalues).max()
    for found in spectrum_ends(matrix.__matmul__, np.ones(len(matrix)), Effort(wanted=8, rows=64)):
        if found is not None:
            assert found.down <= (eigenvalues < -zero).sum()
            assert found.up <= (eigenvalues > zero).sum()
            assert found.flattest >= np.abs(eigenvalues).min() - zero
            assert found.lowest >= eigenvalues.min() - zero
            assert found.highest <= eigenvalues.max() + zero
    if (np.abs(eigenvalues) > zero).any():
        assert found.down + found.up > 0


def test_the_ends_of_a_network_and_its_slopes_are_those_of_the_dense_hessian():
    objective, point = moons((10, 10))
    values, vectors = np.linalg.eigh(objective.hessian(point))
    gradient = objective.value_and_gradient(point)[1]
    *_, found = spectrum_ends(product_at(objective, point), gradient, Effort(wanted=5, rows=80))
    np.testing.assert_allclose(found.smallest.eigenvalues, values[:5], rtol=1e-3)
    np.testing.assert_allclose(found.largest.eigenvalues, values[-5:], rtol=1e-3)
    slopes = np.abs(vectors.T @ gradient)
    np.testing.assert_allclose(found.largest.slopes[-3:], slopes[-3:], rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(found.smallest.slopes[:3], slopes[:3], rtol=1e-3, atol=1e-6)


def test_with_few_products_less_is_found_and_that_is_said():
    matrix = rotated(np.random.default_rng(4).standard_normal(400))
    found = ends_of(matrix, products=60)
    assert found.products == 60
    assert not found.checked
    eigenvalues = np.linalg.eigvalsh(matrix)
    assert 0 < len(found.largest) < 20
    np.testing.assert_allclose(found.largest.eigenvalues, eigenvalues[-len(found.largest) :], rtol=2e-3)
    assert found.highest == pytest.approx(eigenvalues[-1], rel=1e-3)


def test_more_and_more_is_known():
    matrix = rotated(np.concatenate([np.random.default_rng(4).standard_normal(400), [-9.0, 9.0]]))
    told = [found for found in spectrum_ends(matrix.__matmul__, np.ones(402), Effort(rows=100, wanted=12)) if found]
    assert len(told) > 4
    for before, after in pairwise(told):
        assert len(after.smallest) >= len(before.smallest)
        assert after.down >= before.down
        assert after.lowest <= before.lowest
        assert after.highest >= before.highest
        assert after.flattest <= before.flattest
        assert after.products >= before.products


def test_equal_seeds_find_equal_numbers():
    matrix = rotated(np.random.default_rng(4).standard_normal(300))
    one, two, other = (ends_of(matrix, seed=seed, products=50).smallest.eigenvalues for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)
