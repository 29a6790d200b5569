"""Lines and planes: drawn exactly as named, through the points they promise, with norms, angles and recipes reported."""

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import directions
from engine.analysis.symmetry import swap_units
from engine.network import Network
from tests.engine.landscapes import Layers, Quadratic

NET = Layers(3, 5, 4, 2)
NORMALIZED = [directions.filter_normalized, directions.layer_normalized, directions.model_normalized]


def skew_theta(net=NET, seed=1):
    """Rows of very different norms."""
    draw = np.random.default_rng(seed)
    return draw.normal(size=net.dimension) * np.exp(draw.uniform(-4, 4, size=net.dimension))


def symmetric(size, seed=0, values=None):
    draw = np.random.default_rng(seed)
    basis = np.linalg.qr(draw.normal(size=(size, size)))[0]
    return basis @ np.diag(np.linspace(-2.0, 5.0, size) if values is None else values) @ basis.T, basis


def setting(plane, name):
    return dict(plane.drawn.settings)[name]


# Random planes


def test_filter_normalization_takes_over_the_norm_of_every_row():
    theta = skew_theta()
    plane = directions.filter_normalized(NET, theta, seed=4)
    for axis in (plane.first, plane.second):
        for block in NET.blocks:
            ours, given_ = block.of(axis), block.of(theta)
            if block.kind == "bias":
                assert not ours.any()
            else:
                np.testing.assert_allclose(np.linalg.norm(ours, axis=1), np.linalg.norm(given_, axis=1), rtol=1e-12)
                columns = np.linalg.norm(ours, axis=0) / np.linalg.norm(given_, axis=0)
                assert np.ptp(columns) > 0.01  # rows, not columns


def test_filter_normalization_with_biases_scales_each_bias_with_its_row():
    theta = skew_theta()
    plane = directions.filter_normalized(NET, theta, seed=4, biases="with_row")
    for weight, bias in zip(NET.blocks[::2], NET.blocks[1::2], strict=True):
        joint = [np.c_[weight.of(vector), bias.of(vector)] for vector in (plane.first, theta)]
        np.testing.assert_allclose(*(np.linalg.norm(rows, axis=1) for rows in joint), rtol=1e-12)
        assert bias.of(plane.first).all()


def test_layer_normalization_takes_over_the_norm_of_every_matrix_and_not_of_its_rows():
    theta = skew_theta()
    plane = directions.layer_normalized(NET, theta, seed=4)
    for block in NET.blocks[::2]:
        ours, given_ = block.of(plane.second), block.of(theta)
        assert np.linalg.norm(ours) == pytest.approx(np.linalg.norm(given_))
        assert np.ptp(np.linalg.norm(ours, axis=1) / np.linalg.norm(given_, axis=1)) > 0.1
    assert not NET.blocks[1].of(plane.first).any()
    joined = directions.layer_normalized(NET, theta, seed=4, biases="with_weights")
    first_layer = slice(0, NET.blocks[1].stop)
    assert np.linalg.norm(joined.first[first_layer]) == pytest.approx(np.linalg.norm(theta[first_layer]))


def test_model_normalization_takes_over_the_norm_of_all_weights_together():
    theta = skew_theta()
    plane = directions.model_normalized(NET, theta, seed=4)
    is_weight = np.concatenate([np.full(block.size, block.kind == "weight") for block in NET.blocks])
    assert np.linalg.norm(plane.first) == pytest.approx(np.linalg.norm(theta[is_weight]))
    assert not plane.first[~is_weight].any()
    assert plane.first[is_weight].all()


@pytest.mark.parametrize("draw", [*NORMALIZED, directions.random])
def test_random_planes_keep_the_callers_array_their_seed_and_report_their_angle(draw):
    theta = skew_theta()
    before = theta.copy()
    plane, again, other = draw(NET, theta, seed=7), draw(NET, theta, seed=7), draw(NET, theta, seed=8)
    np.testing.assert_array_equal(theta, before)
    np.testing.assert_array_equal(plane.origin, before)
    np.testing.assert_array_equal(plane.directions, again.directions)
    assert not np.allclose(plane.first, other.first)
    assert abs(plane.angle - 90) > 1e-6  # nobody made them orthogonal
    assert setting(plane, "angle between the axes") == f"{plane.angle:.2f}°"
    assert setting(plane, "norms of the axes") == f"{plane.norms[0]:.4g} and {plane.norms[1]:.4g}"
    assert setting(plane, "seed") == "7"


