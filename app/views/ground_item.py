"""Raster and contours of a map: what lies still under everything that moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QImage, QPainter, QPixmap, QTransform
from PyQt6.QtWidgets import QWidget

from app.pictures.marks import Polyline, Raster
from app.views.box_item import BoxItem, Place, blank
from app.views.pens import pen_of


class GroundItem(BoxItem):
    """Painted once for each range and size into a picture of the view box; a path that moves over it only copies that.

    What is kept is never larger than what is seen, however far one zooms in.
    """

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box, z=-1)
        self._raster: Raster | None = None
        self._contours: tuple[Polyline, ...] = ()
        self._painted = QPixmap()
        self._painted_for: Place | None = None

    @property
    def shown(self) -> tuple[Raster | None, tuple[Polyline, ...]]:
        """What it was told to show."""
        return self._raster, self._contours

    def show_ground(self, raster: Raster | None, contours: tuple[Polyline, ...]) -> None:
        """Show another raster and other contours; the same ones cost nothing."""
        if raster is self._raster and contours is self._contours:
            return
        self._raster, self._contours = raster, contours
        self._painted_for = None
        self.update()

    def paint(self, painter: QPainter | None, option: Any, widget: QWidget | None = None) -> None:
        if painter is None or (self._raster is None and not self._contours):
            return
        wanted = self.place(painter)
        if wanted != self._painted_for:
            self._painted, self._painted_for = self._render(*wanted), wanted
        painter.drawPixmap(wanted[1].topLeft(), self._painted)

    def _render(self, transform: QTransform, rect: QRectF, ratio: float) -> QPixmap:
        pixmap = blank(rect, ratio)
        painter = QPainter(pixmap)
        painter.translate(-rect.topLeft())
        painter.setTransform(transform, True)
        if self._raster is not None:
            _draw_raster(painter, self._raster)
        for contour in self._contours:
            _draw_contour(painter, contour)
        painter.end()
        return pixmap


def _draw_raster(painter: QPainter, raster: Raster) -> None:
    """Samples are values at points and not tiles: they are blended, unless the raster says that they are."""
    left, right, low, high = raster.window
    rgba = np.ascontiguousarray(raster.rgba)
    image = pg.functions.ndarray_to_qimage(rgba, QImage.Format.Format_RGBA8888)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, raster.smooth)
    painter.drawImage(QRectF(QPointF(left, low), QPointF(right, high)), image)


def _draw_contour(painter: QPainter, contour: Polyline) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, contour.width > 1 or contour.opacity < 1)
    painter.setPen(pen_of(contour))
    painter.drawPath(pg.arrayToQPath(contour.x, contour.y, connect="finite"))
