"""The whole state of a window: what is computed (the experiment) and how it is shown (the view settings)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from app.theme import ThemeName
from engine.arrays import same
from engine.experiment import Experiment

OF_THE_PICTURE: Mapping[str, bool] = {"of the picture": True}
"""Metadata of a setting that means something only together with the problem and the plane that it was chosen on."""


@dataclass(frozen=True)
class Card:
    """One card of the window: the name of its panel, and which of that panel's cards it is, from 1."""

    panel: str
    number: int = 1


@dataclass(frozen=True, eq=False)
class PanelSettings:
    """The view settings of one card; each panel has its own class of them. Nothing in them changes a number of a run."""


S = TypeVar("S", bound=PanelSettings)


@dataclass(frozen=True, eq=False)
class CardSettings:
    """The settings of a panel's card ``number``; their class says which panel."""

    number: int
    settings: PanelSettings


MAX_CARDS = 12
"""Open cards at most, and the highest number of one: more could not be read."""


@dataclass(frozen=True, eq=False)
class ViewSettings:
    """How results are shown. Nothing here changes a number of a run."""

    theme: ThemeName = "light"
    selected_start: int = 0
    selected_optimizer: int = 0
    step: int | None = None
    """The shown step of every run; None: each run's last."""
    cards: tuple[Card, ...] = ()
    """The open cards; empty: those that panels open by themselves."""
    panels: tuple[CardSettings, ...] = ()
    """Settings of cards; a card without an entry has its panel's defaults."""

    def of(self, kind: type[S], number: int = 1) -> S:
        """The settings of card ``number`` of the panel that has settings of this class."""
        found = (entry.settings for entry in self.panels if entry.number == number)
        return next((settings for settings in found if isinstance(settings, kind)), kind())

    def with_settings(self, settings: PanelSettings, number: int = 1) -> ViewSettings:
        """The same with other settings of one card."""
        entry, kind = CardSettings(number, settings), type(settings)
        here = [each.number == number and type(each.settings) is kind for each in self.panels]
        if not any(here):
            return replace(self, panels=(*self.panels, entry))
        return replace(self, panels=tuple(entry if own else each for own, each in zip(here, self.panels, strict=True)))

    def changed(self, kind: type[PanelSettings], number: int = 1, **changes: Any) -> ViewSettings:
        """The same with some settings of one card changed."""
        return self.with_settings(replace(self.of(kind, number), **changes), number)


SELECTION = ("step", "selected_start", "selected_optimizer")
"""View settings of all cards that mean something only together with the problem and the plane."""


@dataclass(frozen=True, eq=False)
class Document:
    """What a session file holds and what undo goes back over."""

    experiment: Experiment
    view: ViewSettings = ViewSettings()
    name: str = ""
    """Which entry of the catalogue it came from, if any."""


def with_view_changes(entry: Document, before: Document, after: Document) -> Document:
    """``entry`` of the history with what changed between the view settings of two documents.

    What belongs to a picture is left as it is where the entry is about another problem or plane.
    """
    alike = same(entry.experiment.problem, after.experiment.problem) and same(
        entry.experiment.plane, after.experiment.plane
    )
    old, new = before.view, after.view
    names = [field.name for field in fields(ViewSettings) if field.name != "panels"]
    changes = {
        name: getattr(new, name)
        for name in names
        if (alike or name not in SELECTION) and not same(getattr(old, name), getattr(new, name))
    }
    view = replace(entry.view, **changes)
    for card in new.panels:
        kind = type(card.settings)
        own = _changes(old.of(kind, card.number), card.settings, alike)
        if own:
            view = view.changed(kind, card.number, **own)
    return replace(entry, view=view)


def _changes(before: PanelSettings, after: PanelSettings, alike: bool) -> dict[str, Any]:
    return {
        field.name: getattr(after, field.name)
        for field in fields(after)
        if (alike or not field.metadata.get("of the picture"))
        and not same(getattr(before, field.name), getattr(after, field.name))
    }
