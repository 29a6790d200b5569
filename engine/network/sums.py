"""Sums over the examples: losses, gradients and Hessian-vector products of many runs, on several threads where it pays.

A call is cut into stacks of runs and into the parts that the examples lie in. Every stack and part is summed by one thread in
one order, and the parts are added in theirs: the bits depend on neither the number of threads nor the other runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import product as pairs
from typing import TypeAlias, TypeVar

import numpy as np

from engine.arrays import Array, Indices
from engine.network import products
from engine.network.activations import Activation
from engine.network.examples import Examples, Tiles
from engine.network.layers import Layer, columns
from engine.network.loss import Loss
from engine.network.passes import Workspace, Workspaces
from engine.network.stages import Places, places
from engine.parallel import processors, spread

STACK_BYTES, SHARED_BYTES = 1 << 20, 4 << 20
"""Buffers of one stack of runs and one block of examples (of one tile with its inputs, where these lie by example); more runs
are taken in several stacks. One thread is quickest where everything stays in its cache, several where calls are long: who waits
for the interpreter between two of them sleeps longer than a short one lasts."""
KEPT_BYTES = 32 << 20
"""A linearization up to this size is kept for further products at the same points, as in Lanczos or Newton–CG."""
WORTH_THREADS = 60_000_000
"""Multiplications of a call (about 0.3 ms) from which on several threads take less time than one."""
ACTIVATION = 60
"""One unit's function, its derivative and what comes with them in memory take about as long as this many multiplications."""

Part: TypeAlias = tuple[Tiles, ...]
R = TypeVar("R")


