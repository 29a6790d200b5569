"""Plots and maps under a real hand: dragging, hovering, clicking and turning the wheel."""

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QApplication

from app.pictures.map import MapPicture
from app.pictures.marks import Axis, Band, Cloud, Handle, Marker, Note, Polyline, Raster
from app.pictures.plot import PlotPicture
from app.theme import THEMES
from app.views.map_view import MapView
from app.views.plot_view import PlotView

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
BAD = np.array([0.0, np.nan, np.inf, -np.inf, 1.0, 1e300, -1e300])
WINDOW = (-2.0, 2.0, -1.0, 3.0)
HANDLES = (Handle(0, 0.5, 0.5, "#1d2430", "Start 1"), Handle(1, -1.0, 2.0, "#1d2430", "Start 2"))
LINE = Polyline(np.linspace(-2, 2, 50), np.linspace(-1, 3, 50), "#d55e00", "path", 2.0, dots=True)


def landscape(**changes):
    rgba = np.full((5, 7, 4), 200, dtype=np.uint8)
    picture = MapPicture(
        "Loss landscape",
        Axis("x", -2.0, 2.0),
        Axis("y", -1.0, 3.0),
        raster=Raster(rgba, WINDOW),
        lines=(LINE,),
        markers=(Marker(1.0, 1.0, "#d55e00", label="end"),),
        handles=HANDLES,
        notes=(Note("a note", "#d55e00"),),
        caption="What is drawn.",
    )
    return replace(picture, **changes)


def curve(**changes):
    picture = PlotPicture(
        "Training curves", Axis("step", 0.0, 100.0), Axis("loss", 1e-4, 1.0, True), handles=(Handle(3, 50.0, 1e-2, "#000000"),)
    )  # fmt: skip
    return replace(picture, **changes)


@pytest.fixture(autouse=True)
def every_move_counts(qapp):
    before = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOption("mouseRateLimit", -1)
    yield
    pg.setConfigOption("mouseRateLimit", before)


def opened(qtbot, view, picture):
    view.resize(640, 480)
    with qtbot.waitExposed(view):
        view.show()
    view.show_picture(picture)
    qtbot.wait(20)
    return view


@pytest.fixture
def view(qtbot):
    view = opened(qtbot, MapView(follows_zoom=True), landscape())
    yield view
    view.close()


@pytest.fixture
def plot(qtbot):
    plot = opened(qtbot, PlotView(), curve())
    yield plot
    plot.close()


def pixel(view, x, y):
    """The place on the viewport that shows a point of the view (logarithms on a logarithmic axis)."""
    scene = view.box.mapViewToScene(QPointF(x, y))
    return view.plot.mapFromScene(scene)


