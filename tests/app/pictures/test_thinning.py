import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.pictures.thinning import FARTHEST, curve_points, path_points, pulled_in

NUMBERS = st.floats(-1e6, 1e6) | st.sampled_from([np.nan, np.inf, -np.inf])
CURVES = st.integers(1, 400).flatmap(lambda n: arrays(np.float64, n, elements=NUMBERS))


@given(st.integers(1, 300).flatmap(lambda n: arrays(np.float64, (n, 2), elements=st.floats(-3, 3))), st.integers(1, 50))
def test_every_vertex_left_out_lies_in_one_cell_with_the_one_kept_before(path, fineness):
    keep = path_points(path[:, 0], path[:, 1], 1.0, 2.0, fineness)
    assert keep[0] == 0
    assert keep[-1] == len(path) - 1
    assert (np.diff(keep) > 0).all()
    before = keep[np.searchsorted(keep, np.arange(len(path)), side="right") - 1]
    cell = np.array([1.0, 2.0]) / fineness
    assert (np.abs(path - path[before]) <= cell * (1 + 1e-9)).all()


def test_steps_that_crowd_on_a_plateau_become_few():
    x = np.concatenate([np.full(5000, 0.3) + 1e-9 * np.arange(5000), np.linspace(0.3, 1.0, 50)])
    keep = path_points(x, np.zeros_like(x), 1.0, 1.0)
    assert len(keep) <= 52


def test_a_path_with_numbers_that_are_none_is_no_harm():
    x = np.array([0.0, np.nan, np.inf, -np.inf, 1.0])
    keep = path_points(x, x, 1.0, 1.0)
    assert keep[0] == 0
    assert keep[-1] == 4


@given(CURVES, st.booleans(), st.integers(1, 40))
def test_a_thinned_curve_keeps_its_ends_and_its_extremes(y, logarithmic, bins):
    x = np.arange(len(y), dtype=float)
    keep = curve_points(x, y, logarithmic, bins)
    assert keep[0] == 0
    assert keep[-1] == len(y) - 1
    assert (np.diff(keep) > 0).all()
    finite = y[np.isfinite(y)]
    if finite.size:
        kept = y[keep][np.isfinite(y[keep])]
        assert kept.min() == finite.min()
        assert kept.max() == finite.max()


@given(CURVES, st.integers(1, 40))
def test_a_thinned_curve_stays_short(y, bins):
    keep = curve_points(np.arange(len(y), dtype=float), y, False, bins)
    assert len(keep) <= 4 * bins + 1


def test_a_single_spike_is_kept():
    y = np.zeros(6001)
    y[3333] = 1.0
    assert 3333 in curve_points(np.arange(6001.0), y, False)


def test_over_a_logarithmic_axis_the_first_steps_are_all_kept():
    keep = curve_points(np.arange(1.0, 6001.0), np.ones(6000), True, 200)
    assert (keep[:8] == np.arange(8)).all()


LOW, HIGH = np.array([-1.0, 10.0]), np.array([1.0, 14.0])


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
