import numpy as np
import pytest

from engine.analysis.conquer import eigenvalues_and_entries
from engine.analysis.decomposition import AT_ONCE, eigenvalues_and_slopes
from engine.analysis.tridiagonal import tridiagonal
from engine.job import finished
from tests.engine.analysis.spectra import part_of, rotated

RANDOM = np.random.default_rng(3)
SIZE = AT_ONCE + 50
SPECTRA = {
    "random": RANDOM.standard_normal(SIZE),
    "one value": np.full(SIZE, 2.5),
    "two values": np.repeat([-1.0, 3.0], SIZE // 2),
    "many zeros": np.concatenate([np.zeros(SIZE - 60), RANDOM.standard_normal(60)]),
    "one is not zero": np.concatenate([np.zeros(SIZE - 1), [4.0]]),
    "clusters": np.repeat(RANDOM.standard_normal(SIZE // 5), 5) + 1e-11 * RANDOM.standard_normal(SIZE),
    "all sizes": 10.0 ** RANDOM.uniform(-14, 0, SIZE) * RANDOM.choice([-1, 1], SIZE),
    "nothing": np.zeros(SIZE),
}


@pytest.mark.parametrize("scale", [1.0, 1e-250, 1e250])
@pytest.mark.parametrize("name", SPECTRA)
def test_eigenvalues_and_slopes_are_lapacks(name, scale):
    matrix = rotated(SPECTRA[name])
    gradient = np.random.default_rng(1).standard_normal(SIZE)
    values, slopes = finished(eigenvalues_and_slopes(matrix * scale, gradient))
    expected = np.linalg.eigvalsh(matrix)
    size = max(1e-300, np.abs(expected).max())
    np.testing.assert_allclose(values / scale, expected, atol=1e-13 * size)
    assert (slopes >= 0).all()
    for power in range(4):
        found, wanted = part_of((values / scale, slopes), gradient, matrix, power)
        assert found == pytest.approx(wanted, rel=1e-10, abs=1e-11 * size**power * float(gradient @ gradient))


def test_each_slope_is_the_gradients_part_along_its_eigenvector():
    matrix = rotated(np.linspace(-3, 5, SIZE))
    gradient = np.random.default_rng(2).standard_normal(SIZE)
    _, vectors = np.linalg.eigh(matrix)
    _, slopes = finished(eigenvalues_and_slopes(matrix, gradient))
    np.testing.assert_allclose(slopes, np.abs(vectors.T @ gradient), atol=1e-10)


@pytest.mark.parametrize("size", [5, SIZE])
def test_what_the_gradient_has_no_part_in_has_no_slope(size):
    matrix = np.diag(np.arange(size, dtype=float))
    gradient = np.zeros(size)
    gradient[[1, 4]] = 3.0, 4.0
    _, slopes = finished(eigenvalues_and_slopes(matrix, gradient))
    np.testing.assert_allclose(slopes, gradient, atol=1e-13)
    _, still = finished(eigenvalues_and_slopes(matrix, np.zeros(size)))
    np.testing.assert_array_equal(still, np.zeros(size))


@pytest.mark.parametrize("size", [1, 2, 3, 31, 32, 33, 65])
def test_the_tridiagonal_form_has_the_matrix_eigenvalues_and_begins_with_the_vector(size):
    matrix = rotated(np.random.default_rng(size).standard_normal(size))
    first = np.random.default_rng(size + 1).standard_normal(size)
    before = matrix.copy()
    found = finished(tridiagonal(matrix, first))
    np.testing.assert_array_equal(matrix, before)
    dense = np.diag(found.diagonal) + np.diag(found.beside, 1) + np.diag(found.beside, -1)
    np.testing.assert_allclose(np.linalg.eigvalsh(dense), np.linalg.eigvalsh(matrix), atol=1e-12)
    unit = first / np.linalg.norm(first)
    assert dense[0, 0] == pytest.approx(unit @ matrix @ unit)


def _glued(size):
    """Wilkinson's matrices in a row, almost apart: pairs of eigenvalues that agree in all digits, many times over."""
    return np.tile(np.abs(np.arange(21) - 10.0), size // 21 + 1)[:size], np.where(np.arange(1, size) % 21, 1.0, 1e-8)


TRIDIAGONALS = {
    "random": (RANDOM.standard_normal(300), RANDOM.standard_normal(299)),
    "equal": (np.zeros(301), np.ones(300)),
    "Wilkinson's": (np.abs(np.arange(301) - 150.0), np.ones(300)),
    "glued": _glued(400),
    "all sizes": (10.0 ** RANDOM.uniform(-16, 0, 300), -(10.0 ** RANDOM.uniform(-16, 0, 299))),
    "apart": (np.ones(300), np.zeros(299)),
}


@pytest.mark.parametrize("name", TRIDIAGONALS)
def test_torn_and_mended_a_tridiagonal_matrix_is_the_same(name):
    diagonal, beside = TRIDIAGONALS[name]
    found = finished(eigenvalues_and_entries(diagonal, beside))
    dense = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
    expected = np.linalg.eigvalsh(dense)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(found.values, expected, atol=1e-14 * scale)
    power = np.eye(len(diagonal))[[0, -1]]
    for exponent in range(5):  # (Tᵖ)₁₁, (Tᵖ)₁ₙ, (Tᵖ)ₙₙ: what first and last entries are for
        moments = (found.entries * (found.values / scale) ** exponent) @ found.entries.T
        np.testing.assert_allclose(moments, power[:, [0, -1]], atol=1e-13)
        power = power @ dense / scale


def test_no_piece_is_the_whole_work():
    sizes = (AT_ONCE, AT_ONCE + 50, 2 * AT_ONCE + 100)
    pieces = [sum(1 for _ in eigenvalues_and_slopes(np.eye(size) * np.arange(size), np.ones(size))) for size in sizes]
    assert pieces[0] == 1
    assert pieces[1] > SIZE
    assert pieces[2] > pieces[1] + AT_ONCE
