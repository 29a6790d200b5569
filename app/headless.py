"""The same figures and numbers without a window: everything that a document needs is computed to the end, then written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from app.compute.error_messages import sentence
from app.compute.plan import requests
from app.document import Card, Document
from app.figures.board import Figure
from app.figures.card_board import card_board, card_picture, shown_cards
from app.figures.files import write_figure
from app.figures.formats import FORMATS
from app.files.atomic_write import replace_file
from app.files.csv_tables import csv_table
from app.files.provenance import describe
from app.lanes.lane import Delivered, Failure, Results
from app.lanes.problem_cache import ProblemCache
from app.panels import PANELS, lane_of, open_cards
from app.pictures.legend import theme_of
from engine.arrays import same
from engine.job import Job, drain


def computed(document: Document, cache: ProblemCache | None = None) -> Results:
    """Every lane's complete result, lane after lane in the order in which they need each other."""
    cache, results = cache or ProblemCache(), Results()
    asked: dict[object, object] = {}
    while True:
        wanted = requests(document, results)
        stale = [key for key, request in wanted.items() if request is not None and not same(request, asked.get(key))]
        if not stale:
            return results
        key = stale[0]
        asked[key] = wanted[key]
        job: Job[Any] = lane_of(key).job(cache, wanted[key])
        try:
            results = results.with_result(key, Delivered(wanted[key], drain(job)))
        except (ValueError, TypeError, OSError) as error:
            results = results.with_failure(key, Failure(sentence(error), for_all=lane_of(key).waited_for))


def with_card(document: Document, panel: str) -> tuple[Document, Card]:
    """The document with a card of a panel open, and that card.

    Raises:
        ValueError: if there is no such panel, naming those there are.

    """
    if panel not in PANELS:
        raise ValueError(f"There is no panel “{panel}”: choose one of {', '.join(PANELS)}.")
    cards = open_cards(document.view)
    found = next((card for card in cards if card.panel == panel), None)
    if found is not None:
        return document, found
    card = Card(panel)
    return replace(document, view=replace(document.view, cards=(*cards, card))), card


def figure(document: Document, results: Results, card: Card | None = None) -> Figure:
    """One card's picture, or (None) the whole board.

    Raises:
        ValueError: if the problem has nothing to show on that card.

    """
    if card is not None:
        return card_picture(document, results, card)
    pictures = [(shown, card_picture(document, results, shown)) for shown in shown_cards(document)]
    return card_board(pictures, document.experiment.title, describe(document, results))


def render(
    document: Document,
    path: Path,
    panel: str | None = None,
    size: tuple[float, float] | None = None,
    dpi: float | None = None,
) -> None:
    """Compute a document and write its figure, or the numbers of a panel by the file's ending.

    Raises:
        ExportError, ValueError: with a sentence, where that fails.

    """
    card = None
    if panel is not None:
        document, card = with_card(document, panel)
    results = computed(document)
    chosen = FORMATS.get(path.suffix.lower())
    if chosen is not None and chosen.kind == "numbers":
        numbers = csv_table(document, results, card or open_cards(document.view)[0])
        replace_file(path, chosen.encode(numbers))
        return
    described = "\n".join(describe(document, results))
    settings: dict[str, Any] = {} if dpi is None else {"dpi": dpi}
    write_figure(path, figure(document, results, card), size, theme_of(document), description=described, **settings)
