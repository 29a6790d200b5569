"""The numbers behind each panel as columns, for tables (CSV): nothing rounded, nothing thinned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.document import Document, selected_run
from app.files.description import describe
from app.pictures.frame import axis_labels
from app.pictures.legend import run_name
from app.results import ModelResult, Results
from engine.arrays import Array
from engine.trajectory import Monitored, Trajectories

Column: TypeAlias = NDArray[np.generic]


class Table(NamedTuple):
    """Equally long columns by their names, and what is to be said above them."""

    columns: Mapping[str, Column]
    comments: tuple[str, ...]


def table(panel: str, document: Document, results: Results) -> Table:
    """The numbers of one panel: ``landscape``, ``paths``, ``curves``, ``slice`` or ``model``.

    Raises:
        ValueError: with a sentence, if there is no such panel or it has no numbers yet.

    """
    if panel not in TABLES:
        raise ValueError(f"There are no numbers of “{panel}”: choose one of {', '.join(TABLES)}.")
    return TABLES[panel](document, results)


def landscape_numbers(document: Document, results: Results) -> Table:
    """The sampled loss, one row a point: ``first``, ``second`` (on a plane) and ``loss``.

    Points that are not computed yet are left out; a loss that is not a finite number is written as it is.
    """
    surface = results.surface
    if surface is None:
        raise _waiting(results, "surface", "landscape")
    computed = surface.computed.ravel()
    columns: dict[str, Column]
    if surface.second.size:
        first, second = np.meshgrid(surface.first, surface.second)
        columns = {"first": first.ravel(), "second": second.ravel()}
    else:
        columns = {"first": surface.first}
    columns["loss"] = surface.values.ravel()
    kept = {name: column[computed] for name, column in columns.items()}
    missing = int((~computed).sum())
    notes = [f"{missing:,} of {computed.size:,} points are not computed yet and left out."] if missing else []
    labels = axis_labels(document.experiment, surface.flat)
    notes += [f"{name}: {label}" for name, label in zip(("first", "second"), labels, strict=True) if name in kept]
    return Table(kept, _comments("Loss landscape", document, results, *notes))


def path_numbers(document: Document, results: Results) -> Table:
    """Every recorded point of every run: where it is in the plane, its loss, and how far from the plane it lies.

    Columns ``run``, ``step``, ``first``, ``second`` (on a plane), ``loss``, ``distance``.
    """
    drawn, trajectories = results.plane, _trajectories(results)
    if drawn is None or drawn.flat.parameters != trajectories.points.shape[-1]:
        raise _waiting(results, "plane", "paths")
    names = ("first", "second")[: drawn.flat.dimension]
    pieces: dict[str, list[Column]] = {name: [] for name in ("run", "step", *names, "loss", "distance")}
    for run in range(trajectories.runs):
        steps, points = trajectories.path(run)
        with np.errstate(all="ignore"):  # the last points of a diverged run may overflow
            places = drawn.flat.coordinates(points)
            distances = drawn.flat.distance(points)
        pieces["run"].append(np.full(len(steps), run + 1))
        pieces["step"].append(np.asarray(steps))
        for index, name in enumerate(names):
            pieces[name].append(places[:, index])
        pieces["loss"].append(trajectories.values[steps, run])
        pieces["distance"].append(distances)
    columns = {name: np.concatenate(parts) for name, parts in pieces.items()}
    labels = axis_labels(document.experiment, drawn.flat)
    notes = [f"{name}: {label}" for name, label in zip(names, labels, strict=False)]
    notes.append("distance: Euclidean distance in parameter space from the point to the line or plane")
    return Table(columns, _comments("Paths", document, results, *notes, *_run_notes(trajectories)))


def curve_numbers(document: Document, results: Results) -> Table:
    """Step by step, for each run k: ``loss k``, ``gradient norm k``, ``rate k``, ``examples seen k``; NaN beyond its end.

    Where losses on whole parts of the data were watched, ``train loss k``, ``validation loss k`` and the accuracies stand at
    the steps at which they were.
    """
    trajectories = _trajectories(results)
    columns: dict[str, Column] = {"step": np.arange(len(trajectories.values))}
    scalars = {
        "loss": trajectories.values,
        "gradient norm": trajectories.gradient_norms,
        "rate": trajectories.rates,
        "examples seen": trajectories.examples_seen,
    }
    watched = _watched(trajectories.monitored, len(trajectories.values)) if trajectories.monitored else {}
    computed = trajectories.computed
    for run in range(trajectories.runs):
        for name, values in {**scalars, **watched}.items():
            columns[f"{name} {run + 1}"] = np.where(computed[:, run], values[:, run], np.nan)
    notes = ["loss k: of the examples that the step of run k saw"] if trajectories.batch_size is not None else []
    return Table(columns, _comments("Training curves", document, results, *notes, *_run_notes(trajectories)))


def slice_numbers(document: Document, results: Results) -> Table:
    """Along the slice: ``coordinate``, ``loss``, ``tangent`` and Newton's ``parabola``."""
    cut = results.slice
    if cut is None:
        raise _waiting(results, "slice", "slice")
    t = cut.coordinates
    tangent = cut.value + cut.slope * t
    columns: dict[str, Column] = {
        "coordinate": t,
        "loss": cut.values,
        "tangent": tangent,
        "parabola": tangent + 0.5 * cut.curvature * t * t,
    }
    notes = [
        f"coordinate: distance {cut.direction} from the point",
        f"slope {cut.slope!r}, curvature {cut.curvature!r}. {cut.sentence}",
    ]
    return Table(columns, _comments("Slice", document, results, *_shown_run(document, results), *notes))


