"""Fresh documents on entries of the catalogue."""

from __future__ import annotations

from dataclasses import replace

from app.document import Document, Look
from engine.catalogue import example
from engine.problem import FormulaProblem

FINE = 201
"""Samples a side for formulas, which cost next to nothing: narrow valleys need them."""


def document_of(name: str, look: Look | None = None) -> Document:
    """A document on an entry of the catalogue; of a look, what belongs to the person (theme, palette …) is kept.

    Raises:
        ValueError: if there is no such entry, naming those there are.

    """
    entry = example(name)
    experiment = entry.make()
    fresh = replace(
        look or Look(),
        window=None,
        step=None,
        selected_start=0,
        selected_optimizer=0,
        logarithmic=entry.logarithmic,
        resolution=FINE if isinstance(experiment.problem, FormulaProblem) else Look.resolution,
    )
    return Document(experiment, fresh, name)
