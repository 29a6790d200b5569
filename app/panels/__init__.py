"""What the window can show: one folder and one line each."""

from __future__ import annotations

from typing import Any

from app.document import Card, Document, PanelSettings, ViewSettings
from app.lanes.data import DATA, ONE_OFF_LANES
from app.lanes.lane import Lane, LaneKey
from app.lanes.plane import PLANE
from app.lanes.runs import RUNS
from app.lanes.starts import STARTS
from app.panels.curvature import CURVATURE
from app.panels.curves import CURVES
from app.panels.landscape import LANDSCAPE
from app.panels.model import MODEL
from app.panels.panel import Panel
from app.panels.slice import SLICE

SHARED_LANES: tuple[Lane[Any, Any], ...] = (DATA, STARTS, PLANE, RUNS)
"""What all cards share, in the order in which they need each other."""

PANELS: dict[str, Panel[Any]] = {panel.name: panel for panel in (LANDSCAPE, CURVES, SLICE, MODEL, CURVATURE)}
"""Every panel by its name, in the order in which menus list them."""


def open_cards(view: ViewSettings) -> tuple[Card, ...]:
    """The cards of the window; those that panels open by themselves where nobody has chosen others."""
    return view.cards or tuple(Card(panel.name) for panel in PANELS.values() if panel.opened)


def panel_of(card: Card) -> Panel[Any]:
    """The panel that a card shows."""
    return PANELS[card.panel]


def card_title(card: Card) -> str:
    """What a card is called: its panel, with a number from the second one on."""
    title = panel_of(card).title
    return title if card.number == 1 else f"{title} {card.number}"


def settings_of(view: ViewSettings, card: Card) -> PanelSettings:
    """The settings of a card, whatever its panel."""
    settings: PanelSettings = view.of(panel_of(card).settings, card.number)
    return settings


def lanes_of(document: Document) -> dict[LaneKey, tuple[Lane[Any, Any], int]]:
    """Every lane that a document's cards need, with the number of the card; shared ones first."""
    found = {lane.key(): (lane, 0) for lane in SHARED_LANES}
    for card in open_cards(document.view):
        for lane in panel_of(card).lanes:
            found[lane.key(card.number)] = (lane, card.number)
    return found


def lane_of(key: LaneKey) -> Lane[Any, Any]:
    """The lane that a key belongs to."""
    every = (*SHARED_LANES, *ONE_OFF_LANES, *(lane for panel in PANELS.values() for lane in panel.lanes))
    return next(lane for lane in every if lane.name == key.lane)
