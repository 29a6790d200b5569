"""Cards: opened, closed, with settings of their own, and saying how it stands with them."""

import re

import numpy as np
import pytest

from app.document import Card
from app.lanes.runs import RUNS
from app.panels import CURVES, LANDSCAPE, MODEL, SLICE, open_cards, panel_of
from app.panels.landscape.lane import SURFACE
from app.panels.slice.lane import SLICE_LANE
from app.program import settle
from app.views.card_area import LOWEST_CARD
from app.views.export_dialog import ExportChoice
from tests.journeys.person import LEFT, change, landscape, picture, short

FIRST, SECOND = Card(SLICE.name, 1), Card(SLICE.name, 2)


def another(program, panel):
    """Open another card from the menu, and wait for it."""
    next(action for action in program.window.card_menu.actions() if action.text() == panel.title).trigger()
    settle(program)


def test_two_slices_in_different_directions(opened, person, tmp_path):
    program = opened(short("moons", 15))
    another(program, SLICE)
    box = program.cards.view(SECOND).boxes[1]
    box.setCurrentIndex(box.findData("gradient"))
    box.activated.emit(box.currentIndex())
    settle(program)
    cuts = [program.controller.results.of(SLICE_LANE, number) for number in (1, 2)]
    assert cuts[0].direction.startswith("along the Newton direction")
    assert cuts[1].direction == "along the negative gradient"
    assert not np.allclose(cuts[0].values, cuts[1].values)
    drawn = [picture(program, SLICE.name, number).lines.items[0].getData()[1] for number in (1, 2)]
    assert not np.array_equal(*drawn)
    captions = [picture(program, SLICE.name, number).caption.text() for number in (1, 2)]
    assert "Newton direction" in captions[0]
    assert "negative gradient" in captions[1]
    for item in ("slice", "slice-2"):
        person.saves, person.exports = tmp_path / f"{item}.csv", ExportChoice(item, ".csv")
        program.actions.invoke("export")
    assert person.complaints == []
    assert (tmp_path / "slice.csv").read_text() != (tmp_path / "slice-2.csv").read_text()


def test_a_card_that_is_closed_gives_its_place_back(qtbot, opened):
    program = opened(short("exclusive_or", 10))
    tall = program.cards.view(FIRST).height()
    another(program, SLICE)
    assert program.cards.view(FIRST).height() < tall
    qtbot.mouseClick(program.cards.view(SECOND).close_button, LEFT)
    settle(program)
    assert SECOND not in open_cards(program.store.document.view)
    assert program.cards.view(FIRST).height() > 0.9 * tall
    another(program, SLICE)
    assert program.cards.view(SECOND).isVisible()


def test_the_last_card_stays(qtbot, opened):
    cards = (Card(CURVES.name, 2), SECOND)
    program = opened(short("himmelblau", 10, cards=cards))
    curves, cut = (program.cards.view(card) for card in cards)
    assert curves.close_button.isVisible()
    assert cut.close_button.isVisible()
    qtbot.mouseClick(curves.close_button, LEFT)
    settle(program)
    assert not cut.close_button.isVisible()
    cut.close_requested.emit()
    settle(program)
    assert open_cards(program.store.document.view) == (SECOND,)
    assert cut.isVisible()


def test_every_card_exports_its_own_numbers_whichever_was_opened_first(opened, person, tmp_path):
    program = opened(short("moons", 10, cards=(Card(LANDSCAPE.name), SECOND, FIRST)))
    change(program, "view.slice.2.along", "gradient")
    said = {"slice": "along the Newton direction", "slice-2": "along the negative gradient"}
    for item, direction in said.items():
        person.saves, person.exports = tmp_path / f"{item}.csv", ExportChoice(item, ".csv")
        program.actions.invoke("export")
        assert f"distance {direction}" in person.saves.read_text()
    assert person.complaints == []


def test_two_landscapes_show_different_windows(opened):
    program = opened(short("himmelblau", 10))
    another(program, LANDSCAPE)
    program.gestures.zoom(Card(LANDSCAPE.name, 2), (-1.0, 1.0, -1.0, 1.0))
    settle(program)
    surfaces = [program.controller.results.of(SURFACE, number) for number in (1, 2)]
    assert surfaces[0].window != surfaces[1].window == (-1.0, 1.0, -1.0, 1.0)
    (left, right), _ = picture(program, LANDSCAPE.name, 2).box.viewRange()
    assert (left, right) == (-1.0, 1.0)
    assert landscape(program).box.viewRange()[0] != [left, right]


def test_a_second_landscape_of_the_same_window_is_not_computed_again(opened):
    program = opened(short("himmelblau", 10))
    another(program, LANDSCAPE)
    results = program.controller.results
    assert results.of(SURFACE, 2) is results.of(SURFACE, 1)


def test_starts_can_be_dragged_on_every_landscape(opened):
    program = opened(short("himmelblau", 10))
    another(program, LANDSCAPE)
    picture(program, LANDSCAPE.name, 2).handle_dropped.emit(0, 1.0, 2.0)
    settle(program)
    for number in (1, 2):
        handle = picture(program, LANDSCAPE.name, number)._handles[0]
        np.testing.assert_allclose([handle.place.x(), handle.place.y()], [1.0, 2.0])


