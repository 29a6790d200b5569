"""The landscape of one parameter: the loss as a curve, with balls that a hand drags along it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.document import Document
from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.lanes.runs import RUNS
from app.panels.landscape.axes_caption import axis_labels, caption, handles
from app.panels.landscape.lane import SURFACE
from app.panels.landscape.map import TITLE
from app.panels.landscape.overlays import OVERLAYS
from app.panels.landscape.overlays.overlay import Scene, Terrain, amount
from app.panels.landscape.overlays.paths import path_notes
from app.panels.landscape.settings import LandscapeSettings, shown_window
from app.pictures.legend import theme_of, trouble
from app.pictures.marks import Axis, Handle, Polyline
from app.pictures.plot import PlotPicture
from app.pictures.projection import Projections
from engine.surfaces import Surface


def landscape_curve(document: Document, results: Results, projections: Projections, number: int = 1) -> PlotPicture:
    """A curve with a dot per step of every run, and a handle at each start."""
    theme, built, surface = theme_of(document), results.of(PLANE), results.of(SURFACE, number)
    if built is None or surface is None or surface.second.size:
        waiting = results.error(PLANE) or results.error(SURFACE, number) or "Sampling the loss …"
        return PlotPicture(TITLE, Axis("", 0, 1), Axis("", 0, 1), waiting=waiting)
    settings = document.view.of(LandscapeSettings, number)
    left, right = shown_window(settings, built.window)
    low, high = surface.finite_range() or (0.0, 1.0)
    room = 0.08 * (high - low or 1.0)
    x_axis = Axis(axis_labels(document.experiment, built.flat)[0], left, right)
    y_axis = Axis("loss", low - room, high + room)
    scene = Scene(document, results, number, built, (left, right, y_axis.low, y_axis.high), projections)
    terrain = Terrain(surface, theme)
    wanted = [(overlay, amount(settings, overlay)) for overlay in OVERLAYS if amount(settings, overlay)]
    drawn = [overlay.marks(scene, much) for overlay, much in wanted]
    return PlotPicture(
        TITLE,
        x_axis,
        y_axis,
        bands=tuple(band for overlay, much in wanted for band in overlay.bands(terrain, much)),
        lines=(
            Polyline(surface.first, surface.values, theme.text, width=2.0),
            *(line for marks in drawn for line in marks.lines),
        ),
        markers=tuple(marker for marks in drawn for marker in marks.markers),
        handles=tuple(_on_curve(handle, results, surface, y_axis) for handle in handles(document, results, built)),
        notes=(
            *path_notes(scene),
            *(note for marks in drawn for note in marks.notes),
            *trouble(document, results, PLANE, SURFACE, card=number),
        ),
        caption=caption(document, built),
    )


def _on_curve(handle: Handle, results: Results, surface: Surface, axis: Axis) -> Handle:
    """A start at its own loss; in sight also where that is not finite."""
    loss = _loss_at(handle, results, surface)
    height = float(np.clip(loss, axis.low, axis.high)) if np.isfinite(loss) else axis.high
    return replace(handle, y=height, on_curve=True)


def _loss_at(handle: Handle, results: Results, surface: Surface) -> float:
    """The loss that the runs from this start have recorded; between the samples of the curve while they are on their way."""
    runs = results.of(RUNS)
    if runs is not None and runs.trajectories.batch_size is None:
        trajectories = runs.trajectories
        first = handle.key * len(trajectories.optimizers)
        if first < trajectories.runs and trajectories.done[first] >= 0:
            start = trajectories.points[0, first]
            if start.size == 1 and start[0] == handle.x:
                return float(trajectories.values[0, first])
    return float(surface.at([handle.x]))
