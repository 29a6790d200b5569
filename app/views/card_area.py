"""Where the cards stand: columns beside each other, in each of them the cards one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QSplitter, QWidget

from app.views.card_view import CardView


@dataclass(frozen=True)
class Slot:
    """A card's place: its column and row, with weights for the height and for the width of its column."""

    card: CardView
    column: int
    row: int
    height: float
    width: float


class CardArea(QSplitter):
    """Lays cards out anew whenever others are open; what a person has dragged stays while the same ones are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setChildrenCollapsible(False)
        self._columns: dict[int, QSplitter] = {}
        self._placed: list[CardView] = []

    def show_cards(self, slots: Sequence[Slot]) -> None:
        """Show these cards and no others."""
        order = sorted(slots, key=lambda slot: (slot.column, slot.row))
        if [slot.card for slot in order] == self._placed:
            return
        for gone in set(self._placed) - {slot.card for slot in order}:
            gone.setParent(None)
        self._placed = [slot.card for slot in order]
        for column in sorted({slot.column for slot in order}):
            self._fill(column, [slot for slot in order if slot.column == column])
        for column in [number for number in self._columns if number not in {slot.column for slot in order}]:
            self._columns.pop(column).setParent(None)
        widths = [max(slot.width for slot in order if slot.column == column) for column in sorted(self._columns)]
        _share(self, widths)

    def _fill(self, number: int, slots: Sequence[Slot]) -> None:
        if number not in self._columns:
            column = self._columns[number] = QSplitter(Qt.Orientation.Vertical)
            column.setChildrenCollapsible(False)
            self.insertWidget(sorted(self._columns).index(number), column)
        column = self._columns[number]
        for index, slot in enumerate(slots):
            column.insertWidget(index, slot.card)
            slot.card.show()
        _share(column, [slot.height for slot in slots])


def _share(splitter: QSplitter, weights: Sequence[float]) -> None:
    for index, weight in enumerate(weights):
        splitter.setStretchFactor(index, round(weight))
    splitter.setSizes([round(10 * weight) for weight in weights])
