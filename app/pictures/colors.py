"""From numbers to colors: palettes, shading, overlays and the key beside a landscape.

Rasters follow `marks.Raster`: ``(rows, columns, 4)`` uint8 with row 0 at the bottom. Palettes are ``(256, 3)`` uint8.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

import assets
from app.pictures.marks import Axis, ColorBar
from app.pictures.ticks import ticks
from engine.arrays import Array, Mask

Colors: TypeAlias = NDArray[np.uint8]

PALETTES = MappingProxyType(
    {
        "viridis": "Viridis, dark blue to yellow",
        "cividis": "Cividis, the same to color-blind readers",
        "magma": "Magma, black to cream",
        "gray": "Gray, for print",
        "signed": "Blue, white, red: for values of both signs",
    }
)
"""Every palette by its name in files, and the words for a menu."""

DIVERGED = ("#8a8d93", "#a3a6ab")
"""The two grays whose diagonal stripes say "evaluated, but not finite"; no palette contains such a pattern."""
_STRIPE = 3  # cells


@cache
def palette(name: str) -> Colors:
    """The 256 colors of a palette, ``(256, 3)``, read-only; ``ValueError`` names the known ones."""
    if name not in PALETTES:
        raise ValueError(f"There is no palette {name!r}; choose one of {', '.join(PALETTES)}.")
    with np.load(assets.path("palettes/palettes.npz"), allow_pickle=False) as tables:
        colors: Colors = tables[name]
    colors.flags.writeable = False
    return colors


@cache
def _opaque(name: str) -> NDArray[np.uint32]:
    """The 256 colors as whole words in memory: one look-up a cell instead of four."""
    colors = palette(name)
    words = np.full((len(colors), 4), 255, dtype=np.uint8)
    words[:, :3] = colors
    return words.view(np.uint32)[:, 0]


def components(color: str) -> Colors:
    """Red, green and blue ``(3,)`` of ``#rrggbb``."""
    return np.frombuffer(bytes.fromhex(color.removeprefix("#")), dtype=np.uint8)


def colorize(values: ArrayLike, low: float, high: float, name: str = "viridis", logarithmic: bool = False) -> Colors:
    """Color ``values`` of any shape ``(...)`` by a palette that runs from ``low`` to ``high``; returns ``(..., 4)``.

    Values beyond the range take its end's color. NaN and +inf are drawn as diverged: striped in two grays. With
    ``logarithmic`` the range is untransformed and positive, and values ≤ 0 take the lowest color.
    """
    numbers = np.asarray(values, dtype=np.float64)
    lost = np.isnan(numbers) | (numbers == np.inf)
    share = np.where(lost, 0.0, _share(numbers, low, high, logarithmic))
    table = _opaque(name)
    cells = np.minimum((share * len(table)).astype(np.intp), len(table) - 1)
    rgba: Colors = table[np.atleast_1d(cells)].view(np.uint8).reshape(*numbers.shape, 4)
    if lost.any():
        rgba[..., :3] = np.where(lost[..., None], _stripes(numbers.shape, *DIVERGED), rgba[..., :3])
    return rgba


def hillshade(values: ArrayLike, strength: float = 0.35, relief: float = 1.0) -> Array:
    """How bright each cell of ``values (rows, columns)`` is under a light from the upper left; 1 where it is level.

    Lambert's cosine law on normals ``(−∂x, −∂y, 1)``; heights are scaled by their own typical slope times ``relief``,
    so that every landscape shows its form whatever its units. Cells beside a non-finite one count as level.
    """
    heights = np.where(np.isfinite(values), np.asarray(values, dtype=np.float64), np.nan)
    if min(heights.shape, default=0) < 2:
        return np.ones(heights.shape)
    down, across = np.gradient(heights)
    steepness = np.hypot(across, down)
    typical = float(np.nanquantile(steepness, 0.9)) if np.isfinite(steepness).any() else 0.0
    if typical == 0.0:
        return np.ones(heights.shape)
    x, y = relief * across / typical, relief * down / typical
    level = np.sqrt(0.5)
    light = (0.5 * x - 0.5 * y + level) / np.sqrt(1 + x * x + y * y)
    brightness: Array = np.nan_to_num(1 + strength * (light - level) / level, nan=1.0)
    return brightness


def shaded(rgba: Colors, brightness: ArrayLike) -> Colors:
    """The raster with its colors made darker or brighter by ``brightness (rows, columns)``."""
    result = rgba.copy()
    result[..., :3] = np.clip(rgba[..., :3] * np.asarray(brightness)[..., None], 0, 255).astype(np.uint8)
    return result


def blend(rgba: Colors, mask: ArrayLike, color: str, opacity: float) -> Colors:
    """The raster with ``color`` laid over it where ``mask (rows, columns)`` is true (or as far as it is, 0..1)."""
    amount = np.asarray(mask, dtype=np.float64)
    touched = amount != 0
    weight = (amount[touched] * opacity)[:, None]
    result = rgba.copy()
    result[touched, :3] = np.round(rgba[touched, :3] * (1 - weight) + components(color) * weight).astype(np.uint8)
    return result


def hatch(rgba: Colors, mask: Mask, color: str, opacity: float = 0.6, period: int = 8) -> Colors:
    """The raster with diagonal lines over ``mask``, for regions whose own color must stay readable."""
    rows, columns = np.indices(mask.shape)
    return blend(rgba, mask & ((rows + columns) % period < max(1, period // 4)), color, opacity)


def color_bar(
    low: float, high: float, name: str, label: str, logarithmic: bool = False, offset: str = "", most: int = 7
) -> ColorBar:
    """The key for `colorize` with the same arguments; ``offset`` is what was subtracted first, such as "lowest seen"."""
    places = [
        (float(_share(np.float64(tick.value), low, high, logarithmic)), tick.text)
        for tick in ticks(Axis(label, low, high, logarithmic), most)
        if tick.text
    ]
    return ColorBar(palette(name), f"{label} − {offset}" if offset else label, tuple(places))


def _share(numbers: Array | np.float64, low: float, high: float, logarithmic: bool) -> Array:
    """Where each number lies between ``low`` and ``high``, as 0..1."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if logarithmic:
            if low <= 0:
                raise ValueError("A logarithmic color scale needs a lowest value above zero.")
            numbers, low, high = np.log10(np.maximum(numbers, 0.0)), float(np.log10(low)), float(np.log10(high))
        span = high - low
        return np.clip((numbers - low) / span if span > 0 else np.zeros_like(numbers), 0.0, 1.0)


def _stripes(shape: tuple[int, ...], first: str, second: str) -> Colors:
    diagonal = np.add.outer(np.arange(shape[-2]), np.arange(shape[-1])) if len(shape) > 1 else np.arange(*shape or (1,))
    odd = (diagonal // _STRIPE % 2 == 1).reshape((*diagonal.shape, 1))
    return np.where(odd, components(second), components(first))
