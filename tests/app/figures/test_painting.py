import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from PyQt6.QtCore import QRectF

from app.figures import lettering
from app.figures.layout import layout, plot_area
from app.figures.wording import wording
from app.pictures.map import MapPicture
from app.pictures.marks import Axis, Band, Cloud, Handle, Marker, Note, Polyline
from app.pictures.plot import PlotPicture
from app.theme import DARK, LIGHT
from tests.app.figures.samples import FIGURES, LANDSCAPE, WAITING

RECT = QRectF(0, 0, 400, 300)
EMPTY = PlotPicture("", Axis("x", 0, 10), Axis("y", 0, 1))
RED = [255, 0, 0]
AXES = [
    (Axis("x", 0, 10), Axis("y", 0, 1)),
    (Axis("x", 1, 1000, logarithmic=True), Axis("y", 1e-6, 1, logarithmic=True)),
    (Axis("x", -5e6, 5e6), Axis("y", 1e-9, 3e-9)),
]


def at(values, axis):
    """A value at a share of an axis, by the definition of linear and logarithmic scales."""
    if axis.logarithmic:
        return axis.low * (axis.high / axis.low) ** values
    return axis.low + values * (axis.high - axis.low)


def color_at(pixels, point):
    return pixels[round(4 * point.y()), round(4 * point.x())].tolist()


@pytest.mark.parametrize(("x", "y"), AXES, ids=["linear", "logarithmic", "large and small"])
@pytest.mark.parametrize("kind", [PlotPicture, MapPicture])
@pytest.mark.parametrize("symbol", ["circle", "square", "diamond", "triangle", "star", "cross"])
def test_a_symbol_is_drawn_where_the_axes_say(painted, kind, x, y, symbol):
    marker = Marker(float(at(0.3, x)), float(at(0.6, y)), "#ff0000", symbol, size=12)
    picture = kind("Title", x, y, markers=(marker,))
    area, pixels = plot_area(RECT, picture), painted(picture)
    expected = area.rect.left() + 0.3 * area.rect.width(), area.rect.bottom() - 0.6 * area.rect.height()
    rows, columns = np.nonzero((pixels == RED).all(axis=2))
    assert abs((columns.min() + columns.max() + 1) / 8 - expected[0]) < 1
    assert abs((rows.min() + rows.max() + 1) / 8 - expected[1]) < 2  # a triangle's box is not about its center


@pytest.mark.parametrize(("x", "y"), AXES)
def test_lines_dots_clouds_and_handles_share_one_map(painted, x, y):
    shares = np.array([0.1, 0.3, 0.5, 0.8, 0.9])
    xs, ys = at(shares, x), at(shares, y)
    for marks in (
        {"lines": (Polyline(xs, ys, "#ff0000", width=3),)},
        {"lines": (Polyline(xs, ys, "#ff0000", width=0.1, dots=True, dot_size=6),)},
        {"clouds": (Cloud(xs, ys, "#ff0000", size=8),)},
        {"handles": tuple(Handle(k, *place, "#ff0000") for k, place in enumerate(zip(xs, ys, strict=True)))},
    ):
        picture = dataclasses.replace(EMPTY, x=x, y=y, **marks)
        area, pixels = plot_area(RECT, picture), painted(picture)
        for place in list(zip(xs, ys, strict=True))[1:-1]:  # a line's very ends are cut in half
            assert np.abs(np.subtract(color_at(pixels, area.place(*place)), RED)).max() <= 20


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_wild_line_leaves_no_pixel_outside_the_axes(painted, theme):
    random = np.random.default_rng(0)
    wild = random.normal(size=(2, 500)) * 10.0 ** random.choice([-2, 0, 1, 3, 300], 500)
    wild[:, ::50], wild[:, 7::90] = np.nan, np.inf
    for picture in (EMPTY, MapPicture("", EMPTY.x, EMPTY.y)):
        area = plot_area(RECT, picture).rect
        with_line = dataclasses.replace(picture, lines=(Polyline(*wild, "#ff0000", width=2, dots=True),))
        changed = (painted(with_line, theme=theme) != painted(picture, theme=theme)).any(axis=2)
        rows, columns = np.nonzero(changed)
        assert changed.sum() > 1000
        assert area.left() - 2.5 <= columns.min() / 4
        assert columns.max() / 4 <= area.right() + 2.5
        assert area.top() - 2.5 <= rows.min() / 4
        assert rows.max() / 4 <= area.bottom() + 2.5


def test_nothing_is_drawn_where_a_logarithmic_axis_has_no_place(painted):
    bare = dataclasses.replace(EMPTY, y=Axis("y", 1e-3, 1, logarithmic=True))
    line = Polyline(np.array([1.0, 2, 3]), np.array([-1.0, 0, np.nan]), "#ff0000", dots=True)
    marks = {"lines": (line,), "markers": (Marker(5, 0.0, "#ff0000"), Marker(np.nan, 0.1, "#ff0000"))}
    assert np.array_equal(painted(dataclasses.replace(bare, **marks)), painted(bare))


@pytest.mark.parametrize(
    ("band", "inside", "outside"),
    [
        (Band(2, 4, "#ff0000", opacity=1.0), (3, 0.5), (4.3, 0.5)),
        (Band(4, 2, "#ff0000", opacity=1.0), (3, 0.5), (1.7, 0.5)),
        (Band(-90, 4, "#ff0000", opacity=1.0), (0.3, 0.5), (4.3, 0.5)),
        (Band(0.2, 0.4, "#ff0000", opacity=1.0, vertical_axis=True), (7.1, 0.3), (7.1, 0.45)),
    ],
)
def test_bands_shade_their_stretch_only(painted, band, inside, outside):
    picture = dataclasses.replace(EMPTY, bands=(band,))
    area, pixels = plot_area(RECT, picture), painted(picture)
    assert color_at(pixels, area.place(*inside)) == RED
    assert color_at(pixels, area.place(*outside)) == [255, 255, 255]


