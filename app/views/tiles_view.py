"""Small images with captions: hidden units' weights, example predictions."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.pictures.tiles import Tile, TileGroup, TilesPicture
from app.theme import LIGHT, Theme
from app.views.elided_label import ElidedLabel
from app.views.picture_view import PictureView

SIDE, GAP, TEXT = 44, 8, 15
_LINES = 1000
_WRAPPED = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignTop.value)


class TilesView(PictureView):
    """Shows a picture made of small images."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = ElidedLabel()
        self.caption.setObjectName("panelCaption")
        self.sheet = _Sheet()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.sheet)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.caption)
        layout.addWidget(scroll, 1)

    def show_theme(self, theme: Theme) -> None:
        """Colors of the ground and the text."""
        self.sheet.theme = theme
        self.sheet.update()

    def show_picture(self, picture: TilesPicture) -> None:
        """Draw a picture over the one before."""
        self.caption.show_text(picture.caption or picture.waiting)
        self.sheet.show_groups(picture)


class _Sheet(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.theme = LIGHT
        self._picture = TilesPicture("")

    def show_groups(self, picture: TilesPicture) -> None:
        self._picture = picture
        self.setMinimumHeight(self._layout(self.width(), None))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, self._layout(260, None))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.plot))
        needed = self._layout(self.width(), painter)
        painter.end()
        if needed != self.minimumHeight():
            self.setMinimumHeight(needed)

    def _layout(self, width: int, painter: QPainter | None) -> int:
        """Place everything for a width, drawing it if there is a painter; returns the height needed."""
        y = 4
        for note in self._picture.notes:
            if painter is not None:
                painter.setPen(QColor(note.color or self.theme.text))
                painter.drawText(QRectF(4, y, width - 8, _LINES), _WRAPPED, note.text)
            y += self._height(note.text, width)
        for group in self._picture.groups:
            y = self._place_group(group, y, width, painter)
        return y + 4

    def _height(self, text: str, width: int) -> int:
        """A text is wrapped where it does not fit."""
        return self.fontMetrics().boundingRect(0, 0, width - 8, _LINES, _WRAPPED, text).height() + 3

    def _place_group(self, group: TileGroup, y: int, width: int, painter: QPainter | None) -> int:
        columns = max(1, (width - GAP) // (SIDE + GAP))
        if painter is not None:
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(QRectF(4, y + 4, width - 8, _LINES), _WRAPPED, group.title)
        y += self._height(group.title, width) + 6
        texted = any(tile.text for tile in group.tiles)
        for number, tile in enumerate(group.tiles):
            row, column = divmod(number, columns)
            if painter is not None:
                left, top = 4 + column * (SIDE + GAP), y + row * (SIDE + GAP + (TEXT if texted else 0))
                self._paint_tile(painter, tile, left, top)
        rows = -(-len(group.tiles) // columns)
        return y + rows * (SIDE + GAP + (TEXT if texted else 0))

    def _paint_tile(self, painter: QPainter, tile: Tile, left: int, top: int) -> None:
        rows, columns = tile.rgba.shape[:2]
        image = QImage(tile.rgba.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
        painter.drawImage(QRectF(left, top, SIDE, SIDE), image)
        painter.setPen(QColor(self.theme.border))
        painter.drawRect(QRectF(left, top, SIDE, SIDE))
        painter.setPen(QColor(tile.color or self.theme.text))
        font = QFont(painter.font())
        font.setPointSizeF(8.0)
        painter.setFont(font)
        painter.drawText(QRectF(left - 3, top + SIDE, SIDE + 6, TEXT), Qt.AlignmentFlag.AlignCenter, tile.text)
