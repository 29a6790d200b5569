"""Starts under a hand: dragged, added, removed, undone."""

import numpy as np
import pytest
from PyQt6.QtCore import QPoint

from app.lanes.runs import RUNS
from app.panels.landscape.lane import SURFACE
from app.program import settle
from tests.journeys.person import (
    LEFT,
    RIGHT,
    drag,
    ends,
    grip,
    handle,
    landscape,
    notes,
    picture,
    pixel,
    short,
    start_of,
)


def test_dragging_the_start_moves_every_path_and_undo_brings_it_back(qtbot, opened):
    program = opened(short("exclusive_or", 60))
    start, before = start_of(program), ends(program)
    surface = program.controller.results.of(SURFACE, 1)
    drag(qtbot, program, QPoint(60, -40))
    settle(program)
    assert not np.allclose(start_of(program), start)
    assert all(np.linalg.norm(one - other) > 1e-3 for one, other in zip(ends(program), before, strict=True))
    assert program.controller.results.of(SURFACE, 1) is surface  # the landscape itself is not computed again
    program.actions.invoke("undo")
    settle(program)
    np.testing.assert_array_equal(start_of(program), start)
    np.testing.assert_array_equal(ends(program), before)
    program.actions.invoke("redo")
    settle(program)
    assert not np.allclose(start_of(program), start)


def test_the_runs_follow_while_the_start_is_still_in_the_hand(qtbot, opened):
    program = opened(short("rosenbrock", 40))
    before = ends(program)
    drag(qtbot, program, QPoint(70, 20), drop=False)
    qtbot.waitUntil(lambda: begun(program) and not np.allclose(ends(program), before), timeout=5000)
    assert program.store.undoable == ""  # nothing is written to the history yet
    qtbot.mouseRelease(landscape(program).plot.viewport(), LEFT, pos=grip(program))
    assert program.store.undoable == "Move the start"


def test_a_start_is_dropped_where_the_hand_lets_it_go(qtbot, opened):
    program = opened(short("himmelblau", 5))
    view, by = landscape(program), QPoint(83, -37)
    wide, tall = view.box.viewPixelSize()
    begin = start_of(program)
    drag(qtbot, program, by)
    settle(program)
    # Every pixel is a place of its own: nothing snaps to a grid.
    np.testing.assert_allclose(start_of(program), begin + np.array([83 * wide, 37 * tall]), atol=1.5 * max(wide, tall))


def test_a_ball_is_dragged_along_its_curve(qtbot, opened):
    program = opened(short("double_well", 30))
    drag(qtbot, program, QPoint(-150, 200))
    settle(program)
    (x,) = start_of(program)
    assert 0 < x < 1.3
    place = handle(program).place
    assert place.x() == pytest.approx(x)
    assert place.y() == pytest.approx((x**2 - 1) ** 2 + 0.3 * x)


def test_a_start_dragged_far_outside_does_not_break_the_picture(qtbot, opened, person):
    program = opened(short("rosenbrock", 40))
    window = landscape(program).box.viewRange()
    drag(qtbot, program, QPoint(20_000, -20_000))
    settle(program)
    assert np.abs(start_of(program)).max() > 50
    assert landscape(program).box.viewRange() == window
    assert program.controller.results.failures == {}
    assert person.complaints == []
    assert "diverged" in notes(picture(program, "curves"))
    program.actions.invoke("undo")
    settle(program)
    assert "diverged" not in notes(picture(program, "curves"))


def begun(program):
    return program.controller.results.of(RUNS).trajectories.done.min() >= 0


def double_click(qtbot, surface, place):
    qtbot.mouseMove(surface, place)
    qtbot.mouseClick(surface, LEFT, pos=place)
    qtbot.mouseDClick(surface, LEFT, pos=place)
    qtbot.mouseRelease(surface, LEFT, pos=place)


def test_a_double_click_adds_a_start_and_a_right_click_removes_it(qtbot, opened):
    program = opened(short("himmelblau", 10))
    surface, place = landscape(program).plot.viewport(), pixel(program, 2.0, -2.0)
    double_click(qtbot, surface, place)
    settle(program)
    assert len(program.store.document.experiment.starts) == 2
    np.testing.assert_allclose(start_of(program, 1), [2.0, -2.0], atol=0.05)
    assert program.controller.results.of(RUNS).trajectories.runs == 6
    qtbot.mouseMove(surface, grip(program, 1))
    qtbot.mouseClick(surface, RIGHT, pos=grip(program, 1))
    settle(program)
    assert len(program.store.document.experiment.starts) == 1
    program.actions.invoke("undo")
    settle(program)
    assert len(program.store.document.experiment.starts) == 2


def test_many_starts_leave_room_for_the_curves(opened):
    program = opened(short("exclusive_or", 20))
    for _ in range(5):
        program.actions.invoke("add_start")
        settle(program)
    assert picture(program, "curves").plot.height() > 60


def test_the_last_start_stays(opened):
    program = opened(short("himmelblau", 5))
    program.actions.invoke("remove_start")
    settle(program)
    assert len(program.store.document.experiment.starts) == 1
    assert program.window.status.message.text()
