"""Draws any picture: the one place that knows which painter draws which kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from app.figures import marks
from app.figures.map import paint_map
from app.figures.plot import paint_plot
from app.figures.tiles import paint_tiles
from app.pictures.map import MapPicture
from app.pictures.picture import Picture
from app.pictures.plot import PlotPicture
from app.pictures.tiles import TilesPicture
from app.theme import Theme


class PicturePainter(NamedTuple):
    """How a kind of picture is drawn, and the width and height in points that suit one without notes."""

    paint: Callable[[QPainter, QRectF, Any, Theme], None]
    size: tuple[float, float]


PAINTERS: dict[type[Any], PicturePainter] = {
    PlotPicture: PicturePainter(paint_plot, (460.0, 310.0)),
    MapPicture: PicturePainter(paint_map, (460.0, 390.0)),
    TilesPicture: PicturePainter(paint_tiles, (420.0, 320.0)),
}
"""The painters by kind of picture."""


def paint(painter: QPainter, rect: QRectF, picture: Picture, theme: Theme) -> None:
    """Draw a picture of any kind into a rectangle of points, on the theme's background."""
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.fillRect(rect, marks.color(theme.panel))
    PAINTERS[type(picture)].paint(painter, rect, picture, theme)
    painter.restore()
