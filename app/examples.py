"""Fresh documents on entries of the catalogue and on the lectures' experiments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.document import Document, Look
from engine.catalogue import example
from engine.experiment import Experiment
from engine.problem import NetworkProblem

if TYPE_CHECKING:
    from engine.lectures import LectureExperiment

LECTURE = "lecture."
"""Before the names of the lectures' experiments, which may be those of catalogue entries."""
FINE = 201
"""Samples a side for formulas and curve fits, which cost next to nothing: narrow valleys need them."""


def listed() -> tuple[tuple[str, str, str], ...]:
    """Everything that can be opened as (group, name, title): the catalogue, then each lecture's experiments."""
    from engine.catalogue import EXAMPLES
    from engine.lectures import LECTURES, TITLES

    own = tuple((entry.group, name, entry.title) for name, entry in EXAMPLES.items())
    shown = tuple(
        (f"Lecture {entry.lecture}: {TITLES[entry.lecture]}", LECTURE + name, name.replace("_", " ").capitalize())
        for name, entry in LECTURES.items()
        if entry.experiment is not None
    )
    return own + shown


def said_of(name: str) -> str:
    """The claim that a lecture's experiment shows, with what it measures; nothing for others."""
    entry = _lecture(name)
    return "" if entry is None else f"{entry.claim} {entry.shown}"


def _lecture(name: str) -> LectureExperiment | None:
    if not name.startswith(LECTURE):
        return None
    from engine.lectures import LECTURES

    return LECTURES.get(name.removeprefix(LECTURE))


def document_of(name: str, look: Look | None = None) -> Document:
    """A document on an entry; of a look, what belongs to the person (theme, palette …) is kept.

    Raises:
        ValueError: if there is no such entry, naming those there are.

    """
    entry = _lecture(name)
    if entry is not None and entry.experiment is not None:
        return document_on(entry.experiment(), look, name)
    found = example(name)
    return document_on(found.make(), look, name, found.logarithmic)


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
