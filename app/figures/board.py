"""Several pictures side by side on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from app.figures import lettering, marks
from app.figures.layout import MARGIN
from app.figures.lettering import NOTE, Lettering
from app.figures.painting import paint
from app.pictures.picture import Picture
from app.theme import Theme

_MARGIN = 8.0
_TITLE = Lettering(14, bold=True)
_PANEL_GAP = 4.0


@dataclass(frozen=True, eq=False)
class Cell:
    """A picture and where it stands, as fractions of the board from its upper left corner."""

    picture: Picture
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, eq=False)
class Board:
    """Pictures side by side under a title; the footer says how they were made."""

    cells: tuple[Cell, ...]
    title: str = ""
    footer: str = ""


Figure = Picture | Board


def board_of_rows(
    rows: Sequence[Sequence[Picture]],
    heights: Sequence[float] = (),
    widths: Sequence[Sequence[float]] = (),
    title: str = "",
    footer: str = "",
) -> Board:
    """A board of rows of pictures, with weights for the rows' heights and for the widths within each row."""
    cells: list[Cell] = []
    for pictures, (top, tall), weights in zip(
        rows, _fractions(heights or [1.0] * len(rows)), widths or [()] * len(rows), strict=True
    ):
        across = _fractions(weights or [1.0] * len(pictures))
        cells += [Cell(p, left, top, wide, tall) for p, (left, wide) in zip(pictures, across, strict=True)]
    return Board(tuple(cells), title, footer)


def paint_board(painter: QPainter, rect: QRectF, board: Board, theme: Theme) -> None:
    """Draw all pictures of a board with its title above and its footer below."""
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.fillRect(rect, marks.color(theme.panel))
    content = rect.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    title = lettering.wrapped(board.title, _TITLE, content.width() - 20)
    footer = lettering.wrapped(board.footer, NOTE, content.width() - 20)
    for k, line in enumerate(title):
        at = QPointF(content.left() + _PANEL_GAP / 2 + MARGIN, content.top() + 6 + _TITLE.size + k * _TITLE.line)
        lettering.write(painter, at, line, _TITLE, theme.text)
    for k, line in enumerate(footer):
        at = QPointF(content.left() + _PANEL_GAP / 2 + MARGIN, content.bottom() - 3 - (len(footer) - 1 - k) * NOTE.line)
        lettering.write(painter, at, line, NOTE, theme.muted)
    above = len(title) * _TITLE.line + 8 if title else 0.0
    below = len(footer) * NOTE.line + 6 if footer else 0.0
    panels = content.adjusted(0, above, 0, -below)
    for cell in board.cells:
        paint(painter, _cell_rect(panels, cell), cell.picture, theme)
    painter.restore()


def paint_figure(painter: QPainter, rect: QRectF, figure: Figure, theme: Theme) -> None:
    """Draw a picture or a board."""
    if isinstance(figure, Board):
        paint_board(painter, rect, figure, theme)
    else:
        paint(painter, rect, figure, theme)


def _cell_rect(panels: QRectF, cell: Cell) -> QRectF:
    left, top = panels.left() + cell.left * panels.width(), panels.top() + cell.top * panels.height()
    wide, tall = cell.width * panels.width(), cell.height * panels.height()
    gap = _PANEL_GAP / 2
    return QRectF(left, top, wide, tall).adjusted(gap, gap, -gap, -gap)


def _fractions(weights: Sequence[float]) -> list[tuple[float, float]]:
    """For each weight where its share of the whole begins, and how large it is."""
    total = sum(weights)
    starts = [sum(weights[:k]) / total for k in range(len(weights))]
    return [(start, weight / total) for start, weight in zip(starts, weights, strict=True)]
