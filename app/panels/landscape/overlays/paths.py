"""Runs on a landscape: which records are shown, where they fall, and how much of their motion the picture shows."""

from __future__ import annotations

import math

import numpy as np

from app.document import Document
from app.lanes.plane import BuiltPlane
from app.lanes.runs import RUNS
from app.panels.landscape.lane import SURFACE
from app.panels.landscape.overlays.overlay import Marks, Overlay, Scene, amount
from app.panels.landscape.settings import LandscapeSettings
from app.pictures.legend import run_color, run_name, short_name
from app.pictures.marks import Marker, Note, Polyline
from app.pictures.projection import Projection
from engine.analysis.wording import count, number
from engine.arrays import Array
from engine.trajectory import Trajectories

MAX_NOTES = 4


def _marks(scene: Scene, _: int) -> Marks:
    """Path and last place of every run that has begun."""
    runs = scene.results.of(RUNS)
    if runs is None or runs.trajectories.points.shape[-1] != scene.built.flat.parameters:
        return Marks()
    trajectories = runs.trajectories
    one = scene.built.flat.dimension == 1
    dots = bool(amount(scene.document.view.of(LandscapeSettings, scene.number), STEP_DOTS))
    lines, markers = [], []
    for run in range(trajectories.runs):
        shown = records_shown(scene.document, trajectories, run)
        if not shown:
            continue
        trace = scene.projections.trace(scene.built.flat, trajectories, run, scene.window, scene.number)
        x, y = trace.vertices(shown).T
        color, name = run_color(scene.document, trajectories, run), run_name(trajectories, run)
        lines.append(Polyline(x, y, color, name, 1.0 if one else 2.0, dots=dots, dot_size=5 if one else 4.5))
        if math.isfinite(x[-1]) and math.isfinite(y[-1]):
            markers.append(Marker(float(x[-1]), float(y[-1]), color, "circle", 11 if one else 10))
    return Marks(tuple(lines), tuple(markers))


PATHS = Overlay("paths", "Paths", "Where each run goes, and the place of its shown step.", default=1, marks=_marks)
STEP_DOTS = Overlay("dots", "A dot for each step", "Crowded dots are slow steps.", default=1)


def path_notes(scene: Scene) -> tuple[Note, ...]:
    """A line of text for each run, where there are few; one that has not begun has its line too, so that nothing jumps."""
    runs = scene.results.of(RUNS)
    if runs is None or runs.trajectories.points.shape[-1] != scene.built.flat.parameters:
        return ()
    trajectories = runs.trajectories
    if trajectories.runs > MAX_NOTES:
        return ()
    return tuple(_note(scene, trajectories, run) for run in range(trajectories.runs))


def _note(scene: Scene, trajectories: Trajectories, run: int) -> Note:
    document = scene.document
    if not records_shown(document, trajectories, run):
        return waiting(document, trajectories, run)
    projection = scene.projections.of(scene.built.flat, trajectories, run)
    return Note(_said(scene, trajectories, run, projection), run_color(document, trajectories, run))


def waiting(document: Document, trajectories: Trajectories, run: int) -> Note:
    """What is said of a run that has not begun."""
    return Note(f"{short_name(trajectories, run)}: waiting", run_color(document, trajectories, run))


def records_shown(document: Document, trajectories: Trajectories, run: int) -> int:
    """How many of a run's records lie at or before the shown step."""
    steps, _ = trajectories.path(run)
    if document.view.step is None or not len(steps):
        return len(steps)
    return max(1, int(np.searchsorted(steps, document.view.step, side="right")))


def _said(scene: Scene, trajectories: Trajectories, run: int, projection: Projection) -> str:
    """True loss beside the height of the surface, and how much of the run's motion the picture shows."""
    document, built = scene.document, scene.built
    last = int(trajectories.done[run])
    step = last if document.view.step is None else min(document.view.step, last)
    text = f"{short_name(trajectories, run)}: loss {number(float(trajectories.values[step, run]))}"
    if built.flat.parameters <= 2:
        return f"{text} at step {count(step)}"
    shown = records_shown(document, trajectories, run)
    surface = scene.results.of(SURFACE, scene.number)
    if surface is not None:
        height = float(surface.at(projection.coordinates[shown - 1]))
        text += f", surface {number(height)}" if np.isfinite(height) else ", beyond the window"
    # Nearly all is not all: 99.7 % must not read as 100 %.
    share = projection.share(shown)
    percent = 100 * share if share > 1 - 1e-9 else min(100 * share, 99.0)
    return f"{text} · {percent:.0f} % of motion shown, {_where(built, trajectories.path(run)[1][shown - 1])}"


def _where(built: BuiltPlane, point: Array) -> str:
    with np.errstate(all="ignore"):
        away = float(built.flat.distance(point))
        # What is left after projecting a point of the plane is rounding; "1.7e-15 away" would only puzzle.
        inside = away <= 1e-9 * (1 + float(np.linalg.norm(point)))
    return "in the plane" if inside else f"{number(away)} away"
