"""The outlines of the symbols that markers and clouds use."""

from __future__ import annotations

import math

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainterPath, QPolygonF, QTransform

from app.pictures.marks import Symbol


def outline(symbol: Symbol, size: float) -> QPainterPath:
    """A closed path around the origin, of about equal area for equal sizes."""
    path = QPainterPath()
    match symbol:
        case "circle" | "ring":
            path.addEllipse(QPointF(0, 0), 0.5, 0.5)
        case "square":
            path.addRect(QRectF(-0.44, -0.44, 0.88, 0.88))
        case "diamond":
            path.addPolygon(_polygon([(0.62, k / 4) for k in range(4)]))
        case "triangle":
            path.addPolygon(_polygon([(0.64, k / 3) for k in range(3)]))
        case "star":
            path.addPolygon(_polygon([(0.68 if k % 2 == 0 else 0.27, k / 10) for k in range(10)]))
        case "cross":
            bar = [(0.5, -0.15), (0.5, 0.15), (0.15, 0.15), (0.15, 0.5), (-0.15, 0.5), (-0.15, 0.15)]
            bar += [(-x, -y) for x, y in bar]
            path.addPolygon(QTransform().rotate(45).map(QPolygonF([QPointF(x, y) for x, y in bar])))
    path.closeSubpath()
    return QTransform.fromScale(size, size).map(path)


def _polygon(corners: list[tuple[float, float]]) -> QPolygonF:
    """Corners from (radius, share of a turn), clockwise from the top."""
    turns = [(radius, 2 * math.pi * share) for radius, share in corners]
    return QPolygonF([QPointF(radius * math.sin(angle), -radius * math.cos(angle)) for radius, angle in turns])
