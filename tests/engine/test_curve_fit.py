"""Curve fits against NIST's certified values, a linear fit's closed form, and central differences."""

import numpy as np
import pytest

from engine.arrays import Array
from engine.curve_fit import CurveFit
from engine.formulas import FormulaError
from engine.plane import Plane

# Misra1a of NIST's Statistical Reference Datasets (public domain): dental research, monomolecular adsorption.
MISRA_Y = [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78]
MISRA_X = [77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0]
CERTIFIED = np.array([2.3894212918e02, 5.5015643181e-04])
CERTIFIED_ERRORS = np.array([2.7070075241e00, 7.2668688436e-06])
CERTIFIED_RSS = 1.2455138894e-01


@pytest.fixture
def misra() -> CurveFit:
    return CurveFit("b1*(1-exp(-b2*x))", MISRA_X, MISRA_Y)


def minimum(fit: CurveFit, start: Array) -> Array:
    """Gauss–Newton with halving, then Newton: enough for well-behaved data."""
    point = start
    for iteration in range(60):
        value, gradient = fit.value_and_gradient(point)
        matrix = fit.hessian(point) if iteration > 40 else fit.gauss_newton(point)
        step = np.linalg.solve(matrix, gradient)
        while fit.value(point - step) > value * (1 + 1e-12):
            step = step / 2
        point = point - step
    return point


@pytest.mark.parametrize("start", [[500.0, 0.0001], [250.0, 0.0005]])
def test_misra1a_reaches_the_certified_values(misra: CurveFit, start: list[float]) -> None:
    best = minimum(misra, np.array(start))
    np.testing.assert_allclose(best, CERTIFIED, rtol=1e-9)
    np.testing.assert_allclose(misra.standard_errors(best), CERTIFIED_ERRORS, rtol=1e-8)
    np.testing.assert_allclose(2 * 14 * misra.value(best), CERTIFIED_RSS, rtol=1e-10)


def test_the_names_and_sizes(misra: CurveFit) -> None:
    assert misra.names == ("b1", "b2")
    assert (misra.dimension, misra.examples, misra.has_residuals) == (2, 14, True)
    many = CurveFit("b10*x^2 + b2*x + a + k", [1.0, 2.0], [0.0, 0.0], constants={"k": 2.0})
    assert many.names == ("a", "b2", "b10")


