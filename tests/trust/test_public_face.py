"""The engine as its notebooks use it: the promised lines as they stand, and what each of their results means."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.optimize import approx_fprime, rosen

import engine


@pytest.fixture(scope="module")
def face():
    random = np.random.default_rng(0)
    inputs, targets = random.normal(size=(30, 2)), random.integers(0, 3, 30)
    x = np.linspace(0.1, 4.0, 12)
    y = 2.0 * (1.0 - np.exp(-0.5 * x))
    origin, first, second = random.normal(size=(3, 1482))

    # fmt: off
    data  = engine.datasets.load("digits")
    mine  = engine.Dataset(inputs, targets)
    net   = engine.Network(layers=(64, 16, 16, 10), activation="sigmoid", output="identity", loss="squared_error", l1=0.0, l2=0.0)
    loss  = net.objective(data.train)
    theta = net.initialize(seed=3, scheme="xavier")
    f, g  = loss.value_and_gradient(theta)
    plane = engine.directions.filter_normalized(net, theta, seed=0)
    given = engine.Plane(origin, first, second)
    surface = engine.surface(loss, plane, window=(-1, 1, -1, 1), resolution=51)
    runs  = engine.descend(loss, starts=theta[None], optimizers=[engine.optimizers.momentum(learning_rate=0.1, beta=0.9)],
                           steps=200,
                           batch_size=None, seed=0, validation=None, monitor_every=None)
    bowl  = engine.Formula("rosenbrock")
    typed = engine.Formula.parse("(1-x)^2 + 100*(y-x^2)^2")
    fit   = engine.CurveFit("b1*(1-exp(-b2*x))", x, y)
    # fmt: on
    return SimpleNamespace(**locals())


def test_the_digits_are_there_with_three_parts_that_share_no_example(face):
    data = face.data
    assert data.inputs.shape == (1797, 64)
    assert data.classes == 10
    assert sum(len(part) for part in data.parts) == 1797
    indices = np.concatenate([data.train_indices, data.validation_indices, data.test_indices])
    assert np.array_equal(np.sort(indices), np.arange(1797))
    assert np.array_equal(data.train.inputs, data.inputs[data.train_indices])
    assert min(len(part) for part in data.parts) > 300


def test_a_dataset_from_arrays_knows_classes_from_values(face):
    assert face.mine.classes == 3
    assert face.mine.targets.shape == (30,)
    values = engine.Dataset(face.inputs, face.inputs[:, 0])
    assert values.classes is None
    assert values.targets.shape == (30, 1)
    assert engine.Dataset(face.inputs, face.inputs).targets.shape == (30, 2)
    assert engine.Dataset(face.inputs, face.targets > 0).classes == 2


def test_an_objective_takes_a_dataset_or_one_of_its_parts(face):
    assert face.loss.examples == len(face.data.train)
    assert face.net.objective(face.data).value(face.theta) == face.loss.value(face.theta)
    assert face.net.objective(face.data.test).examples == len(face.data.test)


def test_parameters_stand_in_pytorchs_order(face):
    """W of each layer row by row, then b, as ``parameters_to_vector`` over ``nn.Sequential(nn.Linear, …)``."""
    assert face.loss.dimension == face.theta.size == 64 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10
    layers, read, a = [(64, 16), (16, 16), (16, 10)], 0, face.data.train.inputs.T
    theta = np.random.default_rng(1).normal(size=face.theta.size)
    for inputs, outputs in layers:
        W = theta[read : read + inputs * outputs].reshape(outputs, inputs)
        b = theta[read + inputs * outputs : read + (inputs + 1) * outputs]
        read += (inputs + 1) * outputs
        z = W @ a + b[:, None]
        a = z if outputs == 10 else 1 / (1 + np.exp(-z))
    one_hot = np.eye(10)[face.data.train.targets].T
    assert read == theta.size
    assert face.loss.value(theta) == pytest.approx((0.5 * (a - one_hot) ** 2).sum(axis=0).mean(), rel=1e-12)


def test_a_value_is_a_number_and_a_gradient_a_vector(face):
    assert np.shape(face.f) == ()
    assert face.g.shape == face.theta.shape
    direction = np.random.default_rng(2).normal(size=face.theta.size)
    step = 1e-5 * direction
    slope = (face.loss.value(face.theta + step) - face.loss.value(face.theta - step)) / 2e-5
    assert face.g @ direction == pytest.approx(slope, rel=1e-7)
    bend = (
        face.loss.value_and_gradient(face.theta + step)[1] - face.loss.value_and_gradient(face.theta - step)[1]
    ) / 2e-5
    product = face.loss.hessian_vector_product(face.theta, direction)
    np.testing.assert_allclose(product, bend, rtol=0, atol=1e-7 * np.abs(bend).max())


def test_a_filter_normalized_plane_stands_at_theta(face):
    assert np.array_equal(face.plane.origin, face.theta)
    assert face.plane.first.shape == face.plane.second.shape == (1482,)
    assert (face.given.first == face.first).all()
    assert (face.given.second == face.second).all()
    assert (face.given.origin == face.origin).all()


def test_rows_of_a_surface_follow_the_second_coordinate(face):
    surface = face.surface
    assert surface.values.shape == (51, 51)
    assert np.array_equal(surface.first, np.linspace(-1, 1, 51))
    assert np.array_equal(surface.second, np.linspace(-1, 1, 51))
    for row, column in ((0, 0), (3, 40), (50, 1)):
        point = face.theta + surface.first[column] * face.plane.first + surface.second[row] * face.plane.second
        assert surface.values[row, column] == pytest.approx(float(face.loss.value(point)), rel=1e-5)
    # Float32 may not blur the picture: everywhere within a hundred-thousandth of float64.
    exact = engine.surface(face.loss, face.plane, window=(-1, 1, -1, 1), resolution=(7, 5), dtype="float64")
    single = engine.surface(face.loss, face.plane, window=(-1, 1, -1, 1), resolution=(7, 5))
    assert exact.values.shape == (5, 7)  # resolution is (first, second)
    np.testing.assert_allclose(single.values, exact.values, rtol=1e-5)
    points = face.plane.point(np.stack(np.meshgrid(exact.first, exact.second), axis=-1))
    np.testing.assert_allclose(exact.values, face.loss.value(points), rtol=1e-12)


def test_a_line_gives_a_curve_and_a_formula_needs_no_plane(face):
    line = engine.Line(face.theta, face.plane.first)
    curve = engine.surface(face.loss, line, window=(-1, 1), resolution=9)
    assert curve.values.shape == curve.first.shape == (9,)
    np.testing.assert_allclose(curve.values, face.loss.value(line.point(curve.first[:, None])), rtol=1e-5)
    own = engine.surface(face.bowl, window=(-2, 2, -1, 3), resolution=21)
    x, y = np.meshgrid(own.first, own.second)
    np.testing.assert_allclose(own.values, rosen(np.stack([x, y])), rtol=1e-13)
    valley = engine.surface(engine.Formula("double_well"), window=(-2, 2), resolution=21)
    assert valley.values.shape == (21,)


def test_runs_have_a_record_and_a_value_for_every_step(face):
    runs = face.runs
    assert runs.points.shape == (201, 1, 1482)
    assert runs.values.shape == (201, 1)
    assert np.array_equal(runs.points[0, 0], face.theta)
    assert runs.values[0, 0] == face.f
    assert np.array_equal(runs.values[:, 0], face.loss.value(runs.points[:, 0]))
    velocity, point = np.zeros(1482), face.theta
    for step in range(200):
        assert np.array_equal(runs.points[step, 0], point), step
        velocity = face.loss.value_and_gradient(point)[1] + 0.9 * velocity
        point = point - 0.1 * velocity
    assert runs.values[-1, 0] < runs.values[0, 0]


def test_runs_are_starts_times_optimizers_with_optimizers_fastest(face):
    starts = np.array([[-1.0, 1.0], [0.5, 0.0], [0.0, 0.3]])
    chosen = [engine.optimizers.gradient_descent(1e-3), engine.optimizers.adam(1e-2)]
    runs = engine.descend(face.bowl, starts, chosen, steps=7)
    assert runs.points.shape == (8, 6, 2)
    for run in range(6):
        alone = engine.descend(face.bowl, starts[run // 2], [chosen[run % 2]], steps=7)
        assert np.array_equal(runs.points[:, run], alone.points[:, 0])
        assert np.array_equal(runs.points[0, run], starts[run // 2])


def test_a_validation_objective_is_watched_and_changes_nothing(face):
    net, theta = engine.Network((2, 4, 3), "tanh", loss="cross_entropy"), engine.Network((2, 4, 3)).initialize()
    mine = face.mine.split(0.3, 0.1)
    watched = net.objective(mine.validation)
    chosen = [engine.optimizers.momentum()]
    plain = engine.descend(net.objective(mine.train), theta, chosen, steps=10, batch_size=5, seed=4)
    runs = engine.descend(
        net.objective(mine.train), theta, chosen, steps=10, batch_size=5, seed=4, validation=watched, monitor_every=2
    )
    assert np.array_equal(runs.points, plain.points)
    assert runs.monitored.steps.tolist() == [0, 2, 4, 6, 8, 10]
    np.testing.assert_allclose(runs.monitored.validation[:, 0], watched.value(runs.points[::2, 0]), rtol=1e-13)
    np.testing.assert_allclose(runs.monitored.validation_accuracy[:, 0], watched.accuracy(runs.points[::2, 0]))


def test_formulas_have_the_parameters_x_and_y(face):
    assert face.bowl.names == face.typed.names == ("x", "y")
    points = np.random.default_rng(3).normal(size=(4, 5, 2))
    np.testing.assert_allclose(face.bowl.value(points), face.typed.value(points), rtol=1e-13)
    np.testing.assert_allclose(face.bowl.value(points), rosen(np.moveaxis(points, -1, 0)), rtol=1e-13)


def test_a_curve_fit_is_the_mean_of_half_the_squared_residuals(face):
    assert face.fit.names == ("b1", "b2")
    assert face.fit.value(np.array([2.0, 0.5])) == pytest.approx(0.0, abs=1e-30)
    b = np.array([1.5, 0.8])
    residuals = b[0] * (1 - np.exp(-b[1] * face.x)) - face.y
    assert face.fit.value(b) == pytest.approx(0.5 * np.mean(residuals**2), rel=1e-14)
    np.testing.assert_allclose(face.fit.value_and_gradient(b)[1], approx_fprime(b, face.fit.value), rtol=1e-4)
    assert engine.surface(face.fit, window=(1, 3, 0.1, 1), resolution=5).values.shape == (5, 5)


OPTIMIZERS = """gradient_descent momentum nesterov adagrad adadelta rmsprop adam amsgrad adamw nadam radam lion newton
    damped_newton saddle_free trust_region newton_cg gauss_newton levenberg_marquardt conjugate_gradient bfgs lbfgs"""


@pytest.mark.parametrize("name", OPTIMIZERS.split())
def test_optimizers_are_called_without_arguments_and_run(face, name):
    made = getattr(engine.optimizers, name)()
    assert made.kind == name
    runs = engine.descend(face.fit, [[1.5, 0.8]], [made], steps=3)
    assert np.isfinite(runs.values).all()
    assert runs.outcomes[0].sentence


@pytest.mark.parametrize("name", OPTIMIZERS.split())
def test_a_learning_rate_is_a_number_or_a_schedule(face, name):
    schedule = engine.schedules.inverse_time(0.02, delta=0.5)
    runs = engine.descend(face.fit, [[1.5, 0.8]], [getattr(engine.optimizers, name)(learning_rate=schedule)], steps=3)
    np.testing.assert_allclose(runs.rates[:3, 0], [0.02, 0.02 / 1.5, 0.02 / 2.0])
    runs = engine.descend(face.fit, [[1.5, 0.8]], [getattr(engine.optimizers, name)(learning_rate=0.02)], steps=3)
    assert (runs.rates[:3] == 0.02).all()


PLANES = ("random", "filter_normalized", "layer_normalized", "model_normalized")


@pytest.mark.parametrize("name", PLANES)
def test_directions_are_drawn_for_a_network_or_its_objective(face, name):
    draw = getattr(engine.directions, name)
    by_net, by_loss = draw(face.net, face.theta, seed=5), draw(face.loss, face.theta, seed=5)
    assert np.array_equal(by_net.directions, by_loss.directions)
    assert not np.array_equal(draw(face.net, face.theta, seed=6).first, by_net.first)


def test_directions_are_drawn_from_runs_points_and_hessians(face):
    small = engine.Network((2, 3, 3), "tanh").objective(face.mine)
    theta = engine.Network((2, 3, 3)).initialize()
    runs = engine.descend(small, theta, [engine.optimizers.momentum(), engine.optimizers.adam()], steps=20)
    for plane in (
        engine.directions.principal_components(runs),
        engine.directions.hessian_eigenvectors(small, theta),
        engine.directions.through_points(theta, runs.points[-1, 0], runs.points[-1, 1]),
        engine.directions.weights(small, 0, 4, theta),
        engine.directions.gradient_and_newton(small, theta),
    ):
        assert plane.angle == pytest.approx(90.0)
        assert engine.surface(small, plane, resolution=5).values.shape == (5, 5)
        assert plane.drawn.sentence
