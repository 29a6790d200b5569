"""Learning rates as functions of the number of updates done, with their Robbins–Monro verdicts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array


@dataclass(frozen=True)
class Schedule:
    """Base of all schedules: α(s) for s = 0, 1, 2, … updates done."""

    def rates(self, steps: Array) -> Array:
        """α at update counts ``steps (...)``: same shape."""
        raise NotImplementedError

    @property
    def label(self) -> str:
        """A short description such as ``α = 0.1``."""
        raise NotImplementedError


@dataclass(frozen=True)
class Constant(Schedule):
    """The same rate at every update."""

    rate: float = 0.1

    def rates(self, steps: Array) -> Array:
        return np.full(np.shape(steps), self.rate)

    @property
    def label(self) -> str:
        return f"α = {self.rate:g}"
