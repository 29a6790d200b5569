"""Starts that nobody named, and the minimum below them."""

import numpy as np
import pytest

from engine.catalogue import example
from engine.curve_fit import CurveFit
from engine.fitting import fit_window, guessed_start, minimum_below

X = np.linspace(0.5, 9.0, 30)
TRUE = {
    "a + b*x": [3.0, -0.2],
    "b1*(1-exp(-b2*x))": [240.0, 0.05],
    "a*x^b": [0.002, 1.7],
    "a/(1+exp(-(x-b)/c))": [12.0, 4.0, 0.8],
    "p*1e6*exp(-q*x)": [3e-4, 0.6],
}


@pytest.mark.parametrize("text", TRUE)
def test_a_guessed_start_leads_to_the_coefficients_that_made_the_data(text):
    true = np.array(TRUE[text])
    fit = CurveFit(text, X, CurveFit(text, X, X).predict(true, X))
    start = guessed_start(fit)
    assert not np.array_equal(start, true)
    np.testing.assert_allclose(minimum_below(fit, start), true, rtol=1e-4)


def test_a_guess_has_one_digit_and_is_the_same_every_time():
    fit = CurveFit("a*exp(-b*x)", X, 7 * np.exp(-0.3 * X))
    start = guessed_start(fit)
    np.testing.assert_array_equal(start, guessed_start(fit))
    assert [float(f"{number:.0e}") for number in start] == start.tolist()


def test_the_shipped_measurements_reach_the_certified_values():
    experiment = example("misra1a").make()
    problem = experiment.problem
    fit = CurveFit(problem.text, problem.x, problem.y)
    found = minimum_below(fit, experiment.starts[0].given)
    np.testing.assert_allclose(found, [2.3894212918e2, 5.5015643181e-1], rtol=1e-6)


def test_a_window_gives_every_coefficient_its_own_scale():
    experiment = example("misra1a").make()
    fit = CurveFit(experiment.problem.text, experiment.problem.x, experiment.problem.y)
    window = fit_window(fit, experiment.starts[0].given, (1, 0))
    low, high = np.array(window[::2]), np.array(window[1::2])
    for point in ([0.1, 500.0], [0.55, 238.9]):
        assert (low < point).all()
        assert (point < high).all()
    np.testing.assert_allclose(high - low, [(1 + 2 * 0.35) * 4.5016e-1, (1 + 2 * 0.35) * 261.058], rtol=1e-4)


def test_where_nothing_is_gained_there_is_no_minimum():
    flat = CurveFit("a*exp(b*x)", np.full(3, 1e5), np.zeros(3))
    assert minimum_below(flat, np.array([2.0, 4.0])) is None


def test_many_measurements_are_looked_at_in_part_when_a_start_is_guessed():
    x = np.linspace(0, 1, 20_000)
    start = guessed_start(CurveFit("a + b*x", x, 5 - 2 * x))
    assert start.shape == (2,)
