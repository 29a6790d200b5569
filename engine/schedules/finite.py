"""Schedules of runs that end: cosine, one-cycle, a drawn curve. They have no Robbins–Monro verdict."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array
from engine.schedules.base import Schedule, Verdict, finite_verdict, require_positive, require_within


def _half_cosine(start: float, end: float, fraction: Array) -> Array:
    return np.asarray(end + (start - end) * (1 + np.cos(np.pi * np.clip(fraction, 0.0, 1.0))) / 2)


@dataclass(frozen=True)
class _Finite(Schedule):
    def verdict(self) -> Verdict:
        return finite_verdict()


@dataclass(frozen=True)
class Cosine(_Finite):
    """From α down half a cosine to ``final`` at ``length`` updates or epochs, and ``final`` from there on.

    Source: Loshchilov and Hutter (2017), SGDR, equation (5) without restarts.

    >>> Cosine(1.0, length=10).rates([0, 5, 10]).round(12).tolist()
    [1.0, 0.5, 0.0]
    """

    rate: float = 0.1
    length: float = 1000.0
    final: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(self.rate, "The learning rate")
        require_positive(self.length, "The length of the run")
        require_within(self.final, 0.0, self.rate, "The final rate")

    def rates(self, steps: ArrayLike) -> Array:
        return _half_cosine(self.rate, self.final, self.time(steps) / self.length)

    @property
    def label(self) -> str:
        return f"α = {self.rate:g}, cosine to {self.final:g} at {self.length:g} {self.unit}"


@dataclass(frozen=True)
class OneCycle(_Finite):
    """Half a cosine up to the peak α at the share ``rise`` of the run, then half a cosine down.

    It starts at α/``first_divisor`` and ends at the start divided by ``last_divisor``.
    Source: Smith and Topin (2018), Super-convergence; divisors as in PyTorch's ``OneCycleLR``.

    >>> OneCycle(1.0, length=10, rise=0.3).rates([0, 3]).round(12).tolist()
    [0.04, 1.0]
    """

    rate: float = 0.1
    length: float = 1000.0
    rise: float = 0.3
    first_divisor: float = 25.0
    last_divisor: float = 1e4

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(self.rate, "The learning rate")
        require_positive(self.length, "The length of the run")
        require_within(self.rise, 0.0, 1.0, "The share of the run that rises")
        require_within(self.first_divisor, 1.0, math.inf, "The first divisor")
        require_within(self.last_divisor, 1.0, math.inf, "The last divisor")

    def rates(self, steps: ArrayLike) -> Array:
        done = self.time(steps) / self.length
        start = self.rate / self.first_divisor
        # A share of 0 or 1 leaves one of the two halves empty; the tiny floor only keeps 0/0 away.
        rising = _half_cosine(start, self.rate, done / max(self.rise, 1e-300))
        falling = _half_cosine(self.rate, start / self.last_divisor, (done - self.rise) / max(1 - self.rise, 1e-300))
        return np.asarray(np.where(done < self.rise, rising, falling))

    @property
    def label(self) -> str:
        return f"α up to {self.rate:g}, one cycle of {self.length:g} {self.unit}"


@dataclass(frozen=True)
class Drawn(_Finite):
    """A curve drawn by hand: points (time, α), joined by straight lines in log α, flat before the first and after the last.

    >>> Drawn(((0.0, 1.0), (10.0, 0.01))).rates([0, 5, 20]).round(12).tolist()
    [1.0, 0.1, 0.01]
    """

    points: tuple[tuple[float, float], ...] = ((0.0, 0.1), (1000.0, 0.001))

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.points:
            raise ValueError("A drawn schedule needs at least one point (time, rate).")
        times = [time for time, _ in self.points]
        if not all(a < b for a, b in itertools.pairwise(times)):
            raise ValueError("The times of a drawn schedule must increase from point to point.")
        for _, rate in self.points:
            require_positive(rate, "Each rate of a drawn schedule")

    def rates(self, steps: ArrayLike) -> Array:
        times, rates = np.array(self.points, dtype=np.float64).T
        return np.asarray(np.exp(np.interp(self.time(steps), times, np.log(rates))))

    @property
    def label(self) -> str:
        return f"α drawn through {len(self.points)} points"


cosine = Cosine
one_cycle = OneCycle
drawn = Drawn
