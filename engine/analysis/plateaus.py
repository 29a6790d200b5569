"""Plateaus: where a run looks finished and is not.

**Closed plateau** (entered and left). With s the loss (in mini-batch runs its running mean over at least an epoch) and v(t)
= (s(t) − s(t + W)) / W its speed over W steps (as many as the mean), step t is *flat* when |v(t)| ≤ FLAT · max over u ≥ t
of v(u): later on the loss will fall at least ten times faster. A plateau is a maximal stretch of flat steps, cut at both
ends to where the loss is within ``WAVE`` of the drop from its median level, such that it lasts at least ``SHORTEST`` steps,
the drop after it is worth mention (see ``events``), and, with full batches, its median gradient norm is at most half of the
largest one after it (an incline on which momentum gathers speed is no plateau). With mini-batches the drop must stand out
of the noise instead. Ordinary convergence only ever slows down, so it has none.

**Open plateau** (still on it at the end). Over the second half of the run (of what follows its last closed plateau, and
then by little against the drop from there) the loss varies by at most ``STILL`` of |loss| or of the range seen, the
gradient is small, and it does not fade: with m the middle and n the end, ‖g(n)‖ ≥ FADING · ‖g(m)‖. Approaching a minimum, a
gradient must fade: if the loss nears its limit as t^−p, however slowly, ‖g‖ falls as t^−(p+1)/2, by more than 1/√2 when t
doubles. A gradient that stays, or grows, leads somewhere else. The plateau begins where the loss comes within ``WAVE`` of
the yardstick of its level for good.
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
FADING = 0.8
SMALL_GRADIENT = 0.15
"""‖g‖·max(1, ‖θ‖) ≤ SMALL_GRADIENT · max(|f|, range): moving by a typical distance changes little."""
NOISY_PARTS = 50
"""Mini-batch losses are averaged over an epoch, over ``2·WINDOW`` steps or over 1/50 of the run, whichever is longest."""
NOISE = 3.0
"""In mini-batch runs the drop after a plateau is at least this many standard deviations of the losses on it."""
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


def _smoothed(seen: History) -> tuple[Array, int]:
    """Losses, as they are or as running means, with the steps that each of them stands for on either side."""
    if not seen.noisy:
        return seen.values, 0
    n = len(seen.values)
    width = max(min(max(seen.batches_per_epoch, 2 * WINDOW, n // NOISY_PARTS), n // 4), 1)
    total = np.cumsum(np.concatenate([[0.0], seen.values]))
    return np.asarray((total[width:] - total[:-width]) / width), width // 2


def closed(seen: History) -> tuple[Stretch, ...]:
    """Plateaus that were entered and left, in order.

    >>> from engine import Formula, descend, optimizers
    >>> from engine.analysis.history import history
    >>> runs = descend(Formula.parse("x^2 + (y^2 - 1)^2"), [[0.0, 1e-6]], [optimizers.gradient_descent(0.05)], 200)
    >>> closed(history(runs, 0))
    (Stretch(first=0, last=67),)

    """
    losses, offset = _smoothed(seen)
    window = max(WINDOW, 2 * offset)
    if len(losses) < SHORTEST + window or seen.spread == 0.0:
        return ()
    speed = (losses[:-window] - losses[window:]) / window
    later = np.maximum.accumulate(speed[::-1])[::-1]
    flat = (np.abs(speed) <= FLAT * later) & (later > 0)
    edges = np.diff(np.concatenate([[0], flat.astype(np.int8), [0]]))
    firsts, lasts = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1 + window
    found = (
        _plateau(seen, losses, int(a), int(b), offset)
        for a, b in zip(firsts, lasts, strict=True)
        if b - a >= SHORTEST + window
    )
    return tuple(stretch for stretch in found if stretch is not None)


def _plateau(seen: History, losses: Array, first: int, last: int, offset: int) -> Stretch | None:
    """The part of a flat stretch that stays near its level, if it is a plateau."""
    level = float(np.median(losses[first : last + 1]))
    drop = level - float(losses[last:].min())
    near = np.flatnonzero(np.abs(losses[first : last + 1] - level) <= WAVE * drop)
    if drop < WORTH * float(seen.yardstick(last + offset)) or near.size == 0:
        return None
    if np.ptp(near) < max(SHORTEST, (last - first) // 2):
        return None
    stretch = Stretch(first + int(near[0]) + offset, first + int(near[-1]) + offset)
    inside = slice(stretch.first, stretch.last + 1)
    if seen.noisy:  # the norm of a mini-batch gradient is mostly noise, so the drop must stand out instead
        return stretch if drop >= NOISE * float(seen.values[inside].std()) else None
    typical = float(np.median(seen.gradient_norms[inside]))
    return stretch if typical <= LATER_GRADIENT * float(seen.gradient_norms[stretch.last :].max()) else None


def open_at_end(seen: History, since: int = 0) -> Stretch | None:
    """The plateau that a full-batch run is still on at its last step, if it is on one, looking back no further than ``since``.

    >>> from engine import Formula, descend, optimizers
    >>> from engine.analysis.history import history
    >>> runs = descend(Formula("plateau_with_drop"), [[-1.0]], [optimizers.gradient_descent(0.1)], steps=200)
    >>> open_at_end(history(runs, 0))
    Stretch(first=100, last=200)

    """
    values, norms, n = seen.values[since:], seen.gradient_norms[since:], len(seen.values) - since
    if seen.noisy or n < 2 * SHORTEST or norms[-1] == 0.0:
        return None
    scale = max(abs(float(values[-1])), seen.spread)
    change = float(np.ptp(values[n // 2 :]))
    if since > 0 and change > WAVE * (values[0] - values[n // 2]):
        return None  # it is still falling from the plateau before
    small = norms[-1] * seen.size <= SMALL_GRADIENT * scale
    if not (change <= STILL * scale and small and _gradient_stays(norms)):
        return None
    wave = WAVE * min(scale, seen.spread)
    early = values[: n // 2 + 1] - np.median(values[n // 2 :])
    near = np.maximum.accumulate(np.abs(early)[::-1])[::-1] <= wave
    return Stretch(since + (int(np.argmax(near)) if near.any() else n // 2), since + n - 1)


def _gradient_stays(norms: Array) -> bool:
    middle, end = norms[len(norms) // 2 :][:NEIGHBORHOOD], norms[-NEIGHBORHOOD:]
    return float(np.median(end)) >= FADING * float(np.median(middle))


def slow_tail(seen: History, since: int = 0) -> int | None:
    """First step of the second half since ``since`` if the loss falls throughout it and the gradient fades.

    That is convergence, only slow.

    >>> from engine import Formula, descend, optimizers
    >>> from engine.analysis.history import history
    >>> runs = descend(Formula.parse("x^4"), [[1.0]], [optimizers.gradient_descent(0.1)], steps=100)
    >>> slow_tail(history(runs, 0))
    50

    """
    values, norms, n = seen.values[since:], seen.gradient_norms[since:], len(seen.values) - since
    if seen.noisy or n < 2 * NEIGHBORHOOD:
        return None
    first, middle, last = (float(values[k]) for k in (n // 2, (3 * n) // 4, n - 1))
    return since + n // 2 if first > middle > last and not _gradient_stays(norms) else None