def test_random_directions_are_gaussian_with_mean_zero_and_length_one():
    from scipy.stats import kstest

    wide = Layers(100, 200)
    plane = directions.random(wide, np.ones(wide.dimension), seed=3)
    np.testing.assert_allclose(plane.norms, 1.0)
    for axis in plane.directions:
        entries = axis * np.sqrt(wide.dimension)
        assert abs(entries.mean()) < 4 / np.sqrt(wide.dimension)
        assert kstest(entries, "norm").pvalue > 1e-3
    assert abs(plane.angle - 90) < 3


@pytest.mark.parametrize("draw", [*NORMALIZED, directions.random])
def test_a_direction_is_not_the_weights_drawn_from_an_equal_seed(draw):
    wide = Layers(30, 40, 10)
    theta = np.random.default_rng(5).standard_normal(wide.dimension)
    plane = draw(wide, theta, seed=5)
    cosine = plane.directions @ theta / plane.norms / np.linalg.norm(theta)
    assert np.abs(cosine).max() < 0.15


@pytest.mark.parametrize("draw", NORMALIZED)
def test_normalized_planes_refuse_what_has_no_norms(draw):
    with pytest.raises(ValueError, match="All weights are zero"):
        draw(NET, np.zeros(NET.dimension))
    with pytest.raises(ValueError, match="no weight matrices"):
        draw(Quadratic(np.eye(3)), np.ones(3))
    with pytest.raises(ValueError, match='Biases can be "zero"'):
        draw(NET, skew_theta(), biases="kept")
    with pytest.raises(ValueError, match="not finite"):
        draw(NET, np.full(NET.dimension, np.inf))
    with pytest.raises(ValueError, match="shape"):
        draw(NET, np.ones(3))
    with pytest.raises(ValueError, match="whole number from 0"):
        draw(NET, skew_theta(), seed=-1)


def test_a_row_of_zeros_stays_put_and_the_others_move():
    theta = skew_theta()
    theta[:3] = 0.0
    plane = directions.filter_normalized(NET, theta)
    assert not plane.first[:3].any()
    assert plane.first[3:6].all()


# Through points


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(2, 40), st.floats(-6, 6), st.floats(-6, 6))
def test_a_plane_through_three_points_is_exact_at_all_three(seed, size, one, two):
    a, u, v = np.random.default_rng(seed).normal(size=(3, size))
    b, c = a + 10**one * u, a + 10**two * v
    plane = directions.through_points(a, b, c)
    assert plane.is_orthonormal
    np.testing.assert_allclose(plane.coordinates(b), [np.linalg.norm(b - a), 0], atol=1e-9 * np.linalg.norm(b - a))
    assert plane.coordinates(c)[1] > 0
    scale = np.abs([a, b, c]).max()
    assert plane.distance(np.stack([a, b, c])).max() < 1e-12 * scale * size


def test_three_points_nearly_on_a_line_are_exact_too():
    a, along, across = np.random.default_rng(2).normal(size=(3, 200))
    b, c = a + along, a + 3 * along + 1e-5 * across
    plane = directions.through_points(a, b, c)
    assert plane.is_orthonormal
    assert plane.distance(np.stack([a, b, c])).max() < 1e-11


@pytest.mark.parametrize("factor", [0.0, 0.5, 1.0, -2.0])
def test_three_points_on_a_line_get_another_direction_and_say_so(factor):
    a, along, other = np.random.default_rng(3).normal(size=(3, 50))
    plane = directions.through_points(a, a + along, a + factor * along, other=other)
    assert plane.is_orthonormal
    assert "on one line" in plane.drawn.sentence
    assert plane.distance(a + factor * along) < 1e-12
    assert plane.distance(a + other) < 1e-12
    assert directions.through_points(a, a + along, a, other=along).is_orthonormal
    again = [directions.through_points(a, a + along, a).second for _ in range(2)]
    np.testing.assert_array_equal(*again)


