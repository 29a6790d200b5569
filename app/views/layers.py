"""Lines, spots and labels on a plot: items that are kept from picture to picture, and touched only where a mark is another.

At frame rate that is most of the work: of a dozen items two or three are about the path that moves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from app.pictures.marks import Axis, Cloud, Marker, Polyline
from app.views.pens import pen_of, translucent
from app.views.scales import forth, forth_one
from app.views.spots_item import Spots, SpotsItem, Stamp
from app.views.trails_item import Trail, TrailsItem

Axes = tuple[Axis, Axis]
Shown = tuple[object, ...]
"""What an item shows, to tell whether it has to be touched: marks by identity or value, and the axes' scales."""


def _scales(axes: Axes) -> tuple[bool, bool]:
    return axes[0].logarithmic, axes[1].logarithmic


def _same(now: Shown, before: Shown) -> bool:
    return len(now) == len(before) and all(a is b or a == b for a, b in zip(now, before, strict=True))


def _is_trail(line: Polyline) -> bool:
    return line.style == "solid" and line.opacity == 1.0


class Lines:
    """Solid lines as trails, which grow; one curve item for each dashed or translucent line, which does not."""

    def __init__(self, item: pg.PlotItem) -> None:
        self._item = item
        self.trails = TrailsItem(item.getViewBox())
        self._shown_trails: Shown = ()
        self.items: list[pg.PlotCurveItem] = []
        self._shown: list[tuple[Polyline | None, tuple[bool, bool]]] = []

    def show(self, lines: Sequence[Polyline], axes: Axes) -> None:
        """Show these lines and no others."""
        self._show_trails([line for line in lines if _is_trail(line)], axes)
        lines = [line for line in lines if not _is_trail(line)]
        while len(self.items) < len(lines):
            curve = pg.PlotCurveItem(connect="finite", skipFiniteCheck=False)
            curve.setZValue(10 + len(self.items))
            self.items.append(curve)
            self._shown.append((None, _scales(axes)))
            self._item.addItem(curve)
        for number, curve in enumerate(self.items):
            curve.setVisible(number < len(lines))
            if number < len(lines):
                self._show_line(number, lines[number], axes)

    def _show_trails(self, lines: list[Polyline], axes: Axes) -> None:
        shown: Shown = (*lines, _scales(axes))
        if not _same(shown, self._shown_trails):
            self._shown_trails = shown
            self.trails.show_trails(tuple(
                Trail(
                    line.color, line.width, _places(line.x, line.y, axes),
                    Stamp("circle", line.dot_size, line.color) if line.dots else None,
                )
                for line in lines
            ))  # fmt: skip

    def _show_line(self, number: int, line: Polyline, axes: Axes) -> None:
        curve, (before, scales) = self.items[number], self._shown[number]
        if before is line and scales == _scales(axes):
            return
        self._shown[number] = (line, _scales(axes))
        if before is None or _stroke(before) != _stroke(line):
            curve.setPen(pen_of(line))
            curve.opts["antialias"] = line.width > 1 or line.opacity < 1
        curve.setData(forth(axes[0], line.x), forth(axes[1], line.y))


def _stroke(line: Polyline) -> tuple[object, ...]:
    return line.color, line.opacity, line.width, line.style


class Dots:
    """Clouds, dots of lines that are no trails, then markers: stamped by one item, in this order."""

    def __init__(self, box: pg.ViewBox) -> None:
        self.item = SpotsItem(box)
        self._shown: Shown = ()

    def show(
        self,
        lines: Sequence[Polyline],
        clouds: Sequence[Cloud],
        markers: Sequence[Marker],
        axes: Axes,
        ground: str,
    ) -> None:
        """Show these and no others; markers without an outline have one in the color of the ground."""
        dotted = [line for line in lines if line.dots and not _is_trail(line)]
        shown: Shown = (*dotted, *clouds, *markers, _scales(axes), ground)
        if _same(shown, self._shown):
            return
        self._shown = shown
        self.item.show_spots((
            *(_of_cloud(cloud, axes) for cloud in clouds),
            *(Spots(Stamp("circle", line.dot_size, line.color), _places(line.x, line.y, axes)) for line in dotted),
            *(_of_marker(marker, axes, ground) for marker in markers if is_drawable(marker, axes)),
        ))  # fmt: skip


def _of_cloud(cloud: Cloud, axes: Axes) -> Spots:
    stamp = Stamp(cloud.symbol, cloud.size, cloud.color, cloud.outline or cloud.color)
    return Spots(stamp, _places(cloud.x, cloud.y, axes))


def _of_marker(marker: Marker, axes: Axes, ground: str) -> Spots:
    if marker.symbol == "ring":
        stamp = Stamp("ring", marker.size, "", marker.color, 2.0)
    else:
        stamp = Stamp(marker.symbol, marker.size, marker.color, marker.outline or ground)
    return Spots(stamp, _places(np.array([marker.x]), np.array([marker.y]), axes))


def _places(x: NDArray[Any], y: NDArray[Any], axes: Axes) -> NDArray[Any]:
    """View coordinates (2, K)."""
    return np.stack([forth(axes[0], x), forth(axes[1], y)])


def is_drawable(marker: Marker, axes: Axes) -> bool:
    """Whether a marker has a place on these axes."""
    return math.isfinite(forth_one(axes[0], marker.x)) and math.isfinite(forth_one(axes[1], marker.y))


class Labels:
    """The texts beside markers."""

    def __init__(self, item: pg.PlotItem) -> None:
        self._item = item
        self.items: list[pg.TextItem] = []
        self._said: list[tuple[str, str, str]] = []

    def show(self, markers: Sequence[Marker], axes: Axes, color: str, ground: str) -> None:
        """Show the labels of these markers, on a ground that lets a little through."""
        labeled = [marker for marker in markers if marker.label and is_drawable(marker, axes)]
        while len(self.items) < len(labeled):
            text = pg.TextItem("", anchor=(0.0, 1.0))
            text.setZValue(45)
            self.items.append(text)
            self._said.append(("", "", ""))
            self._item.addItem(text, ignoreBounds=True)
        for number, text in enumerate(self.items):
            text.setVisible(number < len(labeled))
            if number < len(labeled):
                marker = labeled[number]
                if self._said[number] != (marker.label, color, ground):
                    self._said[number] = (marker.label, color, ground)
                    text.setText(marker.label, color=color)
                    text.fill = pg.mkBrush(translucent(ground, 0.75))
                text.setPos(forth_one(axes[0], marker.x), forth_one(axes[1], marker.y))
