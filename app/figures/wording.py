"""The words around a picture: title and caption above, notes below."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter

from app.figures import lettering, marks
from app.figures.lettering import NOTE, STRONG, TITLE
from app.pictures.marks import Note
from app.pictures.picture import Picture
from app.theme import Theme

_DOT = 9.0
_BELOW_HEADING = 8.0
_ABOVE_NOTES = 5.0
_CAPTION_LINES = 3


@dataclass(frozen=True)
class Wording:
    """Wrapped lines, and the heights they take above and below."""

    title: tuple[str, ...]
    caption: tuple[str, ...]
    notes: tuple[tuple[Note, tuple[str, ...]], ...]

    @property
    def above(self) -> float:
        """The height of title and caption with the space under them."""
        lines = len(self.title) * TITLE.line + len(self.caption) * NOTE.line
        return lines + _BELOW_HEADING if lines else 0.0

    @property
    def below(self) -> float:
        """The height of the notes with the space over them."""
        lines = sum(len(lines) for _, lines in self.notes)
        return lines * NOTE.line + _ABOVE_NOTES if lines else 0.0


def wording(picture: Picture, room: float) -> Wording:
    """Break the words of a picture into lines that fit into ``room``."""
    return Wording(
        tuple(lettering.wrapped(picture.title, TITLE, room)[:2]),
        tuple(lettering.wrapped(picture.caption, NOTE, room)[:_CAPTION_LINES]),
        tuple(
            (note, tuple(lettering.wrapped(note.text, _style(note), room - _indent(note)))) for note in picture.notes
        ),
    )


def draw_wording(painter: QPainter, words: Wording, rect: QRectF, theme: Theme) -> None:
    """Draw title and caption at the top of a rectangle and the notes at its bottom."""
    top = rect.top()
    for line in words.title:
        lettering.write(painter, QPointF(rect.left(), top + TITLE.size), line, TITLE, theme.text)
        top += TITLE.line
    for line in words.caption:
        lettering.write(painter, QPointF(rect.left(), top + NOTE.size), line, NOTE, theme.muted)
        top += NOTE.line
    top = rect.bottom() - words.below + _ABOVE_NOTES
    for note, lines in words.notes:
        _draw_dot(painter, note, QPointF(rect.left() + 3, top + NOTE.size * 0.64))
        for line in lines:
            baseline = QPointF(rect.left() + _indent(note), top + NOTE.size)
            lettering.write(painter, baseline, line, _style(note), theme.text if note.strong else theme.muted)
            top += NOTE.line


def _style(note: Note) -> lettering.Lettering:
    return STRONG if note.strong else NOTE


def _indent(note: Note) -> float:
    return _DOT if note.color else 0.0


def _draw_dot(painter: QPainter, note: Note, center: QPointF) -> None:
    if note.color:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(marks.color(note.color))
        painter.drawEllipse(center, 2.8, 2.8)
