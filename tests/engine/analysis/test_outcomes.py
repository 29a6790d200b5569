import numpy as np
import pytest

import engine
from engine.analysis.outcomes import Verdict, outcome
from engine.analysis.stability import StabilityBound
from engine.trajectory import Ending
from tests.engine.analysis.functions import (
    Function,
    Quadratic,
    descend,
    exclusive_or,
    exclusive_or_start,
    trajectories,
    two_wells,
    up_to,
)


@pytest.fixture(scope="module")
def plateau_run():
    return descend(exclusive_or, exclusive_or_start(), rate=1.0, steps=6500)


def test_a_plateau_left_comes_first_in_the_sentence(plateau_run):
    result = outcome(plateau_run, 0)
    assert result.sentence.startswith("left a plateau of 4,6")
    assert "slow, then sudden is normal" in result.sentence
    assert "6,500" in result.sentence
    assert result.verdict is Verdict.DESCENDING


def test_stopped_on_a_plateau(plateau_run):
    result = outcome(up_to(plateau_run, 2000), 0)
    assert result.verdict is Verdict.PLATEAU
    assert result.sentence.startswith("stopped on a plateau, not in a minimum")


def test_a_minimum_with_its_gradient_and_steps():
    result = outcome(descend(Quadratic(np.eye(2)).value_and_gradient, [1.0, 2.0], 0.5, 60), 0)
    assert result.verdict is Verdict.MINIMUM
    assert result.sentence.startswith("reached a minimum (gradient norm 1.94e-18) in ")


def test_a_saddle_approached_exactly_needs_the_hessian_to_be_seen():
    wells = two_wells()
    run = descend(wells.value_and_gradient, [0.0, 1.0], 0.1, 200)
    assert outcome(run, 0).verdict is Verdict.MINIMUM
    assert outcome(run, 0, objective=wells).verdict is Verdict.SADDLE


def test_divergence_names_the_bound_it_broke():
    bowl = Quadratic(np.diag([1.0, 100.0]))
    run = descend(bowl.value_and_gradient, [1.0, 1.0], 0.05, 300)
    result = outcome(run, 0, bound=StabilityBound(2.0, 100.0, "2(1+β)"))
    assert result.verdict is Verdict.DIVERGED
    assert result.sentence == "diverged: α is above the stability bound 2(1+β)/λmax (α = 0.05, bound 0.02)"
    below = outcome(run, 0, bound=StabilityBound(2.0, 10.0))
    assert "although" in below.sentence
    assert "smaller learning rate" in outcome(run, 0).sentence


def test_the_noise_floor():
    noise = np.random.default_rng(0).standard_normal((4001, 2))
    run = descend(
        Quadratic(np.eye(2)).value_and_gradient, [3.0, 3.0], 0.1, 4000, noise=lambda t: noise[t], batch_size=1
    )
    result = outcome(run, 0)
    assert result.verdict is Verdict.NOISE_FLOOR
    assert result.sentence.startswith("circling at the noise floor")


def test_a_zero_gradient_at_the_start_moves_nothing():
    run = descend(lambda x: (1.0, np.zeros(1)), [2.0], 0.1, 50)
    assert outcome(run, 0).verdict is Verdict.STUCK


@pytest.mark.parametrize(("ending", "verdict"), [(Ending.RUNNING, Verdict.RUNNING), (Ending.FAILED, Verdict.FAILED)])
def test_endings_that_the_descent_tells(ending, verdict):
    run = trajectories([3.0, 2.0, 1.0], np.ones((3, 1)), [[0.0], [1.0], [2.0]], ending=ending)
    assert outcome(run, 0).verdict is verdict


def test_a_run_toward_a_minimum_at_infinity_ends_on_flat_ground():
    slope = Function(1, lambda x: (np.exp(-x), [-np.exp(-x)], [[np.exp(-x)]]))
    run = descend(lambda x: slope.value_and_gradient(x), [0.0], 1.0, 40)
    values, gradients = np.exp(-run.points[:, 0, 0] * 8), -np.exp(-run.points[:, 0, :] * 8)
    far = trajectories(values, gradients, run.points[:, 0] * 8)
    result = outcome(far, 0, objective=slope)
    assert result.verdict is Verdict.FLAT
    assert "vanished" in result.sentence


def test_a_run_that_ends_higher_than_it_began_is_not_called_descending():
    rising = engine.descend(engine.Formula("bowl"), [[1.0]], [engine.optimizers.gradient_descent(2.05)], steps=5)
    result = outcome(rising, 0)
    assert result.verdict is Verdict.RISEN
    assert "higher than it began" in result.sentence


def test_raw_newton_without_curvature_says_that_it_has_not_moved():
    still = engine.descend(engine.Formula("incline"), [[1.0]], [engine.optimizers.newton()], steps=5)
    result = outcome(still, 0)
    assert result.verdict is Verdict.STUCK
    assert "curvature" in result.sentence


def test_raw_newton_on_the_plateau_of_exclusive_or_is_not_said_to_have_reached_a_minimum():
    network = engine.Network((2, 2, 2), activation="sigmoid", output="sigmoid")
    loss = network.objective(engine.datasets.load("exclusive_or").train)
    start = network.initialize(seed=0, scheme="xavier")
    run = engine.descend(loss, start[None], [engine.optimizers.newton()], steps=100)
    result = outcome(run, 0, objective=loss)
    assert run.values[100, 0] > 0.1
    assert result.verdict is Verdict.SADDLE
    assert "singular" in result.sentence


def test_a_minimum_with_a_symmetry_is_a_minimum_although_its_hessian_is_singular():
    network = engine.Network((2, 2), loss="cross_entropy", l2=0.01)
    loss = network.objective(engine.datasets.load("moons").train)
    chosen = engine.optimizers.damped_newton(adaptive=True)
    run = engine.descend(loss, network.initialize(seed=0)[None], [chosen], steps=60)
    eigenvalues = np.linalg.eigvalsh(loss.hessian(run.point_at(0)))
    assert abs(eigenvalues[0]) < 1e-9 * eigenvalues[-1]  # softmax ignores a shift of both its inputs
    assert outcome(run, 0, objective=loss).verdict is Verdict.MINIMUM