def drag(qtbot, view, places, button=LEFT):
    surface = view.plot.viewport()
    qtbot.mouseMove(surface, places[0])
    qtbot.mousePress(surface, button, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(surface, place)
    qtbot.mouseRelease(surface, button, pos=places[-1])


def heard(signal):
    facts = []
    signal.connect(lambda *values: facts.append(values))
    return facts


def per_pixel(view):
    (left, right), (low, high) = view.box.viewRange()
    size = view.box.boundingRect()
    return (right - left) / size.width(), (high - low) / size.height()


# Dragging


def test_a_dragged_handle_tells_every_place_and_one_drop_without_snapping(qtbot, view):
    dragged, dropped = heard(view.handle_dragged), heard(view.handle_dropped)
    start = pixel(view, 0.5, 0.5)
    route = [start + QPoint(7 * k, -3 * k) for k in range(12)]
    drag(qtbot, view, route)
    assert len(dropped) == 1
    assert {key for key, _, _ in dragged} == {0}
    assert len(dragged) >= 8
    wide, tall = per_pixel(view)
    key, x, y = dropped[0]
    assert key == 0
    assert x == pytest.approx(0.5 + 77 * wide, abs=1.5 * wide)
    assert y == pytest.approx(0.5 + 33 * tall, abs=1.5 * tall)
    assert len({x for _, x, _ in dragged}) == len(dragged)  # every pixel is another place
    steps = np.diff([x for _, x, _ in dragged])
    np.testing.assert_allclose(steps[1:], 7 * wide, rtol=0.2)


def test_taking_a_handle_beside_its_center_does_not_make_it_jump(qtbot, view):
    dragged = heard(view.handle_dragged)
    start = pixel(view, 0.5, 0.5) + QPoint(6, 4)
    drag(qtbot, view, [start, start + QPoint(5, 0), start + QPoint(20, 0)])
    wide, tall = per_pixel(view)
    assert dragged[-1][2] == pytest.approx(0.5, abs=1.5 * tall)
    assert dragged[-1][1] <= 0.5 + 21.5 * wide


def test_a_picture_shown_while_a_handle_is_held_does_not_move_it(qtbot, view):
    dropped = heard(view.handle_dropped)
    surface, start = view.plot.viewport(), pixel(view, 0.5, 0.5)
    qtbot.mouseMove(surface, start)
    qtbot.mousePress(surface, LEFT, pos=start)
    for k in range(1, 8):
        qtbot.mouseMove(surface, start + QPoint(10 * k, 0))
        view.show_picture(landscape())  # a late picture, with the start where it was before
    item = view._handles[0]
    assert item.held
    assert item.place.x() > 0.6
    other = view._handles[1]
    view.show_picture(landscape(handles=(HANDLES[0], Handle(1, -1.5, 1.5, "#1d2430"))))
    assert other.place.x() == -1.5  # the one that nobody holds follows
    qtbot.mouseRelease(surface, LEFT, pos=start + QPoint(70, 0))
    assert not item.held
    view.show_picture(landscape(handles=(Handle(0, dropped[0][1], dropped[0][2], "#1d2430"),)))
    assert item.place.x() == pytest.approx(dropped[0][1])


def test_dragging_a_handle_does_not_move_the_landscape(qtbot, view):
    zoomed = heard(view.zoomed)
    before = view.box.viewRange()
    start = pixel(view, 0.5, 0.5)
    drag(qtbot, view, [start + QPoint(4 * k, 0) for k in range(10)])
    assert zoomed == []
    np.testing.assert_allclose(view.box.viewRange(), before)


def test_dragging_the_ground_moves_the_landscape_and_no_handle(qtbot, view):
    zoomed, dragged = heard(view.zoomed), heard(view.handle_dragged)
    start = pixel(view, -0.5, -0.5)
    drag(qtbot, view, [start + QPoint(6 * k, 0) for k in range(10)])
    assert dragged == []
    assert zoomed
    left, right, low, high = zoomed[-1]
    assert left < -2.0
    assert right - left == pytest.approx(4.0)
    assert (low, high) == (pytest.approx(-1.0, abs=0.02), pytest.approx(3.0, abs=0.02))


def test_other_buttons_do_not_drag_a_handle(qtbot, view):
    dragged = heard(view.handle_dragged)
    start = pixel(view, 0.5, 0.5)
    drag(qtbot, view, [start + QPoint(6 * k, 0) for k in range(8)], MIDDLE)
    assert dragged == []


def test_on_logarithmic_axes_a_handle_tells_values_and_not_logarithms(qtbot, plot):
    dropped = heard(plot.handle_dropped)
    start = pixel(plot, 50.0, -2.0)
    drag(qtbot, plot, [start + QPoint(0, -4 * k) for k in range(10)])
    ((key, x, y),) = dropped
    assert key == 3
    _, tall = per_pixel(plot)
    assert x == pytest.approx(50.0, abs=1.0)
    assert y == pytest.approx(10 ** (-2.0 + 36 * tall), rel=0.1)


def test_a_handle_that_is_gone_is_taken_away(view):
    gone = view._handles[1]
    view.show_picture(landscape(handles=HANDLES[:1]))
    assert set(view._handles) == {0}
    assert gone.scene() is None


def test_a_handle_is_taken_anywhere_on_its_ring_whatever_the_range(qtbot, view):
    for scale in (1e-6, 1.0, 1e6):
        wide = landscape(x=Axis("x", -2 * scale, 2 * scale), handles=(Handle(0, scale, 1.0, "#1d2430"),))
        view.show_picture(wide)
        for offset in (QPoint(0, 0), QPoint(9, 0), QPoint(0, -9), QPoint(-6, 6)):
            dropped = heard(view.handle_dropped)
            start = pixel(view, scale, 1.0) + offset
            drag(qtbot, view, [start + QPoint(0, 8 * k) for k in range(4)])
            assert len(dropped) == 1, (scale, offset)
            view.show_picture(wide)


def test_a_handle_stays_with_its_place_while_the_landscape_is_zoomed(view):
    wheel(view, pixel(view, -1.0, 1.0), 3)
    grabbed(view)
    for handle in HANDLES:
        item = view._handles[handle.key]
        wanted = view.box.mapViewToScene(QPointF(handle.x, handle.y))
        assert (item.scenePos() - wanted).manhattanLength() < 1e-6


# Clicks, hovering and the wheel


def test_a_double_click_on_the_ground_is_a_wish_at_that_place(qtbot, view):
    places, surface, where = heard(view.place_double_clicked), view.plot.viewport(), pixel(view, -1.2, 0.3)
    qtbot.mouseMove(surface, where)
    qtbot.mouseClick(surface, LEFT, pos=where)
    qtbot.mouseDClick(surface, LEFT, pos=where)
    qtbot.mouseRelease(surface, LEFT, pos=where)
    wide, tall = per_pixel(view)
    assert len(places) == 1
    assert places[0] == (pytest.approx(-1.2, abs=1.5 * wide), pytest.approx(0.3, abs=1.5 * tall))


def test_a_single_click_wishes_nothing(qtbot, view):
    places, removals = heard(view.place_double_clicked), heard(view.handle_removal_wished)
    qtbot.mouseClick(view.plot.viewport(), LEFT, pos=pixel(view, -1.2, 0.3))
    assert places == removals == []


def test_a_right_click_on_a_handle_wishes_it_away(qtbot, view):
    removals, surface, where = heard(view.handle_removal_wished), view.plot.viewport(), pixel(view, -1.0, 2.0)
    qtbot.mouseMove(surface, where)
    qtbot.mouseClick(surface, RIGHT, pos=where)
    assert removals == [(1,)]


def test_hovering_tells_the_place_in_data_coordinates(qtbot, view):
    hovered, surface = heard(view.hovered), view.plot.viewport()
    qtbot.mouseMove(surface, pixel(view, 0.0, 0.0))
    qtbot.mouseMove(surface, pixel(view, 1.5, 2.5))
    wide, tall = per_pixel(view)
    assert hovered[-1] == (pytest.approx(1.5, abs=1.5 * wide), pytest.approx(2.5, abs=1.5 * tall))


def test_hovering_over_an_axis_says_that_the_picture_was_left(qtbot, view):
    left, surface = heard(view.hover_left), view.plot.viewport()
    qtbot.mouseMove(surface, pixel(view, 0.0, 0.0))
    qtbot.mouseMove(surface, QPoint(3, 200))
    assert left


def test_leaving_the_whole_panel_says_so_too(qtbot, view):
    left, surface = heard(view.hover_left), view.plot.viewport()
    qtbot.mouseMove(surface, pixel(view, 0.0, 0.0))
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert left


def wheel(view, place, notches):
    surface = view.plot.viewport()
    event = QWheelEvent(
        QPointF(place), QPointF(surface.mapToGlobal(place)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(surface, event)


def test_the_wheel_zooms_around_the_pointer_and_says_what_is_seen_now(view):
    zoomed = heard(view.zoomed)
    wheel(view, pixel(view, 1.0, 1.0), 2)
    left, right, low, high = zoomed[-1]
    assert -2.0 < left < 1.0 < right < 2.0
    assert -1.0 < low < 1.0 < high < 3.0


def test_a_landscape_that_follows_its_window_shows_what_the_picture_asks_for(view):
    wheel(view, pixel(view, 1.0, 1.0), 2)
    view.show_picture(landscape(x=Axis("x", 0.0, 1.0), y=Axis("y", 0.0, 2.0)))
    np.testing.assert_allclose(view.box.viewRange(), [[0.0, 1.0], [0.0, 2.0]], atol=1e-9)


def test_a_plot_keeps_the_range_that_a_hand_chose_until_it_is_reset(plot):
    wheel(plot, pixel(plot, 50.0, -2.0), 3)
    chosen = plot.box.viewRange()
    plot.show_picture(curve(y=Axis("loss", 1e-6, 10.0, True)))
    np.testing.assert_allclose(plot.box.viewRange(), chosen)
    plot.reset_zoom()
    np.testing.assert_allclose(plot.box.viewRange(), [[0.0, 100.0], [-6.0, 1.0]], atol=1e-9)


def test_a_range_chosen_for_one_quantity_is_not_kept_for_another(plot):
    wheel(plot, pixel(plot, 50.0, -2.0), 3)
    plot.show_picture(curve(y=Axis("gradient norm", 1e-3, 10.0, True)))
    np.testing.assert_allclose(plot.box.viewRange(), [[0.0, 100.0], [-3.0, 1.0]], atol=1e-9)


def test_very_small_ranges_are_shown_too(plot):
    for high in (4e-15, 2e-15):
        plot.show_picture(curve(y=Axis("loss", 0.0, high)))
        np.testing.assert_allclose(plot.box.viewRange()[1], [0.0, high], rtol=1e-6, atol=1e-21)


# What is drawn


def grabbed(view):
    image = view.grab().toImage()
    assert not image.isNull()
    return image


@pytest.mark.parametrize("logarithmic", [False, True])
def test_numbers_that_are_none_are_drawn_without_a_warning(plot, logarithmic):
    lines = (
        Polyline(BAD, BAD, "#d55e00", "bad", 2.0, dots=True),
        Polyline(BAD, BAD, "#0072b2", "dashed", 1.5, "dashed"),
        Polyline(np.empty(0), np.empty(0), "#0072b2", "none", dots=True),
        Polyline(np.full(3, np.nan), np.full(3, np.nan), "#0072b2", "lost", dots=True),
        Polyline(np.ones(1), np.ones(1), "#0072b2", "one"),
    )
    plot.show_picture(
        curve(
            x=Axis("step", 1.0, 100.0, logarithmic),
            y=Axis("loss", 1e-4, 1.0, logarithmic),
            lines=lines,
            clouds=(Cloud(BAD, BAD, "#d55e00"),),
            markers=(Marker(np.nan, 1.0, "#d55e00", label="lost"), Marker(1.0, np.inf, "#d55e00", "ring")),
            bands=(Band(1.0, 50.0, "#c98a00", "plateau"), Band(-5.0, 0.0, "#c98a00")),
            handles=(Handle(3, np.nan, 1.0, "#000000"),),
        )
    )
    grabbed(plot)


def test_a_map_with_numbers_that_are_none_is_drawn_without_a_warning(view):
    bad = Polyline(BAD, BAD, "#d55e00", "bad", 2.0, dots=True)
    view.show_picture(landscape(lines=(bad,), contours=(bad,), clouds=(Cloud(BAD, BAD, "#d55e00"),)))
    grabbed(view)


def test_a_second_picture_leaves_nothing_of_the_first(view):
    view.show_picture(landscape())
    view.show_picture(
        MapPicture("Empty", Axis("a", 0.0, 1.0), Axis("b", 0.0, 1.0), waiting="Sampling the loss …")
    )  # fmt: skip
    assert not any(curve.isVisible() for curve in view.lines.items)
    assert view.dots.item.spots == ()
    assert view._handles == {}
    assert view.ground.shown == (None, ())
    assert not any(label.isVisible() for label in view.labels.items)
    assert "Sampling" in view.waiting.text
    grabbed(view)


def test_the_raster_lies_where_its_window_says_with_its_first_row_below(qtbot, view):
    rgba = np.full((2, 2, 4), 255, dtype=np.uint8)
    rgba[0] = (255, 0, 0, 255)
    rgba[1] = (0, 0, 255, 255)
    view.show_picture(landscape(raster=Raster(rgba, WINDOW, smooth=False), lines=(), markers=(), handles=()))
    image = view.plot.grab().toImage()
    ratio = image.devicePixelRatio()

    def color(x, y):
        place = pixel(view, x, y)
        return image.pixelColor(int(place.x() * ratio), int(place.y() * ratio))

    assert color(-1.9, -0.9).red() > 200 > color(-1.9, -0.9).blue()
    assert color(1.9, 2.9).blue() > 200 > color(1.9, 2.9).red()


def test_the_ground_is_not_painted_again_under_other_paths(view, monkeypatch):
    picture = landscape()
    view.show_picture(picture)
    grabbed(view)
    monkeypatch.setattr(view.ground, "_render", lambda *_: pytest.fail("The ground was painted again."))
    view.show_picture(replace(picture, lines=()))
    grabbed(view)


def test_the_ground_follows_zoom_and_size(view):
    view.show_picture(landscape(lines=(), markers=(), handles=()))
    before = grabbed(view)
    view.box.setRange(xRange=(-1.0, 0.0), yRange=(0.0, 1.0), padding=0.0)
    zoomed = view.ground.boundingRect()
    view.resize(800, 500)
    after = grabbed(view)
    assert before.size() != after.size()
    assert view.ground.boundingRect().width() > zoomed.width()
    assert view.ground._painted.width() == round(view.ground.boundingRect().width() * after.devicePixelRatio())


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_theme(view, plot, theme):
    for one, picture in ((view, landscape()), (plot, curve())):
        one.show_theme(theme)
        one.show_picture(picture)
        grabbed(one)


def test_text_from_outside_is_shown_as_text(view):
    view.show_picture(landscape(notes=(Note("loss < 0.2 & <b>x</b>", "#d55e00", strong=True),)))
    assert "<b>x</b>" in view.notes.text()
    grabbed(view)


def test_a_plateaus_band_is_shaded_where_it_lies(plot):
    plot.show_picture(curve(bands=(Band(10.0, 60.0, "#c98a00", "plateau, 50 steps"),)))
    (region,) = [band for band in plot._bands if band.isVisible()]
    assert region.getRegion() == pytest.approx((10.0, 60.0))
    plot.show_picture(curve())
    assert not any(band.isVisible() for band in plot._bands)


@pytest.mark.parametrize("top", [2e-3, 12.0, 98765.0])
def test_a_picture_over_another_range_is_painted_once(qtbot, top):
    view = opened(qtbot, PlotView(), curve(y=Axis("loss", 0.0, 123456.0)))
    painted = []
    paint = view.plot.paintEvent
    view.plot.paintEvent = lambda event: (painted.append(event.rect()), paint(event))[1]
    view.show_picture(curve(y=Axis("loss", 0.0, top)))
    qtbot.waitUntil(lambda: bool(painted), timeout=5000)
    qtbot.wait(30)
    assert len(painted) == 1
    view.close()


def test_an_axis_gives_room_back_for_another_quantity(qtbot):
    view = opened(qtbot, PlotView(), curve(y=Axis("loss", 0.0, 123456.0)))
    axis = view.item.getAxis("left")
    qtbot.waitUntil(lambda: axis.textWidth > 0, timeout=5000)
    wide = axis.width()
    view.show_picture(curve(y=Axis("gap", 0.0, 9.0)))
    qtbot.waitUntil(lambda: 0 < axis.width() < wide, timeout=5000)
    view.close()
