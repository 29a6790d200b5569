"""All spots of a plot in one item: dots of paths, clouds of examples, markers.

A general scatter item keeps a record for each spot, so that each can be styled and clicked; ours are many alike and only
looked at. One small picture of each kind is stamped wherever one is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6 import sip
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter, QPixmap, QTransform
from PyQt6.QtWidgets import QWidget
from pyqtgraph.graphicsItems.ScatterPlotItem import renderSymbol

from app.pictures.marks import Symbol
from app.views.box_item import BoxItem
from app.views.pens import translucent

SYMBOLS: dict[Symbol, str] = {
    "circle": "o", "square": "s", "diamond": "d", "triangle": "t1", "star": "star", "cross": "x", "ring": "o",
}  # fmt: skip
KEPT = 64
"""Pictures of stamps that are kept."""
FRAGMENT_FIELDS = 10
"""Doubles of a ``QPainter.PixmapFragment``: x, y, source left and top, width, height, scales, rotation, opacity."""


@dataclass(frozen=True)
class Stamp:
    """What a spot looks like. Size and width of the outline in pixels; no outline or no filling where there is no color."""

    symbol: Symbol
    size: float
    filling: str
    outline: str = ""
    width: float = 1.0

    def picture(self, ratio: float) -> QPixmap:
        """It, for a screen with ``ratio`` device pixels to a pixel."""
        pen = pg.mkPen(self.outline, width=self.width) if self.outline else pg.mkPen(None)
        brush = pg.mkBrush(translucent(self.filling, 1.0) if self.filling else None)
        return QPixmap.fromImage(renderSymbol(SYMBOLS[self.symbol], self.size, pen, brush, dpr=ratio))


class Stamps:
    """Pictures of stamps, each made once for a screen."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[Stamp, float], QPixmap] = {}

    def picture(self, stamp: Stamp, ratio: float) -> QPixmap:
        """The picture of ``stamp``, kept or made."""
        if (stamp, ratio) not in self._pictures:
            if len(self._pictures) >= KEPT:
                self._pictures.clear()
            self._pictures[stamp, ratio] = stamp.picture(ratio)
        return self._pictures[stamp, ratio]


@dataclass(frozen=True, eq=False)
class Spots:
    """Many spots of one kind, at ``places (2, K)`` in view coordinates; those that are not finite are left out."""

    stamp: Stamp
    places: NDArray[Any]


class SpotsItem(BoxItem):
    """Stamps its spots in the order in which they are given."""

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box, z=30)
        self.spots: tuple[Spots, ...] = ()
        self._stamps = Stamps()

    def show_spots(self, spots: tuple[Spots, ...]) -> None:
        """Show these spots and no others."""
        self.spots = spots
        self.update()

    def paint(self, painter: QPainter | None, option: Any, widget: QWidget | None = None) -> None:
        if painter is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        to_box, rect, ratio = self.place(painter)
        for spots in self.spots:
            stamped(painter, self._stamps.picture(spots.stamp, ratio), in_box(spots.places, to_box), rect)


def in_box(places: NDArray[Any], to_box: QTransform) -> NDArray[Any]:
    """Where ``places (2, K)`` in view coordinates are in the box, in pixels."""
    with np.errstate(all="ignore"):
        found: NDArray[Any] = places * [[to_box.m11()], [to_box.m22()]] + [[to_box.dx()], [to_box.dy()]]
    return found


def stamped(painter: QPainter, picture: QPixmap, places: NDArray[Any], rect: QRectF) -> None:
    """Draw ``picture`` centered at those of ``places (2, K)``, in pixels, that can be seen in ``rect``."""
    room = picture.width()
    x, y = places
    seen = (x > rect.left() - room) & (x < rect.right() + room) & (y > rect.top() - room) & (y < rect.bottom() + room)
    count = int(seen.sum())
    if not count:
        return
    # Qt takes an array of structures; filling its memory at once takes the time of a few of its constructors.
    fragments: Any = sip.array(QPainter.PixmapFragment, count)  # type: ignore[call-arg]
    memory: Any = sip.voidptr(fragments, count * FRAGMENT_FIELDS * 8)
    fields = np.frombuffer(memory, dtype=np.float64).reshape(count, FRAGMENT_FIELDS)
    fields[:, 0:2] = places[:, seen].T
    fields[:, 2:4] = 0.0
    fields[:, 4], fields[:, 5] = picture.width(), picture.height()
    fields[:, 6:8] = 1.0 / picture.devicePixelRatio()
    fields[:, 8], fields[:, 9] = 0.0, 1.0
    painter.drawPixmapFragments(fragments, picture)
