"""From starts to endings: runs that a map of basins follows until each is in a minimum, beyond all measure or out of steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Indices, Mask
from engine.arrivals import arrived, polished
from engine.column_runs import ColumnRuns
from engine.endings import ESCAPED
from engine.formulas.code import Code
from engine.lockstep import LockStep
from engine.objective import Objective

NOT_ARRIVED, DIVERGED, FAILED = -1, -2, -3
"""Labels of starts whose run was in no minimum after the last step, diverged, or could not go on."""
ARRIVED = 0
"""The label of all others until their minima are told apart."""
LOOK_EVERY = 10
"""Steps between two looks at who has arrived: a look costs a Hessian."""
CHECK_EVERY = 20
"""Steps between two looks at who has diverged; a multiple of ``LOOK_EVERY``."""
WORTH_LEAVING = 8
"""Columns are made shorter when at least one run in this many is over: moving the others costs a few steps."""


@dataclass(frozen=True, eq=False)
class Fates:
    """What became of K runs; filled in by whoever follows them."""

    labels: Indices
    taken: Indices
    ends: Array
    """(K, k)"""
    begun: Array
    """(K,): losses at the starts."""

    @classmethod
    def open(cls, points: Array, steps: int) -> Fates:
        """Nothing known yet about runs from ``points (K, k)``."""
        count = len(points)
        labels, taken = np.full(count, NOT_ARRIVED, dtype=np.intp), np.full(count, steps, dtype=np.intp)
        return cls(labels, taken, np.full(points.shape, np.nan), np.full(count, np.nan))

    def note(self, rows: Indices, label: int, step: int) -> None:
        """These runs ended after ``step`` updates."""
        self.labels[rows], self.taken[rows] = label, step

    def settle(self, objective: Objective, reach: float) -> Array:
        """Take the ends of those that arrived onto their minima; returns the losses there ``(K,)``, NaN for the others."""
        values = np.full(len(self.labels), np.nan)
        there = np.flatnonzero(self.labels == ARRIVED)
        if there.size:
            self.ends[there] = polished(objective, self.ends[there], reach)
            values[there] = objective.value(self.ends[there])
        return values


def follow_rows(lockstep: LockStep, objective: Objective, steps: int, reach: float, fates: Fates) -> Iterator[int]:
    """Follow any runs to their end; yields the number of steps done."""
    cells, limit = np.arange(lockstep.runs), np.empty(0)
    while cells.size:
        with np.errstate(all="ignore"):
            values, gradients = lockstep.evaluate()
            if not lockstep.number:
                limit = ESCAPED * (1 + np.abs(values))
                fates.begun[:] = values
            over = ~(np.abs(values) <= limit)
            fates.note(cells[over], DIVERGED, lockstep.number)
            if lockstep.number == steps:
                return
            before = lockstep.points
            failures = lockstep.update(values, gradients, np.empty_like(before))
            failed = np.zeros(len(cells), dtype=bool)
            failed[list(failures)] = True
            fates.note(cells[failed & ~over], FAILED, lockstep.number - 1)
            over |= failed
            if lockstep.number % LOOK_EVERY == 0 or lockstep.number == steps:
                moves = lockstep.points - before
                found = arrived(objective, list(lockstep.points.T), list(moves.T), reach) & ~over
                fates.note(cells[found], ARRIVED, lockstep.number)
                fates.ends[cells[found]] = lockstep.points[found]
                over |= found
            if over.any():
                cells, limit = cells[~over], limit[~over]
                lockstep.keep(~over)
        yield lockstep.number


def follow_columns(runs: ColumnRuns, late: Code, steps: int, reach: float, fates: Fates) -> Iterator[int]:
    """Follow runs in columns to their end; yields the number of steps done.

    ``late`` is what :func:`~engine.arrivals.lateness` gives. Every ``CHECK_EVERY`` steps it is seen who is beyond all
    measure; these are followed again from the check before, to tell the step. A run that was beyond and is back by then
    counts as never gone.
    """
    cells, over = np.arange(len(fates.labels)), np.zeros(len(fates.labels), dtype=bool)
    fates.begun[:] = runs.values()
    limit = ESCAPED * (1 + np.abs(fates.begun))
    checked, watch = runs.of(slice(None)), runs.watch(late)
    while True:
        with np.errstate(all="ignore"):
            last, check = runs.number == steps, runs.number % CHECK_EVERY == 0
            if last or check:
                gone = ~(np.abs(runs.values()) <= limit) & ~over
                _note_divergence(checked, runs.number, np.flatnonzero(gone), limit, cells, fates)
                over |= gone
            if runs.number:
                late_by = watch.run()[0][0]
                _note_arrivals(runs, np.flatnonzero((late_by <= 0) & ~over), over, reach, cells, fates)
            if last or over.all():
                return
            if check:
                if WORTH_LEAVING * np.count_nonzero(over) >= len(cells):
                    left = np.flatnonzero(~over)
                    runs, cells, limit, over = runs.of(left), cells[left], limit[left], np.zeros(len(left), dtype=bool)
                    watch = runs.watch(late)
                checked = runs.of(slice(None))
            for _ in range(min(LOOK_EVERY, steps - runs.number) - 1):
                runs.advance()
            runs.mark()
            runs.advance()
        yield runs.number


def _note_arrivals(runs: ColumnRuns, rows: Indices, over: Mask, reach: float, cells: Indices, fates: Fates) -> None:
    """Note those of ``rows`` that have arrived, as over."""
    if not rows.size:
        return
    points = [column[rows] for column in runs.points]
    found = arrived(runs.formula, points, runs.moves(rows), reach)
    if found.any():
        over[rows[found]] = True
        fates.note(cells[rows[found]], ARRIVED, runs.number)
        fates.ends[cells[rows[found]]] = np.stack([column[found] for column in points], axis=-1)


def _note_divergence(
    checked: ColumnRuns, number: int, gone: Indices, limit: Array, cells: Indices, fates: Fates
) -> None:
    """At which step each of the runs ``gone`` by step ``number`` went beyond ``limit``, from the check before on."""
    if not gone.size:
        return
    fates.note(cells[gone], DIVERGED, number)
    again = checked.of(gone)
    while gone.size and again.number < number:
        out = ~(np.abs(again.values()) <= limit[gone])
        fates.note(cells[gone[out]], DIVERGED, again.number)
        gone, again = gone[~out], again.of(~out)
        again.advance()
