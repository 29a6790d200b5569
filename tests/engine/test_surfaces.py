"""Surfaces: sampled where they say, coarse first, nothing twice, no thread left; scales and shading from the samples."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.datasets import Dataset
from engine.directions import filter_normalized, through_points
from engine.network import Network
from engine.objective import Objective
from engine.plane import Line, Plane, parameter_line, parameter_plane
from engine.surfaces import (
    Bending,
    Surface,
    above_floor,
    bending,
    flat_region,
    floor_below,
    own_flat,
    surface,
    surface_job,
    window_around,
)
from tests.engine.landscapes import Function, Quadratic

SQUARE = (-1.0, 1.0, -1.0, 1.0)


def made(values, low=-1.0, high=1.0, computed=None):
    values = np.asarray(values, dtype=float)
    axes = [np.linspace(low, high, count) for count in values.shape]
    flat = parameter_line() if values.ndim == 1 else parameter_plane()
    second = axes[0] if values.ndim == 2 else np.empty(0)
    return Surface(flat, axes[-1], second, values, np.ones(values.shape, bool) if computed is None else computed)


def threads_of_surfaces():
    return [thread for thread in threading.enumerate() if thread.name.startswith("surface")]


# Sampling


@pytest.mark.parametrize("resolution", [2, 3, 17, 51, (31, 20), (7, 64)])
def test_values_are_the_objective_at_the_grid_with_rows_along_the_second_coordinate(resolution):
    bowl = Quadratic(np.diag([1.0, 4.0, 9.0]), [1.0, 0.0, 2.0])
    plane = Plane([0.5, -1.0, 2.0], [1.0, 2.0, 0.0], [0.0, 0.3, -3.0])
    sampled = surface(bowl, plane, window=(-1.0, 2.0, -3.0, 0.5), resolution=resolution)
    columns, rows = resolution if isinstance(resolution, tuple) else (resolution, resolution)
    assert sampled.values.shape == (rows, columns)
    assert sampled.window == (-1.0, 2.0, -3.0, 0.5)
    for i, j in [(0, 0), (0, columns - 1), (rows - 1, 0), (rows // 2, columns // 2)]:
        point = plane.origin + sampled.first[j] * plane.first + sampled.second[i] * plane.second
        assert sampled.values[i, j] == pytest.approx(float(bowl.value(point)), rel=1e-12)
    a, b = np.meshgrid(sampled.first, sampled.second)
    np.testing.assert_allclose(sampled.values, bowl.value(plane.point(np.stack([a, b], axis=-1))), rtol=1e-12)
    assert sampled.complete


def test_a_line_gives_a_curve():
    bowl = Quadratic(np.eye(3))
    curve = surface(bowl, Line([1.0, 0.0, 0.0], [0.0, 2.0, 0.0]), window=(-1, 3), resolution=101)
    np.testing.assert_allclose(curve.values, 0.5 + 2.0 * np.linspace(-1, 3, 101) ** 2)
    assert curve.window == (-1.0, 3.0)
    assert curve.second.size == 0


def test_functions_of_one_or_two_parameters_need_no_plane():
    assert surface(Function(np.cos, dimension=1)).values.shape == (51,)
    assert surface(Function(lambda x, y: x + y), resolution=9).window == SQUARE
    with pytest.raises(ValueError, match="3 parameters: give a line or plane"):
        own_flat(Quadratic(np.eye(3)))


@pytest.mark.parametrize(("points_per_call", "resolution"), [(1, 21), (7, 33), (40, 51), (100000, 51), (13, (20, 81))])
def test_no_point_is_computed_twice_and_a_picture_comes_before_a_tenth_of_the_work(points_per_call, resolution):
    hills = Function(lambda x, y: np.sin(3 * x) * y, points_per_call=points_per_call)
    job = surface_job(hills, parameter_plane(), SQUARE, resolution, threads=1)
    first = next(progress for progress in job if progress.result is not None)
    assert first.fraction < 0.1
    assert not first.result.complete
    last = list(job)[-1]
    assert last.fraction == 1.0
    assert last.result.complete
    assert len(hills.evaluated) == last.result.values.size == len(set(hills.evaluated))


def test_a_fast_function_takes_two_calls():
    hills = Function(lambda x, y: x * y)
    surface(hills, resolution=51)
    assert len(hills.calls) == 2


def test_longer_work_is_cut_into_equal_shares_for_up_to_four_threads():
    hills = Function(lambda x, y: x * y, points_per_call=700)
    surface(hills, resolution=51)
    coarse, *rest = sorted(len(call) for call in hills.calls)
    assert coarse == 7 * 7
    assert rest == [638] * 4


def test_a_surface_is_what_its_job_ends_with():
    hills = Function(lambda x, y: np.sin(7 * x + y**2), points_per_call=30)
    *_, last = surface_job(hills, parameter_plane(), SQUARE, 33)
    np.testing.assert_array_equal(surface(hills, window=SQUARE, resolution=33).values, last.result.values)


def test_pictures_grow_and_what_was_computed_stays(monkeypatch):
    monkeypatch.setattr("engine.surfaces.sampling.CHUNK", 0.0)
    hills = Function(lambda x, y: np.exp(x) - y, points_per_call=16)
    exact = surface(hills, resolution=40)
    pictures, fractions = [], []
    for progress in surface_job(hills, parameter_plane(), SQUARE, 40, threads=2):
        fractions.append(progress.fraction)
        if progress.result is not None:
            pictures.append(progress.result)
    assert fractions == sorted(fractions)
    assert len(pictures) > 2
    for picture in pictures:
        np.testing.assert_array_equal(picture.values[picture.computed], exact.values[picture.computed])
        assert not picture.values.flags.writeable
        assert not picture.computed.flags.writeable
    counts = [int(picture.computed.sum()) for picture in pictures]
    assert counts == sorted(counts)


def test_gaps_hold_their_nearest_computed_neighbor():
    job = surface_job(Function(lambda x, y: 10 * y + x), parameter_plane(), (0, 32, 0, 32), 33, threads=1)
    picture = next(progress.result for progress in job if progress.result is not None)
    job.close()
    places = np.argwhere(picture.computed)
    assert 0 < len(places) < picture.values.size / 10
    for cell in [(0, 1), (5, 9), (31, 30), (16, 3)]:
        distances = np.abs(places - cell).max(axis=1)
        nearest = [picture.values[tuple(place)] for place in places[distances == distances.min()]]
        assert picture.values[cell] in nearest


def test_values_that_are_not_finite_are_nan_and_computed():
    edge = surface(Function(lambda x, y: np.log(x) + np.exp(900 * y)), resolution=21)
    assert edge.complete
    np.testing.assert_array_equal(np.isnan(edge.values), (edge.first[None, :] <= 0) | (edge.second[:, None] > 0.79))
    assert not np.isinf(edge.values).any()


def test_a_closed_job_awaits_its_tiles_and_leaves_no_thread():
    gate = threading.Event()
    slow = Function(lambda x, y: x, points_per_call=10, hold=lambda call: gate.wait(0.01) if call > 4 else None)
    job = surface_job(slow, parameter_plane(), SQUARE, 101, threads=2)
    next(progress for progress in job if progress.result is not None)
    job.close()
    calls = len(slow.calls)
    assert threads_of_surfaces() == []
    assert len(slow.evaluated) < 101 * 101 / 2
    assert len(slow.calls) == calls


def test_at_most_one_tile_more_than_there_are_threads_is_under_way():
    with ThreadPoolExecutor(1) as pool:
        submitted, finished, most = 0, 0, 0

        class Watched:
            def submit(self, *args):
                nonlocal submitted, most
                submitted += 1
                most = max(most, submitted - finished)
                future = pool.submit(*args)
                future.add_done_callback(count)
                return future

        def count(_):
            nonlocal finished
            finished += 1

        hills = Function(lambda x, y: x * y, points_per_call=5, hold=lambda call: time.sleep(0.0005))
        result = surface(hills, resolution=41, threads=3, executor=Watched())
        assert 1 < most <= 4
        assert result.complete
        assert threads_of_surfaces() == []
        assert pool.submit(int).result() == 0  # the caller's pool still works


class Prepared(Function):
    """Has preparations."""

    def __init__(self, *steps, **settings):
        super().__init__(lambda x, y: x * y, **settings)
        self.steps = steps

    def sampler(self, flat, dtype="float32"):
        return replace(super().sampler(flat, dtype), preparations=self.steps)


def test_preparations_are_done_once_and_first():
    done = []
    hills = Prepared(*[lambda: done.append(len(hills.calls))] * 3)
    assert surface(hills, resolution=21).complete
    assert done == [0, 0, 0]


def test_a_job_can_be_closed_between_preparations():
    done = []
    hills = Prepared(*[lambda: done.append(time.sleep(0.01))] * 50)
    job = surface_job(hills, parameter_plane(), SQUARE, threads=1)
    assert next(job).fraction == 0.0
    job.close()
    assert len(done) < 50
    assert not hills.calls
    assert threads_of_surfaces() == []


def test_an_error_in_a_preparation_reaches_the_caller():
    def broken():
        raise ArithmeticError("no products")

    with pytest.raises(ArithmeticError, match="no products"):
        surface(Prepared(broken))
    assert threads_of_surfaces() == []


def test_an_error_in_a_tile_reaches_the_caller_and_leaves_no_thread():
    def broken(x, y):
        raise ArithmeticError("no value")

    with pytest.raises(ArithmeticError, match="no value"):
        surface(Function(broken, points_per_call=20))
    assert threads_of_surfaces() == []


def test_threads_do_not_change_the_values():
    bumps = Function(lambda x, y: np.sin(7 * x + y**2), points_per_call=11)
    one, three = (surface(bumps, resolution=45, threads=threads) for threads in (1, 3))
    np.testing.assert_array_equal(one.values, three.values)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"window": (-1, 1)}, "first low, first high"),
        ({"window": (1, -1, 0, 1)}, "each low end below its high end"),
        ({"window": (0, np.nan, 0, 1)}, "finite ends"),
        ({"window": (-1e308, 1e308, 0, 1)}, "too wide"),
        ({"resolution": 1}, "at least 2"),
        ({"resolution": 2.5}, "at least 2"),
        ({"resolution": 100_000}, "choose a smaller one"),
        ({"dtype": "float16"}, "float32"),
        ({"plane": parameter_line()}, "2 parameters, the line 1"),
    ],
)
def test_unusable_requests_are_refused_in_a_sentence_before_anything_is_computed(arguments, sentence):
    hills = Function(lambda x, y: x)
    with pytest.raises(ValueError, match=sentence):
        surface(hills, **arguments)
    assert hills.calls == []


def test_blas_keeps_its_threads_afterwards():
    from threadpoolctl import threadpool_info

    before = [library["num_threads"] for library in threadpool_info()]
    surface(Function(lambda x, y: x))
    assert [library["num_threads"] for library in threadpool_info()] == before


# Reading a surface


def test_lowest_and_range_look_at_computed_finite_cells_only():
    values = np.array([[3.0, 1.0, np.nan], [2.0, -9.0, 7.0]])
    computed = np.array([[True, True, True], [True, False, True]])
    part = made(values, computed=computed)
    value, coordinates = part.lowest()
    assert value == 1.0
    np.testing.assert_array_equal(coordinates, [0.0, -1.0])
    assert part.finite_range() == (1.0, 7.0)
    empty = made(np.full((3, 3), np.nan))
    assert empty.lowest() is None
    assert empty.finite_range() is None


@settings(max_examples=50)
@given(st.floats(-1, 1), st.floats(-1, 1))
def test_values_between_samples_are_bilinear(x, y):
    sampled = surface(Function(lambda x, y: 2 + x - 3 * y + 5 * x * y), resolution=6)
    assert sampled.at([x, y]) == pytest.approx(2 + x - 3 * y + 5 * x * y, abs=1e-12)


def test_values_at_samples_are_the_samples_and_outside_there_are_none():
    values = np.arange(12.0).reshape(3, 4)
    values[1, 1] = np.nan
    grid = made(values)
    a, b = np.meshgrid(grid.first, grid.second)
    np.testing.assert_allclose(grid.at(np.stack([a, b], axis=-1)), values)
    assert np.isnan(grid.at([[1.01, 0.0], [0.0, -2.0], [np.nan, 0.0]])).all()
    np.testing.assert_allclose(made([0.0, 1.0, 4.0]).at([[-1.0], [0.5], [1.0]]), [0.0, 2.5, 4.0])


def test_the_window_around_points_holds_them_all():
    plane = Plane([1.0, 1.0, 1.0], [2.0, 0.0, 0.0], [1.0, 1.0, 0.0])
    inside = np.array([[0.0, 0.0], [3.0, -1.0], [1.0, 4.0]])
    points = np.concatenate([plane.point(inside), [[np.nan, 0.0, 0.0]]])
    np.testing.assert_allclose(window_around(plane, points, margin=0.1), (-0.3, 3.3, -1.5, 4.5))
    np.testing.assert_allclose(window_around(plane, plane.point([[0.0, 0.0], [4.0, 0.0]]), margin=0.25), (-1, 5, -2, 2))
    np.testing.assert_allclose(window_around(plane, plane.origin), (-1, 1, -1, 1))


# Log scales


def test_a_known_floor_is_subtracted_and_everything_stays_positive():
    bowl = surface(Function(lambda x, y: x**2 + y**2 + 3), resolution=21)
    above = above_floor(bowl, floor=3.0)
    off = bowl.values > 3.0
    np.testing.assert_allclose(above.values[off], bowl.values[off] - 3.0)
    assert above.values.min() == pytest.approx(0.01)  # the minimum itself takes the smallest positive difference
    assert bowl.values.min() == 3.0


@pytest.mark.parametrize("offset", [-1e6, -1.0, 0.0, 5.0])
def test_an_unknown_floor_lies_one_color_step_below_the_lowest(offset):
    bowl = surface(Function(lambda x, y: x**2 + y**2 + offset), resolution=21)
    step = (np.median(bowl.values) - offset) / 256
    assert floor_below(bowl) == pytest.approx(offset - step, rel=1e-12)
    assert np.log10(above_floor(bowl).values.max() / above_floor(bowl).values.min()) < 3.2


@pytest.mark.parametrize(
    "values", [np.full((4, 4), 7.0), np.full((4, 4), np.nan), np.full((3, 3), 1e300), [[0, 0], [0, 1e-320]]]
)
def test_degenerate_surfaces_have_a_log_scale_too(values):
    above = above_floor(made(values)).values
    assert (above[np.isfinite(np.asarray(values, float))] > 0).all()


# Shading


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


CONVEX = {
    "bowl": lambda x, y: x**2 + y**2,
    "ravine": lambda x, y: x**2 + 100 * y**2,
    "rotated ravine": lambda x, y: (x + y) ** 2 + 1e4 * (x - y) ** 2,
    "quartic": lambda x, y: x**4 + y**4,
    "cone": lambda x, y: np.hypot(x, y),
    "incline": lambda x, y: 3 * x,
    "flat": lambda x, y: 0 * x + 2,
    "softplus": lambda x, y: np.log1p(np.exp(20 * x)) + y**2,
}


@pytest.mark.parametrize("name", CONVEX)
def test_no_convex_landscape_has_a_plateau(name):
    assert not flat_region(surface(Function(CONVEX[name]))).any()


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 3.2), st.floats(0, 5), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_no_quadratic_bowl_of_any_condition_has_a_plateau(turn, decades, x0, y0):
    c, s = np.cos(turn), np.sin(turn)

    def bowl(x, y):
        return (c * (x - x0) + s * (y - y0)) ** 2 + 10**decades * (c * (y - y0) - s * (x - x0)) ** 2

    assert not flat_region(surface(Function(bowl), resolution=31)).any()


def test_the_top_of_a_sigmoid_is_a_plateau_and_its_slope_and_its_bottom_are_not():
    sampled = surface(Function(lambda x: sigmoid(4 * x), dimension=1), window=(-3, 3), resolution=301)
    value, slope = sampled.values, 4 * sampled.values * (1 - sampled.values)
    expected = 1.5 * slope * (sampled.first + 3) <= value - value[0]
    expected &= value - value[0] > 0.05
    shaded = flat_region(sampled)
    assert np.abs(shaded.astype(int) - expected).sum() <= 2
    assert shaded[sampled.first > 1.0].all()
    assert not shaded[sampled.first < 0.5].any()


def test_the_plateau_around_a_well_is_shaded_and_the_well_is_not():
    sampled = surface(Function(lambda x, y: 1 - np.exp(-8 * (x**2 + y**2))), window=(-2, 2, -2, 2))
    radius = np.hypot(sampled.first[None, :], sampled.second[:, None])
    shaded = flat_region(sampled)
    assert shaded[radius > 0.8].all()
    assert not shaded[radius < 0.5].any()


def test_the_bowl_of_a_higher_minimum_is_no_plateau_and_the_saddle_between_them_is():
    sampled = surface(Function(lambda x, y: (x**2 - 1) ** 2 + 0.2 * x + y**2), window=(-2, 2, -1, 1), resolution=101)
    shaded = flat_region(sampled)
    distance = [np.hypot(sampled.first[None, :] - x, sampled.second[:, None]) for x in (-1.0, 0.0, 1.0)]
    assert not shaded[distance[0] < 0.4].any()
    assert shaded[distance[1] < 0.08].all()
    assert not shaded[distance[2] < 0.4].any()


def test_a_window_moved_onto_a_plateau_keeps_its_shading_when_the_lowest_point_is_given():
    hill = Function(lambda x, y: sigmoid(4 * x) + 0.01 * x)
    lowest = surface(hill, window=(-3, 3, -1, 1)).lowest()
    moved = surface(hill, window=(2, 3, -1, 1))
    assert not flat_region(moved).any()
    assert flat_region(moved, lowest=lowest).all()


def test_descent_on_exclusive_or_sits_on_shaded_ground_and_ends_on_ground_that_is_not():
    """The plane and the two runs of the lecture's plateau: descent leaves at step 5,075, momentum at 380."""
    data = Dataset(np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float), np.array([0, 1, 1, 0]))
    net = Network(layers=(2, 2, 2), activation="sigmoid", output="sigmoid", loss="squared_error")
    loss, draw, start = net.objective(data), np.random.default_rng(0), np.zeros(12)
    for weights in (slice(0, 4), slice(6, 10)):
        start[weights] = draw.normal(0, np.sqrt(2 / 4), 4)

    def descend(momentum, steps):
        points, velocity = [start], np.zeros(12)
        for _ in range(steps):
            velocity = loss.value_and_gradient(points[-1])[1] + momentum * velocity
            points.append(points[-1] - velocity)
        return np.array(points)

    plain, fast = descend(0.0, 7000), descend(0.9, 1500)
    plane = through_points(start, plain[-1], fast[-1])
    sampled = surface(loss, plane, window_around(plane, np.concatenate([plain, fast])), resolution=81)
    shading = replace(sampled, values=flat_region(sampled).astype(float))
    shaded = shading.at(plane.coordinates(plain)) > 0.5
    assert shaded[:4500].mean() > 0.95
    assert not shaded[5200:].any()
    assert not shading.at(plane.coordinates(fast[-1])) > 0


