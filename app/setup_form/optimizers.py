"""The optimizers: one group each, built from the engine's table and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from app.document import Document
from app.fields import Choice, Field, Value
from app.pictures.legend import theme_of
from app.setup_form.parameters import field_of
from app.setup_form.runs import updates_per_epoch
from app.setup_form.schedules import rate_settings
from app.setup_form.setting import Change, Group, Setting
from engine.experiment import Experiment
from engine.formulas import NAMED
from engine.optimizers import KINDS, Kind, Optimizer
from engine.optimizers.settings import configured
from engine.problem import FormulaProblem, Problem
from engine.schedules import Schedule

MOST_OPTIMIZERS = 8
"""As many as there are colors to tell them apart."""


def optimizer_groups(document: Document) -> tuple[Group, ...]:
    """A group for each optimizer in its color, then a way to add one."""
    optimizers = document.experiment.optimizers
    groups = tuple(_group(document, index, optimizer) for index, optimizer in enumerate(optimizers))
    return (*groups, _adder(document)) if len(optimizers) < MOST_OPTIMIZERS else groups


def _group(document: Document, index: int, optimizer: Optimizer) -> Group:
    kind, key = KINDS[optimizer.kind], f"optimizer.{index}"
    per_epoch = updates_per_epoch(document.experiment)

    def setting(field: Field, change: Callable[[Value], Optimizer]) -> Setting:
        return Setting(field, lambda value: _with(document, index, change(value)))

    def schedule(field: Field, change: Callable[[Value], Schedule]) -> Setting:
        return setting(field, lambda value: replace(optimizer, schedule=change(value)))

    settings = [
        setting(_kind_field(document, key, kind), lambda value: _replaced(document, optimizer, str(value))),
        *(schedule(*entry) for entry in rate_settings(key, optimizer.schedule, kind.rate_range, per_epoch)),
    ]
    settings += [setting(*entry) for entry in _own_settings(key, kind, optimizer)]
    if kind.clips:
        settings.append(setting(_clip_field(key, optimizer), lambda value: clipped(optimizer, float(value or 0.0))))
    removal = (lambda: _without(document, index)) if len(document.experiment.optimizers) > 1 else None
    return Group(key, kind.title, tuple(settings), theme_of(document).run(index), removal)


def _own_settings(key: str, kind: Kind, optimizer: Optimizer) -> Iterator[tuple[Field, Callable[[Value], Optimizer]]]:
    values = dict(optimizer.settings)
    for parameter in kind.parameters:
        field = field_of(parameter, f"{key}.{parameter.name}", values.get(parameter.name, parameter.default))
        yield field, partial(changed_setting, optimizer, parameter.name)


def _kind_field(document: Document, key: str, kind: Kind) -> Field:
    return Field(
        f"{key}.kind",
        "Method",
        "choice",
        kind.name,
        choices=_kinds(document.experiment.problem, kind),
        tip=kind.sentence,
    )


def _kinds(problem: Problem, current: Kind | None = None) -> tuple[Choice, ...]:
    """Kinds by family; those that need residuals only where there are some."""
    fitting = [
        kind
        for kind in KINDS.values()
        if kind is current or not (kind.needs_residuals and isinstance(problem, FormulaProblem))
    ]
    fitting.sort(key=lambda kind: [each.family for each in KINDS.values()].index(kind.family))
    return tuple(Choice(kind.name, kind.title, kind.family[0].upper() + kind.family[1:]) for kind in fitting)


def _clip_field(key: str, optimizer: Optimizer) -> Field:
    return Field(
        f"{key}.clip",
        "Clip gradient",
        "number",
        optimizer.clip or 0.0,
        0.0,
        100.0,
        logarithmic=True,
        tip="Longer gradients are shortened to this length; 0: no clipping.",
        special="off",
    )


def clipped(optimizer: Optimizer, length: float) -> Optimizer:
    """The optimizer with another largest gradient; 0: none.

    Raises:
        ValueError: if it is negative.

    """
    if length == 0:
        return replace(optimizer, clip=None)
    return configured(KINDS[optimizer.kind], optimizer.schedule, length, **dict(optimizer.settings))


def changed_setting(optimizer: Optimizer, name: str, value: Value) -> Optimizer:
    """The optimizer with one of its own settings changed.

    Raises:
        ValueError: with the engine's sentence, if it does not take the value.

    """
    settings = {**dict(optimizer.settings), name: value}
    return configured(KINDS[optimizer.kind], optimizer.schedule, optimizer.clip, **settings)


def default_optimizer(kind: Kind, problem: Problem) -> Optimizer:
    """A kind with its defaults, at a rate that is known to behave on this formula where one is."""
    named = NAMED.get(problem.name) if isinstance(problem, FormulaProblem) else None
    rate = named.rates.get(kind.name) if named is not None else None
    return configured(kind, rate, None, **{parameter.name: parameter.default for parameter in kind.parameters})


def _replaced(document: Document, optimizer: Optimizer, name: str) -> Optimizer:
    if name == optimizer.kind:
        return optimizer
    return default_optimizer(KINDS[name], document.experiment.problem)


def _with(document: Document, index: int, optimizer: Optimizer) -> Change:
    optimizers = document.experiment.optimizers
    return _all(document, (*optimizers[:index], optimizer, *optimizers[index + 1 :]))


def _without(document: Document, index: int) -> Change:
    optimizers, view = document.experiment.optimizers, document.view
    selected = view.selected_optimizer
    # The selection stays with its optimizer; where that one goes, with the one that takes its place.
    selected = max(0, selected - 1) if index < selected or selected == len(optimizers) - 1 else selected
    return _all(
        replace(document, view=replace(view, selected_optimizer=selected)),
        optimizers[:index] + optimizers[index + 1 :],
    )


def _all(document: Document, optimizers: tuple[Optimizer, ...]) -> Change:
    experiment: Experiment = replace(document.experiment, optimizers=optimizers)
    return Change(replace(document, experiment=experiment))


def _adder(document: Document) -> Group:
    problem = document.experiment.problem
    field = Field(
        "optimizers.add",
        "",
        "choice",
        "",
        choices=_kinds(problem),
        special="Add an optimizer …",
        tip="Another optimizer, which runs from every start.",
    )

    def add(value: Value) -> Change:
        return _all(document, (*document.experiment.optimizers, default_optimizer(KINDS[str(value)], problem)))

    return Group("optimizers", "", (Setting(field, add),))
