"""Fresh documents on entries of the catalogue."""

from __future__ import annotations

from dataclasses import replace

from app.document import Document, Look
from engine.catalogue import example
from engine.experiment import Experiment
from engine.problem import NetworkProblem

FINE = 201
"""Samples a side for formulas and curve fits, which cost next to nothing: narrow valleys need them."""


def document_of(name: str, look: Look | None = None) -> Document:
    """A document on an entry of the catalogue; of a look, what belongs to the person (theme, palette …) is kept.

    Raises:
        ValueError: if there is no such entry, naming those there are.

    """
    entry = example(name)
    return document_on(entry.make(), look, name, entry.logarithmic)


def document_on(
    experiment: Experiment, look: Look | None = None, name: str = "", logarithmic: bool = False
) -> Document:  # fmt: skip
    """A fresh document on an experiment, with what belongs to the person of the look that was there before."""
    fresh = replace(
        look or Look(),
        window=None,
        step=None,
        selected_start=0,
        selected_optimizer=0,
        logarithmic=logarithmic,
        resolution=FINE if not isinstance(experiment.problem, NetworkProblem) else Look.resolution,
    )
    return Document(experiment, fresh, name)
