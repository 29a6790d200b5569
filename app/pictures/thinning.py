"""Fewer points for the same picture: what lies within one screen pixel of what is drawn already adds nothing."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array, Indices

FINENESS = 1600
"""Cells across a picture: about the pixels of a large panel."""


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


def curve_points(x: Array, y: Array, logarithmic: bool, bins: int = 500) -> Indices:
    """Which points of a curve over a rising axis to keep: the first, last, lowest and highest of each of ``bins`` bins."""
    if len(x) <= 2 * bins:
        return np.arange(len(x))
    place = np.log10(np.maximum(x, x[x > 0].min(initial=1.0))) if logarithmic else x
    edges = np.linspace(place[0], place[-1], bins + 1)
    starts = np.unique(np.searchsorted(place, edges[:-1]))
    keep = [starts, np.maximum(np.append(starts[1:], len(x)) - 1, 0)]
    filled = np.where(np.isfinite(y), y, np.inf)
    for first, stop in zip(starts, np.append(starts[1:], len(x)), strict=True):
        if stop - first > 2:
            keep.append(np.array([first + filled[first:stop].argmin(), first + np.nan_to_num(y[first:stop]).argmax()]))
    return np.unique(np.concatenate(keep))