def test_cards_come_back_from_a_file(opened, person, tmp_path):
    program = opened(short("moons", 10))
    another(program, SLICE)
    change(program, "view.slice.2.along", "first axis")
    person.saves = person.opens = tmp_path / "mine.talweg"
    program.actions.invoke("save")
    change(program, "problem.example", "bowl")
    program.actions.invoke("open")
    settle(program)
    assert SECOND in open_cards(program.store.document.view)
    assert program.controller.results.of(SLICE_LANE, 2).direction == "along the first axis"


def test_a_card_with_nothing_to_show_is_only_its_head(opened):
    program = opened(short("rosenbrock", 10))
    card = program.cards.view(Card(MODEL.name))
    assert card.body.isHidden()
    assert card.state.text() == "A formula has no model."
    assert card.height() < 60
    assert program.cards.view(Card(CURVES.name)).height() > 400


def lengthen(program):
    change_steps(program, 900_000)


def move_the_start(program):
    x, y = place_of(program)
    program.gestures.drag(0, x + 0.5, y - 0.5)


def place_of(program):
    handle = landscape(program)._handles[0]
    return handle.place.x(), handle.place.y()


@pytest.mark.parametrize("alter", [lengthen, move_the_start])
def test_what_is_out_of_date_is_grayed_until_it_is_computed_again(opened, alter):
    program = opened(short("exclusive_or", 40))
    following = [card for card in open_cards(program.store.document.view) if RUNS in panel_of(card).uses]
    assert Card(CURVES.name) in following
    before = program.controller.results.of(RUNS)
    cards = [program.cards.view(card) for card in following]
    assert [card.veil.isVisible() for card in cards] == [False] * len(cards)
    alter(program)
    program.actions.invoke("stop")  # at once: nothing of the other runs can have come yet
    settle(program)
    assert program.controller.results.of(RUNS) is before
    assert [card.veil.isVisible() for card in cards] == [True] * len(cards)
    assert [card.state.text() for card in cards] == ["out of date"] * len(cards)
    change_steps(program, 41)
    settle(program)
    assert program.controller.results.of(RUNS) is not before
    assert [card.veil.isVisible() for card in cards] == [False] * len(cards)
    assert [card.state.text() for card in cards] == [""] * len(cards)


def test_stopping_right_after_a_drag_amid_long_runs_marks_what_is_out_of_date(qtbot, opened):
    program = opened(short("exclusive_or", 40))
    lengthen(program)
    card = program.cards.view(Card(CURVES.name))
    qtbot.waitUntil(lambda: not program.controller.results.of(RUNS).trajectories.complete, timeout=10_000)
    long = program.controller.results.of(RUNS)
    x, y = place_of(program)
    program.gestures.drop(0, x + 0.5, y - 0.5)
    program.actions.invoke("stop")
    settle(program)
    assert program.controller.results.of(RUNS) is long
    assert card.veil.isVisible()
    assert card.state.text() == "out of date"
    change_steps(program, 40)
    settle(program)
    assert program.controller.results.of(RUNS).trajectories.complete
    assert not card.veil.isVisible()
    assert card.state.text() == ""


def change_steps(program, steps):
    program.window.setup.changed.emit("runs.steps", steps)


def test_a_card_that_computes_for_a_while_says_how_far_it_is(qtbot, opened):
    program = opened(short("exclusive_or", 40))
    lengthen(program)
    card = program.cards.view(Card(CURVES.name))
    assert card.state.text() == ""
    qtbot.waitUntil(lambda: card.state.text().startswith("computing"), timeout=10_000)
    assert re.fullmatch(r"computing \d+ %", card.state.text())
    assert card.state.isVisible()
    program.actions.invoke("stop")
    settle(program)
    assert not card.state.text().startswith("computing")


def test_a_refused_card_says_why(opened):
    program = opened(short("bowl", 10))
    change(program, "view.slice.along", "gradient")
    program.gestures.drop(0, 0.0, 0.0)  # the lowest point has no slope
    settle(program)
    card = program.cards.view(FIRST)
    assert "no slope here" in card.state.text()
    assert card.state.isVisible()
    assert card.state.toolTip() == card.state.text()


def test_however_many_cards_are_open_each_can_be_read_in_a_small_window(qtbot, opened):
    program = opened(short("exclusive_or", 10))
    program.window.resize(1280, 720)
    widths = program.window.cards.sizes()
    for _ in range(3):
        another(program, SLICE)
    qtbot.wait(50)
    cards = [program.cards.view(card) for card in open_cards(program.store.document.view)]
    assert all(card.height() >= LOWEST_CARD - 10 for card in cards)
    newest = program.cards.view(Card(SLICE.name, 4))
    assert newest.visibleRegion().boundingRect().height() > 0.9 * newest.height()
    assert all(card.visibleRegion().boundingRect().width() == card.width() for card in cards[-3:])
    assert program.window.cards.sizes() == pytest.approx(widths, abs=20)
