"""Where the records of runs fall in a plane: worked out once for each record, however often the picture is drawn anew."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.arrays import Array
from engine.plane import Flat
from engine.trajectory import Trajectories


@dataclass(frozen=True, eq=False)
class Projection:
    """K records of one run, seen from a line or plane."""

    coordinates: Array
    """(K, k)"""
    moved: Array
    """(K,): ‖θ(t) − θ(start)‖²"""
    shown: Array
    """(K,): how much of it lies within the flat's directions."""

    def share(self, count: int) -> float:
        """The share of the first ``count`` records' motion that the flat shows, as ``engine.analysis.honesty`` defines it."""
        sound = np.isfinite(self.moved[:count]) & np.isfinite(self.shown[:count])
        total = float(self.moved[:count][sound].sum())
        return 1.0 if total == 0 else float(np.clip(self.shown[:count][sound].sum() / total, 0.0, 1.0))


@dataclass
class _Kept:
    records: Array
    """What the trajectories write into: the same array means the same runs, further on."""
    flat: Flat
    projection: Projection


@dataclass
class Projections:
    """Keeps one projection a run; rows of growing trajectories are added, none is worked out twice."""

    _kept: dict[int, _Kept] = field(default_factory=dict)

    def of(self, flat: Flat, trajectories: Trajectories, run: int) -> Projection:
        """All records of ``run`` so far."""
        _, points = trajectories.path(run)
        records = trajectories.points if trajectories.points.base is None else trajectories.points.base
        before = self._kept.get(run)
        known = 0
        if before is not None and before.records is records and before.flat is flat:
            known = min(len(before.projection.moved), len(points))
        fresh = _projected(flat, points[known:], points[:1])
        if known and before is not None:
            fresh = _joined(before.projection, known, fresh)
        self._kept[run] = _Kept(records, flat, fresh)
        return fresh


def _projected(flat: Flat, points: Array, start: Array) -> Projection:
    with np.errstate(all="ignore"):  # the last records of a diverging run may be anywhere
        coordinates = flat.coordinates(points)
        offsets = points - start
        moved = np.vecdot(offsets, offsets)
        along = coordinates - flat.coordinates(start)
        shown = np.vecdot(along @ flat.gram, along)
    return Projection(coordinates, moved, shown)


def _joined(before: Projection, known: int, after: Projection) -> Projection:
    return Projection(
        np.concatenate([before.coordinates[:known], after.coordinates]),
        np.concatenate([before.moved[:known], after.moved]),
        np.concatenate([before.shown[:known], after.shown]),
    )
