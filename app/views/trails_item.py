"""Solid lines that grow, and their dots: what is drawn already stays, and a frame adds what is new.

A noisy path of ten thousand steps takes longer to draw than a frame lasts, again at every frame; its new steps take nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6 import sip
from PyQt6.QtCore import QLineF, QRectF
from PyQt6.QtGui import QColor, QPainter, QPen, QPixmap, QTransform
from PyQt6.QtWidgets import QWidget

from app.views.box_item import BoxItem, Place, blank
from app.views.spots_item import Stamp, Stamps, in_box, stamped

FEW = 1500
"""Vertices that are quick enough to draw anew each time, every line over the one before."""
FAR = 1e5
"""Pixels beyond which Qt's painter loses its way."""


@dataclass(frozen=True, eq=False)
class Trail:
    """A line of one color through ``places (2, K)`` in view coordinates, broken where they are not finite."""

    color: str
    width: float
    places: NDArray[Any]
    dot: Stamp | None = None

    def goes_on(self, before: Trail) -> int | None:
        """How many of its places ``before`` has drawn; None where it is another line.

        A line is thinned with its end kept, so that the last place of the shorter one need not be in the longer one.
        """
        known = max(before.places.shape[1] - 1, 0)
        alike = (self.color, self.width, self.dot) == (before.color, before.width, before.dot)
        if not alike or self.places.shape[1] < known:
            return None
        same = np.array_equal(self.places[:, :known], before.places[:, :known], equal_nan=True)
        return known if same else None


class TrailsItem(BoxItem):
    """Draws trails into a picture of the view box that it keeps as long as neither range nor size change."""

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box, z=20)
        self.trails: tuple[Trail, ...] = ()
        self._drawn: tuple[Trail, ...] = ()
        self._picture = QPixmap()
        self._drawn_for: Place | None = None
        self._stamps = Stamps()

    def show_trails(self, trails: tuple[Trail, ...]) -> None:
        """Show these trails and no others."""
        if trails or self.trails:
            self.trails = trails
            self.update()

    def paint(self, painter: QPainter | None, option: Any, widget: QWidget | None = None) -> None:
        if painter is None or not self.trails:
            return
        wanted = self.place(painter)
        known = self._known() if wanted == self._drawn_for else None
        if known is None:
            self._picture = blank(wanted[1], wanted[2])
            known = [0] * len(self.trails)
        if self._drawn is not self.trails or wanted != self._drawn_for:
            self._draw(known, *wanted)
        self._drawn, self._drawn_for = self.trails, wanted
        painter.drawPixmap(wanted[1].topLeft(), self._picture)

    def _known(self) -> list[int] | None:
        """For each trail how many of its places are drawn; None if the picture has to begin anew."""
        if self._drawn is self.trails:
            return [trail.places.shape[1] for trail in self.trails]
        if len(self._drawn) > len(self.trails) or sum(trail.places.shape[1] for trail in self.trails) < FEW:
            return None
        found = [now.goes_on(before) for now, before in zip(self.trails, self._drawn, strict=False)]
        known = [count for count in found if count is not None]
        return known + [0] * (len(self.trails) - len(known)) if len(known) == len(found) else None

    def _draw(self, known: list[int], to_box: QTransform, rect: QRectF, ratio: float) -> None:
        painter = QPainter(self._picture)
        painter.translate(-rect.topLeft())
        fresh = [
            _pixels(trail.places[:, max(count - 1, 0) :], to_box)
            for trail, count in zip(self.trails, known, strict=True)
        ]
        for trail, places in zip(self.trails, fresh, strict=True):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, trail.width > 1)
            painter.setPen(QPen(QColor(trail.color), trail.width))
            _draw_segments(painter, places)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for trail, places in zip(self.trails, fresh, strict=True):
            if trail.dot is not None:
                stamped(painter, self._stamps.picture(trail.dot, ratio), places, rect)
        painter.end()


def _pixels(places: NDArray[Any], to_box: QTransform) -> NDArray[Any]:
    """Where ``places (2, K)`` are in the box; NaN for those that no painter could reach."""
    found = in_box(places, to_box)
    return np.where(np.abs(found) < FAR, found, np.nan)


def _draw_segments(painter: QPainter, places: NDArray[Any]) -> None:
    """One segment after the other: wide antialiased lines are many times slower in one piece."""
    ends = np.concatenate([places[:, :-1], places[:, 1:]]).T
    ends = ends[np.isfinite(ends).all(axis=1)]
    if len(ends):
        lines: Any = sip.array(QLineF, len(ends))  # type: ignore[call-arg]
        memory: Any = sip.voidptr(lines, ends.nbytes)
        np.frombuffer(memory, dtype=np.float64).reshape(ends.shape)[:] = ends
        painter.drawLines(lines)
