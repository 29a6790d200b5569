"""Losses and accuracy on whole parts of the data, watched while runs go on."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array, Indices, frozen_view
from engine.objective import Objective
from engine.trajectory import Monitored

SHARE = 5
"""Watching may cost about one part in this many of the descent's own work."""


class Monitor:
    """Evaluates the training and validation objectives at every ``every``-th step: data loss (no penalty) and accuracy."""

    def __init__(self, train: Objective, validation: Objective | None, steps: int, every: int, runs: int) -> None:
        self._train, self._validation = train, validation
        self._steps: Indices = np.arange(0, steps + 1, every)
        self._books = [np.full((len(self._steps), runs), np.nan) for _ in range(4)]

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
            every = max(1, -(-SHARE * watched // (3 * batch)))
        return cls(train, validation, steps, every, runs)

    def observe(self, first: int, runs: Indices, points: Array) -> None:
        """Watch the steps ``first, first + 1, …`` of some runs: ``points (n, R, P)`` are parameters of the objective."""
        rows = np.flatnonzero((self._steps >= first) & (self._steps < first + len(points)))
        if not rows.size:
            return
        here, cells = points[self._steps[rows] - first], np.ix_(rows, runs)
        train, validation, train_accuracy, validation_accuracy = self._books
        train[cells], train_accuracy[cells] = self._train.parts(here).data, self._train.accuracy(here)
        if self._validation is not None:
            validation[cells] = self._validation.parts(here).data
            validation_accuracy[cells] = self._validation.accuracy(here)

    def watched(self) -> Monitored:
        """What was seen so far; NaN where a run has not come yet."""
        train, validation, train_accuracy, validation_accuracy = (frozen_view(book) for book in self._books)
        return Monitored(self._steps, train, validation, train_accuracy, validation_accuracy)
