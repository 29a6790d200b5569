"""Lines of equal loss."""

from __future__ import annotations

import numpy as np

from app.panels.landscape.overlays.overlay import Overlay, Terrain, joined
from app.pictures.marks import Polyline
from engine.arrays import Array
from engine.contours import contours, levels
from engine.surfaces import floor_below


def contour_levels(terrain: Terrain, count: int) -> Array:
    """The values at which lines are drawn: levels of the scale, and some that follow the distribution.

    By the latter valleys and plateaus get lines and not only the steep rim.
    """
    surface = terrain.surface
    if terrain.logarithmic:
        floor = floor_below(surface) if terrain.floor is None else terrain.floor
        return levels(surface, count, "logarithmic", floor)
    return np.union1d(levels(np.minimum(surface.values, terrain.high), count), levels(surface, 6, "quantile"))


def _lines(terrain: Terrain, count: int) -> tuple[Polyline, ...]:
    if terrain.is_coarse:
        return ()
    traced = contours(terrain.surface, contour_levels(terrain, count))
    if not traced:
        return ()
    x, y = joined([line.points for line in traced])
    return (Polyline(x, y, terrain.theme.contour, width=1.0, opacity=0.45),)


CONTOURS = Overlay(
    "contours", "Contours", "How many lines of equal loss; 0: none.", default=16, largest=40, contours=_lines
)
