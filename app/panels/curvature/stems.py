"""Eigenvalues drawn as stems, with the steps of Newton and of descent; and, of large networks, the density of the spectrum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.pictures.marks import Axis, Cloud, Note, Polyline, Symbol
from app.pictures.plot import PlotPicture
from app.theme import Theme
from engine.arrays import Array, Mask

if TYPE_CHECKING:
    from engine.analysis.curvature import Curvature

DENSITY_POINTS = 800
DENSITY_DECADES = 6
"""A logarithmic density is shown so far below its highest value."""
UP: Symbol = "circle"
DOWN: Symbol = "triangle"
SIZES: dict[Symbol, float] = {"circle": 7.0, "triangle": 8.0, "ring": 7.0, "square": 5.0}
MANY = 60
"""With more eigenvalues than this their symbols are small."""


def stem_plot(
    curvature: Curvature,
    logarithmic: bool,
    rate: float,
    theme: Theme,
    title: str,
    words: tuple[Note, ...],
    caption: str,
) -> PlotPicture:
    """All eigenvalues, the highest first: circles bend up, triangles down, rings are zero to rounding."""
    assert curvature.whole is not None
    values, tolerance = curvature.whole.eigenvalues[::-1], curvature.signs.tolerance
    rank = np.arange(1, len(values) + 1, dtype=np.float64)
    down, flat = values < -tolerance, np.abs(values) <= tolerance
    steps = 1.0 / np.abs(np.where(flat, np.nan, values)) if logarithmic else np.full(len(values), np.nan)
    heights = np.where(flat, np.nan, np.abs(values)) if logarithmic else values
    limits = _limits(curvature, rate, logarithmic)
    low, high = _range(np.concatenate([heights, steps, limits[:, 0]]), logarithmic)
    foot = low if logarithmic else 0.0
    clouds = [
        _cloud(rank, heights, ~down & ~flat, theme.accent, UP, "bends up"),
        _cloud(rank, heights, down, theme.warning, DOWN, "bends down"),
        _cloud(rank, np.full(len(values), foot), flat, theme.muted, "ring", "flat to rounding"),
        _cloud(rank, steps, np.isfinite(steps), theme.classes[2], "square", "Newton's step 1/|λ|"),
    ]
    lines = [_stems(rank, heights, foot, ~down & ~flat, theme.accent), _stems(rank, heights, foot, down, theme.warning)]
    lines += _levels(curvature, rate, logarithmic, rank, theme)
    return PlotPicture(
        title,
        Axis("eigenvalue, highest first", 0.5, len(values) + 0.5),
        Axis("|λ|, and step lengths" if logarithmic else "λ", low, high, logarithmic),
        lines=tuple(line for line in lines if line.x.size),
        clouds=tuple(cloud for cloud in clouds if cloud.x.size),
        notes=words,
        caption=caption,
    )


def density_plot(
    curvature: Curvature,
    logarithmic: bool,
    rate: float,
    theme: Theme,
    title: str,
    words: tuple[Note, ...],
    caption: str,
) -> PlotPicture:
    """The density of the spectrum where it is known, and the eigenvalues found at both ends as stems."""
    assert curvature.ends is not None
    low, high = curvature.lambda_min, curvature.lambda_max
    room = 0.05 * (high - low) or 1.0
    bottom, top, lines = 0.0, 1.0, []
    if curvature.density is not None:
        grid = np.linspace(low - room, high + room, DENSITY_POINTS)
        density = curvature.density.on(grid)
        top = float(density.max()) or 1.0
        bottom = top * 10.0**-DENSITY_DECADES if logarithmic else 0.0
        lines.append(Polyline(grid, np.maximum(density, bottom), theme.text, "spectral density", 1.6))
    shown = logarithmic and curvature.density is not None
    height = top * 10.0 ** (-0.6 * DENSITY_DECADES) if shown else 0.3 * top
    clouds = []
    for ends, name in ((curvature.ends.smallest, "lowest"), (curvature.ends.largest, "highest")):
        found = ends.eigenvalues
        down = found < -curvature.signs.tolerance
        for which, color, symbol in ((down, theme.warning, DOWN), (~down, theme.accent, UP)):
            heights = np.full(len(found), height)
            lines.append(_stems(found, heights, bottom, which, color))
            clouds.append(Cloud(found[which], heights[which], color, symbol, 5.0, color, f"{name} eigenvalues"))
    edge = curvature.stability
    if edge is not None and low - room < edge.curvature < high + 5 * room:
        high = max(high, edge.curvature)
        lines.append(_vertical(edge.curvature, bottom, top, theme, f"{edge.bound.name}/α"))
    return PlotPicture(
        title,
        Axis("eigenvalue λ", low - room, high + room),
        Axis("density of eigenvalues", bottom, 1.6 * top if shown else 1.08 * top, shown),
        lines=tuple(line for line in lines if line.x.size),
        clouds=tuple(cloud for cloud in clouds if cloud.x.size),
        notes=words,
        caption=caption,
    )


def _limits(curvature: Curvature, rate: float, logarithmic: bool) -> Array:
    """(n, 1): the levels that the axis should reach: the stability bound, and descent's step beside Newton's."""
    found = [curvature.stability.curvature] if curvature.stability is not None else []
    found += [rate] if logarithmic else []
    levels = np.array(found, dtype=np.float64)
    return levels[np.isfinite(levels) & ((levels > 0) | (not logarithmic))][:, None]


def _levels(curvature: Curvature, rate: float, logarithmic: bool, rank: Array, theme: Theme) -> list[Polyline]:
    """The curvature that the learning rate allows, and descent's one step for all directions."""
    across = np.array([0.5, len(rank) + 0.5])
    lines = []
    edge = curvature.stability
    if edge is not None and np.isfinite(edge.curvature):
        color = theme.warning if edge.exceeded else theme.muted
        name = f"stable up to λ = {edge.bound.name}/α"
        lines.append(Polyline(across, np.full(2, edge.curvature), color, name, 1.4, "dashed"))
    if logarithmic and np.isfinite(rate) and rate > 0:
        lines.append(Polyline(across, np.full(2, rate), theme.classes[2], "descent's step α", 1.4, "dotted"))
    return lines


