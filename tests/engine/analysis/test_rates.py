import numpy as np
import pytest

from engine.analysis.rates import Order, convergence
from tests.engine.analysis.functions import Quadratic, descend


@pytest.mark.parametrize("factor", [0.3, 0.9, 0.98, 0.9999])
def test_linear_convergence_is_measured(factor):
    found = convergence(5.0 * factor ** np.arange(2000.0) + 3.0, lowest=3.0)
    assert found.order is Order.LINEAR
    assert found.number == pytest.approx(factor, rel=1e-4)


def test_descent_on_a_bowl_keeps_one_minus_rate_times_curvature_of_the_distance():
    run = descend(Quadratic(np.diag([1.0, 10.0])).value_and_gradient, [1.0, 1.0], 0.02, 400)
    found = convergence(run.values[:, 0], lowest=0.0)
    assert np.sqrt(found.number) == pytest.approx(0.98, rel=1e-6)
    assert "each step keeps 0.98 of the distance, 0.96 of the loss" in found.sentence
    assert "steps 200 to 400" in found.sentence


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_power_laws_are_sublinear(power):
    found = convergence((np.arange(3000.0) + 1) ** -power, lowest=0.0)
    assert found.order is Order.SUBLINEAR
    assert found.number == pytest.approx(power, rel=1e-6)
    assert f"t^−{power:g}" in found.sentence


def test_newton_on_a_smooth_function_is_quadratic():
    # f = log cosh(x) + ¼x² − 0.3x: Newton's errors in f have order 2.
    x, values = 1.2, []
    for _ in range(7):
        values.append(np.log(np.cosh(x)) + 0.25 * x**2 - 0.3 * x)
        x -= (np.tanh(x) + 0.5 * x - 0.3) / (1 / np.cosh(x) ** 2 + 0.5)
    found = convergence(values, lowest=values[-1])
    assert found.order is Order.QUADRATIC


def test_exact_orders():
    errors = [0.1]
    for _ in range(5):
        errors.append(errors[-1] ** 1.5)
    found = convergence(errors, lowest=0.0)
    assert found.order is Order.SUPERLINEAR
    assert found.number == pytest.approx(1.5)


def test_a_fast_linear_rate_is_not_taken_for_superlinear():
    assert convergence(0.05 ** np.arange(9.0), lowest=0.0).order is Order.LINEAR


def test_rounding_at_the_bottom_is_left_out():
    values = 1.0 + 0.5 ** np.arange(200.0)
    found = convergence(values, lowest=1.0)
    assert found.last < 50
    assert found.number == pytest.approx(0.5, rel=1e-2)


def test_without_a_known_minimum_the_lowest_value_seen_is_named():
    found = convergence(2.0 + 0.97 ** np.arange(1000.0))
    assert found.order is Order.LINEAR
    assert found.number == pytest.approx(0.97, rel=1e-3)
    assert "lowest value seen" in found.sentence


@pytest.mark.parametrize(
    "values", [[1.0], [1.0, np.nan], [3.0] * 50, np.linspace(1, 5, 60), [np.nan] * 9, [np.inf, 1, 1, 1, 1, 1]]
)
def test_where_nothing_converges_no_rate_is_claimed(values):
    assert convergence(values, lowest=0.5).order is Order.NONE


def test_a_factor_near_one_keeps_its_digits():
    assert "1 − " in convergence(0.9999 ** np.arange(2000.0), lowest=0.0).sentence


@pytest.mark.parametrize("values", [-np.arange(60.0), -(1.1 ** np.arange(60.0))])
def test_an_incline_or_a_fall_without_end_has_no_rate(values):
    assert convergence(values).order is Order.NONE
