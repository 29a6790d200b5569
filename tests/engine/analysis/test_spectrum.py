from itertools import pairwise

import numpy as np
import pytest

from engine.analysis.density import SpectralDensity, density_job, exact_trace, hutchinson_trace, spectral_density
from engine.analysis.spectrum import extremes, spectrum
from tests.engine.analysis.functions import Function, Quadratic
from tests.engine.analysis.spectra import bowl as rotated
from tests.engine.analysis.spectra import moons


def test_signs_trace_and_condition_of_a_known_spectrum():
    found = spectrum(rotated([-2.0, -1.0, 0.0, 0.0, 0.0, 4.0, 8.0]), np.zeros(7))
    np.testing.assert_allclose(found.eigenvalues, [-2, -1, 0, 0, 0, 4, 8], atol=1e-13)
    assert (found.negative, found.zero, found.positive) == (2, 3, 2)
    assert found.trace == pytest.approx(9.0)
    assert found.condition_number == float("inf")
    assert "singular" in found.sentence
    assert spectrum(rotated([-2.0, 0.5, 8.0]), np.zeros(3)).condition_number == pytest.approx(16.0)


def test_small_but_true_eigenvalues_are_not_called_zero():
    found = spectrum(Quadratic(np.diag([1e-9, -1e-9, 1.0])), np.zeros(3))
    assert (found.negative, found.zero, found.positive) == (1, 0, 2)


@pytest.mark.parametrize("size", [30, 500])
def test_the_ends_agree_with_scipy_free_dense_decomposition(size):
    matrix = rotated(np.random.default_rng(1).standard_normal(size)).matrix
    values, vectors = np.linalg.eigh(matrix)
    ends = extremes(Quadratic(matrix), np.zeros(size), largest=3, smallest=2, seed=4)
    np.testing.assert_allclose(ends.largest, values[-3:], rtol=1e-8)
    np.testing.assert_allclose(ends.smallest, values[:2], rtol=1e-8)
    np.testing.assert_allclose(np.abs(np.sum(ends.largest_vectors * vectors[:, -3:].T, axis=1)), 1.0, rtol=1e-6)
    for vector in ends.smallest_vectors:
        assert vector[np.abs(vector).argmax()] > 0


def test_too_many_or_too_large_is_refused():
    with pytest.raises(ValueError, match="between 0 and 2"):
        extremes(Quadratic(np.eye(2)), np.zeros(2), largest=3)
    wide = Quadratic(np.zeros((0, 0)))
    wide.matrix = np.empty((3001, 0))
    with pytest.raises(ValueError, match="3,001 parameters"):
        spectrum(wide, np.zeros(3001))


def test_a_hessian_that_is_not_finite_is_refused():
    broken = Function(1, lambda x: (x, [x], [[x * np.nan]]))
    with pytest.raises(ValueError, match="not finite"):
        spectrum(broken, np.zeros(1))


def test_with_all_lanczos_steps_the_quadrature_has_the_moments_of_the_probes():
    eigenvalues = np.array([-1.0, 0.5, 2.0, 7.0])
    found = spectral_density(Quadratic(np.diag(eigenvalues)), np.zeros(4), probes=5, steps=4, seed=3)
    np.testing.assert_allclose(found.nodes, np.tile(eigenvalues, (5, 1)), atol=1e-10)
    start = np.random.default_rng(3).standard_normal((5, 4))
    np.testing.assert_allclose(found.weights, start**2 / np.sum(start**2, axis=1, keepdims=True), atol=1e-10)


def test_the_density_integrates_to_one_and_finds_bulk_and_outlier():
    eigenvalues = np.concatenate([np.random.default_rng(0).uniform(-1, 1, 299), [10.0]])
    found = spectral_density(rotated(eigenvalues), np.zeros(300), probes=10, steps=60, seed=0)
    grid = np.linspace(-2, 12, 2801)
    density = found.on(grid)
    assert np.trapezoid(density, grid) == pytest.approx(1.0, abs=1e-3)
    assert found.share_below(5.0) == pytest.approx(299 / 300, abs=4e-3)
    assert found.share_below(0.0) == pytest.approx((eigenvalues < 0).mean(), abs=0.05)
    assert np.trapezoid(density[grid > 9], grid[grid > 9]) == pytest.approx(1 / 300, abs=3e-3)
    assert density[(grid > 3) & (grid < 8)].max() < 1e-6


