"""An axis with the ticks of our own figures: 1-2-5 steps, decades with superscripts, nothing overlapping."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QPainter, QPen, QStaticText, QTransform
from PyQt6.QtWidgets import QWidget

from app.pictures.marks import Axis
from app.pictures.ticks import Tick, ticks

ACROSS, DOWN = 62.0, 26.0
"""Pixels that a label takes along a horizontal and along a vertical axis."""
OVERHANG = 20.0
"""Pixels that the label at an axis' end may reach beyond it."""

KEPT = 200
"""Texts that an axis keeps laid out."""
ALIGNMENTS = 0xFF
"""The bits of Qt's text flags that say where; the rest say how."""
DONE = object()
"""In place of pyqtgraph's recorded picture, which it sets to None wherever ticks have to be found anew."""
Stroke = tuple[QPen, QPointF, QPointF]
Specs = tuple[Stroke, list[Stroke], list[tuple[QRectF, Any, str]]]


class TickedAxis(pg.AxisItem):
    """Takes its ticks from ``app.pictures.ticks``, as exported figures do."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.logarithmic = False
        # An axis that gives room back with every shorter number would lay out the plot, and paint all of it, again and again.
        self.setStyle(hideOverlappingLabels=False, autoReduceTextSpace=False)
        self.enableAutoSIPrefix(False)  # "loss (x0.001)" is not what a person reads off
        self._texts: dict[float, str] = {}
        self._specs: Specs | None = None
        self._laid_out: dict[tuple[str, str], QStaticText] = {}
        self.picture: object = None

    def paint(self, painter: QPainter | None, option: Any, widget: QWidget | None = None) -> None:
        """As pyqtgraph's, but with texts laid out once: its recorded picture lays them out again at every painting."""
        if painter is None:
            return
        font = self.style["tickFont"]
        if font is not None:
            painter.setFont(font)
        if self.picture is None:
            self._specs = self.generateDrawSpecs(painter)
            self.picture = DONE
        if self._specs is not None:
            self._draw(painter, *self._specs)

    def _draw(self, painter: QPainter, line: Stroke, marks: list[Stroke], texts: list[tuple[QRectF, Any, str]]) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)
        for pen, first, last in (line, *marks):
            painter.fillRect(_thin(first, last), pen.color())
        painter.setPen(self.textPen())
        for rect, flags, text in texts:
            laid_out = self._text(text, painter.font())
            painter.drawStaticText(_place(rect, flags, laid_out), laid_out)

    def _text(self, text: str, font: QFont) -> QStaticText:
        key = (text, font.key())
        if key not in self._laid_out:
            if len(self._laid_out) >= KEPT:
                self._laid_out.clear()
            laid_out = self._laid_out[key] = QStaticText(text)
            laid_out.setTextFormat(Qt.TextFormat.PlainText)
            laid_out.prepare(QTransform(), font)
        return self._laid_out[key]

    def boundingRect(self) -> QRectF:
        """Half a label further to both sides: with a grid, pyqtgraph would drop the labels at an axis' very ends."""
        rect = super().boundingRect()
        across, down = (0.0, 8.0) if self.orientation in ("left", "right") else (OVERHANG, 0.0)
        return QRectF(rect).adjusted(-across, -down, across, down)

    def show_scale(self, logarithmic: bool) -> None:
        """Whether the view's coordinates are logarithms of the values; room that other numbers have needed is given back."""
        self.textWidth = 0
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


def _thin(first: QPointF, last: QPointF) -> QRectF:
    """A line along an axis as a rectangle one pixel thin: Qt fills that many times faster than it draws the line."""
    across, down = abs(last.x() - first.x()), abs(last.y() - first.y())
    corner = QPointF(min(first.x(), last.x()), min(first.y(), last.y()))
    return QRectF(corner.x(), corner.y(), max(across, 1.0), max(down, 1.0))


def _place(rect: QRectF, flags: Any, text: QStaticText) -> QPointF:
    """Upper left corner of a text that is aligned within a rectangle as pyqtgraph's flags say."""
    size, asked = text.size(), Qt.AlignmentFlag(int(flags) & ALIGNMENTS)
    x, y = rect.left(), rect.top()
    if asked & Qt.AlignmentFlag.AlignRight:
        x = rect.right() - size.width()
    elif asked & Qt.AlignmentFlag.AlignHCenter:
        x = rect.center().x() - size.width() / 2
    if asked & Qt.AlignmentFlag.AlignBottom:
        y = rect.bottom() - size.height()
    elif asked & Qt.AlignmentFlag.AlignVCenter:
        y = rect.center().y() - size.height() / 2
    return QPointF(x, y)


AxisItems = dict[str, Any]


def ticked_axes() -> AxisItems:
    """The two axes of a plot."""
    return {"left": TickedAxis("left"), "bottom": TickedAxis("bottom")}
