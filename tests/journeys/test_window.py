"""The window as a whole: commands, stopping, playing, closing."""

import time
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence

from app.commands import COMMANDS
from app.document import Card
from app.lanes.runs import RUNS
from app.panels import open_cards
from app.panels.landscape.lane import SURFACE
from app.panels.model.lane import MODEL_LANE
from app.program import settle
from tests.journeys.person import change, ends, landscape, picture, short


def test_every_command_can_be_invoked(opened, person):
    program = opened(short("exclusive_or", 8))
    for command in COMMANDS:
        if command.name != "quit":
            program.actions.invoke(command.name)
            settle(program)
    assert set(person.texts) == {"How this was drawn", "Keys and gestures", "About Talweg"}
    assert program.controller.results.failures == {}
    program.actions.invoke("quit")
    assert not program.window.isVisible()


def test_no_two_commands_share_a_key():
    keys = [QKeySequence(command.shortcut).toString() for command in COMMANDS if command.shortcut]
    assert all(keys)
    assert len(set(keys)) == len(keys)


def test_stop_ends_a_long_run_and_keeps_what_is_there(qtbot, opened):
    program = opened(short("bowl", 5))
    document = short("digits", 20_000)
    program.store.commit(document, "Choose a problem")
    qtbot.waitUntil(lambda: program.window.status.stop.isVisible(), timeout=10_000)
    assert "%" in program.window.status.work.text()
    change_of_plane(program)
    qtbot.waitUntil(lambda: program.controller.results.of(RUNS) is not None, timeout=10_000)
    qtbot.mouseClick(program.window.status.stop, Qt.MouseButton.LeftButton)
    settle(program, 5000)
    assert not program.controller.busy
    done = program.controller.results.of(RUNS).trajectories.done
    assert 0 <= done.min() <= done.max() < 20_000
    assert not program.window.status.stop.isVisible()
    time.sleep(0.2)
    qtbot.wait(50)
    assert program.controller.results.of(RUNS).trajectories.done.max() == done.max()


def change_of_plane(program):
    """A plane that needs no runs, so that the runs can begin at once."""
    program.window.setup.changed.emit("plane.kind", "random")


def test_closing_while_computing_ends_at_once(qtbot, opened):
    program = opened(short("digits", 20_000), wait=False)
    qtbot.waitUntil(lambda: program.controller.busy, timeout=5000)
    began = time.monotonic()
    program.window.close()
    assert not program.window.isVisible()
    assert time.monotonic() - began < 10


def test_unsaved_changes_can_keep_the_window_open(opened, person, tmp_path):
    program = opened(short("bowl", 5))
    person.saves = tmp_path / "mine.talweg"
    program.actions.invoke("save")
    change(program, "runs.steps", 7)
    person.discards = None
    program.window.close()
    assert program.window.isVisible()
    person.discards = False  # save, then leave
    program.window.close()
    assert not program.window.isVisible()


def test_playing_moves_every_run_to_its_end(qtbot, opened):
    program = opened(short("himmelblau", 30))
    program.actions.invoke("play")
    assert program.store.document.view.step == 0
    qtbot.waitUntil(lambda: program.store.document.view.step is None, timeout=15_000)
    assert program.store.undoable == ""  # looking is nothing to undo


def test_the_shown_step_is_the_same_in_every_panel(opened):
    program = opened(short("exclusive_or", 20))
    program.playback.choose(3)
    settle(program)
    runs = program.controller.results.of(RUNS).trajectories
    np.testing.assert_array_equal(program.controller.results.of(MODEL_LANE, 1).parameters, runs.point_at(0, 3))
    assert "step 3" in program.window.timeline.label.text()
    program.actions.invoke("back")
    assert program.store.document.view.step == 2
    program.actions.invoke("to_end")
    assert program.store.document.view.step is None


def test_dark_and_light_compute_nothing(opened):
    program = opened(short("moons", 10))
    results = program.controller.results
    program.actions.invoke("dark")
    settle(program)
    assert program.controller.results is results
    assert program.store.document.view.theme == "dark"
    assert program.window.palette().window().color().lightness() < 128


@pytest.mark.parametrize("key", ["fit", "fit_runs"])
def test_a_window_around_the_paths_and_back(opened, key):
    program = opened(short("rosenbrock", 30))
    good = landscape(program).box.viewRange()
    program.gestures.zoom(Card("landscape"), (-0.1, 0.1, -0.1, 0.1))
    settle(program)
    program.actions.invoke(key)
    settle(program)
    (left, right), (low, high) = landscape(program).box.viewRange()
    if key == "fit":
        assert landscape(program).box.viewRange() == good
    for x, y in ends(program):
        assert left <= x <= right
        assert low <= y <= high


def test_the_narrowest_window_shows_every_panel(opened):
    program = opened(short("exclusive_or", 20))
    program.window.resize(1280, 720)
    settle(program)
    assert (program.window.width(), program.window.height()) == (1280, 720)
    for view in [picture(program, name) for name in ("landscape", "curves", "slice", "model")]:
        assert view.plot.width() > 150
        assert view.plot.height() > 60


def test_the_form_comes_after_the_first_landscape(qtbot, opened, monkeypatch):
    seen = []
    program = opened(short("exclusive_or", 8), wait=False)
    form, show = program.window.setup, program.window.setup.show_setup
    monkeypatch.setattr(
        form, "show_setup", lambda *args: (seen.append(landscape(program).ground.shown[0] is not None), show(*args))
    )
    settle(program)
    assert seen[0]
    assert form.sections


def test_the_form_does_not_wait_long_for_a_landscape(qtbot, opened):
    document = short("digits", 100_000)
    experiment = document.experiment
    slow = replace(experiment.plane, kind="through_ends", optimizers=experiment.optimizers, steps=100_000)
    program = opened(replace(document, experiment=replace(experiment, plane=slow)), wait=False)
    qtbot.waitUntil(lambda: bool(program.window.setup.sections), timeout=5000)
    assert program.controller.results.of(SURFACE, 1) is None


def test_pictures_of_another_kind_come_later_and_look_like_the_others(opened):
    program = opened(short("exclusive_or", 8, theme="dark"))
    before = list(program.window.canvases())
    change(program, "problem.example", "bowl")
    assert len(program.window.canvases()) > len(before)
    grounds = {view.plot.backgroundBrush().color().name() for view in program.window.canvases()}
    assert len(grounds) == 1


def test_the_form_takes_the_place_that_was_kept_for_it(opened, monkeypatch):
    program = opened(short("exclusive_or", 8), wait=False)
    window, seen = program.window, []
    form, show = window.setup, window.setup.show_setup

    def places():
        cards = [program.cards.view(card) for card in open_cards(program.store.document.view)]
        return [(card.mapTo(window, card.rect().topLeft()), card.size()) for card in (form, *cards)]

    def noted(*args):
        if not seen:
            assert not form.sections
            seen.append(places())
        show(*args)

    monkeypatch.setattr(form, "show_setup", noted)
    settle(program)
    assert form.sections
    assert places() == seen[0]