def test_equal_points_give_no_direction():
    with pytest.raises(ValueError, match="same"):
        directions.through_points([1.0, 2.0], [1.0, 2.0], [0.0, 0.0])
    with pytest.raises(ValueError, match="same"):
        directions.through_two_points([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="third point has entries that are not finite"):
        directions.through_points([1.0, 2.0], [1.0, 3.0], [0.0, np.nan])
    with pytest.raises(ValueError, match="One parameter"):
        directions.through_points([1.0], [2.0], [3.0])


def test_lines_measure_distance_and_report_what_they_were_given():
    line = directions.through_two_points([1.0, 1.0], [4.0, 5.0])
    np.testing.assert_allclose(line.point([5.0]), [4.0, 5.0])
    assert setting(line, "distance of the points") == "5"
    along = directions.line_along([1.0, 1.0], [0.0, -8.0])
    np.testing.assert_allclose(along.point([2.0]), [1.0, -1.0])
    assert setting(along, "length before normalizing") == "8"
    with pytest.raises(ValueError, match="The direction is zero"):
        directions.line_along([1.0, 1.0], [0.0, 0.0])
    plane = directions.filter_normalized(NET, skew_theta())
    np.testing.assert_array_equal(directions.first_axis(plane).point([0.7]), plane.point([0.7, 0.0]))
    moved = directions.second_axis(plane, plane.point([1.0, 0.0]))
    np.testing.assert_allclose(moved.point([0.7]), plane.point([1.0, 0.7]))
    with pytest.raises(ValueError, match="only one axis"):
        directions.second_axis(line)


def test_two_weights_have_their_own_values_as_coordinates():
    theta = np.array([5.0, 6.0, 7.0, 8.0])
    objective = Quadratic(np.eye(4))
    plane = directions.weights(objective, 3, 1, theta)
    np.testing.assert_array_equal(plane.coordinates(theta), [8.0, 6.0])
    np.testing.assert_array_equal(plane.point([0.5, -1.0]), [5.0, -1.0, 7.0, 0.5])
    assert "w[3] and w[1]" in plane.drawn.sentence
    line = directions.axis_line(objective, 2, theta)
    np.testing.assert_array_equal(line.point([0.5]), [5.0, 6.0, 0.5, 8.0])
    np.testing.assert_array_equal(theta, [5.0, 6.0, 7.0, 8.0])
    for i, j in [(1, 1), (0, 4), (-1, 2)]:
        with pytest.raises(ValueError, match=r"choose (two different|one from 0 to 3)"):
            directions.weights(objective, i, j, theta)


# Principal components


def wander(records, size, seed):
    return np.cumsum(np.random.default_rng(seed).normal(size=(records, size)), axis=0)


@pytest.mark.parametrize("shape", [(40, 7), (12, 90), (700, 3), (1500, 30)])
def test_components_of_one_run_are_those_of_a_singular_value_decomposition(shape):
    path = wander(*shape, seed=1)
    plane = directions.principal_components([path])
    _, strengths, right = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(np.abs(plane.directions @ right[:2].T), np.eye(2), atol=1e-9)
    np.testing.assert_allclose(plane.origin, path.mean(axis=0))
    shares = strengths[:2] ** 2 / (strengths**2).sum()
    assert setting(plane, "explained shares") == f"{shares[0]:.2%} and {shares[1]:.2%}"
    for axis in plane.directions:
        assert axis[np.abs(axis).argmax()] > 0
    assert plane.is_orthonormal


def test_many_records_of_many_parameters_agree_with_the_full_decomposition():
    path = wander(510, 520, seed=2)
    plane = directions.principal_components(path)
    right = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)[2]
    np.testing.assert_allclose(np.abs(plane.directions @ right[:2].T), np.eye(2), atol=1e-6)
    np.testing.assert_array_equal(plane.directions, directions.principal_components(path).directions)


def test_motion_within_a_plane_is_shown_exactly():
    origin, u, v = np.random.default_rng(4).normal(size=(3, 60))
    t = np.linspace(0, 5, 80)[:, None]
    runs = [origin + np.cos(t) * u + t * v, origin + t**2 * u - np.sin(3 * t) * v]
    plane = directions.principal_components(runs)
    assert plane.distance(np.concatenate(runs)).max() < 1e-11


