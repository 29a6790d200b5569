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

PIECE = 48
"""Segments that are filled at once."""
SHARP = 0.9
"""Cosine of the turn from which on a corner must be round: such lines are left to Qt."""
_LAP = 0.7  # pixels that pieces overlap, so that no soft edge shows where they meet


def stroke(painter: QPainter, line: Array, pen: QPen) -> None:
    """Draw a line ``(n, 2)`` in points, which NaN rows break."""
    scale = _scale(painter, pen)
    if scale is None:
        painter.strokePath(path(line), pen)
        return
    move, opacity = painter.deviceTransform(), pen.color().alphaF()
    parts = polylines.runs(_without_repeats(line) * scale + (move.dx(), move.dy()))
    opaque = QPen(pen)
    opaque.setWidthF(pen.widthF() * scale)
    opaque.setColor(QColor(pen.color().rgb()))
    painter.save()
    painter.setWorldTransform(QTransform())
    if opacity == 1.0:
        _draw(painter, parts, opaque)
    elif parts:
        _draw_layer(painter, parts, opaque, opacity)
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


def strips(along: Array, line: Array, width: float) -> Iterator[Array]:
    """Shapes ``(n, 2)`` that together cover an unbroken line without sharp corners, whose segments point ``along``.

    They end flat, and their corners are pointed, which at such slight turns looks as if they were round.
    """
    across = width / 2 * np.column_stack([-along[:, 1], along[:, 0]])
    sides = np.concatenate([across[:1], across[:-1] + across[1:], across[-1:]])
    sides[1:-1] /= 1 + np.einsum("ij,ij->i", along[:-1], along[1:])[:, None]
    closed = (line[0] == line[-1]).all()
    for begin in range(0, len(along), PIECE):
        end = min(begin + PIECE, len(along))
        middle, beside = line[begin : end + 1].copy(), sides[begin : end + 1].copy()
        beside[0], beside[-1] = across[begin], across[end - 1]
        if begin or closed:
            middle[0] -= _LAP * along[begin]
        if end < len(along) or closed:
            middle[-1] += _LAP * along[end - 1]
        yield np.concatenate([middle + beside, (middle - beside)[::-1]])


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


def _draw(painter: QPainter, parts: list[Array], pen: QPen) -> None:
    painter.setPen(pen)
    painter.setBrush(pen.color())
    for part in parts:
        along = np.diff(part, axis=0)
        along /= np.hypot(along[:, 0], along[:, 1])[:, None]
        if (np.einsum("ij,ij->i", along[:-1], along[1:]) < SHARP).any():
            painter.drawPolyline(polygon(part))
            continue
        painter.setPen(Qt.PenStyle.NoPen)
        for strip in strips(along, part, pen.widthF()):
            painter.drawPolygon(polygon(strip), Qt.FillRule.WindingFill)
        painter.setPen(pen)


def _draw_layer(painter: QPainter, parts: list[Array], pen: QPen, opacity: float) -> None:
    every = np.concatenate(parts)
    corner = np.floor(every.min(axis=0) - pen.widthF())
    wide, tall = np.ceil(every.max(axis=0) + pen.widthF() - corner).astype(int).tolist()
    layer = QImage(wide, tall, QImage.Format.Format_ARGB32_Premultiplied)
    layer.fill(0)
    inner = QPainter(layer)
    inner.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw(inner, [part - corner for part in parts], pen)
    inner.end()
    painter.setOpacity(opacity)
    painter.drawImage(QPointF(*corner), layer)
