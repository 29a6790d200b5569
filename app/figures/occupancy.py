"""Which places inside the axes are taken by data, for words that look for a free one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.figures import marks, polylines
from app.figures.area import PlotArea
from app.pictures.marks import Cloud, Polyline
from engine.arrays import Array

SPACING = 2.0
"""Points between the places that stand for a line."""
SYMBOL = 5
"""How many places stand for one symbol of a cloud."""


def taken(area: PlotArea, lines: Sequence[Polyline], clouds: Sequence[Cloud]) -> Array:
    """Places in points ``(n, 2)`` that stand for lines and clouds."""
    edges = area.rect.left(), area.rect.top(), area.rect.right(), area.rect.bottom()
    found = [np.empty((0, 2))]
    for line in lines:
        cut = polylines.clipped(marks.vertices(area, line.x, line.y), *edges)
        found += [_along(run) for run in polylines.runs(polylines.thinned(cut))]
    found += [np.repeat(marks.vertices(area, cloud.x, cloud.y), SYMBOL, axis=0) for cloud in clouds]
    return np.concatenate(found)


def _along(run: Array) -> Array:
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(run, axis=0).T))])
    at = np.arange(0.0, length[-1], SPACING)
    return np.column_stack([np.interp(at, length, run[:, 0]), np.interp(at, length, run[:, 1])])