@pytest.mark.parametrize("matrix", [np.eye(6), np.diag([2.0, 2.0, 2.0, 5.0, 5.0, 5.0]), np.zeros((6, 6))])
def test_an_exhausted_krylov_space_is_no_trouble(matrix):
    found = spectral_density(Quadratic(matrix), np.zeros(6), probes=3, steps=6)
    assert np.isfinite(found.nodes).all()
    np.testing.assert_allclose(found.weights.sum(axis=1), 1.0)
    mean = np.sum(found.weights * found.nodes, axis=1)
    assert (mean >= matrix.diagonal().min() - 1e-9).all()
    assert (mean <= matrix.diagonal().max() + 1e-9).all()


def test_equal_seeds_give_equal_densities_and_others_do_not():
    bowl = rotated(np.arange(20.0))
    one, two, other = (spectral_density(bowl, np.zeros(20), probes=2, steps=5, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(one.nodes, two.nodes)
    assert not np.array_equal(one.nodes, other.nodes)


def test_traces():
    bowl = rotated(np.linspace(-1, 3, 150))
    assert exact_trace(bowl, np.zeros(150)) == pytest.approx(150.0)
    estimate = hutchinson_trace(bowl, np.zeros(150), probes=200, seed=0)
    assert abs(estimate.value - 150.0) < 4 * estimate.standard_error
    assert estimate.standard_error < 3.0
    diagonal = hutchinson_trace(Quadratic(np.diag([1.0, 2.0, 5.0])), np.zeros(3), probes=2)
    assert diagonal.value == pytest.approx(8.0)


def test_the_density_of_a_network_is_the_histogram_of_its_eigenvalues():
    objective, point = moons((16, 16))
    eigenvalues = np.linalg.eigvalsh(objective.hessian(point))
    found = spectral_density(objective, point, probes=24, steps=80, seed=1)
    spread = eigenvalues[-1] - eigenvalues[0]
    grid = np.linspace(eigenvalues[0] - 0.5 * spread, eigenvalues[-1] + 0.5 * spread, 4001)
    assert np.trapezoid(found.on(grid), grid) == pytest.approx(1.0, abs=1e-6)
    for low, high in pairwise(np.array([-1.0, -0.1, -0.02, 0.02, 0.1, 0.2, 1.0]) * spread):
        share = found.share_below(high) - found.share_below(low)
        assert share == pytest.approx(np.mean((eigenvalues >= low) & (eigenvalues < high)), abs=0.03)
    exact = SpectralDensity(eigenvalues[None], np.full((1, eigenvalues.size), 1 / eigenvalues.size), eigenvalues.size)
    width = 0.05 * spread
    np.testing.assert_allclose(found.on(grid, width), exact.on(grid, width), atol=0.06 * exact.on(grid, width).max())


@pytest.mark.parametrize("steps", [3, 12, 40])
def test_the_share_below_lies_between_its_limits(steps):
    eigenvalues = np.concatenate([np.random.default_rng(0).uniform(-1, 1, 300), np.zeros(100), [6.0, 9.0]])
    found = spectral_density(rotated(eigenvalues), np.zeros(402), probes=12, steps=steps, seed=0)
    widths = []
    for threshold in (-2.0, -0.5, -0.01, 0.01, 0.7, 3.0, 8.0, 20.0):
        low, high = found.limits_below(threshold)
        sampling = 3 * np.sqrt(0.5 / (402 * 12))
        assert 0.0 <= low <= found.share_below(threshold) <= high <= 1.0
        assert low - sampling <= (eigenvalues < threshold).mean() <= high + sampling
        widths.append(high - low)
    assert max(widths) < {3: 1.1, 12: 0.7, 40: 0.45}[steps]


def test_a_density_grows_probe_by_probe_to_what_it_is_in_one_go():
    bowl = rotated(np.linspace(-1, 4, 50))
    told = list(density_job(bowl, np.zeros(50), probes=4, steps=10, seed=2))
    results = [progress.result for progress in told if progress.result is not None]
    assert [result.probes for result in results] == [1, 2, 3, 4]
    assert [progress.fraction for progress in told] == sorted(progress.fraction for progress in told)
    assert told[-1].fraction == 1.0
    assert len(told) > 4 * 10
    whole = spectral_density(bowl, np.zeros(50), probes=4, steps=10, seed=2)
    for result in results:
        np.testing.assert_array_equal(result.nodes, whole.nodes[: result.probes])
        np.testing.assert_array_equal(result.weights, whole.weights[: result.probes])


def test_no_probe_and_no_step_is_refused():
    for wrong in ({"probes": 0}, {"steps": 0}):
        with pytest.raises(ValueError, match="at least one probe"):
            spectral_density(Quadratic(np.eye(2)), np.zeros(2), **wrong)
