import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.arrays import same
from engine.plane import PARALLEL, Line, Plane, parameter_line, parameter_plane

numbers = st.floats(-10, 10, allow_subnormal=False).map(lambda x: round(x, 3))
vectors = arrays(np.float64, 5, elements=numbers)
pairs = arrays(np.float64, 2, elements=numbers)


@st.composite
def planes(draw):
    """Skew, unequal axes; not so skew that the check's own rounding would show."""
    origin, first, second = draw(vectors), draw(vectors), draw(vectors)
    lengths = np.linalg.norm(first), np.linalg.norm(second)
    assume(min(lengths) > 0.01)
    assume(abs(first @ second) < 0.99 * lengths[0] * lengths[1])
    return Plane(origin, first, second)


@given(planes(), pairs)
def test_a_point_has_the_coordinates_it_was_made_from(plane, coordinates):
    scale = 1 + np.abs(coordinates).max() * plane.norms.max() / plane.norms.min()
    found = plane.coordinates(plane.point(coordinates))
    assert np.abs(found - coordinates).max() < 1e-9 * scale + 1e-10 / plane.norms.min()
    assert plane.distance(plane.point(coordinates)) < 1e-9 * (1 + np.abs(plane.point(coordinates)).max())


@given(planes(), vectors)
def test_coordinates_are_those_of_the_nearest_point(plane, point):
    nearest = plane.point(plane.coordinates(point))
    rest = point - nearest
    assert np.abs(plane.directions @ rest).max() < 1e-8 * (1 + np.abs(point).max()) * plane.norms.max()
    assert plane.distance(point) == pytest.approx(np.linalg.norm(rest), abs=1e-12)
    least = np.linalg.lstsq(plane.directions.T, point - plane.origin, rcond=None)[1]
    assert plane.distance(point) ** 2 == pytest.approx(float(least[0]), rel=1e-6, abs=1e-12)


@given(planes(), pairs, vectors)
def test_moving_off_the_plane_at_right_angles_changes_the_distance_only(plane, coordinates, offset):
    normal = offset - plane.orthonormal().directions.T @ (plane.orthonormal().directions @ offset)
    moved = plane.point(coordinates) + normal
    assert plane.distance(moved) == pytest.approx(np.linalg.norm(normal), abs=1e-8)
    tolerance = 1e-7 * (1 + plane.norms.max() / plane.norms.min()) + 1e-8 / plane.norms.min()
    assert np.abs(plane.coordinates(moved) - coordinates).max() < tolerance * 10


@given(planes())
def test_the_orthonormal_plane_is_the_same_plane(plane):
    upright = plane.orthonormal()
    assert upright.is_orthonormal
    assert upright.angle == pytest.approx(90)
    assert upright.distance(plane.point([[1.0, 0.0], [0.0, 1.0]])).max() < 1e-9 * plane.norms.max()
    assert upright.first == pytest.approx(plane.first / plane.norms[0])


@given(planes(), pairs)
def test_gradients_pull_back_and_steps_do_not(plane, coordinates):
    step = plane.point(coordinates) - plane.origin
    scale = 1 + np.abs(coordinates).max() * plane.norms.max() / plane.norms.min()
    assert np.abs(plane.vector_coordinates(step) - coordinates).max() < 1e-8 * scale + 1e-9 / plane.norms.min()
    assert plane.pull_back_gradient(step) == pytest.approx(plane.gram @ coordinates, rel=1e-9, abs=1e-7)


def test_batches_go_first():
    plane = Plane([0.0, 0.0, 1.0], [2.0, 0.0, 0.0], [1.0, 1.0, 0.0])
    many = np.arange(24.0).reshape(2, 4, 3)
    assert plane.coordinates(many).shape == (2, 4, 2)
    assert plane.distance(many).shape == (2, 4)
    assert plane.pull_back_hessian(np.zeros((2, 4, 3, 3))).shape == (2, 4, 2, 2)
    assert plane.angle == pytest.approx(45)
    assert list(plane.norms) == pytest.approx([2, np.sqrt(2)])
    assert not plane.is_orthonormal


@pytest.mark.parametrize(
    ("origin", "first", "second", "words"),
    [
        ([0, 0], [0, 0], [0, 1], "zero"),
        ([0, 0], [1, 0], [0, 0], "zero"),
        ([0, 0], [1, 1], [2, 2], "nearly parallel"),
        ([0, 0], [1, 1], [-3, -3], "nearly parallel"),
        ([0, 0], [1, 0], [1, 0.04], "nearly parallel"),
        ([0, 0, 0], [1, 0], [0, 1], "differ in length"),
        ([0, np.nan], [1, 0], [0, 1], "not finite"),
        ([0, 0], [np.inf, 0], [0, 1], "not finite"),
        ([[0, 0]], [1, 0], [0, 1], "one vector"),
    ],
)
def test_planes_that_nobody_could_read_are_refused(origin, first, second, words):
    with pytest.raises(ValueError, match=words):
        Plane(origin, first, second)


def test_axes_just_far_enough_apart_are_taken():
    angle = np.arccos(PARALLEL) * 1.01
    assert Plane([0, 0], [1, 0], [np.cos(angle), np.sin(angle)]).angle == pytest.approx(np.degrees(angle))


@pytest.mark.parametrize(
    ("origin", "direction", "words"),
    [([0], [0], "zero"), ([0, 1], [1], "differ in length"), ([0], [np.nan], "not finite")],
)
def test_lines_without_a_direction_are_refused(origin, direction, words):
    with pytest.raises(ValueError, match=words):
        Line(origin, direction)


def test_values_are_frozen_and_the_callers_arrays_stay_writeable():
    origin = np.zeros(2)
    plane = Plane(origin, [1.0, 0.0], [0.0, 1.0])
    origin[0] = 5.0
    assert plane.origin[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        plane.origin[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        plane.directions[0, 0] = 1.0


def test_what_formulas_already_are():
    assert parameter_plane().is_orthonormal
    assert parameter_plane(("a", "b")).drawn.sentence == "the parameters a and b"
    assert same(parameter_line().point([[3.0]]), np.array([[3.0]]))
    assert parameter_line().dimension == 1
