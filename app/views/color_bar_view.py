"""The key of a heat map: colors with their values."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from app.pictures.marks import ColorBar
from app.theme import LIGHT, Theme


class ColorBarView(QWidget):
    """A vertical strip with ticks and a label."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar: ColorBar | None = None
        self._theme = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def show_theme(self, theme: Theme) -> None:
        """Colors of text and frame."""
        self._theme = theme
        self.update()

    def show_bar(self, bar: ColorBar | None) -> None:
        """Show a key, or none."""
        if bar is self._bar and bar is not None:
            return
        self._bar = bar
        self.setVisible(bar is not None)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(78, 200)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if self._bar is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        strip = QRectF(6, 10, 13, self.height() - 44)
        colors = np.ascontiguousarray(self._bar.colors[::-1, None, :])
        image = QImage(colors.tobytes(), 1, len(colors), 3, QImage.Format.Format_RGB888)
        painter.drawImage(strip, image)
        painter.setPen(QColor(self._theme.border))
        painter.drawRect(strip)
        painter.setPen(QColor(self._theme.text))
        font = painter.font()
        font.setPointSizeF(8.0)
        painter.setFont(font)
        for place, text in self._bar.ticks:
            y = strip.bottom() - place * strip.height()
            painter.drawLine(QPointF(strip.right(), y), QPointF(strip.right() + 3, y))
            painter.drawText(QRectF(strip.right() + 5, y - 8, 56, 16), Qt.AlignmentFlag.AlignVCenter, text)
        painter.translate(self.width() - 3, strip.center().y())
        painter.rotate(-90)
        painter.setPen(QColor(self._theme.muted))
        area = QRectF(-strip.height() / 2, -14, strip.height(), 14)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._bar.label)
        painter.end()
