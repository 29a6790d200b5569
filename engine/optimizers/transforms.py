"""Pieces that turn a gradient into a direction, and ``chain``, which makes one piece of several.

A first-order method is a chain of pieces; the step is θ ← θ − α · (what the last piece returns). R runs, P parameters:
vectors ``(R, P)``, settings ``(R, 1)``. Composition as in optax: each piece keeps its own state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.arrays import Array
from engine.optimizers.method import State


class Transform(Protocol):
    """A pair of pure functions from vectors ``(R, P)`` to vectors ``(R, P)``."""

    def init(self, points: Array) -> State:
        """The state before the first step, at ``points (R, P)``."""

    def update(self, vectors: Array, state: State, points: Array) -> tuple[Array, State]:
        """The vectors handed on ``(R, P)`` and the next state."""


@dataclass(frozen=True, eq=False)
class Chain:
    """Pieces one after the other; no pieces at all hand the gradient on as it is."""

    pieces: tuple[Transform, ...]

    def init(self, points: Array) -> State:
        return tuple(piece.init(points) for piece in self.pieces)

    def update(self, vectors: Array, state: State, points: Array) -> tuple[Array, State]:
        if not self.pieces:
            return vectors, state
        after = []
        for piece, before in zip(self.pieces, state, strict=True):
            vectors, kept = piece.update(vectors, before, points)
            after.append(kept)
        return vectors, tuple(after)

    def overwrite(self, vectors: Array, state: State, points: Array) -> tuple[Array, State]:
        """As :meth:`update`, to the bit; ``state`` may be written into."""
        after = []
        for piece, before in zip(self.pieces, state, strict=True):
            step = piece.overwrite if isinstance(piece, Velocity) else piece.update
            vectors, kept = step(vectors, before, points)
            after.append(kept)
        return vectors, tuple(after)


def chain(*pieces: Transform) -> Chain:
    """One piece that applies ``pieces`` from left to right."""
    return Chain(pieces)


@dataclass(frozen=True, eq=False)
class Stateless:
    """A piece that keeps nothing: a function of vectors and points."""

    function: Callable[[Array, Array], Array]

    def init(self, points: Array) -> State:
        return ()

    def update(self, vectors: Array, state: State, points: Array) -> tuple[Array, State]:
        return self.function(vectors, points), ()


def shortened_to(vectors: Array, largest: Array) -> Array:
    """``vectors (R, P)`` with Euclidean norms of at most ``largest (R, 1)``."""
    # Dividing by the largest entry first keeps the squares of huge gradients finite.
    scale = np.max(np.abs(vectors), axis=-1, keepdims=True)
    norms = scale * np.linalg.norm(vectors / np.where(scale > 0, scale, 1.0), axis=-1, keepdims=True)
    return np.asarray(np.where(norms > largest, vectors * (largest / np.where(norms > 0, norms, 1.0)), vectors))


def add_decayed_weights(decay: Array) -> Stateless:
    """Add λθ: decoupled weight decay (Loshchilov and Hutter 2019), as the step becomes θ ← (1 − αλ)θ − α · direction."""
    return Stateless(lambda vectors, points: vectors + decay * points)


@dataclass(frozen=True, eq=False)
class Velocity:
    """V ← g + βv; hands on v, or g + βv where Nesterov looks ahead.

    Sources: Polyak (1964); Sutskever et al. (2013) in the form of PyTorch's ``SGD`` with dampening 0.
    """

    beta: Array
    look_ahead: bool = False

    def init(self, points: Array) -> State:
        return (np.zeros_like(points),)

    def update(self, vectors: Array, state: State, points: Array) -> tuple[Array, State]:
        velocity = vectors + self.beta * state[0]
        return self._direction(vectors, velocity), (velocity,)

    def overwrite(self, vectors: Array, state: State, points: Array) -> tuple[Array, State]:
        """As :meth:`update`, to the bit, into the velocity's own array."""
        (velocity,) = state
        np.multiply(self.beta, velocity, out=velocity)
        np.add(vectors, velocity, out=velocity)
        return self._direction(vectors, velocity), state

    def _direction(self, vectors: Array, velocity: Array) -> Array:
        return vectors + self.beta * velocity if self.look_ahead else velocity


@dataclass(frozen=True, eq=False)
class SignOfAverage:
    """Sign(β₁m + (1 − β₁)g), then m ← β₂m + (1 − β₂)g (Chen et al. 2023, Symbolic discovery, algorithm 2)."""

    beta1: Array
    beta2: Array

    def init(self, points: Array) -> State:
        return (np.zeros_like(points),)

    def update(self, vectors: Array, state: State, points: Array) -> tuple[Array, State]:
        (average,) = state
        direction = np.sign(self.beta1 * average + (1 - self.beta1) * vectors)
        return direction, (self.beta2 * average + (1 - self.beta2) * vectors,)
