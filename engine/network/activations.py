"""Activation functions with their exact first and second derivatives.

Each works on whole arrays and writes where it is told to, because memory traffic is what a small network's time goes into.
``z`` is the pre-activation, ``a`` the activation. At a kink the derivative is the subgradient 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[Any]
"""float64 in runs, float32 in surfaces."""

LEAK = 0.01
"""Slope of the leaky ReLU on the left (Maas et al. 2013, section 2)."""


@dataclass(frozen=True)
class Activation:
    """One activation function; ``s`` is the steepness, which only the sigmoid has."""

    name: str
    title: str
    sentence: str
    source: str
    value: Callable[[Values, Values, float], None]
    """``value(z, out, s)``; ``out`` may be ``z``."""
    first: Callable[[Values, Values, Values, float], None]
    """``first(z, a, out, s)``: φ'(z)."""
    second: Callable[[Values, Values, float], Values]
    """``second(z, a, s)``: φ''(z)."""
    needs_input: bool = False
    """Whether the derivatives need z itself; otherwise a may overwrite it."""
    is_linear: bool = False
    gives_one: float | None = None
    """A z with φ(z) = 1 to the last bit in any precision, if there is one: the unit that stands for b can then pass through."""


def _sigmoid(z: Values, out: Values, s: float) -> None:
    np.multiply(z, -s, out=out)
    np.exp(out, out=out)
    np.add(out, 1.0, out=out)
    np.reciprocal(out, out=out)


def _sigmoid_first(z: Values, a: Values, out: Values, s: float) -> None:
    np.subtract(1.0, a, out=out)
    np.multiply(out, a, out=out)
    if s != 1.0:
        np.multiply(out, s, out=out)


def _sigmoid_second(z: Values, a: Values, s: float) -> Values:
    return np.asarray(s * s * a * (1.0 - a) * (1.0 - 2.0 * a))


def _tanh(z: Values, out: Values, s: float) -> None:
    np.tanh(z, out=out)


def _tanh_first(z: Values, a: Values, out: Values, s: float) -> None:
    np.multiply(a, a, out=out)
    np.subtract(1.0, out, out=out)


def _tanh_second(z: Values, a: Values, s: float) -> Values:
    return np.asarray(-2.0 * a * (1.0 - a * a))


def _relu(z: Values, out: Values, s: float) -> None:
    np.maximum(z, 0.0, out=out)


def _relu_first(z: Values, a: Values, out: Values, s: float) -> None:
    np.greater(a, 0.0, out=out)


def _leaky_relu(z: Values, out: Values, s: float) -> None:
    np.maximum(z, LEAK * z, out=out)


def _leaky_relu_first(z: Values, a: Values, out: Values, s: float) -> None:
    np.greater(a, 0.0, out=out)
    out += LEAK * (a < 0)


def _softplus(z: Values, out: Values, s: float) -> None:
    rest = np.log1p(np.exp(-np.abs(z)))
    np.maximum(z, 0.0, out=out)
    np.add(out, rest, out=out)


def _softplus_first(z: Values, a: Values, out: Values, s: float) -> None:
    np.negative(a, out=out)
    np.expm1(out, out=out)  # the sigmoid of z is 1 − exp(−softplus(z))
    np.negative(out, out=out)


def _softplus_second(z: Values, a: Values, s: float) -> Values:
    return np.asarray(np.exp(-a) * -np.expm1(-a))  # σ(z) σ(−z), without losing the digits of a small a


def _normal_cumulative(z: Values) -> Values:
    from scipy.special import ndtr

    return np.asarray(ndtr(z))


def _normal_density(z: Values) -> Values:
    return np.asarray(np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi).astype(z.dtype))


def _gelu(z: Values, out: Values, s: float) -> None:
    np.multiply(z, _normal_cumulative(z), out=out)


def _gelu_first(z: Values, a: Values, out: Values, s: float) -> None:
    np.add(_normal_cumulative(z), z * _normal_density(z), out=out)


