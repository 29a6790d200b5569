from dataclasses import replace

import numpy as np
import pytest

from app.document import Card
from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.presenters.gestures import MAX_STARTS, LandscapeGestures
from app.store import Store
from engine.problem import assemble
from tests.app.boards import board

LANDSCAPE = Card("landscape")


class Shown:
    """What the hand needs of a controller: the results on screen."""

    def __init__(self, results):
        self.results = results


class Table:
    def __init__(self, name, starts=1):
        self.document, results = board(name, 5, starts=starts)
        self.store = Store(self.document)
        self.said = []
        self.flat = results.of(PLANE).flat
        self.drawn = results.of(PLANE)
        self.assembled = assemble(self.document.experiment.problem)
        self.hand = LandscapeGestures(self.store, Shown(results), self.said.append)

    def place(self, key=0):
        start = self.store.document.experiment.starts[key]
        return self.flat.coordinates(start.parameters(self.assembled))

    def away(self, key=0):
        start = self.store.document.experiment.starts[key]
        return float(self.flat.distance(start.parameters(self.assembled)))


@pytest.mark.parametrize("name", ["exclusive_or", "rosenbrock", "double_well"])
def test_a_start_goes_exactly_where_the_hand_is_and_one_entry_of_history_is_written(name):
    table = Table(name)
    before = table.place()
    for x in (0.1, 0.2, 0.31):
        table.hand.drag(0, x, -0.42)
        np.testing.assert_allclose(table.place(), [x, -0.42][: len(before)], atol=1e-12)
    assert not table.store.undoable
    table.hand.drop(0, 0.33, -0.5)
    np.testing.assert_allclose(table.place(), [0.33, -0.5][: len(before)], atol=1e-12)
    table.store.undo()
    np.testing.assert_allclose(table.place(), before)
    assert not table.store.undoable


def test_dragging_keeps_the_distance_from_the_plane():
    table = Table("exclusive_or", starts=2)
    away = table.away(1)
    assert away > 0.1  # another seed does not lie in the plane of the first
    table.hand.drag(1, 2.0, 1.0)
    assert table.away(1) == pytest.approx(away)
    start = table.store.document.experiment.starts[1]
    assert (start.scheme, start.seed) == ("xavier", 1)  # the recipe stays, with a shift


def test_a_start_dragged_far_outside_stays_a_start():
    table = Table("rosenbrock")
    table.hand.drop(0, 1e9, -1e9)
    np.testing.assert_allclose(table.place(), [1e9, -1e9])


def test_a_handle_that_is_no_start_any_more_moves_nothing():
    table = Table("rosenbrock")
    table.hand.drop(5, 0.0, 0.0)
    assert table.store.document is table.document


def test_adding_and_removing_starts():
    table = Table("rosenbrock")
    table.hand.add_start(0.5, 0.25)
    np.testing.assert_allclose(table.place(1), [0.5, 0.25])
    table.hand.remove_start(0)
    assert len(table.store.document.experiment.starts) == 1
    np.testing.assert_allclose(table.place(0), [0.5, 0.25])
    table.hand.remove_start(0)
    assert len(table.store.document.experiment.starts) == 1
    assert "last start stays" in table.said[-1]


def test_there_is_an_end_to_starts():
    table = Table("rosenbrock")
    for k in range(MAX_STARTS + 3):
        table.hand.add_start(0.1 * k, 0.0)
    assert len(table.store.document.experiment.starts) == MAX_STARTS
    assert str(MAX_STARTS) in table.said[-1]


def test_reading_off_says_place_loss_and_slope():
    table = Table("bowl")
    table.hand.read_off(LANDSCAPE, 1.0, 0.0)
    assert "at (1)" in table.said[-1]
    assert "loss ≈ 0.5" in table.said[-1]
    assert "slope ≈ 1" in table.said[-1]
    table.hand.read_off(LANDSCAPE, table.drawn.window[1], 0.0)
    assert "loss" in table.said[-1]
    assert "finite" not in table.said[-1]
    table.hand.read_off(LANDSCAPE, 1e6, 0.0)
    assert "loss" not in table.said[-1]


def test_before_anything_is_drawn_the_hand_does_nothing():
    table = Table("rosenbrock")
    hand = LandscapeGestures(table.store, Shown(Results()), table.said.append)
    hand.drag(0, 1.0, 1.0)
    hand.drop(0, 1.0, 1.0)
    hand.add_start(1.0, 1.0)
    hand.read_off(LANDSCAPE, 1.0, 1.0)
    assert table.store.document is table.document
    assert table.said == []


def test_a_drag_of_one_start_leaves_the_others_the_same_objects():
    table = Table("exclusive_or", starts=2)
    other = table.store.document.experiment.starts[0]
    table.hand.drag(1, 0.0, 0.0)
    assert table.store.document.experiment.starts[0] is other
    assert replace(table.store.document.experiment, starts=()).plane is table.document.experiment.plane
