"""Plateaus: where a run looks finished and is not.

**Closed plateau** (entered and left). With s the loss (in mini-batch runs its running mean over an epoch) and
v(t) = (s(t) − s(t + W)) / W its speed over W steps, step t is *flat* when |v(t)| ≤ FLAT · max over u ≥ t of v(u): later on the
loss will fall at least ten times faster. A plateau is a maximal stretch of flat steps such that it lasts at least ``SHORTEST``
steps, the drop after it is worth mention (see ``events``), the loss varies within it by at most ``WAVE`` of that drop, and,
with full batches, its median gradient norm is at most half of the largest one after it (an incline on which momentum gathers
speed is no plateau). Ordinary convergence only ever slows down, so it has none.

**Open plateau** (still on it at the end). Over the second half of the run the loss varies by at most ``STILL`` of |loss| or of
the range seen, the gradient is small, and it does not fade: with m the middle and n the end, ‖g(n)‖ ≥ FADING · ‖g(m)‖.
Approaching a minimum, a gradient must fade: if the loss nears its limit as t^−p, however slowly, ‖g‖ falls as t^−(p+1)/2, by
more than 1/√2 when t doubles. A gradient that stays leads somewhere else. The plateau begins where the loss comes within
``WAVE`` of the yardstick of its level for good.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.analysis.history import WORTH, History
from engine.arrays import Array

WINDOW = 10
"""W: steps over which a speed is measured."""
FLAT = 0.1
SHORTEST = 30
WAVE = 0.1
LATER_GRADIENT = 0.5
STILL = 0.05
FADING = 2.0**-0.5
SMALL_GRADIENT = 0.15
"""‖g‖·max(1, ‖θ‖) ≤ SMALL_GRADIENT · max(|f|, range): moving by a typical distance changes little."""
NEIGHBORHOOD = 5
"""Steps over which a gradient norm is taken (their median), against single oscillations."""


@dataclass(frozen=True)
class Stretch:
    """Steps ``first`` to ``last``, inclusive."""

    first: int
    last: int

    @property
    def steps(self) -> int:
        """Its length."""
        return self.last - self.first


def smoothed(seen: History) -> Array:
    """Losses as they are for full batches, else their running mean over an epoch (at least ``2·WINDOW`` steps)."""
    if not seen.noisy:
        return seen.values
    width = min(max(seen.batches_per_epoch, 2 * WINDOW), max(len(seen.values) // 4, 1))
    total = np.cumsum(np.concatenate([[0.0], seen.values]))
    means = (total[width:] - total[:-width]) / width
    before = width // 2
    return np.pad(means, (before, len(seen.values) - len(means) - before), mode="edge")


def closed(seen: History) -> tuple[Stretch, ...]:
    """Plateaus that were entered and left, in order."""
    losses = smoothed(seen)
    if len(losses) < SHORTEST + WINDOW or seen.spread == 0.0:
        return ()
    speed = (losses[:-WINDOW] - losses[WINDOW:]) / WINDOW
    later = np.maximum.accumulate(speed[::-1])[::-1]
    flat = (np.abs(speed) <= FLAT * later) & (later > 0)
    edges = np.diff(np.concatenate([[0], flat.astype(np.int8), [0]]))
    firsts, lasts = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1 + WINDOW
    candidates = (Stretch(int(a), int(b)) for a, b in zip(firsts, lasts, strict=True) if b - a >= SHORTEST + WINDOW)
    return tuple(stretch for stretch in candidates if _is_plateau(seen, losses, stretch))


def _is_plateau(seen: History, losses: Array, stretch: Stretch) -> bool:
    inside = losses[stretch.first : stretch.last + 1]
    drop = float(losses[stretch.last] - losses[stretch.last :].min())
    if drop < WORTH * float(seen.yardstick(stretch.last)) or float(np.ptp(inside)) > WAVE * drop:
        return False
    if seen.noisy:  # the norm of a mini-batch gradient is mostly noise, and says nothing about flatness
        return True
    typical = float(np.median(seen.gradient_norms[stretch.first : stretch.last + 1]))
    return typical <= LATER_GRADIENT * float(seen.gradient_norms[stretch.last :].max())


def open_at_end(seen: History) -> Stretch | None:
    """The plateau that a full-batch run is still on at its last step, if it is on one."""
    values, norms, n = seen.values, seen.gradient_norms, len(seen.values)
    if seen.noisy or n < 2 * SHORTEST or norms[-1] == 0.0:
        return None
    scale = max(abs(float(values[-1])), seen.spread)
    still = np.ptp(values[n // 2 :]) <= STILL * scale
    small = norms[-1] * seen.size <= SMALL_GRADIENT * scale
    if not (still and small and _gradient_stays(norms)):
        return None
    wave = WAVE * min(scale, seen.spread)
    early = values[: n // 2 + 1] - np.median(values[n // 2 :])
    near = np.maximum.accumulate(np.abs(early)[::-1])[::-1] <= wave
    return Stretch(int(np.argmax(near)) if near.any() else n // 2, n - 1)


def _gradient_stays(norms: Array) -> bool:
    middle, end = norms[len(norms) // 2 :][:NEIGHBORHOOD], norms[-NEIGHBORHOOD:]
    return float(np.median(end)) >= FADING * float(np.median(middle))


def slow_tail(seen: History) -> int | None:
    """First step of the second half if the loss falls throughout it and the gradient fades: convergence, only slow."""
    values, n = seen.values, len(seen.values)
    if seen.noisy or n < 2 * NEIGHBORHOOD:
        return None
    first, middle, last = (float(values[k]) for k in (n // 2, (3 * n) // 4, n - 1))
    return n // 2 if first > middle > last and not _gradient_stays(seen.gradient_norms) else None
