"""Mistakes that programs of this kind have made. One test for each, that would catch it here."""

import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import kurtosis
from threadpoolctl import threadpool_info

import engine
from app.lanes.plane import PLANE
from app.lanes.runs import RUNS
from app.pictures.colors import DIVERGED, colorize, components
from app.presenters.gestures import LandscapeGestures
from app.store import Store
from engine import directions, optimizers
from engine.analysis.honesty import honesty
from engine.analysis.newton_model import flat_model, line_model, newton_direction
from engine.descent import orthonormal
from engine.job import drain
from engine.objective import Block, Objective, Sampler
from engine.plane_drawing import draw_plane_job
from engine.problem import assemble
from tests.app.boards import board

NET = engine.Network((5, 4, 3), "tanh")
DATA = engine.Dataset(np.random.default_rng(0).normal(size=(20, 5)), np.arange(20) % 3)
LOSS = NET.objective(DATA)
THETA = NET.initialize(seed=2, scheme="he") + 0.01


# Gradients by differences with too small a step: median error 1.5e-4.


def _complex_loss(theta):
    """The same network written down anew, in complex arithmetic: its imaginary part is an exact derivative."""
    W1, b1 = theta[:20].reshape(4, 5), theta[20:24]
    W2, b2 = theta[24:36].reshape(3, 4), theta[36:]
    outputs = W2 @ np.tanh(W1 @ DATA.inputs.T + b1[:, None]) + b2[:, None]
    return 0.5 * ((outputs - np.eye(3)[DATA.targets].T) ** 2).sum(axis=0).mean()


def _complex_gradient(theta):
    return np.array([_complex_loss(theta + 1e-30j * unit).imag / 1e-30 for unit in np.eye(theta.size)])


def test_gradients_are_exact_to_the_last_digits():
    exact = _complex_gradient(THETA)
    assert LOSS.value(THETA) == pytest.approx(_complex_loss(THETA), rel=1e-14)
    assert np.abs(LOSS.value_and_gradient(THETA)[1] - exact).max() <= 1e-14 * np.abs(exact).max()
    step = 1e-5
    hessian = np.array(
        [
            (8 * (_complex_gradient(THETA + step * u) - _complex_gradient(THETA - step * u))
             - (_complex_gradient(THETA + 2 * step * u) - _complex_gradient(THETA - 2 * step * u))) / (12 * step)
            for u in np.eye(THETA.size)
        ]
    )  # fmt: skip
    assert np.abs(LOSS.hessian(THETA) - hessian).max() <= 1e-9 * np.abs(hessian).max()


# “Filter-normalized” that scales a whole tensor.


@pytest.mark.parametrize("biases", ["zero", "with_row"])
def test_filter_normalization_scales_each_row_by_its_own_norm(biases):
    plane = directions.filter_normalized(NET, THETA, seed=1, biases=biases)
    for axis in plane.directions:
        for weight, bias in ((NET.blocks[0], NET.blocks[1]), (NET.blocks[2], NET.blocks[3])):
            rows, wanted = weight.of(axis), weight.of(THETA)
            if biases == "with_row":
                rows = np.column_stack([rows, bias.of(axis)])
                wanted = np.column_stack([wanted, bias.of(THETA)])
            else:
                assert not bias.of(axis).any()
            np.testing.assert_allclose(np.linalg.norm(rows, axis=1), np.linalg.norm(wanted, axis=1), rtol=1e-13)
    words = {"zero": "biases fixed", "with_row": "each bias with its row"}[biases]
    assert "each row of weights" in plane.drawn.sentence
    assert words in plane.drawn.sentence


def test_each_scheme_is_what_its_name_says():
    W1, W2 = (np.arange(block.start, block.stop) for block in NET.blocks[::2])
    groups = {
        directions.filter_normalized: [*W1.reshape(4, 5), *W2.reshape(3, 4)],
        directions.layer_normalized: [W1, W2],
        directions.model_normalized: [np.concatenate([W1, W2])],
    }
    for draw, own in groups.items():
        axis = draw(NET, THETA, seed=1).first
        for other, theirs in groups.items():
            agrees = all(np.linalg.norm(axis[g]) == pytest.approx(np.linalg.norm(THETA[g]), rel=1e-12) for g in theirs)
            # Norms of rows make up those of layers, and these that of the model; never the other way round.
            assert agrees == (len(own) >= len(theirs)), (draw.__name__, other.__name__)


