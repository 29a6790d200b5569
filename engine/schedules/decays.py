"""Schedules that decrease for ever: 1/(1 + δs), powers, steps, exponential."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array
from engine.schedules.base import Schedule, Verdict, constant_verdict, require_positive, require_within

# np.power rather than **: for a single step ** would take another routine, a last digit apart from the vectorized one.

HOLDS = "Σα = ∞ and Σα² < ∞: both conditions hold, noisy gradients average out and any distance can be covered."


def _finite_reach(total: float) -> str:
    return (
        f"Σα is finite (at most {total:.3g}): the reach is finite, with bounded gradients the run cannot get further "
        "than that times the largest gradient, and may stop before a minimum. Σα² < ∞ holds."
    )


@dataclass(frozen=True)
class _Decay(Schedule):
    rate: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(self.rate, "The learning rate")


@dataclass(frozen=True)
class InverseTime(_Decay):
    """α/(1 + δs).

    >>> InverseTime(1.0, 0.5).rates([0, 2]).tolist()
    [1.0, 0.5]
    """

    delta: float = 0.01

    def __post_init__(self) -> None:
        super().__post_init__()
        require_within(self.delta, 0.0, math.inf, "δ")

    def rates(self, steps: ArrayLike) -> Array:
        return np.asarray(self.rate / (1.0 + self.delta * self.time(steps)))

    @property
    def label(self) -> str:
        return f"α = {self.rate:g}/(1 + {self.delta:g}{self.symbol})"

    def verdict(self) -> Verdict:
        return Verdict(True, True, HOLDS) if self.delta > 0 else constant_verdict()


@dataclass(frozen=True)
class Power(_Decay):
    """α/(s + 1)^δ.

    >>> Power(1.0, 0.5).rates([0, 3]).tolist()
    [1.0, 0.5]
    """

    delta: float = 0.6

    def __post_init__(self) -> None:
        super().__post_init__()
        require_within(self.delta, 0.0, math.inf, "δ")

    def rates(self, steps: ArrayLike) -> Array:
        return np.asarray(self.rate * np.power(self.time(steps) + 1.0, -self.delta))

    @property
    def label(self) -> str:
        return f"α = {self.rate:g}/({self.symbol} + 1)^{self.delta:g}"

    def verdict(self) -> Verdict:
        # Σ (s+1)^−δ = ∞ iff δ ≤ 1, and Σ (s+1)^−2δ < ∞ iff 2δ > 1.
        if self.delta == 0:
            return constant_verdict()
        if self.delta <= 0.5:
            sentence = "Σα = ∞ but Σα² = ∞ too, as δ ≤ ½: the rate falls too slowly for the noise to die out."
            return Verdict(True, False, sentence)
        if self.delta <= 1:
            return Verdict(True, True, HOLDS)
        # Σ ≤ first term + ∫: (s/u + 1)^−δ integrates to u/(δ − 1).
        return Verdict(False, True, _finite_reach(self.rate * (1 + self.updates_per_epoch / (self.delta - 1))))


@dataclass(frozen=True)
class _Geometric(_Decay):
    """What step and exponential decay share: they are constant for factor 1, and have finite reach below."""

    factor: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(self.factor, "The factor")
        require_within(self.factor, 0.0, 1.0, "The factor")

    def _total(self) -> float:
        raise NotImplementedError

    def verdict(self) -> Verdict:
        return Verdict(False, True, _finite_reach(self._total())) if self.factor < 1 else constant_verdict()


@dataclass(frozen=True)
class StepDecay(_Geometric):
    """α · factor^⌊s/every⌋: constant, then multiplied by the factor after each ``every`` updates or epochs.

    >>> StepDecay(1.0, 0.5, every=10).rates([0, 9, 10, 25]).tolist()
    [1.0, 1.0, 0.5, 0.25]
    """

    every: float = 100.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(self.every, "The length of a step")

    def rates(self, steps: ArrayLike) -> Array:
        return np.asarray(self.rate * np.power(self.factor, np.floor(self.time(steps) / self.every)))

    @property
    def label(self) -> str:
        return f"α = {self.rate:g}, × {self.factor:g} every {self.every:g} {self.unit}"

    def _total(self) -> float:
        return self.rate * math.ceil(self.every * self.updates_per_epoch) / (1 - self.factor)


@dataclass(frozen=True)
class Exponential(_Geometric):
    """α · factor^s.

    >>> Exponential(1.0, 0.5).rates([0, 1, 2]).tolist()
    [1.0, 0.5, 0.25]
    """

    factor: float = 0.99

    def rates(self, steps: ArrayLike) -> Array:
        return np.asarray(self.rate * np.power(self.factor, self.time(steps)))

    @property
    def label(self) -> str:
        return f"α = {self.rate:g}·{self.factor:g}^{self.symbol}"

    def _total(self) -> float:
        # 1 − factor^(1/u) without cancellation: the factor may be very near 1.
        return self.rate / -math.expm1(math.log(self.factor) / self.updates_per_epoch)


inverse_time = InverseTime
power = Power
step = StepDecay
exponential = Exponential
