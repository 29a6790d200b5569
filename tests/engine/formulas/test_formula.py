"""Formulas as objectives: shapes, names, axes, constants, restriction."""

import numpy as np
import pytest
from scipy.optimize import rosen, rosen_der, rosen_hess

from engine.arrays import same
from engine.formulas import NAMED, Formula, FormulaError
from engine.formulas.formula import BLOCK
from engine.plane import Plane


def test_rosenbrock_is_the_one_of_scipy() -> None:
    points = np.random.default_rng(0).normal(size=(7, 3, 2))
    formula = Formula("rosenbrock")
    values, gradients = formula.value_and_gradient(points)
    hessians = formula.hessian(points)
    assert values.shape == (7, 3)
    assert gradients.shape == (7, 3, 2)
    assert hessians.shape == (7, 3, 2, 2)
    for index in np.ndindex(7, 3):
        np.testing.assert_allclose(values[index], rosen(points[index]), rtol=1e-13)
        np.testing.assert_allclose(gradients[index], rosen_der(points[index]), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(hessians[index], rosen_hess(points[index]), rtol=1e-12)


def test_typed_and_named_agree_and_are_values() -> None:
    typed = Formula.parse("(1-x)^2 + 100*(y-x^2)^2")
    point = np.array([0.3, -0.7])
    np.testing.assert_allclose(typed.value(point), Formula("rosenbrock").value(point), rtol=1e-14)
    assert same(Formula("rosenbrock"), Formula("rosenbrock"))
    assert len({Formula("rosenbrock"), Formula("rosenbrock"), Formula("beale")}) == 2
    assert not same(Formula("rosenbrock"), Formula("rosenbrock", {"b": 10.0}))


@pytest.mark.parametrize("shape", [(), (1,), (5,), (2, 3), (0,), (41, 50)])
@pytest.mark.parametrize("text", ["x + y^2", "x", "y^0 + 1", "x*sin(y) - abs(x)/2"])
def test_shapes_and_the_callers_points_are_kept(shape: tuple[int, ...], text: str) -> None:
    points = np.random.default_rng(1).normal(size=(*shape, 2))
    before = points.copy()
    formula = Formula.parse(text, axes=("x", "y"))
    values, gradients = formula.value_and_gradient(points)
    assert values.shape == shape
    assert gradients.shape == (*shape, 2)
    assert formula.hessian(points).shape == (*shape, 2, 2)
    plain = formula.value(points)
    np.testing.assert_array_equal(plain, values)
    if plain.size:
        plain[...] = 7.0
    np.testing.assert_array_equal(points, before)


@pytest.mark.parametrize("name", ["goldstein_price", "ackley", "himmelblau"])
def test_buffers_used_again_do_not_change_results(name: str) -> None:
    points = np.random.default_rng(2).uniform(-2, 2, size=(3000, 2))
    formula = Formula(name)
    few = np.concatenate([formula.value(part) for part in np.split(points, 100)])
    np.testing.assert_array_equal(formula.value(points), few)
    np.testing.assert_array_equal(formula.value_and_gradient(points)[0], few)


@pytest.mark.parametrize("text", ["rosenbrock", "ackley", "easom"])
def test_many_points_are_computed_like_few(text: str) -> None:
    points = np.random.default_rng(3).uniform(-2, 2, size=(2 * BLOCK + 77, 2))
    formula = Formula(text)
    parts = np.array_split(points, 11)
    np.testing.assert_array_equal(formula.value(points), np.concatenate([formula.value(part) for part in parts]))
    values, gradients = formula.value_and_gradient(points)
    np.testing.assert_array_equal(values, formula.value(points))
    few = np.concatenate([formula.value_and_gradient(part)[1] for part in parts])
    np.testing.assert_array_equal(gradients, few)
    few = np.concatenate([formula.hessian(part) for part in parts])
    np.testing.assert_array_equal(formula.hessian(points), few)


@pytest.mark.parametrize(
    "text", ["himmelblau", "easom", "x*y", "sigmoid(x) + 3*y", "max(x, y^2) + sqrt(x^2 + y^2)", "x/y"]
)
def test_slopes_in_place_are_the_gradient_wherever_the_inputs_go(text: str) -> None:
    formula = Formula(text) if text in NAMED else Formula.parse(text)
    inputs = list(np.zeros((2, 50)))
    bound = formula.program.slopes(inputs)
    for points in np.random.default_rng(4).normal(size=(3, 50, 2)):
        inputs[0][:], inputs[1][:] = points.T
        found = np.stack([np.broadcast_to(slope, 50) for slope in bound.run()], axis=-1)
        np.testing.assert_array_equal(found, formula.value_and_gradient(points)[1])
        np.testing.assert_array_equal(inputs, points.T)


def test_slopes_are_no_numbers_where_there_is_no_value() -> None:
    inputs = [np.array([-1.0, 4.0])]
    with np.errstate(all="ignore"):
        (slope,) = Formula.parse("log(x) + x").program.slopes(inputs).run()
    assert np.isnan(slope[0])
    assert slope[1] == 1.25


def test_parameters_in_natural_order_and_swapped() -> None:
    formula = Formula.parse("b10 - 3*b2")
    assert formula.names == ("b2", "b10")
    assert [block.shape for block in formula.blocks] == [(), ()]
    swapped = formula.with_axes("b10", "b2")
    assert swapped.names == ("b10", "b2")
    assert formula.value(np.array([1.0, 5.0])) == swapped.value(np.array([5.0, 1.0])) == 2.0
    assert swapped == Formula.parse("b10 - 3*b2", axes=("b10", "b2"))


def test_constants_are_numbers_that_a_slider_can_change() -> None:
    formula = Formula.parse("a*x^2", constants={"a": 3.0})
    assert formula.names == ("x",)
    assert formula.with_constants(a=5.0).value(np.array([2.0])) == 20.0
    ravine = Formula("rosenbrock").with_constants(b=10.0)
    assert ravine.value(np.array([0.0, 1.0])) == 11.0
    assert ravine.constants == {"a": 1.0, "b": 10.0}
    assert not ravine.is_default
    assert Formula("rosenbrock").is_default
    assert Formula("same_slope").lowest == -1.0
    assert Formula("same_slope", {"h": 2.0}).lowest is None
    assert Formula("six_hump_camel", axes=("y", "x")).lowest == Formula("six_hump_camel").lowest
    assert Formula.parse("x^2").lowest is None


@pytest.mark.parametrize(
    ("text", "options", "column"),
    [
        ("a*x + b*y", {}, 6),
        ("3 + pi", {}, 0),
        ("x + k", {"axes": ("x",)}, 4),
        ("x + y", {"axes": ("x", "x")}, 4),
        ("x + y", {"axes": ("x", "y", "z")}, 4),
        ("2*x", {"constants": {"x": 1.0}}, 0),
        ("x*k", {"constants": {"k": float("nan")}}, 0),
        ("x*k", {"constants": {"sin": 1.0}}, 0),
        ("x/k", {"constants": {"k": 1.0}, "axes": ("x", "k")}, 2),
    ],
)
def test_what_cannot_be_a_landscape_says_why(text: str, options: dict[str, object], column: int) -> None:
    with pytest.raises(FormulaError, match=r": .+\.|finite number") as caught:
        Formula.parse(text, **options)  # type: ignore[arg-type]
    assert caught.value.column == column


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="choose one of bowl, "):
        Formula("rosenbruck")
    with pytest.raises(ValueError, match="it has a, b"):
        Formula("rosenbrock", {"c": 1.0})
    with pytest.raises(ValueError, match="last axis must hold x, y"):
        Formula("rosenbrock").value(np.zeros((4, 3)))


def test_restricting_and_then_differentiating_is_pulling_back() -> None:
    formula = Formula("goldstein_price")
    plane = Plane([0.2, -0.4], [1.0, 0.5], [-0.3, 2.0])
    restricted = formula.restrict(plane)
    at = np.array([[0.1, 0.3], [-0.4, 0.2]])
    values, gradients = restricted.value_and_gradient(at)
    h = 1e-4
    for axis, step in enumerate(h * np.eye(2)):
        slope = (restricted.value(at + step) - restricted.value(at - step)) / (2 * h)
        np.testing.assert_allclose(gradients[:, axis], slope, rtol=1e-5)
    np.testing.assert_array_equal(formula.sampler(plane).evaluate(at), values)


def test_overflow_is_no_warning_and_no_gap() -> None:
    points = np.array([[1e200], [-1e200], [1e160]])
    values, gradients = Formula.parse("x^3").value_and_gradient(points)
    np.testing.assert_array_equal(values, [np.inf, -np.inf, np.inf])
    np.testing.assert_array_equal(gradients, np.full((3, 1), np.inf))
    assert Formula.parse("x^3").hessian(points).shape == (3, 1, 1)
