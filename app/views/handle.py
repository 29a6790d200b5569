"""A place on a plot that a person can take and drag."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF, Qt, QTimer
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF
from PyQt6.QtWidgets import QWidget

from app.pictures.marks import Handle

RADIUS = 7.0
LAG = 16
"""Milliseconds after which a handle that is dragged follows the mouse if no new picture took it along before: painting it by
itself and then with the paths that follow it would take twice the time."""
GRIP = 13.0  # the area that takes the mouse is larger than what is drawn


@dataclass(frozen=True)
class HandleEvents:
    """Whom a handle tells; positions are in the plot's (possibly logarithmic) view coordinates."""

    dragged: Callable[[int, QPointF], None]
    dropped: Callable[[int, QPointF], None]
    removal_wished: Callable[[int], None]


class HandleItem(pg.GraphicsObject):
    """A ring of constant size on screen, drawn at its data position; while it is held it follows the mouse alone.

    It stands in the view box itself, in pixels, and is put in its place whenever the range changes: an item that ignores
    the transformation of what it stands in can only be taken at its very center.
    """

    def __init__(self, handle: Handle, events: HandleEvents, box: pg.ViewBox) -> None:
        super().__init__()
        self.setParentItem(box)
        self._box = box
        self.place = QPointF()
        """Where it is, in view coordinates."""
        box.sigTransformChanged.connect(self._on_transformed)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setZValue(50)
        self.held = False
        self._key, self._events = handle.key, events
        self._color = QColor(handle.color)
        self._hovered = False
        self._on_curve = handle.on_curve
        self._grip = QPointF()
        self._follow = QTimer()
        self._follow.setSingleShot(True)
        self._follow.setInterval(LAG)
        self._follow.timeout.connect(lambda: self._put(self.place))

    def show_handle(self, handle: Handle, place: QPointF) -> None:
        """Take a handle's color, label and — unless the mouse holds it — its place."""
        self._color = QColor(handle.color)
        self.setToolTip(handle.label or "Drag to move; right-click for more")
        self._on_curve = handle.on_curve
        if not self.held:
            self._put(place)
        elif self._on_curve:
            self._put(QPointF(self.place.x(), place.y()))
        else:
            self._put(self.place)
        self.update()

    def _put(self, place: QPointF) -> None:
        self._follow.stop()
        self.place = place
        seen = math.isfinite(place.x()) and math.isfinite(place.y())
        self.setVisible(seen)
        if seen:
            self.setPos(self._box.mapFromView(place))

    def _on_transformed(self, _: object) -> None:
        self._put(self.place)

    def boundingRect(self) -> QRectF:
        return QRectF(-GRIP, -GRIP, 2 * GRIP, 2 * GRIP)

    def paint(self, painter: QPainter | None, option: Any, widget: QWidget | None = None) -> None:
        if painter is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = RADIUS + (1.5 if self._hovered or self.held else 0.0)
        # A rim of the opposite lightness keeps the ring visible on every color of a landscape.
        dark = self._color.lightnessF() > 0.5
        rim = QColor(12, 15, 20) if dark else QColor(255, 255, 255)
        painter.setPen(QPen(rim, 4.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(), radius, radius)
        painter.setPen(QPen(self._color, 2.5))
        rim.setAlphaF(0.45)
        painter.setBrush(rim)
        painter.drawEllipse(QPointF(), radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color)
        painter.drawPolygon(QPolygonF([QPointF(0, -2.6), QPointF(2.6, 0), QPointF(0, 2.6), QPointF(-2.6, 0)]))

    def hoverEvent(self, event: Any) -> None:
        """Light up under the mouse, and claim the left button so that the plot does not pan."""
        inside = not event.isExit() and event.acceptDrags(Qt.MouseButton.LeftButton)
        if inside != self._hovered:
            self._hovered = inside
            self.update()

    def mouseClickEvent(self, event: Any) -> None:
        """Right click: the wish to remove this start."""
        if event.button() == Qt.MouseButton.RightButton:
            event.accept()
            self._events.removal_wished(self._key)

    def mouseDragEvent(self, event: Any) -> None:
        """Follow the left button without snapping."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        event.accept()
        if event.isStart():
            self.held = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            # Keep the offset between the mouse and the center, so that the start does not jump when it is taken.
            self._grip = self.place - self._box.mapSceneToView(event.buttonDownScenePos())
        place = self._box.mapSceneToView(event.scenePos()) + self._grip
        self.place = QPointF(place.x(), self.place.y()) if self._on_curve else place
        self._follow.start()
        if event.isFinish():
            self._put(self.place)
            self.held = False
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self._events.dropped(self._key, place)
        else:
            self._events.dragged(self._key, place)
