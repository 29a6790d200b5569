"""Lines as shapes: on pixels their outlines are made here, because Qt's stroker and its large paths are slow.

Qt fills a path in strips that fit into a small memory, and goes over the whole path for each strip; short pieces are filled
at once. A line that lets shine through is drawn opaque on a layer of its own first, so that pieces and crossings don't show.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from app.figures import polylines
from app.figures.device import on_pixels
from engine.arrays import Array

PIECE = 32
"""Segments that are filled at once."""
SHARP = 0.9
"""Cosine of the turn from which on a corner must be round: such lines are left to Qt."""
_LAP = 0.7  # pixels that pieces overlap, so that no soft edge shows where they meet


def stroke(painter: QPainter, line: Array, pen: QPen) -> None:
    """Draw a line ``(n, 2)`` in points, which NaN rows break."""
    scale = _scale(painter, pen)
    if not polylines.stretches(line):
        return
    if scale is None:
        painter.strokePath(path(line), pen)
        return
    move, opacity = painter.deviceTransform(), pen.color().alphaF()
    places = _without_repeats(line) * scale + (move.dx(), move.dy())
    opaque = QPen(pen)
    opaque.setWidthF(pen.widthF() * scale)
    opaque.setColor(QColor(pen.color().rgb()))
    painter.save()
    painter.setWorldTransform(QTransform())
    if opacity == 1.0:
        _draw(painter, places, opaque)
    else:
        _draw_layer(painter, places, opaque, opacity)
    painter.restore()


def path(line: Array) -> QPainterPath:
    """The unbroken parts of a line as one path."""
    result = QPainterPath()
    for part in polylines.runs(line):
        result.addPolygon(polygon(part))
    return result


def polygon(vertices: Array) -> QPolygonF:
    """Vertices ``(n, 2)`` as Qt holds them, written into its memory at once."""
    result = QPolygonF()
    result.fill(QPointF(), len(vertices))
    memory = result.data()
    assert memory is not None
    memory.setsize(16 * len(vertices))
    memory.setwriteable(True)
    buffer: Any = memory  # PyQt does not declare that it can be written to as a buffer
    np.frombuffer(buffer, np.float64).reshape(-1, 2)[:] = vertices
    return result


def _without_repeats(line: Array) -> Array:
    """The line without vertices that are where the one before is: they have no direction."""
    kept = np.ones(len(line), dtype=np.bool_)
    kept[1:] = (np.diff(line, axis=0) != 0).any(axis=1)
    return line[kept]


def _scale(painter: QPainter, pen: QPen) -> float | None:
    """Pixels per point, where this module draws faster than Qt: wide lines without dashes on upright square pixels."""
    move, device = painter.deviceTransform(), painter.device()
    plain = on_pixels(painter) and pen.style() == Qt.PenStyle.SolidLine and pen.capStyle() == Qt.PenCapStyle.FlatCap
    if device is None or not plain or device.devicePixelRatioF() != 1.0:
        return None
    upright = not move.isRotating() and move.m11() == move.m22() > 0
    return move.m11() if upright and pen.widthF() * move.m11() > 1.0 else None


def _draw(painter: QPainter, line: Array, pen: QPen) -> None:
    move = np.diff(line, axis=0)
    along = move / np.hypot(move[:, 0], move[:, 1])[:, None]
    straightness = np.einsum("ij,ij->i", along[:-1], along[1:])
    across = pen.widthF() / 2 * np.column_stack([-along[:, 1], along[:, 0]])
    # Pointed corners: at slight turns they look like round ones.
    corners = (across[:-1] + across[1:]) / np.maximum(1 + straightness, 1)[:, None]
    painter.setBrush(pen.color())
    bare, winding = Qt.PenStyle.NoPen, Qt.FillRule.WindingFill
    for first, last in polylines.stretches(line):
        if (straightness[first : last - 1] < SHARP).any():
            painter.setPen(pen)
            painter.drawPolyline(polygon(line[first : last + 1]))
            continue
        painter.setPen(bare)
        run = slice(first, last)
        for strip in _strips(line[first : last + 1], along[run], across[run], corners[first : last - 1]):
            painter.drawPolygon(polygon(strip), winding)


def _strips(line: Array, along: Array, across: Array, corners: Array) -> Iterator[Array]:
    """Outlines ``(n, 2)`` of an unbroken line by pieces, from the direction and the half width of each segment."""
    closed = bool((line[0] == line[-1]).all())
    for begin in range(0, len(along), PIECE):
        end = min(begin + PIECE, len(along))
        middle = line[begin : end + 1].copy()
        sides = np.concatenate([across[begin : begin + 1], corners[begin : end - 1], across[end - 1 : end]])
        if closed or begin:
            middle[0] -= _LAP * along[begin]
        if closed or end < len(along):
            middle[-1] += _LAP * along[end - 1]
        yield np.concatenate([middle + sides, (middle - sides)[::-1]])


def _draw_layer(painter: QPainter, line: Array, pen: QPen, opacity: float) -> None:
    low, high = np.fmin.reduce(line, axis=0), np.fmax.reduce(line, axis=0)
    corner = np.floor(low - pen.widthF())
    wide, tall = np.ceil(high + pen.widthF() - corner).astype(int).tolist()
    layer = QImage(wide, tall, QImage.Format.Format_ARGB32_Premultiplied)
    layer.fill(0)
    inner = QPainter(layer)
    inner.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw(inner, line - corner, pen)
    inner.end()
    painter.setOpacity(opacity)
    painter.drawImage(QPointF(*corner), layer)
