"""Small objectives with derivatives written by hand, and runs of plain descent on them, for the tests of this folder."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.objective import Block, Objective
from engine.optimizers.method import Optimizer
from engine.schedules import Constant
from engine.trajectory import Ending, Outcome, Trajectories


class Quadratic(Objective):
    """½ θᵀHθ + bᵀθ + c."""

    def __init__(self, hessian, slope=None, constant=0.0):
        self.matrix = np.asarray(hessian, dtype=float)
        self.slope = np.zeros(len(self.matrix)) if slope is None else np.asarray(slope, dtype=float)
        self.constant = constant

    @property
    def blocks(self):
        return (Block("θ", 0, (len(self.matrix),), "parameter"),)

    def value(self, points):
        points = np.asarray(points)
        return 0.5 * np.sum((points @ self.matrix) * points, axis=-1) + points @ self.slope + self.constant

    def value_and_gradient(self, points):
        return self.value(points), np.asarray(points) @ self.matrix + self.slope

    def hessian(self, points):
        return np.broadcast_to(self.matrix, (*np.shape(points)[:-1], *self.matrix.shape))

    def hessian_vector_product(self, points, vectors):
        return np.broadcast_arrays(np.asarray(vectors) @ self.matrix, points)[0]


@dataclass
class Function(Objective):
    """A function of one or two parameters: ``f(*coordinates)`` returning value, gradient list and Hessian rows."""

    size: int
    jet: Callable

    @property
    def blocks(self):
        return tuple(Block(name, i, (), "parameter") for i, name in enumerate(("x", "y")[: self.size]))

    def _jet(self, points):
        coordinates = [np.asarray(points)[..., i] for i in range(self.size)]
        value, gradient, hessian = self.jet(*coordinates)
        shape = np.shape(value)
        gradient = np.stack([np.broadcast_to(g, shape) for g in gradient], axis=-1)
        rows = [np.stack([np.broadcast_to(h, shape) for h in row], axis=-1) for row in hessian]
        return value, gradient, np.stack(rows, axis=-2)

    def value(self, points):
        return self._jet(points)[0]

    def value_and_gradient(self, points):
        return self._jet(points)[:2]

    def hessian(self, points):
        return self._jet(points)[2]


def himmelblau():
    def jet(x, y):
        a, b = x**2 + y - 11, x + y**2 - 7
        mixed = 4 * x + 4 * y
        return (
            a**2 + b**2,
            [4 * x * a + 2 * b, 2 * a + 4 * y * b],
            [[4 * a + 8 * x**2 + 2, mixed], [mixed, 2 + 4 * b + 8 * y**2]],
        )

    return Function(2, jet)


def six_hump_camel():
    def jet(x, y):
        value = (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (-4 + 4 * y**2) * y**2
        gradient = [8 * x - 8.4 * x**3 + 2 * x**5 + y, x - 8 * y + 16 * y**3]
        return value, gradient, [[8 - 25.2 * x**2 + 10 * x**4, 1.0], [1.0, -8 + 48 * y**2]]

    return Function(2, jet)


def rosenbrock():
    def jet(x, y):
        rest = y - x**2
        gradient = [-2 * (1 - x) - 400 * x * rest, 200 * rest]
        return (1 - x) ** 2 + 100 * rest**2, gradient, [[2 - 400 * rest + 800 * x**2, -400 * x], [-400 * x, 200.0]]

    return Function(2, jet)


def double_well():
    return Function(1, lambda x: ((x**2 - 1) ** 2 + 0.3 * x, [4 * x * (x**2 - 1) + 0.3], [[12 * x**2 - 4]]))


def two_wells():
    """A saddle at the origin between minima at (±1, 0)."""
    return Function(
        2, lambda x, y: ((x**2 - 1) ** 2 + y**2, [4 * x * (x**2 - 1), 2 * y], [[12 * x**2 - 4, 0.0], [0.0, 2.0]])
    )


def monkey_saddle():
    return Function(
        2, lambda x, y: (x**3 - 3 * x * y**2, [3 * x**2 - 3 * y**2, -6 * x * y], [[6 * x, -6 * y], [-6 * y, -6 * x]])
    )


def quartic_valley():
    """x²: flat all along y."""
    return Function(2, lambda x, y: (x**2 + 0 * y, [2 * x, 0 * y], [[2.0, 0.0], [0.0, 0.0]]))


INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
TARGETS = np.eye(2)[[0, 1, 1, 0]]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def mlp(widths, point, inputs, activation=sigmoid):
    """Forward pass of a network with linear output, written independently of ``engine.analysis.symmetry``."""
    start, signal = 0, np.asarray(inputs, dtype=float)
    for layer, (before, after) in enumerate(pairwise(widths)):
        weights = point[start : start + before * after].reshape(after, before)
        start += before * after
        signal = signal @ weights.T + point[start : start + after]
        start += after
        signal = signal if layer == len(widths) - 2 else activation(signal)
    return signal


def exclusive_or(theta):
    """Loss and gradient of 2-2-2, sigmoid hidden and output units, ½ squared error on one-hot targets."""
    W1, b1, W2, b2 = theta[:4].reshape(2, 2), theta[4:6], theta[6:10].reshape(2, 2), theta[10:]
    hidden = sigmoid(INPUTS @ W1.T + b1)
    output = sigmoid(hidden @ W2.T + b2)
    error = output - TARGETS
    second = error * output * (1 - output) / 4
    first = (second @ W2) * hidden * (1 - hidden)
    parts = [(first.T @ INPUTS).ravel(), first.sum(0), (second.T @ hidden).ravel(), second.sum(0)]
    return 0.5 * float((error**2).sum()) / 4, np.concatenate(parts)


def exclusive_or_start(seed=0):
    """Xavier-normal weights drawn layer by layer, zero biases."""
    random = np.random.default_rng(seed)
    first = random.normal(size=4) * np.sqrt(2 / 4)
    return np.concatenate([first, np.zeros(2), random.normal(size=4) * np.sqrt(2 / 4), np.zeros(2)])


def descend(gradient_of, start, rate, steps, beta=0.0, noise=None, **told):
    """Momentum descent ``v ← g + βv, θ ← θ − αv``; stops where the loss explodes; ``noise(t)`` is added to the gradient."""
    theta, velocity = np.array(start, dtype=float), np.zeros(len(start))
    points, values, gradients = [], [], []
    ending = Ending.STEP_LIMIT
    for step in range(steps + 1):
        value, gradient = gradient_of(theta)
        gradient = gradient if noise is None else gradient + noise(step)
        points.append(theta)
        values.append(float(value))
        gradients.append(gradient)
        if not abs(values[-1]) < 1e9:
            ending = Ending.DIVERGED
            break
        velocity = gradient + beta * velocity
        theta = theta - rate * velocity
    return trajectories(values, gradients, points, rate, ending, **told)


def trajectories(values, gradients, points, rate=0.1, ending=Ending.STEP_LIMIT, batch_size=None, examples=4):
    """One run's records as the descent leaves them."""
    points = np.asarray(points, dtype=float)
    column = np.asarray(values, dtype=float)[:, None]
    norms = np.linalg.norm(np.asarray(gradients, dtype=float), axis=1)[:, None]
    lengths = np.append(np.linalg.norm(np.diff(points, axis=0), axis=1), 0.0)[:, None]
    n, zeros = len(column), np.zeros_like(column)
    return Trajectories(
        starts=points[:1],
        optimizers=(Optimizer("gradient_descent", Constant(rate)),),
        points=points[:, None],
        steps=np.arange(n),
        record_every=1,
        values=column,
        gradient_norms=norms,
        step_lengths=lengths,
        rates=np.full_like(column, rate),
        evaluations=zeros,
        examples_seen=zeros,
        seconds=zeros,
        done=np.array([n - 1]),
        ended=np.array([n - 1]),
        outcomes=(Outcome(ending, ending.value),),
        examples=examples,
        batch_size=batch_size,
    )


def up_to(runs, steps):
    """The same run as it was after ``steps`` steps."""
    cut = slice(0, steps + 1)
    whole = runs.values[:, 0]
    return trajectories(
        whole[cut], runs.gradient_norms[cut, :1], runs.points[cut, 0], float(runs.rates[0, 0]), Ending.STEP_LIMIT
    )
