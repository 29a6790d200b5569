"""Observed order and rate of convergence, in words, from how the loss approaches the lowest known value.

With e_t = f(θ_t) − f*: *linear* e_{t+1} ≈ ρ·e_t, *superlinear* of order q e_{t+1} ≈ C·e_t^q (quadratic: q = 2), *sublinear*
e_t ≈ C·t^−p (Nocedal & Wright 2006, appendix A.2). Near a non-degenerate minimum e is quadratic in the distance, so the
distance keeps √ρ per step and has the same order q.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike

from engine.analysis.wording import count, number
from engine.arrays import Array

ROUNDING = 1e-14
"""Differences from f* below this share of the largest |f| or e are rounding, and end the interval of the fit."""
TRUSTED = 100.0
"""An order is read off errors this many times larger than rounding."""
FEWEST = 4
"""Fewer usable steps say nothing."""
SUPERLINEAR = 1.3
"""Order from which convergence counts as superlinear; from ``QUADRATIC`` to ``CUBIC`` it is called quadratic."""
QUADRATIC, CUBIC = 1.7, 2.5
GAIN = 0.2
"""A superlinear step keeps less than this share of e: slower ones can't be told from transients."""
LARGEST_POWER = 3.0
"""Faster power laws over a few hundred steps are swings of a linear approach."""
SLOWER = 0.75
"""Where f* is unknown, the last quarter of the run must gain less than this share of what the third gained."""
FLAT = 0.05
"""If the fitted e falls by less than this share over the interval there is no convergence to speak of."""


class Order(Enum):
    """How fast a run approaches its limit."""

    SUBLINEAR = "sublinear"
    LINEAR = "linear"
    SUPERLINEAR = "superlinear"
    QUADRATIC = "quadratic"
    NONE = "none"


@dataclass(frozen=True)
class Convergence:
    """The measured rate and the interval of steps that it was fitted on."""

    order: Order
    first: int
    last: int
    number: float
    """ρ if linear, p if sublinear, q if superlinear or quadratic, NaN if none."""
    against: str = "the lowest known value"

    @property
    def sentence(self) -> str:
        """The rate in words."""
        where = f"measured over steps {count(self.first)} to {count(self.last)} against {self.against}"
        if self.order is Order.NONE:
            return "No rate of convergence can be measured here."
        if self.order is Order.LINEAR:
            loss, distance = _keeps(self.number), _keeps(self.number**0.5)
            return f"Linear: each step keeps {distance} of the distance, {loss} of the loss above the lowest ({where})."
        if self.order is Order.SUBLINEAR:
            return f"Sublinear: the loss above the lowest falls as t^−{number(self.number)} ({where})."
        digits = (
            "the number of correct digits doubles with each step"
            if self.order is Order.QUADRATIC
            else "faster than any fixed factor"
        )
        return f"{self.order.value.capitalize()}: order {number(self.number)}, {digits} ({where})."


def _keeps(factor: float) -> str:
    """A factor near 1 needs the digits of 1 − factor: 0.99987, not 1."""
    return number(factor) if factor < 0.99 else f"1 − {number(1.0 - factor)}"


def convergence(values: ArrayLike, lowest: float | None = None) -> Convergence:
    """Measure order and rate from losses ``values (T + 1,)`` at every step.

    The usable steps go from the first with a finite e above rounding until e first reaches rounding, or is not finite;
    linear and sublinear rates are least-squares fits (log e against t, log e against log t) over their second half, and the
    closer fit wins. The order q is log(e_{t+1}/e_t) / log(e_t/e_{t−1}) at the last errors well above rounding.
    Without ``lowest`` the lowest value seen stands in for f*; the last quarter of the steps, which it biases, is left out, and
    a run that does not slow down has no rate.

    >>> print(convergence([0.5**t for t in range(40)], lowest=0.0).order.value)
    linear

    """
    losses = np.asarray(values, dtype=np.float64)
    finite = losses[np.isfinite(losses)]
    none = Convergence(Order.NONE, 0, len(losses) - 1, float("nan"))
    if finite.size < FEWEST:
        return none
    floor = float(finite.min()) if lowest is None else float(lowest)
    errors = losses - floor
    if lowest is None:
        errors = errors[: 1 + (3 * (len(errors) - 1)) // 4]
    rounding = ROUNDING * max(float(np.abs(finite).max()), abs(floor))
    first, stop = _usable(errors, rounding)
    against = "the lowest value seen" if lowest is None else "the lowest known value"
    if stop - first < FEWEST or (lowest is None and not _slows_down(losses)):
        return none
    return _superlinear(errors, first, stop, rounding, against) or _fitted(errors, first, stop, against) or none


def _slows_down(losses: Array) -> bool:
    """Whether the last quarter of a run gains clearly less than the one before: else its last value is no limit."""
    half, later, end = (float(losses[(k * (len(losses) - 1)) // 4]) for k in (2, 3, 4))
    return bool(later - end <= SLOWER * max(half - later, 0.0))


def _usable(errors: Array, rounding: float) -> tuple[int, int]:
    """The first stretch of steps, from the start, with errors above rounding; a start that is not finite is skipped."""
    good = np.isfinite(errors) & (errors > rounding)
    if not good.any():
        return 0, 0
    first = int(np.argmax(good))
    rest = good[first:]
    return first, first + (int(np.argmin(rest)) if not rest.all() else len(rest))


def _superlinear(errors: Array, first: int, stop: int, rounding: float, against: str) -> Convergence | None:
    """Superlinear convergence is over in a few steps, and its order is reached last: the last three errors decide."""
    trusted = np.flatnonzero(errors[first:stop] > TRUSTED * rounding)
    last = first + int(trusted[-1]) if trusted.size else first
    if last - first < 2:
        return None
    before, final = np.diff(np.log(errors[last - 2 : last + 1]))
    if before >= np.log(GAIN) or final >= np.log(GAIN) or final / before < SUPERLINEAR:
        return None
    q = float(final / before)
    order = Order.QUADRATIC if QUADRATIC <= q <= CUBIC else Order.SUPERLINEAR
    return Convergence(order, last - 2, last, q, against)


def _fitted(errors: Array, first: int, stop: int, against: str) -> Convergence | None:
    begin = first + (stop - first) // 2
    if stop - begin < 3:
        begin = max(first, stop - FEWEST)
    steps = np.arange(begin, stop, dtype=np.float64)
    heights = np.log(errors[begin:stop])
    slope, misfit = _line(steps, heights)
    power, power_misfit = _line(np.log(steps + 1.0), heights)
    if slope * (steps[-1] - steps[0]) > np.log1p(-FLAT):
        return None
    # On a tie (an exact fit of both, or steps too few to tell) the simpler statement is linear.
    if power_misfit < misfit * (1.0 - 1e-9) and -power <= LARGEST_POWER:
        return Convergence(Order.SUBLINEAR, begin, stop - 1, -power, against)
    return Convergence(Order.LINEAR, begin, stop - 1, float(np.exp(slope)), against)


def _line(x: Array, y: Array) -> tuple[float, float]:
    """Slope and mean squared misfit of the least-squares line."""
    offsets = x - x.mean()
    slope = float(offsets @ (y - y.mean()) / (offsets @ offsets))
    return slope, float(np.mean((y - y.mean() - slope * offsets) ** 2))
