"""The named formulas, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.formulas.benchmarks import BENCHMARKS
from engine.formulas.curves import CURVES
from engine.formulas.landscapes import LANDSCAPES
from engine.formulas.named import NamedFormula

NAMED: Mapping[str, NamedFormula] = MappingProxyType(
    {entry.name: entry for entry in (*CURVES, *LANDSCAPES, *BENCHMARKS)}
)
"""Every named formula: curves of one parameter, teaching landscapes of two, the field's test functions."""


def named(name: str) -> NamedFormula:
    """One entry of the catalogue.

    Raises:
        ValueError: if there is none of this name.

    >>> import engine
    >>> engine.formulas.named("bowl").text
    'h/2*x^2'
    >>> engine.formulas.named("bowl").sentence
    'A parabola: every method that converges at all converges to its one minimum.'

    """
    if name not in NAMED:
        raise ValueError(f"There is no formula named '{name}': choose one of {', '.join(NAMED)}.")
    return NAMED[name]
