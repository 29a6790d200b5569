import numpy as np
import pytest
from scipy.optimize import root

from engine.analysis.stationary import PointKind, classify, kind_of, lowest_minimum, stationary_points
from engine.formulas import NAMED, Formula
from engine.plane import Plane
from tests.engine.analysis.functions import (
    Function,
    Quadratic,
    double_well,
    himmelblau,
    monkey_saddle,
    quartic_valley,
    rosenbrock,
    six_hump_camel,
)


def tally(points):
    return tuple(sum(point.kind is kind for point in points) for kind in PointKind)


def by_brute_force(objective, window, starts=40):
    """Stationary points by SciPy's hybrid method from a grid of starts, none of it shared with the code under test."""
    axes = [np.linspace(a, b, starts) for a, b in zip(window[::2], window[1::2], strict=True)]
    found = []
    for start in np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, len(axes)):
        answer = root(lambda p: objective.value_and_gradient(p)[1], start, jac=objective.hessian, tol=1e-12)
        inside = all(a <= x <= b for x, a, b in zip(answer.x, window[::2], window[1::2], strict=True))
        if answer.success and inside and all(np.linalg.norm(answer.x - other) > 1e-4 for other in found):
            found.append(answer.x)
    return np.array(sorted(found, key=tuple))


CASES = {
    "Himmelblau": (himmelblau(), (-5, 5, -5, 5), (4, 4, 1, 0)),
    "six-hump camel": (six_hump_camel(), (-2, 2, -1.2, 1.2), (6, 7, 2, 0)),
    "Rosenbrock": (rosenbrock(), (-2, 2, -1, 3), (1, 0, 0, 0)),
    "double well": (double_well(), (-2, 2), (2, 0, 1, 0)),
    "saddle": (Quadratic(np.diag([1.0, -1.0])), (-1, 1.3, -1, 1), (0, 1, 0, 0)),
}


@pytest.mark.parametrize("name", CASES)
def test_all_stationary_points_are_found_and_classified(name):
    objective, window, expected = CASES[name]
    assert tally(stationary_points(objective, window)) == expected


@pytest.mark.parametrize("name", ["Himmelblau", "six-hump camel"])
def test_they_are_those_that_scipy_finds(name):
    objective, window, _ = CASES[name]
    found = np.array(sorted(tuple(point.point) for point in stationary_points(objective, window)))
    np.testing.assert_allclose(found, by_brute_force(objective, window, 15), atol=1e-7)


def test_himmelblau_is_zero_at_its_four_minima():
    minima = [p for p in stationary_points(himmelblau(), (-5, 5, -5, 5)) if p.kind is PointKind.MINIMUM]
    np.testing.assert_allclose([p.value for p in minima], 0.0, atol=1e-15)
    assert any(np.allclose(p.point, [3.0, 2.0]) for p in minima)


def test_the_lowest_minimum_and_the_order():
    points = stationary_points(double_well(), (-2, 2))
    assert [p.value for p in points] == sorted(p.value for p in points)
    assert lowest_minimum(points).point[0] < -0.9
    assert lowest_minimum(stationary_points(Quadratic([[-1.0]]), (-1, 1))) is None


@pytest.mark.parametrize("resolution", [17, 40, 65])
def test_the_grid_need_not_meet_the_points(resolution):
    assert tally(stationary_points(himmelblau(), (-5.1, 4.9, -4.8, 5.3), resolution)) == (4, 4, 1, 0)


def test_points_outside_the_window_are_left_out():
    assert tally(stationary_points(himmelblau(), (0, 5, 0, 5))) == (1, 2, 0, 0)
    assert tally(stationary_points(himmelblau(), (1, 3.2, 1, 3))) == (1, 0, 0, 0)


def test_degenerate_points_are_named_and_flat_valleys_left_out():
    points = stationary_points(monkey_saddle(), (-1, 1.1, -1, 1.2))
    assert tally(points) == (0, 0, 0, 1)
    np.testing.assert_allclose(points[0].point, 0.0, atol=1e-3)
    assert stationary_points(quartic_valley(), (-1, 1, -1, 1)) == ()


def test_where_nothing_is_stationary_nothing_is_found():
    incline = Function(2, lambda x, y: (x + y, [1.0 + 0 * x, 1.0 + 0 * y], [[0.0, 0.0], [0.0, 0.0]]))
    assert stationary_points(incline, (-1, 1, -1, 1)) == ()


def test_a_part_of_the_window_that_is_not_finite_does_no_harm():
    logarithm = Function(1, lambda x: (x * np.log(x), [np.log(x) + 1], [[1 / x]]))
    points = stationary_points(logarithm, (-1, 2))
    assert [p.kind for p in points] == [PointKind.MINIMUM]
    assert points[0].point[0] == pytest.approx(np.exp(-1))


def test_a_network_slice_is_an_objective_like_any_other():
    plane = Plane([0.5, 0.0, 0.0], [1.0, 0.2, 0.0], [0.0, 1.0, 3.0])
    points = stationary_points(Quadratic(np.diag([1.0, 2.0, 3.0])).restrict(plane), (-2, 2, -2, 2))
    assert tally(points) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("eigenvalues", "kind"),
    [
        ([1.0, 2.0], PointKind.MINIMUM),
        ([-1.0, 2.0], PointKind.SADDLE),
        ([-2.0, -1.0], PointKind.MAXIMUM),
        ([0.0, 2.0], PointKind.DEGENERATE),
        ([-1.0, 0.0, 2.0], PointKind.SADDLE),
        ([0.0, 0.0], PointKind.DEGENERATE),
        ([1e-12], PointKind.MINIMUM),
    ],
)
def test_kinds(eigenvalues, kind):
    assert kind_of(np.array(eigenvalues)) is kind


def test_the_index_counts_directions_down():
    point = classify(Quadratic(np.diag([-1.0, -3.0, 2.0])), np.zeros(3))
    assert (point.kind, point.index, point.gradient_norm) == (PointKind.SADDLE, 2, 0.0)
    assert "2 directions of 3 lead down" in point.sentence


def test_windows_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="one or two parameters"):
        stationary_points(Quadratic(np.eye(3)), (-1, 1))
    with pytest.raises(ValueError, match="empty"):
        stationary_points(double_well(), (1, -1))


@pytest.mark.parametrize("name", NAMED)
def test_the_catalogue_and_the_search_know_the_same_minima_and_saddles(name):
    entry = NAMED[name]
    found = stationary_points(Formula(name), entry.window)
    for kind, known in ((PointKind.MINIMUM, entry.minima), (PointKind.SADDLE, entry.saddles)):
        regular = [point for point in known if not (point.is_kink or point.is_degenerate)]
        here = np.array([point.point for point in found if point.kind is kind])
        if name != "ackley":  # of whose many dimples the catalogue lists those around the kink at its center
            assert len(here) == len(regular)
        for point in regular:
            assert np.abs(here - point.point).max(axis=1).min() < 1e-6
