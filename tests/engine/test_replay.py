"""A step computed again is the step that was taken, to the bit, with everything that belongs to it."""

import numpy as np
import pytest

from engine import optimizers as o
from engine.batches import Batches
from engine.descent import Descent, descent_job
from engine.formulas import Formula
from engine.job import drain
from engine.optimizers import KINDS
from engine.optimizers.method import Optimizer
from engine.plane import Plane
from engine.replay import replay, replay_job
from engine.schedules import Constant, InverseTime
from tests.engine.landscapes import Quadratic
from tests.engine.test_descent import RESIDUAL_KINDS, Blinking, _defaults, cloud, xor


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("batched", [False, True])
@pytest.mark.parametrize("record_bytes", [1 << 27, 3000])
def test_a_replayed_step_is_the_recorded_one_for_every_optimizer(kind, batched, record_bytes):
    network, loss = xor() if kind in RESIDUAL_KINDS else cloud()
    starts = np.stack([network.initialize(seed) for seed in range(2)])
    rate = InverseTime(KINDS[kind].default_rate, 0.01)
    chosen = (Optimizer(kind, rate, _defaults(KINDS[kind])), o.momentum(0.1))
    size = loss.examples // 2 if batched else None
    request = Descent(loss, starts, chosen, 12, size, seed=4, record_bytes=record_bytes)
    whole = drain(descent_job(Descent(loss, starts, chosen, 12, size, seed=4)))
    runs = drain(descent_job(request))
    for run, step in ((0, 0), (2, min(7, whole.ended[2] - 1)), (2, whole.ended[2] - 1)):
        assert whole.ended[run] > 1
        for known in (None, runs):
            found = replay(request, run, step, known)
            np.testing.assert_array_equal(found.before, whole.points[step, run])
            np.testing.assert_array_equal(found.after, whole.points[step + 1, run])
            assert found.value == whole.values[step, run]
            assert found.step.rate[0] == whole.rates[step, run]
            assert found.step.number == step
            assert found.evaluations == np.diff(whole.evaluations[:, run])[step]
            assert found.examples == np.diff(whole.examples_seen[:, run])[step]
            np.testing.assert_allclose(np.linalg.norm(found.step.gradient[0]), whole.gradient_norms[step, run])
            assert found.optimizer is chosen[run % 2]


def test_slope_bend_and_change_are_those_of_the_same_batch():
    network, loss = cloud(10)
    request = Descent(loss, network.initialize(0), (o.adam(0.3),), 9, batch_size=4, seed=2)
    found = replay(request, 0, 5)
    batch = loss.minibatch(Batches(10, 4, 2).indices(5))
    move = found.after - found.before
    gradient, hessian = batch.value_and_gradient(found.before)[1], batch.hessian(found.before)
    np.testing.assert_allclose(found.slope, gradient @ move, rtol=1e-12)
    np.testing.assert_allclose(found.bend, move @ hessian @ move, rtol=1e-9)
    np.testing.assert_allclose(found.value_after, batch.value(found.after), rtol=1e-14)
    assert found.change == found.value_after - found.value
    assert found.foretold == found.slope + found.bend / 2
    assert "of this batch changed by" in found.sentence


def test_on_a_quadratic_the_model_is_right_and_newton_says_what_it_saw():
    request = Descent(Quadratic(np.diag([2.0, -1.0])), [1.0, 0.5], (o.newton(), o.momentum(0.1)), 4)
    found = replay(request, 0, 0)
    np.testing.assert_allclose(found.foretold, found.change, rtol=1e-14)
    assert "1 negative eigenvalue" in found.sentence
    np.testing.assert_allclose(found.after, 0.0, atol=1e-15)
    velocity = replay(request, 1, 2)
    gradients = [replay(request, 1, step).step.gradient[0] for step in range(2)]
    np.testing.assert_allclose(velocity.state[0][0][0], gradients[1] + 0.9 * gradients[0], rtol=1e-14)
    np.testing.assert_allclose(velocity.after - velocity.before, 0.1 * velocity.report.direction[0], rtol=1e-12)


def test_a_method_without_a_memory_begins_at_the_nearest_record():
    loss = Counting(np.diag([1.0, 3.0]))
    request = Descent(loss, [1.0, 1.0], (o.gradient_descent(0.01), o.momentum(0.01)), 200, record_bytes=32 * 21)
    runs = drain(descent_job(request))
    spent = []
    for run in (0, 1):
        loss.calls = 0
        found = replay(request, run, 199, runs)
        spent.append(loss.calls)
        np.testing.assert_array_equal(found.after, runs.points[-1, run])
    assert spent == [200 - 190, 200]


class Counting(Quadratic):
    calls = 0

    def value_and_gradient(self, points):
        self.calls += 1
        return super().value_and_gradient(points)


def test_within_a_plane_points_are_parameters_and_the_step_is_in_the_plane():
    network, loss = xor()
    rng = np.random.default_rng(0)
    plane = Plane(*rng.normal(size=(3, network.dimension)))
    request = Descent(loss, plane.point([0.3, 0.4]), (o.adam(0.1), o.newton()), 8, within=plane)
    runs = drain(descent_job(request))
    for run in (0, 1):
        found = replay(request, run, 6, runs)
        np.testing.assert_array_equal(found.after, runs.points[7, run])
        assert found.step.gradient.shape == (1, 2)


def test_steps_that_were_not_taken_are_refused():
    request = Descent(Quadratic(np.eye(2)), [1.0, 1.0], (o.newton(), o.gradient_descent(3.0)), 100)
    runs = drain(descent_job(request))
    for run in (0, 1):
        ended = int(runs.ended[run])
        for known in (None, runs):
            with pytest.raises(ValueError, match=f"Run {run} ended at step {ended}"):
                replay(request, run, ended, known)
            np.testing.assert_array_equal(replay(request, run, ended - 1, known).after, runs.points[ended, run])
    with pytest.raises(ValueError, match="choose one from 0 to 99"):
        replay(request, 0, 100)
    with pytest.raises(ValueError, match="the runs are 0 to 1"):
        replay(request, 2, 0)


def test_the_step_in_which_a_run_failed_says_why():
    request = Descent(Blinking(np.eye(2)), [1.0, 1.0], (o.newton(0.25), o.gauss_newton()), 20)
    runs = drain(descent_job(request))
    for known in (None, runs):
        found = replay(request, 0, 3, known)
        assert found.sentence == runs.outcomes[0].sentence
        with pytest.raises(ValueError, match="needs residuals"):
            replay(request, 1, 0, known)
        with pytest.raises(ValueError, match="ended at step 3"):
            replay(request, 0, 4, known)


def test_a_long_way_is_taken_in_pieces(monkeypatch):
    monkeypatch.setattr("engine.replay.CHUNK", 0.0)
    request = Descent(
        Formula("rosenbrock"), [-1.0, 1.0], (Optimizer("momentum", Constant(1e-3), (("beta", 0.9),)),), 60
    )
    fractions = [progress.fraction for progress in replay_job(request, 0, 49)]
    assert len(fractions) == 50
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
