"""The networks of the benchmarks: tanh and cross-entropy, with their examples, a start and a plane."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

import engine
from engine.arrays import Array, Indices
from engine.network import NetworkObjective


@dataclass(frozen=True)
class Case:
    """A network of ``layers`` and N examples."""

    layers: tuple[int, ...]
    examples: int

    @property
    def title(self) -> str:
        return f"{'-'.join(map(str, self.layers))} (N = {self.examples:,})"

    @property
    def name(self) -> str:
        return "-".join(map(str, self.layers))

    @cached_property
    def inputs(self) -> Array:
        """(N, d), the same at every call."""
        return self._random(0).standard_normal((self.examples, self.layers[0]))

    @cached_property
    def classes(self) -> Indices:
        """(N,): what a random linear map finds largest, so that there is something to learn."""
        outputs = max(self.layers[-1], 2)
        return np.asarray((self.inputs @ self._random(1).standard_normal((self.layers[0], outputs))).argmax(axis=1))

    @cached_property
    def network(self) -> engine.Network:
        loss = "cross_entropy" if self.layers[-1] > 1 else "binary_cross_entropy"
        return engine.Network(self.layers, activation="tanh", loss=loss)

    @cached_property
    def objective(self) -> NetworkObjective:
        return self.network.objective(engine.Dataset(self.inputs, self.classes))

    @cached_property
    def start(self) -> Array:
        return self.network.initialize(seed=0)

    def starts(self, runs: int) -> Array:
        """(runs, P)"""
        return np.stack([self.network.initialize(seed=seed) for seed in range(runs)])

    @cached_property
    def plane(self) -> engine.Plane:
        """Through the start, along two Gaussian directions of about the start's own length."""
        directions = self._random(2).standard_normal((2, self.network.dimension))
        directions *= np.linalg.norm(self.start) / np.linalg.norm(directions, axis=1, keepdims=True)
        return engine.Plane(self.start, *directions)

    def _random(self, purpose: int) -> np.random.Generator:
        return np.random.default_rng([*self.layers, self.examples, purpose])


CASES = (Case((2, 8, 8, 2), 200), Case((2, 32, 32, 2), 500), Case((64, 32, 10), 1797), Case((784, 16, 16, 10), 4000))
TINY = (Case((2, 8, 8, 2), 20), Case((2, 5, 4, 3), 30), Case((6, 5, 4), 40), Case((9, 4, 4, 3), 50))
"""What stands in for each of them when it is only to be seen that everything runs."""
