"""The honesty meter: how much of a run's motion a line or plane can show, and how far the path is from it.

A path drawn on a surface is a projection. It may seem to climb while the loss falls, because most of the motion happens
outside the picture: a random plane shows 3 % of the motion of a small network's descent. So the share, the distance and the
true loss beside the height of the surface stand on every landscape.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.analysis.wording import number
from engine.arrays import Array, read_only
from engine.objective import Objective
from engine.plane import Flat

HONEST_SHARE = 0.8
"""Below this share of the motion a picture misleads and offers to be remade through the runs on screen."""


@dataclass(frozen=True, eq=False)
class Honesty:
    """What a line or plane keeps of one run."""

    distances: Array
    """(K,): Euclidean distance of each recorded point from the flat; NaN where the point is not finite."""
    share: float
    """Share of the motion since the first record that lies within the flat's directions, 0 to 1."""
    flat_name: str = "plane"

    @property
    def is_honest(self) -> bool:
        """Whether the picture shows at least ``HONEST_SHARE`` of the motion."""
        return self.share >= HONEST_SHARE

    @property
    def sentence(self) -> str:
        """What to write on the landscape."""
        furthest = float(np.nanmax(self.distances)) if np.isfinite(self.distances).any() else float("nan")
        percent = 100.0 * self.share
        # Nearly all is not all: 99.97 % must not read as 100 %.
        shown = number(percent) if percent <= 99.9 or percent == 100.0 else "over 99.9"
        return (
            f"This {self.flat_name} shows {shown} % of the motion; the path is at most {number(furthest)} away from it."
        )


def honesty(flat: Flat, points: ArrayLike) -> Honesty:
    """Measure how faithfully ``flat`` shows a run recorded at ``points (K, P)``.

    With d_k = θ_k − θ_0 and r_k what remains of d_k after orthogonal projection onto the directions of the flat, the share is
    1 − Σ‖r_k‖² / Σ‖d_k‖² over the records; 1 when nothing moved. Records that are not finite are left out of the share. The
    share is about motion: a path parallel to the plane has share 1 whatever its distance.

    Raises:
        ValueError: if ``points`` is not ``(K, P)`` with the flat's P and K ≥ 1.

    >>> from engine.plane import Line
    >>> meter = honesty(Line([0.0, 0.0], [1.0, 0.0]), [[0.0, 0.0], [3.0, 4.0]])
    >>> meter.distances.tolist(), round(meter.share, 2)
    ([0.0, 4.0], 0.36)

    """
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or points.shape[0] == 0 or points.shape[1] != flat.parameters:
        raise ValueError(f"Points must be of shape (records, {flat.parameters}), not {points.shape}.")
    finite = np.isfinite(points).all(axis=1)
    distances = np.full(len(points), np.nan)
    with np.errstate(over="ignore", invalid="ignore"):  # the last records of a diverging run may be that far away
        distances[finite] = flat.distance(points[finite])
    return Honesty(read_only(distances), _share(flat, points[finite]), "line" if flat.dimension == 1 else "plane")


def _share(flat: Flat, points: Array) -> float:
    if not len(points):
        return 1.0
    motion = points - points[0]
    largest = float(np.abs(motion).max())
    if largest == 0.0:
        return 1.0
    motion = motion / largest  # squares of a diverging run's motion would overflow
    remaining = motion - flat.vector_coordinates(motion) @ flat.directions
    share = 1.0 - float(np.sum(remaining**2)) / float(np.sum(motion**2))
    return min(max(share, 0.0), 1.0)


def slice_losses(objective: Objective, flat: Flat, points: ArrayLike) -> Array:
    """Height of the surface ``(K,)`` under each of ``points (K, P)``: the objective at the nearest point of ``flat``.

    To be shown beside the true loss at the points themselves; NaN where a point is not finite.

    >>> import engine
    >>> axis = engine.Line([0.0, 0.0], [1.0, 0.0])
    >>> slice_losses(engine.Formula("saddle"), axis, [[2.0, 0.0], [2.0, 1.0]]).tolist()
    [2.0, 2.0]

    """
    points = np.asarray(points, dtype=np.float64)
    finite = np.isfinite(points).all(axis=-1)
    heights = np.full(points.shape[:-1], np.nan)
    if finite.any():
        heights[finite] = objective.value(flat.point(flat.coordinates(points[finite])))
    return read_only(heights)
