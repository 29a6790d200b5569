"""Newton's direction from products: the same as SciPy's MINRES, whatever the signs of the curvature."""

import numpy as np
import pytest
from scipy.sparse.linalg import minres

from app.panels.slice.minres import minimal_residuals


def solved(matrix, right, most, tolerance=1e-8):
    products, pieces = 0, minimal_residuals(lambda v: matrix @ v, right, most, tolerance)
    while True:
        try:
            products = next(pieces)
        except StopIteration as end:
            return end.value, products


def symmetric(eigenvalues, seed=0):
    basis, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(len(eigenvalues), len(eigenvalues))))
    return (basis * eigenvalues) @ basis.T


SPECTRA = {
    "positive": np.linspace(0.5, 4.0, 30),
    "indefinite": np.concatenate([np.linspace(-3.0, -0.5, 10), np.linspace(0.5, 5.0, 20)]),
    "negative": -np.linspace(1.0, 2.0, 30),
}


@pytest.mark.parametrize("spectrum", SPECTRA.values(), ids=SPECTRA)
@pytest.mark.parametrize("most", [1, 5, 12])
def test_after_so_many_products_it_is_where_scipys_is(spectrum, most):
    matrix, right = symmetric(spectrum), np.random.default_rng(1).normal(size=30)
    ours, products = solved(matrix, right, most, 0.0)
    theirs, _ = minres(matrix, right, maxiter=most, rtol=0.0)
    assert products == most
    np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("spectrum", SPECTRA.values(), ids=SPECTRA)
def test_it_ends_at_the_solution(spectrum):
    matrix, right = symmetric(spectrum), np.random.default_rng(2).normal(size=30)
    found, products = solved(matrix, right, 200)
    np.testing.assert_allclose(matrix @ found, right, atol=1e-6)
    assert products < 60


def test_a_singular_system_gets_the_shortest_solution():
    matrix = symmetric(np.concatenate([np.zeros(5), np.linspace(1.0, 3.0, 20)]))
    right = matrix @ np.random.default_rng(3).normal(size=25)
    found, _ = solved(matrix, right, 100)
    np.testing.assert_allclose(found, np.linalg.pinv(matrix) @ right, atol=1e-6)


def test_nothing_to_solve_needs_no_product():
    assert solved(np.eye(3), np.zeros(3), 10)[1] == 0
    found, _ = solved(np.zeros((3, 3)), np.ones(3), 10)
    assert not found.any()
