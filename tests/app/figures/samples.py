"""One picture of every kind, with every kind of mark, for tests that loop over them."""

import numpy as np

from app.figures.board import Board, board_of_rows
from app.pictures import colors
from app.pictures.map import MapPicture
from app.pictures.marks import Axis, Band, Cloud, Handle, Marker, Note, Polyline, Raster
from app.pictures.plot import PlotPicture
from app.pictures.tiles import Tile, TileGroup, TilesPicture

STEPS = np.arange(0.0, 101.0)
CURVES = PlotPicture(
    "Training curves",
    Axis("step", 1, 100, logarithmic=True),
    Axis("loss", 1e-4, 1, logarithmic=True),
    bands=(Band(3, 40, "#c98a00", "plateau"), Band(1e-4, 1e-3, "#0072b2", "noise floor", vertical_axis=True)),
    lines=(
        Polyline(STEPS, np.exp(-STEPS / 20), "#d55e00", "gradient descent", dots=True),
        Polyline(STEPS, np.exp(-STEPS / 9), "#0072b2", "momentum", style="dashed"),
    ),
    clouds=(Cloud(STEPS[10:20], STEPS[10:20] / 100, "#009e73", "ring", name="samples"),),
    markers=(Marker(10, 0.6, "#d55e00", "star", label="leaves"),),
    handles=(Handle(0, 2, 0.5, "#0072b2", "here"),),
    notes=(Note("left a plateau of 4,700 steps", "#d55e00"), Note("exact", strong=True)),
    caption="full batch",
)
VALUES = np.add.outer(np.linspace(-1, 1, 40) ** 2, np.linspace(-1, 1, 50) ** 2)
LANDSCAPE = MapPicture(
    "Landscape",
    Axis("first coordinate", -1, 1),
    Axis("second coordinate", -1, 1),
    Raster(colors.colorize(VALUES, 0, 2), (-1, 1, -1, 1)),
    colors.color_bar(0, 2, "viridis", "loss"),
    contours=(Polyline(np.array([-0.5, 0.5]), np.array([0.2, 0.2]), "#ffffff", width=0.6),),
    lines=(Polyline(np.array([-0.8, 0.0, 0.4]), np.array([0.7, 0.1, 0.0]), "#d55e00", "momentum", dots=True),),
    clouds=(Cloud(np.array([0.1, 0.2]), np.array([-0.3, -0.4]), "#2f6fb3", "square", name="class 0"),),
    markers=(Marker(0, 0, "#2563a8", "star", 10, "minimum"),),
    handles=(Handle(0, -0.8, 0.7, "#1d2430", "start"),),
    notes=(Note("the plane shows 94 % of the motion"),),
    caption="through the start and the ends of two runs",
    equal_scales=True,
)
WEIGHTS = TilesPicture(
    "Hidden units",
    (
        TileGroup("weights", tuple(Tile(colors.colorize(VALUES[:8, :8] + k, 0, 9), f"unit {k}") for k in range(9))),
        TileGroup("predictions", (Tile(colors.colorize(VALUES[:6, :9], 0, 2), "3 → 8", "#b54708"),)),
    ),
    (Note("blue: negative"),),
    "first layer",
)
WAITING = PlotPicture("Slice", Axis("distance", 0, 1), Axis("loss", 0, 1), waiting="Nothing to show yet.")
BOARD = board_of_rows(
    [[LANDSCAPE, CURVES], [WAITING, WEIGHTS, CURVES]],
    heights=[2, 1],
    title="Three ways down",
    footer="Drawn from seeds 0, 0, 0.",
)
PICTURES: dict[str, PlotPicture | MapPicture | TilesPicture] = {
    "curves": CURVES,
    "landscape": LANDSCAPE,
    "weights": WEIGHTS,
    "waiting": WAITING,
}
FIGURES: dict[str, PlotPicture | MapPicture | TilesPicture | Board] = {**PICTURES, "board": BOARD}
