"""Basins: every start of a grid falls where a plain loop from it falls, in as many steps."""

import numpy as np
import pytest

from engine import optimizers as o
from engine.arrivals import NEAR, arrived, clusters, lateness, newton_steps
from engine.basins import DIVERGED, FAILED, NOT_ARRIVED, basins, basins_job
from engine.curve_fit import CurveFit
from engine.descent import descend
from engine.followers import LOOK_EVERY
from engine.formulas import NAMED, Formula
from engine.network import Network
from engine.optimizers import KINDS
from engine.optimizers.method import Optimizer
from engine.plane import Line, Plane
from engine.schedules import Constant, InverseTime
from tests.engine.landscapes import Quadratic
from tests.engine.test_descent import RESIDUAL_KINDS, XOR, Blinking, _defaults, xor

HIMMELBLAU = np.array([[3.0, 2.0], [-2.805118, 3.131312], [-3.779310, -3.283186], [3.584428, -1.848126]])


def test_himmelblaus_basins_are_those_of_a_plain_loop():
    objective, window = Formula("himmelblau"), (-6.0, 6.0, -5.0, 5.0)
    found = basins(objective, o.gradient_descent(0.01), window, resolution=(23, 19), steps=200)
    assert found.labels.shape == (19, 23)
    assert found.computed.all()
    reach = np.hypot(6.0, 5.0)
    for row in range(0, 19, 3):
        for column in range(0, 23, 2):
            point = np.array([found.first[column], found.second[row]])
            for step in range(1, 201):
                before, point = point, point - 0.01 * objective.value_and_gradient(point)[1]
                if step % LOOK_EVERY == 0 and np.linalg.norm(point - before) <= NEAR * reach:
                    hessian, gradient = objective.hessian(point), objective.value_and_gradient(point)[1]
                    left = np.linalg.norm(np.linalg.solve(hessian, gradient))
                    if np.linalg.eigvalsh(hessian)[0] > 0 and left <= NEAR * reach:
                        break
            nearest = int(np.argmin(np.linalg.norm(found.minima - point, axis=1)))
            assert found.labels[row, column] == nearest
            assert found.steps[row, column] == step


def test_himmelblaus_minima_are_found_and_equally_low():
    found = basins(Formula("himmelblau"), o.gradient_descent(0.01), (-6.0, 6.0, -6.0, 6.0), resolution=41)
    order = np.lexsort((HIMMELBLAU[:, 1], HIMMELBLAU[:, 0]))
    np.testing.assert_allclose(found.minima, HIMMELBLAU[order], atol=1e-6)
    assert found.lowest == (0, 1, 2, 3)
    assert "one of 4 equally low minima" in found.sentence
    assert sum(found.share(label) for label in range(4)) == pytest.approx(1.0)


def test_basins_of_a_symmetric_landscape_are_symmetric():
    found = basins(Formula.parse("(x^2-1)^2 + y^2"), o.momentum(0.02), (-2.0, 2.0, -1.5, 1.5), resolution=(40, 25))
    np.testing.assert_allclose(found.minima, [[-1.0, 0.0], [1.0, 0.0]], atol=1e-9)
    np.testing.assert_array_equal(found.labels, 1 - found.labels[:, ::-1])
    np.testing.assert_array_equal(found.labels, found.labels[::-1])
    np.testing.assert_array_equal(found.steps, found.steps[:, ::-1])


def test_a_line_has_a_strip_of_basins_and_the_ridge_belongs_to_none():
    found = basins(Formula.parse("(x^2-1)^2"), o.gradient_descent(0.05), (-2.0, 2.0), resolution=41)
    assert found.labels.shape == (41,)
    assert (found.labels[:20] == 0).all()
    assert found.labels[20] == NOT_ARRIVED  # x = 0: the gradient is zero, but it is a maximum
    assert (found.labels[21:] == 1).all()
    assert found.steps[20] == 200
    assert "2.44 % have not arrived" in found.sentence


