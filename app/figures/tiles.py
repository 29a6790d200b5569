"""Draws pictures made of small images: hidden units' weights, example predictions."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter

from app.figures import lettering, marks
from app.figures.layout import MARGIN
from app.figures.lettering import HEADING, LABEL, TICK
from app.figures.rasters import draw_pixels, enlarged
from app.figures.wording import draw_wording, wording
from app.pictures.tiles import Tile, TileGroup, TilesPicture
from app.theme import Theme

_GAP = 7.0
_BETWEEN_GROUPS = 8.0
_SIZES = range(120, 7, -2)


@dataclass(frozen=True)
class _Row:
    """How tiles of one group are arranged when their images are ``size`` points wide."""

    size: float
    aspect: float
    columns: int
    text: float

    @property
    def height(self) -> float:
        return self.size * self.aspect + self.text + _GAP


def paint_tiles(painter: QPainter, rect: QRectF, picture: TilesPicture, theme: Theme) -> None:
    """Draw groups of tiles one under the other, their images as large as all of them fit."""
    content = rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    words = wording(picture, content.width())
    draw_wording(painter, words, content, theme)
    room = content.adjusted(0, words.above, 0, -words.below)
    if not picture.groups:
        lettering.write_centered(painter, room, picture.waiting, LABEL, theme.muted)
        return
    size = next((s for s in _SIZES if _needed(picture, s, room.width()) <= room.height()), _SIZES[-1])
    top = room.top()
    for group in picture.groups:
        top = _draw_group(painter, group, QRectF(room.left(), top, room.width(), room.height()), size, theme)


def _row(group: TileGroup, size: float, wide: float) -> _Row:
    aspect = max((tile.rgba.shape[0] / max(tile.rgba.shape[1], 1) for tile in group.tiles), default=1.0)
    text = TICK.line + 1.0 if any(tile.text for tile in group.tiles) else 0.0
    most = max(1, int((wide + _GAP) / (size + _GAP)))
    lines = max(1, math.ceil(len(group.tiles) / most))
    return _Row(size, aspect, max(1, math.ceil(len(group.tiles) / lines)), text)


def _heading(group: TileGroup) -> float:
    return HEADING.line + 2.0 if group.title else 0.0


def _needed(picture: TilesPicture, size: float, wide: float) -> float:
    """The height that all groups take at a size."""
    rows = [_row(group, size, wide) for group in picture.groups]
    tall = [
        _heading(group) + math.ceil(len(group.tiles) / row.columns) * row.height
        for group, row in zip(picture.groups, rows, strict=True)
    ]
    return sum(tall) + _BETWEEN_GROUPS * (len(tall) - 1) - _GAP


def _draw_group(painter: QPainter, group: TileGroup, rect: QRectF, size: float, theme: Theme) -> float:
    row = _row(group, size, rect.width())
    title = lettering.shortened(group.title, HEADING, rect.width())
    lettering.write(painter, QPointF(rect.left(), rect.top() + HEADING.size), title, HEADING, theme.text)
    top = rect.top() + _heading(group)
    for k, tile in enumerate(group.tiles):
        down, across = divmod(k, row.columns)
        corner = QPointF(rect.left() + across * (size + _GAP), top + down * row.height)
        _draw_tile(painter, tile, corner, size, theme)
    return top + math.ceil(len(group.tiles) / row.columns) * row.height + _BETWEEN_GROUPS


def _draw_tile(painter: QPainter, tile: Tile, corner: QPointF, size: float, theme: Theme) -> None:
    rows, columns = tile.rgba.shape[:2]
    image = QRectF(corner.x(), corner.y(), size, size * rows / max(columns, 1))
    if tile.rgba.size:
        draw_pixels(painter, image, enlarged(tile.rgba, image.width(), image.height()))
    painter.setPen(marks.pen(tile.color or theme.border, 1.4 if tile.color else 0.7))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(image)
    text = lettering.shortened(tile.text, TICK, size + _GAP - 2)
    below = QPointF(image.center().x(), image.bottom() + TICK.size + 1.5)
    lettering.write(painter, below, text, TICK, tile.color or theme.text, align=0.5)
