import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.newton_model import flat_model, line_model, newton_direction
from engine.plane import Line, Plane
from tests.engine.analysis.functions import Quadratic, double_well, himmelblau


@given(st.integers(0, 2**31))
def test_the_model_of_a_quadratic_is_the_quadratic(seed):
    random = np.random.default_rng(seed)
    matrix = random.standard_normal((4, 4))
    loss = Quadratic(matrix + matrix.T, random.standard_normal(4), constant=7.0)
    point, direction = random.standard_normal((2, 4))
    t = np.linspace(-2, 2, 9)
    model = line_model(loss, point, direction)
    np.testing.assert_allclose(model.parabola(t), loss.value(point + t[:, None] * direction), atol=1e-9)
    assert model.tangent(0.0) == model.parabola(0.0) == pytest.approx(float(loss.value(point)))


def test_the_error_of_the_model_is_of_third_order():
    model = line_model(himmelblau(), [1.0, 0.5], [0.6, -0.8])
    errors = [
        abs(float(himmelblau().value(np.array([1.0, 0.5]) + t * np.array([0.6, -0.8]))) - model.parabola(t))
        for t in (1e-3, 5e-4)
    ]
    assert errors[0] / errors[1] == pytest.approx(8.0, rel=0.02)


def test_along_the_newton_direction_the_parabola_ends_where_the_step_lands():
    matrix = np.array([[3.0, 1.0], [1.0, 2.0]])
    loss = Quadratic(matrix, [1.0, -2.0])
    direction = newton_direction(loss, [2.0, 2.0])
    model = line_model(loss, [2.0, 2.0], direction)
    assert model.is_newton
    assert model.stationary == pytest.approx(1.0)
    assert "lands at 1" in model.sentence
    np.testing.assert_allclose(np.array([2.0, 2.0]) + direction, np.linalg.solve(matrix, [-1.0, 2.0]))


def test_along_another_line_it_is_not_the_newton_step():
    model = line_model(Quadratic(np.diag([1.0, 10.0])), [1.0, 1.0], [1.0, 0.0])
    assert not model.is_newton
    assert model.opens == "upward"
    assert model.stationary == pytest.approx(-1.0)
    assert "not in this line" in model.sentence


def test_with_one_parameter_a_downward_parabola_leads_uphill():
    model = line_model(double_well(), [0.2], [1.0])
    assert model.is_newton
    assert model.opens == "downward"
    assert model.parabola(model.stationary) > model.value
    assert "uphill" in model.sentence
    assert "infinity" in model.sentence


def test_an_indefinite_model_downward_along_a_line():
    model = line_model(Quadratic(np.diag([1.0, -1.0])), [1.0, 1.0], [0.0, 1.0])
    assert model.opens == "downward"
    assert "not in this line" in model.sentence


def test_a_straight_line_has_no_lowest_point():
    model = line_model(Quadratic(np.diag([1.0, 0.0]), [0.0, 3.0]), [1.0, 1.0], [0.0, 1.0])
    assert (model.opens, model.stationary) == ("flat", None)
    np.testing.assert_array_equal(model.parabola([0.0, 2.0]), model.tangent([0.0, 2.0]))
    assert "no lowest point" in model.sentence


def test_a_singular_hessian_raises_nothing_and_leaves_null_directions_alone():
    direction = newton_direction(Quadratic(np.diag([2.0, 0.0]), [0.0, 3.0]), [1.0, 1.0])
    np.testing.assert_allclose(direction, [-1.0, 0.0])


def test_a_slice_needs_a_direction():
    with pytest.raises(ValueError, match="must not be zero"):
        line_model(himmelblau(), [0.0, 0.0], [0.0, 0.0])


def test_the_model_over_a_skew_plane_is_exact_for_a_quadratic():
    random = np.random.default_rng(0)
    matrix = random.standard_normal((4, 4))
    loss = Quadratic(matrix + matrix.T + 9 * np.eye(4), random.standard_normal(4), 2.0)
    plane = Plane(random.standard_normal(4), [2.0, 1.0, 0.0, 0.0], [0.1, 3.0, 1.0, 0.0])
    model = flat_model(loss, plane, plane.point([0.5, -0.3]))
    np.testing.assert_allclose(model.center, [0.5, -0.3])
    first, second = np.linspace(-1, 1, 4), np.linspace(-2, 1, 3)
    grid = model.grid(first, second)
    assert grid.shape == (3, 4)
    for i, b in enumerate(second):
        for j, a in enumerate(first):
            assert grid[i, j] == pytest.approx(float(loss.value(plane.point([a, b]))))
    assert model.shape == "bowl"
    inside = loss.restrict(plane).value_and_gradient(model.stationary)[1]
    np.testing.assert_allclose(inside, 0.0, atol=1e-10)


@pytest.mark.parametrize(
    ("diagonal", "shape"),
    [([1.0, 2.0], "bowl"), ([1.0, -2.0], "saddle"), ([-1.0, -2.0], "dome"), ([1.0, 0.0], "trough")],
)
def test_shapes_of_the_model(diagonal, shape):
    model = flat_model(Quadratic(np.diag(diagonal)), Plane([0.0, 0.0], [1.0, 0.0], [0.0, 1.0]))
    assert model.shape == shape
    assert (model.stationary is None) == (shape == "trough")


def test_a_line_has_a_model_too():
    model = flat_model(double_well(), Line([0.5], [2.0]))
    assert model.values([[0.0]])[0] == pytest.approx(float(double_well().value(np.array([0.5]))))
