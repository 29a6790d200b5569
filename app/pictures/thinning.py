"""Fewer points for the same curve: of what falls into one column of pixels, its ends and extremes are seen."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array, Indices


def curve_points(x: Array, y: Array, logarithmic: bool, bins: int = 400) -> Indices:
    """Which points of a curve over a rising axis to keep: the first, last, lowest and highest of each of ``bins`` bins.

    With ``logarithmic`` the bins are equally wide in log x; places ≤ 0 fall into the first one.
    """
    if len(x) <= 2 * bins:
        return np.arange(len(x))
    place = np.log10(np.maximum(x, x[x > 0].min(initial=np.inf))) if logarithmic else x
    starts = np.unique(np.searchsorted(place, np.linspace(place[0], place[-1], bins + 1)[:-1]))
    stops = np.append(starts[1:], len(x))
    finite = np.isfinite(y)
    lowest = _first_extremes(np.where(finite, y, np.inf), starts, stops, np.minimum)
    highest = _first_extremes(np.where(finite, y, -np.inf), starts, stops, np.maximum)
    # The first value that is not finite stays, because there the curve ends.
    broken = np.flatnonzero(~finite)[:1]
    return np.unique(np.concatenate([starts, stops - 1, lowest, highest, broken]))


def _first_extremes(y: Array, starts: Indices, stops: Indices, extreme: np.ufunc) -> Indices:
    """Where in each stretch its extreme value stands first."""
    reached = np.flatnonzero(y == np.repeat(extreme.reduceat(y, starts), stops - starts))
    return reached[np.searchsorted(reached, starts)]
