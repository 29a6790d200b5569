"""The vertices that draw a path are enough, and the same whether the path came at once or bit by bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.pictures.trace import FARTHEST, pulled_in, trace

LOW, HIGH = np.array([-1.0, 10.0]), np.array([1.0, 14.0])
NUMBERS = st.floats(-3, 15) | st.sampled_from([np.nan, np.inf, -np.inf, 1e30])


def paths(numbers, most=200):
    return st.integers(1, most).flatmap(lambda n: arrays(np.float64, (n, 2), elements=numbers))


@given(paths(st.floats(-3, 15)), st.integers(1, 50), st.data())
def test_every_place_left_out_lies_in_one_cell_with_the_vertex_before(path, fineness, data):
    count = data.draw(st.integers(1, len(path)))
    found = trace(path, LOW, HIGH, fineness=fineness)
    vertices = found.vertices(count)
    keep = np.append(found.moves[found.moves < count - 1], count - 1)
    np.testing.assert_array_equal(vertices, path[keep])
    assert keep[0] == 0
    before = keep[np.searchsorted(keep, np.arange(count), side="right") - 1]
    cell = (HIGH - LOW) / fineness
    assert (np.abs(path[:count] - path[before]) <= cell * (1 + 1e-9)).all()


@given(paths(NUMBERS), st.data())
def test_a_path_that_grows_ends_at_the_trace_of_the_whole(path, data):
    found = None
    for count in sorted({*data.draw(st.lists(st.integers(1, len(path)), max_size=4)), len(path)}):
        found = trace(path[:count], LOW, HIGH, found)
    whole = trace(path, LOW, HIGH)
    np.testing.assert_array_equal(found.path, whole.path)
    np.testing.assert_array_equal(found.moves, whole.moves)


@given(paths(NUMBERS), st.data())
def test_the_vertices_of_a_beginning_are_those_of_its_own_trace(path, data):
    count = data.draw(st.integers(1, len(path)))
    np.testing.assert_array_equal(
        trace(path, LOW, HIGH).vertices(count), trace(path[:count], LOW, HIGH).vertices(count)
    )  # fmt: skip


def test_steps_that_crowd_on_a_plateau_become_few():
    x = np.concatenate([np.full(5000, 0.3) + 1e-9 * np.arange(5000), np.linspace(0.3, 1.0, 50)])
    found = trace(np.stack([x, np.full_like(x, 12.0)], axis=1), LOW, HIGH)
    assert len(found.vertices(len(x))) <= 52


def test_places_in_reach_stay_as_they_are():
    places = np.array([[0.5, 12.0], [-1.0, 10.0], [30.0, -50.0]])
    np.testing.assert_array_equal(pulled_in(places, LOW, HIGH), places)


@pytest.mark.parametrize("far", [1e6, 1e30, 1e300])
def test_places_far_outside_keep_their_direction_from_the_center(far):
    ((x, y),) = pulled_in(np.array([[far, 12.0 + far]]), LOW, HIGH)
    assert x == pytest.approx(y - 12.0)
    assert abs((y - 12.0) / 2.0) <= FARTHEST
    assert x > 0


def test_places_that_are_none_break_the_line():
    assert np.isnan(pulled_in(np.array([[np.nan, 11.0], [np.inf, 11.0]]), LOW, HIGH)).all()
