"""Data made by a network: its weights are known, so that one can see whether a student finds them (it does not)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.arrays import Array, read_only


@dataclass(frozen=True, eq=False)
class Teacher:
    """A multilayer perceptron with tanh hidden units and linear outputs: ``layers`` widths, ``weights (P,)`` flat.

    The weights are in the order of all networks here: for each layer W ``(out, in)`` row by row, then its biases.
    """

    layers: tuple[int, ...]
    weights: Array

    @staticmethod
    def draw(layers: tuple[int, ...], random: np.random.Generator) -> Teacher:
        """A teacher with W ~ N(0, 4 / fan in) and biases ~ N(0, 1): steep enough to be worth learning."""
        pieces = []
        for before, after in pairwise(layers):
            pieces.append(random.standard_normal(after * before) * 2.0 / np.sqrt(before))
            pieces.append(random.standard_normal(after))
        return Teacher(layers, read_only(np.concatenate(pieces)))

    def answer(self, inputs: Array) -> Array:
        """Its outputs ``(N, c)`` for ``inputs (N, d)``."""
        values, start = inputs, 0
        for before, after in pairwise(self.layers):
            stop = start + after * before
            W, b = self.weights[start:stop].reshape(after, before), self.weights[stop : stop + after]
            values = (np.tanh(values) if start else values) @ W.T + b
            start = stop + after
        return np.asarray(values)


def made_by_teacher(
    settings: Mapping[str, float], teacher: Teacher, random: np.random.Generator
) -> tuple[Array, Array]:
    """Standard normal inputs ``(size, d)`` and the teacher's answers ``(size, c)``."""
    inputs = random.standard_normal((int(settings["size"]), teacher.layers[0]))
    return inputs, teacher.answer(inputs)
