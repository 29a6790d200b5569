"""Training curves: loss, gradient norm or gap against the step, plateaus shaded, one sentence a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.document import Document
from app.lanes.lane import Results
from app.lanes.runs import RUNS
from app.lanes.runs_result import RunsResult
from app.panels.curves.early_stopping import cut, found_markers, near_top, stop_markers, stops
from app.panels.curves.quantities import (
    LABELS,
    NO_VALIDATION,
    OF_VALIDATION,
    Series,
    caption,
    has_validation,
    series,
    shown_quantity,
)
from app.panels.curves.settings import CurvesSettings, Shown
from app.panels.panel import PictureCache
from app.pictures.legend import run_color, run_name, short_name, theme_of, trouble
from app.pictures.marks import Axis, Band, Marker, Note, Polyline
from app.pictures.plot import PlotPicture
from app.pictures.thinning import curve_points
from engine.analysis.wording import count, number, rounded_count
from engine.problem import NetworkProblem
from engine.stopping import Stop
from engine.trajectory import Trajectories

MAX_NOTES = 6


def curves_picture(document: Document, results: Results, cache: PictureCache, number: int) -> PlotPicture:
    """The chosen quantity of every run against the number of updates."""
    settings, runs = document.view.of(CurvesSettings, number), results.of(RUNS)
    shown = Shown(document, settings)
    if runs is None:
        waiting = results.error(RUNS) or "The runs are starting …"
        y_label = LABELS[settings.quantity]
        return PlotPicture("Training curves", Axis("step", 0, 1), Axis(y_label, 0, 1), waiting=waiting)
    trajectories = runs.trajectories
    curves = [series(shown, runs, run) for run in range(trajectories.runs)]
    lines = [tuple(_line(shown, runs, run, curve) for curve in curves[run]) for run in range(trajectories.runs)]
    steps = max(1, shown.document.experiment.steps)
    x = Axis("step", 1.0 if settings.log_steps else 0.0, float(steps), settings.log_steps)
    every = [line for own in lines for line in own]
    y = _vertical(every, LABELS[shown_quantity(shown, trajectories)], _may_be_logarithmic(shown, every))
    stopped = stops(shown, runs)
    drawn = [
        part for run, own in enumerate(lines) for line in own for part in cut(line, stopped[run] if stopped else None)
    ]
    return PlotPicture(
        "Training curves",
        x,
        y,
        bands=_bands(shown, runs),
        lines=(*drawn, *_shown_step(shown, y)),
        markers=(
            *_ends(shown, runs, curves, y),
            *stop_markers(shown, runs, curves, stopped, y),
            *found_markers(shown, runs, y),
        ),
        notes=(*trouble(document, results, RUNS), *_missing(shown, runs), *_notes(shown, runs, stopped)),
        caption=caption(shown, trajectories, sinks=settings.log_values and not y.logarithmic),
    )


def _may_be_logarithmic(shown: Shown, lines: Sequence[Polyline]) -> bool:
    """A loss that sinks below zero has no logarithm: half a curve would look like the whole of it."""
    sinks = shown.settings.quantity not in ("gradient norm", "gap") and any((line.y < 0).any() for line in lines)
    return shown.settings.log_values and not sinks


def _line(shown: Shown, runs: RunsResult, run: int, curve: Series) -> Polyline:
    trajectories, logarithmic = runs.trajectories, shown.settings.log_steps
    # A logarithmic axis has no place for step 0.
    x, y = (curve.steps[curve.steps > 0], curve.y[curve.steps > 0]) if logarithmic else (curve.steps, curve.y)
    keep = curve_points(x, y, logarithmic)
    color, name = run_color(shown.document, trajectories, run), run_name(trajectories, run)
    named = f"{name}, {curve.part}" if curve.part == "validation" else name
    dots = shown.settings.dots and len(x) <= 61 and not curve.part
    return Polyline(x[keep], y[keep], color, named, 1.6, curve.style, dots, 4)


def _vertical(lines: Sequence[Polyline], label: str, logarithmic: bool) -> Axis:
    """Around what is finite; a diverging run never stretches the axis: it leaves through the top."""
    low, high = np.inf, -np.inf
    for line in lines:
        values = line.y[np.isfinite(line.y) & ((line.y > 0) | (not logarithmic))]
        if values.size:
            top = float(values.max())
            first = float(values[0])
            # A run that rises a hundredfold over where it began is leaving; the axis stays with the others.
            low, high = (
                min(low, float(values.min())),
                max(high, min(top, 3 * abs(first) + first if top > 100 * abs(first) else top)),
            )
    if not np.isfinite(low):
        return Axis(label, 1e-3, 1.0, logarithmic)
    if logarithmic:
        low = max(low, high * 1e-16)
        high = max(high, low * 1.01)
        room = max(1.6, (high / low) ** 0.06)  # over many decades a mark at the edge needs more to be seen whole
        return Axis(label, low / room, high * room, True)
    room = 0.06 * (high - low) or 0.5 * (abs(high) or 1.0)
    return Axis(label, low - room, high + room)


def _bands(shown: Shown, runs: RunsResult) -> tuple[Band, ...]:
    """Plateaus of every run in its color; only the longest carries its length."""
    if not shown.settings.plateaus:
        return ()
    stretches = [
        (last - first, first, last, run) for run, found in enumerate(runs.plateaus) for first, last in found
    ]  # fmt: skip
    longest = max(stretches, default=None)
    return tuple(
        Band(
            max(first, 1) if shown.settings.log_steps else first,
            last,
            run_color(shown.document, runs.trajectories, run),
            f"plateau, {rounded_count(last - first, 'step')}" if (length, first, last, run) == longest else "",
            0.13,
        )
        for length, first, last, run in stretches
    )


def _ends(
    shown: Shown, runs: RunsResult, curves: Sequence[tuple[Series, ...]], y: Axis
) -> tuple[Marker, ...]:  # fmt: skip
    """A cross where a run diverged or failed, before the step limit; at the upper edge where it left through it."""
    trajectories = runs.trajectories
    marks = []
    for run in range(trajectories.runs):
        if trajectories.outcomes[run].ending.value in ("diverged", "failed"):
            curve = curves[run][0]
            finite = np.flatnonzero(np.isfinite(curve.y))
            if finite.size:
                at = int(finite[-1])
                place = max(float(curve.steps[at]), 1.0) if shown.settings.log_steps else float(curve.steps[at])
                height = float(np.clip(curve.y[at], y.low, near_top(y)))
                marks.append(Marker(place, height, run_color(shown.document, trajectories, run), "cross", 11))
    return tuple(marks)


def _shown_step(shown: Shown, y: Axis) -> tuple[Polyline, ...]:
    step = shown.document.view.step
    if step is None:
        return ()
    x = np.full(2, max(step, 1) if shown.settings.log_steps else step, dtype=np.float64)
    return (Polyline(x, np.array([y.low, y.high]), theme_of(shown.document).muted, width=1.2, style="dashed"),)


def _missing(shown: Shown, runs: RunsResult) -> tuple[Note, ...]:
    wanted = shown.settings.quantity in OF_VALIDATION or (
        shown.settings.patience and shown.settings.patience_on != "train"
    )
    network = isinstance(shown.document.experiment.problem, NetworkProblem)
    return (Note(NO_VALIDATION),) if wanted and network and not has_validation(runs.trajectories) else ()


def _notes(shown: Shown, runs: RunsResult, stopped: tuple[Stop, ...]) -> tuple[Note, ...]:
    """How each run ended, and where patience would have ended it; while it goes on, where it is."""
    trajectories = runs.trajectories
    said = runs.rates if shown.settings.quantity == "gap" else runs.sentences
    texts = [said[run] if run < len(said) else _so_far(trajectories, run) for run in range(trajectories.runs)]
    for run, at in enumerate(stopped):
        if at.step is not None:
            texts[run] = f"{at.sentence.split(':')[0]} (best: {count(at.best_step)}); went on: {texts[run]}"
    return tuple(
        Note(f"{short_name(trajectories, run)}: {texts[run]}", run_color(shown.document, trajectories, run))
        for run in range(min(trajectories.runs, MAX_NOTES))
    )


def _so_far(trajectories: Trajectories, run: int) -> str:
    step = int(trajectories.done[run])
    return f"at step {count(step)}, loss {number(float(trajectories.values[step, run]))}" if step >= 0 else "waiting"
