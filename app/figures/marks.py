"""Draws the marks of a picture inside its axes, cut at their edges by geometry: some SVG viewers ignore clipping."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.figures import polylines
from app.figures.area import PlotArea
from app.figures.strokes import stroke
from app.figures.symbols import outline
from app.pictures.marks import Band, Cloud, Handle, Marker, Polyline, Style
from engine.arrays import Array

HANDLE_RADIUS = 6.0
_DASHES: dict[Style, tuple[float, ...]] = {"solid": (), "dashed": (5.0, 3.0), "dotted": (0.01, 2.6)}
_SPECK = 0.01  # points: a line this short with round ends is a dot, and takes a tenth of an ellipse's bytes


def color(name: str, opacity: float = 1.0) -> QColor:
    """A color of a picture with its opacity."""
    result = QColor(name)
    result.setAlphaF(min(max(opacity, 0.0), 1.0))
    return result


def pen(name: str, width: float, style: Style = "solid", opacity: float = 1.0, period: float | None = None) -> QPen:
    """A pen whose dashes are as long as those of a line of width ``period`` (for casings under dashed lines)."""
    cap = Qt.PenCapStyle.RoundCap if style == "dotted" else Qt.PenCapStyle.FlatCap
    result = QPen(color(name, opacity), width, Qt.PenStyle.SolidLine, cap, Qt.PenJoinStyle.RoundJoin)
    if _DASHES[style]:
        result.setDashPattern([length * max((period or width) / 1.5, 0.8) / width for length in _DASHES[style]])
    return result


def vertices(area: PlotArea, x: Array, y: Array) -> Array:
    """Data as places in points ``(n, 2)``; NaN where an axis has none."""
    return np.column_stack([area.across(x), area.down(y)])


def draw_line(painter: QPainter, area: PlotArea, line: Polyline, casing: str = "") -> None:
    """Draw a line and its dots, if wanted on a wider line in the color ``casing`` that lifts it off a landscape."""
    rect = area.rect
    places = vertices(area, line.x, line.y)
    cut = polylines.clipped(places, rect.left(), rect.top(), rect.right(), rect.bottom())
    fewer = polylines.thinned(cut)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if casing:
        stroke(painter, fewer, pen(casing, line.width + 1.3, line.style, 0.65 * line.opacity, line.width))
    stroke(painter, fewer, pen(line.color, line.width, line.style, line.opacity))
    if line.dots:
        dots = _dots(rect, places, line)
        if casing:
            painter.strokePath(dots, _dot_pen(casing, line.dot_size + 1.0, 0.85 * line.opacity))
        painter.strokePath(dots, _dot_pen(line.color, line.dot_size, line.opacity))


def draw_cloud(painter: QPainter, area: PlotArea, cloud: Cloud, ground: str) -> None:
    """Draw all symbols of a cloud whose centers are visible; a thin edge keeps neighbors apart."""
    places = inside(area.rect, vertices(area, cloud.x, cloud.y))
    symbol = outline(cloud.symbol, cloud.size)
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for left, top in places:
        path.addPath(symbol.translated(left, top))
    if cloud.symbol == "ring":
        painter.strokePath(path, pen(cloud.color, 1.2))
        return
    painter.setPen(pen(cloud.outline or ground, 0.6, opacity=1.0 if cloud.outline else 0.8))
    painter.setBrush(color(cloud.color, 0.95))
    painter.drawPath(path)


def draw_marker(painter: QPainter, area: PlotArea, marker: Marker, ground: str) -> None:
    """Draw one symbol; its label is placed by `labels`."""
    at = area.place(marker.x, marker.y)
    if at is None:
        return
    path = outline(marker.symbol, marker.size).translated(at)
    if marker.symbol == "ring":
        painter.strokePath(path, pen(ground, 3.4, opacity=0.75))
        painter.strokePath(path, pen(marker.color, 1.8))
        return
    painter.setPen(pen(marker.outline or ground, 0.9))
    painter.setBrush(color(marker.color))
    painter.drawPath(path)


def draw_handle(painter: QPainter, area: PlotArea, handle: Handle, ground: str) -> None:
    """Draw a ring in the handle's color, filled with the ground, and a core."""
    at = area.place(handle.x, handle.y)
    if at is None:
        return
    painter.setPen(pen(handle.color, 2.0))
    painter.setBrush(color(ground))
    painter.drawEllipse(at, HANDLE_RADIUS - 1.0, HANDLE_RADIUS - 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(handle.color))
    painter.drawEllipse(at, 2.4, 2.4)


def band_rect(area: PlotArea, band: Band) -> QRectF:
    """The visible part of a band; empty if there is none."""
    along = area.down if band.vertical_axis else area.across
    first, last = sorted(float(along(value)) for value in (band.first, band.last))
    rect = QRectF(area.rect)
    if not np.isfinite([first, last]).all():
        axis = area.y if band.vertical_axis else area.x
        if not axis.logarithmic or max(band.first, band.last) <= 0:
            return QRectF()
        lone = float(along(max(band.first, band.last)))  # the other end lies at or below zero: beyond the axis' low end
        first, last = (lone, rect.bottom()) if band.vertical_axis else (rect.left(), lone)
    if band.vertical_axis:
        rect.setTop(max(first, rect.top()))
        rect.setBottom(min(last, area.rect.bottom()))
    else:
        rect.setLeft(max(first, rect.left()))
        rect.setRight(min(last, area.rect.right()))
    return rect if rect.isValid() else QRectF()


def inside(rect: QRectF, places: Array) -> Array:
    """The places that lie within a rectangle."""
    x, y = places[:, 0], places[:, 1]
    return places[(x >= rect.left()) & (x <= rect.right()) & (y >= rect.top()) & (y <= rect.bottom())]


def _dots(rect: QRectF, places: Array, line: Polyline) -> QPainterPath:
    path = QPainterPath()
    for x, y in polylines.apart(inside(rect, places), line.dot_size * 0.25).tolist():
        path.moveTo(x, y)
        path.lineTo(x + _SPECK, y)
    return path


def _dot_pen(name: str, size: float, opacity: float) -> QPen:
    return QPen(color(name, opacity), size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
