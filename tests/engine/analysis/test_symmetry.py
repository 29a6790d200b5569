import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.matching import barrier, distances, match_weights
from engine.analysis.symmetry import flip_unit, parameter_count, permute, swap_units, twins
from tests.engine.analysis.functions import Quadratic, mlp

WIDTHS = (3, 5, 4, 2)
INPUTS = np.random.default_rng(9).standard_normal((20, 3))


def random_point(seed, widths=WIDTHS):
    return np.random.default_rng(seed).standard_normal(parameter_count(widths))


@given(st.integers(0, 2**31))
def test_permuting_hidden_units_keeps_the_function(seed):
    point, random = random_point(seed), np.random.default_rng(seed)
    twin = permute(WIDTHS, point, [random.permutation(5), random.permutation(4)])
    np.testing.assert_allclose(mlp(WIDTHS, twin, INPUTS), mlp(WIDTHS, point, INPUTS), atol=1e-12)
    np.testing.assert_array_equal(np.sort(twin), np.sort(point))


def test_permutations_are_batched_and_leave_the_callers_points_alone():
    points = np.stack([random_point(k) for k in range(6)]).reshape(2, 3, -1)
    before = points.copy()
    orders = [np.array([1, 0, 4, 2, 3]), np.array([3, 2, 1, 0])]
    together = permute(WIDTHS, points, orders)
    np.testing.assert_array_equal(points, before)
    for i, j in np.ndindex(2, 3):
        np.testing.assert_array_equal(together[i, j], permute(WIDTHS, points[i, j], orders))


@pytest.mark.parametrize(("layer", "first", "second"), [(0, 0, 4), (1, 3, 1)])
def test_swapping_twice_is_nothing_and_swapping_once_moves(layer, first, second):
    point = random_point(0)
    once = swap_units(WIDTHS, point, layer, first, second)
    assert np.linalg.norm(once - point) > 1
    np.testing.assert_allclose(mlp(WIDTHS, once, INPUTS), mlp(WIDTHS, point, INPUTS), atol=1e-12)
    np.testing.assert_array_equal(swap_units(WIDTHS, once, layer, first, second), point)


def test_flipping_signs_keeps_the_function_of_an_odd_activation_only():
    point = random_point(1)
    flipped = flip_unit(WIDTHS, point, 1, 2)
    np.testing.assert_allclose(mlp(WIDTHS, flipped, INPUTS, np.tanh), mlp(WIDTHS, point, INPUTS, np.tanh), atol=1e-12)
    assert np.abs(mlp(WIDTHS, flipped, INPUTS) - mlp(WIDTHS, point, INPUTS)).max() > 1e-2


def test_the_number_of_twins_is_the_number_of_different_permuted_points():
    widths = (2, 3, 2, 1)
    point = random_point(2, widths)
    orders = itertools.product(itertools.permutations(range(3)), itertools.permutations(range(2)))
    different = {tuple(permute(widths, point, order)) for order in orders}
    assert len(different) == twins(widths).number == 12
    assert twins(widths, "tanh").number == 12 * 2**5


def test_sentences_about_twins():
    assert "8!·8! = 1,625,702,400" in twins((2, 8, 8, 2)).sentence
    assert "2^16" in twins((2, 8, 8, 2), "tanh").sentence
    assert "about 10^26" in twins((64, 16, 16, 10)).sentence
    assert "nothing to permute" in twins((3, 2)).sentence


@pytest.mark.parametrize("seed", range(5))
def test_matching_undoes_any_permutation(seed):
    random = np.random.default_rng(seed)
    point = random_point(seed)
    twin = permute(WIDTHS, point, [random.permutation(5), random.permutation(4)])
    found = match_weights(WIDTHS, point, twin, seed=seed)
    np.testing.assert_array_equal(found.point, point)
    np.testing.assert_array_equal(permute(WIDTHS, twin, found.permutations), point)
    assert found.distance_after == 0.0
    assert found.distance_before > 1.0


@pytest.mark.parametrize("seed", range(4))
def test_with_one_hidden_layer_matching_is_the_best_of_all_permutations(seed):
    widths = (2, 5, 2)
    one, two = random_point(seed, widths), random_point(seed + 100, widths)
    best = min(
        np.linalg.norm(one - permute(widths, two, [np.array(order)])) for order in itertools.permutations(range(5))
    )
    assert match_weights(widths, one, two).distance_after == pytest.approx(best)


def test_with_two_hidden_layers_it_comes_near_the_best():
    widths = (2, 4, 4, 1)
    one, two = random_point(5, widths), random_point(6, widths)
    orders = itertools.product(itertools.permutations(range(4)), repeat=2)
    best = min(np.linalg.norm(one - permute(widths, two, [np.array(o) for o in order])) for order in orders)
    found = match_weights(widths, one, two, restarts=8)
    assert best - 1e-9 <= found.distance_after <= 1.03 * best
    again = match_weights(widths, one, two, restarts=8)
    np.testing.assert_array_equal(found.point, again.point)


class TeacherLoss(Quadratic):
    """Mean squared difference from a teacher's outputs."""

    def __init__(self, widths, teacher):
        super().__init__(np.zeros((1, 1)))
        self.widths, self.outputs = widths, mlp(widths, teacher, INPUTS)

    def value(self, points):
        flat = np.reshape(points, (-1, np.shape(points)[-1]))
        values = [np.mean((mlp(self.widths, point, INPUTS) - self.outputs) ** 2) for point in flat]
        return np.reshape(values, np.shape(points)[:-1])


def test_matching_removes_the_barrier_between_twins():
    teacher = random_point(3)
    twin = permute(WIDTHS, teacher, [np.array([4, 3, 2, 1, 0]), np.array([1, 0, 3, 2])])
    loss = TeacherLoss(WIDTHS, teacher)
    before = barrier(loss, teacher, twin)
    after = barrier(loss, teacher, match_weights(WIDTHS, teacher, twin).point)
    assert before.height > 0.01
    assert "barrier of" in before.sentence
    assert after.height == pytest.approx(0.0, abs=1e-15)
    assert "no barrier" in after.sentence


def test_a_barrier_is_measured_from_the_line_between_the_ends():
    dome = Quadratic([[-2.0]], [3.0])
    found = barrier(dome, [0.0], [2.0], resolution=101)
    assert found.height == pytest.approx(1.0)
    assert barrier(Quadratic([[2.0]]), [-1.0], [2.0]).height == 0.0


def test_twins_are_far_apart_as_weights_and_equal_as_functions():
    point = random_point(4)
    twin = swap_units(WIDTHS, point, 0, 1, 2)
    apart = distances(lambda theta, x: mlp(WIDTHS, theta, x), INPUTS, point, twin)
    assert apart.weights == pytest.approx(np.linalg.norm(point - twin))
    assert apart.functions == pytest.approx(0.0, abs=1e-14)
    shifted = point.copy()
    shifted[-2:] += 0.3
    assert distances(lambda theta, x: mlp(WIDTHS, theta, x), INPUTS, point, shifted).functions == pytest.approx(0.3)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="3-5-4-2"):
        permute(WIDTHS, np.zeros(3), [np.arange(5), np.arange(4)])
    with pytest.raises(ValueError, match="one permutation for each"):
        permute(WIDTHS, random_point(0), [np.arange(5)])
    with pytest.raises(ValueError, match="one permutation for each"):
        permute(WIDTHS, random_point(0), [np.zeros(5), np.arange(4)])
    with pytest.raises(ValueError, match="no such pair"):
        swap_units(WIDTHS, random_point(0), 2, 0, 1)
