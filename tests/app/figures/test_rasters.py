import numpy as np
import pytest
from PyQt6.QtCore import QRectF
from scipy.ndimage import map_coordinates

from app.figures.layout import plot_area
from app.figures.rasters import sampled
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
