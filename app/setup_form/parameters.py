"""From the catalogues' parameters to fields: one rule for optimizers, schedules and datasets."""

from __future__ import annotations

from app.fields import Choice, Field, Value
from engine.parameter import Parameter


def field_of(parameter: Parameter, key: str, value: Value, unit: str | None = None) -> Field:
    """The field for a setting of a catalogue: a choice, a switch or a number by what its default is."""
    tip, title = parameter.sentence, parameter.title
    if parameter.choices:
        choices = tuple(Choice(name, in_words(name)) for name in parameter.choices)
        return Field(key, title, "choice", value, choices=choices, tip=tip)
    if isinstance(parameter.default, bool):
        return Field(key, title, "switch", bool(value), tip=tip)
    return Field(
        key,
        title,
        "number",
        float(value or 0.0),
        parameter.low,
        parameter.high,
        parameter.logarithmic,
        tip=tip,
        unit=parameter.unit if unit is None else unit,
    )


def in_words(name: str) -> str:
    """A name of a choice as a person reads it.

    >>> in_words("strong_wolfe")
    'Strong wolfe'

    """
    return name.replace("_", " ").capitalize()
