"""Exports: the screen's own results and view settings, as a picture or as numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from app.document import Card
from app.figures.board import Figure
from app.figures.card_board import card_board, card_picture, shown_cards
from app.figures.files import write_figure
from app.figures.formats import FORMATS
from app.files.atomic_write import ExportError, replace_file
from app.files.csv_tables import csv_table
from app.files.provenance import describe
from app.panels import card_title, open_cards, panel_of
from app.pictures.legend import theme_of
from app.presenters.cards import CardsPresenter
from app.presenters.results_controller import ResultsController
from app.store import Store
from app.views.dialogs import Dialogs
from app.views.export_dialog import ExportChoice, ExportFormat, ExportItem

BOARD = ""
"""The key of the whole board among what can be exported."""


class ExportPresenter:
    """Asks what and where, and writes it; what goes wrong is said, and nothing is lost."""

    def __init__(
        self,
        store: Store,
        controller: ResultsController,
        cards: CardsPresenter,
        dialogs: Dialogs,
        say: Callable[[str], None],
    ) -> None:
        self._store, self._controller, self._cards = store, controller, cards
        self._dialogs, self._say = dialogs, say

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does for which command."""
        return {"export": self.export, "how_drawn": self.how_drawn}

    def export(self) -> None:
        """Ask what and where, then write it."""
        choice = self._dialogs.export_choice(self.items(), FORMAT_ENTRIES)
        if choice is None:
            return
        suggested = f"{self._store.document.name or 'talweg'}-{choice.item or 'board'}{choice.suffix}"
        path = self._dialogs.file_to_save(suggested, choice.suffix, "Export")
        if path is not None:
            self.export_to(path, choice)

    def items(self) -> tuple[ExportItem, ...]:
        """What can be exported: the board, and each open card that has something to show; its further tables as numbers."""
        cards = shown_cards(self._store.document)
        items = [ExportItem(BOARD, "The whole board", frozenset({"figure"}))]
        for card in cards:
            tables = panel_of(card).numbers
            kinds = frozenset({"figure", "numbers"} if tables else {"figure"})
            items.append(ExportItem(card_key(card), card_title(card), kinds))
            items += [
                ExportItem(
                    f"{card_key(card)}-{table.name}", f"{card_title(card)}: {table.title}", frozenset({"numbers"})
                )
                for table in tables[1:]
                if table.exists(self._controller.results, card.number)
            ]
        return tuple(items)

    def export_to(self, path: Path, choice: ExportChoice) -> None:
        """Write one export; the screen's own results and view settings are what is drawn."""
        document, results = self._store.document, self._controller.results
        card, table = self._chosen(choice.item)
        try:
            chosen = FORMATS[choice.suffix]
            if chosen.kind == "numbers":
                numbers = csv_table(document, results, card or open_cards(document.view)[0], table)
                replace_file(path, chosen.encode(numbers))
            else:
                described = "\n".join(describe(document, results))
                drawn = self._figure(card)
                write_figure(path, drawn, theme=theme_of(document), dpi=choice.dpi, description=described)
        except (ExportError, ValueError, OSError) as error:
            self._dialogs.complain(str(error))
            return
        self._say(f"Exported to {path}")

    def _chosen(self, item: str) -> tuple[Card | None, str]:
        """The card of an item and which of its tables; no card for the board."""
        for card in open_cards(self._store.document.view):
            key = card_key(card)
            if item == key:
                return card, ""
            name = item.removeprefix(f"{key}-")
            if name != item and any(name == table.name for table in panel_of(card).numbers):
                return card, name
        return None, ""

    def _figure(self, card: Card | None) -> Figure:
        document, results = self._store.document, self._controller.results
        if card is not None:
            return card_picture(document, results, card, self._cards.cache(card))
        pictures = [
            (shown, card_picture(document, results, shown, self._cards.cache(shown))) for shown in shown_cards(document)
        ]
        return card_board(pictures, document.experiment.title, describe(document, results))

    def how_drawn(self) -> None:
        """Everything that fixes the numbers on screen, to read and to cite."""
        lines = describe(self._store.document, self._controller.results)
        self._dialogs.show_text("How this was drawn", "\n".join(lines))


FORMAT_ENTRIES = tuple(ExportFormat(entry.suffix, entry.title, entry.kind, entry.has_dpi) for entry in FORMATS.values())


def card_key(card: Card) -> str:
    """A card in names of files."""
    return card.panel if card.number == 1 else f"{card.panel}-{card.number}"
