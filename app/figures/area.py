"""The map from data coordinates to points inside a picture's axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from PyQt6.QtCore import QPointF, QRectF

from app.pictures.marks import Axis
from engine.arrays import Array

_FAR = 1e100  # instead of an overflow: still a direction for a line to leave in


@dataclass(frozen=True)
class PlotArea:
    """The rectangle that data are drawn in, and its two axes."""

    rect: QRectF
    x: Axis
    y: Axis

    def across(self, values: ArrayLike) -> Array:
        """Horizontal places in points; NaN where a logarithmic axis has none (values ≤ 0)."""
        return self.rect.left() + self.rect.width() * shares(self.x, values)

    def down(self, values: ArrayLike) -> Array:
        """Vertical places in points, which grow downward."""
        return self.rect.bottom() - self.rect.height() * shares(self.y, values)

    def place(self, x: float, y: float) -> QPointF | None:
        """Where a data point is drawn; None where it is not visible."""
        left, top = float(self.across(x)), float(self.down(y))
        inside = self.rect.left() - 0.01 <= left <= self.rect.right() + 0.01
        return QPointF(left, top) if inside and self.rect.top() - 0.01 <= top <= self.rect.bottom() + 0.01 else None


def shares(axis: Axis, values: ArrayLike) -> Array:
    """How far along the axis each value lies: 0 at its low end, 1 at its high end."""
    low, high = transformed(axis)
    numbers = np.asarray(values, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if axis.logarithmic:
            numbers = np.log10(np.where(numbers > 0, numbers, np.nan))
        result = np.clip((numbers - low) / (high - low), -_FAR, _FAR)
    finite = np.isfinite(numbers)
    return result if finite.all() else np.where(finite, result, np.nan)


def transformed(axis: Axis) -> tuple[float, float]:
    """The axis' range as it is drawn: log10 on a logarithmic axis; an empty range is widened about its middle."""
    low, high = axis.low, axis.high
    if axis.logarithmic:
        high = high if high > 0 else 1.0
        low = low if low > 0 else high * 1e-6
        low, high = float(np.log10(low)), float(np.log10(high))
    if low == high:
        return low - 0.5, high + 0.5
    return low, high
