"""Losses and accuracy on whole parts of the data, watched while runs go on."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array, Indices, frozen_view
from engine.objective import Objective
from engine.trajectory import Monitored

SHARE = 5
"""Watching may cost about one part in this many of the descent's own work."""
MOST = 1000
"""Watching more often than this shows no more on a curve."""


class Monitor:
    """Evaluates the training and validation objectives at every ``every``-th step: data loss (no penalty) and accuracy."""

    def __init__(self, train: Objective, validation: Objective | None, steps: int, every: int, runs: int) -> None:
        self._train, self._validation = train, validation
        self._steps: Indices = np.arange(0, steps + 1, every)
        self._books = np.full((4, len(self._steps), runs), np.nan)

    @classmethod
    def of(
        cls,
        train: Objective,
        validation: Objective | None,
        batch_size: int | None,
        steps: int,
        every: int | None,
        runs: int,
    ) -> Monitor:
        """A monitor with a good interval: from the counts of examples, not from a clock, so that equal runs record equally."""
        if every is None:
            batch = min(batch_size or train.examples, train.examples)
            watched = train.examples + (validation.examples if validation is not None else 0)
            # A gradient costs about three forward passes, watching costs one for each example.
            every = max(-(-SHARE * watched // (3 * batch)), -(-steps // MOST), 1)
        return cls(train, validation, steps, every, runs)

    def observe(self, first: int, runs: Indices, points: Array) -> None:
        """Watch the steps ``first, first + 1, …`` of some runs: ``points (n, R, P)`` are parameters of the objective."""
        rows = np.flatnonzero((self._steps >= first) & (self._steps < first + len(points)))
        if rows.size:
            self._books[np.ix_(np.arange(4), rows, runs)] = self._seen(points[self._steps[rows] - first])

    def end(self, step: int, run: int, point: Array) -> None:
        """A run has ended at ``point (P,)``: every later step sees the same."""
        if self._steps[-1] > step:
            self._books[:, self._steps > step, run] = self._seen(point[None])

    def _seen(self, points: Array) -> Array:
        """Training and validation loss, training and validation accuracy: ``(4, …)`` at ``points (…, P)``."""
        seen = np.full((4, *points.shape[:-1]), np.nan)
        seen[0], seen[2] = self._train.watch(points)
        if self._validation is not None:
            seen[1], seen[3] = self._validation.watch(points)
        return seen

    def watched(self) -> Monitored:
        """What was seen so far; NaN where a run has not come yet."""
        train, validation, train_accuracy, validation_accuracy = (frozen_view(book) for book in self._books)
        return Monitored(frozen_view(self._steps), train, validation, train_accuracy, validation_accuracy)