def test_each_run_counts_for_the_same_motion():
    long, short = np.zeros((2, 50, 6))
    long[:, 0], short[:, 1] = np.linspace(0, 1000, 50), np.linspace(0, 0.5, 50)
    long[:, 2] = 100 * np.sin(np.arange(50))  # larger than all that the short run does
    plane = directions.principal_components([long, short])
    assert plane.distance(short[-1]) < 0.02 * 0.5 + plane.distance(short[0])
    assert np.abs(plane.directions[:, 1]).max() > 0.5
    alone = directions.principal_components([long, short], weights=[1.0, 0.0])
    assert np.abs(alone.directions[:, 1]).max() < 1e-9


def test_diverged_records_and_runs_that_stand_still_are_left_out():
    path = wander(30, 5, seed=6)
    with np.errstate(over="ignore"):
        broken = np.concatenate([path, np.full((2, 5), np.inf), np.full((1, 5), np.nan), np.full((1, 5), 1e200)])
    nothing = np.full((30, 5), np.nan)
    expected = directions.principal_components([path])
    for runs in ([broken], [path, nothing]):
        plane = directions.principal_components(runs)
        np.testing.assert_allclose(plane.origin, expected.origin)
        np.testing.assert_allclose(plane.directions, expected.directions, atol=1e-12)
    still = directions.principal_components([path, np.tile(path.mean(axis=0), (9, 1))])
    np.testing.assert_allclose(still.directions, expected.directions, atol=1e-12)


def test_motion_along_a_line_gets_another_axis_and_no_motion_is_refused():
    start, along = np.random.default_rng(8).normal(size=(2, 20))
    plane = directions.principal_components([start + np.linspace(0, 3, 9)[:, None] * along])
    assert plane.is_orthonormal
    assert "on one line" in plane.drawn.sentence
    assert setting(plane, "explained shares") == "100.00% and 0.00%"
    assert plane.distance(start + 3 * along) < 1e-12
    for runs in ([np.ones((5, 3))], [np.full((5, 3), np.nan)]):
        with pytest.raises(ValueError, match="have not moved"):
            directions.principal_components(runs)


def test_points_of_several_runs_are_taken_as_records_by_runs():
    points = np.stack([wander(20, 4, seed=1), wander(20, 4, seed=2)], axis=1)
    one = directions.principal_components(points)
    two = directions.principal_components([points[:, 0], points[:, 1]])
    np.testing.assert_array_equal(one.directions, two.directions)
    assert "2 runs" in one.drawn.sentence
    for wrong in ([], [np.ones(3)], [np.ones((3, 2)), np.ones((3, 4))]):
        with pytest.raises(ValueError, match=r"\(records, P\)"):
            directions.principal_components(wrong)
    with pytest.raises(ValueError, match="2 numbers"):
        directions.principal_components(points, weights=[1.0, -1.0])


# Derivatives


@pytest.mark.parametrize("dense_up_to", [500, 0])
@pytest.mark.parametrize("which", [("top", "bottom"), ("bottom", "second"), ("top", "second")])
def test_eigenvectors_agree_with_a_full_decomposition(dense_up_to, which):
    matrix, basis = symmetric(60)
    theta = np.ones(60)
    plane = directions.hessian_eigenvectors(Quadratic(matrix), theta, which, dense_up_to=dense_up_to)
    wanted = [basis[:, {"top": -1, "second": -2, "bottom": 0}[name]] for name in which]
    np.testing.assert_allclose(np.abs(plane.directions @ np.transpose(wanted)), np.eye(2), atol=1e-6)
    values = [float(number) for number in setting(plane, "eigenvalues").split(" and ")]
    expected = [np.linspace(-2.0, 5.0, 60)[{"top": -1, "second": -2, "bottom": 0}[name]] for name in which]
    np.testing.assert_allclose(values, expected, rtol=1e-5)
    assert plane.is_orthonormal
    assert max(float(number) for number in setting(plane, "residuals").split(" and ")) < 1e-6
    for axis in plane.directions:
        assert axis[np.abs(axis).argmax()] > 0


