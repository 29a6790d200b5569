"""The learning rate: a schedule and its numbers, from the engine's table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from app.pictures.form import Choice, Field, Value
from app.settings.parameters import field_of
from engine.parameter import Parameter
from engine.schedules import SCHEDULES, Schedule, ScheduleKind

Changing: TypeAlias = tuple[Field, Callable[[Value], Schedule]]


def kind_of(schedule: Schedule) -> ScheduleKind:
    """The table's entry that a schedule was made by."""
    return next(kind for kind in SCHEDULES.values() if type(schedule) is kind.make)


def rate_settings(prefix: str, schedule: Schedule, rates: tuple[float, float]) -> Iterator[Changing]:
    """The rate, the choice of a schedule, then what this schedule has to set.

    Args:
        prefix: begins every key.
        schedule: as it is.
        rates: learning rates worth trying with this optimizer.

    """
    own = list(_numbers(f"{prefix}.schedule", schedule, rates))
    yield from own[:1]
    yield _choice(f"{prefix}.schedule", schedule)
    yield from own[1:]


def _choice(key: str, schedule: Schedule) -> Changing:
    current = kind_of(schedule)
    offered = [kind for kind in SCHEDULES.values() if not kind.drawn or kind is current]
    choices = tuple(Choice(kind.name, kind.title) for kind in offered)
    tip = f"{current.sentence} {schedule.verdict().sentence}"
    field = Field(key, "Schedule", "choice", current.name, choices=choices, tip=tip)

    def change(value: Value) -> Schedule:
        kept = {"rate": rate} if (rate := _rate(schedule)) is not None else {}
        return SCHEDULES[str(value)].build({**kept, "updates_per_epoch": schedule.updates_per_epoch})

    return field, change


def _rate(schedule: Schedule) -> float | None:
    return getattr(getattr(schedule, "tail", schedule), "rate", None)


def _numbers(key: str, schedule: Schedule, rates: tuple[float, float]) -> Iterator[Changing]:
    kind, tail = kind_of(schedule), getattr(schedule, "tail", None)
    for parameter in kind.parameters:
        if parameter.name == "rate":
            inner = _number(f"{key}.rate", parameter, schedule if tail is None else tail)
            field = replace(inner[0], low=rates[0], high=rates[1])
            yield (field, inner[1]) if tail is None else (field, _within_tail(schedule, inner[1]))
        elif parameter.name == "tail":
            yield _tail_choice(key, schedule, parameter)
        else:
            yield _number(f"{key}.{parameter.name}", parameter, schedule)
    if tail is not None:
        for parameter in kind_of(tail).parameters:
            if parameter.name != "rate":
                field, change = _number(f"{key}.tail.{parameter.name}", parameter, tail)
                yield field, _within_tail(schedule, change)


def _number(key: str, parameter: Parameter, schedule: Schedule) -> Changing:
    field = field_of(parameter, key, getattr(schedule, parameter.name), schedule.unit if parameter.unit else "")
    return field, lambda value: _replaced(schedule, parameter.name, value)


def _within_tail(schedule: Any, change: Callable[[Value], Schedule]) -> Callable[[Value], Schedule]:
    return lambda value: _replaced(schedule, "tail", change(value))


def _tail_choice(key: str, schedule: Any, parameter: Parameter) -> Changing:
    current = kind_of(schedule.tail).name
    choices = tuple(Choice(name, SCHEDULES[name].title) for name in parameter.choices)
    field = Field(f"{key}.tail", parameter.title, "choice", current, choices=choices, tip=parameter.sentence)

    def change(value: Value) -> Schedule:
        return _replaced(schedule, "tail", SCHEDULES[str(value)].build({"rate": _rate(schedule)}))

    return field, change


def _replaced(schedule: Any, name: str, value: object) -> Schedule:
    changed: Schedule = replace(schedule, **{name: value})
    return changed
