"""Runs in lock-step: one batched call serves all of them at every step, whatever their optimizers keep in mind.

Rows are ordered stack by stack; a stack is the rows whose optimizers one method advances. Nothing is recorded here: the
descent, the replay of one step, and maps of basins where no leaner loop serves advance their runs by this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from engine.arrays import Array, Indices, Mask
from engine.batches import Batches
from engine.evaluation import Counted, CountedRows
from engine.network import NetworkObjective
from engine.objective import Objective
from engine.optimizers import KINDS, stack
from engine.optimizers.method import LARGEST_DENSE, Optimizer, Report, State, Step
from engine.optimizers.stacks import Stack
from engine.optimizers.transforms import Chain

Failures: TypeAlias = Mapping[int, str]
"""Rows that cannot go on, each with the sentence why."""

NONE: Failures = MappingProxyType({})
WORTH_PIECES = 100
"""From this many parameters on, a Hessian is formed in pieces with pauses between."""


@dataclass(eq=False)
class _Stack:
    """The rows of one method. A single optimizer serves any number of rows, else there is one for each."""

    optimizers: tuple[Optimizer, ...]
    rows: slice
    rates: Array
    """(T, rows, 1) or (T, 1, 1)"""
    method: Stack
    state: State
    active: Mask
    evaluate: CountedRows
    refusal: str
    plain: Chain | None
    """What makes its steps of gradients, where that is all there is to them and nobody asks for reports."""
    last: tuple[Step, Report] | None = None

    def descend(self, number: int, points: Array, gradients: Array, out: Array) -> None:
        """Take step ``number`` of a plain method."""
        assert self.plain is not None
        vectors, self.state = self.plain.update(gradients, self.state, points)
        np.subtract(points, np.multiply(self.rates[number], vectors), out)


class LockStep:
    """R runs that take every step together.

    Args:
        objective: what is minimized.
        stacks: for each stack its optimizers (one a row, or one for all) and its start points ``(rows, P)``.
        rates: for each stack the learning rates ``(T, rows)`` or ``(T, 1)``.
        batches: the mini-batches, None for all examples at every step.
        explain: whether :attr:`last` will be read.

    """

    def __init__(
        self,
        objective: Objective,
        stacks: Sequence[tuple[tuple[Optimizer, ...], Array]],
        rates: Sequence[Array],
        batches: Batches | None = None,
        explain: bool = False,
    ) -> None:
        self._objective, self._batches, self._explain = objective, batches, explain
        self.points: Array = np.concatenate([points for _, points in stacks])
        self.number = 0
        """How many updates were done."""
        self.counted = Counted(objective, len(self.points))
        self._stacks: list[_Stack] = []
        first = 0
        for (optimizers, points), rate in zip(stacks, rates, strict=True):
            rows = slice(first, first + len(points))
            refusal = refusal_of(optimizers[0], objective)
            method = stack(optimizers)
            state = () if refusal else method.init(points)
            active, evaluate = np.ones(len(points), dtype=bool), CountedRows(self.counted, rows)
            plain = None if explain or refusal else method.plain
            self._stacks.append(
                _Stack(optimizers, rows, rate[:, :, None], method, state, active, evaluate, refusal, plain)
            )
            first = rows.stop
        self._blocks = objective.blocks

    @property
    def runs(self) -> int:
        """R, the rows that are left."""
        return len(self.points)

    @property
    def last(self) -> tuple[tuple[Step, Report] | None, ...]:
        """What each stack's method was given and what it reported in the last update; None before the first, or unasked."""
        return tuple(one.last for one in self._stacks)

    @property
    def states(self) -> tuple[State, ...]:
        """What each stack's method keeps."""
        return tuple(one.state for one in self._stacks)

    @property
    def forms_matrices(self) -> bool:
        """Whether :meth:`form_matrices` has something to do."""
        kind = KINDS[self._stacks[0].optimizers[0].kind]
        wanted = kind.family == "second order" and kind.forms_hessian and not self._stacks[0].refusal
        large = isinstance(self._objective, NetworkObjective) and self._objective.dimension >= WORTH_PIECES
        return wanted and large and len(self._stacks) == 1

    def form_matrices(self) -> Iterator[None]:
        """Form the curvature that the next update will ask for, in pieces of a few milliseconds."""
        self._turn()
        objective = self.counted.objective
        assert isinstance(objective, NetworkObjective)
        residuals = KINDS[self._stacks[0].optimizers[0].kind].needs_residuals
        pieces = objective.hessian_pieces(self.points, gauss_newton=residuals)
        while True:
            try:
                next(pieces)
            except StopIteration as end:
                self.counted.matrices = end.value
                return
            yield

    def _turn(self) -> None:
        """To this step's batch."""
        if self._batches is not None:
            self.counted.turn_to(self._objective.minibatch(self._batches.indices(self.number)))

    def evaluate(self) -> tuple[Array, Array]:
        """Losses ``(R,)`` of this step's batch and gradients ``(R, P)`` at the points."""
        if self.counted.matrices is None:
            self._turn()
        return self.counted.gradients(self.points)

    def update(self, values: Array, gradients: Array, out: Array) -> Failures:
        """Write the next points into ``out (R, P)`` and go there; rows that fail stay where they are.

        The caller silences overflow.
        """
        points, failures = self.points, NONE
        for one in self._stacks:
            rows = one.rows
            if one.plain is not None:
                here = (
                    (points, gradients, out) if len(self._stacks) == 1 else (points[rows], gradients[rows], out[rows])
                )
                one.descend(self.number, *here)
                continue
            if one.refusal:
                out[rows] = points[rows]
                failures = {**failures, **dict.fromkeys(range(rows.start, rows.stop), one.refusal)}
                continue
            step = Step(
                self.number, points[rows], values[rows], gradients[rows], self._rate(one), one.active, self._blocks,
                one.evaluate, self._explain,
            )  # fmt: skip
            out[rows], one.state, report = one.method.update(step, one.state)
            one.last = (step, report) if self._explain else None
            if report.failed is not None and report.failed.any():
                failed = rows.start + np.flatnonzero(report.failed)
                failures = {**failures, **dict.fromkeys(failed.tolist(), report.because)}
        self.counted.matrices = None
        self.points = out
        self.number += 1
        return failures

    def _rate(self, one: _Stack) -> Array:
        rate = one.rates[self.number, :, 0]
        return rate if len(rate) == len(one.active) else np.broadcast_to(rate, one.active.shape)

    def keep(self, mask: Mask) -> None:
        """Go on with the rows in ``mask (R,)`` alone; each keeps its state to the bit."""
        self.points = self.points[mask]
        self.counted.keep(mask)
        left, first = [], 0
        for one in self._stacks:
            chosen = mask[one.rows]
            count = int(chosen.sum())
            if not count:
                continue
            if len(one.optimizers) > 1:
                one.optimizers = tuple(o for o, stays in zip(one.optimizers, chosen, strict=True) if stays)
                one.method, one.rates = stack(one.optimizers), one.rates[:, chosen]
                one.plain = None if one.plain is None else one.method.plain
            one.state, one.active = _rows(one.state, np.flatnonzero(chosen)), one.active[:count]
            one.rows = slice(first, first + count)
            one.evaluate = CountedRows(self.counted, one.rows)
            left.append(one)
            first += count
        self._stacks = left


def _rows(state: State, rows: Indices) -> State:
    """The same state for some of its runs: arrays have the runs first, and tuples may hold tuples."""
    if isinstance(state, np.ndarray):
        return state[rows]
    parts = [_rows(part, rows) for part in state]
    return type(state)(*parts) if hasattr(state, "_fields") else tuple(parts)


def refusal_of(optimizer: Optimizer, objective: Objective) -> str:
    """Why this optimizer cannot work on this objective at all, or nothing."""
    kind = KINDS[optimizer.kind]
    if kind.forms_hessian and objective.dimension > LARGEST_DENSE:
        return (
            f"{kind.title} would form a matrix of {objective.dimension:,} × {objective.dimension:,} numbers; above "
            f"{LARGEST_DENSE:,} parameters choose Newton–CG or L-BFGS, which never form one."
        )
    if kind.needs_residuals and not objective.has_residuals:
        return f"{kind.title} needs residuals: choose squared error, or another method."
    return ""
