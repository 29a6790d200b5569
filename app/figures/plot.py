"""Draws pictures with one value on each axis: training curves, slices, one-parameter landscapes."""

from __future__ import annotations

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from app.figures import axes, labels, legend, lettering, marks
from app.figures.layout import layout
from app.figures.lettering import LABEL
from app.figures.wording import draw_wording
from app.pictures.plot import PlotPicture
from app.theme import Theme


def paint_plot(painter: QPainter, rect: QRectF, picture: PlotPicture, theme: Theme) -> None:
    """Draw a plot into a rectangle of points: bands, grid, lines, clouds, markers, handles, labels, then the words."""
    found = layout(rect, picture)
    area = found.area
    axes.draw_ground(painter, found, theme)
    for band in picture.bands:
        labels.draw_band(painter, area, band)
    empty = not (picture.lines or picture.clouds)
    if not (empty and picture.waiting):
        axes.draw_grid(painter, found, theme)
    axes.draw_frame(painter, found, theme, closed=False)
    for line in picture.lines:
        marks.draw_line(painter, area, line)
    for cloud in picture.clouds:
        marks.draw_cloud(painter, area, cloud, theme.plot)
    for band in picture.bands:
        labels.draw_band_label(painter, area, band, theme)
    for marker in picture.markers:
        marks.draw_marker(painter, area, marker, theme.plot)
    for handle in picture.handles:
        marks.draw_handle(painter, area, handle, theme.plot)
    labels.draw_labels(painter, area, picture, theme)
    legend.draw_legend(painter, found.legend, found.legend_box, theme)
    draw_wording(painter, found.words, found.content, theme)
    if empty and picture.waiting:
        lettering.write_centered(painter, area.rect, picture.waiting, LABEL, theme.muted)
