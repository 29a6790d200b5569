"""A line search for the strong Wolfe conditions, for many runs in lock-step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Mask
from engine.optimizers.gain import EPSILON, rounding
from engine.optimizers.line_search import SUFFICIENT, backtracking, fixed
from engine.optimizers.method import Step

MOST_EVALUATIONS = 40
SEARCHES = ("strong_wolfe", "backtracking", "none")


@dataclass(frozen=True, eq=False)
class Landing:
    """Where a search ended, for R runs: length 0 and the old gradient where nothing better was found."""

    length: Array
    gradient: Array
    found: Mask
    shortened: Array


@dataclass(frozen=True, eq=False)
class Spot:
    """One place on each run's line: its length, value and slope ``(R,)``."""

    length: Array
    value: Array
    slope: Array

    def where(self, mask: Mask, other: Spot) -> Spot:
        """``other`` in the rows of ``mask``, this one elsewhere."""
        return Spot(
            np.where(mask, other.length, self.length),
            np.where(mask, other.value, self.value),
            np.where(mask, other.slope, self.slope),
        )


@np.errstate(all="ignore")
def strong_wolfe(step: Step, direction: Array, length: Array, flatness: float) -> Landing:
    """A t with f(t) ≤ f(0) + 10⁻⁴ · t · f′(0) and |f′(t)| ≤ ``flatness`` · |f′(0)|, first trial ``length (R,)``.

    Each run is either bracketing (doubling t) or zooming into [low, high]; both share one batched evaluation per round.
    A run that finds no such t keeps the best t that fell enough. Source: Nocedal and Wright (2006), algorithms 3.5 and 3.6.
    """
    start = Spot(np.zeros_like(length), step.value, np.sum(step.gradient * direction, axis=-1))
    low = previous = start
    high = Spot(np.full_like(length, np.inf), start.value, start.slope)
    gradient, shortened = step.gradient.copy(), np.zeros_like(length)
    stands = step.active & ~np.any(direction, axis=-1)
    pending, zooming = step.active & (start.slope < 0), np.zeros_like(step.active)
    for _ in range(MOST_EVALUATIONS):
        if not pending.any():
            break
        value, slopes = step.evaluate.value_and_gradient(step.points + length[:, None] * direction, pending)
        here = Spot(length, value, np.sum(slopes * direction, axis=-1))
        base = low.where(~zooming, previous)
        # Too far: not enough fall, not below the better end, or off the finite part of the landscape.
        enough = value <= start.value + SUFFICIENT * length * start.slope + rounding(start.value)
        finite = np.isfinite(value) & np.isfinite(here.slope)
        too_far = pending & ~(enough & finite & ((value < base.value + rounding(start.value)) | (base.length == 0)))
        flat = np.abs(here.slope) <= -flatness * start.slope
        done = pending & ~too_far & flat
        going = pending & ~too_far & ~flat
        turned = going & np.where(zooming, here.slope * (high.length - low.length) >= 0, here.slope >= 0)
        ahead = going & ~turned & ~zooming
        # The better end stays low; the other end is where the line has turned or risen.
        high = high.where(turned, base).where(too_far, here)
        low = low.where(too_far & ~zooming, base).where(going | done, here)
        gradient = np.where((going | done)[:, None], slopes, gradient)
        previous = previous.where(ahead, here)
        zooming = zooming | too_far | turned
        pending &= ~done & ~_closed(low, high, zooming)
        following = np.where(zooming, _between(low, high), 2 * length)
        shortened += pending & zooming & (following < length)
        length = np.where(pending, following, length)
    found = step.active & ((low.length > 0) | stands)
    return Landing(np.where(found, low.length, 0.0), gradient, found, shortened)


def _closed(low: Spot, high: Spot, zooming: Mask) -> Mask:
    """Whether the interval is too short to hold another number worth trying."""
    width = np.abs(high.length - low.length)
    return np.asarray(zooming & (width <= 4 * EPSILON * np.maximum(low.length, np.finfo(np.float64).tiny)))


def _between(low: Spot, high: Spot) -> Array:
    """The minimum of the cubic through both ends (Nocedal and Wright, equation 3.59), kept off the ends of the interval."""
    width = high.length - low.length
    d1 = low.slope + high.slope - 3 * (high.value - low.value) / width
    d2 = np.sign(width) * np.sqrt(d1 * d1 - low.slope * high.slope)
    cubic = high.length - width * (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2)
    share = (cubic - low.length) / width
    return np.asarray(low.length + width * np.where(np.isfinite(share), np.clip(share, 0.1, 0.9), 0.5))


def land(name: str, step: Step, direction: Array, length: Array, flatness: float) -> Landing:
    """The search called ``name``, one of :data:`SEARCHES`, and the same batch's gradient at its end."""
    if name == "strong_wolfe":
        return strong_wolfe(step, direction, length, flatness)
    searched = backtracking(step, direction, length) if name == "backtracking" else fixed(step, length)
    target = step.points + searched.length[:, None] * direction
    moved = step.active & searched.found
    gradient = step.evaluate.value_and_gradient(target, moved)[1]
    return Landing(
        searched.length, np.where(moved[:, None], gradient, step.gradient), searched.found, searched.shortened
    )
