"""Text in points: fonts, sizes, measuring, wrapping and drawing.

Text is measured, and drawn, with a large font that is scaled down: Qt rounds the advance of every letter to whole units,
which at 8 points makes lines up to a tenth too wide. So a figure has one layout, whatever it is drawn on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QTransform
from PyQt6.QtSvg import QSvgGenerator

FAMILIES = ("DejaVu Sans", "Verdana", "Segoe UI", "Helvetica Neue", "Arial")
"""The first that is installed is used; otherwise the application's own font."""
_MEASURE = 100


@dataclass(frozen=True)
class Lettering:
    """A size in points and a weight."""

    size: float
    bold: bool = False

    @property
    def line(self) -> float:
        """From one line to the next."""
        return self.size * 1.36

    @property
    def rise(self) -> float:
        """The height of capitals and digits, for centering beside a tick."""
        return self.size * 0.73


TITLE = Lettering(11, bold=True)
LABEL = Lettering(9)
HEADING = Lettering(9, bold=True)
TICK = Lettering(8)
NOTE = Lettering(8.5)
STRONG = Lettering(8.5, bold=True)


def width(text: str, lettering: Lettering) -> float:
    """How wide a line of text is."""
    return _advance(text, lettering.bold) * lettering.size / _MEASURE


def wrapped(text: str, lettering: Lettering, room: float) -> list[str]:
    """The text in lines that fit into ``room``, broken at spaces; a word that is too long alone is shortened."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, lettering) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return [shortened(line, lettering, room) for line in lines]


def shortened(text: str, lettering: Lettering, room: float) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if width(text, lettering) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(f"{text[:middle].rstrip()}…", lettering) <= room else (low, middle - 1)
    return f"{text[:low].rstrip()}…" if low else ""


def write(
    painter: QPainter,
    at: QPointF,
    text: str,
    lettering: Lettering,
    color: str,
    align: float = 0.0,
    turned: bool = False,
) -> None:
    """Write a line with its baseline through ``at``: from there (0), centered (0.5) or up to there (1); turned reads up."""
    painter.save()
    painter.translate(at)
    if turned:
        painter.rotate(-90)
    painter.translate(-align * width(text, lettering), 0)
    painter.setPen(QColor(color))
    if isinstance(painter.device(), QSvgGenerator):
        painter.setFont(_sized_font(lettering))
    else:
        painter.setFont(_large_font(lettering.bold))
        painter.scale(lettering.size / _MEASURE, lettering.size / _MEASURE)
    painter.drawText(QPointF(0, 0), text)
    painter.restore()


def write_on_data(painter: QPainter, at: QPointF, text: str, lettering: Lettering, color: str, ground: str) -> None:
    """Write a line with a soft edge in the color of the ground, readable on lines and landscapes."""
    outline = QPainterPath()
    outline.addText(QPointF(0, 0), _large_font(lettering.bold), text)
    scale = lettering.size / _MEASURE
    edge = QColor(ground)
    edge.setAlphaF(0.8)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(edge, 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(QTransform(scale, 0, 0, scale, at.x(), at.y()).map(outline), pen)
    write(painter, at, text, lettering, color)


def write_centered(painter: QPainter, rect: QRectF, text: str, lettering: Lettering, color: str) -> None:
    """Write a text in the middle of a rectangle, in as many lines as it needs."""
    lines = wrapped(text, lettering, rect.width() * 0.9)
    top = rect.center().y() - len(lines) * lettering.line / 2
    for k, line in enumerate(lines):
        baseline = QPointF(rect.center().x(), top + k * lettering.line + lettering.size)
        write(painter, baseline, line, lettering, color, align=0.5)


def _sized_font(lettering: Lettering) -> QFont:
    """A font for SVG files, which hold sizes and words but no advances; their resolution is 72."""
    font = _plain_font(lettering.bold)
    font.setPointSizeF(lettering.size)
    return font


def _plain_font(bold: bool) -> QFont:
    font = QFont(FAMILIES[0])
    font.setFamilies(list(FAMILIES))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setBold(bold)
    return font


@cache
def _large_font(bold: bool) -> QFont:
    font = _plain_font(bold)
    font.setPixelSize(_MEASURE)
    return font


@lru_cache(maxsize=4096)
def _advance(text: str, bold: bool) -> float:
    return _metrics(bold).horizontalAdvance(text)


@cache
def _metrics(bold: bool) -> QFontMetricsF:
    return QFontMetricsF(_large_font(bold))
