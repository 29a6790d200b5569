"""The descent: many runs from many starts, in groups that advance in lock-step.

Runs that ask for the same things of the same batch form a group, and one batched call serves all of them at every step.
Each group keeps its own clock, so that a Newton run never holds back gradient descent.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, Indices, read_only
from engine.batches import Batches, rates_of
from engine.datasets import Part
from engine.group import Group
from engine.job import CHUNK, Job, Progress, drain
from engine.ledger import Ledger
from engine.lockstep import LockStep
from engine.monitor import Monitor
from engine.network import NetworkObjective
from engine.objective import Objective
from engine.optimizers import KINDS
from engine.optimizers.method import Optimizer
from engine.parallel import one_blas_thread
from engine.plane import Flat
from engine.trajectory import Trajectories

RECORD_BYTES = 128 * 2**20
UNWATCHED = 0.05
"""Seconds that :func:`descend` works between two entries into the books, when nobody looks at what it has so far."""


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
        for name in ("steps", "batch_size", "seed", "monitor_every"):
            object.__setattr__(self, name, _whole(name, getattr(self, name)))
        if not self.starts.size:
            raise ValueError("There is no start to run from: give one point at least.")
        if self.starts.shape[1] != self.objective.dimension:
            raise ValueError(
                f"The starts have {self.starts.shape[1]} parameters, the objective {self.objective.dimension}: they must be "
                "equal."
            )
        if not self.optimizers:
            raise ValueError("There is no optimizer to run: add one.")
        for optimizer in self.optimizers:
            if not isinstance(optimizer, Optimizer):
                raise ValueError(
                    f"{optimizer!r} is no optimizer: call a constructor, such as engine.optimizers.adam()."
                )
        if self.steps < 1:
            raise ValueError(f"A run needs at least one step, not {self.steps}.")
        if self.monitor_every is not None and self.monitor_every < 1:
            raise ValueError(f"The parts are watched at every step at most, not at every {self.monitor_every}th.")
        _ = self.batches, self.space  # a size or plane that does not fit is refused here, not when the runs begin

    @cached_property
    def batches(self) -> Batches | None:
        """The mini-batches, or None where every step sees all examples."""
        examples, size = self.objective.examples, self.batch_size
        return None if size is None or size == examples else Batches(examples, size, self.seed)

    @cached_property
    def basis(self) -> Flat | None:
        """Orthonormal axes of the line or plane that the runs stay in."""
        return None if self.within is None else orthonormal(self.within)

    @cached_property
    def space(self) -> Objective:
        """What the optimizers see: the objective, or its restriction in the orthonormal basis."""
        return self.objective if self.basis is None else self.objective.restrict(self.basis)

    @property
    def coordinates(self) -> Array:
        """The starts in that space. A start beside the plane begins at its projection: within, the picture is exact."""
        if self.basis is None:
            return self.starts
        return self.basis.pull_back_gradient(
            self.starts - self.basis.origin
        )  # D(θ − origin), as the axes are orthonormal

    def lift(self, points: Array) -> Array:
        """Parameters ``(…, P)`` of points of that space."""
        return points if self.basis is None else self.basis.point(points)


def _whole(name: str, value: float | None) -> int | None:
    """A count that a caller may have given as 10.0."""
    if value is None or isinstance(value, int):
        return value
    try:
        return int(operator.index(value))  # type: ignore[arg-type]
    except TypeError:
        if isinstance(value, float) and value.is_integer():
            return int(value)
    raise ValueError(f"{name.replace('_', ' ')} must be a whole number, not {value!r}.")


def descend(
    objective: Objective,
    starts: ArrayLike,
    optimizers: Optimizer | Sequence[Optimizer],
    steps: int = 200,
    batch_size: int | None = None,
    seed: int = 0,
    validation: Objective | Part | None = None,
    monitor_every: int | None = None,
    within: Flat | None = None,
    record_bytes: int = RECORD_BYTES,
) -> Trajectories:
    """Run every optimizer from every start and return the whole trajectories.

    Args:
        objective: what is minimized.
        starts: ``(S, P)`` or ``(P,)``.
        optimizers: O of them, or a single one; run ``s·O + o`` is start s with optimizer o.
        steps: T, the number of updates.
        batch_size: examples per update; None means all.
        seed: of the mini-batches.
        validation: a second objective that is only watched; for a network a part of its dataset will do.
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
    request = Descent(
        objective,
        np.asarray(starts, float),
        (optimizers,) if isinstance(optimizers, Optimizer) else tuple(optimizers),
        steps,
        batch_size,
        seed,
        within,
        _watched(objective, validation),
        monitor_every,
        record_bytes,
    )
    with one_blas_thread():  # small products are several times slower on many BLAS threads
        return drain(descent_job(request, UNWATCHED))


