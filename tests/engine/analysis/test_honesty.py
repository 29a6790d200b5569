import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.honesty import honesty, slice_losses
from engine.plane import Line, Plane
from tests.engine.analysis.functions import Quadratic

SKEW = Plane([1.0, 0.0, 2.0, -1.0], [2.0, 1.0, 0.0, 0.0], [0.1, 3.0, 1.0, 0.0])


@given(st.integers(0, 2**31))
def test_distance_and_share_agree_with_least_squares(seed):
    random = np.random.default_rng(seed)
    points = random.standard_normal((7, 4))
    basis = SKEW.directions.T
    meter = honesty(SKEW, points)
    remains = []
    for vector in (*(points - SKEW.origin), *(points - points[0])):
        best = np.linalg.lstsq(basis, vector, rcond=None)[0]
        remains.append(np.linalg.norm(vector - basis @ best))
    np.testing.assert_allclose(meter.distances, remains[:7], rtol=1e-9)
    motion = np.sum((points - points[0]) ** 2)
    assert meter.share == pytest.approx(1 - np.sum(np.square(remains[7:])) / motion)


def test_motion_within_the_plane_is_shown_in_full_at_any_distance():
    coordinates = np.random.default_rng(0).standard_normal((5, 2))
    normal = np.linalg.svd(SKEW.directions)[2][-1]
    meter = honesty(SKEW, SKEW.point(coordinates) + 3 * normal)
    assert meter.share == pytest.approx(1.0)
    np.testing.assert_allclose(meter.distances, 3.0)
    assert "at most 3 away" in meter.sentence


def test_a_point_that_does_not_move_is_shown_in_full():
    assert honesty(SKEW, [[5.0, 5.0, 5.0, 5.0]] * 3).share == 1.0


def test_diverged_records_are_left_out_and_huge_ones_do_not_overflow():
    line = Line([0.0, 0.0], [1.0, 0.0])
    meter = honesty(line, [[0.0, 0.0], [3e200, 4e200], [np.inf, np.nan]])
    assert meter.share == pytest.approx(0.36)
    assert np.isnan(meter.distances[2])
    assert not meter.is_honest


def test_nearly_all_is_not_said_to_be_all():
    line = Line([0.0, 0.0], [1.0, 0.0])
    assert "over 99.9 %" in honesty(line, [[0.0, 0.0], [1.0, 0.001]]).sentence


def test_slice_losses_are_the_heights_under_the_path():
    bowl = Quadratic(np.diag([1.0, 2.0, 3.0, 4.0]))
    points = np.vstack([np.random.default_rng(1).standard_normal((3, 4)), np.full(4, np.nan)])
    heights = slice_losses(bowl, SKEW, points)
    for k in range(3):
        shadow = SKEW.point(np.linalg.lstsq(SKEW.directions.T, points[k] - SKEW.origin, rcond=None)[0])
        assert heights[k] == pytest.approx(float(bowl.value(shadow)))
    assert np.isnan(heights[3])


def test_points_of_another_space_are_refused():
    with pytest.raises(ValueError, match="records, 4"):
        honesty(SKEW, np.zeros((3, 5)))