def test_value_residuals_and_predictions_fit_together(misra: CurveFit) -> None:
    points = CERTIFIED * np.array([[1.0, 1.0], [0.9, 1.2], [1.3, 0.7]])
    by_hand = points[:, :1] * (1 - np.exp(-points[:, 1:] * np.array(MISRA_X)))
    np.testing.assert_allclose(misra.predict(points, MISRA_X), by_hand, rtol=1e-13)
    np.testing.assert_allclose(misra.residuals(points), by_hand - MISRA_Y, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(misra.value(points), ((by_hand - MISRA_Y) ** 2).sum(axis=1) / 28, rtol=1e-13)
    assert misra.predict(points[0], [1.0, 2.0, 3.0]).shape == (3,)


@pytest.mark.parametrize(
    ("model", "at"),
    [
        ("b1*(1-exp(-b2*x))", [2.4, 0.7]),
        ("b1*x^b2", [1.3, 0.8]),
        ("b1*b2^x + b3*sin(b2*x)", [0.5, 1.4, -0.8]),
        ("b1/((1+exp(b2-b3*x))^(1/b4))", [2.0, 0.6, 1.1, 1.7]),
        ("c*sigmoid(w*x + b) + tanh(w)", [1.5, 0.8, -0.4]),
        ("a + 0*x", [0.7]),
    ],
)
def test_derivatives_agree_with_differences(model: str, at: list[float]) -> None:
    x = np.linspace(0.1, 2.5, 17)
    fit = CurveFit(model, x, np.cos(3 * x))
    point, h = np.array(at), 1e-5
    value, gradient = fit.value_and_gradient(point)
    assert float(value) == pytest.approx(float(fit.value(point)), rel=1e-14)
    jacobian, hessian = fit.jacobian(point), fit.hessian(point)
    assert jacobian.shape == (17, len(at))
    for index, step in enumerate(h * np.eye(point.size)):
        slope = (fit.value(point + step) - fit.value(point - step)) / (2 * h)
        np.testing.assert_allclose(gradient[index], slope, rtol=1e-6, atol=1e-9)
        column = (fit.residuals(point + step) - fit.residuals(point - step)) / (2 * h)
        np.testing.assert_allclose(jacobian[:, index], column, rtol=1e-6, atol=1e-8)
        change = (fit.value_and_gradient(point + step)[1] - fit.value_and_gradient(point - step)[1]) / (2 * h)
        np.testing.assert_allclose(hessian[index], change, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(fit.gauss_newton(point), jacobian.T @ jacobian / 17, rtol=1e-12)
    np.testing.assert_allclose(gradient, jacobian.T @ fit.residuals(point) / 17, rtol=1e-11, atol=1e-14)


def test_of_a_model_linear_in_its_coefficients_the_hessian_is_gauss_newton() -> None:
    x = np.linspace(-1, 2, 9)
    fit = CurveFit("a + b*x + c*x^2", x, np.exp(x))
    design = np.vander(x, 3, increasing=True)
    solution, (rss,), _, _ = np.linalg.lstsq(design, np.exp(x), rcond=None)
    np.testing.assert_allclose(fit.hessian(np.zeros(3)), fit.gauss_newton(np.ones(3)), rtol=1e-13)
    newton = -np.linalg.solve(fit.hessian(np.zeros(3)), fit.value_and_gradient(np.zeros(3))[1])
    np.testing.assert_allclose(newton, solution, rtol=1e-10)
    covariance = rss / (9 - 3) * np.linalg.inv(design.T @ design)
    np.testing.assert_allclose(fit.standard_errors(solution), np.sqrt(np.diag(covariance)), rtol=1e-9)


def test_batches_of_points_are_sliced_without_a_trace() -> None:
    x = np.linspace(0, 1, 5000)
    fit = CurveFit("a*exp(-b*x)", x, np.exp(-2 * x))
    points = np.random.default_rng(0).uniform(0.5, 2, size=(9, 7, 2))
    values, gradients = fit.value_and_gradient(points)
    assert gradients.shape == (9, 7, 2)
    assert fit.hessian(points).shape == (9, 7, 2, 2)
    for index in ((0, 0), (4, 3), (8, 6)):
        np.testing.assert_array_equal(fit.value(points)[index], fit.value(points[index]))
        np.testing.assert_array_equal(values[index], fit.value_and_gradient(points[index])[0])
        np.testing.assert_array_equal(gradients[index], fit.value_and_gradient(points[index])[1])
        np.testing.assert_array_equal(fit.hessian(points)[index], fit.hessian(points[index]))


def test_equal_points_have_equal_results_in_batches_of_any_width(misra: CurveFit) -> None:
    for width in range(2, 34):
        values, gradients = misra.value_and_gradient(np.tile(CERTIFIED * 1.1, (width, 1)))
        assert (values == values[0]).all()
        assert (gradients == gradients[0]).all()


def test_the_mean_of_minibatches_is_the_whole(misra: CurveFit) -> None:
    point = CERTIFIED * 1.2
    halves = [misra.minibatch(np.arange(start, 14, 2)) for start in (0, 1)]
    assert [half.examples for half in halves] == [7, 7]
    np.testing.assert_allclose(np.mean([half.value(point) for half in halves]), misra.value(point), rtol=1e-13)
    gradients = [half.value_and_gradient(point)[1] for half in halves]
    np.testing.assert_allclose(np.mean(gradients, axis=0), misra.value_and_gradient(point)[1], rtol=1e-12)
    assert misra.examples == 14


def test_two_coefficients_are_a_landscape(misra: CurveFit) -> None:
    plane = Plane(CERTIFIED, [10.0, 0.0], [-3.0, 4.0])
    sampler = misra.sampler(plane)
    at = np.array([[0.0, 0.0], [1.0, -1e-5]])
    np.testing.assert_array_equal(sampler.evaluate(at), misra.value(plane.point(at)))
    assert sampler.points_per_call >= 1


@pytest.mark.parametrize(
    ("model", "x", "y", "sentence"),
    [
        ("a*x", [1.0, 2.0], [1.0], "2 values of x and 1 of y"),
        ("a*x", [], [], "one column of numbers"),
        ("a*x", [[1.0]], [[1.0]], "one column of numbers"),
        ("a*x", [1.0, np.nan], [1.0, 2.0], "x is not a finite number in row 2"),
        ("a*x", [1.0, 2.0], [np.inf, 2.0], "y is not a finite number in row 1"),
    ],
)
def test_bad_measurements_are_refused_with_a_sentence(
    model: str, x: list[float], y: list[float], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        CurveFit(model, x, y)


@pytest.mark.parametrize(
    ("model", "constants", "column"),
    [("2*x", {}, 0), ("y - a*x", {}, 0), ("a*x + y", {}, 6), ("a*x +", {}, 5), ("a*x", {"x": 1.0}, 0)],
)
def test_bad_models_are_refused_with_a_column(model: str, constants: dict[str, float], column: int) -> None:
    with pytest.raises(FormulaError) as caught:
        CurveFit(model, [1.0, 2.0], [1.0, 2.0], constants)
    assert caught.value.column == column


def test_standard_errors_say_when_there_are_none() -> None:
    with pytest.raises(ValueError, match="need more than 2 measurements"):
        CurveFit("a + b*x", [0.0, 1.0], [0.0, 1.0]).standard_errors(np.zeros(2))
    with pytest.raises(ValueError, match="do not determine every coefficient"):
        CurveFit("a + b + c*x", [0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 2.0, 4.0]).standard_errors(np.zeros(3))
    with pytest.raises(ValueError, match="does not depend on every coefficient"):
        CurveFit("a*sin(b*x)", [0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 2.0, 4.0]).standard_errors(np.zeros(2))
    with pytest.raises(ValueError, match="last axis must hold a"):
        CurveFit("a*x", [0.0, 1.0], [0.0, 1.0]).value(np.zeros(2))
