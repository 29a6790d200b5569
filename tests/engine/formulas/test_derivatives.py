"""Derivatives against the complex step, which shares nothing with them, and the conventions at kinks."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.arrays import Array
from engine.formulas import Formula

Complex = Callable[[complex, complex], complex]

LEAVES: list[tuple[str, Complex]] = [
    ("x", lambda x, y: x),
    ("y", lambda x, y: y),
    ("1.7", lambda x, y: 1.7),
    ("0.3", lambda x, y: 0.3),
]


def _first_is_larger(u: complex, v: complex) -> bool:
    assume(abs(u.real - v.real) > 0.05)  # the differences below must not step over a kink
    return u.real > v.real


def _sigmoid(u: complex) -> complex:
    return 1 / (1 + np.exp(-u))


# Each row: a pattern of text and the same in complex arithmetic, both kept away from poles and branch cuts.
UNARY: list[tuple[str, Callable[[complex], complex]]] = [
    ("sin({})", np.sin),
    ("cos({})", np.cos),
    ("exp(0.5*sin({}))", lambda u: np.exp(0.5 * np.sin(u))),
    ("tanh({})", np.tanh),
    ("sigmoid({})", _sigmoid),
    ("log(1 + ({})^2)", lambda u: np.log(1 + u * u)),
    ("sqrt(1 + ({})^2)", lambda u: np.sqrt(1 + u * u)),
    ("tan(0.5*tanh({}))", lambda u: np.tan(0.5 * np.tanh(u))),
    ("(-sin({}))^3", lambda u: -(np.sin(u) ** 3)),
    ("(2 + cos({}))^-2", lambda u: 1 / ((2 + np.cos(u)) * (2 + np.cos(u)))),
    ("(2 + cos({}))^1.5", lambda u: np.exp(1.5 * np.log(2 + np.cos(u)))),
    ("1.5^({})", lambda u: np.exp(u * np.log(1.5))),
]
BINARY: list[tuple[str, Callable[[complex, complex], complex]]] = [
    ("({} + {})", lambda u, v: u + v),
    ("({} - {})", lambda u, v: u - v),
    ("({} * {})", lambda u, v: u * v),
    ("({} / (3 + sin({})))", lambda u, v: u / (3 + np.sin(v))),
    ("((2 + sin({}))^sin({}))", lambda u, v: np.exp(np.sin(v) * np.log(2 + np.sin(u)))),
    ("max({0}, {1})", lambda u, v: u if _first_is_larger(u, v) else v),
    ("min({0}, {1})", lambda u, v: v if _first_is_larger(u, v) else u),
]


@st.composite
def functions(draw: st.DrawFn, depth: int = 3) -> tuple[str, Complex]:
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(LEAVES))
    inner, f = draw(functions(depth - 1))
    if draw(st.booleans()):
        pattern, outer = draw(st.sampled_from(UNARY))
        return pattern.format(inner), lambda x, y: outer(f(x, y))
    other, g = draw(functions(depth - 1))
    joined, both = draw(st.sampled_from(BINARY))
    return joined.format(inner, other), lambda x, y: both(f(x, y) + 0j, g(x, y) + 0j)


def complex_gradient(f: Complex, x: float, y: float) -> Array:
    step = 1e-30j
    return np.array([complex(f(x + step, y)).imag, complex(f(x, y + step)).imag]) / 1e-30


def difference(of: Callable[[Array], Array], point: Array, h: float = 1e-3) -> Array:
    """Central differences of fourth order; the new axis comes last."""
    steps = h * np.eye(point.size)
    slopes = [
        (8 * (of(point + step) - of(point - step)) - (of(point + 2 * step) - of(point - 2 * step))) / (12 * h)
        for step in steps
    ]
    return np.stack(slopes, axis=-1)


@settings(max_examples=150, deadline=None)
@given(functions(), st.floats(-2, 2), st.floats(-2, 2))
def test_value_gradient_and_hessian_of_random_expressions(function: tuple[str, Complex], x: float, y: float) -> None:
    text, f = function
    assume(len(text) < 900)
    formula = Formula.parse(text, axes=("x", "y"))
    point = np.array([x, y])
    expected = complex(f(x, y)).real
    values, gradient = formula.value_and_gradient(point)
    scale = 1e-11 * (1 + abs(expected))
    assert float(formula.value(point)) == pytest.approx(expected, rel=1e-11, abs=scale)
    assert float(values) == float(formula.value(point))
    exact = complex_gradient(f, x, y)
    np.testing.assert_allclose(gradient, exact, rtol=1e-9, atol=1e-10 * (1 + abs(expected)))
    curvature = difference(lambda p: complex_gradient(f, *p), point, h=2e-4)
    np.testing.assert_allclose(formula.hessian(point), curvature, rtol=1e-6, atol=1e-6 * (1 + np.abs(exact).max()))


@pytest.mark.parametrize("text", ["x^2", "x^3", "x^7", "x^-1", "x^-3", "x^64", "(x*y)^2", "x^0*y"])
@pytest.mark.parametrize("x", [-1.3, -0.4, 0.7])
def test_integer_powers_are_right_where_the_base_is_negative(text: str, x: float) -> None:
    formula = Formula.parse(text, axes=("x", "y"))
    point = np.array([x, -0.6])
    value, gradient = formula.value_and_gradient(point)
    assert np.isfinite(value)
    scale = 1e-8 * max(1.0, float(np.abs(gradient).max()))
    steps = 2e-5 if "-" in text or "64" in text else 1e-3
    np.testing.assert_allclose(gradient, difference(formula.value, point, steps), rtol=1e-6, atol=scale)
    slopes = difference(lambda p: formula.value_and_gradient(p)[1], point, steps)
    np.testing.assert_allclose(formula.hessian(point), slopes, rtol=1e-6, atol=scale)


def test_second_derivative_of_a_square_at_zero_and_below() -> None:
    np.testing.assert_array_equal(Formula.parse("x^2").hessian(np.array([[-3.0], [0.0], [2.0]]))[:, 0, 0], 2.0)
    np.testing.assert_array_equal(Formula.parse("x^3").hessian(np.array([[-1.0], [0.0]]))[:, 0, 0], [-6.0, 0.0])


@pytest.mark.parametrize(
    "text", ["abs(x)", "relu(x)", "max(x, -x)", "min(x, 2*x)", "max(0, x)", "abs(x)^1.5", "sqrt(x^2)"]
)
def test_the_derivative_at_a_kink_is_the_subgradient_zero(text: str) -> None:
    formula = Formula.parse(text)
    kink = np.array([0.0])
    assert formula.value_and_gradient(kink)[1] == 0.0
    assert formula.hessian(kink) == 0.0


def test_a_tie_of_equal_functions_is_no_kink() -> None:
    formula = Formula.parse("max(x*x, x^2)")
    np.testing.assert_array_equal(formula.value_and_gradient(np.array([3.0]))[1], [6.0])
    np.testing.assert_array_equal(formula.hessian(np.array([3.0])), [[2.0]])


def test_the_tip_of_a_cone_has_no_nan() -> None:
    cone = Formula.parse("sqrt(x^2 + y^2)")
    points = np.array([[0.0, 0.0], [3.0, 4.0]])
    np.testing.assert_allclose(cone.value_and_gradient(points)[1], [[0.0, 0.0], [0.6, 0.8]])
    np.testing.assert_array_equal(cone.hessian(points)[0], np.zeros((2, 2)))


@pytest.mark.parametrize("text", ["log(x)", "sqrt(x)", "x^0.5", "x^x"])
def test_where_there_is_no_value_there_is_no_derivative(text: str) -> None:
    formula = Formula.parse(text)
    outside = np.array([[-1.5], [2.0]])
    value, gradient = formula.value_and_gradient(outside)
    assert np.isnan(value[0])
    assert np.isnan(gradient[0]).all()
    assert np.isnan(formula.hessian(outside)[0]).all()
    assert np.isfinite(formula.hessian(outside)[1]).all()


@pytest.mark.parametrize("u", [-800.0, -40.0, 40.0, 800.0])
def test_saturated_units_keep_their_tails(u: float) -> None:
    slope = np.exp(-abs(u))  # s(1 − s) to leading order; 1 − tanh² is four times that of 2u
    _, gradient = Formula.parse("sigmoid(x)").value_and_gradient(np.array([u]))
    np.testing.assert_allclose(gradient[0], slope, rtol=1e-12)
    _, gradient = Formula.parse("tanh(x)").value_and_gradient(np.array([u]))
    np.testing.assert_allclose(gradient[0], 4 * np.exp(-2 * abs(u)), rtol=1e-12)
