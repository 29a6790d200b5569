"""The lines of text under a panel, each with a dot in the color of what it speaks of."""

from __future__ import annotations

import math

from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QFont, QPainter, QPaintEvent, QStaticText, QTransform
from PyQt6.QtWidgets import QLabel, QWidget

from app.pictures.marks import Note

GAP = 1.0
"""Pixels above each note."""
DOT = "●"


class NotesView(QLabel):
    """Notes one below the other, wrapped where they are too long; all text is shown as it is.

    Notes under a landscape change with every frame of a drag. A label with rich text takes longer to lay them out and draw
    them than the paths take, and has the whole window laid out with them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notes: tuple[Note, ...] = ()
        self._laid_out: dict[tuple[str, bool, int, str], QStaticText] = {}

    def show_notes(self, notes: tuple[Note, ...]) -> None:
        """Show these notes and no others."""
        if notes != self._notes:
            self._notes = notes
            self.setAccessibleName(self.text())
            self.update()

    def text(self) -> str:
        """The notes, a line each."""
        return "\n".join(note.text for note in self._notes)

    def height_for(self, width: int) -> int:
        """Pixels that the notes need when they are ``width`` wide."""
        return math.ceil(sum(GAP + self._layout(note, width).size().height() for note in self._notes))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        color, y = self.palette().windowText().color(), 0.0
        for note in self._notes:
            y += GAP
            text = self._layout(note, self.width())
            if note.color:
                painter.setPen(QColor(note.color))
                painter.setFont(self.font())
                painter.drawText(QPointF(0.0, y + self.fontMetrics().ascent()), DOT)
            painter.setPen(color)
            painter.setFont(self._font(note))
            painter.drawStaticText(QPointF(self._indent(note), y), text)
            y += text.size().height()
        painter.end()

    def _layout(self, note: Note, width: int) -> QStaticText:
        font = self._font(note)
        key = (note.text, note.strong, width - self._indent(note), font.key())
        if key not in self._laid_out:
            if len(self._laid_out) > 64:
                self._laid_out.clear()
            text = self._laid_out[key] = QStaticText(note.text)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setTextWidth(max(width - self._indent(note), 1))
            text.prepare(QTransform(), font)
        return self._laid_out[key]

    def _indent(self, note: Note) -> int:
        return self.fontMetrics().horizontalAdvance(DOT + " ") if note.color else 0

    def _font(self, note: Note) -> QFont:
        font = QFont(self.font())
        font.setBold(note.strong)
        return font
