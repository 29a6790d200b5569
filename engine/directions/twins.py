"""The plane through a point and its two nearest permuted twins: three points, one function."""

from __future__ import annotations

from itertools import combinations
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from engine.analysis.symmetry import swap_units
from engine.analysis.wording import number
from engine.directions.recipe import plane, point, rest, unit
from engine.plane import PARALLEL, Plane


class Layered(Protocol):
    """What is needed of a network: the widths of its layers, inputs and outputs included."""

    @property
    def layers(self) -> tuple[int, ...]:
        """Such as (2, 8, 8, 2)."""


def nearest_twins(net: Layered, theta: ArrayLike) -> Plane:
    """The plane through ``theta (P,)`` and the two nearest points that swapping two hidden units gives.

    Orthonormal, exact at all three: the loss is the same there, because the function is (Hecht-Nielsen 1990, "On the
    algebraic structure of feedforward network weight spaces"). A second twin on the line to the first is passed over.

    Raises:
        ValueError: where there are not two twins apart from θ: fewer than three units in all hidden layers, or equal ones.

    >>> from engine.network import Network
    >>> net = Network((2, 3, 1))
    >>> here = net.initialize(seed=0)
    >>> plane = nearest_twins(net, here)
    >>> bool(plane.distance(here) < 1e-12), plane.drawn.kind
    (True, 'twins')

    """
    origin = point(theta)
    swaps = [
        (layer, first, second, swap_units(net.layers, origin, layer, first, second))
        for layer, width in enumerate(net.layers[1:-1])
        for first, second in combinations(range(width), 2)
    ]
    ranked = sorted(swaps, key=lambda swap: float(np.linalg.norm(swap[3] - origin)))
    apart = [swap for swap in ranked if np.linalg.norm(swap[3] - origin) > 1e-12 * (1 + np.linalg.norm(origin))]
    for one, two in combinations(apart, 2):
        first, other = unit(one[3] - origin), two[3] - origin
        if abs(float(first @ unit(other))) < PARALLEL:
            said = " and ".join(
                f"units {a + 1} and {b + 1} of hidden layer {layer + 1}" for layer, a, b, _ in (one, two)
            )
            distances = [float(np.linalg.norm(swap[3] - origin)) for swap in (one, two)]
            sentence = f"through a point and its two nearest permuted twins (swapping {said})"
            settings = [("distances of the twins", " and ".join(map(number, distances)))]
            return plane(origin, first, unit(rest(other, first)), "twins", sentence, settings)
    raise ValueError(
        "There are not two twins to draw a plane through: the hidden layers need three units or more in all."
    )
