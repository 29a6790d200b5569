"""Draws any picture: the one place that knows which painter draws which kind."""

from __future__ import annotations

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from app.figures import marks
from app.figures.map import paint_map
from app.figures.plot import paint_plot
from app.figures.tiles import paint_tiles
from app.figures.wording import Picture
from app.pictures.map import MapPicture
from app.pictures.plot import PlotPicture
from app.theme import Theme


def paint(painter: QPainter, rect: QRectF, picture: Picture, theme: Theme) -> None:
    """Draw a picture of any kind into a rectangle of points, on the theme's ground."""
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.fillRect(rect, marks.color(theme.panel))
    if isinstance(picture, PlotPicture):
        paint_plot(painter, rect, picture, theme)
    elif isinstance(picture, MapPicture):
        paint_map(painter, rect, picture, theme)
    else:
        paint_tiles(painter, rect, picture, theme)
    painter.restore()
