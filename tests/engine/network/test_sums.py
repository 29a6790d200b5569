"""Sums over the examples: the same bits on any number of threads, every example counted once."""

from dataclasses import replace

import numpy as np
import pytest

from engine.network import logits, sums
from engine.network.examples import PARTS, Tiles
from engine.network.losses import CrossEntropy
from tests.engine.network.cases import classes, objective, point

LAYERS = ((2, 9, 3), (70, 16, 2), (300, 12, 7, 4))


@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("runs", [1, 5, 30])
def test_threads_change_no_bit(monkeypatch, layers, runs):
    monkeypatch.setattr(sums, "WORTH_THREADS", 0)
    found = []
    for threads in (1, 2, 5):
        monkeypatch.setattr(sums, "processors", lambda threads=threads: threads)
        of = objective(layers, loss="cross_entropy", count=2100)
        points = point(of, runs=runs)
        found.append(
            [of.value(points), *of.value_and_gradient(points), *of.watch(points),
             of.hessian_vector_product(points, points[::-1]), of.gauss_newton_product(points[0], points)]
        )  # fmt: skip
    for others in found[1:]:
        for one, other in zip(found[0], others, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("count", [1, 63, 64, 65, 700, 2100])
def test_parts_hold_every_example_once_and_in_order(layers, count):
    data = objective(layers, loss="cross_entropy", count=count).data
    assert 1 <= len(data.parts) <= PARTS
    for blocks in (data.tiles, [block for part in data.parts for block in part]):
        inputs = np.concatenate(
            [_examples(block, block.inputs[:, 1 : 1 + layers[0], : block.count]) for block in blocks]
        )
        np.testing.assert_array_equal(inputs, data.inputs)
        np.testing.assert_array_equal(np.concatenate([_examples(b, b.targets) for b in blocks]), data.targets)
        np.testing.assert_array_equal(np.concatenate([b.classes.ravel() for b in blocks]), data.classes)


def _examples(block: Tiles, rows):
    return np.moveaxis(rows, 1, -1).reshape(block.number * block.count, -1)


@pytest.mark.parametrize("together", [1, 2, 4])
def test_how_many_tiles_a_call_takes_changes_rounding_alone(together):
    of = objective((70, 16, 3), loss="cross_entropy", count=3000)
    other = type(of)(of.network, replace(of.data, together=together))
    at, along = point(of), point(of, seed=2)
    assert other.value(at) == pytest.approx(of.value(at), rel=1e-13)
    np.testing.assert_allclose(other.value_and_gradient(at)[1], of.value_and_gradient(at)[1], rtol=1e-9, atol=1e-13)
    product = of.hessian_vector_product(at, along)
    np.testing.assert_allclose(other.hessian_vector_product(at, along), product, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("layers", [(40, 16, 3), (70, 32, 2), (90, 13, 5, 4)])
@pytest.mark.parametrize("count", [1, 30, 700, 2100])
def test_how_the_inputs_lie_in_memory_changes_rounding_alone(layers, count):
    of = objective(layers, loss="cross_entropy", count=count)
    assert of.data.by_example
    other = type(of)(of.network, replace(of.data, by_example=False, together=1))
    at, along = point(of, runs=3), point(of, runs=3, seed=2)
    np.testing.assert_array_equal(of.data.input_tiles, other.data.input_tiles)
    np.testing.assert_allclose(other.value(at), of.value(at), rtol=1e-13)
    np.testing.assert_allclose(other.value_and_gradient(at)[1], of.value_and_gradient(at)[1], rtol=1e-9, atol=1e-13)
    product = of.hessian_vector_product(at, along)
    np.testing.assert_allclose(other.hessian_vector_product(at, along), product, rtol=1e-9, atol=1e-12)
    errors = of.predict(at)  # against plain matrices
    for run, theta in enumerate(at):
        a = of.data.inputs
        for layer, function in zip(of.network.affine, of.network.functions, strict=True):
            weights, bias = (block.of(theta) for block in layer.blocks)
            a = a @ weights.T + bias
            function.value(a, a, 1.0)
        np.testing.assert_allclose(errors[run], a, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("scale", [0.1, 30.0, 2000.0])
@pytest.mark.parametrize(
    ("quick", "kinds"), [(logits.two_classes, 2), (logits.many_logits, 2), (logits.many_logits, 7)]
)
def test_every_way_to_the_slopes_of_logits_has_the_same_bits(quick, kinds, scale):
    buffer = scale * np.random.default_rng(0).normal(size=(4, 3, kinds + 1, 90))
    outputs, targets = buffer[:, :, 1:], np.eye(kinds)[classes(270, kinds=kinds).targets].reshape(3, 90, kinds)
    short, long = np.empty_like(buffer)[:, :, 1:], np.empty_like(outputs)
    with np.errstate(all="ignore"):
        losses, doubts = quick(outputs, targets.swapaxes(-1, -2), short)()
        expected, _ = logits.many_classes(outputs, targets.swapaxes(-1, -2), long)()
    sound = np.isfinite(expected)
    np.testing.assert_array_equal(losses[sound], expected[sound])
    np.testing.assert_array_equal(short[sound], long[sound])
    assert (np.isfinite(losses) == sound).all()
    assert np.isfinite(doubts).all()


@pytest.mark.parametrize("count", [3, logits.WORTH_PLACES])
@pytest.mark.parametrize("kinds", [2, 3])
@pytest.mark.parametrize("odd", [(np.inf, 0.0), (-np.inf, 0.0), (np.nan, 0.0), (np.inf, np.inf)])
def test_a_logit_that_is_no_number_shows_in_the_loss(odd, kinds, count):
    outputs = np.zeros((1, kinds, count))
    outputs[0, :2] = np.array(odd)[:, None]
    targets = np.eye(kinds)[np.arange(count) % 2].T
    with np.errstate(all="ignore"):
        loss = CrossEntropy().slope(outputs, targets, np.empty_like(outputs))
    assert np.isnan(loss).all()