def test_a_network_is_sampled_on_a_filter_normalized_plane_as_its_objective_has_it():
    draw = np.random.default_rng(1)
    net = Network(layers=(3, 5, 4, 2), activation="tanh", loss="cross_entropy")
    loss = net.objective(Dataset(draw.normal(size=(40, 3)), draw.integers(0, 2, 40)))
    theta = net.initialize(seed=3, scheme="xavier")
    plane = filter_normalized(net, theta, seed=2, biases="with_row")
    for dtype, tolerance in (("float32", 1e-5), ("float64", 1e-11)):
        sampled = surface(loss, plane, window=(-1, 2, -2, 1), resolution=23, dtype=dtype)
        a, b = np.meshgrid(sampled.first, sampled.second)
        np.testing.assert_allclose(sampled.values, loss.value(plane.point(np.stack([a, b], axis=-1))), rtol=tolerance)
    for block in net.blocks[::2]:
        norms = [
            np.linalg.norm(np.c_[block.of(v), bias.of(v)], axis=1)
            for bias in [net.blocks[net.blocks.index(block) + 1]]
            for v in (plane.first, theta)
        ]
        np.testing.assert_allclose(*norms)


def test_plateaus_do_not_depend_on_units_and_survive_nan():
    def well(x, y):
        return 1 - np.exp(-8 * (x**2 + y**2))

    plain = surface(Function(well), window=(-2, 2, -2, 2))
    scaled = surface(Function(lambda x, y: 1e-6 * well(x, y / 1000) - 40), window=(-2, 2, -2000, 2000))
    np.testing.assert_array_equal(flat_region(plain), flat_region(scaled))
    holed = surface(Function(lambda x, y: np.where(x > 1.5, np.nan, well(x, y))), window=(-2, 2, -2, 2))
    assert not flat_region(holed)[:, holed.first > 1.5].any()
    assert flat_region(holed)[:, holed.first < -1.5].all()


