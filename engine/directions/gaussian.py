"""Random planes: zero-mean Gaussian directions, as they are or normalized to the weights."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, Indices
from engine.directions.recipe import Parameterized, generator, plane, point, unit
from engine.objective import Block
from engine.plane import Plane

Biases: TypeAlias = Literal["zero", "with_row"]
LayerBiases: TypeAlias = Literal["zero", "with_weights"]


def random(net: Parameterized, theta: ArrayLike, seed: int = 0) -> Plane:
    """A plane through ``theta (P,)`` along two zero-mean Gaussian directions, each at length 1.

    All directions are equally likely. In a network with rescaled layers its picture depends on the scaling (Li et al. 2018,
    section 4); :func:`filter_normalized` mends that.

    >>> import engine
    >>> net = engine.Network((2, 3, 1))
    >>> plane = engine.directions.random(net, net.initialize(seed=1), seed=0)
    >>> plane.parameters, plane.norms.round(12).tolist()
    (13, [1.0, 1.0])

    """
    origin = point(theta, net.dimension)
    first, second = (unit(draw) for draw in _gaussian_pair(net.dimension, seed))
    sentence = "two random directions, Gaussian with mean zero, each at length 1"
    return plane(origin, first, second, "random", sentence, [("seed", str(seed))])


def filter_normalized(net: Parameterized, theta: ArrayLike, seed: int = 0, biases: Biases = "zero") -> Plane:
    """A plane through ``theta (P,)`` along two Gaussian directions, filter-normalized as in Li et al. 2018, section 4.

    Each *row* of a weight matrix, which is what enters one unit, is scaled to the norm of the same row of θ:
    d[i] ← d[i] · ‖θ[i]‖ / ‖d[i]‖. The axes are not made orthogonal; the recipe reports their angle.

    Args:
        net: a network or its objective; only its blocks are read.
        theta: the point; it is not changed.
        seed: of both directions.
        biases: ``"zero"`` keeps them fixed, as the paper does; ``"with_row"`` treats each as one more entry of its row.

    Raises:
        ValueError: if there are no weight matrices, or if they are zero throughout, so that there is no norm to take over.

    >>> from engine.network import Network
    >>> net = Network(layers=(2, 3, 1), activation="tanh")
    >>> theta = net.initialize(seed=1)
    >>> plane = filter_normalized(net, theta, seed=0)
    >>> W1 = net.blocks[0]
    >>> bool(np.allclose(np.linalg.norm(W1.of(plane.first), axis=1), np.linalg.norm(W1.of(theta), axis=1)))
    True

    """
    _check(biases, ("zero", "with_row"))
    groups = _rows(_layers(net), biases == "with_row")
    words = {"zero": "biases fixed", "with_row": "each bias with its row"}[biases]
    sentence = (
        f"two random Gaussian directions, each row of weights at the norm of its row in θ (Li et al. 2018), {words}"
    )
    return _normalized(net, theta, seed, groups, "filter-normalized", sentence, biases)


def layer_normalized(net: Parameterized, theta: ArrayLike, seed: int = 0, biases: LayerBiases = "zero") -> Plane:
    """As :func:`filter_normalized`, but each layer's whole weight matrix is scaled to its norm in θ, not each row.

    ``biases="with_weights"`` counts a layer's biases to its matrix.

    >>> from engine.network import Network
    >>> net = Network((2, 3, 1))
    >>> first, theta = layer_normalized(net, net.initialize(seed=1)).first, net.initialize(seed=1)
    >>> [bool(np.isclose(np.linalg.norm(W.of(first)), np.linalg.norm(W.of(theta)))) for W in net.blocks[::2]]
    [True, True]

    """
    _check(biases, ("zero", "with_weights"))
    groups = [_flat(layer, biases == "with_weights") for layer in _layers(net)]
    words = {"zero": "biases fixed", "with_weights": "biases with their layer"}[biases]
    sentence = f"two random Gaussian directions, each layer's weights at their norm in θ, {words}"
    return _normalized(net, theta, seed, groups, "layer-normalized", sentence, biases)


def model_normalized(net: Parameterized, theta: ArrayLike, seed: int = 0, biases: LayerBiases = "zero") -> Plane:
    """As :func:`filter_normalized`, but all weights together are scaled to their norm in θ.

    ``biases="with_weights"`` counts the biases to the weights.

    >>> import engine
    >>> net = engine.Network((2, 3, 1))
    >>> theta = net.initialize(seed=1)
    >>> plane = engine.directions.model_normalized(net, theta, biases="with_weights")
    >>> np.allclose(plane.norms, np.linalg.norm(theta))
    True

    """
    _check(biases, ("zero", "with_weights"))
    groups = [np.concatenate([_flat(layer, biases == "with_weights") for layer in _layers(net)])]
    words = {"zero": "biases fixed", "with_weights": "biases with the weights"}[biases]
    sentence = f"two random Gaussian directions, all weights together at their norm in θ, {words}"
    return _normalized(net, theta, seed, groups, "model-normalized", sentence, biases)


Layer: TypeAlias = tuple[Block, Block | None]
"""A weight matrix and its biases."""


def _check(biases: str, allowed: tuple[str, str]) -> None:
    if biases not in allowed:
        raise ValueError(f'Biases can be "{allowed[0]}" or "{allowed[1]}" here, not {biases!r}.')


def _layers(net: Parameterized) -> list[Layer]:
    blocks = net.blocks
    following = (*blocks[1:], None)
    layers = [
        (block, after if after is not None and after.kind == "bias" else None)
        for block, after in zip(blocks, following, strict=True)
        if block.kind == "weight"
    ]
    if not layers:
        raise ValueError("There are no weight matrices to normalize by: choose a random plane without normalization.")
    return layers


def _rows(layers: list[Layer], with_biases: bool) -> list[Indices]:
    """Indices of the parameters of each row of weights."""
    groups = []
    for weight, bias in layers:
        for row, inside in enumerate(np.arange(weight.start, weight.stop).reshape(weight.shape[0], -1)):
            own = [bias.start + row] if with_biases and bias is not None else []
            groups.append(np.append(inside, own).astype(np.intp))
    return groups


def _flat(layer: Layer, with_biases: bool) -> Indices:
    weight, bias = layer
    return np.arange(weight.start, bias.stop if with_biases and bias is not None else weight.stop)


def _gaussian_pair(dimension: int, seed: int) -> tuple[Array, Array]:
    if dimension < 2:
        raise ValueError("One parameter spans no plane: draw a line instead.")
    first, second = generator(seed).standard_normal((2, dimension))
    return first, second


def _normalized(
    net: Parameterized, theta: ArrayLike, seed: int, groups: list[Indices], kind: str, sentence: str, biases: str
) -> Plane:
    origin = point(theta, net.dimension)
    axes = [_at_norms_of(origin, draw, groups) for draw in _gaussian_pair(net.dimension, seed)]
    if not axes[0].any():
        raise ValueError(
            "All weights are zero at this point, so there are no norms to take over: choose a random plane."
        )
    return plane(origin, axes[0], axes[1], kind, sentence, [("seed", str(seed)), ("biases", biases)])


def _at_norms_of(theta: Array, draw: Array, groups: list[Indices]) -> Array:
    direction = np.zeros_like(draw)
    for group in groups:
        direction[group] = draw[group] * (np.linalg.norm(theta[group]) / np.linalg.norm(draw[group]))
    return direction
