"""Draws pictures over two coordinates: landscapes with paths, decision regions with examples."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter

from app.figures import axes, labels, legend, lettering, marks
from app.figures.device import Pixels
from app.figures.layout import BAR_GAP, BAR_WIDTH, TICK_GAP, TICK_LENGTH, Layout, bar_extent, layout
from app.figures.lettering import LABEL, TICK
from app.figures.rasters import DENSITY, draw_pixels, draw_raster
from app.figures.wording import draw_wording
from app.pictures.map import MapPicture
from app.pictures.marks import ColorBar
from app.theme import Theme

_EDGE = 0.8


def paint_map(painter: QPainter, rect: QRectF, picture: MapPicture, theme: Theme) -> None:
    """Draw a map into a rectangle of points: raster, contours, lines, clouds, markers, handles, labels, then the words."""
    found = layout(rect, picture)
    axes.draw_ground(painter, found, theme)
    if picture.raster is not None:
        draw_raster(painter, found.area, picture.raster)
    elif not picture.waiting:
        axes.draw_grid(painter, found, theme)
    _draw_marks(painter, found, picture, theme)
    axes.draw_frame(painter, found, theme, closed=True)
    if picture.color_bar is not None:
        draw_color_bar(painter, found, picture.color_bar, theme)
    legend.draw_legend(painter, found.legend, found.legend_box, theme)
    draw_wording(painter, found.words, found.content, theme)
    if picture.waiting and picture.raster is None and not (picture.lines or picture.clouds):
        lettering.write_centered(painter, found.area.rect, picture.waiting, LABEL, theme.muted)


def draw_color_bar(painter: QPainter, found: Layout, bar: ColorBar, theme: Theme) -> None:
    """Draw the key of the colors beside the axes, as high as they are."""
    area = found.area.rect
    rect = QRectF(area.right() + BAR_GAP, area.top(), BAR_WIDTH, area.height())
    draw_pixels(painter, rect, _bar_pixels(bar, rect.height()))
    painter.setPen(marks.pen(theme.muted, _EDGE))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)
    lowest = np.inf
    for place, text in sorted(bar.ticks):
        y = rect.bottom() - place * rect.height()
        painter.setPen(marks.pen(theme.muted, _EDGE))
        painter.drawLine(QLineF(rect.right(), y, rect.right() + TICK_LENGTH, y))
        if lowest - y >= TICK.line * 0.9:
            baseline = QPointF(rect.right() + TICK_LENGTH + TICK_GAP, y + TICK.rise / 2)
            lettering.write(painter, baseline, text, TICK, theme.text)
            lowest = y
    beside = QPointF(area.right() + bar_extent(bar) - 2, area.center().y())
    free = QRectF(0, found.content.top(), 1, found.content.bottom() - found.words.below - found.content.top())
    axes.write_upward(painter, beside, bar.label, free, theme)


def _draw_marks(painter: QPainter, found: Layout, picture: MapPicture, theme: Theme) -> None:
    area = found.area
    for contour in picture.contours:
        marks.draw_line(painter, area, contour)
    for line in picture.lines:
        marks.draw_line(painter, area, line, casing=theme.plot)
    for cloud in picture.clouds:
        marks.draw_cloud(painter, area, cloud, theme.plot)
    for marker in picture.markers:
        marks.draw_marker(painter, area, marker, theme.plot)
    for handle in picture.handles:
        marks.draw_handle(painter, area, handle, theme.plot)
    labels.draw_labels(painter, area, picture, theme)


def _bar_pixels(bar: ColorBar, tall: float) -> Pixels:
    """The colors from the highest at the top, as many rows as the page shows."""
    rows = max(2, round(tall * DENSITY))
    chosen = np.linspace(len(bar.colors) - 1, 0, rows).round().astype(np.intp)
    column = np.concatenate([bar.colors[chosen], np.full((rows, 1), 255, dtype=np.uint8)], axis=1)
    return np.repeat(column[:, None, :], 4, axis=1)
