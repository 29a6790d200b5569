"""The landscape of one parameter: the loss as a curve, with balls that a hand drags along it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.document import Document, shown_window
from app.pictures.frame import axis_labels, caption, handles
from app.pictures.legend import run_color, run_name, theme_of, trouble
from app.pictures.marks import Axis, Band, Handle, Marker, Note, Polyline
from app.pictures.paths import MOST_NOTES, records_shown, said, waiting
from app.pictures.plot import PlotPicture
from app.pictures.projection import Projections
from app.results import Results
from app.theme import Theme
from engine.plane_drawing import DrawnPlane
from engine.surfaces import Surface, flat_region


def landscape_curve(document: Document, results: Results, projections: Projections) -> PlotPicture:
    """A curve with a dot per step of every run, and a handle at each start."""
    theme, drawn, surface = theme_of(document), results.plane, results.surface
    if drawn is None or surface is None or surface.second.size:
        waiting = results.errors.get("plane", results.errors.get("surface", "Sampling the loss …"))
        return PlotPicture("Loss landscape", Axis("", 0, 1), Axis("", 0, 1), waiting=waiting)
    left, right = shown_window(document.look, drawn.window)
    low, high = surface.finite_range() or (0.0, 1.0)
    room = 0.08 * (high - low or 1.0)
    x_axis = Axis(axis_labels(document.experiment, drawn.flat)[0], left, right)
    y_axis = Axis("loss", low - room, high + room)
    lines, markers, notes = _runs(document, results, drawn, x_axis, y_axis, projections)
    return PlotPicture(
        "Loss landscape",
        x_axis,
        y_axis,
        bands=_flat_stretches(surface, theme) if document.look.plateaus else (),
        lines=(Polyline(surface.first, surface.values, theme.text, width=2.0), *lines),
        markers=markers,
        handles=tuple(_on_curve(handle, drawn, y_axis) for handle in handles(document, drawn)),
        notes=(*notes, *trouble(document, results, "plane", "surface")),
        caption=caption(document, drawn),
    )


def _runs(
    document: Document,
    results: Results,
    drawn: DrawnPlane,
    x_axis: Axis,
    y_axis: Axis,
    projections: Projections,
) -> tuple[tuple[Polyline, ...], tuple[Marker, ...], tuple[Note, ...]]:
    runs = results.runs
    if runs is None or runs.trajectories.points.shape[-1] != drawn.flat.parameters:
        return (), (), ()
    trajectories = runs.trajectories
    window = (x_axis.low, x_axis.high, y_axis.low, y_axis.high)
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
        lines.append(Polyline(x, y, color, name, 1.0, dots=document.look.dots, dot_size=5))
        if np.isfinite([x[-1], y[-1]]).all():
            markers.append(Marker(float(x[-1]), float(y[-1]), color, "circle", 11))
        if trajectories.runs <= MOST_NOTES:
            notes.append(Note(said(document, results, drawn, run, projection), color))
    return tuple(lines), tuple(markers), tuple(notes)


def _on_curve(handle: Handle, drawn: DrawnPlane, axis: Axis) -> Handle:
    """A start at its own loss, which the samples of the curve only come near; in sight also where that is not finite."""
    with np.errstate(all="ignore"):
        loss = float(drawn.assembled.objective.value(drawn.flat.point([handle.x])))
    height = float(np.clip(loss, axis.low, axis.high)) if np.isfinite(loss) else axis.high
    return replace(handle, y=height, on_curve=True)


def _flat_stretches(surface: Surface, theme: Theme) -> tuple[Band, ...]:
    flat = np.concatenate([[False], flat_region(surface), [False]]).astype(int)
    edges = np.flatnonzero(np.diff(flat))
    return tuple(
        Band(float(surface.first[a]), float(surface.first[b - 1]), theme.plateau, "plateau")
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if b - a > 2
    )
