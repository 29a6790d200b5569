"""The slice: the loss along one direction through a run's point, with the tangent and Newton's parabola."""

from __future__ import annotations

import numpy as np

from app.document import Document
from app.lanes.lane import Results
from app.lanes.runs import RUNS, selected_run
from app.panels.panel import PictureCache
from app.panels.slice.lane import SLICE_LANE, SliceResult
from app.pictures.legend import run_color, short_name, theme_of, trouble
from app.pictures.marks import Axis, Marker, Note, Polyline
from app.pictures.plot import PlotPicture
from engine.analysis.wording import count
from engine.analysis.wording import number as in_words


def slice_picture(document: Document, results: Results, cache: PictureCache, number: int) -> PlotPicture:
    """True loss, tangent, parabola, the point, and where Newton's step lands."""
    cut, runs = results.of(SLICE_LANE, number), results.of(RUNS)
    if cut is None or runs is None:
        waiting = results.error(SLICE_LANE, number) or "Waiting for a run …"
        return PlotPicture("Slice", Axis("", 0, 1), Axis("", 0, 1), waiting=waiting)
    theme, trajectories = theme_of(document), runs.trajectories
    run = selected_run(document, trajectories)
    color = run_color(document, trajectories, run)
    low, high = _vertical(cut)
    t = cut.coordinates
    with np.errstate(over="ignore", invalid="ignore"):  # near where a run diverged the model may leave all numbers
        tangent = cut.value + cut.slope * t
        parabola = tangent + 0.5 * cut.curvature * t * t
    markers = [Marker(0.0, cut.value, color, "circle", 11)]
    if cut.landing is not None and t[0] <= cut.landing <= t[-1]:
        model = cut.value + cut.slope * cut.landing + 0.5 * cut.curvature * cut.landing**2
        if low <= model <= high:
            markers.append(Marker(cut.landing, model, theme.accent, "star", 13))
        landed = float(np.interp(cut.landing, t, cut.values))
        if low <= landed <= high:
            markers.append(Marker(cut.landing, landed, theme.accent, "ring", 11))
    step = document.view.step
    when = "its last step" if step is None else f"step {count(step)}"
    return PlotPicture(
        "Slice",
        Axis("distance along the direction", float(t[0]), float(t[-1])),
        Axis("loss", low, high),
        lines=(
            Polyline(t, cut.values, theme.text, "loss", 2.0),
            Polyline(t, tangent, theme.muted, "tangent", 1.2, "dotted"),
            Polyline(t, parabola, theme.accent, "Newton's parabola", 1.6, "dashed"),
        ),
        markers=tuple(markers),
        notes=(*trouble(document, results, SLICE_LANE, card=number), Note(cut.sentence)),
        caption=f"The loss {cut.direction} through {short_name(trajectories, run)} at {when}: "
        f"slope {in_words(cut.slope)}, curvature {in_words(cut.curvature)}.",
    )


def _vertical(cut: SliceResult) -> tuple[float, float]:
    """Around the true loss: tangent and parabola may leave, they must not flatten it."""
    finite = cut.values[np.abs(cut.values) < 1e300]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    room = 0.12 * (high - low) or 0.1 * (abs(high) or 1.0)
    return low - 2 * room, high + room
