"""The numbers behind a landscape: the sampled loss, and every recorded point of every run."""

from __future__ import annotations

import numpy as np

from app.document import Document
from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.lanes.runs import RUNS
from app.panels.landscape.axes_caption import axis_labels
from app.panels.landscape.lane import SURFACE
from app.panels.numbers import not_yet, run_notes
from app.panels.panel import Column, Table


def landscape_table(document: Document, results: Results, number: int) -> Table:
    """The sampled loss, one row a point: ``first``, ``second`` (on a plane) and ``loss``.

    Points that are not computed yet are left out; a loss that is not a finite number is written as it is.
    """
    surface = results.of(SURFACE, number)
    if surface is None:
        raise not_yet(results.error(SURFACE, number), "landscape")
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
    return Table("Loss landscape", kept, tuple(notes))


def path_table(document: Document, results: Results, _: int) -> Table:
    """Every recorded point of every run: where it is in the plane, its loss, and how far from the plane it lies.

    Columns ``run``, ``step``, ``first``, ``second`` (on a plane), ``loss``, ``distance``.
    """
    built, runs = results.of(PLANE), results.of(RUNS)
    if runs is None:
        raise not_yet(results.error(RUNS), "runs")
    trajectories = runs.trajectories
    if built is None or built.flat.parameters != trajectories.points.shape[-1]:
        raise not_yet(results.error(PLANE), "paths")
    names = ("first", "second")[: built.flat.dimension]
    pieces: dict[str, list[Column]] = {name: [] for name in ("run", "step", *names, "loss", "distance")}
    for run in range(trajectories.runs):
        steps, points = trajectories.path(run)
        with np.errstate(all="ignore"):  # the last points of a diverged run may overflow
            places = built.flat.coordinates(points)
            distances = built.flat.distance(points)
        pieces["run"].append(np.full(len(steps), run + 1))
        pieces["step"].append(np.asarray(steps))
        for index, name in enumerate(names):
            pieces[name].append(places[:, index])
        pieces["loss"].append(trajectories.values[steps, run])
        pieces["distance"].append(distances)
    columns = {name: np.concatenate(parts) for name, parts in pieces.items()}
    labels = axis_labels(document.experiment, built.flat)
    notes = [f"{name}: {label}" for name, label in zip(names, labels, strict=False)]
    notes.append("distance: Euclidean distance in parameter space from the point to the line or plane")
    return Table("Paths", columns, (*notes, *run_notes(trajectories)))
