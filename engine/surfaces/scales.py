"""Logarithmic scales: they show f − f*, because a loss may be negative and its floor need not be zero."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import frozen_view
from engine.surfaces.sampled import Surface

COLORS = 256  # steps of a color scale


def floor_below(surface: Surface | ArrayLike) -> float:
    """The f* of a log scale whose minimum is not known: the lowest value seen less one color step.

    One color step is 1/256 of the way from the lowest value up to the median, so that half of the picture spreads over the
    2.4 decades above it, however high its corners rise. Where that is nothing, it is 1/256 of the whole range. Plain values
    are taken as well as a surface.

    >>> floor_below([0.0, 2.56, 1000.0])
    -0.01

    """
    values = surface.values[surface.computed] if isinstance(surface, Surface) else np.asarray(surface, dtype=np.float64)
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0
    low, middle, high = float(values.min()), float(np.median(values)), float(values.max())
    with np.errstate(over="ignore"):
        rise = (middle - low) or (high - low) or max(abs(low), 1.0)
    step = min(rise, np.finfo(np.float64).max) / COLORS
    return low - max(step, 4 * float(np.spacing(abs(low))))  # otherwise a tiny step is lost beside a large value


def above_floor(surface: Surface, floor: float | None = None) -> Surface:
    """The surface of f − f*, positive throughout, for a log scale; NaN stays NaN.

    Args:
        surface: what was sampled.
        floor: f*, the known minimum; None takes :func:`floor_below`. Values at f*, or below it by rounding, get the
            smallest positive difference there is, which is the scale's lowest color.

    >>> import engine
    >>> curve = engine.surface(engine.Formula.parse("x^2 - 3"), window=(-2.0, 2.0), resolution=5)
    >>> above_floor(curve, floor=-3.0).values.tolist()
    [4.0, 1.0, 1.0, 1.0, 4.0]

    """
    bottom = floor_below(surface) if floor is None else floor
    with np.errstate(over="ignore"):
        differences = np.minimum(surface.values - bottom, np.finfo(np.float64).max)
    positive = differences[differences > 0]
    least = float(positive.min()) if positive.size else 1.0
    return replace(surface, values=frozen_view(np.maximum(differences, least)))
