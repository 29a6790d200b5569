"""One setting as a person sees it: what can be set, what it is now, and what is wrong with it. Frozen values, no widgets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

Value: TypeAlias = float | int | bool | str | None
FieldKind = Literal["number", "integer", "choice", "switch", "text", "button", "info"]


class Choice(NamedTuple):
    """One of the things to choose from, under a heading where there are many."""

    value: str
    title: str
    group: str = ""


@dataclass(frozen=True)
class Field:
    """One setting as a person sees it."""

    key: str
    title: str
    kind: FieldKind
    value: Value = None
    """A refused text stays here, with its ``error``, until it is mended: nothing typed is lost."""
    low: float = -math.inf
    """For an integer the least allowed; for a number the least worth trying, where its slider begins."""
    high: float = math.inf
    logarithmic: bool = False
    choices: tuple[Choice, ...] = ()
    tip: str = ""
    unit: str = ""
    error: str = ""
    special: str = ""
    """What the lowest number is called ("all examples" for 0); for a choice what stands there while nothing is chosen."""
    row: str = ""
    """Fields with the same row stand side by side under this name."""
    wide: bool = False
    """Whether it needs the whole width, with its title above it."""

    @property
    def has_slider(self) -> bool:
        """Whether there is a range to slide over, and room for it."""
        return self.kind == "number" and not self.row and math.isfinite(self.low) and math.isfinite(self.high)


def within(field: Field, value: float) -> float:
    """A number between the ends of the field's range, where these are hard limits.

    Raises:
        ValueError: if it is outside.

    """
    if not field.low <= value <= field.high:
        raise ValueError(f"{field.title} must be from {field.low:,g} to {field.high:,g}, not {value:,g}.")
    return value
