import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.pictures.thinning import curve_points

NUMBERS = st.floats(-1e6, 1e6) | st.sampled_from([np.nan, np.inf, -np.inf])
CURVES = st.integers(1, 400).flatmap(lambda n: arrays(np.float64, n, elements=NUMBERS))


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
