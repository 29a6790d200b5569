"""Where the cards stand: columns beside each other, in each of them the cards one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtWidgets import QFrame, QScrollArea, QSplitter, QWidget

from app.views.card_view import CardView

LOWEST_CARD = 200
"""Pixels that a card has at least: a column that holds too many scrolls, so that each of them can be read."""


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
        self._columns: dict[int, Column] = {}
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
            column = self._columns[number] = Column()
            self.insertWidget(sorted(self._columns).index(number), column)
        self._columns[number].show_cards(slots)


class Column(QScrollArea):
    """Cards one above the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("column")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._cards = QSplitter(Qt.Orientation.Vertical)
        self._cards.setChildrenCollapsible(False)
        self.setWidget(self._cards)
        self._cards.installEventFilter(self)

    def show_cards(self, slots: Sequence[Slot]) -> None:
        """Show these cards, in their order; one that joins others comes into sight."""
        new = [slot.card for slot in slots if slot.card.parent() is not self._cards]
        for index, slot in enumerate(slots):
            self._cards.insertWidget(index, slot.card)
            slot.card.show()
        weights = [slot.height for slot in slots]
        self._cards.setMinimumHeight(round(LOWEST_CARD * sum(weights) / min(weights)))
        _share(self._cards, weights)
        if len(new) == 1 < len(slots):
            self.ensureWidgetVisible(new[0])

    def minimumSizeHint(self) -> QSize:
        """As wide as its cards need: they never scroll sideways."""
        bar = self.verticalScrollBar()
        beside = bar.sizeHint().width() if bar is not None and self._cards.minimumHeight() > self.height() else 0
        return QSize(self._cards.minimumSizeHint().width() + beside, LOWEST_CARD)

    def sizeHint(self) -> QSize:
        return self._cards.sizeHint()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # what is around a scroll area does not hear of it: a head may need more width now
        return super().eventFilter(watched, event)


def _share(splitter: QSplitter, weights: Sequence[float]) -> None:
    for index, weight in enumerate(weights):
        splitter.setStretchFactor(index, round(weight))
    splitter.setSizes([round(10 * weight) for weight in weights])