# Gram–Schmidt without the squared norm: axes with |cos| of 0.95 to 0.999.


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e7])
@pytest.mark.parametrize("skew", [0.0, 0.9, 0.998])
def test_right_angles_are_right_whatever_the_lengths(scale, skew):
    random = np.random.default_rng(3)
    first, other = np.linalg.qr(random.normal(size=(50, 2)))[0].T
    second = skew * first + np.sqrt(1 - skew**2) * other
    plane = engine.Plane(np.zeros(50), scale * first, 3.0 / scale * second)
    assert np.cos(np.radians(plane.angle)) == pytest.approx(skew, abs=1e-9)
    for straight in (
        plane.orthonormal(),
        orthonormal(plane),
        directions.through_points([0.0] * 50, scale * first, second),
    ):
        np.testing.assert_allclose(straight.gram, np.eye(2), atol=1e-12)
        assert straight.distance(plane.point([[0.3 / scale, 0.4 * scale]])).max() < 1e-9  # the same plane


def test_the_angle_is_reported():
    for draw in (directions.random, directions.filter_normalized, directions.layer_normalized):
        plane = draw(NET, THETA, seed=4)
        cosine = plane.first @ plane.second / np.linalg.norm(plane.first) / np.linalg.norm(plane.second)
        settings = dict(plane.drawn.settings)
        assert float(settings["angle between the axes"].rstrip("°")) == pytest.approx(
            np.degrees(np.arccos(cosine)), abs=0.01
        )


# Orthogonalizing before normalizing: afterwards the axes are no longer orthogonal.


def test_what_is_called_orthonormal_is_both_at_once():
    runs = engine.descend(LOSS, THETA, [optimizers.momentum(), optimizers.adam(0.03)], steps=15)
    planes = (
        directions.principal_components(runs),
        directions.hessian_eigenvectors(LOSS, THETA),
        directions.gradient_and_newton(LOSS, THETA),
        directions.through_points(THETA, *runs.points[-1]),
        directions.filter_normalized(LOSS, THETA).orthonormal(),
    )
    for plane in planes:
        np.testing.assert_allclose(plane.gram, np.eye(2), atol=1e-12)
        assert plane.is_orthonormal
    # Normalized rows are not orthogonalized afterwards, which would undo them; the angle is told instead.
    assert not directions.filter_normalized(LOSS, THETA).is_orthonormal


# Random directions from uniform [0, 1).


@pytest.mark.parametrize("draw", [directions.random, directions.model_normalized])
def test_random_directions_are_gaussian_about_zero(draw):
    net = engine.Network((100, 100, 20))
    theta = net.initialize(seed=0)
    weights = np.concatenate([np.arange(block.start, block.stop) for block in net.blocks[::2]])
    for axis in draw(net, theta, seed=9).directions:
        entries = axis[weights] / axis[weights].std()
        assert abs(entries.mean()) < 4 / np.sqrt(entries.size)
        assert (entries > 0).mean() == pytest.approx(0.5, abs=0.02)
        assert kurtosis(entries) == pytest.approx(0.0, abs=0.2)  # −1.2 for uniform numbers
    one, two = draw(net, theta, seed=9).directions
    assert abs(one @ two) < 4 / np.sqrt(weights.size) * np.linalg.norm(one) * np.linalg.norm(two)


# −1 as “not computed yet”.


class _Slow(Objective):
    """A function whose values are −1 in places, sampled point by point so that a picture is seen half done."""

    blocks = (Block("x", 0, (), "parameter"), Block("y", 1, (), "parameter"))

    def value(self, points):
        return np.sign(points[..., 0]) + 0.0 * points[..., 1]

    def value_and_gradient(self, points):
        return self.value(points), np.zeros(points.shape)

    def hessian(self, points):
        return np.zeros((*points.shape, 2))

    def sampler(self, flat, dtype="float32"):
        return Sampler(lambda c: self.value(flat.point(c)), points_per_call=4)


def test_what_is_not_computed_yet_is_told_by_a_mask():
    flat = engine.Plane([0, 0], [1, 0], [0, 1])
    seen = [p.result for p in engine.surface_job(_Slow(), flat, (-1, 1, -1, 1), 33, threads=1) if p.result is not None]
    assert not seen[0].computed.all()
    exact = np.sign(np.meshgrid(seen[0].first, seen[0].second)[0])
    for picture in seen:
        assert np.array_equal(picture.values[picture.computed], exact[picture.computed])
    assert seen[-1].computed.all()
    assert (seen[-1].values == -1).sum() == 33 * 16  # −1 is a value like any other


