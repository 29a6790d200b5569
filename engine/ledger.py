"""The book that a descent keeps: arrays for all runs that groups fill at their own pace, shown as growing trajectories."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array, Indices, frozen_view
from engine.objective import Objective
from engine.optimizers.method import Optimizer
from engine.trajectory import Ending, Monitored, Outcome, Trajectories

GOING = Outcome(Ending.RUNNING, "still going")


class Ledger:
    """Points at every step while they fit ``record_bytes``, else at every k-th; scalars at every step."""

    def __init__(
        self,
        starts: Array,
        optimizers: tuple[Optimizer, ...],
        steps: int,
        record_bytes: int,
        objective: Objective,
        batch_size: int | None,
    ) -> None:
        self.runs = len(starts) * len(optimizers)
        self.scale = np.zeros(self.runs)
        self._starts, self._optimizers, self._steps = starts, optimizers, steps
        self._examples, self._batch_size = objective.examples, batch_size
        self.every = max(1, -(-(steps + 1) * self.runs * starts.shape[1] * 8 // record_bytes))
        regular = np.arange(0, steps + 1, self.every)
        self._records: Indices = regular if regular[-1] == steps else np.append(regular, steps)
        self._points = np.full((len(self._records), self.runs, starts.shape[1]), np.nan)
        shape = (steps + 1, self.runs)
        self._values, self._norms, self._lengths = (
            np.full(shape, np.nan),
            np.full(shape, np.nan),
            np.full(shape, np.nan),
        )
        self._rates, self._evaluations, self._seen = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self._seconds = np.zeros(shape)
        self._done: Indices = np.zeros(self.runs, dtype=np.intp)
        self._ended: Indices = np.full(self.runs, -1, dtype=np.intp)
        self._outcomes = [GOING] * self.runs

    def end(self, run: int, step: int, outcome: Outcome) -> None:
        """Note how and at which step a run ended; :meth:`enter` has to follow, so that its last point is repeated."""
        self._ended[run] = step
        self._outcomes[run] = outcome

    def enter(
        self,
        first: int,
        runs: Indices,
        points: Array,
        values: Array,
        norms: Array,
        lengths: Array,
        rates: Array,
        evaluations: Array,
        seen: Array,
        seconds: Array,
    ) -> None:
        """Enter steps ``first, first + 1, …`` of the runs of one group: points ``(n, R, P)``, scalars ``(n, R)``."""
        stop = first + len(values)
        rows = np.flatnonzero((self._records >= first) & (self._records < stop))
        self._points[np.ix_(rows, runs)] = points[self._records[rows] - first]
        for book, page in (
            (self._values, values), (self._norms, norms), (self._lengths, lengths), (self._rates, rates),
            (self._evaluations, evaluations), (self._seen, seen),
        ):  # fmt: skip
            book[first:stop, runs] = page
        before = self._seconds[first - 1, runs] if first else np.zeros(len(runs))
        self._seconds[first:stop, runs] = before + np.cumsum(seconds)[:, None]
        ended = self._ended[runs]
        self._done[runs] = np.where(ended >= 0, ended, stop - 1)
        fresh = (ended >= first) & (ended < stop)
        if fresh.any():
            self._points[np.ix_(np.flatnonzero(self._records >= stop), runs[fresh])] = points[-1, fresh]
            self._repeat(runs[fresh], stop)

    def _repeat(self, runs: Indices, stop: int) -> None:
        """Runs that have ended repeat their last values to the end of the book."""
        last = stop - 1
        for run in runs:
            for book in (self._values, self._norms, self._rates, self._evaluations, self._seen, self._seconds):
                book[stop:, run] = book[last, run]
            self._lengths[stop:, run] = 0.0

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
            done=self._done.copy(),
            ended=self._ended.copy(),
            outcomes=tuple(self._outcomes),
            examples=self._examples,
            batch_size=self._batch_size,
            monitored=monitored,
        )
