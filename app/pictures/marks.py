"""The marks that pictures are made of.

Coordinates are data coordinates; sizes are in points (1/72 inch on paper, a logical pixel on screen); colors ``#rrggbb``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Array

Style = Literal["solid", "dashed", "dotted"]
Symbol = Literal["circle", "square", "diamond", "triangle", "star", "cross", "ring"]


@dataclass(frozen=True)
class Axis:
    """One axis: its label, the range it shows, and whether it is logarithmic (values and range stay untransformed)."""

    label: str
    low: float
    high: float
    logarithmic: bool = False


@dataclass(frozen=True, eq=False)
class Polyline:
    """A line through points; a NaN breaks it. With ``dots`` every point also gets a dot (one dot per step)."""

    x: Array
    y: Array
    color: str
    name: str = ""
    """Shown in the legend; empty: not listed."""
    width: float = 1.5
    style: Style = "solid"
    dots: bool = False
    dot_size: float = 3.0
    opacity: float = 1.0


@dataclass(frozen=True)
class Marker:
    """One symbol at a place, with an optional label beside it."""

    x: float
    y: float
    color: str
    symbol: Symbol = "circle"
    size: float = 8.0
    label: str = ""
    outline: str = ""


@dataclass(frozen=True, eq=False)
class Cloud:
    """Many symbols of one kind, such as the examples of a class."""

    x: Array
    y: Array
    color: str
    symbol: Symbol = "circle"
    size: float = 5.0
    outline: str = ""
    name: str = ""


@dataclass(frozen=True)
class Band:
    """A shaded stretch of the horizontal axis (or of the vertical one), with a label inside it."""

    first: float
    last: float
    color: str
    label: str = ""
    opacity: float = 0.18
    vertical_axis: bool = False


@dataclass(frozen=True)
class Handle:
    """A place that a person can drag; ``key`` says which one to whoever listens."""

    key: int
    x: float
    y: float
    color: str
    label: str = ""
    on_curve: bool = False
    """Whether it is dragged along a curve: its height follows from where it is across."""


@dataclass(frozen=True, eq=False)
class Raster:
    """A colored image over ``window`` = (x low, x high, y low, y high), the outer edges of its corner cells.

    ``rgba (rows, columns, 4)`` uint8; row 0 is at the bottom (y low).
    """

    rgba: NDArray[np.uint8]
    window: tuple[float, float, float, float]
    smooth: bool = True


@dataclass(frozen=True, eq=False)
class ColorBar:
    """The key of a raster: colors ``(256, 3)`` uint8 from ``low`` to ``high``, ticks as (place in 0..1, text)."""

    colors: NDArray[np.uint8]
    label: str
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Note:
    """A line of text about a picture, optionally in the color of what it speaks of."""

    text: str
    color: str = ""
    strong: bool = False
