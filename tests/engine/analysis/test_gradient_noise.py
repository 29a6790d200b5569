import numpy as np
import pytest

from engine.analysis.gradient_noise import gradient_noise, total_variance
from engine.analysis.gradient_parts import gradient_by_block, largest_components, smallest_components
from engine.objective import Block
from engine.plane import Plane
from tests.engine.analysis.functions import Quadratic

PLANE = Plane([0.0, 0.0, 0.0], [2.0, 1.0, 0.0], [0.0, 3.0, 1.0])
GRADIENTS = np.random.default_rng(0).standard_normal((40, 3)) * [1.0, 5.0, 0.2] + [0.5, 0.0, 1.0]


def coordinates(vectors):
    return np.linalg.lstsq(PLANE.directions.T, np.asarray(vectors).T, rcond=None)[0].T


def test_mean_and_covariance_in_the_coordinates_of_a_skew_plane():
    found = gradient_noise(GRADIENTS, PLANE)
    np.testing.assert_allclose(found.mean, coordinates(GRADIENTS.mean(axis=0)))
    np.testing.assert_allclose(found.covariance, np.cov(coordinates(GRADIENTS).T, bias=True))


def test_the_ellipse_is_that_of_the_covariance():
    found = gradient_noise(GRADIENTS, PLANE)
    radii, axes = found.ellipse
    assert radii[0] >= radii[1] > 0
    np.testing.assert_allclose(axes.T @ np.diag(radii**2) @ axes, found.covariance, atol=1e-12)
    offsets = found.outline() - found.mean
    distance = np.sum((offsets @ np.linalg.inv(found.covariance)) * offsets, axis=1)
    np.testing.assert_allclose(distance, 1.0)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_batches_without_replacement_scatter_as_all_possible_batches_do(size):
    from itertools import combinations

    few = GRADIENTS[:6]
    batches = np.array([few[list(chosen)].mean(axis=0) for chosen in combinations(range(6), size)])
    expected = np.cov(coordinates(batches).T, bias=True)
    found = gradient_noise(few, PLANE).of_batch(size, replacement=False)
    np.testing.assert_allclose(found.covariance, expected, atol=1e-12)


def test_batches_with_replacement_scatter_as_all_possible_batches_do():
    from itertools import product

    few = GRADIENTS[:4]
    batches = np.array([few[list(chosen)].mean(axis=0) for chosen in product(range(4), repeat=3)])
    expected = np.cov(coordinates(batches).T, bias=True)
    np.testing.assert_allclose(gradient_noise(few, PLANE).of_batch(3).covariance, expected, atol=1e-12)


def test_the_full_batch_has_no_noise_without_replacement():
    noise = gradient_noise(GRADIENTS, PLANE)
    np.testing.assert_array_equal(noise.of_batch(40, replacement=False).covariance, np.zeros((2, 2)))
    with pytest.raises(ValueError, match="between 1 and 40"):
        noise.of_batch(41, replacement=False)


def test_total_variance_is_the_trace_of_the_covariance():
    assert total_variance(GRADIENTS) == pytest.approx(np.trace(np.cov(GRADIENTS.T, bias=True)))


def test_gradients_of_another_space_are_refused():
    with pytest.raises(ValueError, match="examples, 3"):
        gradient_noise(np.zeros((4, 2)), PLANE)


class Layered(Quadratic):
    def __init__(self):
        super().__init__(np.eye(7))

    @property
    def blocks(self):
        return (Block("W1", 0, (2, 2), "weight"), Block("b1", 4, (2,), "bias"), Block("c", 6, (), "parameter"))


def test_a_gradient_by_block_and_by_component():
    gradient = [3.0, 0.0, -4.0, 0.0, 0.1, -12.0, 0.0]
    blocks = gradient_by_block(Layered(), gradient)
    assert [(b.name, b.kind) for b in blocks] == [("W1", "weight"), ("b1", "bias"), ("c", "parameter")]
    assert blocks[0].norm == pytest.approx(5.0)
    assert sum(b.share for b in blocks) == pytest.approx(1.0)
    assert blocks[1].largest == 12.0
    assert [c.name for c in largest_components(Layered(), gradient, 3)] == ["b1[1]", "W1[1, 0]", "W1[0, 0]"]
    assert largest_components(Layered(), gradient, 1)[0].value == -12.0
    assert [c.index for c in smallest_components(Layered(), gradient, 4)] == [1, 3, 6, 4]


def test_a_zero_gradient_has_no_shares():
    assert [b.share for b in gradient_by_block(Layered(), np.zeros(7))] == [0.0, 0.0, 0.0]
    with pytest.raises(ValueError, match=r"shape \(7,\)"):
        gradient_by_block(Layered(), np.zeros(6))