def _gelu_second(z: Values, a: Values, s: float) -> Values:
    return np.asarray(_normal_density(z) * (2.0 - z * z))


def _sine(z: Values, out: Values, s: float) -> None:
    np.sin(z, out=out)


def _sine_first(z: Values, a: Values, out: Values, s: float) -> None:
    np.cos(z, out=out)


def _sine_second(z: Values, a: Values, s: float) -> Values:
    return np.asarray(-a)


def _linear(z: Values, out: Values, s: float) -> None:
    if out is not z:
        np.copyto(out, z)


def _one(z: Values, a: Values, out: Values, s: float) -> None:
    out.fill(1.0)


def _threshold(z: Values, out: Values, s: float) -> None:
    np.greater(z, 0.0, out=out)


def _no_slope(z: Values, a: Values, out: Values, s: float) -> None:
    out.fill(0.0)


def _no_curvature(z: Values, a: Values, s: float) -> Values:
    return np.zeros_like(a)


_TABLE = (
    Activation(
        "sigmoid",
        "Sigmoid",
        "σ(s·z) = 1/(1 + exp(−s·z)): a smooth step from 0 to 1, as steep as s.",
        "Rumelhart, Hinton & Williams 1986, equation 2",
        _sigmoid,
        _sigmoid_first,
        _sigmoid_second,
    ),
    Activation(
        "tanh",
        "Hyperbolic tangent",
        "tanh z: a smooth step from −1 to 1, steepest at 0.",
        "LeCun, Bottou, Orr & Müller 1998, section 4.4",
        _tanh,
        _tanh_first,
        _tanh_second,
        gives_one=20.0,
    ),
    Activation(
        "relu",
        "ReLU",
        "max(z, 0): zero on the left, the identity on the right.",
        "Nair & Hinton 2010, section 2",
        _relu,
        _relu_first,
        _no_curvature,
        gives_one=1.0,
    ),
    Activation(
        "leaky_relu",
        "Leaky ReLU",
        "max(z, 0.01·z): a ReLU whose left side still has a small slope.",
        "Maas, Hannun & Ng 2013, section 2",
        _leaky_relu,
        _leaky_relu_first,
        _no_curvature,
        gives_one=1.0,
    ),
    Activation(
        "softplus",
        "Softplus",
        "log(1 + exp z): a ReLU without the kink.",
        "Dugas et al. 2001, section 3",
        _softplus,
        _softplus_first,
        _softplus_second,
    ),
    Activation(
        "gelu",
        "GELU",
        "z·Φ(z) with the normal distribution function Φ, exact.",
        "Hendrycks & Gimpel 2016, section 2",
        _gelu,
        _gelu_first,
        _gelu_second,
        needs_input=True,
    ),
    Activation(
        "sine",
        "Sine",
        "sin z: periodic, good at fitting waves.",
        "Sitzmann et al. 2020, section 3",
        _sine,
        _sine_first,
        _sine_second,
        needs_input=True,
    ),
    Activation(
        "linear",
        "Linear",
        "z itself: layers of these are still one linear map.",
        "definition",
        _linear,
        _one,
        _no_curvature,
        is_linear=True,
        gives_one=1.0,
    ),
    Activation(
        "threshold",
        "Threshold",
        "1 where z > 0, else 0: its gradient is zero everywhere, so descent has nothing to follow.",
        "McCulloch & Pitts 1943; Rosenblatt 1958",
        _threshold,
        _no_slope,
        _no_curvature,
        gives_one=1.0,
    ),
)

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType({entry.name: entry for entry in _TABLE})
"""What exists, by name."""

OUTPUTS: Mapping[str, Activation] = MappingProxyType(
    {"identity": ACTIVATIONS["linear"], "sigmoid": ACTIVATIONS["sigmoid"]}
)
"""What may stand after the last layer."""
