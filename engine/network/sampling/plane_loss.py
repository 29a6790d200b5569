"""The loss at many points of one line or plane."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array, Sampled
from engine.network.activations import Values
from engine.network.sampling.affine import affine_maps
from engine.network.sampling.bound import BoundLayers, Layers, Room
from engine.network.sampling.heads import Head, heads
from engine.network.sampling.sizes import ENOUGH, sizes
from engine.network.sampling.tiles import Tiles, by_class, whole
from engine.objective import Precision
from engine.plane import Flat

if TYPE_CHECKING:
    from engine.network.objective import NetworkObjective

KEPT = 16
"""Numbers of points for which a thread's calls are kept: how many points overflow may differ at every call."""


class Bound(threading.local):
    """Each thread's bound layers, by the number of points."""

    def __init__(self) -> None:
        self.made: dict[int, BoundLayers] = {}


class PlaneLoss:
    """The data loss and the penalty on one flat. Called from several threads; each has its own buffers.

    With classes, a tile's last layer gives z_j − z_y for j ≠ y at once, and the loss is log1p(Σ exp) without masks.
    """

    def __init__(self, objective: NetworkObjective, flat: Flat, precision: Precision) -> None:
        self.dtype, self.examples = np.dtype(precision), objective.examples
        layers, squashed = affine_maps(objective, flat)
        loss = objective.network.loss_function
        classes = objective.data.classes if loss.sampled_by_class and not squashed else None
        outputs = layers[-1].outputs
        lasts = [layers[-1].rivals(own) for own in range(max(outputs, 2))] if classes is not None else layers[-1:]
        self.head, self.careful = heads(loss, classes is not None, squashed)
        hidden = [layer.with_one() for layer in layers[:-1]]
        self.layers = Layers.of(hidden, lasts, self.dtype)
        self.sizes = sizes(self.layers.widths, self.layers.functions, self.examples, self.dtype)
        longest = self.sizes.examples
        chosen = list(whole(self.examples, longest) if classes is None else by_class(classes, longest, ENOUGH))
        self.tiles = Tiles(objective, chosen, hidden[:1] or lasts, self.dtype)
        self.block = max(1, self.sizes.numbers // (max(self.layers.widths) * max(tile.count for tile in chosen)))
        self.points = self.block * max(1, round(self.sizes.points / self.block))
        self.room = Room(objective.buffers, self.dtype, self.sizes.numbers)
        self.penalty = _penalty(objective, flat)
        self.bound = Bound()

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
        for part in _even(len(ones), self.points):
            stored = self._stored(ones[part], head)
            head.finish(stored)
            np.add.reduce(stored, axis=-1, dtype=np.float64, out=sums[part])
        sums *= head.factor
        return sums

    def _stored(self, points: Array, head: Head) -> Values:
        """What the head stores for each example at no more points than one call takes, ``(K, N)``."""
        stored, layers = self.room.of("stored", (len(points), self.examples)), self._layers_at(len(points))
        layers.move(points)
        for number, tile in enumerate(self.tiles):
            head.store(layers.outputs(number), tile, stored[:, tile.place])
        return stored

    def _layers_at(self, points: int) -> BoundLayers:
        """This thread's layers for so many points."""
        made = self.bound.made
        if points not in made:
            if len(made) >= KEPT:
                made.clear()
            made[points] = BoundLayers(self.layers, list(self.tiles), list(_even(points, self.block)), self.room)
        return made[points]


def _even(count: int, most: int) -> Iterator[slice]:
    """As few parts of at most ``most`` as there can be: all of one size, and the last one smaller."""
    size = -(-count // -(-count // most))
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


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
