"""What of a map depends on the surface alone: heat map, contour lines, shading and the key."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.panels.landscape.overlays import OVERLAYS
from app.panels.landscape.overlays.overlay import COARSE, Terrain, amount
from app.panels.landscape.settings import LandscapeSettings
from app.pictures import colors
from app.pictures.marks import ColorBar, Polyline, Raster
from app.theme import Theme
from engine.analysis.wording import number
from engine.plane import Plane
from engine.surfaces import Surface, above_floor, floor_below


@dataclass(frozen=True, eq=False)
class Background:
    """What of a map depends on the surface alone, and stays while paths are dragged over it."""

    surface: Surface
    raster: Raster
    color_bar: ColorBar
    contours: tuple[Polyline, ...]


class BackgroundCache:
    """The background of one card, made again only where it differs."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._surface: Surface | None = None
        self._background: Background | None = None

    def background(
        self, surface: Surface | None, settings: LandscapeSettings, theme: Theme, minimum: float | None
    ) -> Background | None:
        """The background of a sampled plane; None where there is none yet, or nothing finite on it."""
        if surface is None or not surface.second.size or not surface.finite.any():
            return None
        fixed = tuple(amount(settings, overlay) for overlay in OVERLAYS if overlay.is_fixed)
        key = (theme.name, settings.logarithmic, settings.palette, *fixed)
        if surface is not self._surface or key != self._key:
            self._background = background(surface, settings, theme, minimum)
            self._surface, self._key = surface, key
        return self._background


def prepare(settings: LandscapeSettings, theme: Theme) -> None:
    """Make a small background and forget it: the first one loads what all of them need, which takes longer than making it."""
    axis = np.linspace(0.0, 1.0, COARSE + 1)
    values = np.add.outer(axis, axis)
    flat = Plane((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
    background(Surface(flat, axis, axis, values, np.ones(values.shape, dtype=bool)), settings, theme)


def background(surface: Surface, settings: LandscapeSettings, theme: Theme, floor: float | None = None) -> Background:
    """Heat map, contour lines and shading of a sampled plane.

    Args:
        surface: what was sampled.
        settings: palette, scale and overlays.
        theme: colors of lines.
        floor: f*, the known minimum, for a logarithmic scale; None: the lowest value seen less one color step.

    """
    logarithmic = settings.logarithmic
    bottom = (floor_below(surface) if floor is None else floor) if logarithmic else 0.0
    shown = above_floor(surface, bottom) if logarithmic else surface
    low, high = color_range(shown, logarithmic)
    terrain = Terrain(surface, theme, logarithmic, bottom, low, high, shown.values)
    rgba = colors.colorize(shown.values, low, high, settings.palette, logarithmic)
    lines: tuple[Polyline, ...] = ()
    for overlay in OVERLAYS:
        if wanted := amount(settings, overlay):
            rgba = overlay.tint(rgba, terrain, wanted)
            lines = (*lines, *overlay.contours(terrain, wanted))
    above = f" − {number(bottom)}" if bottom > 0 else f" + {number(-bottom)}" if bottom < 0 else ""
    label = f"log scale of loss{above}" if logarithmic else "loss"
    bar = colors.color_bar(low, high, settings.palette, label, logarithmic)
    return Background(surface, Raster(rgba, _outer_edges(surface)), bar, lines)


def color_range(surface: Surface, logarithmic: bool) -> tuple[float, float]:
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


def _outer_edges(surface: Surface) -> tuple[float, float, float, float]:
    """Samples are cell centers: the raster reaches half a cell further."""
    left, right, low, high = surface.window
    x, y = (right - left) / (len(surface.first) - 1) / 2, (high - low) / (len(surface.second) - 1) / 2
    return (left - x, right + x, low - y, high + y)
