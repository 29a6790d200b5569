"""Cards: opened, closed, with settings of their own, and saying how it stands with them."""

import numpy as np

from app.document import Card
from app.lanes.runs import RUNS
from app.panels import CURVES, LANDSCAPE, MODEL, SLICE, open_cards
from app.panels.landscape.lane import SURFACE
from app.panels.slice.lane import SLICE_LANE
from app.program import settle
from app.views.export_dialog import ExportChoice
from tests.journeys.person import LEFT, change, landscape, picture, short

FIRST, SECOND = Card(SLICE.name, 1), Card(SLICE.name, 2)


def another(program, panel):
    """Open another card from the menu, and wait for it."""
    next(action for action in program.window.card_menu.actions() if action.text() == panel.title).trigger()
    settle(program)


def test_two_slices_in_different_directions(qtbot, opened, person, tmp_path):
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


def test_what_is_out_of_date_is_grayed_until_it_is_computed_again(qtbot, opened):
    program = opened(short("moons", 40))
    card = program.cards.view(Card(CURVES.name))
    assert card.veil.isHidden()
    change_steps(program, 900_000)
    program.actions.invoke("stop")
    settle(program)
    assert program.controller.results.of(RUNS).trajectories.complete, "nothing of the longer runs can have come yet"
    assert not card.veil.isHidden()
    assert card.state.text() == "out of date"
    change_steps(program, 40)
    settle(program)
    assert card.veil.isHidden()
    assert card.state.text() == ""


def change_steps(program, steps):
    program.window.setup.changed.emit("runs.steps", steps)


def test_a_card_that_computes_for_a_while_says_how_far_it_is(qtbot, opened):
    program = opened(short("moons", 40))
    change_steps(program, 900_000)
    card = program.cards.view(Card(CURVES.name))
    qtbot.waitUntil(lambda: card.state.text().startswith("computing"), timeout=10_000)
    program.actions.invoke("stop")
    settle(program)
    assert not card.state.text().startswith("computing")


def test_a_refused_card_says_why(opened):
    program = opened(short("incline", 10))
    change(program, "view.slice.along", "gradient")
    change(program, "problem.example", "bowl")
    change(program, "view.slice.along", "gradient")
    program.gestures.drop(0, 0.0, 0.0)  # the lowest point has no slope
    settle(program)
    card = program.cards.view(FIRST)
    assert card.state.text() == "not possible here"
    assert "no slope here" in card.state.toolTip()
