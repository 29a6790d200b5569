"""Starting weights: how they are drawn, layer by layer from one seeded stream; biases start at 0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from engine.arrays import Array
from engine.network.layers import Layer


@dataclass(frozen=True)
class Scheme:
    """One way to draw a layer's W ``(outputs, inputs)``; ``uses_scale`` says whether ``scale`` means anything to it."""

    name: str
    title: str
    sentence: str
    source: str
    draw: Callable[[np.random.Generator, Layer, float], Array]
    uses_scale: bool = False


def _normal(deviation: Callable[[Layer, float], float]) -> Callable[[np.random.Generator, Layer, float], Array]:
    def draw(random: np.random.Generator, layer: Layer, scale: float) -> Array:
        return random.normal(size=(layer.outputs, layer.inputs)) * deviation(layer, scale)

    return draw


def _xavier_uniform(random: np.random.Generator, layer: Layer, scale: float) -> Array:
    bound = np.sqrt(6.0 / (layer.inputs + layer.outputs))
    return np.asarray(random.uniform(-bound, bound, size=(layer.outputs, layer.inputs)))


def _constant(random: np.random.Generator, layer: Layer, scale: float) -> Array:
    return np.full((layer.outputs, layer.inputs), scale)


def _zeros(random: np.random.Generator, layer: Layer, scale: float) -> Array:
    return np.zeros((layer.outputs, layer.inputs))


_TABLE = (
    Scheme(
        "xavier",
        "Xavier, normal",
        "N(0, 2/(fan in + fan out)): signals keep their size forwards and backwards.",
        "Glorot & Bengio 2010, equation 12",
        _normal(lambda layer, scale: float(np.sqrt(2.0 / (layer.inputs + layer.outputs)))),
    ),
    Scheme(
        "xavier_uniform",
        "Xavier, uniform",
        "Uniform between ±√(6/(fan in + fan out)): the same variance as Xavier's normal.",
        "Glorot & Bengio 2010, equation 16",
        _xavier_uniform,
    ),
    Scheme(
        "he",
        "He",
        "N(0, 2/fan in): made for ReLU, which passes on half of its input.",
        "He et al. 2015, equation 10",
        _normal(lambda layer, scale: float(np.sqrt(2.0 / layer.inputs))),
    ),
    Scheme(
        "lecun",
        "LeCun",
        "N(0, 1/fan in): signals keep their size forwards.",
        "LeCun, Bottou, Orr & Müller 1998, equation 16",
        _normal(lambda layer, scale: float(np.sqrt(1.0 / layer.inputs))),
    ),
    Scheme(
        "normal",
        "Normal",
        "N(0, scale²) for every weight.",
        "definition",
        _normal(lambda layer, scale: scale),
        uses_scale=True,
    ),
    Scheme(
        "zeros", "Zeros", "Every weight 0: nothing flows backwards through the hidden layers.", "definition", _zeros
    ),
    Scheme(
        "constant",
        "One constant",
        "Every weight the same: hidden units of a layer get equal gradients and never separate.",
        "Rumelhart, Hinton & Williams 1986, page 534",
        _constant,
        uses_scale=True,
    ),
)

SCHEMES: Mapping[str, Scheme] = MappingProxyType({scheme.name: scheme for scheme in _TABLE})
"""What exists, by name."""


def draw(layers: tuple[Layer, ...], seed: int, scheme: str, scale: float) -> Array:
    """A parameter vector ``(P,)``: weights of one layer after the other from ``default_rng(seed)``, biases 0.

    Raises:
        ValueError: if there is no such scheme, or the seed is not a whole number from 0 upward.

    """
    if seed < 0 or int(seed) != seed:
        raise ValueError(f"A seed is a whole number from 0 upward, not {seed}.")
    if scheme not in SCHEMES:
        raise ValueError(f"There is no initialization “{scheme}”: choose one of {', '.join(SCHEMES)}.")
    random = np.random.default_rng(seed)
    point = np.zeros(layers[-1].stop)
    for layer in layers:
        point[layer.start : layer.bias] = SCHEMES[scheme].draw(random, layer, scale).ravel()
    return point
