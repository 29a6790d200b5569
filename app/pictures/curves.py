"""Training curves: loss, gradient norm or gap against the step, plateaus shaded, one sentence a run."""

from __future__ import annotations

import numpy as np

from app.document import Document
from app.pictures.legend import run_color, run_name, short_name, theme_of, trouble
from app.pictures.marks import Axis, Band, Marker, Note, Polyline
from app.pictures.plot import PlotPicture
from app.pictures.thinning import curve_points
from app.results import Results, RunsResult
from engine.analysis.wording import count, number, rounded_count
from engine.arrays import Array
from engine.trajectory import Trajectories

MOST_NOTES = 6
LABELS = {"loss": "loss", "gradient norm": "gradient norm", "gap": "loss − lowest known"}


def curves_picture(document: Document, results: Results) -> PlotPicture:
    """The chosen quantity of every run against the number of updates."""
    look, runs = document.look, results.runs
    y_label = LABELS[look.quantity]
    if runs is None:
        waiting = results.errors.get("runs", "The runs are starting …")
        return PlotPicture("Training curves", Axis("step", 0, 1), Axis(y_label, 0, 1), waiting=waiting)
    lines = tuple(_line(document, runs, run) for run in range(runs.trajectories.runs))
    steps = max(1, document.experiment.steps)
    x = Axis("step", 1.0 if look.log_steps else 0.0, float(steps), look.log_steps)
    y = _vertical(lines, y_label, _may_be_logarithmic(document, lines))
    return PlotPicture(
        "Training curves",
        x,
        y,
        bands=_bands(document, runs),
        lines=(*lines, *_shown_step(document, y)),
        markers=_ends(document, runs, y),
        notes=(*trouble(document, results, "runs"), *_notes(document, runs)),
        caption=_caption(document, sinks=look.log_values and not y.logarithmic),
    )


def _may_be_logarithmic(document: Document, lines: tuple[Polyline, ...]) -> bool:
    """A loss that sinks below zero has no logarithm: half a curve would look like the whole of it."""
    sinks = document.look.quantity == "loss" and any((line.y < 0).any() for line in lines)
    return document.look.log_values and not sinks


def _quantity(document: Document, runs: RunsResult, run: int) -> Array:
    trajectories = runs.trajectories
    if document.look.quantity == "gradient norm":
        return trajectories.gradient_norms[:, run]
    if document.look.quantity == "gap":
        return trajectories.values[:, run] - runs.lowest
    return trajectories.values[:, run]


def _line(document: Document, runs: RunsResult, run: int) -> Polyline:
    trajectories = runs.trajectories
    # A logarithmic axis has no place for step 0.
    first, last = int(document.look.log_steps), int(trajectories.done[run]) + 1
    x, y = np.arange(first, last, dtype=np.float64), _quantity(document, runs, run)[first:last]
    keep = curve_points(x, y, document.look.log_steps)
    color, name = run_color(document, trajectories, run), run_name(trajectories, run)
    return Polyline(x[keep], y[keep], color, name, 1.6, dots=document.look.dots and last <= 60, dot_size=4)


def _vertical(lines: tuple[Polyline, ...], label: str, logarithmic: bool) -> Axis:
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
        return Axis(label, low / 1.6, max(high, low * 1.01) * 1.6, True)
    room = 0.06 * (high - low) or 0.5 * (abs(high) or 1.0)
    return Axis(label, low - room, high + room)


def _bands(document: Document, runs: RunsResult) -> tuple[Band, ...]:
    """Plateaus of every run in its color; only the longest carries its length."""
    if not document.look.plateaus:
        return ()
    stretches = [
        (last - first, first, last, run) for run, found in enumerate(runs.plateaus) for first, last in found
    ]  # fmt: skip
    longest = max(stretches, default=None)
    return tuple(
        Band(
            max(first, 1) if document.look.log_steps else first,
            last,
            run_color(document, runs.trajectories, run),
            f"plateau, {rounded_count(last - first, 'step')}" if (length, first, last, run) == longest else "",
            0.13,
        )
        for length, first, last, run in stretches
    )


def _ends(document: Document, runs: RunsResult, y: Axis) -> tuple[Marker, ...]:
    """A cross where a run diverged or failed, before the step limit; at the upper edge where it left through it."""
    trajectories = runs.trajectories
    marks = []
    for run in range(trajectories.runs):
        if trajectories.outcomes[run].ending.value in ("diverged", "failed"):
            values = _quantity(document, runs, run)
            last = int(trajectories.ended[run])
            finite = np.flatnonzero(np.isfinite(values[: last + 1]))
            if finite.size:
                at = int(finite[-1])
                place = max(float(at), 1.0) if document.look.log_steps else float(at)
                height = float(np.clip(values[at], y.low, _near_top(y)))
                marks.append(Marker(place, height, run_color(document, trajectories, run), "cross", 11))
    return tuple(marks)


def _near_top(y: Axis) -> float:
    """As high as a mark can stand and still be seen whole."""
    if y.logarithmic:
        return float(y.high * (y.low / y.high) ** 0.03)
    return y.high - 0.03 * (y.high - y.low)


def _shown_step(document: Document, y: Axis) -> tuple[Polyline, ...]:
    step = document.look.step
    if step is None:
        return ()
    x = np.full(2, max(step, 1) if document.look.log_steps else step, dtype=np.float64)
    return (Polyline(x, np.array([y.low, y.high]), theme_of(document).muted, width=1.2, style="dashed"),)


def _notes(document: Document, runs: RunsResult) -> tuple[Note, ...]:
    """How each run ended; while it goes on, where it is."""
    trajectories = runs.trajectories
    said = runs.rates if document.look.quantity == "gap" else runs.sentences
    return tuple(
        Note(
            f"{short_name(trajectories, run)}: {said[run] if run < len(said) else _so_far(trajectories, run)}",
            run_color(document, trajectories, run),
        )
        for run in range(min(trajectories.runs, MOST_NOTES))
    )


def _so_far(trajectories: Trajectories, run: int) -> str:
    step = int(trajectories.done[run])
    return f"at step {count(step)}, loss {number(float(trajectories.values[step, run]))}" if step >= 0 else "waiting"


def _caption(document: Document, sinks: bool) -> str:
    experiment = document.experiment
    batch = "all examples" if experiment.batch_size is None else count(experiment.batch_size, "example")
    every = "every step sees " + batch
    return {
        "loss": "Not logarithmic: the loss sinks below zero." if sinks else f"The loss that is minimized; {every}.",
        "gradient norm": f"Length of the gradient; {every}.",
        "gap": "Loss minus the lowest known: a straight line is linear convergence.",
    }[document.look.quantity]
