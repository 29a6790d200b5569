"""What every optimizer must do: tests that loop over the table."""

import inspect

import numpy as np
import pytest

from engine import optimizers
from engine.optimizers import KINDS, describe, explain, stability_bound, stack
from engine.optimizers.method import LARGEST_DENSE
from engine.schedules import InverseTime, Schedule
from tests.engine.optimizers.driver import descend
from tests.engine.optimizers.landscapes import Cliff, Quadratic, Residuals, Rosenbrock, Saddle, Slope

NAMES = list(KINDS)
FIRST = [name for name, kind in KINDS.items() if kind.family == "first order"]
MATRIX = [[2.0, 0.3, 0.0], [0.3, 1.0, 0.1], [0.0, 0.1, 0.5]]


def build(name, **settings):
    return getattr(optimizers, name)(**settings)


def landscape(name):
    return Residuals() if KINDS[name].needs_residuals else Rosenbrock()


def starts_for(name):
    return np.array([[1.5, 0.4], [2.5, 1.0]]) if KINDS[name].needs_residuals else np.array([[-1.2, 1.0], [0.5, 2.0]])


@pytest.mark.parametrize("name", NAMES)
def test_constructor_takes_its_defaults_from_the_table(name):
    optimizer, kind = build(name), KINDS[name]
    assert optimizer.kind == name
    assert dict(optimizer.settings) == {p.name: p.default for p in kind.parameters}
    assert optimizer.schedule.rates(np.array(0)) == kind.default_rate
    assert kind.rate_range[0] <= kind.default_rate <= kind.rate_range[1]
    assert kind.clips == ("clip" in inspect.signature(getattr(optimizers, name)).parameters)
    assert kind.sentence.endswith(".")
    assert kind.source
    for parameter in kind.parameters:
        if parameter.choices:
            assert parameter.default in parameter.choices
        elif not isinstance(parameter.default, bool):
            assert parameter.low <= parameter.default <= parameter.high


@pytest.mark.parametrize("name", NAMES)
def test_learning_rate_is_a_number_or_a_schedule(name):
    assert isinstance(build(name, learning_rate=0.5).schedule, Schedule)
    assert build(name, learning_rate=InverseTime(0.5)).schedule == InverseTime(0.5)


@pytest.mark.parametrize("name", NAMES)
def test_lowers_the_loss_and_leaves_the_callers_arrays_alone(name):
    starts = starts_for(name)
    kept = starts.copy()
    rates = {"gradient_descent": 1e-3, "momentum": 5e-4, "nesterov": 5e-4, "radam": 5e-4}
    rate = {"learning_rate": rates.get(name, 0.01)} if name in FIRST and name != "adadelta" else {}
    run = descend(landscape(name), [build(name, **rate)] * 2, starts, 60)
    assert (run.values[-1] < run.values[0]).all()
    assert np.array_equal(starts, kept)


@pytest.mark.parametrize("name", NAMES)
def test_runs_of_a_stack_are_bit_identical_to_runs_alone(name):
    starts = np.vstack([starts_for(name), starts_for(name)[::-1] + 0.25, [[3.0, 2.0]]])
    rates = np.array([1.0, 0.7, 0.3, 0.5, 0.9]) * (2e-3 if name in FIRST else 1.0)
    each = [build(name, learning_rate=float(rate)) for rate in rates]
    together = descend(landscape(name), each, starts, 25).points
    for run, (optimizer, start) in enumerate(zip(each, starts, strict=True)):
        alone = descend(landscape(name), [optimizer], start[None], 25).points
        assert np.array_equal(together[:, run], alone[:, 0], equal_nan=True)


@pytest.mark.parametrize("name", NAMES)
def test_state_is_arrays_with_the_runs_first(name):
    def leaves(state):
        return [leaf for part in state for leaf in leaves(part)] if isinstance(state, tuple) else [state]

    points = np.zeros((3, 2))
    run = descend(landscape(name), [build(name)] * 3, np.full((3, 2), 0.4), 2)
    for state in (stack([build(name)] * 3).init(points), run.state):
        assert all(leaf.shape[0] == 3 for leaf in leaves(state))


