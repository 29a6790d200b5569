"""The strong Wolfe conditions hold where the search says that it found a step."""

import numpy as np
import pytest

from engine.optimizers.method import Step
from engine.optimizers.wolfe import strong_wolfe
from tests.engine.optimizers.driver import Counted
from tests.engine.optimizers.landscapes import Landscape, Quadratic, Rosenbrock, Slope


class Wavy(Landscape):
    """0.05x² + sin(3x): many dips along a line."""

    def __init__(self):
        super().__init__(1)

    def value_and_gradient(self, points):
        x = points[..., 0]
        return 0.05 * x * x + np.sin(3 * x), 0.1 * points + 3 * np.cos(3 * points)

    def hessian(self, points):
        return (0.1 - 9 * np.sin(3 * points))[..., None]


def step_at(objective, points):
    value, gradient = objective.value_and_gradient(points)
    return Step(
        0,
        points,
        value,
        gradient,
        np.ones(len(points)),
        np.ones(len(points), bool),
        objective.blocks,
        Counted(objective),
    )


@pytest.mark.parametrize("flatness", [0.1, 0.9])
@pytest.mark.parametrize("length", [1e-4, 0.1, 1.0, 50.0])
@pytest.mark.parametrize(
    "objective", [Wavy(), Rosenbrock(), Quadratic(np.diag([1.0, 30.0]))], ids=["wavy", "ros", "quad"]
)
def test_both_conditions_hold(objective, length, flatness):
    points = np.random.default_rng(1).uniform(-2, 2, (8, objective.dimension))
    step = step_at(objective, points)
    direction = -step.gradient
    landing = strong_wolfe(step, direction, np.full(8, length), flatness)
    slope = np.sum(step.gradient * direction, axis=-1)
    value, gradient = objective.value_and_gradient(points + landing.length[:, None] * direction)
    assert landing.found.all()
    assert (value <= step.value + 1e-4 * landing.length * slope + 1e-12).all()
    assert (np.abs(np.sum(gradient * direction, axis=-1)) <= flatness * np.abs(slope)).all()
    np.testing.assert_array_equal(landing.gradient, gradient)


def test_nothing_is_found_uphill():
    step = step_at(Rosenbrock(), np.array([[-1.2, 1.0]]))
    landing = strong_wolfe(step, step.gradient, np.ones(1), 0.9)
    assert not landing.found[0]
    assert landing.length[0] == 0


def test_an_endless_slope_ends_with_the_best_length_tried():
    step = step_at(Slope([1.0]), np.zeros((1, 1)))
    landing = strong_wolfe(step, -step.gradient, np.ones(1), 0.9)
    assert landing.found[0]
    assert landing.length[0] > 1