def _watched(objective: Objective, validation: Objective | Part | None) -> Objective | None:
    """The objective to watch; of a part of a dataset the same network's loss on it, None where it is empty."""
    if validation is None or isinstance(validation, Objective):
        return validation
    if not isinstance(objective, NetworkObjective):
        raise ValueError("Only a network can be watched on a part of a dataset: give an objective to watch, or None.")
    return objective.network.objective(validation) if len(validation) else None


def continued(request: Descent, more: int) -> Descent:
    """The same runs, ``more`` steps longer: they are computed again and have the same beginning, number by number.

    A run that had ended by itself (at rest, diverged, failed) ends at the same step; one at its step limit goes on.

    >>> import engine
    >>> short = Descent(engine.Formula("bowl"), [[1.0]], (engine.optimizers.momentum(0.1),), steps=10)
    >>> long = continued(short, 5)
    >>> bool((drain(descent_job(long)).values[:11] == drain(descent_job(short)).values).all())
    True

    """
    if more < 0:
        raise ValueError(f"A run can only be made longer, not by {more} steps.")
    return replace(request, steps=request.steps + more)


def descent_job(request: Descent, seconds: float | None = None) -> Job[Trajectories]:
    """Advance all groups, a chunk of ``seconds`` (None: a few milliseconds) at a time, and yield the growing trajectories.

    The group that has worked least comes next, so that one with expensive steps never holds back the others.

    >>> import engine
    >>> request = Descent(engine.Formula("bowl"), [[1.0]], (engine.optimizers.gradient_descent(0.1),), steps=3)
    >>> *_, last = descent_job(request)
    >>> last.fraction, last.result.points.shape
    (1.0, (4, 1, 1))

    """
    objective, batches = request.space, request.batches
    rates = np.stack([rates_of(optimizer.schedule, request.steps, batches) for optimizer in request.optimizers], axis=1)
    ledger = Ledger(request.starts, request.optimizers, rates, request.record_bytes, objective, request.batch_size)
    monitor = Monitor.of(
        request.objective, request.validation, request.batch_size, request.steps, request.monitor_every, ledger.runs
    )
    groups = [
        Group(*_assembled(request, stacks, rates), request.steps, batches is None, ledger, monitor, request.lift)
        for stacks in _grouped(request.optimizers)
    ]
    try:
        while waiting := [group for group in groups if not group.finished]:
            min(waiting, key=lambda group: group.spent).advance(CHUNK if seconds is None else seconds)
            yield Progress(sum(g.fraction for g in groups) / len(groups), ledger.trajectories(monitor.watched()))
    finally:
        for group in groups:
            group.work.close()  # it holds its group, and so everything, until cycles are looked for


def _assembled(request: Descent, stacks: tuple[tuple[int, ...], ...], rates: Array) -> tuple[LockStep, Indices]:
    """One group's runs in lock-step, stack by stack, starts within optimizers; and which runs of the whole they are."""
    coordinates, count = request.coordinates, len(request.starts)
    made = [
        (tuple(request.optimizers[o] for o in members for _ in range(count)), np.tile(coordinates, (len(members), 1)))
        for members in stacks
    ]
    lockstep = LockStep(
        request.space, made, [np.repeat(rates[:, members], count, axis=1) for members in stacks], request.batches
    )
    numbers = [s * len(request.optimizers) + o for members in stacks for o in members for s in range(count)]
    return lockstep, np.array(numbers)


def _grouped(optimizers: tuple[Optimizer, ...]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Groups as tuples of stacks, each a tuple of optimizer numbers: gradients are shared, Hessians are not."""
    stacks: dict[tuple[object, ...], list[int]] = {}
    for number, optimizer in enumerate(optimizers):
        stacks.setdefault(optimizer.stack_key, []).append(number)
    families = {key: KINDS[optimizers[members[0]].kind].family for key, members in stacks.items()}
    if "first order" in families.values():
        yield tuple(tuple(members) for key, members in stacks.items() if families[key] == "first order")
    for key, members in stacks.items():
        if families[key] != "first order":
            yield (tuple(members),)


def orthonormal(flat: Flat) -> Flat:
    """The same line or plane with axes of length 1 at right angles, so that descent in it uses the parameters' own metric.

    Methods that do not look at components apart take the same path however the plane was drawn; Adam and its relatives
    depend on the direction of its first axis.
    """
    first = flat.directions[0] / np.linalg.norm(flat.directions[0])
    if flat.dimension == 1:
        return Flat(flat.origin, first[None], flat.drawn)
    rest = flat.directions[1] - (flat.directions[1] @ first) * first
    return Flat(flat.origin, np.stack([first, rest / np.linalg.norm(rest)]), flat.drawn)
