"""Fewer points for the same picture: what lies within one screen pixel of what is drawn already adds nothing."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array, Indices

FINENESS = 1600
"""Cells across a picture: about the pixels of a large panel."""


FARTHEST = 1e4
"""Half widths from the center of a picture beyond which nothing is drawn: painters lose their way among huge numbers."""


def pulled_in(places: Array, low: Array, high: Array) -> Array:
    """The places ``(K, k)`` with those very far outside a window moved in towards its center, on the line to it.

    A diverging run leaves the picture in the right direction; a place that is not finite is NaN and breaks the line.
    """
    center, half = (high + low) / 2, (high - low) / 2
    with np.errstate(all="ignore"):
        relative = (places - center) / half
        far = np.abs(relative).max(axis=-1, keepdims=True) / FARTHEST
        return np.where(np.isfinite(far), np.where(far > 1, center + relative / far * half, places), np.nan)


def path_points(x: Array, y: Array, width: float, height: float, fineness: int = FINENESS) -> Indices:
    """Which vertices of a path to keep: first, last, and every one in another cell than the one kept before.

    Dots crowd on a plateau by the thousand; they all fall into a few cells, and one dot a cell looks the same.
    """
    if len(x) < 3:
        return np.arange(len(x))
    with np.errstate(all="ignore"):
        cells = np.stack([np.floor(x / width * fineness), np.floor(y / height * fineness)])
    cells = np.nan_to_num(cells, nan=-1e9, posinf=1e9, neginf=-1e9)
    moved = (np.diff(cells, axis=1) != 0).any(axis=0)
    keep = np.concatenate([[True], moved])
    keep[-1] = True
    return np.flatnonzero(keep)


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
