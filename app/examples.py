"""Fresh documents on entries of the catalogue and on the lectures' experiments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.document import Document, ViewSettings
from app.panels import open_cards, panel_of, settings_of
from engine.catalogue import example
from engine.experiment import Experiment

if TYPE_CHECKING:
    from engine.lectures import LectureExperiment

LECTURE = "lecture."
"""Before the names of the lectures' experiments, which may be those of catalogue entries."""


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


def document_of(name: str, view: ViewSettings | None = None) -> Document:
    """A document on an entry; of view settings, what belongs to the person (theme, palette, cards …) is kept.

    Raises:
        ValueError: if there is no such entry, naming those there are.

    """
    entry = _lecture(name)
    if entry is not None and entry.experiment is not None:
        return document_on(entry.experiment(), view, name)
    found = example(name)
    return document_on(found.make(), view, name, found.logarithmic)


def document_on(
    experiment: Experiment, view: ViewSettings | None = None, name: str = "", logarithmic: bool = False
) -> Document:
    """A fresh document on an experiment, with what belongs to the person of the view settings that were there before."""
    before = view or ViewSettings()
    fresh = replace(before, step=None, selected_start=0, selected_optimizer=0)
    for card in open_cards(before):
        settings = panel_of(card).fresh(settings_of(before, card), experiment, logarithmic)
        fresh = fresh.with_settings(settings, card.number)
    return Document(experiment, fresh, name)