def test_eigenvectors_that_are_the_same_are_refused():
    with pytest.raises(ValueError, match="same eigenvector"):
        directions.hessian_eigenvectors(Quadratic(np.eye(5)), np.ones(5), ("top", "top"))
    with pytest.raises(ValueError, match="same eigenvector"):
        directions.hessian_eigenvectors(Quadratic(np.eye(2)), np.ones(2), ("second", "bottom"))
    with pytest.raises(ValueError, match="are wanted"):
        directions.hessian_eigenvectors(Quadratic(np.eye(5)), np.ones(5), ("top", "flattest"))


@pytest.mark.parametrize("dense_up_to", [500, 0])
def test_the_plane_of_gradient_and_newton_holds_both_steps(dense_up_to):
    matrix, _ = symmetric(20, values=np.linspace(0.5, 6, 20))
    objective = Quadratic(matrix, np.arange(20.0))
    theta = np.full(20, 3.0)
    gradient, minimum = matrix @ theta - np.arange(20.0), np.linalg.solve(matrix, np.arange(20.0))
    plane = directions.gradient_and_newton(objective, theta, dense_up_to=dense_up_to)
    assert plane.is_orthonormal
    assert plane.distance(minimum) < 1e-6
    assert plane.distance(theta - gradient) < 1e-10
    assert plane.coordinates(theta - gradient)[0] > 0
    assert plane.coordinates(minimum)[1] > 0
    length = np.linalg.norm(minimum - theta)
    assert setting(plane, "length of Newton's step") == f"{length:.4g}"
    np.testing.assert_allclose(
        directions.newton_line(objective, theta, dense_up_to).point([length]), minimum, atol=1e-5
    )
    down = directions.gradient_line(objective, theta)
    np.testing.assert_allclose(down.direction, -gradient / np.linalg.norm(gradient))


@pytest.mark.parametrize("dense_up_to", [500, 0])
def test_newtons_step_leaves_out_directions_without_curvature(dense_up_to):
    matrix, _ = symmetric(12, values=[0, 0, 0, *np.linspace(1, 3, 9)])
    objective = Quadratic(matrix, matrix @ np.arange(12.0))
    theta = np.ones(12)
    step = np.linalg.pinv(matrix) @ matrix @ (np.arange(12.0) - theta)
    line = directions.newton_line(objective, theta, dense_up_to)
    np.testing.assert_allclose(line.direction, step / np.linalg.norm(step), atol=1e-6)


def test_parallel_gradient_and_newton_get_another_axis_and_a_stationary_point_is_refused():
    plane = directions.gradient_and_newton(Quadratic(3 * np.eye(4)), np.arange(4.0))
    assert plane.is_orthonormal
    assert "parallel" in plane.drawn.sentence
    with pytest.raises(ValueError, match="gradient is zero"):
        directions.gradient_and_newton(Quadratic(np.eye(3)), np.zeros(3))


def test_the_plane_of_twins_holds_three_points_with_one_function():
    net = Network((2, 4, 3, 2), "tanh")
    rng = np.random.default_rng(0)
    loss = net.objective(SimpleNamespace(inputs=rng.normal(size=(20, 2)), targets=rng.normal(size=(20, 2))))
    theta = net.initialize(seed=1)
    plane = directions.nearest_twins(net, theta)
    swapped = [
        swap_units(net.layers, theta, layer, first, second)
        for layer, width in enumerate((4, 3))
        for first, second in combinations(range(width), 2)
    ]
    inside = [twin for twin in swapped if plane.distance(twin) < 1e-9]
    assert len(inside) >= 2
    nearest = min(np.linalg.norm(twin - theta) for twin in swapped)
    assert min(np.linalg.norm(twin - theta) for twin in inside) == pytest.approx(nearest)
    np.testing.assert_allclose(loss.value(np.stack(inside)), float(loss.value(theta)), rtol=1e-12)


def test_two_hidden_units_have_no_second_twin():
    with pytest.raises(ValueError, match="three units"):
        directions.nearest_twins(Network((2, 2, 2)), np.arange(12.0))
