"""Permutation symmetry of multilayer perceptrons: swapping hidden units changes the weights and not the function.

Parameters are in PyTorch's order for ``nn.Sequential(nn.Linear, …)``: for each layer W ``(out, in)`` row by row, then b. A
network is described here by its layer ``widths``, such as (64, 16, 16, 10). Points are ``(..., P)``. Reordering the units of a
hidden layer reorders the rows of its W and b and the columns of the next W. With an odd activation (tanh, sine, linear) turning
the signs of one unit's incoming and outgoing weights changes nothing either (Hecht-Nielsen 1990; Sussmann 1992).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import factorial, prod

import numpy as np
from numpy.typing import ArrayLike

from engine.analysis.wording import count
from engine.arrays import Array, Indices

Widths = tuple[int, ...]
ODD_ACTIVATIONS = frozenset({"tanh", "sine", "linear"})


def parameter_count(widths: Widths) -> int:
    """P of a network with these layer widths.

    >>> parameter_count((64, 16, 16, 10))
    1482

    """
    return sum((before + 1) * after for before, after in pairwise(widths))


def layers(widths: Widths, points: Array) -> list[tuple[Array, Array]]:
    """Weights ``(..., out, in)`` and biases ``(..., out)`` of each layer, as views of ``points (..., P)``.

    Raises:
        ValueError: if P does not fit the widths.

    >>> [(weights.shape, biases.shape) for weights, biases in layers((2, 3, 1), np.zeros(13))]
    [((3, 2), (3,)), ((1, 3), (1,))]

    """
    if points.shape[-1] != parameter_count(widths):
        raise ValueError(
            f"Layers {'-'.join(map(str, widths))} have {parameter_count(widths):,} parameters, the points {points.shape[-1]:,}."
        )
    found, start = [], 0
    for before, after in pairwise(widths):
        middle, stop = start + before * after, start + (before + 1) * after
        found.append((points[..., start:middle].reshape(*points.shape[:-1], after, before), points[..., middle:stop]))
        start = stop
    return found


def permute(widths: Widths, points: ArrayLike, permutations: Sequence[ArrayLike]) -> Array:
    """Reorder hidden units: unit i of hidden layer l becomes what unit ``permutations[l][i]`` was. Returns new points.

    Raises:
        ValueError: if there is not one permutation of the right length for each hidden layer.

    >>> permute((1, 3, 1), np.arange(10.0), [[2, 0, 1]])
    array([2., 0., 1., 5., 3., 4., 8., 6., 7., 9.])

    """
    result = np.array(points, dtype=np.float64)
    orders = _checked(widths, permutations)
    pieces = layers(widths, result)
    for (weights, biases), order in zip(pieces[:-1], orders, strict=True):
        weights[...] = weights[..., order, :]
        biases[...] = biases[..., order]
    for (weights, _), order in zip(pieces[1:], orders, strict=True):
        weights[...] = weights[..., :, order]
    return result


def _checked(widths: Widths, permutations: Sequence[ArrayLike]) -> list[Indices]:
    orders = [np.asarray(order, dtype=np.intp) for order in permutations]
    hidden = widths[1:-1]
    fits = len(orders) == len(hidden) and all(
        np.array_equal(np.sort(order), np.arange(units)) for order, units in zip(orders, hidden, strict=True)
    )
    if not fits:
        raise ValueError(f"Give one permutation for each hidden layer; their widths are {', '.join(map(str, hidden))}.")
    return orders


def swap_units(widths: Widths, points: ArrayLike, layer: int, first: int, second: int) -> Array:
    """Swap two units of hidden layer ``layer`` (0 is the first hidden layer): another point, the same function.

    >>> swap_units((1, 2, 1), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], layer=0, first=0, second=1)
    array([2., 1., 4., 3., 6., 5., 7.])

    """
    hidden = widths[1:-1]
    if not (0 <= layer < len(hidden) and 0 <= first < hidden[layer] and 0 <= second < hidden[layer]):
        raise ValueError("There is no such pair of hidden units: choose two units of one hidden layer.")
    orders = [np.arange(units) for units in hidden]
    orders[layer][[first, second]] = second, first
    return permute(widths, points, orders)


def flip_unit(widths: Widths, points: ArrayLike, layer: int, unit: int) -> Array:
    """Turn the signs of one hidden unit's incoming weights, bias and outgoing weights: the same function if it is odd.

    >>> flip_unit((1, 2, 1), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], layer=0, unit=1)
    array([ 1., -2.,  3., -4.,  5., -6.,  7.])

    """
    if not (0 <= layer < len(widths) - 2 and 0 <= unit < widths[layer + 1]):
        raise ValueError("There is no such hidden unit: choose one of a hidden layer.")
    result = np.array(points, dtype=np.float64)
    pieces = layers(widths, result)
    incoming, bias = pieces[layer]
    incoming[..., unit, :] *= -1.0
    bias[..., unit] *= -1.0
    pieces[layer + 1][0][..., :, unit] *= -1.0
    return result


@dataclass(frozen=True)
class Twins:
    """How many points share one function by symmetry alone."""

    hidden: tuple[int, ...]
    flips: bool
    """Whether the activation is odd, so that signs can be turned as well."""

    @property
    def number(self) -> int:
        """Π h! over hidden layers, times 2^h each where signs can be turned."""
        return prod(factorial(units) * (2**units if self.flips else 1) for units in self.hidden)

    @property
    def sentence(self) -> str:
        """The number in words."""
        if not self.hidden:
            return "Without hidden units there is nothing to permute."
        formula = "·".join(f"{units}!" for units in self.hidden)
        if self.flips:
            formula += f"·2^{sum(self.hidden)}"
        exact = count(self.number) if self.number < 10**15 else f"about 10^{len(str(self.number)) - 1}"
        kinds = "permuting hidden units" + (" and turning their signs" if self.flips else "")
        return f"{formula} = {exact} points of this space are the same function, by {kinds}."


def twins(widths: Widths, activation: str = "sigmoid") -> Twins:
    """Count the twins of a generic point: 8!·8! for two hidden layers of 8.

    >>> twins((2, 8, 8, 2)).number
    1625702400

    """
    return Twins(tuple(widths[1:-1]), activation in ODD_ACTIVATIONS)
