import numpy as np
import pytest

from engine.analysis.lanczos import Krylov, norm, product_at
from tests.engine.analysis.functions import Function
from tests.engine.analysis.spectra import rotated

MATRIX = rotated(np.random.default_rng(0).standard_normal(60))


def grown(krylov, steps):
    for _ in range(steps):
        list(krylov.grow())
    return krylov


def start(seed=1):
    return np.random.default_rng(seed).standard_normal(60)


def assert_projection(krylov, matrix=MATRIX):
    basis = krylov.basis
    np.testing.assert_allclose(basis @ basis.T, np.eye(len(basis)), atol=1e-13)
    np.testing.assert_allclose(basis @ matrix @ basis.T, krylov.matrix, atol=1e-12)


def test_the_basis_is_orthonormal_and_the_matrix_is_that_of_h_in_it():
    krylov = grown(Krylov(MATRIX.__matmul__, start(), 20), 12)
    assert krylov.size == 12
    assert_projection(krylov)
    np.testing.assert_allclose(krylov.matrix, np.triu(np.tril(krylov.matrix, 1), -1))


def test_the_bounds_are_the_residuals():
    krylov = grown(Krylov(MATRIX.__matmul__, start(), 20), 20)
    ritz = krylov.ritz()
    vectors = np.concatenate(list(krylov.vectors(ritz.vectors)), axis=1)
    residuals = np.linalg.norm(vectors @ MATRIX - ritz.values[:, None] * vectors, axis=1)
    np.testing.assert_allclose(ritz.bounds, residuals, atol=1e-13)
    eigenvalues = np.linalg.eigvalsh(MATRIX)
    assert (np.abs(ritz.values[:, None] - eigenvalues).min(axis=1) <= ritz.bounds + 1e-13).all()


def test_a_restart_keeps_what_it_was_told_and_goes_on():
    krylov = grown(Krylov(MATRIX.__matmul__, start(), 20), 20)
    assert krylov.full
    ritz, kept = krylov.ritz(), np.array([0, 1, 2, 17, 18, 19])
    list(krylov.restart(ritz, kept))
    again = krylov.ritz()
    np.testing.assert_allclose(again.values, ritz.values[kept])
    np.testing.assert_allclose(again.bounds, ritz.bounds[kept])
    grown(krylov, 10)
    assert_projection(krylov)
    assert (krylov.ritz().bounds[[0, -1]] < again.bounds[[0, -1]]).all()


def test_a_space_stays_orthogonal_to_what_is_fixed():
    fixed = np.linalg.eigh(MATRIX)[1].T[-3:]
    krylov = grown(Krylov(MATRIX.__matmul__, start(), 30, fixed), 30)
    np.testing.assert_allclose(krylov.basis @ fixed.T, 0.0, atol=1e-13)
    assert_projection(krylov)
    assert krylov.ritz().values[-1] == pytest.approx(np.linalg.eigvalsh(MATRIX)[-4], rel=1e-6)


@pytest.mark.parametrize(("matrix", "size"), [(np.eye(60), 1), (np.zeros((60, 60)), 1), (np.diag([1.0, 2.0] * 30), 2)])
def test_an_exhausted_space_is_left_for_another_one(matrix, size):
    krylov = Krylov(matrix.__matmul__, start(), 20)
    while not krylov.exhausted:
        list(krylov.grow())
    assert krylov.size == size
    np.testing.assert_array_equal(krylov.ritz().bounds, 0.0)
    krylov.go_on_with(start(5))
    grown(krylov, 1)
    assert_projection(krylov, matrix)


def test_the_whole_space_is_spanned_and_no_more():
    krylov = grown(Krylov(MATRIX.__matmul__, start(), 100), 60)
    assert krylov.spans_everything
    assert krylov.exhausted
    np.testing.assert_allclose(krylov.ritz().values, np.linalg.eigvalsh(MATRIX), atol=1e-12)


def test_what_is_not_finite_is_refused():
    broken = Function(1, lambda x: (x, [x], [[x * np.nan]]))
    with pytest.raises(ValueError, match="not finite"):
        product_at(broken, np.ones(1))(np.ones(1))
    with pytest.raises(ValueError, match="not finite"):
        grown(Krylov(lambda vector: np.full(60, 1.7e308), np.ones(60), 5), 2)


def test_norms_of_the_largest_and_the_smallest_numbers():
    assert norm(np.full(4, 1e-200)) == pytest.approx(2e-200)
    assert norm(np.full(4, 1e250)) == pytest.approx(2e250)
    assert norm(np.zeros(3)) == 0.0
    assert np.isnan(norm(np.array([1.0, np.nan])))
    assert norm(np.array([1.0, np.inf])) == np.inf
