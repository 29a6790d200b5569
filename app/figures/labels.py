"""Labels beside markers, handles and in bands: where they fit, and how they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from app.figures import lettering, marks, occupancy
from app.figures.area import PlotArea
from app.figures.lettering import NOTE
from app.pictures.map import MapPicture
from app.pictures.marks import Band, Handle, Marker
from app.pictures.plot import PlotPicture
from app.theme import Theme
from engine.arrays import Array

_GAP = 3.0
_PLACE = 6.0  # square points: what a place of data under a label counts beside overlapping another label


@dataclass(frozen=True)
class Anchor:
    """A drawn symbol: its place, its radius, and the text that belongs to it."""

    at: QPointF
    radius: float
    text: str


def anchors(area: PlotArea, markers: Sequence[Marker], handles: Sequence[Handle]) -> list[Anchor]:
    """Every visible symbol, labeled or not: labels avoid them all."""
    symbols = [(m.x, m.y, m.size / 2, m.label) for m in markers]
    symbols += [(h.x, h.y, marks.HANDLE_RADIUS, h.label) for h in handles]
    placed = [(area.place(x, y), radius, text) for x, y, radius, text in symbols]
    return [Anchor(at, radius, text) for at, radius, text in placed if at is not None]


def draw_labels(painter: QPainter, area: PlotArea, picture: PlotPicture | MapPicture, theme: Theme) -> None:
    """Write the labels of symbols, each on the side where it covers least and stays within the axes."""
    symbols = anchors(area, picture.markers, picture.handles)
    if not any(anchor.text for anchor in symbols):
        return
    data = occupancy.taken(area, picture.lines, picture.clouds)
    taken = [_around(anchor) for anchor in symbols]
    if isinstance(picture, PlotPicture):
        taken += [box for band in picture.bands if (box := band_label(area, band)) is not None]
    for anchor in symbols:
        if anchor.text:
            text = lettering.shortened(anchor.text, NOTE, area.rect.width() * 0.6)
            box = _best(anchor, lettering.width(text, NOTE), area.rect, taken, data)
            taken.append(box)
            baseline = QPointF(box.left(), box.bottom() - NOTE.size * 0.22)
            lettering.write_on_data(painter, baseline, text, NOTE, theme.text, theme.plot)


def band_label(area: PlotArea, band: Band) -> QRectF | None:
    """Where a band's label is written; None if it has none or no room for it."""
    rect = marks.band_rect(area, band)
    wide = lettering.width(band.label, NOTE)
    if not band.label or rect.width() < wide + 2 * _GAP or rect.height() < NOTE.line:
        return None
    if band.vertical_axis:
        return QRectF(rect.left() + _GAP, rect.top() + 2, wide, NOTE.line)
    # At its lower end: a run on a plateau is high up, and its curve would cross the words.
    return QRectF(rect.center().x() - wide / 2, rect.bottom() - NOTE.line - 2, wide, NOTE.line)


def draw_band(painter: QPainter, area: PlotArea, band: Band) -> None:
    """Shade a band."""
    painter.fillRect(marks.band_rect(area, band), marks.color(band.color, band.opacity))


def draw_band_label(painter: QPainter, area: PlotArea, band: Band, theme: Theme) -> None:
    """Write a band's label inside it, if there is room."""
    box = band_label(area, band)
    if box is not None:
        lettering.write(painter, QPointF(box.left(), box.top() + NOTE.size), band.label, NOTE, theme.text)


def _around(anchor: Anchor) -> QRectF:
    return QRectF(anchor.at.x() - anchor.radius, anchor.at.y() - anchor.radius, 2 * anchor.radius, 2 * anchor.radius)


def _best(anchor: Anchor, wide: float, bounds: QRectF, taken: Sequence[QRectF], data: Array) -> QRectF:
    tall, away = NOTE.size * 1.15, anchor.radius + _GAP
    x, y = anchor.at.x(), anchor.at.y()
    corners = [
        (x + away, y - tall / 2),
        (x - away - wide, y - tall / 2),
        (x - wide / 2, y - away - tall),
        (x - wide / 2, y + away),
        (x + away, y - away - tall),
        (x + away, y + away),
        (x - away - wide, y - away - tall),
        (x - away - wide, y + away),
    ]
    boxes = [_within(QRectF(left, top, wide, tall), bounds) for left, top in corners]
    return min(boxes, key=lambda box: _covered(box, taken) + _PLACE * len(marks.inside(box, data)))


def _within(box: QRectF, bounds: QRectF) -> QRectF:
    left = max(min(box.left(), bounds.right() - box.width() - 1), bounds.left() + 1)
    top = max(min(box.top(), bounds.bottom() - box.height() - 1), bounds.top() + 1)
    return QRectF(left, top, box.width(), box.height())


def _covered(box: QRectF, taken: Sequence[QRectF]) -> float:
    overlaps = (box.intersected(other) for other in taken)
    return sum(overlap.width() * overlap.height() for overlap in overlaps if overlap.isValid())
