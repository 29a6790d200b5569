"""What a schedule is, what Robbins and Monro say about it, and the constant one."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array


@dataclass(frozen=True)
class Verdict:
    """Whether a schedule meets the two conditions for noisy gradients: Σα = ∞ (any distance can be covered) and
    Σα² < ∞ (the noise dies out). None: the run is finite, there is nothing to judge.

    Source: Robbins and Monro (1951), A stochastic approximation method, condition (6) and (26).
    """  # noqa: D205 - the definition is one sentence

    sum_diverges: bool | None
    squares_converge: bool | None
    sentence: str

    @property
    def holds(self) -> bool | None:
        """Whether both conditions hold; None where there is no verdict."""
        if self.sum_diverges is None or self.squares_converge is None:
            return None
        return self.sum_diverges and self.squares_converge


@dataclass(frozen=True, eq=False)
class PartialSums:
    """Running sums, both ``(steps,)``: entry s is the sum over the updates 0 … s."""

    rates: Array
    squares: Array


@dataclass(frozen=True)
class Schedule:
    """Base of all schedules: α(s) for s = 0, 1, 2, … updates done.

    ``updates_per_epoch`` is the unit of every time in a schedule: 1 counts updates, N/B counts epochs.
    """

    updates_per_epoch: float = field(default=1.0, kw_only=True)

    def __post_init__(self) -> None:
        require_positive(self.updates_per_epoch, "The number of updates per epoch")

    def rates(self, steps: ArrayLike) -> Array:
        """α at update counts ``steps (...)``: same shape."""
        raise NotImplementedError

    @property
    def label(self) -> str:
        """A short description such as ``α = 0.1``."""
        raise NotImplementedError

    def verdict(self) -> Verdict:
        """What Robbins and Monro's conditions say about it."""
        raise NotImplementedError

    def partial_sums(self, steps: int) -> PartialSums:
        """Running sums of α and α² over the first ``steps`` updates."""
        rates = self.rates(np.arange(steps))
        return PartialSums(np.cumsum(rates), np.cumsum(rates * rates))

    def time(self, steps: ArrayLike) -> Array:
        """Update counts ``steps (...)`` in this schedule's unit."""
        return np.asarray(np.asarray(steps, dtype=np.float64) / self.updates_per_epoch)

    @property
    def unit(self) -> str:
        """The word for its unit of time."""
        return "updates" if self.updates_per_epoch == 1 else "epochs"

    @property
    def symbol(self) -> str:
        """The letter for its time in a label: s counts updates, e epochs."""
        return "s" if self.updates_per_epoch == 1 else "e"


@dataclass(frozen=True)
class Constant(Schedule):
    """The same rate at every update.

    >>> Constant(0.1).label
    'α = 0.1'
    """

    rate: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(self.rate, "The learning rate")

    def rates(self, steps: ArrayLike) -> Array:
        return np.full(np.shape(steps), float(self.rate))

    @property
    def label(self) -> str:
        return f"α = {self.rate:g}"

    def verdict(self) -> Verdict:
        return constant_verdict()


def constant_verdict() -> Verdict:
    """The verdict on a rate that stays above some bound for ever."""
    return Verdict(
        True,
        False,
        "Σα = ∞ but Σα² = ∞ too: with noisy gradients the run keeps circling at a noise floor. With full batches and "
        "α below the stability bound descent converges all the same.",
    )


def finite_verdict() -> Verdict:
    """No verdict: the schedule describes a run that ends."""
    return Verdict(
        None, None, "A finite run: Robbins and Monro's conditions speak of endless ones, so there is no verdict."
    )


def as_schedule(rate: float | Schedule) -> Schedule:
    """A number as a constant schedule; a schedule as it is.

    Raises:
        TypeError: for anything else.

    >>> as_schedule(0.1) == Constant(0.1)
    True

    """
    if isinstance(rate, Schedule):
        return rate
    if isinstance(rate, bool | str) or not isinstance(rate, int | float | np.number):
        raise TypeError(f"A learning rate is a number or a schedule, not {rate!r}.")
    return Constant(float(rate))


def require_positive(number: float, name: str) -> None:
    """Refuse what is not a finite number above zero.

    Raises:
        ValueError: with ``name`` in the sentence.

    """
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be a finite number above 0, not {number:g}.")


def require_within(number: float, low: float, high: float, name: str) -> None:
    """Refuse what is outside ``low ≤ number ≤ high``.

    Raises:
        ValueError: with ``name`` in the sentence.

    """
    if not low <= number <= high:
        raise ValueError(f"{name} must be from {low:g} to {high:g}, not {number:g}.")


constant = Constant
