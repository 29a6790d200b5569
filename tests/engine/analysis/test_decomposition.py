import numpy as np
import pytest

from engine.analysis.decomposition import AT_ONCE, eigenvalues_and_slopes
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


def test_others_have_their_turns_while_a_large_matrix_is_decomposed():
    size = 900
    pieces = eigenvalues_and_slopes(rotated(np.arange(float(size))), np.ones(size))
    fractions = list(pieces)
    assert len(fractions) > 2
    assert fractions == sorted(fractions)
    assert fractions[-1] < 1.0


def test_giving_up_leaves_later_work_alone():
    matrix, gradient = rotated(np.linspace(-1.0, 1.0, SIZE)), np.ones(SIZE)
    given_up = eigenvalues_and_slopes(rotated(np.arange(900.0)), np.ones(900))  # large enough not to be there at once
    next(given_up)
    given_up.close()
    values, _ = finished(eigenvalues_and_slopes(matrix, gradient))
    np.testing.assert_allclose(values, np.linspace(-1.0, 1.0, SIZE), atol=1e-12)
