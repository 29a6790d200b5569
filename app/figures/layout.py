"""Where everything of a picture with axes goes inside its rectangle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QRectF

from app.figures import legend, lettering
from app.figures.area import PlotArea, shares, transformed
from app.figures.legend import Entry, Placed
from app.figures.lettering import LABEL, TICK
from app.figures.wording import Wording, wording
from app.pictures.map import MapPicture
from app.pictures.marks import Axis, ColorBar
from app.pictures.plot import PlotPicture
from app.pictures.ticks import Tick, ticks

MARGIN = 10.0
TICK_LENGTH = 3.5
TICK_GAP = 2.5
BAR_GAP = 10.0
BAR_WIDTH = 10.0
_TICK_ROOM = 28.0  # points of height for each label of a vertical axis
_DECADE_ROOM = 20.0  # the same on a logarithmic one, whose labels look alike
_LABELS_APART = 9.0
_LEAST = 12.0


@dataclass(frozen=True)
class Layout:
    """The axes, their ticks, the words around them and the legend; the color bar stands beside the axes."""

    content: QRectF
    area: PlotArea
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    words: Wording
    legend: tuple[Placed, ...] = ()
    legend_box: QRectF | None = None


def plot_area(rect: QRectF, picture: PlotPicture | MapPicture) -> PlotArea:
    """Where the painters put a picture's data: the map from data coordinates to points within ``rect``."""
    return layout(rect, picture).area


def layout(rect: QRectF, picture: PlotPicture | MapPicture) -> Layout:
    """Lay a picture out; maps have their legend above, plots in a free corner if there is one."""
    content = rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    found = legend.entries(picture)
    if found and isinstance(picture, PlotPicture):
        tentative = _arranged(content, picture, ())
        box = legend.free_corner(tentative.area, picture, found)
        if box is not None:
            return _with_legend(tentative, legend.in_box(found, box), box)
    return _arranged(content, picture, found)


def label_extent(values: Sequence[Tick]) -> float:
    """How wide the widest label is."""
    return max((lettering.width(tick.text, TICK) for tick in values), default=0.0)


def bar_extent(bar: ColorBar | None) -> float:
    """How much room a color bar takes at the right of the axes."""
    if bar is None:
        return 0.0
    texts = max((lettering.width(text, TICK) for _, text in bar.ticks), default=0.0)
    return BAR_GAP + BAR_WIDTH + TICK_LENGTH + TICK_GAP + texts + (LABEL.line + 3 if bar.label else 0.0)


def _with_legend(found: Layout, placed: list[Placed], box: QRectF | None) -> Layout:
    return Layout(found.content, found.area, found.x_ticks, found.y_ticks, found.words, tuple(placed), box)


def _arranged(content: QRectF, picture: PlotPicture | MapPicture, above: Sequence[Entry]) -> Layout:
    words = wording(picture, content.width())
    rows = legend.in_rows(above, content.left(), content.top() + words.above, content.width())
    top = content.top() + words.above + legend.height(rows) + (TICK.size if rows else 0.0)
    bottom = content.bottom() - words.below - _below_axes(picture.x)
    tall = max(bottom - top, _LEAST)
    y_ticks = _vertical_ticks(picture.y, tall)
    bar = bar_extent(picture.color_bar) if isinstance(picture, MapPicture) else 0.0
    left = content.left() + _beside_axes(picture.y, y_ticks)
    wide = max(content.right() - bar - left, _LEAST)
    x_ticks, overhang = _horizontal_ticks(picture.x, wide, content.right() - left - wide)
    rect = QRectF(left, top, max(wide - overhang, _LEAST), tall)
    if isinstance(picture, MapPicture) and picture.equal_scales:
        rect = _letterboxed(rect, picture.x, picture.y)
        x_ticks, _ = _horizontal_ticks(picture.x, rect.width(), content.right() - rect.right())
        y_ticks = _vertical_ticks(picture.y, rect.height())
    return Layout(content, PlotArea(rect, picture.x, picture.y), x_ticks, y_ticks, words, tuple(rows))


def _below_axes(axis: Axis) -> float:
    return TICK_LENGTH + TICK_GAP + TICK.line + (LABEL.line + 1 if axis.label else 0.0)


def _beside_axes(axis: Axis, values: Sequence[Tick]) -> float:
    return (LABEL.line + 3 if axis.label else 0.0) + label_extent(values) + TICK_GAP + TICK_LENGTH


def _vertical_ticks(axis: Axis, tall: float) -> tuple[Tick, ...]:
    return ticks(axis, max(2, int(tall / (_DECADE_ROOM if axis.logarithmic else _TICK_ROOM))))


def _horizontal_ticks(axis: Axis, wide: float, room: float) -> tuple[tuple[Tick, ...], float]:
    """As many ticks as fit without touching, and how far the last label reaches beyond the ``room`` right of the axes."""
    for most in range(max(2, int(wide / 34)), 0, -1):
        found = ticks(axis, most)
        labeled = [tick for tick in found if tick.text]
        spans = [_span(axis, tick, wide) for tick in labeled]
        if all(b[0] - a[1] >= _LABELS_APART for a, b in zip(sorted(spans), sorted(spans)[1:], strict=False)):
            return found, max([0.0, *(end - wide - room for _, end in spans)])
    return (), 0.0


def _span(axis: Axis, tick: Tick, wide: float) -> tuple[float, float]:
    center, half = float(shares(axis, tick.value)) * wide, lettering.width(tick.text, TICK) / 2
    return center - half, center + half


def _letterboxed(rect: QRectF, x: Axis, y: Axis) -> QRectF:
    """The largest centered part of a rectangle in which one unit is equally long on both axes."""
    (x_low, x_high), (y_low, y_high) = transformed(x), transformed(y)
    units_across, units_up = abs(x_high - x_low), abs(y_high - y_low)
    unit = min(rect.width() / units_across, rect.height() / units_up)
    wide, tall = unit * units_across, unit * units_up
    return QRectF(rect.center().x() - wide / 2, rect.center().y() - tall / 2, wide, tall)
