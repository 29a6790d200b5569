"""Contours lie where the function has their level; levels are few, nice and inside the range."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contours import contours, levels
from engine.plane import parameter_plane
from engine.surfaces import surface, surface_job
from tests.engine.landscapes import Function

BOWL = Function(lambda x, y: x**2 + y**2)


def test_the_contour_of_a_bowl_is_a_circle_in_coordinates():
    sampled = surface(BOWL, window=(-2, 3, -1.5, 1.5), resolution=(101, 81))
    (circle,) = contours(sampled, [1.0])
    assert circle.level == 1.0
    assert circle.closed
    np.testing.assert_allclose(np.hypot(*circle.points.T), 1.0, atol=2e-3)
    angles = np.sort(np.arctan2(circle.points[:, 1], circle.points[:, 0]))
    assert np.diff(angles).max() < 0.1


def test_the_first_coordinate_comes_first():
    sampled = surface(Function(lambda x, y: x), window=(0, 1, 10, 20), resolution=11)
    (line,) = contours(sampled, [0.25])
    np.testing.assert_allclose(line.points[:, 0], 0.25)
    assert (line.points[:, 1].min(), line.points[:, 1].max()) == (10.0, 20.0)
    assert not line.closed


def test_no_contour_crosses_cells_that_are_not_finite():
    holed = surface(
        Function(lambda x, y: np.where(np.hypot(x - 1, y) < 0.4, np.nan, x**2 + y**2)), window=(-2, 2, -2, 2)
    )
    lines = contours(holed, [1.0])
    assert lines
    points = np.concatenate([line.points for line in lines])
    assert np.isfinite(points).all()
    assert np.hypot(points[:, 0] - 1, points[:, 1]).min() > 0.3


def test_a_refining_surface_has_the_contours_of_its_coarse_grid():
    job = surface_job(BOWL, parameter_plane(), (-2, 2, -2, 2), 65, threads=1)
    picture = next(progress.result for progress in job if progress.result is not None)
    job.close()
    (circle,) = contours(picture, [1.0])
    np.testing.assert_allclose(np.hypot(*circle.points.T), 1.0, atol=0.13)


def test_a_curve_has_no_contours():
    with pytest.raises(ValueError, match="A curve has no contour lines"):
        contours(surface(Function(np.sin, dimension=1)), [0.0])


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(3, 40))
def test_linear_levels_are_evenly_spaced_round_numbers_inside_the_range(low, extent, count):
    chosen = levels([low, low + extent], count)
    assert count / 2 <= len(chosen) <= 2 * count
    assert chosen.min() > low
    assert chosen.max() < low + extent
    step = np.diff(chosen).mean()
    mantissa = step / 10 ** np.floor(np.log10(step) + 1e-6)
    assert min(abs(mantissa - nice) for nice in (1, 2, 5)) < 1e-4
    np.testing.assert_allclose(chosen / step, np.round(chosen / step), atol=1e-4)


@pytest.mark.parametrize("top", [1.5, 20.0, 1e3, 1e9, 1e200])
@pytest.mark.parametrize("floor", [0.0, -3.0])
def test_logarithmic_levels_are_spread_over_the_decades_above_the_floor(top, floor):
    values = floor + np.geomspace(1.0, top, 2000)
    chosen = levels(values, 10, "logarithmic", floor)
    assert 5 <= len(chosen) <= 16
    heights = np.log10(chosen - floor)
    assert np.diff(heights).max() <= 3.5 * np.diff(heights).min()
    assert heights[0] - 0 < np.log10(top) / 3
    assert np.log10(top) - heights[-1] < np.log10(top) / 3


def test_logarithmic_levels_of_rosenbrock_reach_its_valley():
    valley = surface(Function(lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2), window=(-2, 2, -1, 3), resolution=101)
    assert levels(valley, 12).min() > 90
    assert levels(valley, 12, "logarithmic", floor=0.0).min() < 1


def test_quantile_levels_put_lines_on_a_plateau():
    plateau = surface(Function(lambda x, y: 1 / (1 + np.exp(-12 * x)) + 0.001 * y))
    chosen = levels(plateau, 10, "quantile")
    assert ((chosen > 0.99) & (chosen < 1.001)).sum() >= 2
    assert (levels(plateau, 10) > 0.99).sum() <= 1
    counts = np.histogram(plateau.values, np.concatenate([[-np.inf], chosen, [np.inf]]))[0][1:-1]
    assert counts.max() - counts.min() < 0.03 * plateau.values.size


@pytest.mark.parametrize("spacing", ["linear", "logarithmic", "quantile"])
@pytest.mark.parametrize("values", [[], [np.nan, np.nan], [2.0, 2.0], [np.inf, 1.0]])
def test_where_nothing_differs_there_are_no_levels(spacing, values):
    assert levels(values, 8, spacing).size == 0


@pytest.mark.parametrize("spacing", ["linear", "logarithmic", "quantile"])
@pytest.mark.parametrize("values", [[-1.7e308, 0.0, 1.7e308], [0.0, 1e-320], [1e16, 1e16 + 4], [-5.0, np.nan, 5.0]])
def test_extreme_ranges_give_no_warning_and_levels_inside(spacing, values):
    chosen = levels(values, 8, spacing)
    assert np.isfinite(chosen).all()
    assert (np.diff(chosen) > 0).all()
    assert ((chosen > np.nanmin(values)) & (chosen < np.nanmax(values))).all()


def test_a_number_of_levels_below_one_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        levels([0.0, 1.0], 0)