def test_the_lowest_known_is_told_from_the_others():
    found = basins(Formula.parse("(x^2-1)^2 + 0.3*x"), o.gradient_descent(0.05), (-2.0, 2.0), resolution=40)
    assert found.lowest == (0,)
    assert found.minima[0, 0] < 0 < found.minima[1, 0]
    assert found.values[0] < found.values[1]
    assert "the lowest of 2 minima" in found.sentence


@pytest.mark.parametrize("kind", sorted(set(KINDS) - RESIDUAL_KINDS))
def test_every_optimizer_ends_where_its_descent_ends(kind):
    objective = Formula("himmelblau")
    rate = {"gradient_descent": 0.01, "momentum": 0.005, "nesterov": 0.005}.get(
        kind, max(KINDS[kind].default_rate, 0.05)
    )
    chosen = Optimizer(kind, InverseTime(rate, 1e-3), _defaults(KINDS[kind]))
    found = basins(objective, chosen, (-5.0, 5.0, -4.0, 4.0), resolution=(4, 3), steps=120)
    starts = np.array([[x, y] for y in found.second for x in found.first])
    runs = descend(objective, starts, [chosen], steps=120)
    for run, (label, steps) in enumerate(zip(found.labels.flat, found.steps.flat, strict=True)):
        if label >= 0:
            np.testing.assert_allclose(runs.points[steps, run], found.minima[label], atol=NEAR * 13)
            there, before = runs.points[LOOK_EVERY::LOOK_EVERY, run], runs.points[LOOK_EVERY - 1 : -1 : LOOK_EVERY, run]
            seen = arrived(objective, there.T, (there - before).T, np.hypot(5, 4))
            assert LOOK_EVERY * (1 + np.argmax(seen)) == steps
        elif label == DIVERGED:
            assert runs.ended[run] == steps


@pytest.mark.parametrize("optimizer", [o.gauss_newton(), o.levenberg_marquardt()])
def test_curve_fits_have_basins_of_residual_methods(optimizer):
    x = np.linspace(0.0, 2.0, 12)
    fit = CurveFit("a*exp(b*x)", x, 2.0 * np.exp(-1.0 * x))
    found = basins(fit, optimizer, (0.5, 4.0, -2.0, 0.5), resolution=7, steps=60)
    np.testing.assert_allclose(found.minima[0], [2.0, -1.0], atol=1e-6)
    assert found.share(0) > 0.5


def test_divergence_and_failure_have_labels_of_their_own():
    found = basins(Formula.parse("x^4"), o.gradient_descent(0.1), (-6.0, 6.0), resolution=13, steps=100)
    assert found.labels[0] == found.labels[-1] == DIVERGED
    assert found.steps[0] < 20
    runs = descend(Formula.parse("x^4"), [-6.0], [o.gradient_descent(0.1)], steps=100)
    assert found.steps[0] == runs.ended[0]
    assert "diverge" in found.sentence
    failing = basins(Blinking(np.eye(2)), o.newton(0.5), (-1.0, 3.0, 1.0, 2.0), resolution=5, steps=20)
    assert (failing.labels == FAILED).all()
    np.testing.assert_array_equal(failing.steps[:, :2], 0)
    assert failing.steps[0, -1] == 3
    flat = basins(Quadratic(np.zeros((2, 2))), o.gradient_descent(0.1), (-1.0, 1.0, -1.0, 1.0), resolution=3, steps=5)
    assert (flat.labels == NOT_ARRIVED).all()
    assert flat.sentence == "no start arrives in a minimum, 100 % have not arrived"


def test_a_skew_plane_shows_the_basins_of_its_points():
    network = Network((2, 2, 2), output="sigmoid", l2=0.1)  # the penalty keeps minima out of infinity
    loss = network.objective(XOR.train)
    rng = np.random.default_rng(3)
    origin, one, two = rng.normal(size=(3, network.dimension))
    plane = Plane(origin, one, 2 * two + one)
    chosen = o.gradient_descent(2.0)
    found = basins(loss, chosen, (-1.0, 1.0, -1.0, 1.0), plane, resolution=5, steps=300)
    starts = np.array([plane.point([x, y]) for y in found.second for x in found.first])
    runs = descend(loss, starts, [chosen], steps=300, within=plane)
    assert (found.labels >= 0).any()
    for run, (label, steps) in enumerate(zip(found.labels.flat, found.steps.flat, strict=True)):
        if label >= 0:
            assert np.linalg.norm(runs.points[steps, run] - plane.point(found.minima[label])) < 0.05
    np.testing.assert_allclose(found.values, loss.value(plane.point(found.minima)), rtol=1e-10)


