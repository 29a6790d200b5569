"""Runs on a landscape: which records are shown, where they fall, and how honest the picture is about them."""

from __future__ import annotations

import numpy as np

from app.document import Document
from app.pictures.legend import run_color, run_name, short_name
from app.pictures.marks import Marker, Note, Polyline
from app.pictures.thinning import path_points, pulled_in
from app.results import Results
from engine.analysis.honesty import HONEST_SHARE, Honesty, honesty
from engine.analysis.wording import count, number
from engine.arrays import Array, Indices
from engine.plane import Flat
from engine.plane_drawing import DrawnPlane
from engine.trajectory import Trajectories

MOST_NUMBERS = 4_000_000
"""Numbers (records times parameters) of one run that are projected for a picture: a few milliseconds of work."""
METERED = 600
"""Records of one run, evenly spread, from which the share of its motion is measured while somebody waits."""
MOST_NOTES = 4


def paths(
    document: Document, results: Results, drawn: DrawnPlane, window: tuple[float, ...]
) -> tuple[tuple[Polyline, ...], tuple[Marker, ...], tuple[Note, ...]]:
    """Path, last place and a note on honesty for every run that has begun."""
    runs = results.runs
    if runs is None or runs.trajectories.points.shape[-1] != drawn.flat.parameters:
        return (), (), ()
    trajectories = runs.trajectories
    lines, markers, notes = [], [], []
    left, right, low, high = window
    for run in range(trajectories.runs):
        _, points = records_until(document, trajectories, run)
        if not len(points):
            continue  # its group has not had its first turn yet
        path = pulled_in(projected(drawn.flat, points), np.array([left, low]), np.array([right, high]))
        keep = path_points(path[:, 0], path[:, 1], right - left, high - low)
        color, name = run_color(document, trajectories, run), run_name(trajectories, run)
        lines.append(
            Polyline(path[keep, 0], path[keep, 1], color, name, 2.0, dots=document.look.dots, dot_size=4.5)
        )  # fmt: skip
        if np.isfinite(path[-1]).all():
            markers.append(Marker(float(path[-1, 0]), float(path[-1, 1]), color, "circle", 10))
        if trajectories.runs <= MOST_NOTES:
            notes.append(Note(said(document, results, drawn, run, path[-1], points), color))
    return tuple(lines), tuple(markers), tuple(notes)


def records_until(document: Document, trajectories: Trajectories, run: int) -> tuple[Indices, Array]:
    """Recorded steps and points up to the shown step, thinned evenly where there are very many."""
    steps, points = trajectories.path(run)
    if document.look.step is not None:
        last = max(1, int(np.searchsorted(steps, document.look.step, side="right")))
        steps, points = steps[:last], points[:last]
    keep = _evenly(len(steps), max(1000, MOST_NUMBERS // points.shape[1]))
    return steps[keep], points[keep]


def _evenly(count: int, most: int) -> Indices | slice:
    """At most about ``most`` of ``count`` records, evenly spread, with the first and the last."""
    if count <= most:
        return slice(None)
    return np.append(np.arange(0, count - 1, -(-count // most)), count - 1)


def projected(flat: Flat, points: Array) -> Array:
    """Coordinates ``(K, k)`` in the landscape of points ``(K, P)``."""
    with np.errstate(all="ignore"):  # the last records of a diverging run may be anywhere
        return flat.coordinates(points)


def said(document: Document, results: Results, drawn: DrawnPlane, run: int, place: Array, points: Array) -> str:
    """True loss beside the height of the surface, and how honest the picture is about this run."""
    assert results.runs is not None
    trajectories = results.runs.trajectories
    last = int(trajectories.done[run])
    step = last if document.look.step is None else min(document.look.step, last)
    text = f"{short_name(trajectories, run)}: loss {number(float(trajectories.values[step, run]))}"
    if drawn.flat.parameters <= 2:
        return f"{text} at step {count(step)}"
    if results.surface is not None:
        height = float(results.surface.at(place))
        text += f", surface {number(height)}" if np.isfinite(height) else ", beyond the window"
    meter = _meter(drawn.flat, points)
    away = float(meter.distances[-1])
    # What is left after projecting a point of the plane is rounding; "1.7e-15 away" would only puzzle.
    where = "in the plane" if away <= 1e-9 * (1 + float(np.linalg.norm(points[-1]))) else f"{number(away)} away"
    # Nearly all is not all: 99.7 % must not read as 100 %.
    percent = 100 * meter.share if meter.share > 1 - 1e-9 else min(100 * meter.share, 99.0)
    return f"{text} · {percent:.0f} % of motion shown, {where}"


def _meter(flat: Flat, points: Array) -> Honesty:
    return honesty(flat, points[_evenly(len(points), METERED)])


def shares(results: Results) -> tuple[float, ...]:
    """For each run that has begun the share of its motion that the plane shows; empty where there is nothing to measure."""
    drawn, runs = results.plane, results.runs
    if drawn is None or runs is None or runs.trajectories.points.shape[-1] != drawn.flat.parameters:
        return ()
    begun = np.flatnonzero(runs.trajectories.done >= 0)
    return tuple(_meter(drawn.flat, runs.trajectories.path(int(run))[1]).share for run in begun)


def should_be_remade(results: Results) -> bool:
    """Whether some run on screen shows less than 80 % of its motion."""
    return any(share < HONEST_SHARE for share in shares(results))
