"""An axis with the ticks of our own figures: 1-2-5 steps, decades with superscripts, nothing overlapping."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PyQt6.QtCore import QRectF

from app.pictures.marks import Axis
from app.pictures.ticks import Tick, ticks

ACROSS, DOWN = 62.0, 26.0
"""Pixels that a label takes along a horizontal and along a vertical axis."""
OVERHANG = 20.0
"""Pixels that the label at an axis' end may reach beyond it."""


class TickedAxis(pg.AxisItem):
    """Takes its ticks from ``app.pictures.ticks``, as exported figures do."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.logarithmic = False
        self.setStyle(hideOverlappingLabels=False)
        self.enableAutoSIPrefix(False)  # "loss (x0.001)" is not what a person reads off
        self._texts: dict[float, str] = {}

    def boundingRect(self) -> QRectF:
        """Half a label further to both sides: with a grid, pyqtgraph would drop the labels at an axis' very ends."""
        rect = super().boundingRect()
        across, down = (0.0, 8.0) if self.orientation in ("left", "right") else (OVERHANG, 0.0)
        return QRectF(rect).adjusted(-across, -down, across, down)

    def show_scale(self, logarithmic: bool) -> None:
        """Whether the view's coordinates are logarithms of the values."""
        if logarithmic != self.logarithmic:
            self.logarithmic = logarithmic
            self.picture = None
            self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Labeled places, then the minor ones, in view coordinates (logarithms on a logarithmic axis)."""
        most = max(2, int(size / (ACROSS if self.orientation in ("bottom", "top") else DOWN)))
        found = [(self._place(tick), tick.text) for tick in self._ticks(low, high, most)]
        self._texts = {place: text for place, text in found if text}
        labeled, minor = list(self._texts), [place for place, text in found if not text]
        return [(1.0, labeled), (0.1, minor)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The texts of the places that :meth:`tickValues` gave."""
        return [self._texts.get(value, "") for value in values]

    def _ticks(self, low: float, high: float, most: int) -> tuple[Tick, ...]:
        if not self.logarithmic:
            return ticks(Axis("", low, high), most)
        if not (-300 < low < high < 300):
            return ()
        return ticks(Axis("", 10.0**low, 10.0**high, True), most)

    def _place(self, tick: Tick) -> float:
        return math.log10(tick.value) if self.logarithmic else tick.value


AxisItems = dict[str, Any]


def ticked_axes() -> AxisItems:
    """The two axes of a plot."""
    return {"left": TickedAxis("left"), "bottom": TickedAxis("bottom")}
