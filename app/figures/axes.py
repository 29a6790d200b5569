"""Draws axes: ground, grid, frame, ticks and labels."""

from __future__ import annotations

from PyQt6.QtCore import QLineF, QPointF, QRectF
from PyQt6.QtGui import QPainter

from app.figures import lettering, marks
from app.figures.layout import TICK_GAP, TICK_LENGTH, Layout, label_extent
from app.figures.lettering import LABEL, TICK
from app.theme import Theme

_FRAME = 0.8


def draw_ground(painter: QPainter, found: Layout, theme: Theme) -> None:
    """Fill the area behind data."""
    painter.fillRect(found.area.rect, marks.color(theme.plot))


def draw_grid(painter: QPainter, found: Layout, theme: Theme) -> None:
    """Draw a thin line at every labeled tick."""
    rect = found.area.rect
    painter.setPen(marks.pen(theme.grid, 0.6))
    for x in found.area.across([tick.value for tick in found.x_ticks if tick.text]):
        painter.drawLine(QLineF(x, rect.top(), x, rect.bottom()))
    for y in found.area.down([tick.value for tick in found.y_ticks if tick.text]):
        painter.drawLine(QLineF(rect.left(), y, rect.right(), y))


def draw_frame(painter: QPainter, found: Layout, theme: Theme, closed: bool) -> None:
    """Draw the axes with ticks and labels; ``closed`` also draws the upper and right edge."""
    rect = found.area.rect
    painter.setPen(marks.pen(theme.muted, _FRAME))
    painter.drawLine(QLineF(rect.left(), rect.bottom(), rect.right(), rect.bottom()))
    painter.drawLine(QLineF(rect.left(), rect.top(), rect.left(), rect.bottom()))
    if closed:
        painter.drawLine(QLineF(rect.left(), rect.top(), rect.right(), rect.top()))
        painter.drawLine(QLineF(rect.right(), rect.top(), rect.right(), rect.bottom()))
    _draw_horizontal(painter, found, theme)
    _draw_vertical(painter, found, theme)


def _draw_horizontal(painter: QPainter, found: Layout, theme: Theme) -> None:
    bottom = found.area.rect.bottom()
    for tick in found.x_ticks:
        x = float(found.area.across(tick.value))
        painter.setPen(marks.pen(theme.muted, _FRAME))
        painter.drawLine(QLineF(x, bottom, x, bottom + (TICK_LENGTH if tick.text else TICK_LENGTH * 0.55)))
        baseline = QPointF(x, bottom + TICK_LENGTH + TICK_GAP + TICK.size * 0.85)
        lettering.write(painter, baseline, tick.text, TICK, theme.text, align=0.5)
    below = bottom + TICK_LENGTH + TICK_GAP + TICK.line + LABEL.size
    center, room = _centered(
        found.area.rect.center().x(), found.area.x.label, found.content.left(), found.content.right()
    )
    lettering.write(painter, QPointF(center, below), room, LABEL, theme.text, align=0.5)


def _draw_vertical(painter: QPainter, found: Layout, theme: Theme) -> None:
    rect = found.area.rect
    for tick in found.y_ticks:
        y = float(found.area.down(tick.value))
        painter.setPen(marks.pen(theme.muted, _FRAME))
        painter.drawLine(QLineF(rect.left() - (TICK_LENGTH if tick.text else TICK_LENGTH * 0.55), y, rect.left(), y))
        baseline = QPointF(rect.left() - TICK_LENGTH - TICK_GAP, y + TICK.rise / 2)
        lettering.write(painter, baseline, tick.text, TICK, theme.text, align=1.0)
    left = rect.left() - TICK_LENGTH - TICK_GAP - label_extent(found.y_ticks) - 5
    write_upward(painter, QPointF(left, rect.center().y()), found.area.y.label, _free_height(found), theme)


def write_upward(painter: QPainter, center: QPointF, label: str, free: QRectF, theme: Theme) -> None:
    """Write a vertical label about ``center``, moved as far as it must to stay within the height of ``free``."""
    y, text = _centered(center.y(), label, free.top(), free.bottom())
    lettering.write(painter, QPointF(center.x(), y), text, LABEL, theme.text, align=0.5, turned=True)


def _free_height(found: Layout) -> QRectF:
    top = found.content.top() + found.words.above
    return QRectF(found.content.left(), top, 1, found.content.bottom() - found.words.below - top)


def _centered(center: float, text: str, low: float, high: float) -> tuple[float, str]:
    """The nearest center at which the text stays between two bounds, and the text as it fits there."""
    fitting = lettering.shortened(text, LABEL, high - low)
    half = lettering.width(fitting, LABEL) / 2
    return min(max(center, low + half), high - half), fitting
