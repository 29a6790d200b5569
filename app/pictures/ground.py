"""What of a landscape depends on the surface alone: heat map, contour lines, plateau shading and the key."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from app.document import Look
from app.pictures import colors
from app.pictures.marks import ColorBar, Polyline, Raster
from app.theme import Theme
from engine.analysis.wording import number
from engine.arrays import Array, Mask
from engine.contours import contours, levels
from engine.plane import Plane
from engine.surfaces import Surface, above_floor, flat_region, floor_below

COARSE = 20
"""With fewer samples a side than this, contours and shading would only be corners of blocks."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What of a map depends on the surface alone, and stays while paths are dragged over it."""

    surface: Surface
    raster: Raster
    color_bar: ColorBar
    contours: tuple[Polyline, ...]


def prepare(look: Look, theme: Theme) -> None:
    """Make a small ground and forget it: the first one loads what all of them need, which takes longer than making it."""
    axis = np.linspace(0.0, 1.0, COARSE + 1)
    values = np.add.outer(axis, axis)
    flat = Plane((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
    ground(Surface(flat, axis, axis, values, np.ones(values.shape, dtype=bool)), look, theme)


def ground(surface: Surface, look: Look, theme: Theme, floor: float | None = None) -> Ground:
    """Heat map, contour lines and plateau shading of a sampled plane.

    Args:
        surface: what was sampled.
        look: palette, scale and overlays.
        theme: colors of lines.
        floor: f*, the known minimum, for a logarithmic scale; None: the lowest value seen less one color step.

    """
    bottom = (floor_below(surface) if floor is None else floor) if look.logarithmic else 0.0
    shown = above_floor(surface, bottom) if look.logarithmic else surface
    low, high = _color_range(shown, look.logarithmic)
    rgba = colors.colorize(shown.values, low, high, look.palette, look.logarithmic)
    if look.hillshade:
        relief = np.log10(shown.values) if look.logarithmic else np.clip(shown.values, low, high)
        rgba = colors.shaded(rgba, colors.hillshade(relief))
    lines = _contour_lines(surface, look, theme, bottom, high)
    if look.plateaus and min(surface.settled().values.shape) >= COARSE:
        flat = flat_region(surface)
        if flat.shape == surface.values.shape and flat.any():
            rgba = colors.blend(rgba, flat, theme.plateau, 0.38)
            lines = (*lines, *_outline(surface, flat, theme))
    above = f" − {number(bottom)}" if bottom > 0 else f" + {number(-bottom)}" if bottom < 0 else ""
    label = f"log scale of loss{above}" if look.logarithmic else "loss"
    bar = colors.color_bar(low, high, look.palette, label, look.logarithmic)
    return Ground(surface, Raster(rgba, _outer_edges(surface)), bar, lines)


def contour_levels(surface: Surface, look: Look, floor: float | None = None) -> Array:
    """The values at which `ground` draws contour lines: levels of the scale, and some that follow the distribution.

    By the latter valleys and plateaus get lines and not only the steep rim.
    """
    bottom = floor_below(surface) if look.logarithmic and floor is None else floor
    return _levels(surface, look, bottom, _color_range(surface, look.logarithmic)[1])


def _levels(surface: Surface, look: Look, bottom: float | None, high: float) -> Array:
    if look.logarithmic:
        return levels(surface, look.contours, "logarithmic", bottom)
    return np.union1d(levels(np.minimum(surface.values, high), look.contours), levels(surface, 6, "quantile"))


def _color_range(surface: Surface, logarithmic: bool) -> tuple[float, float]:
    """From the lowest value to nearly the highest: one wild corner must not wash out all the rest."""
    values = surface.values[surface.finite]
    if not values.size:
        return (1.0, 10.0) if logarithmic else (0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    if not logarithmic:
        high = min(high, float(np.quantile(values, 0.98)))
    if logarithmic:
        low = max(low, high * 1e-12)
    return (low, high) if high > low else (low, low + (abs(low) or 1.0))


def _contour_lines(surface: Surface, look: Look, theme: Theme, bottom: float, high: float) -> tuple[Polyline, ...]:
    if not look.contours or min(surface.settled().values.shape) < COARSE:
        return ()
    traced = contours(surface, _levels(surface, look, bottom, high))
    if not traced:
        return ()
    gap = np.full((1, 2), np.nan)
    joined = np.concatenate([part for line in traced for part in (line.points, gap)])
    return (Polyline(joined[:, 0], joined[:, 1], theme.contour, width=1.0, opacity=0.45),)


def _outline(surface: Surface, flat: Mask, theme: Theme) -> tuple[Polyline, ...]:
    edges = contours(replace(surface, values=flat.astype(float)), [0.5])
    if not edges:
        return ()
    gap = np.full((1, 2), np.nan)
    joined = np.concatenate([part for line in edges for part in (line.points, gap)])
    return (Polyline(joined[:, 0], joined[:, 1], theme.plateau, "plateau", 1.2, "dashed"),)


def _outer_edges(surface: Surface) -> tuple[float, float, float, float]:
    """Samples are cell centers: the raster reaches half a cell further."""
    left, right, low, high = surface.window
    x, y = (right - left) / (len(surface.first) - 1) / 2, (high - low) / (len(surface.second) - 1) / 2
    return (left - x, right + x, low - y, high + y)
