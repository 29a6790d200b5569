"""What an overlay is: one entry from which its switch, its tooltip, its cache key and its test follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.document import Document
from app.lanes.lane import Results
from app.lanes.plane import BuiltPlane
from app.panels.landscape.settings import LandscapeSettings
from app.pictures.colors import Colors
from app.pictures.marks import Band, Marker, Note, Polyline
from app.pictures.projection import Projections
from app.theme import Theme
from engine.arrays import Array, Mask
from engine.surfaces import Surface, Window, flat_region

COARSE = 20
"""With fewer samples a side than this, contours and shading would only be corners of blocks."""


@dataclass(frozen=True, eq=False)
class Terrain:
    """A sampled line or plane as an overlay sees it."""

    surface: Surface
    theme: Theme
    logarithmic: bool = False
    floor: float | None = None
    """f*, which a logarithmic scale subtracts; None: the lowest value seen less one color step."""
    low: float = 0.0
    high: float = 1.0
    """The range of the colors, above the floor on a logarithmic scale."""
    heights: Array | None = None
    """(rows, columns): the values that are colored."""

    @cached_property
    def flat(self) -> Mask:
        """Where the surface is nearly flat, of the shape of its settled values."""
        return flat_region(self.surface)

    @property
    def is_coarse(self) -> bool:
        """Whether there are too few samples yet to draw shapes."""
        return bool(min(self.surface.settled().values.shape) < COARSE)


@dataclass(frozen=True, eq=False)
class Scene:
    """The runs on a landscape as an overlay sees them."""

    document: Document
    results: Results
    number: int
    """Which card."""
    built: BuiltPlane
    window: Window
    """What is shown: of a line, its range and that of the losses."""
    projections: Projections


@dataclass(frozen=True, eq=False)
class Marks:
    """What an overlay adds to the picture."""

    lines: tuple[Polyline, ...] = ()
    markers: tuple[Marker, ...] = ()
    notes: tuple[Note, ...] = ()


def _no_tint(colors: Colors, terrain: Terrain, amount: int) -> Colors:
    return colors


def _no_lines(terrain: Terrain, amount: int) -> tuple[Polyline, ...]:
    return ()


def _no_bands(terrain: Terrain, amount: int) -> tuple[Band, ...]:
    return ()


def _no_marks(scene: Scene, amount: int) -> Marks:
    return Marks()


@dataclass(frozen=True, eq=False)
class Overlay:
    """Something drawn over a landscape. What depends on the surface alone is made once for each surface and amount."""

    name: str
    title: str
    tip: str
    default: int = 0
    """Its amount at first: 0 is off."""
    largest: int = 1
    """1: a switch; more: a number."""
    none: str = "none"
    """What the amount 0 of a number is called."""
    tint: Callable[[Colors, Terrain, int], Colors] = _no_tint
    """Changes the colors of a map."""
    contours: Callable[[Terrain, int], tuple[Polyline, ...]] = _no_lines
    """Lines on a map, under the paths."""
    bands: Callable[[Terrain, int], tuple[Band, ...]] = _no_bands
    """Shaded stretches of the landscape of one parameter."""
    marks: Callable[[Scene, int], Marks] = _no_marks
    """What follows the runs and the shown step."""

    @property
    def is_fixed(self) -> bool:
        """Whether it draws something that depends on the surface alone."""
        return self.tint is not _no_tint or self.contours is not _no_lines or self.bands is not _no_bands


def amount(settings: LandscapeSettings, overlay: Overlay) -> int:
    """How much of an overlay is drawn; 0: nothing."""
    return dict(settings.overlays).get(overlay.name, overlay.default)


def with_amount(settings: LandscapeSettings, overlay: Overlay, wanted: int) -> tuple[tuple[str, int], ...]:
    """The settings' overlays with another amount of one."""
    return tuple({**dict(settings.overlays), overlay.name: wanted}.items())


def joined(lines: list[Array]) -> tuple[Array, Array]:
    """Several lines ``(n, 2)`` as one with gaps, ``x`` and ``y``."""
    gap = np.full((1, 2), np.nan)
    points = np.concatenate([part for line in lines for part in (line, gap)])
    return points[:, 0], points[:, 1]