def test_a_line_through_a_network_has_basins():
    network, loss = xor()
    line = Line(network.initialize(0), np.ones(network.dimension))
    found = basins(loss, o.saddle_free(), (-4.0, 4.0), line, resolution=9, steps=60)
    assert len(found.minima)
    for minimum in found.minima:
        slope = loss.restrict(line).value_and_gradient(minimum)[1]
        assert abs(slope[0]) < 1e-8


def test_the_map_grows_coarse_first_and_never_contradicts_itself(monkeypatch):
    monkeypatch.setattr("engine.basins.CHUNK", 0.0)
    monkeypatch.setattr("engine.basins.WIDE_TILE", 100)
    job = basins_job(Formula("himmelblau"), o.gradient_descent(0.01), (-6.0, 6.0, -6.0, 6.0), resolution=33, steps=200)
    seen = list(job)
    maps = [progress.result for progress in seen if progress.result is not None]
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert maps[0].computed[::8, ::8].all()
    assert maps[0].computed.mean() < 0.2
    last = maps[-1]
    whole = basins(Formula("himmelblau"), o.gradient_descent(0.01), (-6.0, 6.0, -6.0, 6.0), resolution=33, steps=200)
    np.testing.assert_array_equal(last.labels, whole.labels)
    np.testing.assert_array_equal(last.steps, whole.steps)
    for early in maps:
        np.testing.assert_array_equal(early.steps[early.computed], last.steps[early.computed])
        places = early.minima[early.labels[early.computed]]
        np.testing.assert_allclose(places, last.minima[last.labels[early.computed]], atol=1e-6)
        with pytest.raises(ValueError, match="read-only"):
            early.labels[0] = 0


LANDSCAPES = {
    "himmelblau": (-5.0, 5.0, -5.0, 5.0),
    "ackley": (-2.5, 2.5, -2.5, 2.5),
    "double_well": (-2.5, 2.5),
    "sqrt(x)*(x-2)^2 - log(x)": (0.01, 4.0),
    "x*y": (-1.0, 1.0, -1.0, 1.0),
    "(x^2-1)^4 + abs(y) + x/(3+y)": (-3.0, 3.0, -2.0, 2.0),
    "x^2 + y": (-1.0, 1.0, -1.0, 1.0),
}


@pytest.mark.parametrize("text", LANDSCAPES)
@pytest.mark.parametrize(
    "optimizer",
    [
        o.gradient_descent(0.05),
        o.momentum(0.01),
        o.nesterov(0.01),
        o.adamw(0.1),
        o.nadam(0.1),
        o.lion(0.05),
        o.adadelta(),
    ],
    ids=lambda optimizer: optimizer.kind,
)
def test_runs_in_columns_are_the_runs_in_lock_step(text, optimizer, monkeypatch):
    formula = Formula(text) if text in NAMED else Formula.parse(text)
    maps = []
    for switched_off in (False, True):
        if switched_off:
            monkeypatch.setattr("engine.basins.column_runs", lambda *_: None)
        maps.append(basins(formula, optimizer, LANDSCAPES[text], resolution=23, steps=87))
    np.testing.assert_array_equal(maps[0].labels, maps[1].labels)
    np.testing.assert_array_equal(maps[0].steps, maps[1].steps)
    np.testing.assert_array_equal(maps[0].minima, maps[1].minima)
    np.testing.assert_array_equal(maps[0].values, maps[1].values)


