"""The exclusive-or plateau of the lectures: who leaves it when.

Four points of {0, 1}², 2-2-2 with sigmoid hidden units and outputs, squared error, weights N(0, 2/(fan in + fan out))
drawn layer by layer from ``default_rng(0)``, biases 0, full batch. The step counts were measured twice before, with
throw-away scripts; they are exact, because nothing here is random after the start.
"""

import numpy as np
import pytest

from engine import optimizers
from engine.datasets.dataset import Dataset
from engine.network.model import Network
from tests.engine.optimizers.driver import descend


def plateau():
    network = Network(layers=(2, 2, 2), activation="sigmoid", output="sigmoid", loss="squared_error")
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    random = np.random.default_rng(0)
    first, second = (random.normal(0.0, np.sqrt(0.5), (2, 2)) for _ in range(2))
    start = np.concatenate([first.ravel(), np.zeros(2), second.ravel(), np.zeros(2)])
    return network.objective(Dataset(inputs, np.array([0, 1, 1, 0]))), start


def first_below(optimizers_used, steps, level=0.2):
    objective, start = plateau()
    run = descend(objective, optimizers_used, np.tile(start, (len(optimizers_used), 1)), steps)
    below = run.values < level
    return [int(column.argmax()) if column.any() else None for column in below.T], run


def test_descent_sits_for_thousands_of_steps_and_momentum_leaves_a_tenth_as_late():
    steps, run = first_below([optimizers.gradient_descent(1.0), optimizers.gradient_descent(10.0)], 5100)
    assert steps == [5075, 574]
    np.testing.assert_allclose(run.values[1000:3000, 0], 0.25, atol=1e-3)
    assert first_below([optimizers.momentum(1.0, 0.9)], 400)[0] == [380]


def test_raw_newton_ends_on_the_saddle():
    steps, run = first_below([optimizers.newton()], 60)
    assert steps == [None]
    assert abs(run.values[-1, 0] - 0.25) < 1e-6
    assert "saddle of the model" in optimizers.explain("newton", run.reports[0])


@pytest.mark.parametrize(
    "optimizer",
    [
        optimizers.saddle_free(),
        optimizers.damped_newton(adaptive=True),
        optimizers.trust_region(),
        optimizers.newton_cg(),
        optimizers.levenberg_marquardt(),
    ],
    ids=optimizers.describe,
)
def test_methods_that_know_of_saddles_are_through_in_4_to_21_steps(optimizer):
    ((step,), _) = first_below([optimizer], 30)
    assert step is not None
    assert 4 <= step <= 21
