"""Schedules that put something before another one: hold, then decrease; warm up, then follow."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array
from engine.schedules.base import Schedule, Verdict, require_within
from engine.schedules.decays import InverseTime


@dataclass(frozen=True)
class _Before(Schedule):
    """What both share: the tail starts its own clock when the head is over, and decides the verdict."""

    tail: Schedule = field(default_factory=InverseTime)

    def verdict(self) -> Verdict:
        """As the tail's: finitely many updates change neither whether Σα nor whether Σα² converges."""
        tail = self.tail.verdict()
        sentence = tail.sentence if isinstance(self.tail, _Before) else f"As its tail: {tail.sentence}"
        return Verdict(tail.sum_diverges, tail.squares_converge, sentence)

    def _joined(self, steps: ArrayLike, length: float, head: Callable[[Array], Array]) -> Array:
        updates = np.asarray(steps, dtype=np.float64)
        over = length * self.updates_per_epoch
        later = self.tail.rates(np.maximum(updates - over, 0.0))
        return np.asarray(np.where(updates < over, head(self.time(updates)), later))


@dataclass(frozen=True)
class Hold(_Before):
    """The tail's first rate for ``hold_for`` updates or epochs, then the tail.

    >>> Hold(InverseTime(1.0, 1.0), hold_for=2).rates([0, 1, 2, 3]).tolist()
    [1.0, 1.0, 1.0, 0.5]
    """

    hold_for: float = 100.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require_within(self.hold_for, 0.0, math.inf, "The time to hold")

    def rates(self, steps: ArrayLike) -> Array:
        first = float(self.tail.rates(0.0))
        return self._joined(steps, self.hold_for, lambda time: np.full(time.shape, first))

    @property
    def label(self) -> str:
        return f"hold {self.hold_for:g} {self.unit}, then {self.tail.label}"


@dataclass(frozen=True)
class WarmUp(_Before):
    """A straight line from the share ``start`` of the tail's first rate up to it in ``warm_up`` updates or epochs.

    Source: Goyal et al. (2017), Accurate, large minibatch SGD, section 2.2 (gradual warm-up).

    >>> WarmUp(InverseTime(1.0, 1.0), warm_up=2, start=0.0).rates([0, 1, 2, 3]).tolist()
    [0.0, 0.5, 1.0, 0.5]
    """

    warm_up: float = 100.0
    start: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        require_within(self.warm_up, 0.0, math.inf, "The time to warm up")
        require_within(self.start, 0.0, 1.0, "The share to start from")

    def rates(self, steps: ArrayLike) -> Array:
        first = float(self.tail.rates(0.0))

        def rising(time: Array) -> Array:
            # No warm-up at all leaves this line unused; the tiny floor only keeps 0/0 away.
            return np.asarray(first * (self.start + (1 - self.start) * time / max(self.warm_up, 1e-300)))

        return self._joined(steps, self.warm_up, rising)

    @property
    def label(self) -> str:
        return f"warm up {self.warm_up:g} {self.unit}, then {self.tail.label}"


hold = Hold
warm_up = WarmUp