def test_steps_not_taken_yet_are_told_by_a_mask():
    request = engine.Descent(engine.Formula.parse("-x"), [[1.0]], (optimizers.momentum(),), 30_000)
    first = next(engine.descent_job(request)).result
    assert not first.computed.all()
    assert np.isnan(first.values[~first.computed]).all()
    assert np.isfinite(first.values[first.computed]).all()
    assert first.values[0, 0] == -1.0
    assert first.computed[0, 0]


# Axis labels in other units than the coefficients.


@pytest.mark.parametrize("second", [[0.0, 1.0, 0.0, 0.0], [3.0, 0.5, 0.0, 0.2]])
def test_axes_are_in_units_of_the_coefficients(second):
    fit = engine.CurveFit("a + b*x + c*x^2 + d*x^3", np.linspace(-1, 1, 9), np.linspace(0, 2, 9))
    origin, first, second = np.array([1.0, -1.0, 0.5, 0.2]), np.array([0.0, 0.0, 40.0, 0.0]), np.array(second)
    surface = engine.surface(fit, engine.Plane(origin, first, second), window=(-0.5, 2.0, -3.0, 1.0), resolution=(6, 5))
    for row, column in np.ndindex(5, 6):
        point = origin + surface.first[column] * first + surface.second[row] * second
        assert surface.values[row, column] == pytest.approx(float(fit.value(point)), rel=1e-12)
        np.testing.assert_allclose(
            surface.flat.coordinates(point), [surface.first[column], surface.second[row]], atol=1e-9
        )
        assert surface.at([surface.first[column], surface.second[row]]) == surface.values[row, column]


# NaN and infinity replaced by a mean; noise added to maxima.


def test_values_that_are_not_finite_stay_what_they_are():
    formula = engine.Formula.parse("log(x) + 1/(y - 0.5)^2")
    surface = engine.surface(formula, window=(-1, 1, 0, 1), resolution=21)
    x, y = np.meshgrid(surface.first, surface.second)
    with np.errstate(all="ignore"):
        exact = np.log(x) + 1 / (y - 0.5) ** 2
    lost = ~np.isfinite(exact)
    assert 0 < lost.sum() < lost.size
    assert np.array_equal(np.isnan(surface.values), lost)
    assert surface.complete  # evaluated, and not finite
    assert np.array_equal(surface.finite, ~lost)
    np.testing.assert_allclose(surface.values[~lost], exact[~lost], rtol=1e-13)
    assert surface.finite_range() == (surface.values[~lost].min(), surface.values[~lost].max())
    assert np.isnan(surface.at([-0.5, 0.2]))
    striped = colorize(surface.values, *surface.finite_range())[..., :3]
    grays = np.array([components(color) for color in DIVERGED])
    assert np.array_equal((striped[..., None, :] == grays).all(axis=-1).any(axis=-1), lost)


# The quadratic model with a wrong constant term; the inverse of a singular Hessian.


def test_the_quadratic_model_touches_the_loss_in_value_slope_and_bend():
    along = np.random.default_rng(6).normal(size=THETA.size)
    model = line_model(LOSS, THETA, along)
    plane = engine.Plane(THETA - 0.3, along, 2.0 * along + np.cos(np.arange(THETA.size)))
    whole = flat_model(LOSS, plane, plane.point([0.2, -0.1]))
    for t in (1e-2, 1e-3):  # what is left over is of third order
        assert abs(float(model.parabola(t) - LOSS.value(THETA + t * along))) < 100 * t**3
        beside = whole.center + t * np.array([0.7, -0.4])
        assert abs(float(whole.values(beside) - LOSS.value(plane.point(beside)))) < 100 * t**3
    assert model.parabola(0.0) == LOSS.value(THETA)
    assert whole.values(whole.center) == pytest.approx(float(LOSS.value(plane.point(whole.center))), rel=1e-14)


@pytest.mark.parametrize("text", ["x^2 + 0*y", "0*x + 0*y + 3", "(x + y)^2", "x^4 + y^4", "x + y"])
def test_singular_hessians_raise_nothing(text):
    formula = engine.Formula.parse(text, axes=("x", "y"))
    for point in ([0.0, 0.0], [1.0, 2.0]):
        step = newton_direction(formula, point)
        expected = -np.linalg.pinv(formula.hessian(np.array(point))) @ formula.value_and_gradient(point)[1]
        np.testing.assert_allclose(step, expected, atol=1e-12)
        assert np.isfinite(line_model(formula, point, [1.0, -1.0]).parabola([0.0, 5.0])).all()
        model = flat_model(formula, engine.Plane(point, [1.0, 0.0], [0.0, 1.0]))
        assert np.isfinite(model.grid([0.0, 1.0], [0.0, 1.0])).all()
        chosen = [
            optimizers.newton(),
            optimizers.damped_newton(damping=0.0),
            optimizers.saddle_free(),
            optimizers.trust_region(),
        ]
        runs = engine.descend(formula, point, chosen, steps=5)
        assert np.isfinite(runs.points).all()
        assert all(outcome.sentence for outcome in runs.outcomes)


