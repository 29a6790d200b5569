"""Patience: the step where a person would have stopped, and the marks on a curve."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import optimizers as o
from engine.network import Network
from engine.stopping import MarkKind, Patience, Stop, _gains, marks, stop, validation_minimum, watched
from engine.trajectory import Ending, Monitored, Outcome, Trajectories
from tests.engine.test_descent import xor


def told(values, validation=None, done=None, every=1, batch_size=None):
    """Trajectories of one run with given losses, as far as stopping reads them."""
    values = np.asarray(values, dtype=float)[:, None]
    count, done = len(values), len(values) - 1 if done is None else done
    steps = np.arange(0, count, every)
    validation = np.full(len(steps), np.nan) if validation is None else np.asarray(validation, dtype=float)
    watched = Monitored(steps, values[steps], validation[:, None], values[steps], values[steps])
    zeros = np.zeros_like(values)
    return Trajectories(
        np.zeros((1, 1)), (o.momentum(),), np.zeros((count, 1, 1)), np.arange(count), 1, values, zeros + 1, zeros, zeros,
        zeros, zeros, zeros, np.array([done]), np.array([-1]), (Outcome(Ending.RUNNING, ""),), 10, batch_size, watched,
    )  # fmt: skip


def plainly(values, steps, least):
    """The rule as a person would say it, on every step."""
    best, best_step = values[0], 0
    for step in range(1, len(values)):
        if best - values[step] > least:
            best, best_step = values[step], step
        elif step - best_step >= steps:
            return step, best_step
    return None, best_step


@given(
    st.lists(st.floats(-10, 10), min_size=1, max_size=40),
    st.integers(1, 6),
    st.sampled_from([0.0, 0.5, 3.0]),
)
def test_the_stop_is_where_the_plain_rule_stops(values, steps, least):
    found = stop(told(values), 0, Patience("train", steps, least))
    assert (found.step, found.best_step) == plainly(values, steps, least)
    assert found.best_value == values[found.best_step]
    assert found.sentence


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=30), st.integers(1, 5))
def test_a_growing_run_never_takes_a_stop_back(values, steps):
    stops = [stop(told(values, done=done), 0, Patience("train", steps)) for done in range(len(values))]
    stopped = [found for found in stops if found.step is not None]
    assert all(found == stopped[0] for found in stopped)


def test_validation_is_watched_at_its_own_steps():
    runs = told(np.zeros(21), validation=[3.0, 2.0, 1.0, 1.5, 1.6, 0.5], every=4)
    assert stop(runs, 0, Patience(steps=8)) == Stop(
        16,
        8,
        1.0,
        "would have stopped at step 16: no gain for 8 steps; the best step was 8 (validation loss 1)",
    )
    assert stop(runs, 0, Patience(steps=9)).step is None
    assert "still patient" in stop(runs, 0, Patience(steps=9)).sentence
    assert watched(told(np.zeros(21), [1.0] * 6, done=9, every=4), 0, "validation")[0].tolist() == [0, 4, 8]


def test_with_mini_batches_the_trainer_watches_the_whole_part():
    noisy = told([5.0, 1.0, 4.0, 0.5, 3.0], every=2, batch_size=2)
    assert watched(noisy, 0, "train")[0].tolist() == [0, 2, 4]
    assert watched(told([5.0, 1.0], batch_size=10), 0, "train")[0].tolist() == [0, 1]


def test_losses_that_are_not_numbers_are_no_gain():
    assert stop(told([1.0, np.nan, np.nan, np.nan]), 0, Patience("train", 2)).step == 2
    assert stop(told([np.nan, np.nan, np.nan]), 0, Patience("train", 2)).step == 2


def test_without_validation_there_is_nothing_to_watch():
    with pytest.raises(ValueError, match="no validation part"):
        stop(told([1.0, 2.0]), 0, Patience())
    assert validation_minimum(told([1.0, 2.0]), 0) is None


@pytest.mark.parametrize(("given", "words"), [({"steps": 0}, "at least one step"), ({"least": -1.0}, "0 or more")])
def test_impatience_is_refused(given, words):
    with pytest.raises(ValueError, match=words):
        Patience(**given)


@pytest.mark.parametrize(
    ("validation", "at"),
    [
        ([3.0, 1.0, 1.5, 2.0, 2.5], 1),
        ([3.0, 2.0, 1.5, 1.0, 0.5], None),
        ([3.0, 1.0, 1.001, 1.002, 1.001], None),
        ([3.0, 2.0, 1.0, 2.0, 2.0], None),  # two looks are too few to say so
        ([np.nan, 3.0, 1.0, 2.0, 2.0, 2.0], 2),
    ],
)
def test_validation_has_a_minimum_only_where_it_turns_up(validation, at):
    mark = validation_minimum(told(np.zeros(len(validation)), validation), 0)
    assert (mark.step if mark else None) == at


def test_a_trainer_without_patience_stops_on_the_exclusive_or_plateau_while_the_run_goes_on_to_the_drop():
    network, loss = xor()
    start = network.initialize(0, scheme="xavier")
    runs = engine.descend(loss, start, [o.momentum(1.0, 0.9)], steps=600)
    impatient = stop(runs, 0, Patience("train", steps=50, least=1e-3))
    assert impatient.step is not None
    assert runs.values[impatient.step, 0] == pytest.approx(0.25, abs=0.01)
    assert runs.values[-1, 0] < 0.1
    assert stop(runs, 0, Patience("train", steps=500, least=1e-3)).step is None


def test_an_overfitting_network_gets_its_marks_in_order():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(60, 8))
    labels = (inputs[:, 0] + 1.5 * rng.normal(size=60) > 0).astype(int)
    network = Network((8, 16, 2), activation="tanh", loss="cross_entropy")
    train, held = (network.objective(engine.Dataset(inputs[r], labels[r]).train) for r in (slice(20), slice(20, 60)))
    runs = engine.descend(train, network.initialize(0), [o.adam(0.02)], 300, validation=held, monitor_every=5)
    found = {mark.kind: mark for mark in marks(runs, 0, Patience(steps=40))}
    assert set(found) == {MarkKind.BEST, MarkKind.STOPPED, MarkKind.VALIDATION_MINIMUM}
    turned = found[MarkKind.VALIDATION_MINIMUM]
    assert turned.step < 150
    assert turned.value == np.nanmin(runs.monitored.validation)
    assert found[MarkKind.BEST].step <= found[MarkKind.STOPPED].step - 40
    steps = [mark.step for mark in marks(runs, 0, Patience(steps=40))]
    assert steps == sorted(steps)


def test_a_constant_rate_with_mini_batches_reaches_its_noise_floor():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(200, 2))
    network = Network((2, 1))
    loss = network.objective(engine.Dataset(inputs, inputs @ [1.0, -1.0] + rng.normal(size=200)).train)
    runs = engine.descend(loss, network.initialize(0), [o.gradient_descent(0.1)], 600, batch_size=5)
    (mark,) = marks(runs, 0)
    assert mark.kind is MarkKind.NOISE_FLOOR
    assert "noise floor" in mark.sentence
    assert mark.value == pytest.approx(runs.values[300:, 0].mean(), rel=0.05)


@pytest.mark.parametrize("least", [0.0, 0.01, 0.3])
@pytest.mark.parametrize("seed", range(20))
def test_gains_are_those_that_are_found_step_by_step(seed, least):
    random = np.random.default_rng(seed)
    values = np.exp(-0.02 * np.arange(80)) + 0.2 * random.standard_normal(80)
    values[random.random(80) < 0.1] = random.choice([np.nan, np.inf])
    best, expected = np.inf, []
    for value in values:
        expected.append(bool(value < best - least))
        best = value if expected[-1] else best
    assert _gains(values, least).tolist() == expected
