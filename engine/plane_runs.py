"""Planes through runs: the one through their start and ends, and the window that shows all of their paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from engine import directions
from engine.arrays import Array, Mask
from engine.plane import Flat, Plane
from engine.surfaces import Window, window_of

if TYPE_CHECKING:
    from engine.trajectory import Trajectories

OVERFLOWING = 1e100
"""Squares of larger parameters overflow; they are left out of planes."""
PIECE_BYTES = 4 * 2**20
"""Of records that are looked at together: copies of whole paths would take as much memory as the paths."""


def through_ends(runs: Trajectories) -> Plane:
    """The plane through the start and the last finite points of the first two runs that moved.

    Raises:
        ValueError: with a sentence, if none has moved.

    """
    start = runs.points[0, 0]
    ends = [_last_finite(runs.path(run)[1], start) for run in range(runs.runs)]
    moved = [end for end in ends if np.linalg.norm(end - start) > 0]
    if not moved:
        raise ValueError(
            "None of the runs has moved, so there is no plane through their ends: raise the learning rate."
        )
    other = moved[1] if len(moved) > 1 and np.any(moved[1] != moved[0]) else moved[0]
    return directions.through_points(start, moved[0], other)


def window_of_paths(flat: Flat, runs: Trajectories) -> Window:
    """The window that shows every finite point of the runs."""
    shown = [flat.coordinates(part) for run in range(runs.runs) for part in _finite(runs.path(run)[1])]
    return window_of(np.concatenate(shown), 0.25)


def _finite(points: Array) -> Iterator[Array]:
    """The rows of ``points (K, P)`` that can be shown, in order, a piece at a time."""
    rows = max(1, PIECE_BYTES // (8 * points.shape[1]))
    for first in range(0, len(points), rows):
        part = points[first : first + rows]
        yield part[_sound(part)]


def _last_finite(points: Array, otherwise: Array) -> Array:
    return next((point for point in points[::-1] if _sound(point)), otherwise)


def _sound(points: Array) -> Mask:
    """Whether all parameters of each of ``points (..., P)`` are finite and not too large."""
    return np.asarray((np.abs(points) < OVERFLOWING).all(axis=-1))
