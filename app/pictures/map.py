"""A picture over two coordinates: landscapes with paths, decision regions with examples."""

from __future__ import annotations

from dataclasses import dataclass

from app.pictures.marks import Axis, Cloud, ColorBar, Handle, Marker, Note, Polyline, Raster


@dataclass(frozen=True, eq=False)
class MapPicture:
    """Drawn in this order: raster, contours, lines, clouds, markers, handles; color bar at the right, notes below."""

    title: str
    x: Axis
    y: Axis
    raster: Raster | None = None
    color_bar: ColorBar | None = None
    contours: tuple[Polyline, ...] = ()
    lines: tuple[Polyline, ...] = ()
    clouds: tuple[Cloud, ...] = ()
    markers: tuple[Marker, ...] = ()
    handles: tuple[Handle, ...] = ()
    notes: tuple[Note, ...] = ()
    caption: str = ""
    equal_scales: bool = False
    """Whether one unit is equally long on both axes."""
    waiting: str = ""
