"""Early stopping on training curves: where somebody would have stopped, while the run goes on dashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.lanes.runs_result import RunsResult
from app.panels.curves.quantities import OF_VALIDATION, Series, has_validation, shown_quantity
from app.panels.curves.settings import CurvesSettings, Shown, Watched
from app.pictures.legend import run_color, theme_of
from app.pictures.marks import Axis, Marker, Polyline, Symbol
from engine.stopping import MarkKind, Patience, Stop, stop, watched

STOP_LABEL = "stop"
SYMBOLS: dict[MarkKind, tuple[Symbol, str]] = {
    MarkKind.VALIDATION_MINIMUM: ("star", "validation minimum"),
    MarkKind.NOISE_FLOOR: ("triangle", "noise floor"),
}


def stops(shown: Shown, runs: RunsResult) -> tuple[Stop, ...]:
    """For each run where the patience would have ended it; empty where nobody stops."""
    settings, trajectories = shown.settings, runs.trajectories
    if not settings.patience:
        return ()
    on = settings.patience_on if has_validation(trajectories) else "train"
    return tuple(_stop(settings, runs, run, on) for run in range(trajectories.runs))


def _stop(settings: CurvesSettings, runs: RunsResult, run: int, on: Watched) -> Stop:
    if runs.trajectories.done[run] < 0:
        return Stop(None, 0, float("inf"), "")
    _, losses = watched(runs.trajectories, run, on)
    first = float(losses[0]) if np.isfinite(losses[0]) else 0.0
    return stop(runs.trajectories, run, Patience(on, settings.patience, settings.patience_least * abs(first)))


def cut(line: Polyline, at: Stop | None) -> tuple[Polyline, ...]:
    """A curve up to its stop, and what came after it, dashed and not named again."""
    if at is None or at.step is None or not len(line.x) or line.x[-1] <= at.step:
        return (line,)
    # The point before the stop and the one after it belong to both, so that no gap is left.
    inside = int(np.searchsorted(line.x, at.step, side="right"))
    before = replace(line, x=line.x[:inside], y=line.y[:inside])
    after = replace(
        line, x=line.x[max(inside - 1, 0) :], y=line.y[max(inside - 1, 0) :], name="", dots=False, opacity=0.75,
        style="dashed" if line.style == "solid" else line.style,
    )  # fmt: skip
    return before, after


def stop_markers(
    shown: Shown, runs: RunsResult, curves: Sequence[tuple[Series, ...]], found: tuple[Stop, ...], y: Axis
) -> tuple[Marker, ...]:
    """A square where each run would have been stopped, a ring at the step that would have been kept."""
    rings, squares = [], []
    for run, at in enumerate(found):
        if at.step is not None:
            color = run_color(shown.document, runs.trajectories, run)
            rings.append(_on_curve(shown, curves[run], at.best_step, y, color, "ring"))
            squares.append(_on_curve(shown, curves[run], at.step, y, color, "square"))
    stopped = [mark for mark in squares if mark is not None]
    if stopped:  # the lowest has room above it for a word
        lowest = min(range(len(stopped)), key=lambda index: stopped[index].y)
        stopped[lowest] = replace(stopped[lowest], label=STOP_LABEL)
    return (*(mark for mark in rings if mark is not None), *stopped)


def found_markers(shown: Shown, runs: RunsResult, y: Axis) -> tuple[Marker, ...]:
    """Where validation was lowest and where a noise floor begins, on the curves of losses of whole parts."""
    if shown_quantity(shown, runs.trajectories) not in OF_VALIDATION:
        return ()
    marks, named = [], set()
    for run, entries in enumerate(runs.marks):
        for mark in entries:
            if mark.kind in SYMBOLS and y.low <= mark.value <= y.high:
                symbol, label = SYMBOLS[mark.kind]
                color, outline = run_color(shown.document, runs.trajectories, run), theme_of(shown.document).text
                place = max(float(mark.step), 1.0) if shown.settings.log_steps else float(mark.step)
                marks.append(
                    Marker(place, mark.value, color, symbol, 11, "" if label in named else label, outline)
                )  # fmt: skip
                named.add(label)
    return tuple(marks)


def near_top(y: Axis) -> float:
    """As high as a mark can stand and still be seen whole."""
    if y.logarithmic:
        return float(y.high * (y.low / y.high) ** 0.03)
    return y.high - 0.03 * (y.high - y.low)


def _on_curve(
    shown: Shown, curves: tuple[Series, ...], step: int, y: Axis, color: str, symbol: Symbol
) -> Marker | None:  # fmt: skip
    watched = next((each for each in curves if each.part == "validation"), curves[0])
    curve = watched if shown.settings.patience_on == "validation" else curves[0]
    value = curve.at(step)
    if not np.isfinite(value) or (y.logarithmic and value <= 0):
        return None
    place = max(float(step), 1.0) if shown.settings.log_steps else float(step)
    outline = theme_of(shown.document).text if symbol == "square" else ""
    return Marker(place, float(np.clip(value, y.low, near_top(y))), color, symbol, 9, outline=outline)
