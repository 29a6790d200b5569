"""The book that a descent keeps: arrays for all runs that groups fill at their own pace, shown as growing trajectories."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import Array, Indices, frozen_view
from engine.endings import outcome
from engine.objective import Objective
from engine.optimizers.method import Optimizer
from engine.trajectory import Ending, Monitored, Outcome, Trajectories

GOING = outcome(Ending.RUNNING, 0, 0.0)


@dataclass(frozen=True, eq=False)
class Page:
    """n steps of the R runs of one group, from step ``first`` on: points ``(n, R, P)``, scalars ``(n, R)``."""

    first: int
    runs: Indices
    points: Array
    values: Array
    norms: Array
    lengths: Array
    evaluations: Array
    seen: Array
    seconds: Array
    """(n,): time that each step took."""

    def hold(self, row: int, at: int) -> None:
        """From its entry ``at`` on, run ``row`` of the page repeats that entry and moves no more."""
        for book in (self.points, self.values, self.norms, self.evaluations, self.seen):
            book[at:, row] = book[at, row]
        self.lengths[at:, row] = 0.0

    def at(self, points: Array) -> Page:
        """The same page with other points."""
        return self if points is self.points else replace(self, points=points)


class Ledger:
    """Points at every step while they fit ``record_bytes``, else at every k-th and the last; scalars at every step.

    ``rates (T + 1, O)`` are known from the beginning: the learning rate of every optimizer at every step.
    """

    def __init__(
        self,
        starts: Array,
        optimizers: tuple[Optimizer, ...],
        rates: Array,
        record_bytes: int,
        objective: Objective,
        batch_size: int | None,
    ) -> None:
        steps = len(rates) - 1
        self.runs = len(starts) * len(optimizers)
        self.scale = np.zeros(self.runs)
        """(R,): |loss at the start|."""
        self._starts, self._optimizers = starts, optimizers
        self._examples, self._batch_size = objective.examples, batch_size
        self.every = record_every(steps, self.runs * starts.shape[1] * 8, record_bytes)
        regular = np.arange(0, steps + 1, self.every)
        self._records: Indices = regular if regular[-1] == steps else np.append(regular, steps)
        # Zeros, for which the system sets pages aside only as they are written: filling 128 MB takes longer than many a run.
        self._points = np.zeros((len(self._records), self.runs, starts.shape[1]))
        shape = (steps + 1, self.runs)
        self._values = np.full(shape, np.nan)
        self._norms, self._lengths, self._evaluations, self._seen, self._seconds = (np.zeros(shape) for _ in range(5))
        self._rates = np.tile(rates, (1, len(starts)))
        self._done: Indices = np.full(self.runs, -1, dtype=np.intp)
        self._ended: Indices = np.full(self.runs, -1, dtype=np.intp)
        self._outcomes = [GOING] * self.runs

    def end(self, run: int, outcome: Outcome, step: int) -> None:
        """Note how and at which step a run ended; :meth:`enter` has to follow, so that its last point is repeated."""
        self._ended[run] = step
        self._outcomes[run] = outcome

    def enter(self, page: Page) -> None:
        """Enter the steps of a page; runs that ended on it repeat their last entry to the end of the book."""
        first, runs = page.first, page.runs
        stop, columns = first + len(page.values), _as_slice(runs)
        records = slice(*np.searchsorted(self._records, (first, stop)).tolist())
        # Where every step is kept there is nothing to pick out, which would copy it all once more.
        kept = page.points if self.every == 1 else page.points[self._records[records] - first]
        self._points[records, columns] = kept
        for book, entries in (
            (self._values, page.values), (self._norms, page.norms), (self._lengths, page.lengths),
            (self._evaluations, page.evaluations), (self._seen, page.seen),
        ):  # fmt: skip
            book[first:stop, columns] = entries
        before = self._seconds[first - 1, runs] if first else np.zeros(len(runs))
        self._seconds[first:stop, columns] = before + np.cumsum(page.seconds)[:, None]
        ended = self._ended[runs]
        self._done[runs] = np.where(ended >= 0, ended, stop - 1)
        fresh = ended >= 0
        if fresh.any():
            self._points[np.ix_(np.flatnonzero(self._records >= stop), runs[fresh])] = page.points[-1, fresh]
            self._repeat(runs[fresh], stop)

    def _repeat(self, runs: Indices, stop: int) -> None:
        for book in (self._values, self._norms, self._evaluations, self._seen, self._seconds):
            book[stop:, runs] = book[stop - 1, runs]
        self._lengths[stop:, runs] = 0.0

    def trajectories(self, monitored: Monitored | None) -> Trajectories:
        """The book as it stands, through read-only views: what lies before ``done`` is not written again."""
        return Trajectories(
            starts=self._starts,
            optimizers=self._optimizers,
            points=frozen_view(self._points),
            steps=frozen_view(self._records),
            record_every=self.every,
            values=frozen_view(self._values),
            gradient_norms=frozen_view(self._norms),
            step_lengths=frozen_view(self._lengths),
            rates=frozen_view(self._rates),
            evaluations=frozen_view(self._evaluations),
            examples_seen=frozen_view(self._seen),
            seconds=frozen_view(self._seconds),
            done=frozen_view(self._done.copy()),
            ended=frozen_view(self._ended.copy()),
            outcomes=tuple(self._outcomes),
            examples=self._examples,
            batch_size=self._batch_size,
            monitored=monitored,
        )


def _as_slice(runs: Indices) -> slice | Indices:
    """The same columns as a slice, where they lie side by side: entries then go there in one copy."""
    first, stop = int(runs[0]), int(runs[0]) + len(runs)
    return slice(first, stop) if runs[-1] == stop - 1 and (runs[1:] > runs[:-1]).all() else runs


def record_every(steps: int, record: int, most: int) -> int:
    """K so that records of ``record`` bytes at every k-th of ``steps`` steps and at the last fit ``most`` bytes.

    Start and end are kept in any case.

    >>> record_every(steps=100, record=8, most=8 * 11)
    10

    """
    allowed = max(2, most // record)
    return max(1, -(-steps // (allowed - 1)))
