"""The descent: many runs from many starts, in groups that advance in lock-step.

Runs that ask for the same things of the same batch form a group, and one batched call serves all of them at every step.
Each group keeps its own clock, so that a Newton run never holds back gradient descent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, Indices, Mask, read_only
from engine.batches import Batches
from engine.evaluation import Counted
from engine.job import CHUNK, Job, Progress
from engine.ledger import Ledger
from engine.monitor import Monitor
from engine.objective import Objective, Restriction
from engine.optimizers import KINDS, stack
from engine.optimizers.method import LARGEST_DENSE, Method, Optimizer, State, Step
from engine.plane import Flat
from engine.trajectory import Ending, Outcome, Trajectories

RECORD_BYTES = 128 * 2**20
BUFFER_BYTES = 2 * 2**20
STILL = 1e-12
"""A run has converged when its gradient and its last step are both shorter than this (times 1 + ‖θ‖ for the step)."""
ESCAPED = 1e12
"""A run has diverged when |loss| exceeds this times 1 + |loss at the start|, or is not a finite number."""


@dataclass(frozen=True, eq=False)
class Descent:
    """Everything that fixes a set of runs: run r starts at ``starts[r // O]`` with ``optimizers[r % O]``."""

    objective: Objective
    starts: Array
    """(S, P)"""
    optimizers: tuple[Optimizer, ...]
    steps: int
    batch_size: int | None = None
    """None: all examples at every step."""
    seed: int = 0
    """Of the mini-batches."""
    within: Flat | None = None
    """Descend within this line or plane instead of all P parameters."""
    validation: Objective | None = None
    monitor_every: int | None = None
    """Steps between evaluations on whole parts; None: so rarely that they take at most about a fifth of the time."""
    record_bytes: int = RECORD_BYTES

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", read_only(np.atleast_2d(self.starts)))
        if self.starts.shape[1] != self.objective.dimension:
            raise ValueError(
                f"The starts have {self.starts.shape[1]} parameters, the objective {self.objective.dimension}: they must be equal."
            )
        if not self.optimizers:
            raise ValueError("There is no optimizer to run: add one.")
        if self.steps < 1:
            raise ValueError("A run needs at least one step.")

    @property
    def batches(self) -> Batches | None:
        """The mini-batches, or None where every step sees all examples."""
        size = self.batch_size
        return (
            None
            if size is None or size == self.objective.examples
            else Batches(self.objective.examples, size, self.seed)
        )


def descend(
    objective: Objective,
    starts: ArrayLike,
    optimizers: Sequence[Optimizer],
    steps: int = 200,
    batch_size: int | None = None,
    seed: int = 0,
    validation: Objective | None = None,
    monitor_every: int | None = None,
    within: Flat | None = None,
    record_bytes: int = RECORD_BYTES,
) -> Trajectories:
    """Run every optimizer from every start and return the whole trajectories.

    Args:
        objective: what is minimized.
        starts: ``(S, P)`` or ``(P,)``.
        optimizers: O of them; run ``s·O + o`` is start s with optimizer o.
        steps: T, the number of updates.
        batch_size: examples per update; None means all.
        seed: of the mini-batches.
        validation: a second objective that is only watched.
        monitor_every: steps between evaluations on whole parts.
        within: a line or plane to stay in; the points returned are still parameters ``(…, P)``.
        record_bytes: memory for recorded points; beyond it every k-th step is kept.

    Returns:
        Trajectories with ``points (records, S·O, P)`` and ``values (T + 1, S·O)``.

    Raises:
        ValueError: if shapes do not fit, or a setting is out of its range.

    >>> import engine
    >>> runs = engine.descend(engine.Formula("bowl"), [[1.0]], [engine.optimizers.gradient_descent(0.1)], steps=3)
    >>> runs.values.shape
    (4, 1)

    """
    from threadpoolctl import threadpool_limits

    request = Descent(
        objective, np.asarray(starts, float), tuple(optimizers), steps, batch_size, seed, within, validation, monitor_every,
        record_bytes,
    )  # fmt: skip
    last: Trajectories | None = None
    with threadpool_limits(limits=1):  # small products are several times slower on many BLAS threads
        for progress in descent_job(request):
            last = progress.result
    assert last is not None
    return last


def descent_job(request: Descent) -> Job[Trajectories]:
    """Advance all groups in turn, a chunk of a few milliseconds each, and yield the growing trajectories."""
    objective = request.objective if request.within is None else request.objective.restrict(_basis(request.within))
    # A start beside the plane begins at its projection: within the plane the picture is exact.
    starts = request.starts if request.within is None else _basis(request.within).coordinates(request.starts)
    ledger = Ledger(
        request.starts, request.optimizers, request.steps, request.record_bytes, objective, request.batch_size
    )
    monitor = Monitor.of(
        request.objective, request.validation, request.batch_size, request.steps, request.monitor_every, ledger.runs
    )
    groups = [_Group(request, objective, starts, members, ledger, monitor) for members in _members(request)]
    waiting = list(groups)
    while waiting:
        for group in tuple(waiting):
            group.advance(CHUNK)
            if group.finished:
                waiting.remove(group)
            yield Progress(sum(g.fraction for g in groups) / len(groups), ledger.trajectories(monitor.watched()))


def _basis(flat: Flat) -> Flat:
    """The same line or plane with orthonormal axes, so that descent in it is descent in the parameters' own metric."""
    first = flat.directions[0] / np.linalg.norm(flat.directions[0])
    if flat.dimension == 1:
        return Flat(flat.origin, first[None], flat.drawn)
    rest = flat.directions[1] - (flat.directions[1] @ first) * first
    return Flat(flat.origin, np.stack([first, rest / np.linalg.norm(rest)]), flat.drawn)


def _members(request: Descent) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Groups as tuples of stacks, each a tuple of optimizer numbers: gradients are shared, Hessians are not."""
    stacks: dict[tuple[object, ...], list[int]] = {}
    for number, optimizer in enumerate(request.optimizers):
        stacks.setdefault(optimizer.stack_key, []).append(number)
    cheap = tuple(tuple(s) for s in stacks.values() if KINDS[request.optimizers[s[0]].kind].family == "first order")
    if cheap:
        yield cheap
    for members in stacks.values():
        if KINDS[request.optimizers[members[0]].kind].family != "first order":
            yield (tuple(members),)


@dataclass
class _Stack:
    """Runs of one method inside a group: rows ``rows`` of the group's arrays."""

    rows: slice
    method: Method
    state: State
    refusal: str = ""


class _Group:
    """Runs in lock-step, with a clock of their own. Rows are ordered stack by stack, starts within optimizers."""

    def __init__(
        self,
        request: Descent,
        objective: Objective,
        starts: Array,
        stacks: tuple[tuple[int, ...], ...],
        ledger: Ledger,
        monitor: Monitor,
    ) -> None:
        self._request, self._objective, self._ledger, self._monitor = request, objective, ledger, monitor
        optimizers = [number for members in stacks for number in members]
        count = len(starts)
        self._runs: Indices = np.array([s * len(request.optimizers) + o for o in optimizers for s in range(count)])
        self._points: Array = np.concatenate([starts for _ in optimizers])
        rates = [request.optimizers[o].schedule.rates(np.arange(request.steps + 1.0)) for o in optimizers]
        self._rates = np.repeat(np.stack(rates, axis=1), count, axis=1)
        self._batches = request.batches
        self._alive: Mask = np.ones(len(self._runs), dtype=bool)
        self._step, self._chunk = 0, 4
        self._counted = Counted(objective, len(self._runs))
        self._stacks: list[_Stack] = []
        first = 0
        for members in stacks:
            described = tuple(request.optimizers[o] for o in members for _ in range(count))
            rows = slice(first, first + len(described))
            method = stack(described)
            refusal = _refusal(described[0], objective)
            self._stacks.append(_Stack(rows, method, None if refusal else method.init(self._points[rows]), refusal))
            first = rows.stop

    @property
    def finished(self) -> bool:
        return self._step > self._request.steps or not self._alive.any()

    @property
    def fraction(self) -> float:
        return 1.0 if self.finished else self._step / (self._request.steps + 1)

    def advance(self, seconds: float) -> None:
        """Compute as many steps as fit into ``seconds``, at least one, and enter them into the ledger."""
        began = perf_counter()
        most = max(1, BUFFER_BYTES // (self._points.nbytes * 2 + 1))
        while not self.finished:
            here = perf_counter()
            count = min(self._chunk, most, self._request.steps + 1 - self._step)
            self._compute(count)
            spent = perf_counter() - here
            if spent < seconds / 4:
                self._chunk = min(2 * self._chunk, 512)
            elif spent > seconds / 2:
                self._chunk = max(1, self._chunk // 2)
            if perf_counter() - began > seconds * 0.75:
                return

    def _compute(self, count: int) -> None:
        runs, parameters = self._points.shape
        points, gradients = np.empty((count + 1, runs, parameters)), np.empty((count, runs, parameters))
        values, failed = np.empty((count, runs)), np.zeros((count, runs), dtype=bool)
        evaluations, seen = np.empty((count, runs)), np.empty((count, runs))
        seconds = np.empty(count)
        because = [""] * runs
        with np.errstate(all="ignore"):
            for i in range(count):
                began = perf_counter()
                evaluations[i], seen[i] = self._counted.evaluations, self._counted.examples
                points[i] = self._points
                self._one_step(points[i], values[i], gradients[i], failed[i], because)
                seconds[i] = perf_counter() - began
            points[count] = self._points
            self._enter(points, values, gradients, failed, because, evaluations, seen, seconds)

    def _one_step(self, points: Array, values: Array, gradients: Array, failed: Mask, because: list[str]) -> None:
        step = self._step
        if self._batches is not None:
            self._counted.objective = self._objective.minibatch(self._batches.indices(step))
        values[:], gradients[:] = self._counted.objective.value_and_gradient(points)
        self._counted.count(self._alive, 1)
        self._step += 1
        if step == self._request.steps:
            return
        moved = points.copy()
        rates = self._rates[step]
        for one in self._stacks:
            rows = one.rows
            if not self._alive[rows].any():
                continue
            if one.refusal:
                failed[rows] = True
                because[rows] = [one.refusal] * len(failed[rows])
                continue
            given = Step(
                step, points[rows], values[rows], gradients[rows], rates[rows], self._alive[rows], self._objective.blocks,
                self._counted.rows(rows),
            )  # fmt: skip
            moved[rows], one.state, report = one.method.update(given, one.state)
            if report.failed is not None and report.failed.any():
                failed[rows] = report.failed & self._alive[rows]
                for run in np.flatnonzero(failed[rows]):
                    because[rows.start + int(run)] = report.because
        self._points = moved
        if not self._alive.all():
            self._points[~self._alive] = points[~self._alive]

    def _enter(
        self, points: Array, values: Array, gradients: Array, failed: Mask, because: list[str], evaluations: Array,
        seen: Array, seconds: Array,
    ) -> None:  # fmt: skip
        """Find who ended inside the chunk, hold them at their last point, and hand everything to the ledger."""
        first, count = self._step - len(values), len(values)
        norms = np.sqrt(np.einsum("trp,trp->tr", gradients, gradients))
        lengths = np.sqrt(np.einsum("trp,trp->tr", points[1:] - points[:-1], points[1:] - points[:-1]))
        scale = self._ledger.scale[self._runs] if first else np.abs(values[0])
        if first == 0:
            self._ledger.scale[self._runs] = scale
        escaped = ~np.isfinite(values) | ~np.isfinite(norms) | (np.abs(values) > ESCAPED * (1 + scale))
        still = (norms <= STILL) & (
            lengths <= STILL * (1 + np.sqrt(np.einsum("trp,trp->tr", points[:-1], points[:-1])))
        )
        if self._batches is not None:
            still[:] = False
        limit = np.zeros_like(escaped)
        if self._step > self._request.steps:
            limit[-1] = True
        over = escaped | still | failed | limit
        for run in np.flatnonzero(self._alive & over.any(axis=0)):
            at = int(np.argmax(over[:, run]))
            self._alive[run] = False
            self._points[run] = points[at, run]
            points[at:, run] = points[at, run]
            values[at:, run], norms[at:, run], lengths[at:, run] = values[at, run], norms[at, run], 0.0
            evaluations[at:, run], seen[at:, run] = evaluations[at, run], seen[at, run]
            ending = (
                Ending.DIVERGED if escaped[at, run]
                else Ending.CONVERGED if still[at, run]
                else Ending.FAILED if failed[at, run]
                else Ending.STEP_LIMIT
            )  # fmt: skip
            self._ledger.end(int(self._runs[run]), first + at, _outcome(ending, first + at, because[run]))
        rates = self._rates[first : first + count]
        lift = self._objective.flat.point if isinstance(self._objective, Restriction) and self._request.within else None
        points = points[:count] if lift is None else lift(points[:count])
        self._monitor.observe(first, self._runs, points)
        self._ledger.enter(first, self._runs, points, values, norms, lengths, rates, evaluations, seen, seconds)


def _refusal(optimizer: Optimizer, objective: Objective) -> str:
    """Why this optimizer cannot work on this objective at all, or nothing."""
    kind = KINDS[optimizer.kind]
    if kind.forms_hessian and objective.dimension > LARGEST_DENSE:
        return (
            f"{kind.title} would form a Hessian of {objective.dimension:,} × {objective.dimension:,}; above {LARGEST_DENSE:,} "
            "parameters choose Newton–CG, which needs only products."
        )
    if kind.needs_residuals and not objective.has_residuals:
        return f"{kind.title} needs residuals: choose squared error, or another method."
    return ""


def _outcome(ending: Ending, step: int, because: str) -> Outcome:
    sentences = {
        Ending.DIVERGED: f"diverged at step {step:,}",
        Ending.CONVERGED: f"came to rest at step {step:,}: gradient and step are zero to rounding",
        Ending.FAILED: because or f"could not go on at step {step:,}",
        Ending.STEP_LIMIT: f"went on to the step limit of {step:,}",
    }
    return Outcome(ending, sentences[ending])
