"""Mini-batches: every example once an epoch, the mean of an epoch's gradients is the full one, seeds apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine.batches import Batches, in_epochs, rates_of
from engine.network import Network
from engine.schedules import Constant, Hold, InverseTime, WarmUp

sizes = st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n)))


@given(sizes, st.integers(0, 5), st.integers(0, 7))
def test_every_epoch_is_a_fresh_permutation_in_pieces(counts, seed, epoch):
    examples, size = counts
    batches = Batches(examples, size, seed)
    pieces = [batches.indices(epoch * batches.per_epoch + i) for i in range(batches.per_epoch)]
    assert sorted(np.concatenate(pieces)) == list(range(examples))
    assert [len(piece) for piece in pieces[:-1]] == [size] * (batches.per_epoch - 1)
    assert len(pieces[-1]) == examples - size * (batches.per_epoch - 1)


@given(sizes, st.integers(0, 5), st.integers(0, 60))
def test_a_batch_depends_on_its_step_and_seed_alone(counts, seed, step):
    examples, size = counts
    for replacement in (False, True):
        one, two = (Batches(examples, size, seed, replacement) for _ in range(2))
        later = one.indices(step + 3)
        np.testing.assert_array_equal(one.indices(step), two.indices(step))
        np.testing.assert_array_equal(two.indices(step + 3), later)


def test_seeds_and_epochs_draw_anew():
    batches = Batches(50, 50, 0)
    assert not np.array_equal(batches.indices(0), batches.indices(1))
    assert not np.array_equal(batches.indices(0), Batches(50, 50, 1).indices(0))


def test_with_replacement_examples_come_again_and_all_alike():
    batches = Batches(10, 10, 3, replacement=True)
    drawn = np.array([batches.indices(step) for step in range(2000)])
    assert any(len(set(batch)) < 10 for batch in drawn)
    # 20,000 draws of 10 examples: each 2,000 times, with a standard deviation of 42.
    assert np.abs(np.bincount(drawn.ravel(), minlength=10) - 2000).max() < 5 * 42.5


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 12])
def test_the_mean_of_an_epochs_batch_gradients_is_the_full_gradient_where_the_size_divides(size):
    rng = np.random.default_rng(0)
    network = Network((3, 4, 2), loss="cross_entropy", l2=0.01)
    loss = network.objective(engine.Dataset(rng.normal(size=(12, 3)), rng.integers(2, size=12)).train)
    theta = network.initialize(1)
    batches = Batches(12, size, 0)
    parts = [loss.minibatch(batches.indices(i)).value_and_gradient(theta) for i in range(batches.per_epoch)]
    value, gradient = loss.value_and_gradient(theta)
    np.testing.assert_allclose(np.mean([part[0] for part in parts]), value, rtol=1e-13)
    np.testing.assert_allclose(np.mean([part[1] for part in parts], axis=0), gradient, atol=1e-15)


def test_the_last_short_batch_is_divided_by_its_own_size():
    rng = np.random.default_rng(0)
    network = Network((3, 2), loss="squared_error")
    loss = network.objective(engine.Dataset(rng.normal(size=(7, 3)), rng.normal(size=(7, 2))).train)
    theta = network.initialize(1)
    indices = Batches(7, 3, 0).indices(2)
    (only,) = indices
    np.testing.assert_allclose(loss.minibatch(indices).value(theta), loss.example(only).value(theta), rtol=1e-14)


@pytest.mark.parametrize("size", [0, 8, -1])
def test_sizes_that_cannot_be_are_refused(size):
    with pytest.raises(ValueError, match="between 1 and 7"):
        Batches(7, size)


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="must not be negative"):
        Batches(7, 2, seed=-1)


def test_a_schedule_in_updates_stays_and_one_in_epochs_is_bound():
    batches = Batches(10, 4)
    plain = InverseTime(0.1, 0.5)
    assert in_epochs(plain, batches) is plain
    assert in_epochs(InverseTime(0.1, 0.5, updates_per_epoch=9.0), batches).updates_per_epoch == 3.0
    assert in_epochs(InverseTime(0.1, 0.5, updates_per_epoch=9.0), None).updates_per_epoch == 1.0
    tail = InverseTime(0.1, 0.5, updates_per_epoch=9.0)
    for outer in (WarmUp(tail, warm_up=5.0), Hold(Hold(tail, hold_for=1.0), hold_for=1.0, updates_per_epoch=9.0)):
        bound = in_epochs(outer, batches)
        while not isinstance(bound, InverseTime):
            assert bound.updates_per_epoch == (3.0 if bound.unit == "epochs" else 1.0)
            bound = bound.tail
        assert bound.updates_per_epoch == 3.0
    np.testing.assert_allclose(rates_of(tail, 6, batches), 0.1 / (1 + 0.5 * np.arange(7) / 3))
    np.testing.assert_array_equal(rates_of(Constant(0.2), 4, None), np.full(5, 0.2))