def model_numbers(document: Document, results: Results) -> Table:
    """What the model makes of a grid of inputs: ``input 1``, … and ``output 1``, …; for images the first layer's weights."""
    model = results.model
    if model is None:
        raise _waiting(results, "model", "model")
    if model.second.size:
        first, second = np.meshgrid(model.first, model.second)
        inputs = {"input 1": first.ravel(), "input 2": second.ravel()}
    elif model.first.size:
        inputs = {"input 1": model.first}
    else:
        return Table(
            _weights(model), _comments("First-layer weights", document, results, *_shown_run(document, results))
        )
    outputs = model.outputs.reshape(len(inputs["input 1"]), -1)
    columns: dict[str, Column] = {**inputs, **{f"output {k + 1}": column for k, column in enumerate(outputs.T)}}
    scores = [f"{name} loss {loss!r}" for name, loss in model.losses]
    scores += [f"{name} accuracy {share!r}" for name, share in model.accuracies]
    return Table(columns, _comments("Model", document, results, *_shown_run(document, results), *scores))


TABLES: Mapping[str, Callable[[Document, Results], Table]] = MappingProxyType(
    {
        "landscape": landscape_numbers,
        "paths": path_numbers,
        "curves": curve_numbers,
        "slice": slice_numbers,
        "model": model_numbers,
    }
)
"""The tables by the names of their panels."""


def _weights(model: ModelResult) -> dict[str, Column]:
    """Column by column: ``unit``, ``row`` and ``column`` of the pixel (or ``input``), ``weight``; all counted from 1."""
    if not model.weights.size:
        raise ValueError("A formula has no model, so there are no numbers of it: choose another panel.")
    units, inputs = model.weights.shape
    place = np.tile(np.arange(inputs), units)
    columns: dict[str, Column] = {"unit": np.repeat(np.arange(1, units + 1), inputs)}
    if model.image_shape is not None:
        columns |= {"row": place // model.image_shape[1] + 1, "column": place % model.image_shape[1] + 1}
    else:
        columns["input"] = place + 1
    return {**columns, "weight": model.weights.ravel()}


def _watched(monitored: Monitored, length: int) -> dict[str, Array]:
    """Losses and accuracies on whole parts ``(length, R)``, NaN at the steps between; parts never watched are left out."""
    given = {
        "train loss": monitored.train,
        "validation loss": monitored.validation,
        "train accuracy": monitored.train_accuracy,
        "validation accuracy": monitored.validation_accuracy,
    }
    spread = {}
    for name, values in given.items():
        if np.isfinite(values).any():
            spread[name] = np.full((length, values.shape[1]), np.nan)
            spread[name][monitored.steps] = values
    return spread


def _trajectories(results: Results) -> Trajectories:
    if results.runs is None:
        raise _waiting(results, "runs", "runs")
    return results.runs.trajectories


def _waiting(results: Results, lane: str, what: str) -> ValueError:
    wrong = results.errors.get(lane, "")
    return ValueError(wrong or f"There are no numbers of the {what} yet: wait until something is shown.")


def _run_notes(trajectories: Trajectories) -> list[str]:
    return [f"run {run + 1}: {run_name(trajectories, run)}" for run in range(trajectories.runs)]


def _shown_run(document: Document, results: Results) -> list[str]:
    if results.runs is None:
        return []
    trajectories = results.runs.trajectories
    step = "its last step" if document.look.step is None else f"step {document.look.step}"
    return [f"{run_name(trajectories, selected_run(document, trajectories))} at {step}"]


def _comments(title: str, document: Document, results: Results, *notes: str) -> tuple[str, ...]:
    experiment = f": {document.experiment.title}" if document.experiment.title else ""
    return (title + experiment, *notes, *describe(document, results.plane))