# Clicks that snap to the grid, or are ignored.


@pytest.mark.parametrize("name", ["rosenbrock", "exclusive_or", "double_well"])
def test_a_start_goes_exactly_where_the_hand_puts_it(name):
    document, results = board(name, 4)
    store, flat = Store(document), results.of(PLANE).flat
    assembled = assemble(document.experiment.problem)
    hand = LandscapeGestures(store, SimpleNamespace(results=results), lambda sentence: None)
    left, right = results.of(PLANE).window[:2]
    for place in np.random.default_rng(8).uniform(2 * left - right, 2 * right - left, size=(20, 2)):  # outside as well
        before = store.document.experiment.starts[0].parameters(assembled)
        for move in (hand.drag, hand.drop):
            move(0, *place)
            after = store.document.experiment.starts[0].parameters(assembled)
            np.testing.assert_allclose(flat.coordinates(after), place[: flat.dimension], rtol=1e-9, atol=1e-9)
        assert flat.distance(after) == pytest.approx(float(flat.distance(before)), abs=1e-9)
        hand.add_start(*place[::-1])
        added = store.document.experiment.starts[-1].parameters(assembled)
        np.testing.assert_allclose(flat.coordinates(added), place[::-1][: flat.dimension], rtol=1e-9, atol=1e-9)
        hand.remove_start(len(store.document.experiment.starts) - 1)


# The caller's parameters mutated during evaluation: test_callers_arrays.py.


# A plane through the end of one run makes the other look wrong.


def test_the_joint_plane_of_two_runs_shows_both():
    random = np.random.default_rng(1)
    ways = np.linalg.qr(random.normal(size=(40, 4)))[0].T
    t = np.linspace(0, 1, 30)[:, None]
    # The second run is a hundred times shorter, which must not hide it.
    paths = [t * ways[0] + 0.1 * np.sin(6 * t) * ways[1], 0.01 * (t * ways[2] + 0.1 * np.sin(6 * t) * ways[3])]
    alone = directions.principal_components([paths[0]])
    joint = directions.principal_components(paths)
    assert honesty(alone, paths[0]).share > 0.99
    assert honesty(alone, paths[1]).share < 0.1
    assert min(honesty(joint, path).share for path in paths) > 0.9


def test_the_default_plane_of_a_network_is_of_two_runs_jointly():
    document, results = board("exclusive_or", 12)
    runs, flat = results.of(RUNS).trajectories, results.of(PLANE).flat
    assert document.experiment.plane.kind == "through_ends"
    assert flat.distance(np.stack([runs.points[0, 0], runs.points[-1, 0], runs.points[-1, 1]])).max() < 1e-9
    assembled = assemble(document.experiment.problem)
    assert np.array_equal(drain(draw_plane_job(assembled, document.experiment.plane)).flat.directions, flat.directions)


# BLAS left at its default number of threads.


class _Spy(_Slow):
    def __init__(self):
        self.seen = []

    def value(self, points):
        self.seen += [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
        return np.vecdot(points, points)

    def value_and_gradient(self, points):
        return self.value(points), 2 * points


@pytest.mark.parametrize(
    "work",
    [
        lambda spy: engine.surface(spy, window=(-1, 1, -1, 1), resolution=3),
        lambda spy: engine.descend(spy, [[1.0, 1.0]], [optimizers.momentum()], steps=2),
        lambda spy: engine.basins.basins(spy, optimizers.momentum(), (-1, 1, -1, 1), resolution=3, steps=2),
    ],
    ids=["surface", "descend", "basins"],
)
def test_small_products_run_on_one_blas_thread(work, monkeypatch):
    from threadpoolctl import threadpool_limits

    with threadpool_limits(2):
        before = [pool["num_threads"] for pool in threadpool_info()]
        spy = _Spy()
        work(spy)
        assert set(spy.seen) == {1}
        assert [pool["num_threads"] for pool in threadpool_info()] == before


def test_the_program_caps_blas_before_it_is_loaded():
    script = """
import sys
import app.main
assert "numpy" not in sys.modules, "too late: BLAS has read its number of threads already"
try:
    app.main.main(["--version"])
except SystemExit:
    pass
import numpy
from threadpoolctl import threadpool_info
assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}
"""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, capture_output=True, timeout=60)
