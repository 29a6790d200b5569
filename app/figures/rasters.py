"""Colored images inside axes, cropped by ourselves, and enlarged before files hold them: viewers disagree about both."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter

from app.figures.area import PlotArea, transformed
from app.figures.device import Pixels, image, on_pixels
from app.pictures.marks import Axis, Raster
from engine.arrays import Array

DENSITY = 2.0
"""Pixels per point: 144 dpi."""


def draw_raster(painter: QPainter, area: PlotArea, raster: Raster) -> None:
    """Draw the part of a raster that the axes show; its cells are equal in data coordinates, on any axis."""
    if raster.rgba.size == 0:
        return
    target = _overlap(area, raster)
    if target.width() <= 0 or target.height() <= 0:
        return
    if area.x.logarithmic or area.y.logarithmic:
        draw_pixels(painter, target, _resampled(area, raster, target))
    elif on_pixels(painter):
        _draw_cells(painter, area, raster, target)
    else:
        _draw_enlarged(painter, area, raster, target)


def sampled(rgba: Pixels, down: Array, across: Array, smooth: bool) -> Pixels:
    """The image at rows ``down`` and columns ``across``, both counted in cells from an outer edge.

    Smooth: bilinear between the centers of cells, constant beyond the outermost ones; else the cell a place lies in.
    """
    if not smooth:
        rows = np.clip(down.astype(np.intp), 0, rgba.shape[0] - 1)
        return rgba[rows][:, np.clip(across.astype(np.intp), 0, rgba.shape[1] - 1)]
    mixed = _mixed(rgba.astype(np.float32), down)
    result: Pixels = np.round(_mixed(mixed.swapaxes(0, 1), across).swapaxes(0, 1)).astype(np.uint8)
    return result


def draw_pixels(painter: QPainter, target: QRectF, pixels: Pixels) -> None:
    """Draw an image ``(rows, columns, 4)`` with row 0 at the top into a rectangle."""
    _draw_image(painter, target, image(pixels), smooth=True)


def enlarged(pixels: Pixels, wide: float, tall: float) -> Pixels:
    """Every cell as a block of pixels, at `DENSITY` or finer: sharp edges in every viewer."""
    rows, columns = pixels.shape[:2]
    times = max(1, int(np.ceil(max(wide / columns, tall / rows) * DENSITY)))
    return pixels.repeat(times, axis=0).repeat(times, axis=1)


def _draw_cells(painter: QPainter, area: PlotArea, raster: Raster, target: QRectF) -> None:
    """Have Qt enlarge the cells that show within ``target``, and one more on each side to blend with.

    Qt blends like `sampled`, with weights in steps of 1/256, and thirty times as fast.
    """
    rows, top, bottom = _visible(area.down(raster.window[:1:-1]), len(raster.rgba), target.top(), target.bottom())
    columns, left, right = _visible(area.across(raster.window[:2]), raster.rgba.shape[1], target.left(), target.right())
    painter.save()
    painter.setClipRect(target)
    cells = raster.rgba[::-1][rows][:, columns]
    _draw_image(painter, QRectF(left, top, right - left, bottom - top), image(cells), raster.smooth)
    painter.restore()


def _visible(ends: Array, count: int, low: float, high: float) -> tuple[slice, float, float]:
    """Which of ``count`` cells between two ``ends`` to draw from ``low`` to ``high``, and where they begin and end.

    The cells come back in rising order of places, whichever way they lie.
    """
    start, stop = float(ends.min()), float(ends.max())
    cell = (stop - start) / count
    begin = max(int(np.floor((low - start) / cell)) - 1, 0)
    end = min(int(np.ceil((high - start) / cell)) + 1, count)
    chosen = slice(begin, end)
    if ends[1] < ends[0]:
        chosen = slice(count - 1 - begin, count - 1 - end if end < count else None, -1)
    return chosen, start + begin * cell, start + end * cell


def _draw_enlarged(painter: QPainter, area: PlotArea, raster: Raster, target: QRectF) -> None:
    columns, rows = (max(1, round(length * DENSITY)) for length in (target.width(), target.height()))
    canvas = QImage(columns, rows, QImage.Format.Format_ARGB32_Premultiplied)
    canvas.fill(0)
    inner = QPainter(canvas)
    inner.scale(columns / target.width(), rows / target.height())
    inner.translate(-target.topLeft())
    _draw_cells(inner, area, raster, target)
    inner.end()
    if (raster.rgba[..., 3] == 255).all():
        canvas = canvas.convertToFormat(QImage.Format.Format_RGB32)
    _draw_image(painter, target, canvas, smooth=True)


def _draw_image(painter: QPainter, target: QRectF, drawn: QImage, smooth: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(target, drawn, QRectF(drawn.rect()))
    painter.restore()


def _resampled(area: PlotArea, raster: Raster, target: QRectF) -> Pixels:
    """The raster at every pixel of ``target``, on axes that stretch its cells unequally."""
    x_low, x_high, y_low, y_high = raster.window
    x = _data(area.x, area.rect.left(), area.rect.right(), _centers(target.left(), target.right()))
    y = _data(area.y, area.rect.bottom(), area.rect.top(), _centers(target.top(), target.bottom()))
    rows, columns = raster.rgba.shape[:2]
    down, across = (y - y_low) / (y_high - y_low) * rows, (x - x_low) / (x_high - x_low) * columns
    return sampled(raster.rgba, down, across, raster.smooth)


def _overlap(area: PlotArea, raster: Raster) -> QRectF:
    """Where axes and raster both are, in points; a raster's edge at or below zero lies beyond a logarithmic axis."""
    window = np.asarray(raster.window)
    across = np.nan_to_num(area.across(window[:2]), nan=float(area.across(area.x.low)))
    down = np.nan_to_num(area.down(window[2:]), nan=float(area.down(area.y.low)))
    left, right = np.sort(np.clip(across, area.rect.left(), area.rect.right()))
    top, bottom = np.sort(np.clip(down, area.rect.top(), area.rect.bottom()))
    return QRectF(left, top, right - left, bottom - top)


def _centers(first: float, last: float) -> Array:
    count = max(1, round((last - first) * DENSITY))
    return first + (np.arange(count) + 0.5) * (last - first) / count


def _data(axis: Axis, start: float, end: float, places: Array) -> Array:
    """Data coordinates of places in points, on an axis drawn from ``start`` to ``end``."""
    low, high = transformed(axis)
    values: Array = low + (places - start) / (end - start) * (high - low)
    return 10.0**values if axis.logarithmic else values


def _mixed(image: NDArray[np.float32], at: Array) -> NDArray[np.float32]:
    """Rows of an image at fractional places, counted from its outer edge."""
    place = np.clip(at - 0.5, 0, len(image) - 1)
    lower = np.minimum(place.astype(np.intp), max(len(image) - 2, 0))
    upper = np.minimum(lower + 1, len(image) - 1)
    weight = (place - lower).astype(np.float32)[:, None, None]
    result: NDArray[np.float32] = image[lower] * (1 - weight) + image[upper] * weight
    return result
