"""Light from the upper left."""

from __future__ import annotations

import numpy as np

from app.panels.landscape.overlays.overlay import Overlay, Terrain
from app.pictures import colors
from app.pictures.colors import Colors


def _tint(rgba: Colors, terrain: Terrain, amount: int) -> Colors:
    heights = terrain.heights
    if heights is None:
        return rgba
    relief = np.log10(heights) if terrain.logarithmic else np.clip(heights, terrain.low, terrain.high)
    return colors.shaded(rgba, colors.hillshade(relief))


HILLSHADE = Overlay("hillshade", "Hillshade", "Light from the upper left, as on a map of mountains.", tint=_tint)