def test_a_band_from_step_zero_begins_at_the_low_end_of_a_logarithmic_axis(painted):
    picture = dataclasses.replace(
        EMPTY, x=Axis("step", 1, 100, logarithmic=True), bands=(Band(0, 10, "#ff0000", opacity=1),)
    )
    area, pixels = plot_area(RECT, picture), painted(picture)
    assert color_at(pixels, area.place(1.5, 0.51)) == RED
    assert color_at(pixels, area.place(15, 0.51)) == [255, 255, 255]


def test_a_label_that_does_not_fit_into_its_band_is_not_written(painted):
    narrow, bare = Band(2, 2.2, "#c98a00", "a long plateau"), Band(2, 2.2, "#c98a00")
    pictures = [dataclasses.replace(EMPTY, bands=(band,)) for band in (narrow, bare)]
    assert np.array_equal(painted(pictures[0]), painted(pictures[1]))
    wide = [dataclasses.replace(EMPTY, bands=(dataclasses.replace(band, last=9),)) for band in (narrow, bare)]
    assert not np.array_equal(painted(wide[0]), painted(wide[1]))


def test_equal_scales_make_one_unit_equally_long():
    stretched = dataclasses.replace(LANDSCAPE, x=Axis("", -1, 3), y=Axis("", 0, 1))
    area = plot_area(RECT, stretched).rect
    assert area.width() / 4 == pytest.approx(area.height() / 1)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("size", [(400, 300), (260, 200), (900, 240), (90, 70), (12, 12)])
def test_every_figure_can_be_drawn_at_every_size(painted, name, size):
    for theme in (LIGHT, DARK):
        pixels = painted(FIGURES[name], *size, theme=theme)
        assert (pixels != pixels[0, 0]).any() or min(size) < 60


@pytest.mark.parametrize("x", [axis for axis, _ in AXES] + [Axis("", 0, 123456789), Axis("", -1e-7, 0), Axis("", 5, 5)])
@pytest.mark.parametrize("wide", [120, 250, 800])
def test_tick_labels_neither_touch_nor_leave_the_page(x, wide):
    found = layout(QRectF(0, 0, wide, 300), dataclasses.replace(EMPTY, x=x))
    spans = []
    for tick in found.x_ticks:
        if tick.text:
            center, half = float(found.area.across(tick.value)), lettering.width(tick.text, lettering.TICK) / 2
            spans.append((center - half, center + half))
    spans.sort()
    assert all(start >= 0 and end <= wide for start, end in spans)
    assert all(following[0] - span[1] > 3 for span, following in pairwise(spans))


@pytest.mark.parametrize("corner", ["lower left", "upper right"])
def test_a_legend_takes_a_free_corner_and_else_stands_above(corner):
    x = np.linspace(0, 10, 50)
    bend = 1 / (1 + x) if corner == "upper right" else 1 - np.exp(-x)
    free = dataclasses.replace(EMPTY, lines=(Polyline(x, bend, "#ff0000", "loss"),))
    found = layout(RECT, free)
    assert found.legend_box is not None
    places = np.column_stack([found.area.across(x), found.area.down(bend)])
    assert not any(found.legend_box.contains(*place) for place in places)
    noise = Polyline(np.linspace(0, 10, 2000), np.random.default_rng(0).random(2000), "#ff0000", "noise")
    full = layout(RECT, dataclasses.replace(EMPTY, lines=(noise,)))
    assert full.legend_box is None
    assert full.legend[0].at.y() + 8 < full.area.rect.top()


def test_lines_of_one_name_and_color_are_listed_once():
    x = np.array([0.0, 1.0])
    lines = tuple(Polyline(x, x * k, color, "adam") for k, color in enumerate(["#ff0000", "#ff0000", "#0000ff"]))
    assert len(layout(RECT, dataclasses.replace(EMPTY, lines=lines)).legend) == 2


@pytest.mark.parametrize("room", [60, 150, 400])
def test_notes_are_broken_into_lines_that_fit_and_say_everything(room):
    text = "The parabola opens downward here: its top is where the raw step would land, a saddle."
    picture = dataclasses.replace(EMPTY, notes=(Note(text, "#ff0000"),))
    ((_, lines),) = wording(picture, room).notes
    assert " ".join(lines) == text
    assert all(lettering.width(line, lettering.NOTE) <= room for line in lines)


def test_a_word_that_is_too_long_is_shortened():
    (line,) = lettering.wrapped("pneumonoultramicroscopic", lettering.NOTE, 50)
    assert line.endswith("…")
    assert lettering.width(line, lettering.NOTE) <= 50


def test_waiting_is_said_in_the_middle_until_there_are_data(painted):
    area = plot_area(RECT, WAITING).rect.adjusted(30, 60, -30, -60)
    middle = np.s_[round(4 * area.top()) : round(4 * area.bottom()), round(4 * area.left()) : round(4 * area.right())]
    silent = dataclasses.replace(WAITING, waiting="")
    assert not np.array_equal(painted(WAITING)[middle], painted(silent)[middle])
    line = (Polyline(np.array([0.0, 1.0]), np.array([0.0, 1.0]), "#ff0000"),)
    with_data = [dataclasses.replace(picture, lines=line) for picture in (WAITING, silent)]
    assert np.array_equal(painted(with_data[0]), painted(with_data[1]))
