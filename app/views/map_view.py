"""A map on screen: landscapes with paths, decision regions with examples."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QWidget

from app.pictures.map import MapPicture
from app.pictures.marks import Raster
from app.pictures.theme import Theme
from app.views.canvas import CanvasView
from app.views.color_bar_view import ColorBarView


class _SmoothImage(pg.ImageItem):
    """A raster whose samples are blended: they are values at points, and not tiles."""

    def paint(self, painter: QPainter, *arguments: Any) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        super().paint(painter, *arguments)


class MapView(CanvasView):
    """A raster with contours and paths on it, and its key at the right."""

    def __init__(self, parent: QWidget | None = None, *, follows_zoom: bool = False) -> None:
        super().__init__(parent, follows_zoom=follows_zoom)
        self._image = _SmoothImage(axisOrder="row-major")
        self._image.setZValue(0)
        self.item.addItem(self._image, ignoreBounds=True)
        self._raster: Raster | None = None
        self._key = ColorBarView()
        self.body.addWidget(self._key)
        self._key.show_bar(None)

    def show_theme(self, theme: Theme) -> None:
        super().show_theme(theme)
        self._key.show_theme(theme)

    def show_picture(self, picture: MapPicture) -> None:
        """Draw a picture over the one before; the raster only where it is another one."""
        self.box.setAspectLocked(picture.equal_scales)
        if picture.raster is not self._raster:
            self._show_raster(picture.raster)
        self._key.show_bar(picture.color_bar)
        self.show_marks(picture)

    def _show_raster(self, raster: Raster | None) -> None:
        self._raster = raster
        self._image.setVisible(raster is not None)
        if raster is not None:
            left, right, low, high = raster.window
            self._image.setImage(raster.rgba, autoLevels=False, levels=None)
            self._image.setRect(QRectF(left, low, right - left, high - low))
