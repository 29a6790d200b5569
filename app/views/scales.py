"""Between data and what pyqtgraph draws: on a logarithmic axis it draws the logarithm."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.pictures.marks import Axis


def forth(axis: Axis, values: NDArray[Any]) -> NDArray[Any]:
    """View coordinates; NaN where there is no logarithm."""
    if not axis.logarithmic:
        return np.asarray(values, dtype=np.float64)
    with np.errstate(all="ignore"):
        logs = np.log10(np.asarray(values, dtype=np.float64))
    return np.where(np.isfinite(logs), logs, np.nan)


def forth_one(axis: Axis, value: float) -> float:
    """View coordinate of one value; NaN where there is no logarithm."""
    return float(forth(axis, np.array([value]))[0]) if axis.logarithmic else float(value)


def back(axis: Axis, value: float) -> float:
    """The data value at a view coordinate."""
    return float(10.0 ** min(value, 300.0)) if axis.logarithmic else float(value)


def span(axis: Axis) -> tuple[float, float]:
    """The range of the axis in view coordinates."""
    return forth_one(axis, axis.low), forth_one(axis, axis.high)
