"""One step of one run, computed again: gradient, direction, state, what the model foretold and what came.

Trajectories keep points and scalars only. Everything else about a step is computed again from the start of its run, or from
the nearest record where the method keeps nothing between steps; it is what happened then, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np

from engine.analysis.wording import number
from engine.arrays import Array, read_only
from engine.batches import rates_of
from engine.descent import Descent
from engine.endings import at_rest, escaped
from engine.job import CHUNK, Job, Progress, drain
from engine.lockstep import Failures, LockStep
from engine.objective import Objective
from engine.optimizers import explain
from engine.optimizers.method import Optimizer, Report, State, Step
from engine.trajectory import Ending, Trajectories


@dataclass(frozen=True, eq=False)
class Replayed:
    """What happened in one step of one run. Step, state and report are those of a stack of one run.

    Within a line or plane, step, state and report speak of its orthonormal coordinates, ``before`` and ``after`` of the
    parameters.
    """

    optimizer: Optimizer
    step: Step
    """Number, point, loss, gradient, rate: what the method was given."""
    state: State
    """What the method had kept from the steps before."""
    report: Report
    before: Array
    """(P,)"""
    after: Array
    """(P,)"""
    value: float
    """The loss of the step's batch before the step …"""
    value_after: float
    """… and after it, of the same batch: what the step was taken for."""
    slope: float
    """gᵀΔ: the change that the tangent foretells for the step Δ taken."""
    bend: float
    """ΔᵀHΔ, with the Hessian of the same batch."""
    evaluations: int
    """Objective evaluations spent in this step, the gradient counted once."""
    examples: int
    """Examples that they saw."""
    sentence: str

    @property
    def change(self) -> float:
        """The change of the batch's loss that came."""
        return self.value_after - self.value

    @property
    def foretold(self) -> float:
        """The change that the quadratic model at the point foretells: gᵀΔ + ½ΔᵀHΔ."""
        return self.slope + 0.5 * self.bend


def replay(request: Descent, run: int, step: int, runs: Trajectories | None = None) -> Replayed:
    """Compute step ``step`` of run ``run`` again.

    Args:
        request: the descent.
        run: which of its runs.
        step: 0 … T − 1: the update that leads from the point of this step to the next.
        runs: its trajectories, where there are some: they say when the run ended, and spare methods without a memory the
            way from the start.

    Raises:
        ValueError: if there is no such run, or it took no such step.

    >>> import engine
    >>> bowl = Descent(engine.Formula("bowl"), [[1.0]], (engine.optimizers.newton(),), steps=5)
    >>> found = replay(bowl, run=0, step=0)
    >>> bool(abs(found.change - found.foretold) < 1e-15)
    True

    """
    return drain(replay_job(request, run, step, runs))


def replay_job(request: Descent, run: int, step: int, runs: Trajectories | None = None) -> Job[Replayed]:
    """As :func:`replay`, with a yield every few milliseconds of a long way.

    >>> import engine
    >>> bowl = Descent(engine.Formula("bowl"), [[1.0]], (engine.optimizers.gradient_descent(0.25),), steps=5)
    >>> *_, last = replay_job(bowl, run=0, step=2)
    >>> last.fraction, last.result.before.tolist(), last.result.after.tolist()
    (1.0, [0.5625], [0.421875])

    """
    _refuse(request, run, step, runs)
    optimizer = request.optimizers[run % len(request.optimizers)]
    lockstep = _begun(request, run, step, runs)
    began, first, scale = perf_counter(), lockstep.number, np.zeros(1)
    while True:
        with np.errstate(all="ignore"):
            state, spent, before = lockstep.states[0], lockstep.counted.spent.copy(), lockstep.points
            values, gradients = lockstep.evaluate()
            scale = np.abs(values) if lockstep.number == 0 else scale
            norms = np.linalg.norm(gradients, axis=1)
            if runs is None and escaped(values, norms, scale).any():
                raise ValueError(_over(run, lockstep.number))
            failures = lockstep.update(values, gradients, np.empty_like(before))
            lengths = np.linalg.norm(lockstep.points - before, axis=1)
            resting = request.batches is None and at_rest(norms, lengths, np.linalg.norm(before, axis=1)).any()
            if runs is None and (resting or (failures and lockstep.number <= step)):
                raise ValueError(_over(run, lockstep.number - 1))
            if lockstep.number > step:
                break
        if perf_counter() - began > CHUNK:
            yield Progress((lockstep.number - first) / (step + 1 - first))
            began = perf_counter()
    cost = (lockstep.counted.spent - spent)[:, 0]
    yield Progress(1.0, _told(request, optimizer, lockstep, state, before, cost, failures))


def _refuse(request: Descent, run: int, step: int, runs: Trajectories | None) -> None:
    count = len(request.starts) * len(request.optimizers)
    if not 0 <= run < count:
        raise ValueError(f"There is no run {run}: the runs are 0 to {count - 1}.")
    if not 0 <= step < request.steps:
        raise ValueError(f"Step {step} takes no update: choose one from 0 to {request.steps - 1}.")
    if runs is not None and runs.ended[run] >= 0:
        last = int(runs.ended[run]) - (runs.outcomes[run].ending is not Ending.FAILED)
        if step > last:
            raise ValueError(_over(run, int(runs.ended[run])))


def _over(run: int, ended: int) -> str:
    return f"Run {run} ended at step {ended:,} and took no step from there: choose an earlier one."


def _begun(request: Descent, run: int, step: int, runs: Trajectories | None) -> LockStep:
    """The run alone, at its start or at the nearest record from which the way is the same."""
    start, optimizer = run // len(request.optimizers), request.optimizers[run % len(request.optimizers)]
    rates = rates_of(optimizer.schedule, request.steps, request.batches)[:, None]
    point, first = request.coordinates[start], 0
    if runs is not None and request.within is None and runs.done[run] >= step:
        record = int(np.searchsorted(runs.steps, step, side="right")) - 1
        alone = LockStep(request.space, [((optimizer,), point[None])], [rates], request.batches, explain=True)
        if _empty(alone.states[0]):
            point, first = runs.points[record, run], int(runs.steps[record])
    lockstep = LockStep(request.space, [((optimizer,), point[None])], [rates], request.batches, explain=True)
    lockstep.number = first
    return lockstep


def _empty(state: State) -> bool:
    """Whether a method keeps nothing between steps."""
    return isinstance(state, tuple) and all(_empty(part) for part in state)


def _told(
    request: Descent,
    optimizer: Optimizer,
    lockstep: LockStep,
    state: State,
    before: Array,
    cost: Array,
    failures: Failures,
) -> Replayed:
    given = lockstep.last[0]
    if given is None:
        raise ValueError(failures[0])
    step, report = given
    batch: Objective = lockstep.counted.objective
    move = lockstep.points - before
    with np.errstate(all="ignore"):
        after = float(batch.value(lockstep.points)[0])
        slope = float(np.vecdot(step.gradient, move)[0])
        bend = float(np.vecdot(batch.hessian_vector_product(before, move), move)[0])
    value = float(step.value[0])
    words = explain(optimizer, report)
    if not failures:
        where = "" if request.batches is None else " of this batch"
        words += (
            f" The loss{where} changed by {number(after - value)}; "
            f"the quadratic model foretold {number(slope + 0.5 * bend)}."
        )
    points = request.lift(np.concatenate([before, lockstep.points]))
    return Replayed(
        optimizer, step, state, report, read_only(points[0]), read_only(points[1]), value, after, slope, bend,
        round(cost[0]), round(cost[1]), words,
    )  # fmt: skip
