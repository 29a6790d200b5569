from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from engine.network import ACTIVATIONS, Network
from engine.network.sampling.plane_loss import KEPT
from engine.plane import Line, Plane
from tests.engine.network.cases import HIDDEN, LOSSES, Examples, classes, objective, point


def _plane(of, seed=3):
    first, second = point(of, seed=seed, runs=2)
    return Plane(point(of), first, 3.0 * second + 0.5 * first)


COORDINATES = np.random.default_rng(0).uniform(-1.2, 1.2, size=(70, 2))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output", "last"), LOSSES)
def test_samples_are_the_values(activation, loss, output, last):
    for hidden in HIDDEN:
        of = objective((2, *hidden, last), activation, output, loss, count=70, l2=0.1, steepness=1.5)
        plane = _plane(of)
        expected = of.value(plane.point(COORDINATES))
        assert of.sampler(plane).evaluate(COORDINATES) == pytest.approx(expected, rel=1e-5)
        assert of.sampler(plane, "float64").evaluate(COORDINATES) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize(
    ("loss", "outputs"),
    [
        ("squared_error", 3),
        ("squared_error", 1),
        ("cross_entropy", 3),
        ("cross_entropy", 2),
        ("binary_cross_entropy", 1),
        ("huber", 2),
    ],
)
def test_many_examples_and_points_are_taken_in_tiles(loss, outputs):
    of = objective((2, 20, outputs), "sigmoid", loss=loss, count=2300, l1=0.01)
    plane = _plane(of)
    sampler = of.sampler(plane)
    many = np.random.default_rng(1).uniform(-1, 1, size=(sampler.points_per_call + 7, 2))
    assert sampler.evaluate(many) == pytest.approx(of.value(plane.point(many)), rel=1e-5)


@pytest.mark.parametrize(("loss", "outputs"), [("cross_entropy", 3), ("cross_entropy", 2), ("squared_error", 2)])
def test_a_point_has_the_same_value_in_any_company(loss, outputs):
    of = objective((2, 5, 4, outputs), loss=loss, count=700)
    sampler = of.sampler(_plane(of))
    many = np.random.default_rng(5).uniform(-1, 1, size=(sampler.points_per_call // 2 + 3, 2))
    together, one_by_one = sampler.evaluate(many), [sampler.evaluate(point[None])[0] for point in many[::97]]
    assert together[::97] == pytest.approx(one_by_one, rel=1e-6)


@pytest.mark.parametrize("hidden", [(), (30,)])
def test_tiles_may_be_prepared(hidden):
    of = objective((40, *hidden, 3), loss="cross_entropy", count=4500)
    plane = _plane(of)
    prepared, other = (of.sampler(plane) for _ in range(2))
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda step: step(), prepared.preparations))
    assert bool(prepared.preparations) == bool(hidden)
    at = COORDINATES[:5]
    np.testing.assert_array_equal(prepared.evaluate(at), other.evaluate(at))
    assert prepared.evaluate(at) == pytest.approx(of.value(plane.point(at)), rel=1e-5)


def test_targets_between_two_classes_have_no_class():
    net = Network((2, 4, 1), loss="binary_cross_entropy")
    of = net.objective(Examples(classes(60).inputs, np.linspace(0, 1, 60)))
    plane = _plane(of)
    assert of.sampler(plane, "float64").evaluate(COORDINATES) == pytest.approx(
        of.value(plane.point(COORDINATES)), rel=1e-11
    )


def test_only_points_that_overflow_are_computed_again():
    of = objective((2, 3), loss="cross_entropy", count=40)
    line = Line(np.zeros(9), point(of))
    at = np.array([[0.3], [500.0], [1.0]])
    sampler = of.sampler(line)
    together = sampler.evaluate(at)
    assert together == pytest.approx(of.value(line.point(at)), rel=1e-5)
    np.testing.assert_array_equal(together[::2], sampler.evaluate(at[::2]))


def test_lines_are_sampled_too():
    of = objective((2, 5, 2), "sine")
    line = Line(point(of), point(of, seed=4))
    at = np.linspace(-2, 2, 33)[:, None]
    assert of.sampler(line).evaluate(at) == pytest.approx(of.value(line.point(at)), rel=1e-5)


def test_well_separated_examples_do_not_become_zero_in_float32():
    of = objective((2, 3), loss="cross_entropy", count=30)
    data = of.data
    best = np.linalg.lstsq(np.c_[data.inputs, np.ones(30)], data.targets, rcond=None)[0].T
    at = np.r_[best[:, :2].ravel(), best[:, 2]]
    few = of.minibatch(np.flatnonzero(of.predict(at).argmax(-1) == data.classes))
    line = Line(np.zeros_like(at), at)
    far = np.array([[300.0], [1000.0]])
    expected = few.value(line.point(far))
    assert few.accuracy(at) == 1.0
    assert (expected > 0).all()
    assert few.sampler(line).evaluate(far) == pytest.approx(expected, rel=1e-3)  # exp of −30 ± 1e-6·30 and the like


def test_logits_that_overflow_float32_are_shifted_first():
    of = objective((2, 3), loss="cross_entropy", count=30)
    line = Line(np.zeros(of.dimension), point(of))
    far = np.array([[500.0], [0.3]])
    assert of.value(line.point(far))[0] > 100
    assert of.sampler(line).evaluate(far) == pytest.approx(of.value(line.point(far)), rel=1e-5)


def test_divergence_is_not_finite_and_gives_no_warning():
    of = objective((2, 4, 2), "relu")
    sampler = of.sampler(_plane(of))
    assert not np.isfinite(sampler.evaluate(np.array([[1e30, 1e30]]))).any()


def test_samplers_serve_several_threads():
    of = objective((2, 8, 8, 2), loss="cross_entropy", count=200)
    sampler = of.sampler(_plane(of))
    parts = np.random.default_rng(2).uniform(-1, 1, size=(16, 150, 2))
    expected = [sampler.evaluate(part) for part in parts]
    with ThreadPoolExecutor(4) as pool:
        assert all(np.array_equal(a, b) for a, b in zip(pool.map(sampler.evaluate, parts), expected, strict=True))


def test_a_restriction_samples_through_to_the_network():
    of = objective((2, 4, 2))
    inner = Plane([0.1, -0.2], [1.0, 0.3], [0.0, 2.0])
    outer = _plane(of)
    expected = of.value(outer.point(inner.point(COORDINATES)))
    assert of.restrict(outer).sampler(inner).evaluate(COORDINATES) == pytest.approx(expected, rel=1e-5)


def test_a_plane_of_another_space_is_refused():
    with pytest.raises(ValueError, match="22 parameters, the line or plane 3"):
        objective((2, 4, 2)).sampler(Line(np.zeros(3), np.ones(3)))


def test_calls_are_kept_for_a_few_numbers_of_points_and_serve_again():
    of = objective((2, 4, 2), loss="cross_entropy", count=30)
    sampler = of.sampler(_plane(of))
    expected = sampler.evaluate(COORDINATES)
    for _ in range(2):
        for points in range(1, len(COORDINATES)):
            assert sampler.evaluate(COORDINATES[:points]) == pytest.approx(expected[:points], rel=1e-6)
    assert len(sampler.evaluate.bound.made) <= KEPT
