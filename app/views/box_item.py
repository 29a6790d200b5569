"""What stands in a plot's view box in pixels, over all of it, and is painted anew when range or size change."""

from __future__ import annotations

import pyqtgraph as pg
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPainterPath, QPixmap, QTransform

Place = tuple[QTransform, QRectF, float]
"""From view coordinates to the box, the box itself, and device pixels to a pixel: what a painted picture depends on."""


class BoxItem(pg.GraphicsObject):
    """As large as the view box, however far one zooms in; the mouse is for what lies under it."""

    def __init__(self, box: pg.ViewBox, z: float) -> None:
        super().__init__()
        self._box = box
        self.setParentItem(box)
        self.setZValue(z)
        box.sigTransformChanged.connect(self._on_transformed)

    def boundingRect(self) -> QRectF:
        return QRectF(self._box.rect())

    def shape(self) -> QPainterPath:
        """Nothing to hit."""
        return QPainterPath()

    def place(self, painter: QPainter) -> Place:
        """Where it is painted now."""
        device = painter.device()
        ratio = 1.0 if device is None else device.devicePixelRatioF()
        return QTransform(self._box.childTransform()), self.boundingRect(), ratio

    def _on_transformed(self, _: object) -> None:
        self.prepareGeometryChange()
        self.update()


def blank(rect: QRectF, ratio: float) -> QPixmap:
    """A picture as large as ``rect`` on a screen with ``ratio`` device pixels to a pixel, with nothing on it."""
    picture = QPixmap(max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture
