import numpy as np
import pytest
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QImage, QPainter, QPicture
from scipy.ndimage import map_coordinates

from app.figures.area import PlotArea
from app.figures.layout import plot_area
from app.figures.rasters import draw_raster, sampled
from app.pictures.map import MapPicture
from app.pictures.marks import Axis, Raster


def test_smooth_sampling_is_bilinear_between_centers():
    rgba = np.random.default_rng(0).integers(0, 256, (5, 7, 4), dtype=np.uint8)
    down, across = np.linspace(0, 5, 33), np.linspace(0, 7, 41)
    grid = np.meshgrid(down - 0.5, across - 0.5, indexing="ij")
    expected = [map_coordinates(rgba[..., k].astype(float), grid, order=1, mode="nearest") for k in range(4)]
    assert np.abs(sampled(rgba, down, across, smooth=True) - np.stack(expected, axis=-1)).max() <= 0.51


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (Axis("", 0, 4), Axis("", 0, 3)),
        (Axis("", 0.7, 2.3), Axis("", 1.4, 2.9)),
        (Axis("", -3, 6), Axis("", -1, 5)),
        (Axis("", 3.5, 0.5), Axis("", 0, 3)),
        (Axis("", 0.1, 10, logarithmic=True), Axis("", 0.3, 3, logarithmic=True)),
    ],
    ids=["whole", "within cells", "beyond", "reversed", "logarithmic"],
)
def test_cells_lie_where_their_coordinates_say(painted, x, y):
    rgba = np.full((3, 4, 4), 255, dtype=np.uint8)
    rgba[..., 0] = 20 + 60 * np.arange(4)
    rgba[..., 1] = 20 + 80 * np.arange(3)[:, None]
    rgba[..., 2] = 0
    picture = MapPicture("", x, y, Raster(rgba, (0, 4, 0, 3), smooth=False))
    area, pixels = plot_area(QRectF(0, 0, 400, 300), picture), painted(picture)
    for row in range(3):
        for column in range(4):
            for dx, dy in [(0.1, 0.1), (0.9, 0.5), (0.5, 0.9)]:
                at = area.place(column + dx, row + dy)
                if at is not None and area.rect.adjusted(1, 1, -1, -1).contains(at):
                    shown = pixels[round(4 * at.y()), round(4 * at.x())]
                    assert shown.tolist() == rgba[row, column, :3].tolist()
    outside = area.place(-0.5, 1.5)
    if outside is not None:
        assert pixels[round(4 * outside.y()), round(4 * outside.x())].tolist() == [255, 255, 255]


WINDOWS = {
    "whole": (Axis("", 0.5, 7.5), Axis("", 0.5, 5.5)),
    "within cells": (Axis("", 2.1, 4.7), Axis("", 1.6, 2.2)),
    "up to the edges": (Axis("", 0, 8), Axis("", 0, 6)),
    "reversed": (Axis("", 6.2, 1.1), Axis("", 4.9, 0.8)),
}


def drawn(raster, x, y, kept_as_shapes):
    """What a raster looks like at 4 pixels a point in axes of 100 × 70 points, ``(280, 400, 4)``."""
    area, image = PlotArea(QRectF(0, 0, 100, 70), x, y), QImage(400, 280, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter, file = QPainter(image), QPicture()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(4, 4)
    if kept_as_shapes:
        inner = QPainter(file)
        draw_raster(inner, area, raster)
        inner.end()
        painter.drawPicture(QPointF(0, 0), file)
    else:
        draw_raster(painter, area, raster)
    painter.end()
    data = np.frombuffer(image.constBits().asstring(image.sizeInBytes()), dtype=np.uint8)
    return data.reshape(280, 400, 4)[..., [2, 1, 0, 3]].astype(float)


@pytest.mark.parametrize("kept_as_shapes", [False, True], ids=["pixels", "file"])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("opaque", [True, False])
def test_a_smooth_raster_is_bilinear_wherever_it_is_shown(kept_as_shapes, window, opaque):
    rgba = np.random.default_rng(1).integers(60, 200, (6, 8, 4), dtype=np.uint8)
    rgba[..., 3] = 255 if opaque else 128
    x, y = WINDOWS[window]
    down = y.low + (1 - (np.arange(280) + 0.5) / 280) * (y.high - y.low)
    across = x.low + (np.arange(400) + 0.5) / 400 * (x.high - x.low)
    grid = np.meshgrid(down - 0.5, across - 0.5, indexing="ij")
    expected = [map_coordinates(rgba[..., k].astype(float), grid, order=1, mode="nearest") for k in range(4)]
    weight = np.array([1.0, 1, 1, 1] if opaque else [128 / 255] * 3 + [1.0])
    shown = drawn(Raster(rgba, (0, 8, 0, 6)), x, y, kept_as_shapes)
    # A file holds two pixels a point, and whoever shows it enlarges them once more.
    inner = np.s_[4:-4, 4:-4] if kept_as_shapes else np.s_[:, :]
    assert np.abs(shown - np.stack(expected, axis=-1) * weight)[inner].max() <= (6 if kept_as_shapes else 4)


@pytest.mark.parametrize("kept_as_shapes", [False, True], ids=["pixels", "file"])
def test_a_raster_leaves_no_pixel_outside_the_axes(kept_as_shapes):
    rgba = np.full((6, 8, 4), 200, dtype=np.uint8)
    beside = drawn(Raster(rgba, (-90, 5, 2, 300)), Axis("", 0, 10), Axis("", 0, 10), kept_as_shapes)
    assert np.array_equal(beside[..., 3] > 0, np.pad(np.ones((224, 200), bool), ((0, 56), (0, 200))))