def test_shading_of_a_surface_in_refinement_ignores_the_blocks_that_fill_it():
    job = surface_job(Function(lambda x, y: x + y**2), parameter_plane(), SQUARE, 51, threads=1)
    picture = next(progress.result for progress in job if progress.result is not None)
    job.close()
    assert not flat_region(picture).any()
    assert flat_region(picture).shape == picture.values.shape
    assert (bending(picture) == Bending.UP).all()


BENT = [
    (lambda x, y: x**2 + 3 * y**2 + x * y, Bending.UP),
    (lambda x, y: -(x**2) - 3 * y**2, Bending.DOWN),
    (lambda x, y: x**2 - y**2, Bending.MIXED),
    (lambda x, y: x * y, Bending.MIXED),
    (lambda x, y: x + 2 * y, Bending.FLAT),
    (lambda x, y: x**2, Bending.UP),
    (lambda x, y: -np.exp(y), Bending.DOWN),
]


@pytest.mark.parametrize(("function", "kind"), BENT)
@pytest.mark.parametrize("window", [SQUARE, (-1, 1, -300, 300)])
def test_bending_is_told_by_the_signs_of_the_curvatures(function, kind, window):
    scale = window[3]
    sampled = surface(Function(lambda x, y: function(x, y / scale)), window=window, resolution=(41, 33))
    assert (bending(sampled) == kind).all()


def test_bending_of_a_curve_and_beside_nan():
    curve = surface(Function(lambda x: x**3, dimension=1), resolution=81)
    kinds = bending(curve)
    assert (kinds[curve.first > 0.1] == Bending.UP).all()
    assert (kinds[curve.first < -0.1] == Bending.DOWN).all()
    holed = curve.values.copy()
    holed[40] = np.nan
    assert (bending(made(holed))[39:42] == Bending.UNKNOWN).all()
    assert (bending(made([1.0, 2.0])) == Bending.UNKNOWN).all()


def test_the_default_sampler_of_an_objective_is_used_as_it_is():
    assert Objective.sampler(Quadratic(np.eye(2)), parameter_plane()).points_per_call >= 51 * 51
