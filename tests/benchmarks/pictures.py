"""A heat map, 20 contours and 4 paths of a 201×201 surface, to pixels."""

from collections.abc import Callable

import numpy as np

import engine
from app.figures.application import ensure_application
from app.figures.painting import paint
from app.panels.landscape.background import background, color_range
from app.panels.landscape.overlays.contours import contour_levels
from app.panels.landscape.overlays.overlay import Terrain
from app.panels.landscape.settings import LandscapeSettings
from app.pictures.map import MapPicture
from app.pictures.marks import Axis, Polyline
from app.theme import LIGHT
from engine.arrays import Array
from engine.surfaces import Surface
from tests.benchmarks.comparison import Benchmark, Contest

RESOLUTION, TINY_RESOLUTION = 201, 15
LEVELS = 20
SIZE = (920, 780)
"""Pixels."""
SETTINGS = LandscapeSettings(overlays=(("contours", LEVELS), ("plateaus", 0)))
"""With these and the window below there are exactly as many lines."""
COLORS = ("#d62728", "#1f77b4", "#2ca02c", "#9467bd")
TARGET = 10.0


def surface(resolution: int) -> Surface:
    """All four minima, and the paths of `paths` with them."""
    return engine.surface(engine.Formula("himmelblau"), window=(-5.5, 5.5, -5.5, 5.5), resolution=resolution)


def paths() -> Array:
    """(101, 4, 2)"""
    optimizers = [engine.optimizers.momentum(0.002 * (1 + k), beta=0.8) for k in range(4)]
    return engine.descend(engine.Formula("himmelblau"), [[-0.2, -4.0]], optimizers, steps=100).points


def _picture(sampled: Surface, runs: Array) -> MapPicture:
    left, right, low, high = sampled.window
    base = background(sampled, SETTINGS, LIGHT)
    lines = tuple(Polyline(runs[:, k, 0], runs[:, k, 1], COLORS[k], width=2.0) for k in range(4))
    return MapPicture(
        "", Axis("x", left, right), Axis("y", low, high), raster=base.raster, contours=base.contours, lines=lines
    )


def _ours(sampled: Surface, runs: Array) -> Callable[[], Array]:
    from PyQt6.QtCore import QRectF
    from PyQt6.QtGui import QImage, QPainter
    from PyQt6.sip import voidptr

    ensure_application()

    def run() -> Array:
        pixels = np.empty((SIZE[1], SIZE[0], 4), np.uint8)
        image = QImage(voidptr(pixels.ctypes.data), *SIZE, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.scale(2.0, 2.0)
        paint(painter, QRectF(0, 0, SIZE[0] / 2, SIZE[1] / 2), _picture(sampled, runs), LIGHT)
        painter.end()
        return pixels

    return run


def _peer(sampled: Surface, runs: Array) -> Callable[[], Array]:
    """The same colors, blended alike, levels and axes; without the pale edges of Talweg's paths."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    left, right, low, high = sampled.window
    extent = (left, right, low, high)
    chosen, top = (
        contour_levels(Terrain(sampled, LIGHT, high=color_range(sampled, False)[1]), LEVELS),
        np.quantile(sampled.values, 0.98),
    )

    def run() -> Array:
        figure = Figure((SIZE[0] / 144, SIZE[1] / 144), dpi=144)
        canvas, axes = FigureCanvasAgg(figure), figure.add_axes((0.1, 0.1, 0.88, 0.87))
        axes.imshow(sampled.values, origin="lower", extent=extent, aspect="auto", vmax=top, interpolation="bilinear")
        axes.contour(
            sampled.first, sampled.second, sampled.values, levels=chosen, colors="white", linewidths=1.0, alpha=0.45
        )
        for k in range(4):
            axes.plot(runs[:, k, 0], runs[:, k, 1], color=COLORS[k], linewidth=2.0)
        axes.set(xlabel="x", ylabel="y", xlim=(left, right), ylim=(low, high))
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())

    return run


def _contest(resolution: int) -> Contest:
    sampled, runs = surface(resolution), paths()
    return Contest(_ours(sampled, runs), _peer(sampled, runs), float("inf"))


BENCHMARKS = (
    Benchmark(
        "picture-201",
        f"heat map, {LEVELS} contours and 4 paths of {RESOLUTION}×{RESOLUTION}",
        "matplotlib, Agg",
        "matplotlib",
        TARGET,
        lambda tiny: _contest(TINY_RESOLUTION if tiny else RESOLUTION),
    ),
)
