import numpy as np
import pytest

from engine.arrays import Array
from engine.objective import Block, Objective
from engine.plane import Line, Plane
from tests.engine.network.cases import objective, point


class Quadratic(Objective):
    """½ θᵀAθ − bᵀθ: nothing overridden that the base can do."""

    def __init__(self, matrix: Array, linear: Array) -> None:
        self.matrix, self.linear = matrix, linear

    @property
    def blocks(self):
        return (Block("W", 0, (2, 2), "weight"), Block("c", 4, (), "parameter"))

    def value(self, points):
        return 0.5 * ((points @ self.matrix) * points).sum(-1) - points @ self.linear

    def value_and_gradient(self, points):
        return self.value(points), points @ self.matrix - self.linear

    def hessian(self, points):
        return np.broadcast_to(self.matrix, (*points.shape, 5))


def _quadratic():
    random = np.random.default_rng(0)
    matrix = random.normal(size=(5, 5))
    return Quadratic(matrix + matrix.T, random.normal(size=5))


def _flats(of, seed=2):
    random = np.random.default_rng(seed)
    origin, first, other = random.normal(size=(3, of.dimension)) * 0.7
    skew = Plane(origin, 0.3 * first, 4.0 * (other + 2.0 * first))
    assert not 60 < skew.angle < 120
    assert skew.norms[1] > 5 * skew.norms[0]
    return skew, Line(origin, 2.5 * first)


OBJECTIVES = (
    _quadratic(),
    objective((2, 4, 3), "tanh", loss="cross_entropy", l2=0.1),
    objective((2, 3, 2), "sigmoid", "sigmoid", l2=0.1),
)


@pytest.mark.parametrize("of", OBJECTIVES)
@pytest.mark.parametrize("which", [0, 1])
def test_restricting_then_differentiating_is_pulling_back(of, which):
    flat = _flats(of)[which]
    seen = of.restrict(flat)
    at = np.random.default_rng(3).normal(size=(6, flat.dimension)) * 0.3
    value, gradient = seen.value_and_gradient(at)
    points = flat.point(at)
    assert value == pytest.approx(of.value(points), rel=1e-12)
    assert gradient == pytest.approx(of.value_and_gradient(points)[1] @ flat.directions.T, rel=1e-10, abs=1e-12)
    expected = flat.directions @ of.hessian(points) @ flat.directions.T
    assert seen.hessian(at) == pytest.approx(expected, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("of", OBJECTIVES)
@pytest.mark.parametrize("which", [0, 1])
def test_a_restrictions_derivatives_are_central_differences_in_its_coordinates(of, which):
    flat = _flats(of)[which]
    seen, h = of.restrict(flat), 1e-5
    at = np.full(flat.dimension, 0.2)
    for axis, unit in enumerate(np.eye(flat.dimension)):
        slope = (seen.value(at + h * unit) - seen.value(at - h * unit)) / (2 * h)
        bend = (seen.value_and_gradient(at + h * unit)[1] - seen.value_and_gradient(at - h * unit)[1]) / (2 * h)
        assert seen.value_and_gradient(at)[1][axis] == pytest.approx(slope, rel=1e-6, abs=1e-8)
        assert seen.hessian(at)[axis] == pytest.approx(bend, rel=1e-6, abs=1e-8)


def test_a_restriction_keeps_residuals_batches_and_parts():
    of = OBJECTIVES[2]
    plane = _flats(of)[0]
    seen, at = of.restrict(plane), np.array([0.1, -0.2])
    assert seen.dimension == 2
    assert seen.has_residuals
    assert seen.examples == of.examples
    assert seen.names == ("first axis", "second axis")
    expected = plane.directions @ of.gauss_newton(plane.point(at)) @ plane.directions.T
    assert seen.gauss_newton(at) == pytest.approx(expected, rel=1e-10)
    few = np.array([1, 4])
    assert seen.minibatch(few).value(at) == pytest.approx(of.minibatch(few).value(plane.point(at)), rel=1e-13)
    assert seen.parts(at).total == pytest.approx(seen.value(at), rel=1e-13)


def test_a_flat_of_another_space_is_refused():
    with pytest.raises(ValueError, match="5 parameters, the line or plane 2"):
        _quadratic().restrict(Line([0.0, 0.0], [1.0, 0.0]))


def test_what_the_base_does_by_itself():
    of, at = _quadratic(), point(OBJECTIVES[0], runs=3)
    vectors = point(of, seed=9, runs=3)
    assert of.dimension == 5
    assert of.names == ("W[0, 0]", "W[0, 1]", "W[1, 0]", "W[1, 1]", "c")
    assert of.hessian_vector_product(at, vectors) == pytest.approx(vectors @ of.matrix)
    assert not of.parts(at).penalty.any()
    assert of.minibatch(np.array([0])) is of
    with pytest.raises(TypeError, match="no residuals"):
        of.gauss_newton(at)
    plane = _flats(of)[0]
    assert of.sampler(plane).evaluate(np.zeros((1, 2))) == pytest.approx(of.value(plane.origin[None]))


def test_blocks_are_views_of_their_piece():
    block = Block("W", 1, (2, 2), "weight")
    assert np.array_equal(block.of(np.arange(12.0).reshape(2, 6))[1], [[7, 8], [9, 10]])
    assert (block.size, block.stop) == (4, 5)
