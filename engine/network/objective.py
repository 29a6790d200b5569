"""The loss of a network over a set of examples, as an objective of its P parameters."""

from __future__ import annotations

from collections.abc import Generator
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays import Array, Indices, frozen_view
from engine.network import curvature
from engine.network.examples import Examples
from engine.network.model import Network
from engine.network.passes import Workspaces
from engine.network.penalty import Penalty, penalty_of
from engine.network.prediction import decisions, predict, probabilities
from engine.network.regression import closed_form
from engine.network.sampling.buffers import Buffers
from engine.network.sums import Sums
from engine.network.trace import Trace, example_gradients, trace
from engine.objective import Block, Objective, Parts, Precision, Sampler
from engine.plane import Flat

HESSIAN_BYTES = 2 << 20
"""Matrices of one stack of runs that are formed together."""


class NetworkObjective(Objective):
    """Mean loss over the examples plus penalty, at ``points (..., P)``, with exact derivatives.

    It never writes to its arguments and may be used from several threads at once. A run's numbers are the same bits whether
    it is evaluated alone or in a stack. Made by :meth:`engine.network.model.Network.objective`.
    """

    def __init__(self, network: Network, data: Examples, workspaces: Workspaces | None = None) -> None:
        self.network = network
        self.data = data
        self._loss, self._layers = network.loss_function, network.affine
        self._sums = Sums(self._layers, network.functions, network.steepness, self._loss, data, workspaces)

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.network.blocks

    @property
    def dimension(self) -> int:
        return self._layers[-1].stop

    @property
    def examples(self) -> int:
        return self.data.count

    @property
    def has_residuals(self) -> bool:
        return self._loss.has_residuals

    @cached_property
    def penalty(self) -> Penalty:
        """The penalty alone."""
        return penalty_of(self._layers, self.network.l1, self.network.l2)

    @cached_property
    def buffers(self) -> Buffers:
        """What samplers on any line or plane work in."""
        return Buffers()

    # Values and gradients

    def value(self, points: Array) -> Array:
        flat = self._flat(points)
        values = self._sums.values(flat)
        if not self.penalty.is_zero:
            values += self.penalty.value(flat)
        return np.asarray(values.reshape(np.shape(points)[:-1]))

    def parts(self, points: Array) -> Parts:
        flat, shape = self._flat(points), np.shape(points)[:-1]
        return Parts(self._sums.values(flat).reshape(shape), np.asarray(self.penalty.value(flat)).reshape(shape))

    def value_and_gradient(self, points: Array) -> tuple[Array, Array]:
        """F ``(...)`` and its gradient ``(..., P)`` by backpropagation (Rumelhart, Hinton & Williams 1986).

        >>> from types import SimpleNamespace
        >>> xor = SimpleNamespace(inputs=[[0, 0], [0, 1], [1, 0], [1, 1]], targets=[0, 1, 1, 0])
        >>> loss = Network(layers=(2, 2, 2), output="sigmoid").objective(xor)
        >>> value, gradient = loss.value_and_gradient(np.zeros(loss.dimension))
        >>> float(value), gradient.shape
        (0.25, (12,))

        """
        flat = self._flat(points)
        values, gradients = self._sums.slopes(flat)
        if not self.penalty.is_zero:
            values += self.penalty.value(flat)
            gradients += self.penalty.gradient(flat)
        shape = np.shape(points)
        if flat.shape == shape:
            return values, gradients
        return np.asarray(values.reshape(shape[:-1])), gradients.reshape(shape)

    def _flat(self, points: Array) -> Array:
        flat: Array = np.asarray(points, dtype=np.float64)
        if flat.shape[-1:] != (self._layers[-1].stop,):
            raise ValueError(
                f"Points need {self._layers[-1].stop} parameters each as their last axis, not shape {flat.shape}."
            )
        return flat if flat.ndim == 2 else flat.reshape(-1, flat.shape[-1])

    # Curvature

    def hessian(self, points: Array) -> Array:
        return self._drained(points, gauss_newton=False)

    def gauss_newton(self, points: Array) -> Array:
        """JᵀH_L J / N plus the penalty's Hessian ``(..., P, P)``; JᵀJ / N for squared error (Schraudolph 2002)."""
        return self._drained(points, gauss_newton=True)

    def _drained(self, points: Array, gauss_newton: bool) -> Array:
        flat = self._flat(points)
        matrices = np.empty((*flat.shape, flat.shape[-1]))
        each = max(1, HESSIAN_BYTES // (8 * self.dimension**2))
        with np.errstate(all="ignore"):
            for start in range(0, len(flat), each):
                pieces = self._pieces(flat[start : start + each], gauss_newton, own=False)
                while True:
                    try:
                        next(pieces)
                    except StopIteration as end:
                        matrices[start : start + each] = end.value
                        break
        return matrices.reshape((*np.shape(points), flat.shape[-1]))

    def hessian_pieces(self, points: Array, gauss_newton: bool = False) -> Generator[float, None, Array]:
        """The Hessian ``(..., P, P)`` piece by piece: yields the fraction done every few milliseconds, returns the matrix.

        For jobs: ``hessian = yield from …`` or a loop that passes the fractions on. Between two pieces anybody may evaluate
        this objective, on this very thread: the buffers are the generator's own.
        """
        pieces = self._pieces(points, gauss_newton, own=True)
        while True:
            with np.errstate(all="ignore"):  # around each piece, because no context may stay open across a yield
                try:
                    done = next(pieces)
                except StopIteration as end:
                    matrix: Array = end.value
                    return matrix
            yield done

    def _pieces(self, points: Array, gauss_newton: bool, own: bool) -> Generator[float, None, Array]:
        flat = self._flat(points)
        hessian = np.zeros((*flat.shape, flat.shape[-1]))
        tiles = self.data.tiles
        for done, (work, tile) in enumerate(self._sums.loaded(flat, tiles, own)):
            layers = [layer.alone for layer in curvature.linearize(work, tile, self._loss, gauss_newton)]
            outputs = work.stages[-1].after[:, 0].copy()
            yield 0.99 * done / len(tiles)
            for _ in curvature.add_curvature(layers, outputs, tile.targets[0], self._loss, hessian):
                yield 0.99 * done / len(tiles)
        for _ in curvature.finish(hessian, 1.0 / self.data.count):
            yield 0.99
        diagonal = np.arange(self.dimension)
        hessian[:, diagonal, diagonal] += self.penalty.curvature
        return hessian.reshape((*np.shape(points), flat.shape[-1]))

    def hessian_columns(self, point: Array, start: int, stop: int) -> Array:
        """Columns ``start`` to ``stop`` of the Hessian at one ``point (P,)``: ``(P, stop − start)``, by products."""
        unit = np.eye(self.dimension)[start:stop]
        return np.ascontiguousarray(self.hessian_vector_product(np.asarray(point), unit).T)

    def hessian_vector_product(self, points: Array, vectors: Array) -> Array:
        """H v ``(..., P)`` by the R-operator (Pearlmutter 1994), at about the cost of two gradients."""
        return self._product(points, vectors, gauss_newton=False)

    def gauss_newton_product(self, points: Array, vectors: Array) -> Array:
        """(JᵀH_L J / N) v plus the penalty's part ``(..., P)`` (Schraudolph 2002, section 3)."""
        return self._product(points, vectors, gauss_newton=True)

    def _product(self, points: Array, vectors: Array, gauss_newton: bool) -> Array:
        points, vectors = np.asarray(points, dtype=np.float64), np.asarray(vectors, dtype=np.float64)
        shape = np.broadcast_shapes(points.shape, vectors.shape)
        alone = points.size == self.dimension
        flat = points.reshape(1, -1) if alone else self._flat(np.broadcast_to(points, shape))
        given = np.ascontiguousarray(np.broadcast_to(vectors, shape)).reshape(-1, self.dimension)
        result = self.penalty.curvature * given
        for start in range(0, len(given), self._sums.wide):
            part = slice(start, start + self._sums.wide)
            result[part] += self._sums.product(flat if alone else flat[part], given[part], gauss_newton)
        return result.reshape(shape)

    # Parts of the data

    def minibatch(self, indices: Indices) -> NetworkObjective:
        """The same loss on the examples ``indices`` alone; buffers are shared.

        Raises:
            ValueError: if there are none. IndexError, if one does not exist.

        """
        if not len(indices):
            raise ValueError("A batch needs at least one example: its loss is a mean.")
        return NetworkObjective(self.network, self.data.take(indices, self.network.layers), self._sums.workspaces)

    def example(self, index: int) -> NetworkObjective:
        """The loss of one example, as an objective of its own."""
        return self.minibatch(np.array([index], dtype=np.intp))

    # What the network says

    def predict(self, points: Array, inputs: ArrayLike | None = None) -> Array:
        """Outputs ``(..., N, c)`` for ``inputs (N, d)`` (None: the objective's own), after the output function.

        For the cross-entropies these are logits; see :meth:`probabilities`.
        """
        given = self.data.inputs if inputs is None else np.asarray(inputs, dtype=np.float64)
        return predict(self.network, np.asarray(points, dtype=np.float64), given)

    def probabilities(self, points: Array, inputs: ArrayLike | None = None) -> Array:
        """Like :meth:`predict`, but after the softmax or sigmoid that the cross-entropies contain."""
        return probabilities(self.network, self.predict(points, inputs))

    def accuracy(self, points: Array) -> Array:
        """Share ``(...)`` of examples whose class is found; NaN where the targets are values and not classes."""
        return self.watch(points)[1]

    def watch(self, points: Array) -> tuple[Array, Array]:
        flat, shape = self._flat(points), np.shape(points)[:-1]
        if self.data.classes is None:
            return self._sums.values(flat).reshape(shape), np.full(shape, np.nan)
        values, shares = self._sums.scores(flat, lambda outputs: decisions(self.network, outputs))
        return values.reshape(shape), shares.reshape(shape)

    def example_gradients(self, point: Array) -> Array:
        """Gradients ``(N, P)`` of each example's own loss at one ``point (P,)``, penalty included in each."""
        return example_gradients(self, np.asarray(point, dtype=np.float64))

    def trace(self, point: Array, index: int) -> Trace:
        """Everything that the forward and the backward pass compute for example ``index`` at one ``point (P,)``."""
        return trace(self, np.asarray(point, dtype=np.float64), index)

    def closed_form(self) -> Array | None:
        """The minimum θ ``(P,)`` of linear regression by least squares; None for every other network."""
        return closed_form(self.network, self.data.inputs, self.data.targets)

    @property
    def sampling_precision(self) -> Precision:
        return "float64" if self.examples == 1 else "float32"

    def sampler(self, flat: Flat, dtype: Precision = "float32") -> Sampler:
        from engine.network.sampling import sampler  # which runs do not need

        return sampler(self, flat, dtype)

    @property
    def inputs(self) -> NDArray[np.float64]:
        """The examples' inputs ``(N, d)``, read-only."""
        return frozen_view(self.data.inputs)
