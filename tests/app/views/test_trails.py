"""Lines that grow are drawn piece by piece, and look as if they had been drawn at once."""

import numpy as np
import pytest

from app.pictures.map import MapPicture
from app.pictures.marks import Axis, Polyline
from app.views.map_view import MapView
from app.views.spots_item import Stamp
from app.views.trails_item import FEW, Trail

LONG = 3 * FEW


def walk(seed, count=LONG):
    return np.clip(np.cumsum(np.random.default_rng(seed).normal(0.0, 0.02, (2, count)), axis=1), -1, 1)


def path(places, color="#d55e00", dots=True):
    return Polyline(places[0], places[1], color, "path", 2.0, dots=dots)


def shown(view, *lines):
    view.show_picture(MapPicture("Map", Axis("x", -1.0, 1.0), Axis("y", -1.0, 1.0), lines=lines))
    image = view.plot.grab().toImage().convertToFormat(view.plot.grab().toImage().Format.Format_RGB32)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bits, np.uint8).reshape(image.height(), image.width(), 4)[..., :3].astype(int)


@pytest.fixture
def views(qtbot):
    made = [MapView(), MapView()]
    for view in made:
        qtbot.addWidget(view)
        view.resize(500, 400)
    yield made
    for view in made:
        view.close()


def test_a_path_that_grew_looks_like_one_drawn_at_once(views):
    grown, whole = views
    places = walk(1)
    for count in range(FEW + 7, LONG, 711):
        shown(grown, path(places[:, :count]))
    difference = np.abs(shown(grown, path(places)) - shown(whole, path(places)))
    # A joint between two pieces may be blended twice; nothing may be missing or left over.
    assert (difference.max(axis=2) > 40).mean() < 1e-3


def test_only_what_is_new_is_drawn(views, monkeypatch):
    view, places, drawn = views[0], walk(2), []
    item = view.lines.trails
    draw = item._draw
    monkeypatch.setattr(item, "_draw", lambda known, *rest: drawn.append(known) or draw(known, *rest))
    for count in (2 * FEW, 2 * FEW, LONG):
        shown(view, path(places[:, :count]))
    assert drawn == [[0], [2 * FEW - 1], [2 * FEW - 1]]


@pytest.mark.parametrize("change", ["another path", "another color", "fewer lines", "zoom"])
def test_nothing_of_an_older_picture_is_left(views, change):
    used, fresh = views
    old = (path(walk(3)), path(walk(4), "#0072b2"))
    shown(used, *old)
    new = {
        "another path": (path(walk(5)), old[1]),
        "another color": (path(walk(3), "#009e73"), old[1]),
        "fewer lines": (old[0],),
        "zoom": old,
    }[change]
    if change == "zoom":
        for view in views:
            shown(view, *new)
            view.box.setRange(xRange=(0.0, 0.5), yRange=(0.0, 0.5), padding=0.0)
            view._own_range = True
    np.testing.assert_array_equal(shown(used, *new), shown(fresh, *new))


def test_a_thinned_line_goes_on_although_its_end_moved():
    stamp = Stamp("circle", 3.0, "#000000")
    before = Trail("#000000", 2.0, np.array([[0.0, 1.0, 1.5], [0.0, 0.0, 0.0]]), stamp)
    after = Trail("#000000", 2.0, np.array([[0.0, 1.0, 2.0, 2.2], [0.0, 0.0, 0.0, 0.0]]), stamp)
    assert after.goes_on(before) == 2
    assert before.goes_on(after) is None
    assert Trail("#000000", 1.0, after.places, stamp).goes_on(before) is None