class Sums:
    """What a network's layers and its loss add up to over ``data``; may be used from several threads at once."""

    def __init__(
        self,
        layers: tuple[Layer, ...],
        functions: tuple[Activation, ...],
        steepness: float,
        loss: Loss,
        data: Examples,
        workspaces: Workspaces | None = None,
    ) -> None:
        self.data = data
        self._layers, self._loss = layers, loss
        self.workspaces = workspaces or Workspaces(lambda shape: Workspace(layers, functions, steepness, shape))

    @cached_property
    def stack(self) -> int:
        """Runs per stack on one thread."""
        return self._fitting(STACK_BYTES)

    @cached_property
    def wide(self) -> int:
        """Runs per stack, or vectors, where calls are to be long: where threads share them out, and in products."""
        return self._fitting(SHARED_BYTES)

    def _fitting(self, size: int) -> int:
        data = self.data
        examples = data.width * (1 if data.by_example else min(data.together, max(1, data.count // data.width)))
        numbers = 2 * sum(columns(one.outputs) for one in self._layers) * examples + 4 * self._layers[-1].stop
        inputs = data.width * columns(self._layers[0].inputs) if data.by_example else 0
        return max(1, (size // 8 - inputs) // numbers)

    @cached_property
    def _places(self) -> Places:
        return places(self._layers)

    @cached_property
    def _work(self) -> int:
        """One run's gradient, in multiplications."""
        units = sum(3 * one.outputs * (1 + one.inputs) + ACTIVATION * one.outputs for one in self._layers)
        return self.data.count * units

    @cached_property
    def _quick(self) -> int:
        """Up to so many runs are one stack for one thread."""
        return min(self.stack, (WORTH_THREADS - 1) // self._work)

    @cached_property
    def _share(self) -> Array:
        """1 / N, as an array: a product with a number takes half as long again."""
        return np.array(1.0 / self.data.count)

    @cached_property
    def _single(self) -> Tiles | None:
        """All examples, where they are one tile."""
        parts = self.data.parts
        return parts[0][0] if len(parts) == len(parts[0]) == parts[0][0].number == 1 else None

    def threads(self, runs: int) -> int:
        """How many threads a call for so many runs is worth."""
        return processors() if self._work * runs >= WORTH_THREADS else 1

    def loaded(self, flat: Array, blocks: Sequence[Tiles], own: bool = False) -> Iterator[tuple[Workspace, Tiles]]:
        """Workspaces at the points ``flat (K, P)``, block by block; ``own`` ones that no other call can touch."""
        last: Workspace | None = None
        for block in blocks:
            shape = (len(flat), block.number, block.count, self.data.width)
            work = self.workspaces.build(shape) if own else self.workspaces.get(shape)
            if work is not last:
                work.load(flat)
                last = work
            yield work, block

    def _at(self, flat: Array, block: Tiles) -> Workspace:
        work = self.workspaces.get((len(flat), block.number, block.count, self.data.width))
        work.load(flat)
        return work

    # Losses and gradients

    def values(self, flat: Array) -> Array:
        """Mean losses ``(K,)``: the same bits as beside a gradient."""
        single, runs = self._single, len(flat)
        if single is not None and runs <= self._quick:
            with np.errstate(all="ignore"):
                values = self._at(flat, single).value(single, self._loss)
        else:
            values = np.empty(runs)
            for rows, found in self._over_parts(flat, self._part_values):
                values[rows] = _added(found)
        values *= 1.0 / self.data.count
        return values

    def scores(self, flat: Array, decide: Callable[[Array], Indices]) -> tuple[Array, Array]:
        """Mean losses ``(K,)``, and the shares ``(K,)`` of examples whose class ``decide`` finds in ``(…, n, c)`` outputs."""
        values, right = np.empty(len(flat)), np.empty(len(flat))
        for rows, found in self._over_parts(flat, lambda runs, part: self._part_scores(runs, part, decide)):
            values[rows] = _added([value for value, _ in found])
            right[rows] = _added([count for _, count in found])
        values *= 1.0 / self.data.count
        return values, right / self.data.count

    def slopes(self, flat: Array) -> tuple[Array, Array]:
        """Mean losses ``(K,)`` and their gradients ``(K, P)``."""
        single, runs, share = self._single, len(flat), self._share
        if single is not None and runs <= self._quick:
            with np.errstate(all="ignore"):
                work = self._at(flat, single)
                values, gradients = work.slope(single, self._loss), work.collected()
        else:
            values, gradients = np.empty(runs), np.empty(flat.shape)
            for rows, found in self._over_parts(flat, self._part_slopes):
                values[rows] = _added([value for value, _ in found])
                gradients[rows] = _added([gradient for _, gradient in found])
        np.multiply(values, share, values)
        np.multiply(gradients, share, gradients)
        return values, gradients

    def _over_parts(self, flat: Array, each: Callable[[Array, Part], R]) -> Iterator[tuple[slice, list[R]]]:
        """For each stack of runs what ``each`` finds in the parts."""
        threads, runs, parts = self.threads(len(flat)), len(flat), self.data.parts
        most = max(1, min(self.wide if threads > 1 else self.stack, -(-runs // threads)))
        # As many in each: a stack of another size would need buffers of its own.
        height = -(-runs // max(1, -(-runs // most))) or 1
        stacks = [slice(start, start + height) for start in range(0, runs, height)]

        def one(given: tuple[slice, Part]) -> R:
            with np.errstate(all="ignore"):  # every thread has its own
                return each(flat[given[0]], given[1])

        found = spread(one, list(pairs(stacks, parts)), threads)
        for number, rows in enumerate(stacks):
            yield rows, found[number * len(parts) : (number + 1) * len(parts)]

    def _part_values(self, flat: Array, part: Part) -> Array:
        return _added([work.value(block, self._loss) for work, block in self.loaded(flat, part)])

    def _part_scores(self, flat: Array, part: Part, decide: Callable[[Array], Indices]) -> tuple[Array, Array]:
        values: list[Array] = []
        right: list[Array] = []
        for work, block in self.loaded(flat, part):
            values.append(work.value(block, self._loss))
            found = decide(work.stages[-1].after.swapaxes(-1, -2))
            right.append(np.asarray(np.sum(found == block.classes, axis=(-2, -1), dtype=np.float64)))
        return _added(values), _added(right)

    def _part_slopes(self, flat: Array, part: Part) -> tuple[Array, Array]:
        if part[0] is self._single:
            work = self._at(flat, part[0])
            return work.slope(part[0], self._loss), work.collected()
        values: list[Array] = []
        sums = np.zeros((len(flat), self._places.starts[-1]))
        for work, block in self.loaded(flat, part):
            values.append(work.slope(block, self._loss))
            work.add_products(sums)
        return _added(values), sums.take(self._places.gradient, 1, None, "clip")

    # Products

    def product(self, flat: Array, vectors: Array, gauss_newton: bool) -> Array:
        """Mean H v or G v ``(M, P)`` at ``flat (M or 1, P)`` along ``vectors (M, P)``, M up to ``wide``."""
        laid, given = products.directions(flat, self._layers), products.directions(vectors, self._layers)
        kept = self._kept(flat, gauss_newton) if self._bytes * len(flat) <= KEPT_BYTES else None

        def one(number: int) -> Array:
            with np.errstate(all="ignore"):
                at = self._tangents(flat, self.data.parts[number], gauss_newton) if kept is None else kept[number]
                found = [products.product(tangent, laid, given, gauss_newton) for tangent in at]
                sums = tuple(_added(list(layer)) for layer in zip(*found, strict=True))
                return products.flattened(sums, self._layers)

        return _added(spread(one, range(len(self.data.parts)), self.threads(len(vectors)))) / self.data.count

    @cached_property
    def _bytes(self) -> int:
        """What a linearization of one run takes."""
        return self.data.count * sum(8 * (4 * one.outputs + 2 * columns(one.outputs)) for one in self._layers)

    def _tangents(self, flat: Array, part: Part, gauss_newton: bool) -> Iterator[products.Tangent]:
        for work, block in self.loaded(flat, part):
            yield products.tangent(work, block, self._loss, gauss_newton)

    def _kept(self, flat: Array, gauss_newton: bool) -> list[list[products.Tangent]]:
        """All parts linearized at ``flat (K, P)``, kept for the next product at the same points."""
        kept = self._linearized.__dict__
        if kept.get("gauss_newton") != gauss_newton or not np.array_equal(kept["points"], flat):
            kept.clear()

            def one(part: Part) -> list[products.Tangent]:
                with np.errstate(all="ignore"):
                    return list(self._tangents(flat, part, gauss_newton))

            parts = spread(one, self.data.parts, self.threads(len(flat)))
            kept.update(points=flat.copy(), gauss_newton=gauss_newton, parts=parts)
        found: list[list[products.Tangent]] = kept["parts"]
        return found

    @cached_property
    def _linearized(self) -> threading.local:
        """What each thread linearized last."""
        return threading.local()


def _added(parts: list[Array]) -> Array:
    """The sum of the parts, from the first to the last; the first is overwritten."""
    total = parts[0]
    for part in parts[1:]:
        total += part
    return total
