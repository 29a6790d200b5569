"""What must be true inside: derivatives against differences and decimals, Newton on quadratics, restriction, precision."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import rosen_der, rosen_hess

import engine
from engine import optimizers
from engine.formulas import NAMED
from engine.network import ACTIVATIONS
from tests.trust.objectives import MAKE, case

KINKED = {"relu", "leaky_relu", "threshold"}


def differences(function, at, step):
    """Central differences of fourth order in each parameter, along a new last axis."""
    slopes = [
        (8 * (function(at + h) - function(at - h)) - (function(at + 2 * h) - function(at - 2 * h))) / (12 * step)
        for h in step * np.eye(at.shape[-1])
    ]
    return np.stack(slopes, axis=-1)


def agree(found, expected, tolerance=1e-6):
    """Whether arrays differ by less than a share of the largest entry."""
    return np.abs(found - expected).max() <= tolerance * max(np.abs(expected).max(), 1e-3)


@pytest.mark.parametrize("name", NAMED)
def test_every_formula_is_differentiated_rightly_all_over_its_window(name):
    formula, entry = engine.Formula(name), NAMED[name]
    ends = np.reshape(entry.window, (-1, 2))
    points = np.random.default_rng(1).uniform(*ends.T, size=(40, entry.dimension))
    kinks = ("abs", "max(", "min(", "relu", "sqrt(")
    step = 1e-4 * float((ends[:, 1] - ends[:, 0]).min())
    _, gradients = formula.value_and_gradient(points)
    hessians = formula.hessian(points)
    slopes = differences(formula.value, points, step)
    bends = differences(lambda p: formula.value_and_gradient(p)[1], points, step)
    good = [agree(gradients[i], slopes[i]) and agree(hessians[i], bends[i]) for i in range(len(points))]
    # Beside a kink a difference steps over it: there, and only there, one point in twenty may be such a neighbour.
    assert np.mean(good) >= (0.95 if any(word in formula.text for word in kinks) else 1.0)
    assert np.array_equal(hessians, np.swapaxes(hessians, -1, -2))


def test_rosenbrock_is_differentiated_as_scipy_does():
    bowl = engine.Formula("rosenbrock")
    for point in np.random.default_rng(0).normal(size=(20, 2)):
        np.testing.assert_allclose(bowl.value_and_gradient(point)[1], rosen_der(point), rtol=1e-13, atol=1e-12)
        np.testing.assert_allclose(bowl.hessian(point), rosen_hess(point), rtol=1e-13)


LOSSES = (("squared_error", 3), ("cross_entropy", 3), ("binary_cross_entropy", 1), ("huber", 2))


def _smooth_network(activation, loss, last, seed):
    """A network, and a point at which no unit and no residual is near a kink."""
    net = engine.Network((2, 4, 3, last), activation, loss=loss, l1=0.02, l2=0.1)
    random = np.random.default_rng(seed)
    data = engine.Dataset(random.normal(size=(6, 2)), np.arange(6) % max(last, 2), classes=max(last, 2))
    of = net.objective(data)
    while True:
        at = random.normal(size=of.dimension)
        traces = [of.trace(at, index) for index in range(6)]
        sums = np.concatenate([layer.sums for trace in traces for layer in trace.layers[:-1]])
        residuals = np.concatenate([trace.layers[-1].sums - trace.target for trace in traces])
        if np.abs(sums).min() > 1e-2 and np.abs(np.abs(residuals) - 1).min() > 1e-2 and np.abs(at).min() > 1e-2:
            return of, at


@pytest.mark.parametrize(("loss", "last"), LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_network_is_differentiated_twice_also_on_both_sides_of_its_kinks(activation, loss, last):
    of, at = _smooth_network(activation, loss, last, seed=4)
    _, gradient = of.value_and_gradient(at)
    hessian = of.hessian(at)
    slope = lambda p: of.value_and_gradient(p)[1]  # noqa: E731
    assert agree(gradient, differences(of.value, at, 2e-4))
    assert agree(hessian, differences(slope, at, 2e-4))
    assert np.array_equal(hessian, hessian.T)
    vectors = np.random.default_rng(5).normal(size=(7, at.size))
    assert agree(of.hessian_vector_product(at, vectors), vectors @ hessian, 1e-12)
    if activation in KINKED and loss == "squared_error":
        # Piecewise linear units bend nothing themselves: within a layer all curvature is of Gauss and Newton.
        first = of.blocks[0].size + of.blocks[1].size
        assert agree(of.gauss_newton(at)[:first, :first], hessian[:first, :first], 1e-12)


@pytest.mark.parametrize("name", [name for name in MAKE if name != "curve"])
def test_restricting_and_then_differentiating_is_pulling_back_for_every_kind(name):
    of = case(name).objective
    origin, first, other = 0.4 * np.random.default_rng(2).normal(size=(3, of.dimension))
    flats = [engine.Line(origin, 3 * first), engine.Plane(origin, 0.2 * first, 5.0 * (other + 1.5 * first))]
    for flat in flats:
        seen = of.restrict(flat)
        at = 0.2 * np.random.default_rng(3).normal(size=(5, flat.dimension))
        points = flat.point(at)
        D = flat.directions
        _, gradient = seen.value_and_gradient(at)
        assert agree(gradient, of.value_and_gradient(points)[1] @ D.T, 1e-12)
        assert agree(seen.hessian(at), D @ of.hessian(points) @ D.T, 1e-11)
        assert agree(gradient, differences(seen.value, at, 2e-4))
        assert agree(seen.hessian(at), differences(lambda p, seen=seen: seen.value_and_gradient(p)[1], at, 2e-4))


# Well-separated examples: losses of 1e-12 have derivatives of 1e-12, and all of their digits count on a logarithmic axis.


def _decimal_softmax(logits, target):
    with localcontext() as context:
        context.prec = 300
        powers = [Decimal(float(z)).exp() for z in logits]
        total = sum(powers)
        chances = [power / total for power in powers]
        value = -(chances[target]).ln()
        slope = [float(p - (j == target)) for j, p in enumerate(chances)]
        bend = [[float(p * ((i == j) - q)) for j, q in enumerate(chances)] for i, p in enumerate(chances)]
    return float(value), np.array(slope), np.array(bend)


MARGINS = (-300.0, -40.0, -25.0, -3.0, 0.0, 2.0, 10.0, 25.0, 30.0, 36.0, 45.0, 300.0)


@pytest.mark.parametrize("margin", MARGINS)
def test_cross_entropies_keep_their_digits_far_from_the_boundary(margin):
    three = engine.Network((1, 3), loss="cross_entropy").objective(engine.Dataset([[0.0]], [1], classes=3))
    logits = np.array([0.4, margin, -0.2])
    at = np.concatenate([np.zeros(3), logits])  # inputs of 0: only the biases count
    value, slope, bend = _decimal_softmax(logits, 1)
    assert float(three.value(at)) == pytest.approx(value, rel=1e-13)
    np.testing.assert_allclose(three.value_and_gradient(at)[1][3:], slope, rtol=1e-12)
    np.testing.assert_allclose(three.hessian(at)[3:, 3:], bend, rtol=1e-12)
    for kind in (0, 1):
        data = engine.Dataset([[0.0]], [kind], classes=2)
        binary = engine.Network((1, 1), loss="binary_cross_entropy").objective(data)
        value, slope, bend = _decimal_softmax([0.0, margin], kind)
        at = np.array([0.0, margin])
        assert float(binary.value(at)) == pytest.approx(value, rel=1e-13)
        assert binary.value_and_gradient(at)[1][1] == pytest.approx(slope[1], rel=1e-12)
        assert binary.hessian(at)[1, 1] == pytest.approx(bend[1][1], rel=1e-12)


@pytest.mark.parametrize("z", [-300.0, -30.0, -4.0, 0.0, 4.0, 30.0])
def test_softplus_keeps_its_digits_in_both_tails(z):
    softplus, at = ACTIVATIONS["softplus"], np.array([z])
    a, first = np.empty(1), np.empty(1)
    softplus.value(at, a, 1.0)
    softplus.first(at, a, first, 1.0)
    _, slope, bend = _decimal_softmax([0.0, z], 0)
    assert first[0] == pytest.approx(slope[1], rel=1e-13)
    if z < 20:  # beyond, a itself no longer holds the digits
        assert softplus.second(at, a, 1.0)[0] == pytest.approx(bend[1][1], rel=1e-13)


# Newton on quadratics.


@settings(max_examples=60, deadline=None)
@given(
    st.floats(-5, 5), st.floats(-5, 5), st.floats(-5, 5), st.floats(-9, 9), st.floats(-9, 9), st.floats(-3, 3), st.floats(-3, 3)
)  # fmt: skip
def test_newton_reaches_the_stationary_point_of_any_typed_quadratic_in_one_step(a, b, c, p, q, x, y):
    matrix = np.array([[2 * a, b], [b, 2 * c]])
    values = np.linalg.eigvalsh(matrix)
    assume(np.abs(values).min() > 1e-2)
    formula = engine.Formula.parse(f"({a})*x^2 + ({b})*x*y + ({c})*y^2 + ({p})*x + ({q})*y", axes=("x", "y"))
    expected = np.linalg.solve(matrix, [-p, -q])
    chosen = [optimizers.newton(), optimizers.damped_newton(damping=0.0)]
    runs = engine.descend(formula, [x, y], chosen, steps=1)
    scale = 1e-9 * (1 + np.abs(expected).max())
    np.testing.assert_allclose(runs.points[1], [expected, expected], atol=scale)
    steps = 0.1 * np.linalg.eigh(matrix)[1].T  # along the eigenvectors, where up and down are farthest from rounding
    above = formula.value(expected + steps) > formula.value(expected)
    assert bool(above.all()) == (values[0] > 0)  # the minimum exactly when it is positive definite


def test_newton_solves_linear_regression_in_one_step():
    net = engine.Network((3, 2))
    random = np.random.default_rng(0)
    data = engine.Dataset(random.normal(size=(30, 3)), random.normal(size=(30, 2)))
    of = net.objective(data)
    runs = engine.descend(of, random.normal(size=8), [optimizers.newton(), optimizers.gauss_newton()], steps=1)
    table = np.column_stack([data.inputs, np.ones(30)])
    best = np.linalg.lstsq(table, data.targets)[0]
    expected = np.concatenate([best[:3].T.ravel(), best[3]])
    np.testing.assert_allclose(runs.points[1], [expected, expected], atol=1e-12)
    np.testing.assert_allclose(of.closed_form(), expected, atol=1e-12)


# Single precision in surfaces.


@pytest.mark.parametrize("name", [name for name in MAKE if name != "curve"])
def test_surfaces_in_single_precision_are_those_in_double(name):
    of = case(name).objective
    axes = np.random.default_rng(3).normal(size=(3, of.dimension))
    plane = engine.Plane(*axes) if of.dimension > 2 else engine.Plane(axes[0], [1.0, 0.2], [-0.3, 2.0])
    single = engine.surface(of, plane, (-2, 2, -2, 2), 17)
    double = engine.surface(of, plane, (-2, 2, -2, 2), 17, dtype="float64")
    np.testing.assert_allclose(single.values, double.values, rtol=1e-5, atol=1e-6 * np.abs(double.values).max())
    points = plane.point(np.stack(np.meshgrid(double.first, double.second), axis=-1))
    np.testing.assert_allclose(double.values, of.value(points), rtol=1e-12, atol=1e-14)


def test_company_and_grouping_change_no_bit():
    of = case("deep network").objective
    starts = case("deep network").points.reshape(-1, of.dimension)
    chosen = [
        optimizers.momentum(), optimizers.momentum(0.05, 0.5), optimizers.adam(), optimizers.damped_newton(adaptive=True),
        optimizers.newton_cg(), optimizers.lbfgs(),
    ]  # fmt: skip
    together = engine.descend(of, starts, chosen, steps=9, batch_size=4, seed=3)
    shuffled = engine.descend(of, starts[::-1], chosen[::-1], steps=9, batch_size=4, seed=3)
    assert np.array_equal(together.points, shuffled.points[:, ::-1], equal_nan=True)
    for run in range(together.runs):
        alone = engine.descend(of, starts[run // 6], [chosen[run % 6]], steps=9, batch_size=4, seed=3)
        for name in ("points", "values", "gradient_norms", "step_lengths", "evaluations", "examples_seen"):
            assert np.array_equal(getattr(alone, name)[:, 0], getattr(together, name)[:, run], equal_nan=True), name
