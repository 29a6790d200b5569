"""Runs of a first-order method on a formula, tens of thousands of them, as one contiguous array for each parameter.

The arithmetic is that of :class:`~engine.lockstep.LockStep`, number for number. What a map does not need is left out: losses
at every step, reports, counts; and it is done in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from engine.arrays import Array, Indices, Mask
from engine.formulas import Formula
from engine.formulas.code import Bound, Code
from engine.objective import Objective
from engine.optimizers import KINDS
from engine.optimizers.first_order import FirstOrder
from engine.optimizers.method import Optimizer, State, stacked_settings
from engine.optimizers.transforms import Chain


class ColumnRuns:
    """R runs that take every step together. Each parameter has its column ``(1, R)`` and its own state.

    Args:
        formula: what is minimized.
        pieces: what makes directions of gradients, component by component.
        rates: learning rates ``(T, 1)``.
        columns: where the runs are; written into.
        states: what ``pieces`` keep, a state for each column; written into.
        number: how many updates were done.

    """

    def __init__(
        self,
        formula: Formula,
        pieces: Chain,
        rates: Array,
        columns: Sequence[Array],
        states: Sequence[State],
        number: int = 0,
    ) -> None:
        self.formula, self.number = formula, number
        self._pieces, self._rates = pieces, rates
        self._columns, self._states = columns, list(states)
        self._before = [np.empty_like(column) for column in columns]
        self._scratch = np.empty_like(columns[0])

    @property
    def points(self) -> list[Array]:
        """One array ``(R,)`` for each parameter, changed by every step."""
        return [column[0] for column in self._columns]

    def moves(self, rows: Indices) -> list[Array]:
        """The steps of some of the runs since :meth:`mark`, one array for each parameter."""
        return [now[0, rows] - then[0, rows] for now, then in zip(self._columns, self._before, strict=True)]

    def mark(self) -> None:
        """Remember where the runs are."""
        for column, before in zip(self._columns, self._before, strict=True):
            np.copyto(before, column)

    def watch(self, code: Code) -> Bound:
        """``code`` of where the runs are and where they were marked, whenever it is run."""
        return code.bound([*self._columns, *self._before])

    @cached_property
    def _slopes(self) -> Bound:
        return self.formula.program.slopes(self._columns)

    def values(self) -> Array:
        """Losses ``(R,)``."""
        return np.broadcast_to(self.formula.program.value(self.points), self._scratch.shape[1:])

    def advance(self) -> None:
        """One update. The caller silences overflow."""
        rate = self._rates[self.number, 0, ...]
        slopes = self._slopes.run()
        for index, (slope, column) in enumerate(zip(slopes, self._columns, strict=True)):
            direction, self._states[index] = self._pieces.overwrite(slope, self._states[index], column)
            np.multiply(rate, direction, out=self._scratch)
            np.subtract(column, self._scratch, out=column)
        self.number += 1

    def of(self, rows: Indices | Mask | slice) -> ColumnRuns:
        """Some of the runs as they are now, apart from these."""
        columns = [column[:, rows].copy() for column in self._columns]
        states = [_chosen(state, rows, self._scratch.shape) for state in self._states]
        return ColumnRuns(self.formula, self._pieces, self._rates, columns, states, self.number)


def column_runs(objective: Objective, optimizer: Optimizer, rates: Array, starts: Array) -> ColumnRuns | None:
    """Runs from ``starts (R, P)`` with learning rates ``(T, 1)``; None where not every component goes its own way.

    That is on anything but a formula, where steps are measured by a line search, and where gradients are clipped.
    """
    if not isinstance(objective, Formula) or optimizer.clip is not None:
        return None
    settings = stacked_settings((optimizer,))
    single = {
        name: np.reshape(value, ()) if isinstance(value, np.ndarray) else value for name, value in settings.items()
    }
    method = KINDS[optimizer.kind].build(single)
    if not isinstance(method, FirstOrder) or method.line_search != "none":
        return None
    columns = [starts[:, index].copy()[None] for index in range(starts.shape[1])]
    return ColumnRuns(objective, method.pieces, rates, columns, [method.pieces.init(column) for column in columns])


def _chosen(state: State, rows: Indices | Mask | slice, shape: tuple[int, ...]) -> State:
    """The same state for some of the runs; what all of them share, such as counts of updates ``(1, 1)``, stays."""
    if isinstance(state, np.ndarray):
        return state[:, rows].copy() if state.shape == shape else state.copy()
    return tuple(_chosen(part, rows, shape) for part in state)
