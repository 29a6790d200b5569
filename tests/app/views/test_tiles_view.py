import numpy as np
import pytest

from app.pictures.colors import color_bar
from app.pictures.marks import Note
from app.pictures.tiles import Tile, TileGroup, TilesPicture
from app.theme import DARK
from app.views.color_bar_view import ColorBarView
from app.views.tiles_view import TilesView

RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)


def tiles(count):
    rgba = np.empty((2, 3, 4), dtype=np.uint8)
    rgba[0], rgba[1] = RED, BLUE
    groups = (TileGroup("Weights", tuple(Tile(rgba, f"unit {k}") for k in range(count))),)
    return TilesPicture("What it sees", groups, (Note("Right: 97 %"),), "at its last step")


@pytest.fixture
def view(qtbot):
    view = TilesView()
    view.resize(300, 260)
    view.show()
    yield view
    view.close()


def test_tiles_are_drawn_with_their_first_row_on_top(view):
    view.show_picture(tiles(1))
    image = view.sheet.grab().toImage()
    reds = [y for y in range(image.height()) for x in range(0, 48, 4) if image.pixelColor(x, y).getRgb() == RED]
    blues = [y for y in range(image.height()) for x in range(0, 48, 4) if image.pixelColor(x, y).getRgb() == BLUE]
    assert reds
    assert blues
    assert np.mean(reds) < np.mean(blues)


def test_many_tiles_make_the_sheet_taller_and_never_wider(view):
    view.show_picture(tiles(4))
    few = view.sheet.minimumHeight()
    view.show_picture(tiles(60))
    assert view.sheet.minimumHeight() > few
    assert view.sheet.width() <= view.width()
    assert not view.sheet.grab().toImage().isNull()


def test_a_waiting_picture_says_what_it_waits_for(view):
    view.show_picture(TilesPicture("What it sees", waiting="Waiting for a run …"))
    assert view.caption.text() == "Waiting for a run …"


def test_a_theme_colors_the_ground(view):
    view.show_theme(DARK)
    view.show_picture(TilesPicture("Empty"))
    image = view.sheet.grab().toImage()
    assert image.pixelColor(image.width() - 2, image.height() - 2).name() == DARK.plot


def test_the_key_has_its_highest_color_on_top(qtbot):
    bar = ColorBarView()
    bar.show_bar(color_bar(0.0, 1.0, "gray", "loss"))
    bar.resize(78, 200)
    bar.show()
    image = bar.grab().toImage()
    assert image.pixelColor(12, 14).lightness() > 200
    assert image.pixelColor(12, bar.height() - 44).lightness() < 100
    bar.show_bar(None)
    assert not bar.isVisible()
    bar.close()
