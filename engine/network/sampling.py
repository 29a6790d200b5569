"""Fast values of a network's loss on a line or a plane.

On a flat θ = θ₀ + a·θ₁ + b·θ₂ the first layer's pre-activations are affine in the coordinates too:
z = (W₀ x + b₀) + a (W₁ x + b₁) + b (W₂ x + b₂). Three products with the inputs are made once, none at any point of the grid.
A logistic unit is a hyperbolic tangent, σ(z) = ½ + ½ tanh(z/2), whose ½'s go into the weights beforehand: in float32 NumPy's
tanh is an order of magnitude faster than 1/(1 + exp).

For cross-entropy each tile holds examples of one class y: the last layer is made to give z_j − z_y for j ≠ y at once, and the
loss is log1p(Σ exp) without masks. Everything runs over tiles, points × examples, small enough for the second-level cache, in
buffers of the thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array, Indices, Sampled
from engine.network.activations import ACTIVATIONS, Activation, Values
from engine.network.layers import Layer
from engine.network.losses import Loss
from engine.objective import Precision, Sampler
from engine.plane import Flat

if TYPE_CHECKING:
    from engine.network.objective import NetworkObjective

BUFFER_BYTES = 1 << 20
"""All buffers of one thread together: half of a usual second-level cache."""
TILE = 512
"""Examples per tile, at most."""
CALL_NANOSECONDS = 4e6
"""How long one call is to last, about: long against Python's overhead, short against a frame."""
SLOW = {"softplus": 6.0, "gelu": 14.0, "sine": 0.5, "leaky_relu": 0.5}
"""Nanoseconds per value of the activations that are not as fast as the others (0.3)."""


@dataclass(frozen=True, eq=False)
class Affine:
    """One layer on the flat, ``(1 + k, outputs, 1 + inputs)``, b first; and what to apply to its product in place."""

    basis: Array
    function: Activation


@dataclass(frozen=True, eq=False)
class Tile:
    """n examples, with what is the same at every point of the flat."""

    products: Values
    """(1 + k, units · n): the first layer's products with them."""
    last: Array
    """(1 + k, outputs · (1 + inputs)): the last layer, as these examples need it; empty if it is the first."""
    targets: Values
    """(c, n)"""

    @property
    def count(self) -> int:
        """How many they are."""
        return int(self.targets.shape[-1])


def _layer_on(flat: Flat, layer: Layer) -> Array:
    """Bias and weights along origin and directions, ``(1 + k, outputs, 1 + inputs)``."""
    vectors = np.vstack([flat.origin[None], flat.directions])
    weights = vectors[:, layer.start : layer.bias].reshape(len(vectors), layer.outputs, layer.inputs)
    return np.concatenate([vectors[:, layer.bias : layer.stop, None], weights], axis=2)


def _affine_maps(objective: NetworkObjective, flat: Flat) -> tuple[list[Affine], bool]:
    """The layers on the flat with every sigmoid turned into a tanh; whether the outputs are ½ + ½ tanh."""
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


def _rivals(basis: Array, own: int) -> Array:
    """The last layer as it gives z_j − z_own for j ≠ own."""
    return np.asarray(np.delete(basis - basis[:, own : own + 1], own, axis=1))


