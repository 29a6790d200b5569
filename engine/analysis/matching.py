"""Are two networks the same up to a permutation of hidden units? Weight matching, barriers, and two kinds of distance.

Weight matching is algorithm 1 of Ainsworth, Hayase & Srinivasa (2023), "Git Re-Basin": permutations of the second network's
units that maximize the inner product of the two weight vectors, one layer at a time by linear assignment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.analysis.symmetry import Widths, layers, permute
from engine.analysis.wording import number
from engine.arrays import Array, Indices, frozen_view, read_only
from engine.objective import Objective

SWEEPS = 100
"""Sweeps over the layers after which matching stops even if it still gains; each gain is strict, so it ends before."""
GAIN = 1e-12
"""Improvements of the inner product below this share of it are rounding."""


@dataclass(frozen=True, eq=False)
class Matching:
    """The second network's units in the order that fits the first's best."""

    permutations: tuple[Indices, ...]
    """One for each hidden layer: see ``symmetry.permute``."""
    point: Array
    """(P,): the second network's twin nearest to the first network, as far as the search found."""
    distance_before: float
    distance_after: float

    @property
    def sentence(self) -> str:
        """What matching did."""
        moved = sum(int((order != np.arange(len(order))).sum()) for order in self.permutations)
        return (
            f"Matching moved {moved} hidden units: the distance of the weights falls from {number(self.distance_before)} "
            f"to {number(self.distance_after)}."
        )


def match_weights(widths: Widths, first: ArrayLike, second: ArrayLike, *, seed: int = 0, restarts: int = 4) -> Matching:
    """Permute the hidden units of ``second (P,)`` to resemble ``first (P,)`` most.

    Coordinate descent over the hidden layers in random order finds a local optimum (exact for one hidden layer); the best of
    ``restarts`` is returned: the first starts from the units as they are, the others from random permutations by ``seed``.

    >>> first, second = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], [2.0, 1.0, 4.0, 3.0, 6.0, 5.0, 7.0]
    >>> match_weights((1, 2, 1), first, second).sentence
    'Matching moved 2 hidden units: the distance of the weights falls from 2.45 to 0.'

    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    random = np.random.default_rng(seed)
    best = [np.arange(units) for units in widths[1:-1]]
    for attempt in range(restarts if len(widths) > 3 else 1):
        orders = [random.permutation(units) if attempt else np.arange(units) for units in widths[1:-1]]
        orders = _descend(widths, one, two, orders, random)
        if one @ permute(widths, two, orders) > one @ permute(widths, two, best):
            best = orders
    point = permute(widths, two, best)
    before, after = float(np.linalg.norm(one - two)), float(np.linalg.norm(one - point))
    return Matching(tuple(frozen_view(order) for order in best), read_only(point), before, after)


def _descend(
    widths: Widths, one: Array, two: Array, orders: list[Indices], random: np.random.Generator
) -> list[Indices]:
    from scipy.optimize import linear_sum_assignment

    ours, theirs = layers(widths, one), layers(widths, two)
    for _ in range(SWEEPS):
        improved = False
        for layer in random.permutation(len(orders)):
            gains = _gains(ours, theirs, orders, int(layer))
            _, order = linear_sum_assignment(gains, maximize=True)
            units = np.arange(len(order))
            gain = float(gains[units, order].sum() - gains[units, orders[layer]].sum())
            if gain > GAIN * float(np.abs(gains).sum()):
                orders[layer], improved = np.asarray(order, dtype=np.intp), True
        if not improved:
            break
    return orders


def _gains(
    ours: list[tuple[Array, Array]], theirs: list[tuple[Array, Array]], orders: list[Indices], layer: int
) -> Array:
    """Entry (i, j): what putting their unit j in the place of our unit i of this hidden layer adds to the inner product."""
    (mine_in, mine_bias), (mine_out, _) = ours[layer], ours[layer + 1]
    (their_in, their_bias), (their_out, _) = theirs[layer], theirs[layer + 1]
    if layer > 0:
        their_in = their_in[:, orders[layer - 1]]
    if layer + 1 < len(orders):
        their_out = their_out[orders[layer + 1]]
    return np.asarray(mine_in @ their_in.T + np.outer(mine_bias, their_bias) + mine_out.T @ their_out)


@dataclass(frozen=True, eq=False)
class Barrier:
    """The loss along the straight line between two points."""

    coordinates: Array
    """(n,): from 0 at the first to 1 at the second."""
    values: Array
    """(n,)"""

    @property
    def excess(self) -> Array:
        """Loss above the straight line between the losses of the ends ``(n,)`` (Frankle et al. 2020)."""
        return np.asarray(self.values - (1 - self.coordinates) * self.values[0] - self.coordinates * self.values[-1])

    @property
    def height(self) -> float:
        """The largest excess: 0 where the ends lie in one convex valley."""
        return float(self.excess.max())

    @property
    def sentence(self) -> str:
        """The height in words."""
        if self.height <= 1e-12 * float(np.abs(self.values).max()):
            return "There is no barrier on the straight line between the two."
        at = number(float(self.coordinates[int(self.excess.argmax())]))
        return f"A barrier of {number(self.height)} lies on the straight line between the two, at {at} of the way."


def barrier(objective: Objective, first: ArrayLike, second: ArrayLike, resolution: int = 51) -> Barrier:
    """Losses at ``resolution`` points on the line from ``first (P,)`` to ``second (P,)``.

    >>> import engine
    >>> found = barrier(engine.Formula.parse("(x^2 - 1)^2"), [-1.0], [1.0])
    >>> found.sentence
    'A barrier of 1 lies on the straight line between the two, at 0.5 of the way.'

    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    coordinates = np.linspace(0.0, 1.0, resolution)
    points = one + coordinates[:, None] * (two - one)
    return Barrier(read_only(coordinates), read_only(objective.value(points)))


@dataclass(frozen=True)
class Distances:
    """How far apart two networks are as weights, and as functions."""

    weights: float
    """Euclidean distance of the parameter vectors."""
    functions: float
    """Root mean square difference of the outputs, over examples and outputs."""

    @property
    def sentence(self) -> str:
        """Both, side by side."""
        return f"The weights are {number(self.weights)} apart, the functions {number(self.functions)}."


def distances(
    predict: Callable[[Array, Array], Array], inputs: ArrayLike, first: ArrayLike, second: ArrayLike
) -> Distances:
    """Distance of weights beside distance of functions; ``predict(point (P,), inputs (N, d))`` gives outputs ``(N, c)``.

    >>> import engine
    >>> line = engine.CurveFit("a + b*x", [0.0, 1.0], [0.0, 0.0])
    >>> distances(line.predict, [0.0, 2.0], [0.0, 0.0], [3.0, 0.0]).sentence
    'The weights are 3 apart, the functions 3.'

    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    given = np.asarray(inputs, dtype=np.float64)
    difference = predict(one, given) - predict(two, given)
    return Distances(float(np.linalg.norm(one - two)), float(np.sqrt(np.mean(difference**2))))
