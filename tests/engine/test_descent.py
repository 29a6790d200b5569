"""Runs: equal experiments give equal bits, whatever the pace and the company; every end is an outcome with a sentence."""

import dataclasses
import gc
import weakref

import numpy as np
import pytest

import engine
from engine import optimizers as o
from engine.descent import Descent, continued, descend, descent_job
from engine.formulas import Formula
from engine.job import drain
from engine.ledger import record_every
from engine.network import Network
from engine.objective import Block, Objective
from engine.optimizers import KINDS
from engine.optimizers.method import Optimizer
from engine.plane import Line, Plane
from engine.schedules import Constant, Hold, InverseTime
from engine.trajectory import Ending
from tests.engine.landscapes import Quadratic

XOR = engine.Dataset(np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0]))
SCALARS = ("values", "gradient_norms", "step_lengths", "rates", "evaluations", "examples_seen")
RESIDUAL_KINDS = {"gauss_newton", "levenberg_marquardt"}


def xor(loss="squared_error", output="sigmoid"):
    network = Network((2, 2, 2), output=output, loss=loss)
    return network, network.objective(XOR.train)


def cloud(count=10, seed=0):
    """A small classification problem whose examples differ, for mini-batches."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(count, 3))
    network = Network((3, 4, 2), loss="cross_entropy")
    return network, network.objective(engine.Dataset(inputs, (inputs[:, 0] > 0).astype(int)).train)


def every_kind(rate=None):
    return [Optimizer(kind.name, Constant(rate or kind.default_rate), _defaults(kind)) for kind in KINDS.values()]


def _defaults(kind):
    return tuple((parameter.name, parameter.default) for parameter in kind.parameters)


def assert_equal_runs(a, b, of_a=slice(None), of_b=slice(None)):
    """Equal to the bit in all but the seconds."""
    np.testing.assert_array_equal(a.points[:, of_a], b.points[:, of_b])
    for name in SCALARS:
        np.testing.assert_array_equal(getattr(a, name)[:, of_a], getattr(b, name)[:, of_b], err_msg=name)
    for name in ("train", "validation", "train_accuracy"):
        np.testing.assert_array_equal(getattr(a.monitored, name)[:, of_a], getattr(b.monitored, name)[:, of_b])
    np.testing.assert_array_equal(a.ended[of_a], b.ended[of_b])
    assert a.outcomes[of_a] == b.outcomes[of_b]


def test_a_value_is_the_loss_of_its_steps_batch_at_its_steps_point():
    network, loss = cloud()
    starts = np.stack([network.initialize(seed) for seed in (0, 1)])
    request = Descent(loss, starts, (o.momentum(0.2), o.adam(0.05), o.saddle_free()), 9, batch_size=4, seed=5)
    runs = drain(descent_job(request))
    assert runs.points.shape == (10, 6, network.dimension)
    for step in range(10):
        batch = loss.minibatch(request.batches.indices(step))
        values, gradients = batch.value_and_gradient(runs.points[step])
        np.testing.assert_array_equal(runs.values[step], values)
        np.testing.assert_allclose(runs.gradient_norms[step], np.linalg.norm(gradients, axis=1), rtol=1e-13)
    moved = np.linalg.norm(np.diff(runs.points, axis=0), axis=2)
    np.testing.assert_allclose(runs.step_lengths[:-1], moved, rtol=1e-12, atol=1e-300)
    assert (runs.step_lengths[-1] == 0).all()


def test_runs_are_starts_times_optimizers_with_optimizers_fastest():
    starts, rates = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]]), (0.1, 0.25)
    runs = descend(Quadratic(np.eye(2)), starts, [o.gradient_descent(rate) for rate in rates], steps=3)
    for run in range(6):
        np.testing.assert_array_equal(runs.points[0, run], starts[run // 2])
        np.testing.assert_allclose(runs.points[3, run], starts[run // 2] * (1 - rates[run % 2]) ** 3, rtol=1e-14)
    assert (runs.rates == np.tile(rates, 3)).all()


@pytest.mark.parametrize("batch_size", [None, 3])
def test_the_pace_changes_no_bit(monkeypatch, batch_size):
    network, loss = cloud()
    starts = np.stack([network.initialize(seed) for seed in (0, 1)])
    chosen = (o.gradient_descent(0.5), o.momentum(80.0), o.adam(0.05), o.damped_newton(adaptive=True), o.lbfgs())
    request = Descent(loss, starts, chosen, 60, batch_size, validation=loss, monitor_every=3)
    usual = drain(descent_job(request))
    for chunk, buffer in ((1e-9, 1), (1e-9, 1 << 21), (1.0, 1 << 21)):
        monkeypatch.setattr("engine.group.CHUNK", chunk)
        monkeypatch.setattr("engine.descent.CHUNK", chunk)
        monkeypatch.setattr("engine.group.BUFFER_BYTES", buffer)
        assert_equal_runs(usual, drain(descent_job(request)))
        assert_equal_runs(usual, drain(descent_job(request, 2.0)))


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("batch_size", [None, 3])
def test_company_changes_no_bit(kind, batch_size):
    if kind in RESIDUAL_KINDS:
        network, loss = xor()
        batch_size = batch_size and 2
    else:
        network, loss = cloud()
    starts = np.stack([network.initialize(seed) for seed in range(3)])
    one = Optimizer(kind, Constant(KINDS[kind].default_rate), _defaults(KINDS[kind]))
    other = dataclasses.replace(one, schedule=Constant(0.3 * KINDS[kind].default_rate))
    together = descend(loss, starts, [one, other], steps=25, batch_size=batch_size, seed=2)
    for run in (0, 3, 5):
        alone = descend(loss, starts[run // 2], [(one, other)[run % 2]], steps=25, batch_size=batch_size, seed=2)
        assert_equal_runs(together, alone, of_a=slice(run, run + 1))


@pytest.mark.parametrize("formula", ["rosenbrock", "himmelblau", "ackley", "double_well"])
def test_company_changes_no_bit_on_formulas(formula):
    objective = Formula(formula)
    starts = np.random.default_rng(1).normal(size=(7, objective.dimension))
    chosen = [o.gradient_descent(0.001), o.momentum(0.001), o.adam(0.01), o.trust_region(), o.bfgs(), o.rmsprop()]
    together = descend(objective, starts, chosen, steps=30)
    for run in (0, 9, 16, 23, 34, 41):
        alone = descend(objective, starts[run // 6], [chosen[run % 6]], steps=30)
        assert_equal_runs(together, alone, of_a=slice(run, run + 1))


def test_an_ended_run_leaves_the_others_as_they_are():
    loss = Quadratic(np.diag([1.0, 10.0]))
    starts = np.array([[1.0, 1.0], [0.0, 0.0], [2.0, -1.0]])
    chosen = [o.momentum(0.05), o.momentum(0.5), o.lbfgs(memory=4), o.lbfgs(memory=9), o.damped_newton(adaptive=True)]
    together = descend(loss, starts, chosen, steps=80)
    assert {outcome.ending for outcome in together.outcomes} >= {Ending.STEP_LIMIT, Ending.CONVERGED, Ending.DIVERGED}
    for run in range(15):
        alone = descend(loss, starts[run // 5], [chosen[run % 5]], steps=80)
        assert_equal_runs(together, alone, of_a=slice(run, run + 1))


def test_an_ended_run_repeats_its_last_entries():
    loss = Quadratic(np.eye(2))
    runs = descend(loss, [[1.0, 1.0]], [o.newton(), o.gradient_descent(3.0), o.gradient_descent(0.1)], steps=100)
    assert [outcome.ending for outcome in runs.outcomes] == [Ending.CONVERGED, Ending.DIVERGED, Ending.STEP_LIMIT]
    for run, at in enumerate(runs.ended):
        assert runs.done[run] == at
        assert (runs.computed[:, run] == (np.arange(101) <= at)).all()
        np.testing.assert_array_equal(runs.points[at:, run], np.broadcast_to(runs.points[at, run], (101 - at, 2)))
        for name in set(SCALARS) - {"rates", "step_lengths"}:
            assert (getattr(runs, name)[at:, run] == getattr(runs, name)[at, run]).all(), name
        assert (runs.step_lengths[at:, run] == 0).all()
        late = runs.monitored.steps >= at
        np.testing.assert_array_equal(runs.monitored.train[late, run], loss.value(runs.points[at, run]))
    assert runs.ended[0] == 1
    assert runs.complete


def test_growing_results_are_read_only_and_what_is_done_never_changes():
    network, loss = cloud()
    starts = np.stack([network.initialize(seed) for seed in range(2)])
    request = Descent(loss, starts, (o.gradient_descent(1e9), o.adam(0.1), o.saddle_free()), 300, batch_size=4)
    seen, fractions = [], []
    for progress in descent_job(request):
        runs = progress.result
        fractions.append(progress.fraction)
        for name in ("points", *SCALARS, "seconds"):
            with pytest.raises(ValueError, match="read-only"):
                getattr(runs, name)[0] = 0.0
        copies = {name: getattr(runs, name).copy() for name in (*SCALARS, "points", "seconds")}
        seen.append((runs.done.copy(), runs.ended.copy(), copies))
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(seen) > 1
    for done, ended, early in seen:
        for run in range(runs.runs):
            upto = None if ended[run] >= 0 else done[run] + 1  # an ended run's repetitions stand for ever, too
            for name, book in early.items():
                np.testing.assert_array_equal(book[:upto, run], getattr(runs, name)[:upto, run], err_msg=name)


class Slow(Quadratic):
    """A Hessian that takes much longer than a gradient."""

    def hessian(self, points):
        sum(range(200_000))
        return np.array(super().hessian(points))


def test_a_newton_run_does_not_hold_back_gradient_descent():
    request = Descent(Slow(np.diag([1.0, 50.0])), [[1.0, 1.0]], (o.gradient_descent(0.01), o.newton(0.05)), 150)
    shares = [progress.result.done + 1 for progress in descent_job(request)]
    whole = next(done for done in shares if done[0] == 151)
    assert whole[1] < 75
    assert shares[-1].tolist() == [151, 151]


def test_a_large_hessian_is_formed_in_pieces_and_gives_the_same_run(monkeypatch):
    rng = np.random.default_rng(0)
    network = Network((20, 8, 4))
    loss = network.objective(engine.Dataset(rng.normal(size=(400, 20)), rng.integers(4, size=400)).train)
    start = network.initialize(0)
    for chosen in (o.damped_newton(adaptive=True), o.levenberg_marquardt(), o.trust_region()):
        request = Descent(loss, start, (chosen, o.gradient_descent(0.1)), 4)
        pieces = drain(descent_job(request))
        monkeypatch.setattr("engine.lockstep.WORTH_PIECES", 10**9)
        assert_equal_runs(drain(descent_job(request)), pieces)
        monkeypatch.undo()


def test_closing_the_job_leaves_nothing_behind():
    network, loss = cloud()
    request = Descent(loss, network.initialize(0), (o.momentum(0.1), o.newton()), 10_000, batch_size=3)
    before = np.geterr()
    job = descent_job(request)
    for _ in range(3):
        last = next(job).result
    done = last.done.copy()
    job.close()
    assert np.geterr() == before
    assert (last.done == done).all()
    with pytest.raises(StopIteration):
        next(job)


def test_two_jobs_side_by_side_do_not_meet():
    network, loss = cloud()
    requests = [Descent(loss, network.initialize(seed), (o.momentum(0.3), o.lbfgs()), 80, 3, seed) for seed in (0, 1)]
    alone = [drain(descent_job(request)) for request in requests]
    jobs, last = [descent_job(request) for request in requests], {}
    while len(last) < 4:
        for number, job in enumerate(jobs):
            progress = next(job, None)
            last[number if progress else number + 2] = progress.result if progress else True
    for number in (0, 1):
        assert_equal_runs(alone[number], last[number])


def test_diverging_runs_are_outcomes_with_sentences_and_no_warnings():
    cases = [
        (Quadratic(np.eye(2)), o.gradient_descent(2.5), "grown beyond all measure"),
        (Quadratic(-np.eye(2)), o.gradient_descent(2.5), "falls without bound"),
        (Formula.parse("exp(x)^2"), o.gradient_descent(1e9), None),
        (Formula.parse("x^4"), o.momentum(1e200), "not a finite number any more"),
        (Formula.parse("sqrt(x)"), o.gradient_descent(10.0), "not a finite number any more"),
    ]
    for objective, optimizer, words in cases:
        runs = descend(objective, np.ones(objective.dimension), [optimizer], steps=400)
        if words is None:  # a huge step to where the loss is flat is no divergence
            assert runs.outcomes[0].ending is Ending.CONVERGED
            continue
        assert runs.outcomes[0].ending is Ending.DIVERGED
        assert words in runs.outcomes[0].sentence
        at = runs.ended[0]
        before = runs.values[:at, 0]
        assert np.isfinite(before).all()
        assert (np.abs(before) <= 1e12 * (1 + abs(before[0]))).all()


def test_a_start_that_is_not_a_number_diverges_at_once():
    runs = descend(Formula("rosenbrock"), [[np.nan, 0.0], [0.5, 0.5]], [o.gradient_descent(1e-3), o.newton()], steps=5)
    assert [outcome.ending for outcome in runs.outcomes[:2]] == [Ending.DIVERGED] * 2
    assert runs.ended[:2].tolist() == [0, 0]
    assert "choose another start" in runs.outcomes[0].sentence
    assert runs.outcomes[2].ending is Ending.STEP_LIMIT


def test_raw_newton_meets_singular_hessians_without_an_exception():
    network, loss = cloud()
    runs = descend(loss, network.initialize(0), [o.newton()], steps=30)
    assert runs.complete
    monkey = descend(Formula("monkey_saddle"), [[0.0, 0.0]], [o.newton()], steps=5)
    assert monkey.outcomes[0].ending is Ending.CONVERGED


class Blinking(Quadratic):
    """Its Hessian is not finite beyond x = 0.5."""

    def hessian(self, points):
        found = np.array(super().hessian(points))
        found[points[..., 0] < 0.5] = np.nan
        return found


def test_a_run_that_cannot_go_on_fails_with_the_methods_own_sentence():
    starts = [[1.0, 1.0], [-1.0, 0.0]]
    runs = descend(Blinking(np.eye(2)), starts, [o.newton(0.25), o.gradient_descent(0.1)], steps=20)
    newton = runs.outcomes[0], runs.outcomes[2]
    assert [outcome.ending for outcome in newton] == [Ending.FAILED] * 2
    assert "The curvature at this point is not finite" in newton[0].sentence
    assert runs.ended[[0, 2]].tolist() == [3, 0]
    np.testing.assert_allclose(runs.points[-1, 0], [0.75**3, 0.75**3])
    assert runs.outcomes[1].ending is Ending.STEP_LIMIT


class Large(Objective):
    """½‖θ‖² in so many parameters that nobody may form its Hessian."""

    def __init__(self, size):
        self.size = size

    @property
    def blocks(self):
        return (Block("w", 0, (self.size,), "weight"),)

    def value(self, points):
        return 0.5 * np.sum(points * points, axis=-1)

    def value_and_gradient(self, points):
        return self.value(points), points.copy()

    def hessian(self, points):
        raise AssertionError("nobody may form this")

    def hessian_vector_product(self, points, vectors):
        return vectors + 0 * points


def test_methods_that_cannot_work_on_a_problem_say_so_and_let_the_others_run():
    runs = descend(Large(3001), np.ones(3001), [o.newton(), o.newton_cg(), o.bfgs(), o.gradient_descent(0.5)], steps=3)
    for refused in (0, 2):
        assert runs.outcomes[refused].ending is Ending.FAILED
        assert "Newton–CG" in runs.outcomes[refused].sentence
        assert runs.ended[refused] == 0
        assert (runs.points[:, refused] == 1).all()
    assert (np.diff(runs.values[:, 1]) < 0).all()
    np.testing.assert_allclose(runs.points[-1, 3], 0.125)
    small = descend(Large(3000), np.ones(3000), [o.gradient_descent(0.5)], steps=1)
    assert small.outcomes[0].ending is Ending.STEP_LIMIT


@pytest.mark.parametrize("chosen", [o.gauss_newton(), o.levenberg_marquardt()])
def test_methods_for_residuals_are_refused_without_them(chosen):
    network, loss = xor("cross_entropy", "identity")
    for objective, start in ((loss, network.initialize(0)), (Formula("rosenbrock"), np.zeros(2))):
        runs = descend(objective, start, [chosen], steps=3)
        assert runs.outcomes[0].ending is Ending.FAILED
        assert "choose squared error, or another method" in runs.outcomes[0].sentence
    network, loss = xor()
    assert descend(loss, network.initialize(0), [chosen], steps=3).outcomes[0].ending is not Ending.FAILED


def test_examples_seen_are_the_honest_cost():
    network, loss = cloud(10)
    runs = descend(loss, network.initialize(0), [o.gradient_descent(0.1), o.newton_cg()], steps=7, batch_size=4)
    sizes = np.array([4, 4, 2, 4, 4, 2, 4])
    np.testing.assert_array_equal(runs.evaluations[:, 0], np.arange(8))
    np.testing.assert_array_equal(runs.examples_seen[:, 0], np.append(0, np.cumsum(sizes)))
    assert (np.diff(runs.evaluations[:, 1]) > 1).all()
    spent = np.diff(runs.evaluations[:, 1])
    np.testing.assert_array_equal(np.diff(runs.examples_seen[:, 1]), spent * sizes)


def test_a_dense_hessian_costs_one_evaluation_a_parameter():
    runs = descend(Quadratic(np.diag([1.0, 2.0, 3.0])), np.ones(3), [o.newton(0.5)], steps=2)
    assert runs.evaluations[:, 0].tolist() == [0.0, 4.0, 8.0]


@pytest.mark.parametrize(("steps", "runs", "most"), [(100, 2, 10_000), (1000, 3, 4096), (7, 1, 1), (97, 1, 16 * 11)])
def test_records_are_thinned_to_the_memory_given(steps, runs, most):
    loss = Quadratic(np.diag([1.0, 2.0]))
    starts = np.arange(1.0, 2 * runs + 1).reshape(runs, 2)
    full = descend(loss, starts, [o.momentum(0.1)], steps=steps)
    thin = descend(loss, starts, [o.momentum(0.1)], steps=steps, record_bytes=most)
    assert thin.points.nbytes <= max(most, 2 * runs * 16)
    assert thin.steps[0] == 0
    assert thin.steps[-1] == steps
    assert (np.diff(thin.steps)[:-1] == thin.record_every).all()
    np.testing.assert_array_equal(thin.points, full.points[thin.steps])
    np.testing.assert_array_equal(thin.values, full.values)


def test_a_run_that_ends_between_two_records_keeps_its_last_point():
    runs = descend(Quadratic(np.eye(2)), [[1.0, 1.0]], [o.gradient_descent(2.2)], steps=1000, record_bytes=16 * 6)
    at = int(runs.ended[0])
    steps, path = runs.path(0)
    assert at % runs.record_every
    assert steps[-1] == at
    assert len(steps) == len(path)
    np.testing.assert_allclose(path[-1], np.full(2, (-1.2) ** at), rtol=1e-10)
    np.testing.assert_array_equal(runs.point_at(0), path[-1])
    np.testing.assert_array_equal(runs.point_at(0, 0), runs.points[0, 0])


def test_ten_thousand_steps_of_thirteen_thousand_parameters_fit_the_memory():
    every = record_every(steps=10_000, record=13_002 * 8, most=128 * 2**20)
    records = len(range(0, 10_001, every)) + (10_000 % every != 0)
    assert records * 13_002 * 8 <= 128 * 2**20
    job = descent_job(Descent(Large(13_002), np.ones(13_002), (o.gradient_descent(0.1),), 10_000))
    assert next(job).result.points.nbytes <= 128 * 2**20
    job.close()


@pytest.mark.parametrize("chosen", [o.momentum(0.01), o.adam(0.05), o.saddle_free(), o.lbfgs(), o.trust_region()])
def test_runs_within_a_plane_stay_in_it_and_do_not_depend_on_how_it_is_drawn(chosen):
    network, loss = xor()
    rng = np.random.default_rng(4)
    origin, one, two = rng.normal(size=(3, network.dimension))
    plane = Plane(origin, one, two)
    # Another origin and other, skew and unequal axes of the same plane.
    again = Plane(origin + 0.7 * one - 2 * two, 3 * one + two, 0.1 * two - one)
    if chosen.kind == "adam":  # component-wise methods see the first axis's direction, and nothing else of the drawing
        again = Plane(origin - 2 * two, 3 * one, 0.1 * two - one)
    start = plane.point([0.4, -0.3])
    runs = descend(loss, start, [chosen], steps=40, within=plane)
    assert plane.distance(runs.points).max() < 1e-12
    np.testing.assert_allclose(runs.points[0, 0], start, atol=1e-13)
    np.testing.assert_allclose(runs.values[:, 0], loss.value(runs.points[:, 0]), rtol=1e-13)
    other = descend(loss, start, [chosen], steps=40, within=again)
    np.testing.assert_allclose(runs.points, other.points, atol=1e-6)
    assert np.linalg.norm(runs.points[-1] - runs.points[0]) > 1e-2


def test_descent_within_a_plane_is_projected_gradient_descent():
    matrix = np.diag([1.0, 3.0, 9.0])
    plane = Plane([1.0, 0.0, 1.0], [1.0, 1.0, 0.0], [0.0, 2.0, 0.5])
    runs = descend(Quadratic(matrix), [1.0, 0.5, 1.0], [o.gradient_descent(0.05)], steps=30, within=plane)
    basis = np.linalg.qr(plane.directions.T)[0]
    theta = plane.point(plane.coordinates([1.0, 0.5, 1.0]))
    for step in range(31):
        np.testing.assert_allclose(runs.points[step, 0], theta, atol=1e-12)
        theta = theta - 0.05 * basis @ (basis.T @ (matrix @ theta))


def test_runs_along_a_line_and_company_in_a_plane():
    network, loss = xor()
    start = network.initialize(0)
    line = Line(start, np.ones(network.dimension))
    runs = descend(loss, start, [o.newton(), o.gradient_descent(0.3)], steps=12, within=line)
    assert line.distance(runs.points).max() < 1e-12
    plane = Plane(start, np.ones(network.dimension), np.arange(float(network.dimension)))
    starts = np.stack([plane.point([0.1 * i, -0.05 * i]) for i in range(5)])
    together = descend(loss, starts, [o.momentum(0.3), o.saddle_free()], steps=20, within=plane)
    alone = descend(loss, starts[3], [o.momentum(0.3), o.saddle_free()], steps=20, within=plane)
    assert_equal_runs(together, alone, of_a=slice(6, 8))


def test_a_start_beside_the_plane_begins_at_its_projection():
    plane = Plane(np.zeros(3), [1.0, 0.0, 0.0], [1.0, 1.0, 0.0])
    runs = descend(Quadratic(np.eye(3)), [1.0, 2.0, 3.0], [o.gradient_descent(0.1)], steps=2, within=plane)
    np.testing.assert_allclose(runs.points[0, 0], [1.0, 2.0, 0.0], atol=1e-14)
    np.testing.assert_array_equal(runs.starts, [[1.0, 2.0, 3.0]])


@pytest.mark.parametrize("batch_size", [None, 4])
def test_a_longer_run_begins_with_the_shorter_one(batch_size):
    network, loss = cloud()
    starts = np.stack([network.initialize(seed) for seed in (0, 1)])
    chosen = (o.momentum(0.2), o.adam(0.05), o.gradient_descent(1e9), o.lbfgs(), o.damped_newton(adaptive=True))
    short = Descent(loss, starts, chosen, 20, batch_size, seed=3, validation=loss)
    long = drain(descent_job(continued(short, 13)))
    before = drain(descent_job(short))
    np.testing.assert_array_equal(long.points[:21], before.points)
    for name in set(SCALARS) - {"step_lengths"}:
        np.testing.assert_array_equal(getattr(long, name)[:21], getattr(before, name), err_msg=name)
    np.testing.assert_array_equal(long.step_lengths[:20], before.step_lengths[:20])
    for run in range(before.runs):
        if before.outcomes[run].ending is not Ending.STEP_LIMIT:
            assert (before.ended[run], before.outcomes[run]) == (long.ended[run], long.outcomes[run])
    assert before.ended.max() == 20
    assert long.ended.max() == 33
    with pytest.raises(ValueError, match="only be made longer"):
        continued(short, -1)


def test_schedules_in_epochs_follow_the_batches():
    network, loss = cloud(10)
    schedule = InverseTime(0.3, 1.0, updates_per_epoch=7.0)
    held = Hold(schedule, hold_for=2.0, updates_per_epoch=7.0)
    chosen = [o.gradient_descent(schedule), o.gradient_descent(held), o.gradient_descent(InverseTime(0.3, 1.0))]
    runs = descend(loss, network.initialize(0), chosen, steps=12, batch_size=4)  # 3 updates an epoch
    s = np.arange(13)
    np.testing.assert_allclose(runs.rates[:, 0], 0.3 / (1 + s / 3), rtol=1e-14)
    np.testing.assert_allclose(runs.rates[:, 1], 0.3 / (1 + np.maximum(s - 6, 0) / 3), rtol=1e-14)
    np.testing.assert_allclose(runs.rates[:, 2], 0.3 / (1 + s), rtol=1e-14)
    whole = descend(loss, network.initialize(0), chosen[:1], steps=12)
    np.testing.assert_allclose(whole.rates[:, 0], 0.3 / (1 + s), rtol=1e-14)
    assert runs.optimizers == tuple(chosen)


def test_runs_with_equal_batches_share_them_and_other_seeds_draw_others():
    network, loss = cloud(10)
    start = network.initialize(0)
    runs = descend(loss, start, [o.gradient_descent(1e-9), o.momentum(1e-9)], steps=8, batch_size=3, seed=1)
    np.testing.assert_allclose(runs.values[:, 0], runs.values[:, 1], rtol=1e-6)
    other = descend(loss, start, [o.gradient_descent(1e-9)], steps=8, batch_size=3, seed=2)
    assert np.abs(runs.values[:, 0] - other.values[:, 0]).max() > 1e-3


def test_watching_sees_data_loss_and_accuracy_of_whole_parts():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(30, 3))
    network = Network((3, 4, 2), loss="cross_entropy", l2=0.1)
    make = lambda rows: network.objective(engine.Dataset(inputs[rows], (inputs[rows, 0] > 0).astype(int)).train)  # noqa: E731
    train, held = make(slice(20)), make(slice(20, 30))
    runs = descend(train, network.initialize(0), [o.adam(0.05)], 20, 5, validation=held, monitor_every=4)
    watched = runs.monitored
    assert watched.steps.tolist() == [0, 4, 8, 12, 16, 20]
    at = runs.points[watched.steps, 0]
    np.testing.assert_allclose(watched.train[:, 0], train.parts(at).data, rtol=1e-13)
    np.testing.assert_allclose(watched.validation[:, 0], held.parts(at).data, rtol=1e-13)
    np.testing.assert_array_equal(watched.train_accuracy[:, 0], train.accuracy(at))
    np.testing.assert_array_equal(watched.validation_accuracy[:, 0], held.accuracy(at))
    assert (runs.values[:, 0] > 0).all()
    usual = descend(train, network.initialize(0), [o.adam(0.05)], 100, 5, validation=held)
    assert usual.monitored.steps[1] == 10  # five times 30 examples over three passes of 5


def test_a_regression_network_is_watched_without_accuracy():
    inputs = np.linspace(-1, 1, 12)[:, None]
    network = Network((1, 3, 1), activation="tanh")
    loss = network.objective(engine.Dataset(inputs, np.sin(inputs[:, 0])).train)
    runs = descend(loss, network.initialize(0), [o.levenberg_marquardt()], steps=5, validation=loss)
    assert np.isnan(runs.monitored.train_accuracy).all()
    assert np.isfinite(runs.monitored.validation).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"starts": np.zeros((1, 3))}, "3 parameters, the objective 2"),
        ({"optimizers": ()}, "no optimizer"),
        ({"steps": 0}, "at least one step"),
        ({"batch_size": 2}, "batch size must be between 1 and 1"),
        ({"monitor_every": 0}, "watched"),
        ({"within": Line(np.zeros(3), np.ones(3))}, "they must be equal"),
    ],
)
def test_what_does_not_fit_is_refused_at_once(change, words):
    fitting = {
        "objective": Quadratic(np.eye(2)),
        "starts": np.zeros((1, 2)),
        "optimizers": (o.momentum(),),
        "steps": 5,
    }
    with pytest.raises(ValueError, match=words):
        Descent(**{**fitting, **change})


def test_the_callers_starts_are_neither_changed_nor_kept():
    start = np.array([1.0, 2.0])
    request = Descent(Quadratic(np.eye(2)), start, (o.gradient_descent(0.5),), 3)
    drain(descent_job(request))
    assert start.tolist() == [1.0, 2.0]
    start[:] = 7.0
    assert request.starts.tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"optimizers": [o.adam]}, "no optimizer"),
        ({"optimizers": ["adam"]}, "no optimizer"),
        ({"optimizers": []}, "add one"),
        ({"steps": 2.5}, "whole number"),
        ({"steps": 0}, "at least one step"),
        ({"batch_size": 1.5}, "whole number"),
        ({"starts": np.empty((0, 2))}, "no start"),
        ({"validation": engine.Dataset([[0.0]], [0])}, "Only a network"),
    ],
)
def test_what_a_stranger_may_get_wrong_is_said(changed, said):
    given = {"starts": [[1.0, 1.0]], "optimizers": [o.momentum(0.001)], "steps": 3, **changed}
    with pytest.raises(ValueError, match=said):
        engine.descend(engine.Formula("rosenbrock"), **given)


def test_one_optimizer_a_step_count_as_a_float_and_a_part_to_watch_will_do():
    data = engine.datasets.load("moons", size=40)
    net = engine.Network((2, 3, 2), "tanh", loss="cross_entropy")
    loss, start = net.objective(data.train), net.initialize(seed=0)
    plain = engine.descend(loss, start, [o.momentum(0.1)], 5, validation=net.objective(data.validation))
    loose = engine.descend(loss, start, o.momentum(0.1), 5.0, validation=data.validation)
    np.testing.assert_array_equal(loose.points, plain.points)
    np.testing.assert_array_equal(loose.monitored.validation, plain.monitored.validation)


def test_a_descent_that_is_given_up_lets_go_of_everything_at_once():
    _, objective = xor()
    job = descent_job(Descent(objective, np.zeros((1, objective.dimension)), (o.adam(), o.newton()), 5000))
    gc.disable()
    try:
        records = weakref.ref(next(job).result.points.base)
        job.close()
        assert records() is None
    finally:
        gc.enable()