def _groups(classes: Indices | None, count: int) -> Iterator[Indices]:
    """Examples of one tile each: of one class, where there are classes; not more than ``TILE``."""
    whole = np.arange(count)
    for group in [whole] if classes is None else [np.flatnonzero(classes == own) for own in np.unique(classes)]:
        yield from np.array_split(group, -(-len(group) // TILE))


class PlaneLoss:
    """The data loss and the penalty on one flat. Called from several threads; each has its own buffers."""

    def __init__(self, objective: NetworkObjective, flat: Flat, precision: Precision) -> None:
        self.dtype = np.dtype(precision)
        self.affine, self.squashed = _affine_maps(objective, flat)
        self.loss: Loss = objective.network.loss_function
        self.examples = objective.examples
        self.by_class = self.loss.name == "cross_entropy"
        self.doubled = self.squashed and self.loss.name == "squared_error"
        self.widths = [affine.basis.shape[1] for affine in self.affine]
        self.widths[-1] -= self.by_class
        classes = objective.data.classes if self.by_class else None
        self.tiles = [self._tile(objective, chosen) for chosen in _groups(classes, self.examples)]
        rows = sum(self.widths) + len(self.widths) + 2
        self.points = max(1, BUFFER_BYTES // (self.dtype.itemsize * rows * max(tile.count for tile in self.tiles)))
        self.penalty = _penalty(objective, flat)
        self.local = threading.local()

    def _tile(self, objective: NetworkObjective, chosen: Indices) -> Tile:
        last, targets = self.affine[-1].basis, objective.data.target_columns[:, chosen]
        if self.by_class:
            last = _rivals(last, int(targets[:, 0].argmax()))
        if self.doubled:
            targets = 2.0 * targets - 1.0  # ½(½ + ½t − y)² = ¼·½(t − (2y − 1))²
        alone = len(self.affine) == 1
        first = last if alone else self.affine[0].basis
        products = first[..., 1:] @ objective.data.inputs[chosen].T + first[..., :1]
        return Tile(
            products.reshape(len(products), -1).astype(self.dtype),
            last.reshape(len(last), -1)[:, : 0 if alone else None],
            targets.astype(self.dtype),
        )

    def __call__(self, coordinates: Array) -> Sampled:
        """Values ``(K,)`` at ``coordinates (K, k)``."""
        given = np.asarray(coordinates, dtype=np.float64)
        ones = np.ones((len(given), 1 + given.shape[1]))
        ones[:, 1:] = given
        sums = np.zeros(len(ones))
        with np.errstate(all="ignore"):
            for start in range(0, len(ones), self.points):
                part = slice(start, start + self.points)
                self._add(ones[part], sums[part])
            sums *= (0.25 if self.doubled else 1.0) / self.examples
            if self.penalty is not None:
                sums += self.penalty(ones)
        return sums

    def _add(self, ones: Array, sums: Array) -> None:
        """Add the summed losses of all tiles at no more points than the buffers hold."""
        single = ones.astype(self.dtype)
        between = [self._weights(ones, affine.basis.reshape(len(affine.basis), -1)) for affine in self.affine[1:-1]]
        for tile in self.tiles:
            weights = [*between, self._weights(ones, tile.last)] if len(self.affine) > 1 else []
            outputs = self._outputs(tile, single, weights)
            if self.by_class:
                losses = self._cross_entropy(outputs)
                if losses is None:
                    losses = _shifted(self._outputs(tile, single, weights))
            else:
                losses = self.loss.per_example(outputs, tile.targets)
            sums += losses.sum(axis=-1, dtype=np.float64)

    def _weights(self, ones: Array, basis: Array) -> Values:
        """One layer's b and W at each point, flattened."""
        return (ones @ basis).astype(self.dtype)

    def _buffers(self, count: int) -> list[Values]:
        """For each layer ``(points, 1 + outputs, count)`` with a first row of ones; without it for the last."""
        kept: dict[int, list[Values]] = self.local.__dict__.setdefault("buffers", {})
        if count not in kept:
            rows = [*(1 + width for width in self.widths[:-1]), self.widths[-1]]
            kept[count] = [np.ones((self.points, row, count), self.dtype) for row in rows]
        return kept[count]

    def _outputs(self, tile: Tile, coordinates: Values, weights: list[Values]) -> Values:
        """Outputs ``(K, c, n)``, in the last buffer."""
        count, buffers = len(coordinates), self._buffers(tile.count)
        pre = buffers[0][:count] if not weights else buffers[0][:count, 1:]
        flat = buffers[0].reshape(self.points, -1)[:count]
        np.matmul(coordinates, tile.products, out=flat if not weights else flat[:, tile.count :])
        self.affine[0].function.value(pre, pre, 1.0)
        for number, layer in enumerate(weights, start=1):
            is_last = number == len(weights)
            pre = buffers[number][:count] if is_last else buffers[number][:count, 1:]
            np.matmul(layer.reshape(count, self.widths[number], -1), buffers[number - 1][:count], out=pre)
            self.affine[number].function.value(pre, pre, 1.0)
        if self.squashed and not self.doubled:
            np.multiply(pre, 0.5, out=pre)
            np.add(pre, 0.5, out=pre)
        return pre

    def _cross_entropy(self, rivals: Values) -> Values | None:
        """log1p(Σ_{j≠y} exp(z_j − z_y)) ``(K, n)``; None where that overflows."""
        np.exp(rivals, out=rivals)
        total = rivals[:, 0]
        if rivals.shape[1] > 1:
            total = np.add.reduce(rivals, axis=1)
        return np.asarray(np.log1p(total, out=total)) if np.isfinite(total.max()) else None


def _shifted(rivals: Values) -> Values:
    """The same with the largest exponent taken out first."""
    shift = np.maximum(rivals.max(axis=1), 0)
    total = np.exp(rivals - shift[:, None]).sum(axis=1)
    return np.asarray(shift + np.log1p(total + np.expm1(-shift)))


def _penalty(objective: NetworkObjective, flat: Flat) -> Callable[[Array], Array] | None:
    """The penalty at ``(1, a, b)``; l2's alone is a quadratic form there."""
    penalty = objective.penalty
    if penalty.is_zero:
        return None
    if penalty.l1:
        return lambda coordinates: penalty.value(flat.point(coordinates[:, 1:]))
    vectors = np.vstack([flat.origin[None], flat.directions]) * penalty.weights
    gram = 0.5 * penalty.l2 * (vectors @ vectors.T)
    return lambda coordinates: np.asarray(np.einsum("ki,ij,kj->k", coordinates, gram, coordinates))


def sampler(objective: NetworkObjective, flat: Flat, dtype: Precision = "float32") -> Sampler:
    """Values on ``flat``, to about 1e-6 relative in float32; sums over examples are in float64.

    Raises:
        ValueError: if the flat lies in a space of another dimension.

    """
    if flat.parameters != objective.dimension:
        raise ValueError(
            f"The network has {objective.dimension} parameters, the line or plane {flat.parameters}: they must be equal."
        )
    values = PlaneLoss(objective, flat, dtype)
    each = SLOW.get(objective.network.activation, 0.3)
    widths = values.widths
    work = widths[0] * 0.2 + sum(widths[:-1]) * each + widths[-1] * 1.0
    work += sum(a * b for a, b in pairwise(widths)) * 0.025
    nanoseconds = work * objective.examples * (1 if dtype == "float32" else 3) + 100.0
    points = int(CALL_NANOSECONDS / nanoseconds)
    return Sampler(values, max(1, points if points < values.points else points // values.points * values.points))
