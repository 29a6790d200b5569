"""A path as a window shows it: which of its records need a vertex, found once for each however often it is drawn.

What lies within one screen pixel of what is drawn already adds nothing. Dots crowd on a plateau by the thousand; they all fall
into a few cells, and one dot a cell looks the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Indices, Mask

FINENESS = 1600
"""Cells across a picture: about the pixels of a large panel."""
FARTHEST = 1e4
"""Half widths from the center of a picture beyond which nothing is drawn: painters lose their way among huge numbers."""


@dataclass(frozen=True, eq=False)
class Trace:
    """K places of one path, seen in a window."""

    path: Array
    """(K, 2): the places, those very far outside pulled in."""
    moves: Indices
    """The first place, and every one that lies in another cell than the one before."""

    def vertices(self, count: int) -> Array:
        """Places ``(m, 2)`` that draw the path's first ``count`` ≥ 1 ones: its moves, and always the last."""
        keep = self.moves[: np.searchsorted(self.moves, count - 1)]
        return np.asarray(self.path[np.append(keep, count - 1)])


def trace(places: Array, low: Array, high: Array, before: Trace | None = None, fineness: int = FINENESS) -> Trace:
    """How the window from ``low (2,)`` to ``high (2,)`` shows a path through ``places (K, 2)``.

    ``before`` is the trace of the first of these places in the same window: only what has come since is worked out.
    """
    known = 0 if before is None else len(before.path)
    if before is not None and known == len(places):
        return before
    fresh = pulled_in(places[known:], low, high)
    path = fresh if before is None else np.concatenate([before.path, fresh])
    first = max(known - 1, 0)
    moved = known + np.flatnonzero(_moved(path[first:], (high - low) / fineness)[known - first :])
    return Trace(path, moved if before is None else np.concatenate([before.moves, moved]))


def _moved(path: Array, cell: Array) -> Mask:
    """(K,): whether each place lies in another cell than the one before; the first one has none before it."""
    with np.errstate(all="ignore"):
        cells = np.floor(path / cell)
    cells = np.nan_to_num(cells, nan=-1e9, posinf=1e9, neginf=-1e9)
    other = cells[1:] != cells[:-1]
    return np.concatenate([[True], other[:, 0] | other[:, 1]])


def pulled_in(places: Array, low: Array, high: Array) -> Array:
    """The places ``(K, k)`` with those very far outside a window moved in towards its center, on the line to it.

    A diverging run leaves the picture in the right direction; a place that is not finite is NaN and breaks the line.
    """
    center, half = (high + low) / 2, (high - low) / 2
    with np.errstate(all="ignore"):
        relative = (places - center) / half
        if np.abs(relative).max(initial=0.0) <= FARTHEST:  # NaN is not: what is left is for paths that get lost
            return places
        far = np.abs(relative).max(axis=-1, keepdims=True) / FARTHEST
        return np.where(np.isfinite(far), np.where(far > 1, center + relative / far * half, places), np.nan)