@pytest.mark.parametrize("name", NAMES)
def test_ended_runs_cost_nothing(name):
    run = descend(landscape(name), [build(name)] * 2, starts_for(name), 3, active=[False, False])
    assert sum(run.evaluate.calls.values()) == 0


@pytest.mark.parametrize("name", NAMES)
def test_numbers_that_are_not_finite_neither_raise_nor_warn(name):
    for start in ([np.nan, 0.0], [np.inf, 1.0], [1e200, 1e200], [-1e160, 3.0]):
        bad = descend(landscape(name), [build(name)] * 2, np.array([start, starts_for(name)[0]]), 4)
        alone = descend(landscape(name), [build(name)], starts_for(name)[:1], 4)
        assert np.array_equal(bad.points[:, 1], alone.points[:, 0])  # the neighbour does not notice


@pytest.mark.parametrize("name", [n for n, kind in KINDS.items() if not kind.needs_residuals])
def test_staying_is_the_answer_at_a_stationary_point(name):
    run = descend(Quadratic(MATRIX), [build(name)], np.zeros((1, 3)), 3)
    assert np.array_equal(run.end, np.zeros((1, 3)))
    assert all(report.failed is None or not report.failed.any() for report in run.reports)
    assert all(report.refused is None or not report.refused.any() for report in run.reports)


@pytest.mark.parametrize("name", [n for n in NAMES if n not in FIRST or n == "gradient_descent"])
def test_predicted_change_is_the_models(name):
    objective, start = landscape(name), starts_for(name)[:1]
    (report,) = (run := descend(objective, [build(name, learning_rate=0.5)], start, 1)).reports
    moved = run.points[1] - run.points[0]
    gradient = objective.value_and_gradient(start)[1]
    expected = np.sum(gradient * moved, axis=-1)
    if KINDS[name].family == "second order":
        matrix = objective.gauss_newton(start) if KINDS[name].needs_residuals else objective.hessian(start)
        expected = expected + 0.5 * np.einsum("ri,rij,rj->r", moved, matrix, moved)
    np.testing.assert_allclose(report.predicted, expected, rtol=1e-9)
    assert np.linalg.norm(moved) > 0


@pytest.mark.parametrize("name", NAMES)
def test_every_step_can_be_told_in_words(name):
    run = descend(landscape(name), [build(name)] * 2, starts_for(name), 3)
    for report in run.reports:
        for r in range(2):
            sentence = explain(build(name), report, r)
            assert sentence.endswith(".")
            assert "nan" not in sentence
            assert sentence == explain(KINDS[name], report, r)


def test_names_for_legends():
    assert describe(optimizers.momentum(0.1, 0.9)) == "Momentum (α = 0.1, β = 0.9)"
    assert describe(optimizers.newton()) == "Newton (raw)"
    assert describe(optimizers.newton(0.5)) == "Newton (raw) (α = 0.5)"
    assert describe(optimizers.damped_newton(damping=0.5, adaptive=True)) == "Damped Newton (μ = 0.5, adaptive)"
    assert describe(optimizers.adam(clip=1.0)) == "Adam (α = 0.001, ‖g‖ ≤ 1)"
    assert describe(optimizers.lbfgs(memory=5)) == "L-BFGS (memory = 5)"
    assert len({describe(build(name)) for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: optimizers.momentum(beta=1.0), "below 1"),
        (lambda: optimizers.momentum(beta=-0.1), "at least 0"),
        (lambda: optimizers.momentum(learning_rate=-1), "above 0"),
        (lambda: optimizers.adam(epsilon=np.nan), "finite"),
        (lambda: optimizers.gradient_descent(line_search="golden"), "one of none, backtracking"),
        (lambda: optimizers.gradient_descent(clip=0.0), "above 0"),
        (lambda: stack([]), "no optimizers"),
        (lambda: stack([optimizers.adam(), optimizers.newton()]), "one kind"),
    ],
)
def test_bad_settings_get_a_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.forms_hessian])
def test_dense_curvature_is_refused_for_many_parameters(name):
    objective = Slope(np.ones(2))
    objective.slope = np.ones(LARGEST_DENSE + 1)  # nothing of size P×P may be formed on the way
    run = descend(objective, [build(name)], np.zeros((1, LARGEST_DENSE + 1)), 1)
    assert run.reports[0].failed.all()
    assert "newton_cg" in run.reports[0].because
    assert np.array_equal(run.end, np.zeros_like(run.end))


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.needs_residuals])
def test_without_residuals_the_run_fails_with_a_sentence(name):
    run = descend(Rosenbrock(), [build(name)], [[0.5, 0.5]], 1)
    assert run.reports[0].failed.all()
    assert "residuals" in run.reports[0].because
    assert np.array_equal(run.points[0], run.points[1])


