"""What the catalogue knows about a named formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.surfaces import Window


@dataclass(frozen=True)
class Constant:
    """A number in a formula that a person can change with a slider."""

    name: str
    default: float
    low: float
    high: float
    sentence: str
    logarithmic: bool = False


@dataclass(frozen=True)
class Stationary:
    """A point where the gradient is zero, for the constants' defaults and the natural order of the parameters."""

    point: tuple[float, ...]
    value: float
    is_global: bool = False
    """No value in the window is lower; where the formula is ``bounded``, none anywhere."""
    is_kink: bool = False
    """The function has no derivative here; the subgradient 0 stands for it."""
    is_degenerate: bool = False
    """The Hessian has an eigenvalue 0, so that it does not tell what kind of point this is."""


@dataclass(frozen=True)
class NamedFormula:
    """A formula of the catalogue with what is known about it and settings that behave.

    ``rates`` holds a learning rate per optimizer (momentum with β = 0.9), ``steps`` how many of gradient descent's tell the
    story. Stationary points need not be all there are; the global minima are all of those in the window.
    """

    name: str
    title: str
    sentence: str
    text: str
    window: Window
    start: tuple[float, ...]
    rates: Mapping[str, float]
    steps: int
    source: str
    constants: tuple[Constant, ...] = ()
    minima: tuple[Stationary, ...] = ()
    saddles: tuple[Stationary, ...] = ()
    maxima: tuple[Stationary, ...] = ()
    bounded: bool = True
    """Whether it has a lower bound: without one, a descent that runs away is right to do so."""

    @property
    def dimension(self) -> int:
        """1 or 2 parameters."""
        return len(self.start)

    @property
    def defaults(self) -> dict[str, float]:
        """Its constants' values to begin with."""
        return {constant.name: constant.default for constant in self.constants}

    @property
    def lowest(self) -> float | None:
        """f*, the lowest value there is; None where none is known or there is no lower bound."""
        values = [each.value for each in self.minima if each.is_global]
        return min(values) if values and self.bounded else None


def rates(gradient_descent: float, momentum: float, saddle_free: float = 1.0) -> Mapping[str, float]:
    """Learning rates per optimizer, read-only."""
    return MappingProxyType({"gradient_descent": gradient_descent, "momentum": momentum, "saddle_free": saddle_free})
