"""The loss at many points of one line or plane."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array, Sampled
from engine.network.activations import Values
from engine.network.sampling.affine import affine_maps
from engine.network.sampling.heads import Head, heads
from engine.network.sampling.sizes import sizes
from engine.network.sampling.tiles import Tile, Tiles, by_class, whole
from engine.objective import Precision
from engine.plane import Flat

if TYPE_CHECKING:
    from engine.network.objective import NetworkObjective

BY_CLASS = ("cross_entropy", "binary_cross_entropy")


@dataclass(frozen=True, eq=False)
class Weights:
    """The layers after the first at K points, b first; none if there is one layer."""

    hidden: list[Values]
    """(K, outputs, 1 + inputs) each"""
    lasts: list[Values]
    """The last layer, for each kind of tile."""

    def of(self, tile: Tile, block: slice) -> list[Values]:
        """One layer after the other for a block of the points."""
        return [layer[block] for layer in (*self.hidden, *self.lasts[tile.last : tile.last + 1])]


class PlaneLoss:
    """The data loss and the penalty on one flat. Called from several threads; each has its own buffers.

    With classes, a tile's last layer gives z_j − z_y for j ≠ y at once, and the loss is log1p(Σ exp) without masks.
    """

    def __init__(self, objective: NetworkObjective, flat: Flat, precision: Precision) -> None:
        self.dtype, self.examples = np.dtype(precision), objective.examples
        layers, squashed = affine_maps(objective, flat)
        loss = objective.network.loss_function
        classes = objective.data.classes if loss.name in BY_CLASS and not squashed else None
        outputs = layers[-1].outputs
        lasts = (
            [layers[-1].rivals(own) for own in range(outputs if outputs > 2 else 1)]
            if classes is not None
            else layers[-1:]
        )
        self.head, self.careful = heads(loss, classes is not None, squashed)
        self.functions = [layer.function for layer in layers]
        self.widths = [*(layer.outputs for layer in layers[:-1]), lasts[0].outputs]
        self.hidden = [layer.basis.astype(self.dtype) for layer in layers[1:-1]]
        self.lasts = np.stack([last.basis for last in lasts], axis=1).astype(self.dtype)
        self.sizes = sizes(self.widths, self.functions, self.examples, self.dtype)
        longest = self.sizes.examples
        chosen = whole(self.examples, longest) if classes is None else by_class(classes, outputs, longest)
        self.tiles = Tiles(objective, chosen, layers[:1] if len(layers) > 1 else lasts, self.dtype)
        self.penalty = _penalty(objective, flat)
        self.local = threading.local()

    def __call__(self, coordinates: Array) -> Sampled:
        """Values ``(K,)`` at ``coordinates (K, k)``."""
        given = np.asarray(coordinates, dtype=np.float64)
        ones = np.ones((len(given), 1 + given.shape[1]))
        ones[:, 1:] = given
        with np.errstate(all="ignore"):
            sums = self._sums(ones, self.head)
            if self.careful is not None and not np.isfinite(sums).all():
                again = ~np.isfinite(sums)
                sums[again] = self._sums(ones[again], self.careful)
            sums *= 1.0 / self.examples
            if self.penalty is not None:
                sums += self.penalty(ones)
        return sums

    def _sums(self, ones: Array, head: Head) -> Array:
        """Summed losses ``(K,)``."""
        sums = np.empty(len(ones))
        for part in _even(len(ones), self.sizes.points):
            stored = self._stored(ones[part].astype(self.dtype), head)
            head.finish(stored)
            np.add.reduce(stored, axis=-1, dtype=np.float64, out=sums[part])
        sums *= head.factor
        return sums

    def _stored(self, points: Values, head: Head) -> Values:
        """What the head stores for each example at no more points than one call takes, ``(K, N)``."""
        weights, (stored, *_) = self._weights(points), self._buffers()
        stored = stored[: len(points) * self.examples].reshape(len(points), -1)
        for tile in self.tiles:
            most = max(1, self.sizes.numbers // ((1 + max(self.widths)) * tile.count))
            for block in _even(len(points), most):
                outputs = self._outputs(tile, points[block], weights.of(tile, block))
                head.store(outputs, tile, stored[block, tile.place])
        return stored

    def _weights(self, points: Values) -> Weights:
        if len(self.widths) == 1:
            return Weights([], [])
        *hidden, lasts = [
            (points @ basis.reshape(len(basis), -1)).reshape(-1, *basis.shape[1:])
            for basis in (*self.hidden, self.lasts)
        ]
        return Weights(hidden, list(lasts.swapaxes(0, 1)))

    def _buffers(self) -> tuple[Values, Values, Values]:
        """For what the head stores; for two layers in turns."""
        kept = self.local.__dict__
        if "buffers" not in kept:
            kept["buffers"] = tuple(
                np.empty(size, self.dtype) for size in (self.sizes.points * self.examples, *[self.sizes.numbers] * 2)
            )
        found: tuple[Values, Values, Values] = kept["buffers"]
        return found

    def _outputs(self, tile: Tile, points: Values, weights: list[Values]) -> Values:
        """Outputs ``(K, c, n)``, in one of the buffers."""
        before = self._layer(0, tile, len(points))
        first = before.reshape(len(points), -1)
        np.matmul(points, tile.products, out=first[:, tile.count * (len(weights) > 0) :])
        for number, layer in enumerate(weights, start=1):
            self._activate(number - 1, before[:, 1:])
            here = self._layer(number, tile, len(points))
            np.matmul(layer, before, out=here[:, number < len(weights) :])
            before = here
        self._activate(len(weights), before)
        return before

    def _layer(self, number: int, tile: Tile, points: int) -> Values:
        """A buffer ``(K, 1 + outputs, n)`` with a first row of ones, for b; without it for the last layer."""
        is_last = number == len(self.widths) - 1
        shape = (points, self.widths[number] + (not is_last), tile.count)
        buffer = self._buffers()[1 + number % 2]
        rows = buffer[: shape[0] * shape[1] * shape[2]].reshape(shape)
        if not is_last:
            rows[:, 0] = 1.0
        return rows

    def _activate(self, number: int, values: Values) -> None:
        self.functions[number].value(values, values, 1.0)


def _even(count: int, most: int) -> Iterator[slice]:
    """As few parts of at most ``most`` as there can be, of about equal size."""
    parts = -(-count // most)
    for part in range(parts):
        yield slice(count * part // parts, count * (part + 1) // parts)


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
