"""From the marks of a picture to Qt's pens and colors."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QPen

from app.pictures.marks import Polyline, Style

DASHES: dict[Style, Qt.PenStyle] = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dotted": Qt.PenStyle.DotLine,
}


def pen_of(line: Polyline) -> QPen:
    """A pen as wide on screen as the line says, however the plot is scaled."""
    pen = QPen(translucent(line.color, line.opacity), line.width, DASHES[line.style])
    pen.setCosmetic(True)
    return pen


def translucent(name: str, opacity: float) -> QColor:
    """A color that lets ``1 − opacity`` of its ground through."""
    color = QColor(name)
    color.setAlphaF(opacity)
    return color