def _range(heights: Array, logarithmic: bool) -> tuple[float, float]:
    seen = heights[np.isfinite(heights) & ((heights > 0) | (not logarithmic))]
    if not seen.size:
        return (1e-3, 1.0) if logarithmic else (-1.0, 1.0)
    low, high = float(seen.min()), float(seen.max())
    if logarithmic:
        room = max(np.log(1.8), 0.06 * (np.log(high) - np.log(low)))
        return _bounded(np.log(low) - room), _bounded(np.log(high) + room)
    low, high = min(low, 0.0), max(high, 0.0)
    room = 0.08 * (high - low) or 1.0
    return low - room, high + room


def _bounded(logarithm: float) -> float:
    """A positive number by its logarithm, as far as there are numbers."""
    return float(np.exp(np.clip(logarithm, -700.0, 700.0)))


def _stems(x: Array, heights: Array, foot: float, which: Mask, color: str, name: str = "") -> Polyline:
    """From ``foot`` to each height, as one line with gaps."""
    at, top = x[which], heights[which]
    places = np.stack([at, at, np.full(len(at), np.nan)], axis=1).ravel()
    ends = np.stack([np.full(len(at), foot), top, np.full(len(at), np.nan)], axis=1).ravel()
    return Polyline(places, ends, color, name, 1.2)


def _cloud(x: Array, y: Array, which: Mask, color: str, symbol: Symbol, name: str) -> Cloud:
    crowded = len(x) > MANY  # then a pale edge around each symbol would be all that is seen
    size = 0.5 * SIZES[symbol] if crowded else SIZES[symbol]
    return Cloud(x[which], y[which], color, symbol, size, color if crowded else "", name)


def _vertical(x: float, bottom: float, top: float, theme: Theme, name: str) -> Polyline:
    return Polyline(np.full(2, x), np.array([bottom, top]), theme.muted, f"stable up to λ = {name}", 1.4, "dashed")
