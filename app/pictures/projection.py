"""Where the records of runs fall in a plane and in a window: worked out once for each, however often a picture is made anew."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.lanes.runs import RUNS
from app.pictures.trace import Trace, trace
from engine.analysis.honesty import HONEST_SHARE
from engine.arrays import Array
from engine.plane import Flat
from engine.surfaces import Window
from engine.trajectory import Trajectories


@dataclass(frozen=True, eq=False)
class Projection:
    """K records of one run, seen from a line or plane."""

    coordinates: Array
    """(K, k)"""
    moved: Array
    """(K,): Σ ‖θ(t) − θ(start)‖² over the records so far; those that are not finite do not count."""
    shown: Array
    """(K,): how much of it lies within the flat's directions."""

    def share(self, count: int) -> float:
        """The share of the first ``count`` records' motion that the flat shows, as ``engine.analysis.honesty`` defines it."""
        total, shown = float(self.moved[count - 1]), float(self.shown[count - 1])
        return 1.0 if total == 0 else float(np.clip(shown / total, 0.0, 1.0))


@dataclass
class _Kept:
    records: Array
    """What the trajectories write into: the same array means the same runs, further on."""
    flat: Flat
    projection: Projection
    traces: dict[int, tuple[Window, Trace]] = field(default_factory=dict)
    """In the window of each card."""


@dataclass
class Projections:
    """Keeps one projection a run, and its trace in the window of each card; what growing trajectories add is added."""

    _kept: dict[int, _Kept] = field(default_factory=dict)

    def of(self, flat: Flat, trajectories: Trajectories, run: int) -> Projection:
        """All records of ``run`` so far."""
        return self._up_to_date(flat, trajectories, run).projection

    def trace(self, flat: Flat, trajectories: Trajectories, run: int, window: Window, card: int = 1) -> Trace:
        """All records of ``run`` so far as the window of a card shows them; on a line, at the height of their losses."""
        kept = self._up_to_date(flat, trajectories, run)
        known = kept.traces.get(card)
        before = known[1] if known is not None and known[0] == window else None
        if before is None or len(before.path) < len(kept.projection.moved):
            left, right, low, high = window
            places = _places(kept.projection, trajectories, run)
            before = trace(places, np.array([left, low]), np.array([right, high]), before)
            kept.traces[card] = window, before
        return before

    def _up_to_date(self, flat: Flat, trajectories: Trajectories, run: int) -> _Kept:
        points = trajectories.path(run)[1]
        records = trajectories.points if trajectories.points.base is None else trajectories.points.base
        kept = self._kept.get(run)
        known = (
            0 if kept is None or kept.records is not records or kept.flat is not flat else len(kept.projection.moved)
        )
        if kept is None or not 0 < known <= len(points):
            kept = self._kept[run] = _Kept(records, flat, _projected(flat, points, points[:1]))
        elif known < len(points):
            kept.projection = _joined(kept.projection, _projected(flat, points[known:], points[:1]))
        return kept


def _places(projection: Projection, trajectories: Trajectories, run: int) -> Array:
    if projection.coordinates.shape[1] == 2:
        return projection.coordinates
    losses = trajectories.values[trajectories.path(run)[0], run]
    return np.stack([projection.coordinates[:, 0], losses], axis=1)


def _projected(flat: Flat, points: Array, start: Array) -> Projection:
    with np.errstate(all="ignore"):  # the last records of a diverging run may be anywhere
        coordinates = flat.coordinates(points)
        offsets = points - start
        moved = np.vecdot(offsets, offsets)
        along = coordinates - flat.coordinates(start)
        shown = np.vecdot(along @ flat.gram, along)
        sound = np.isfinite(moved) & np.isfinite(shown)
        return Projection(coordinates, *(np.cumsum(np.where(sound, part, 0.0)) for part in (moved, shown)))


def _joined(before: Projection, after: Projection) -> Projection:
    with np.errstate(over="ignore"):
        return Projection(
            np.concatenate([before.coordinates, after.coordinates]),
            np.concatenate([before.moved, before.moved[-1] + after.moved]),
            np.concatenate([before.shown, before.shown[-1] + after.shown]),
        )


def shares(results: Results, projections: Projections) -> tuple[float, ...]:
    """For each run that has begun the share of its motion that the plane shows; empty where there is nothing to measure."""
    built, runs = results.of(PLANE), results.of(RUNS)
    if built is None or runs is None or runs.trajectories.points.shape[-1] != built.flat.parameters:
        return ()
    found = [
        projections.of(built.flat, runs.trajectories, int(run)) for run in np.flatnonzero(runs.trajectories.done >= 0)
    ]
    return tuple(projection.share(len(projection.moved)) for projection in found)


def should_be_remade(results: Results, projections: Projections) -> bool:
    """Whether some run on screen shows less than 80 % of its motion."""
    return any(share < HONEST_SHARE for share in shares(results, projections))
