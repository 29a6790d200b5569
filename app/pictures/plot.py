"""A picture with one value on each axis: training curves, slices, one-parameter landscapes."""

from __future__ import annotations

from dataclasses import dataclass

from app.pictures.marks import Axis, Band, Cloud, Handle, Marker, Note, Polyline


@dataclass(frozen=True, eq=False)
class PlotPicture:
    """Lines over an axis. Drawn in this order: bands, lines, clouds, markers, handles, then notes in a corner."""

    title: str
    x: Axis
    y: Axis
    bands: tuple[Band, ...] = ()
    lines: tuple[Polyline, ...] = ()
    clouds: tuple[Cloud, ...] = ()
    markers: tuple[Marker, ...] = ()
    handles: tuple[Handle, ...] = ()
    notes: tuple[Note, ...] = ()
    """Shown below the plot, one under the other."""
    caption: str = ""
    """One line under the title that says what is drawn."""
    waiting: str = ""
    """A sentence shown instead of data while there is none."""
