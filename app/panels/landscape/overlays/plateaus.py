"""Where the loss is nearly flat."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.panels.landscape.overlays.overlay import Overlay, Terrain, joined
from app.pictures import colors
from app.pictures.colors import Colors
from app.pictures.marks import Band, Polyline
from engine.arrays import Mask
from engine.contours import contours


def _flat(terrain: Terrain) -> Mask | None:
    if terrain.is_coarse:
        return None
    flat = terrain.flat
    return flat if flat.shape == terrain.surface.values.shape and flat.any() else None


def _tint(rgba: Colors, terrain: Terrain, _: int) -> Colors:
    flat = _flat(terrain)
    return rgba if flat is None else colors.blend(rgba, flat, terrain.theme.plateau, 0.38)


def _outline(terrain: Terrain, _: int) -> tuple[Polyline, ...]:
    flat = _flat(terrain)
    edges = [] if flat is None else contours(replace(terrain.surface, values=flat.astype(float)), [0.5])
    if not edges:
        return ()
    x, y = joined([line.points for line in edges])
    return (Polyline(x, y, terrain.theme.plateau, "plateau", 1.2, "dashed"),)


def _stretches(terrain: Terrain, _: int) -> tuple[Band, ...]:
    surface = terrain.surface
    flat = np.concatenate([[False], terrain.flat, [False]]).astype(int)
    edges = np.flatnonzero(np.diff(flat))
    return tuple(
        Band(float(surface.first[a]), float(surface.first[b - 1]), terrain.theme.plateau, "plateau")
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if b - a > 2
    )


PLATEAUS = Overlay(
    "plateaus",
    "Shade plateaus",
    "Where the loss is nearly flat.",
    default=1,
    tint=_tint,
    contours=_outline,
    bands=_stretches,
)
