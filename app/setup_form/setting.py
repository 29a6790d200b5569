"""One setting: its field in the form, and what the document becomes when it is changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.document import Document
from app.fields import Field, Value
from engine.experiment import Experiment


@dataclass(frozen=True, eq=False)
class Change:
    """A changed document, and a sentence on what could not be kept (empty where everything was)."""

    document: Document
    sentence: str = ""


@dataclass(frozen=True, eq=False)
class Setting:
    """A field and its meaning. ``change`` is given a value of the field's own type, within its limits."""

    field: Field
    change: Callable[[Value], Change]
    undoable: bool = True
    """Whether undo goes back over it."""

    @property
    def deed(self) -> str:
        """What changing it is called in the list of what can be undone."""
        return self.field.title if self.field.kind == "button" else f"Change {self.field.row or self.field.title}"

    def changed(self, document: Document, value: Value) -> Change:
        """What the document, for which this setting was made, becomes; its own value leaves it as it is.

        Raises:
            ValueError: with a sentence, if the value cannot be taken.

        """
        taken = coerced(self.field, value)
        if taken == self.field.value and self.field.kind != "button":
            return Change(document)
        return self.change(taken)


@dataclass(frozen=True, eq=False)
class Group:
    """Settings under a heading; ``removal`` says what the document becomes without what they are about."""

    key: str
    title: str
    settings: tuple[Setting, ...]
    color: str = ""
    removal: Callable[[], Change] | None = None
    collapsed: bool = False

    @property
    def all_settings(self) -> tuple[Setting, ...]:
        """The settings, and the removal as one more that no field shows."""
        if self.removal is None:
            return self.settings
        remove = self.removal
        button = Field(f"{self.key}.remove", f"Remove {self.title}", "button")
        return (*self.settings, Setting(button, lambda _: remove()))


def of_experiment(document: Document, field: Field, change: Callable[[Value], Experiment]) -> Setting:
    """A setting that changes the experiment and loses nothing."""
    return Setting(field, lambda value: Change(replace(document, experiment=change(value))))


def info(key: str, text: str, title: str = "") -> Setting:
    """Something to read."""

    def refuse(value: Value) -> Change:
        raise ValueError("This is only to be read.")

    return Setting(Field(key, title, "info", text), refuse)


def coerced(field: Field, value: Value) -> Value:
    """The value in the field's own type.

    Raises:
        ValueError: with a sentence, if it is none.

    """
    if field.kind == "number":
        return number(value)
    if field.kind == "integer":
        return _whole(field, value)
    if field.kind == "choice":
        return _chosen(field, value)
    if field.kind == "switch":
        return bool(value)
    return str(value) if field.kind == "text" else value


def number(value: Value) -> float:
    """A finite number, from a number or from text with a decimal point or comma.

    >>> number("1e-3"), number("−0,5")
    (0.001, -0.5)

    """
    text = str(value).strip().replace("−", "-")
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        found = float(text)
    except ValueError:
        raise ValueError(f"“{text}” is not a number: write something like 0.1 or 1e-3.") from None
    if not math.isfinite(found):
        raise ValueError(f"“{text}” is not a finite number: write something like 0.1 or 1e-3.")
    return found


def _whole(field: Field, value: Value) -> int:
    found = number(value)
    if found != int(found) or not field.low <= found <= field.high:
        ends = f"from {field.low:,.0f} to {field.high:,.0f}"
        raise ValueError(f"{field.row or field.title} must be a whole number {ends}, not {found:,g}.")
    return int(found)


def _chosen(field: Field, value: Value) -> str:
    if value not in [choice.value for choice in field.choices]:
        raise ValueError(f"{field.title or field.special} has no choice “{value}”.")
    return str(value)
