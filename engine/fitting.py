"""Where a curve fit begins and ends: starts that nobody named, the minimum below a start, a window that shows both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.arrays import Array, Indices
from engine.curve_fit import CurveFit
from engine.descent import descend
from engine.optimizers import levenberg_marquardt
from engine.surfaces import Window

CANDIDATES = 4096
SMALLEST, LARGEST = -7.0, 4.0
"""Powers of ten between which a coefficient of unknown size is looked for."""
TRIED = 16
"""Candidates from which a descent is tried: the lowest loss is not always above the lowest minimum."""
SAME_END = 1e-3
STEPS = 60
MOST_MEASUREMENTS = 512
"""More measurements than this say nothing new about where to begin."""
ROOM = 0.35
"""Space beside start and minimum, as a share of their distance."""
FARTHEST = 1e3
"""A minimum this many times as far away as the start is large has run off to infinity."""


def guessed_start(fit: CurveFit, seed: int = 0) -> Array:
    """Coefficients ``(P,)`` from which a descent comes to a good fit, as numbers of one digit.

    Sizes of coefficients may differ by many powers of ten, so candidates are drawn with logarithms spread evenly and both
    signs; from the best of them Levenberg–Marquardt is tried, and the start of the lowest end is taken.

    >>> fit = CurveFit("a*exp(-b*x)", [0.0, 10.0, 20.0, 30.0], [300.0, 110.0, 41.0, 15.0])
    >>> bool(fit.value(minimum_below(fit, guessed_start(fit))) < 1.0)
    True

    """
    random = np.random.default_rng(seed)
    few = _few(fit)
    sizes = 10.0 ** random.uniform(SMALLEST, LARGEST, (CANDIDATES, fit.dimension))
    drawn = _one_digit(sizes * np.where(random.random(sizes.shape) < 0.25, -1.0, 1.0))
    with np.errstate(all="ignore"):
        losses = few.value(drawn)
    best = drawn[np.argsort(np.where(np.isfinite(losses), losses, np.inf))[:TRIED]]
    ends = _ends(few, best)
    with np.errstate(all="ignore"):
        reached = few.value(ends)
    reached = np.where(np.isfinite(reached), reached, np.inf)
    # The first, which is the lowest, of all that come to the same end.
    return np.asarray(best[int(np.argmax(reached <= reached.min() * (1 + SAME_END)))])


def minimum_below(fit: CurveFit, start: Array, steps: int = STEPS) -> Array | None:
    """Where Levenberg–Marquardt comes to from ``start (P,)``; None where it gains nothing or runs off to infinity."""
    end = _ends(fit, start[None], steps)[0]
    size = float(np.abs(start).max()) or 1.0
    with np.errstate(all="ignore"):
        losses = fit.value(np.stack([start, end]))
    gained = np.isfinite(losses).all() and losses[1] <= losses[0]
    return end if gained and np.isfinite(end).all() and np.abs(end - start).max() < FARTHEST * size else None


def fit_window(fit: CurveFit, start: Array, shown: Sequence[int]) -> Window:
    """Ends ``(low, high, …)`` for the coefficients numbered ``shown``: around the start and the minimum below it.

    Every coefficient has a scale of its own. One that starts at its minimum is shown from half below to half above its value.
    """
    minimum = minimum_below(fit, start)
    if minimum is None:
        return tuple(float(end) for index in shown for end in _around_start(start, index))
    sides = []
    for index in shown:
        low, high = sorted((float(start[index]), float(minimum[index])))
        # Less than a fifth of its own size would show rounding and not the valley.
        least = 0.2 * max(abs(low), abs(high)) or 1.0
        room = max(ROOM * (high - low), 0.5 * (least - (high - low)))
        sides += [low - room, high + room]
    return tuple(sides)


def _around_start(start: Array, index: int) -> tuple[float, float]:
    # A coefficient that starts at nothing has no scale of its own: it takes the largest of the others, or 1.
    usual = float(np.abs(start).max()) or 1.0
    size = float(start[index]) if start[index] else usual
    low, high = sorted((-0.5 * size, 2.5 * size))
    return low, high


def _ends(fit: CurveFit, starts: Array, steps: int = STEPS) -> Array:
    runs = descend(fit, starts, (levenberg_marquardt(),), steps)
    return np.stack([runs.path(run)[1][-1] for run in range(runs.runs)])


def _few(fit: CurveFit) -> CurveFit:
    if fit.examples <= MOST_MEASUREMENTS:
        return fit
    chosen: Indices = np.linspace(0, fit.examples - 1, MOST_MEASUREMENTS).astype(np.intp)
    return fit.minibatch(chosen)


def _one_digit(numbers: Array) -> Array:
    """Rounded to one significant digit: what a person would type."""
    unit = 10.0 ** np.floor(np.log10(np.abs(numbers)))
    return np.asarray([float(f"{number:.0e}") for number in (np.round(numbers / unit) * unit).ravel()]).reshape(
        numbers.shape
    )
