"""The names of lines and clouds: in a corner of the axes that data leave free, else in rows above the axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from app.figures import labels, lettering, marks, occupancy
from app.figures.area import PlotArea
from app.figures.lettering import NOTE
from app.figures.symbols import outline
from app.pictures.map import MapPicture
from app.pictures.marks import Cloud, Polyline
from app.pictures.plot import PlotPicture
from app.theme import Theme

Entry = Polyline | Cloud
LINE = NOTE.line + 1.5
_SAMPLE = 18.0
_GAP = 5.0
_BETWEEN = 14.0
_PADDING = 5.0
_TOLERATED = 4  # places of data: a legend may touch the very end of a line


@dataclass(frozen=True)
class Placed:
    """One entry and the upper left corner of its row, with the text as it fits."""

    entry: Entry
    at: QPointF
    text: str


def entries(picture: PlotPicture | MapPicture) -> list[Entry]:
    """Named lines and clouds, each name in each color once."""
    marked: list[Entry] = [*picture.lines, *picture.clouds]
    named = [mark for mark in marked if mark.name]
    return list({(mark.name, mark.color, type(mark)): mark for mark in reversed(named)}.values())[::-1]


def in_rows(found: Sequence[Entry], left: float, top: float, room: float) -> list[Placed]:
    """Entries side by side, in as many rows as they need."""
    placed: list[Placed] = []
    x, y = left, top
    for entry in found:
        text = lettering.shortened(entry.name, NOTE, room - _SAMPLE - _GAP)
        wide = _SAMPLE + _GAP + lettering.width(text, NOTE)
        if x > left and x + wide > left + room:
            x, y = left, y + LINE
        placed.append(Placed(entry, QPointF(x, y), text))
        x += wide + _BETWEEN
    return placed


def height(placed: Sequence[Placed]) -> float:
    """How much room rows take."""
    return placed[-1].at.y() - placed[0].at.y() + LINE if placed else 0.0


def free_corner(area: PlotArea, picture: PlotPicture, found: Sequence[Entry]) -> QRectF | None:
    """The box in a corner that covers no data worth mentioning; None if every corner does, or if it is too big."""
    wide = _SAMPLE + _GAP + max(lettering.width(entry.name, NOTE) for entry in found) + 2 * _PADDING
    tall = len(found) * LINE + 2 * _PADDING - 2
    rect = area.rect.adjusted(6, 6, -6, -6)
    if wide > rect.width() * 0.6 or tall > rect.height() * 0.6:
        return None
    corners = [
        QRectF(left, top, wide, tall)
        for top in (rect.top(), rect.bottom() - tall)
        for left in (rect.right() - wide, rect.left())
    ]
    symbols = labels.anchors(area, picture.markers, picture.handles)
    blocked = [np.tile([symbol.at.x(), symbol.at.y()], (_TOLERATED + 1, 1)) for symbol in symbols]
    places = np.concatenate([occupancy.taken(area, picture.lines, picture.clouds), *blocked])
    written = [box for band in picture.bands if (box := labels.band_label(area, band)) is not None]
    costs = [
        len(marks.inside(corner, places)) + 100 * any(corner.intersects(box) for box in written) for corner in corners
    ]
    best = int(np.argmin(costs))
    return corners[best] if costs[best] <= _TOLERATED else None


def in_box(found: Sequence[Entry], box: QRectF) -> list[Placed]:
    """Entries one under the other in a box."""
    left, top = box.left() + _PADDING, box.top() + _PADDING - 1
    return [Placed(entry, QPointF(left, top + k * LINE), entry.name) for k, entry in enumerate(found)]


def draw_legend(painter: QPainter, placed: Sequence[Placed], box: QRectF | None, theme: Theme) -> None:
    """Draw the entries, on their own ground if they lie on the data."""
    if box is not None:
        painter.setPen(marks.pen(theme.border, 0.6))
        painter.setBrush(marks.color(theme.plot, 0.88))
        painter.drawRoundedRect(box, 3, 3)
    for row in placed:
        middle = row.at.y() + LINE / 2
        _draw_sample(painter, row.entry, row.at.x(), middle, theme)
        baseline = QPointF(row.at.x() + _SAMPLE + _GAP, middle + NOTE.rise / 2)
        lettering.write(painter, baseline, row.text, NOTE, theme.text)


def _draw_sample(painter: QPainter, entry: Entry, left: float, middle: float, theme: Theme) -> None:
    center = QPointF(left + _SAMPLE / 2, middle)
    if isinstance(entry, Cloud):
        painter.setPen(marks.pen(entry.color if entry.symbol == "ring" else entry.outline or theme.plot, 0.9))
        painter.setBrush(marks.color(entry.color, 0.0 if entry.symbol == "ring" else 1.0))
        painter.drawPath(outline(entry.symbol, max(entry.size, 6.0)).translated(center))
        return
    painter.setPen(marks.pen(entry.color, max(entry.width, 1.5), entry.style, entry.opacity))
    painter.drawLine(QPointF(left, middle), QPointF(left + _SAMPLE, middle))
    if entry.dots:
        painter.setPen(marks.pen(entry.color, 0.1))
        painter.setBrush(marks.color(entry.color))
        painter.drawEllipse(center, entry.dot_size / 2, entry.dot_size / 2)
