"""Standardizing inputs by the mean and deviation of the examples that are trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, read_only


@dataclass(frozen=True, eq=False)
class Scaling:
    """``mean (d,)`` and ``deviation (d,)`` of each input column; 0 and 1 for a column that stays as it is."""

    mean: Array
    deviation: Array

    @staticmethod
    def of(inputs: Array) -> Scaling:
        """The mean and standard deviation (divided by N) of each column of ``inputs (N, d)``."""
        size = np.abs(inputs).max(axis=0)
        size = np.where(size > 0, size, 1.0)
        relative = inputs / size  # so that the squares of very large or small numbers stay in range
        with np.errstate(under="ignore"):
            mean, deviation = relative.mean(axis=0) * size, relative.std(axis=0) * size
        moves = (inputs.min(axis=0) < inputs.max(axis=0)) & (deviation > 0)
        return Scaling(read_only(np.where(moves, mean, 0.0)), read_only(np.where(moves, deviation, 1.0)))

    def apply(self, inputs: Array) -> Array:
        """Standardized ``inputs (..., d)``."""
        with np.errstate(over="ignore", under="ignore"):
            return np.asarray((inputs - self.mean) / self.deviation)

    def undo(self, inputs: Array) -> Array:
        """From standardized inputs ``(..., d)`` back to the original units."""
        return np.asarray(inputs * self.deviation + self.mean)

    def then(self, after: Scaling) -> Scaling:
        """This scaling followed by another one, as one."""
        return Scaling(read_only(self.mean + after.mean * self.deviation), read_only(self.deviation * after.deviation))
