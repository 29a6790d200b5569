"""The numbers behind training curves, step by step."""

from __future__ import annotations

import numpy as np

from app.document import Document
from app.lanes.lane import Results
from app.lanes.runs import RUNS
from app.panels.numbers import not_yet, run_notes
from app.panels.panel import Column, Table
from engine.arrays import Array
from engine.trajectory import Monitored


def curves_table(document: Document, results: Results, _: int) -> Table:
    """Step by step, for each run k: ``loss k``, ``gradient norm k``, ``rate k``, ``examples seen k``; NaN beyond its end.

    Where losses on whole parts of the data were watched, ``train loss k``, ``validation loss k`` and the accuracies stand at
    the steps at which they were.
    """
    runs = results.of(RUNS)
    if runs is None:
        raise not_yet(results.error(RUNS), "runs")
    trajectories = runs.trajectories
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
    notes = ("loss k: of the examples that the step of run k saw",) if trajectories.batch_size is not None else ()
    return Table("Training curves", columns, (*notes, *run_notes(trajectories)))


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