def test_what_may_arrive_is_never_late():
    rng = np.random.default_rng(0)
    for name in ("himmelblau", "ackley", "double_well"):
        formula, reach = Formula(name), 3.0
        ends = np.array([minimum.point for minimum in NAMED[name].minima if not minimum.is_kink])
        points = (ends[rng.integers(len(ends), size=4000)] + rng.normal(scale=3e-3, size=(4000, ends.shape[1]))).T
        moves = rng.normal(scale=2e-3, size=points.shape)
        found = arrived(formula, points, moves, reach)
        late = lateness(formula, reach).run([*points, *(points - moves)])[0]
        assert 100 < found.sum() < 3900
        assert (late[found] <= 0).all()
        assert (late[~found] > 0).mean() > 0.5


def test_closing_the_job_leaves_nothing_behind():
    before = np.geterr()
    job = basins_job(Formula("rosenbrock"), o.gradient_descent(1e-3), (-2.0, 2.0, -1.0, 3.0), resolution=101)
    next(job)
    job.close()
    assert np.geterr() == before


def test_many_minima_are_all_told_apart():
    found = basins(Formula("rastrigin"), o.gradient_descent(0.001), (-5.0, 5.0, -5.0, 5.0), resolution=44, steps=150)
    inside = (np.abs(found.minima) < 4.6).all(axis=1)
    assert inside.sum() == 81  # 9 × 9 near the integers −4 … 4
    np.testing.assert_allclose(found.minima[0], 0.0, atol=1e-8)
    assert found.lowest == (0,)
    assert (np.diff(found.values) >= -1e-9).all()


def test_newton_steps_are_those_of_a_solver():
    rng = np.random.default_rng(0)
    for size in (1, 2):
        root, gradients = rng.normal(size=(50, size, size)), rng.normal(size=(50, size))
        hessians = (root + np.swapaxes(root, 1, 2)) / 2
        steps, definite = newton_steps(gradients, hessians)
        np.testing.assert_array_equal(definite, np.linalg.eigvalsh(hessians)[:, 0] > 0)
        wanted = -np.linalg.solve(hessians, gradients[..., None])[..., 0]
        np.testing.assert_allclose(steps[definite], wanted[definite], rtol=1e-9)
        assert (steps[~definite] == 0).all()


def test_clusters_link_near_ends_whatever_the_order():
    rng = np.random.default_rng(0)
    centers, values = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), np.array([2.0, 1.0, 1.0])
    of = rng.integers(3, size=200)
    ends = centers[of] + rng.uniform(-2e-3, 2e-3, size=(200, 2))
    labels, heads = clusters(ends, values[of] + 1e-3 * rng.uniform(size=200), 1.0, 1e7)
    assert len(heads) == 3
    np.testing.assert_array_equal(labels, np.array([2, 1, 0])[of])
    again, _ = clusters(ends[::-1], (values[of])[::-1], 1.0, 1.0)
    np.testing.assert_array_equal(again[::-1], labels)
    far = np.concatenate([ends, [[1e9, -1e9], [-1e9, 1e9]]])  # a table of all cells between would not fit anywhere
    spread, heads = clusters(far, np.append(values[of], [3.0, 4.0]), 1.0, 1e7)
    np.testing.assert_array_equal(spread, [*labels, 3, 4])
    assert len(heads) == 5
    assert len(clusters(ends, np.full(200, np.nan), 1.0, 1.0)[1]) == 3
    assert clusters(np.empty((0, 2)), np.empty(0), 1.0, 1.0)[0].size == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steps": 0}, "at least one step"),
        ({"resolution": 1001}, "too many for a map of basins"),
        ({"window": (0.0, 1.0)}, "window must be"),
        ({"optimizer": o.gauss_newton()}, "needs residuals"),
    ],
)
def test_what_does_not_fit_is_refused(change, words):
    fitting = {"optimizer": o.momentum(), "window": (-1.0, 1.0, -1.0, 1.0), "resolution": 5, "steps": 5}
    with pytest.raises(ValueError, match=words):
        basins(Formula("rosenbrock"), **{**fitting, **change})


def test_a_network_needs_a_plane():
    _, loss = xor()
    with pytest.raises(ValueError, match="plane"):
        basins(loss, Optimizer("momentum", Constant(0.1), (("beta", 0.9),)), (-1.0, 1.0, -1.0, 1.0))
