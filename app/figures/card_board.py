"""The exported board: every open card side by side, where it stands in the window."""

from __future__ import annotations

from collections.abc import Sequence

from app.document import Card, Document
from app.figures.board import Board, board_of_rows
from app.lanes.lane import Results
from app.panels import open_cards, panel_of
from app.panels.panel import PictureCache
from app.pictures.picture import Picture

ROW_WEIGHTS = (1.25, 1.0)
"""Of the first row of a board, and of every other one."""


def card_picture(document: Document, results: Results, card: Card, cache: PictureCache | None = None) -> Picture:
    """What a card shows.

    Raises:
        ValueError: with a sentence, if the problem has nothing to show there.

    """
    panel = panel_of(card)
    if not panel.applies(document.experiment.problem):
        raise ValueError(f"{panel.nothing} Choose another panel.")
    known = cache if cache is not None else PictureCache(own=panel.cache())
    return panel.picture(document, results, known, card.number)


def card_board(pictures: Sequence[tuple[Card, Picture]], title: str, described: Sequence[str]) -> Board:
    """Pictures in rows and columns as their panels say; further cards of a panel below.

    Args:
        pictures: each card's picture; one that has none gives its place to its neighbor.
        title: above everything.
        described: how this was drawn; the first line stands below everything, the rest belongs into the file's metadata.

    """
    rows: dict[tuple[int, int], list[tuple[int, Picture]]] = {}
    for card, picture in pictures:
        place = panel_of(card).place
        rows.setdefault((card.number, place.row), []).append((place.column, picture))
    ordered = [[picture for _, picture in sorted(rows[key], key=lambda entry: entry[0])] for key in sorted(rows)]
    heights = [ROW_WEIGHTS[min(number, 1)] for number in range(len(ordered))]
    return board_of_rows(ordered, heights, title=title or "Talweg", footer=described[0] if described else "")


def shown_cards(document: Document) -> tuple[Card, ...]:
    """The open cards that have something to show for this problem."""
    return tuple(card for card in open_cards(document.view) if panel_of(card).applies(document.experiment.problem))
