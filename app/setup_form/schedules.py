"""The learning rate: a schedule, its numbers and unit, and its verdict, from the engine's table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from app.fields import Choice, Field, Value
from app.setup_form.parameters import field_of
from engine.parameter import Parameter
from engine.schedules import SCHEDULES, Schedule, ScheduleKind

Changing: TypeAlias = tuple[Field, Callable[[Value], Schedule]]
TIMELESS = ("constant",)
"""Schedules in which no time occurs."""


def kind_of(schedule: Schedule) -> ScheduleKind:
    """The table's entry that a schedule was made by."""
    return next(kind for kind in SCHEDULES.values() if type(schedule) is kind.make)


def rate_settings(
    prefix: str, schedule: Schedule, rates: tuple[float, float], updates_per_epoch: float = 1.0
) -> Iterator[Changing]:
    """The rate, the choice of a schedule, then what this schedule and its tail have to set, and the verdict.

    Args:
        prefix: begins every key.
        schedule: as it is.
        rates: learning rates worth trying with this optimizer.
        updates_per_epoch: of the runs; 1 where an epoch is one update.

    """
    key = f"{prefix}.schedule"
    own = list(_numbers(key, schedule, rates))
    yield from own[:1]
    yield _choice(key, schedule)
    yield from own[1:]
    if kind_of(schedule).name not in TIMELESS and (updates_per_epoch != 1 or schedule.updates_per_epoch != 1):
        yield _unit(key, schedule, updates_per_epoch)
    if updates_per_epoch != 1 or kind_of(schedule).name not in TIMELESS:
        # The conditions are about noisy gradients: of a constant rate on full batches there is nothing to say.
        yield Field(f"{key}.verdict", "", "info", schedule.verdict().sentence), lambda _: schedule


def counted_in(schedule: Schedule, updates_per_epoch: float) -> Schedule:
    """The same schedule with all its times in another unit: its numbers stay, what they count changes."""
    tail = getattr(schedule, "tail", None)
    inner = {} if tail is None else {"tail": counted_in(tail, updates_per_epoch)}
    return _replaced(schedule, updates_per_epoch=updates_per_epoch, **inner)


def _choice(key: str, schedule: Schedule) -> Changing:
    current = kind_of(schedule)
    offered = [kind for kind in SCHEDULES.values() if not kind.drawn or kind is current]
    choices = tuple(Choice(kind.name, kind.title) for kind in offered)
    field = Field(key, "Schedule", "choice", current.name, choices=choices, tip=current.sentence)
    return field, lambda value: _built(str(value), schedule)


def _built(name: str, before: Schedule) -> Schedule:
    """Another schedule at the same rate and in the same unit."""
    rate = _rate(before)
    kept = {} if rate is None else {"rate": rate}
    return SCHEDULES[name].build({**kept, "updates_per_epoch": before.updates_per_epoch})


def _rate(schedule: Schedule) -> float | None:
    tail = getattr(schedule, "tail", None)
    return getattr(schedule, "rate", None) if tail is None else _rate(tail)


def _with_rate(schedule: Schedule, rate: float) -> Schedule:
    """The rate of the innermost schedule: what comes before it goes by it."""
    tail = getattr(schedule, "tail", None)
    return _replaced(schedule, rate=rate) if tail is None else _replaced(schedule, tail=_with_rate(tail, rate))


def _unit(key: str, schedule: Schedule, updates_per_epoch: float) -> Changing:
    choices = (Choice("updates", "Updates"), Choice("epochs", "Epochs"))
    tip = "What the times above count: single updates, or passes through all examples."
    if updates_per_epoch != 1:
        tip += f" An epoch has {updates_per_epoch:,.4g} updates here."
    field = Field(f"{key}.unit", "Times in", "choice", schedule.unit, choices=choices, tip=tip)
    return field, lambda value: counted_in(schedule, updates_per_epoch if value == "epochs" else 1.0)


def _numbers(key: str, schedule: Schedule, rates: tuple[float, float]) -> Iterator[Changing]:
    kind, tail = kind_of(schedule), getattr(schedule, "tail", None)
    for parameter in kind.parameters:
        if parameter.name == "rate":
            rate = _rate(schedule)
            if rate is not None:
                field = replace(field_of(parameter, f"{key}.rate", rate), low=rates[0], high=rates[1])
                yield field, lambda value: _with_rate(schedule, float(value or 0.0))
        elif parameter.name == "tail":
            yield _tail_choice(key, schedule, parameter)
        else:
            yield _number(f"{key}.{parameter.name}", parameter, schedule)
    if tail is not None:
        for field, change in _numbers(f"{key}.tail", tail, rates):
            if not field.key.endswith(".rate"):
                yield field, _within_tail(schedule, change)


def _number(key: str, parameter: Parameter, schedule: Schedule) -> Changing:
    field = field_of(parameter, key, getattr(schedule, parameter.name), schedule.unit if parameter.unit else "")
    return field, lambda value: _replaced(schedule, **{parameter.name: value})


def _within_tail(schedule: Schedule, change: Callable[[Value], Schedule]) -> Callable[[Value], Schedule]:
    return lambda value: _replaced(schedule, tail=change(value))


def _tail_choice(key: str, schedule: Any, parameter: Parameter) -> Changing:
    current = kind_of(schedule.tail).name
    # A warm-up may be followed by a hold, which has a tail of its own; whatever a file brought stays on offer.
    more = ("hold",) if kind_of(schedule).name == "warm_up" else ()
    names = dict.fromkeys((*parameter.choices, *more, current))
    choices = tuple(Choice(name, SCHEDULES[name].title) for name in names)
    field = Field(f"{key}.tail", parameter.title, "choice", current, choices=choices, tip=parameter.sentence)
    return field, lambda value: _replaced(schedule, tail=_built(str(value), schedule.tail))


def _replaced(schedule: Any, **changes: object) -> Schedule:
    changed: Schedule = replace(schedule, **changes)
    return changed
