"""A network's layers on a line or a plane, where each is affine in the coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array
from engine.network.activations import ACTIVATIONS, Activation
from engine.network.layers import Layer
from engine.plane import Flat

if TYPE_CHECKING:
    from engine.network.objective import NetworkObjective


@dataclass(frozen=True, eq=False)
class Affine:
    """One layer on the flat, ``(1 + k, outputs, 1 + inputs)``, b first; and what to apply to its product in place."""

    basis: Array
    function: Activation

    @property
    def outputs(self) -> int:
        """How many units it has."""
        return int(self.basis.shape[1])

    def with_one(self) -> Affine:
        """The same with a first unit that is 1 wherever one is, for the next layer's b: one block of memory, no gaps."""
        unit = np.zeros((len(self.basis), 1, self.basis.shape[2]))
        unit[0, 0, 0] = 1.0 if self.function.gives_one is None else self.function.gives_one
        return Affine(np.concatenate([unit, self.basis], axis=1), self.function)

    def rivals(self, own: int) -> Affine:
        """The layer as it gives z_j − z_own for j ≠ own; a single unit is z_1 − z_0 already."""
        if self.outputs == 1:
            return Affine(-self.basis, self.function) if own else self
        relative = self.basis - self.basis[:, own : own + 1]
        return Affine(np.asarray(np.delete(relative, own, axis=1)), self.function)


def _layer_on(flat: Flat, layer: Layer) -> Array:
    """Bias and weights along origin and directions, ``(1 + k, outputs, 1 + inputs)``."""
    vectors = np.vstack([flat.origin[None], flat.directions])
    weights = vectors[:, layer.start : layer.bias].reshape(len(vectors), layer.outputs, layer.inputs)
    return np.concatenate([vectors[:, layer.bias : layer.stop, None], weights], axis=2)


def affine_maps(objective: NetworkObjective, flat: Flat) -> tuple[list[Affine], bool]:
    """The layers on the flat with every sigmoid turned into a tanh; whether the outputs are ½ + ½ tanh.

    A logistic unit is σ(z) = ½ + ½ tanh(z/2), whose ½'s go into the weights beforehand: in float32 NumPy's tanh is an order of
    magnitude faster than 1/(1 + exp).
    """
    network, found, halved = objective.network, [], False
    for layer, function in zip(network.affine, network.functions, strict=True):
        basis = _layer_on(flat, layer)
        if halved:  # W σ(s·z) + b = (W/2) tanh(s·z/2) + (b + Σ W/2)
            basis[..., 1:] *= 0.5
            basis[..., 0] += basis[..., 1:].sum(axis=-1)
        halved = function.name == "sigmoid"
        if halved:
            basis *= 0.5 * network.steepness
        found.append(Affine(basis, ACTIVATIONS["tanh"] if halved else function))
    return found, halved
