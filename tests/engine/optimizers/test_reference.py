"""The first-order methods that PyTorch has, against its iterates (see reference/write_reference.py)."""

from pathlib import Path

import numpy as np
import pytest

from engine import optimizers
from engine.datasets.dataset import Dataset
from engine.network.model import Network
from tests.engine.optimizers.driver import descend
from tests.engine.optimizers.landscapes import Quadratic, Rosenbrock, TanhNetwork
from tests.engine.optimizers.reference.cases import CASES, EVERY, INPUTS, MATRIX, STARTS, STEPS, TARGETS, rate_for

PROBLEMS = {"quadratic": Quadratic(MATRIX), "rosenbrock": Rosenbrock(), "network": TanhNetwork(INPUTS, TARGETS)}


def engines_network():
    network = Network(layers=(2, 3, 1), activation="tanh", output="identity", loss="squared_error")
    return network.objective(Dataset(INPUTS, TARGETS))


@pytest.fixture(scope="module")
def recorded():
    with np.load(Path(__file__).parent / "reference" / "iterates.npz") as file:
        return dict(file)


def ours(name, problem, **more):
    rate = rate_for(name, problem)
    settings = CASES[name][2] | ({} if rate is None else {"learning_rate": rate}) | more
    return getattr(optimizers, name)(**settings)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("name", CASES)
def test_iterates_are_those_of_pytorch(name, problem, recorded):
    expected = recorded[f"{name}/{problem}"]
    path = descend(PROBLEMS[problem], [ours(name, problem)], STARTS[problem][None], STEPS).points[::EVERY, 0]
    assert np.linalg.norm(path[-1] - path[0]) > 1e-3  # a case that stands still would compare nothing
    np.testing.assert_allclose(path, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", CASES)
def test_iterates_on_the_engines_own_network_are_those_of_pytorch(name, recorded):
    path = descend(engines_network(), [ours(name, "network")], STARTS["network"][None], STEPS).points[::EVERY, 0]
    np.testing.assert_allclose(path, recorded[f"{name}/network"], rtol=1e-10, atol=1e-10)


def test_every_first_order_kind_has_a_reference_or_is_lion():
    first = {name for name, kind in optimizers.KINDS.items() if kind.family == "first order"}
    assert first == set(CASES) | {"lion"}


def test_defaults_are_those_of_pytorch():
    expected = {"adagrad": 0.01, "adadelta": 1.0, "rmsprop": 0.01, "adam": 0.001, "nadam": 0.002, "radam": 0.001}
    for name, rate in expected.items():
        assert getattr(optimizers, name)().schedule.rates(np.array(0)) == rate


def test_lion_follows_its_published_definition():
    rate, b1, b2, decay = 0.01, 0.9, 0.99, 0.1
    problem, theta, m = PROBLEMS["network"], STARTS["network"].copy(), np.zeros(13)
    run = descend(problem, [optimizers.lion(rate, b1, b2, decay)], theta[None], STEPS)
    for _ in range(STEPS):
        g = problem.value_and_gradient(theta)[1]
        theta = theta - rate * (np.sign(b1 * m + (1 - b1) * g) + decay * theta)
        m = b2 * m + (1 - b2) * g
    np.testing.assert_allclose(run.end[0], theta, rtol=0, atol=1e-12)
