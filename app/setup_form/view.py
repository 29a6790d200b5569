"""How results are shown: what belongs to the whole window, and a group for each open card with the options of its panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from app.document import Card, Document
from app.fields import Choice, Field, Value
from app.lanes.lane import Results
from app.panels import card_title, open_cards, panel_of
from app.panels.panel import Option
from app.setup_form.setting import Change, Group, Setting
from app.theme import THEMES, ThemeName

KEY = "view"


def view_groups(document: Document, results: Results) -> tuple[Group, ...]:
    """The window's theme, and what each open card lets a person choose; the runs' numbers do not depend on any of it."""
    cards = [_card_group(document, results, card) for card in open_cards(document.view)]
    return (*(group for group in cards if group.settings), Group(KEY, "View", (_theme(document),), collapsed=True))


def _theme(document: Document) -> Setting:
    choices = tuple(Choice(name, name.capitalize()) for name in THEMES)
    field = Field(f"{KEY}.theme", "Theme", "choice", document.view.theme, choices=choices)

    def changed(value: Value) -> Change:
        return Change(replace(document, view=replace(document.view, theme=cast("ThemeName", value))))

    return Setting(field, changed, undoable=False)


def _card_group(document: Document, results: Results, card: Card) -> Group:
    options = panel_of(card).options(document, results, card.number)
    key = f"{KEY}.{card.panel}" if card.number == 1 else f"{KEY}.{card.panel}.{card.number}"
    settings = tuple(_setting(document, card, key, option) for option in options)
    return Group(key, f"View: {card_title(card).lower()}", settings, collapsed=True)


def _setting(document: Document, card: Card, key: str, option: Option[Any]) -> Setting:
    field = replace(option.field, key=f"{key}.{option.field.key}")
    return Setting(field, _changing(document, card, option), option.undoable)


def _changing(document: Document, card: Card, option: Option[Any]) -> Callable[[Value], Change]:
    def changed(value: Value) -> Change:
        view = document.view.with_settings(option.changed(value), card.number)
        return Change(replace(document, view=view))

    return changed