# --- what single methods must show -------------------------------------------------------------------------------------


@pytest.mark.parametrize("clip", [0.5, 2.0])
def test_clipping_limits_the_gradient_and_keeps_its_direction(clip):
    slope = np.array([3.0, -4.0])
    run = descend(Slope(slope), [optimizers.gradient_descent(1.0, clip=clip)], np.zeros((1, 2)), 1)
    np.testing.assert_allclose(run.end[0], -slope / 5 * clip, rtol=1e-12)
    free = descend(Slope(slope), [optimizers.gradient_descent(1.0, clip=6.0)], np.zeros((1, 2)), 1)
    np.testing.assert_array_equal(free.end[0], -slope)


def test_velocity_on_a_constant_slope_tends_to_its_sum():
    beta, slope = 0.9, np.array([2.0, -1.0])
    run = descend(Slope(slope), [optimizers.momentum(0.1, beta)], np.zeros((1, 2)), 400)
    np.testing.assert_allclose((run.points[-2] - run.points[-1])[0] / 0.1, slope / (1 - beta), rtol=1e-10)


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("name", ["gradient_descent", "momentum", "nesterov"])
def test_stability_bound_separates_convergence_from_divergence(name, beta):
    largest = 4.0
    settings = {} if name == "gradient_descent" else {"beta": beta}
    bound = stability_bound(build(name, **settings))
    for share, converges in ((0.98, True), (1.02, False)):
        optimizer = build(name, learning_rate=share * bound / largest, **settings)
        run = descend(Quadratic(np.diag([largest, 1.0])), [optimizer], np.ones((1, 2)), 2000)
        assert bool(run.values[-1, 0] < 1e-12) is converges


def test_stability_bound_is_not_claimed_where_it_is_not_known():
    assert stability_bound(optimizers.adam()) is None
    assert stability_bound(optimizers.gradient_descent(line_search="backtracking")) is None


def test_backtracking_saves_a_rate_that_would_diverge():
    start = np.array([[-1.2, 1.0]])
    fixed = descend(Rosenbrock(), [optimizers.gradient_descent(1.0)], start, 20)
    searched = descend(Rosenbrock(), [optimizers.gradient_descent(1.0, line_search="backtracking")], start, 20)
    assert not fixed.values[-1, 0] < fixed.values[0, 0]
    assert (np.diff(searched.values[:, 0]) < 0).all()
    assert "shortened" in explain("gradient_descent", searched.reports[0])


@pytest.mark.parametrize("name", ["saddle_free", "trust_region", "newton_cg", "bfgs", "lbfgs", "conjugate_gradient"])
def test_a_search_steps_back_from_the_edge_of_the_landscape(name):
    run = descend(Cliff(), [build(name)], [[0.5]], 15)
    assert np.isfinite(run.values).all()
    assert run.values[-1, 0] < run.values[0, 0]


def test_saddle_free_leaves_the_saddle_that_newton_goes_to():
    start = np.array([[0.5, 0.1]])
    raw = descend(Saddle(), [optimizers.newton()], start, 10)
    np.testing.assert_allclose(raw.end[0], [0.0, 0.0], atol=1e-12)
    assert explain("newton", raw.reports[0]).startswith(
        "The Hessian has 1 negative eigenvalue: the raw Newton step goes to a saddle of the model"
    )
    for optimizer in (
        optimizers.saddle_free(),
        optimizers.damped_newton(adaptive=True),
        optimizers.trust_region(),
        optimizers.newton_cg(),
    ):
        run = descend(Saddle(), [optimizer], start, 30)
        np.testing.assert_allclose(run.end[0], [0.0, 1.0], atol=1e-6, err_msg=optimizer.kind)
