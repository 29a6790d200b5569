"""A picture made of small images: hidden units' weights, example predictions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.pictures.marks import Note


@dataclass(frozen=True, eq=False)
class Tile:
    """One small image ``rgba (rows, columns, 4)`` uint8, row 0 at the TOP, with a line of text under it."""

    rgba: NDArray[np.uint8]
    text: str = ""
    color: str = ""


@dataclass(frozen=True, eq=False)
class TileGroup:
    """Tiles under a heading, laid out in rows."""

    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, eq=False)
class TilesPicture:
    """Groups of tiles, one under the other."""

    title: str
    groups: tuple[TileGroup, ...] = ()
    notes: tuple[Note, ...] = ()
    caption: str = ""
    waiting: str = ""
