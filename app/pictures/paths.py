"""Runs on a landscape: which records are shown, where they fall, and how honest the picture is about them."""

from __future__ import annotations

import math

import numpy as np

from app.document import Document
from app.pictures.legend import run_color, run_name, short_name
from app.pictures.marks import Marker, Note, Polyline
from app.pictures.projection import Projection, Projections
from app.results import Results
from engine.analysis.honesty import HONEST_SHARE
from engine.analysis.wording import count, number
from engine.arrays import Array
from engine.plane_drawing import DrawnPlane
from engine.surfaces import Window
from engine.trajectory import Trajectories

MOST_NOTES = 4


def paths(
    document: Document, results: Results, drawn: DrawnPlane, window: Window, projections: Projections
) -> tuple[tuple[Polyline, ...], tuple[Marker, ...], tuple[Note, ...]]:
    """Path, last place and a note on honesty for every run that has begun."""
    runs = results.runs
    if runs is None or runs.trajectories.points.shape[-1] != drawn.flat.parameters:
        return (), (), ()
    trajectories = runs.trajectories
    lines, markers, notes = [], [], []
    for run in range(trajectories.runs):
        shown = records_shown(document, trajectories, run)
        if not shown:
            # Its group has not had its first turn yet; it has its line of text, so that nothing jumps when it comes.
            notes += [waiting(document, trajectories, run)] if trajectories.runs <= MOST_NOTES else []
            continue
        projection = projections.of(drawn.flat, trajectories, run)
        x, y = projections.trace(drawn.flat, trajectories, run, window).vertices(shown).T
        color, name = run_color(document, trajectories, run), run_name(trajectories, run)
        lines.append(Polyline(x, y, color, name, 2.0, dots=document.look.dots, dot_size=4.5))
        if math.isfinite(x[-1]) and math.isfinite(y[-1]):
            markers.append(Marker(float(x[-1]), float(y[-1]), color, "circle", 10))
        if trajectories.runs <= MOST_NOTES:
            notes.append(Note(said(document, results, drawn, run, projection), color))
    return tuple(lines), tuple(markers), tuple(notes)


def waiting(document: Document, trajectories: Trajectories, run: int) -> Note:
    """What is said of a run that has not begun."""
    return Note(f"{short_name(trajectories, run)}: waiting", run_color(document, trajectories, run))


def records_shown(document: Document, trajectories: Trajectories, run: int) -> int:
    """How many of a run's records lie at or before the shown step."""
    steps, _ = trajectories.path(run)
    if document.look.step is None or not len(steps):
        return len(steps)
    return max(1, int(np.searchsorted(steps, document.look.step, side="right")))


def said(document: Document, results: Results, drawn: DrawnPlane, run: int, projection: Projection) -> str:
    """True loss beside the height of the surface, and how honest the picture is about this run."""
    assert results.runs is not None
    trajectories = results.runs.trajectories
    last = int(trajectories.done[run])
    step = last if document.look.step is None else min(document.look.step, last)
    text = f"{short_name(trajectories, run)}: loss {number(float(trajectories.values[step, run]))}"
    if drawn.flat.parameters <= 2:
        return f"{text} at step {count(step)}"
    shown = records_shown(document, trajectories, run)
    if results.surface is not None:
        height = float(results.surface.at(projection.coordinates[shown - 1]))
        text += f", surface {number(height)}" if np.isfinite(height) else ", beyond the window"
    # Nearly all is not all: 99.7 % must not read as 100 %.
    share = projection.share(shown)
    percent = 100 * share if share > 1 - 1e-9 else min(100 * share, 99.0)
    return f"{text} · {percent:.0f} % of motion shown, {_where(drawn, trajectories.path(run)[1][shown - 1])}"


def _where(drawn: DrawnPlane, point: Array) -> str:
    with np.errstate(all="ignore"):
        away = float(drawn.flat.distance(point))
        # What is left after projecting a point of the plane is rounding; "1.7e-15 away" would only puzzle.
        inside = away <= 1e-9 * (1 + float(np.linalg.norm(point)))
    return "in the plane" if inside else f"{number(away)} away"


def shares(results: Results, projections: Projections) -> tuple[float, ...]:
    """For each run that has begun the share of its motion that the plane shows; empty where there is nothing to measure."""
    drawn, runs = results.plane, results.runs
    if drawn is None or runs is None or runs.trajectories.points.shape[-1] != drawn.flat.parameters:
        return ()
    found = [
        projections.of(drawn.flat, runs.trajectories, int(run)) for run in np.flatnonzero(runs.trajectories.done >= 0)
    ]
    return tuple(projection.share(len(projection.moved)) for projection in found)


def should_be_remade(results: Results, projections: Projections) -> bool:
    """Whether some run on screen shows less than 80 % of its motion."""
    return any(share < HONEST_SHARE for share in shares(results, projections))
