"""What must hold bit for bit: a run alone and in a stack, equal units that stay equal, and what is not written to."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

from engine.network import Network
from tests.engine.network.cases import LOSSES, PLATEAU, XOR, classes, objective, point


@pytest.mark.parametrize(("loss", "output", "last"), LOSSES)
@pytest.mark.parametrize("count", [1, 5, 100, 1797])
def test_a_run_is_the_same_bits_alone_and_in_a_stack(loss, output, last, count):
    of = objective((2, 7, 5, last), "sigmoid", output, loss, count=count)
    points = point(of, runs=5)
    values, gradients = of.value_and_gradient(points)
    for run in range(5):
        value, gradient = of.value_and_gradient(points[run])
        assert value == values[run] == of.value(points[run]) == of.value(points)[run]
        assert np.array_equal(gradient, gradients[run])
        assert np.array_equal(of.hessian(points[:2])[0], of.hessian(points[0]))


@pytest.mark.parametrize("layers", [(70, 16, 3), (45, 32, 48, 2), (9, 20, 64, 2)])
@pytest.mark.parametrize("count", [1, 100, 1797])
def test_a_run_of_a_wide_network_is_the_same_bits_alone_and_in_a_stack(layers, count):
    of = objective(layers, loss="cross_entropy", count=count)
    points = point(of, runs=9)
    values, gradients = of.value_and_gradient(points)
    for run in (0, 4, 8):
        value, gradient = of.value_and_gradient(points[run])
        assert value == values[run] == of.value(points[run])
        assert np.array_equal(gradient, gradients[run])


def test_many_runs_are_taken_in_stacks_without_a_difference():
    of = objective((2, 16, 16, 3), count=600)
    points = point(of, runs=40)
    assert len(points) > of._sums.stack
    values, gradients = of.value_and_gradient(points)
    alone = of.value_and_gradient(points[-1])
    assert values[-1] == alone[0]
    assert np.array_equal(gradients[-1], alone[1])


@pytest.mark.parametrize("count", [1, 4, 7, 100, 1797])
@pytest.mark.parametrize("width", [*range(2, 34), 40, 50, 64])
def test_hidden_units_with_equal_weights_keep_equal_gradients(width, count):
    net = Network((3, width, width, 2), "sigmoid")
    of = net.objective(classes(count, 3))
    at = point(of)
    # The whole layer becomes copies of its first unit: equal rows in, equal columns out, in both hidden layers.
    for layer, following in zip(net.affine[:-1], net.affine[1:], strict=True):
        weights = at[layer.start : layer.bias].reshape(width, -1)
        weights[:] = weights[:1]
        at[layer.bias : layer.stop] = at[layer.bias]
        out = at[following.start : following.bias].reshape(-1, width)
        out[:] = out[:, :1]
    gradient = of.value_and_gradient(at)[1]
    for layer, following in zip(net.affine[:-1], net.affine[1:], strict=True):
        weights = gradient[layer.start : layer.bias].reshape(width, -1)
        assert (weights == weights[:1]).all()
        assert (gradient[layer.bias : layer.stop] == gradient[layer.bias]).all()
        out = gradient[following.start : following.bias].reshape(-1, width)
        assert (out == out[:, :1]).all()


@pytest.mark.parametrize("features", [64, 784])
@pytest.mark.parametrize("width", [5, 16, 17, 30])
def test_the_symmetric_start_stays_symmetric_on_images(width, features):
    net = Network((features, width, 10), "sigmoid")
    of = net.objective(classes(1001, features, 10))
    at = net.initialize(scheme="constant", scale=0.05)
    for _ in range(3):
        at = at - of.value_and_gradient(at)[1]
    weights = net.blocks[0].of(at)
    assert (weights == weights[:1]).all()
    assert np.ptp(weights) > 0


def test_arguments_are_not_written_to_and_results_are_the_callers_own():
    of = objective((2, 4, 2), l2=0.1)
    points = point(of, runs=2)
    points.flags.writeable = False
    first = of.value_and_gradient(points)
    kept = first[1].copy()
    of.value_and_gradient(points + 1.0)
    of.hessian(points)
    of.hessian_vector_product(points, points)
    assert np.array_equal(first[1], kept)


def test_threads_do_not_disturb_each_other():
    of = objective((2, 9, 3), count=300)
    points = point(of, runs=30)
    expected = [of.value_and_gradient(p)[1] for p in points]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda p: of.value_and_gradient(p)[1], points))
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


def test_overflow_is_a_value_without_a_warning():
    of = PLATEAU.objective(XOR)
    assert np.isfinite(of.value(np.full(12, 1e300)))
    wild = Network((2, 2, 2), "relu").objective(XOR)
    value, gradient = wild.value_and_gradient(np.full(12, 1e200))
    assert not np.isfinite(value)
    assert gradient.shape == (12,)


def test_permuting_hidden_units_changes_neither_loss_nor_spectrum():
    of = objective((2, 5, 4, 3), "sigmoid", l2=0.1)
    at = point(of)
    order = np.random.default_rng(0).permutation(5)
    twin = at.copy()
    W1, b1, W2 = (of.blocks[i] for i in (0, 1, 2))
    W1.of(twin)[:], b1.of(twin)[:], W2.of(twin)[:] = W1.of(at)[order], b1.of(at)[order], W2.of(at)[:, order]
    assert not np.array_equal(at, twin)
    assert of.value(twin) == pytest.approx(of.value(at), rel=1e-14)
    assert np.linalg.norm(of.value_and_gradient(twin)[1]) == pytest.approx(
        np.linalg.norm(of.value_and_gradient(at)[1]), rel=1e-12
    )
    spectra = [np.linalg.eigvalsh(of.hessian(p)) for p in (at, twin)]
    assert spectra[0] == pytest.approx(spectra[1], rel=1e-9, abs=1e-12)


def test_the_exclusive_or_plateau_lasts_as_long_as_the_lectures_say():
    of = PLATEAU.objective(XOR)
    points = PLATEAU.initialize(seed=0, scheme="xavier")[None].repeat(3, 0)
    rate, beta = np.array([[1.0], [1.0], [10.0]]), np.array([[0.0], [0.9], [0.0]])
    velocity = np.zeros_like(points)
    values = []
    for _ in range(5200):
        value, gradient = of.value_and_gradient(points)
        values.append(value)
        velocity = gradient + beta * velocity
        points = points - rate * velocity
    below = np.array(values) < 0.2
    # Steps to leave the plateau; other roundings may shift them by a few, so a tolerance of half a percent.
    assert below.argmax(axis=0) == pytest.approx([5075, 380, 574], rel=0.005)
    assert np.array(values)[1000:4500, 0] == pytest.approx(0.25, abs=2e-3)


def test_a_hessian_in_pieces_is_not_disturbed_by_other_calls_between_them():
    """Jobs take turns on one thread: what one evaluates between two pieces must not reach into another's buffers."""
    rng = np.random.default_rng(0)
    data = SimpleNamespace(inputs=rng.normal(size=(40, 2)), targets=rng.integers(0, 2, 40))
    loss = Network((2, 8, 8, 2), "tanh", loss="cross_entropy").objective(data)
    here, elsewhere = rng.normal(size=(1, loss.dimension)), rng.normal(size=(1, loss.dimension))
    expected = loss.hessian(here)
    pieces = loss.hessian_pieces(here)
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            found = end.value
            break
        loss.value_and_gradient(elsewhere)
        loss.hessian_vector_product(elsewhere, elsewhere)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("count", [11, 3000])
def test_every_question_at_overflowing_points_is_answered_without_a_warning(count):
    of = objective((2, 3, 2), "relu", loss="cross_entropy", count=count)
    wild = np.full((2, of.dimension), 1e200)
    with np.errstate(all="raise"):
        for answer in (of.value, of.value_and_gradient, of.watch, of.accuracy, of.hessian, of.gauss_newton, of.predict):
            answer(wild)
        of.hessian_vector_product(wild, wild)
        assert not np.isfinite(of.value(wild)).any()
