"""Which problem it is about: an entry of the catalogue, a typed formula, a formula's constants, a typed model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.document import Document
from app.fields import Choice, Field, Value
from app.panels.landscape.settings import LandscapeSettings, with_good_windows
from app.setup_form.setting import Change, Group, Setting, info, number
from engine.analysis.wording import count
from engine.curve_fit import CurveFit
from engine.datasets import DATASETS
from engine.experiment import Experiment
from engine.fitting import guessed_start
from engine.formulas import NAMED, Formula, FormulaError
from engine.plane_recipe import PlaneRecipe
from engine.problem import CurveFitProblem, FormulaProblem, NetworkProblem
from engine.start import Start, given

EXAMPLE, TYPED = "problem.example", "typed"
"""The key of the choice of a problem, and its value for a formula that a person types."""
FIRST_TEXT = "x^2 + 3*y^2 + sin(3*x)"


def problem_group(document: Document, examples: Sequence[tuple[str, str, str]]) -> Group:
    """What is minimized."""
    problem = document.experiment.problem
    settings = [_example(document, examples)]
    if isinstance(problem, FormulaProblem):
        settings += _named(document, problem) if problem.name else _typed(document, problem)
    elif isinstance(problem, CurveFitProblem):
        settings += _curve_fit(document, problem)
    elif problem.data.name in DATASETS:
        settings.append(info("problem.about", DATASETS[problem.data.name].sentence))
    return Group("problem", "Problem", tuple(settings))


def _example(document: Document, examples: Sequence[tuple[str, str, str]]) -> Setting:
    problem = document.experiment.problem
    typed = isinstance(problem, FormulaProblem) and not problem.name
    names = [name for _, name, _ in examples]
    current = TYPED if typed else document.name if document.name in names else ""
    choices = (*(Choice(name, title, group) for group, name, title in examples), Choice(TYPED, "Typed formula", "Own"))
    field = Field(
        EXAMPLE,
        "Problem",
        "choice",
        current,
        choices=choices,
        special="Choose another problem …",
        wide=True,
        tip="Opens an experiment with a window, starts and rates that behave, or a formula of your own.",
    )

    def change(value: Value) -> Change:
        if value != TYPED:
            raise ValueError("An entry of the catalogue is opened as a whole, not set.")
        return with_formula(document, _as_typed(document.experiment))

    return Setting(field, change)


def _as_typed(experiment: Experiment) -> FormulaProblem:
    """The formula on screen as text to be edited, else one to begin with."""
    problem = experiment.problem
    if not isinstance(problem, FormulaProblem):
        return FormulaProblem(text=FIRST_TEXT)
    formula = formula_of(problem)
    return FormulaProblem(text=formula.text, constants=tuple(formula.constants.items()))


def _named(document: Document, problem: FormulaProblem) -> list[Setting]:
    entry, formula = NAMED[problem.name], formula_of(problem)
    settings = [
        info("problem.about", entry.sentence),
        info("problem.formula", f"f({', '.join(formula.axes)}) = {entry.text}"),
    ]
    for constant in entry.constants:
        field = Field(
            f"problem.constant.{constant.name}",
            f"{constant.name}",
            "number",
            formula.constants[constant.name],
            constant.low,
            constant.high,
            constant.logarithmic,
            tip=constant.sentence,
        )
        settings.append(_constant(document, problem, constant.name, field))
    return settings


def _typed(document: Document, problem: FormulaProblem) -> list[Setting]:
    tip = "One or two variables; sin cos tan exp log sqrt tanh abs min max sigmoid relu pi e, + - * / ^."
    text = Field("problem.text", "f =", "text", problem.text, tip=tip, special="such as x^2 + y^2", wide=True)
    said = ", ".join(f"{name} = {value:g}" for name, value in problem.constants)
    tip = "Names that are numbers and not variables, such as “b = 100, c = 2”."
    constants = Field("problem.constants", "with", "text", said, tip=tip, special="b = 100, c = 2")
    settings = [
        Setting(text, lambda value: with_formula(document, replace(problem, text=str(value).strip()))),
        Setting(
            constants, lambda value: with_formula(document, replace(problem, constants=parsed_constants(str(value))))
        ),
    ]
    for name, value in problem.constants:
        field = Field(f"problem.constant.{name}", name, "number", value, tip=f"The constant {name} of the formula.")
        settings.append(_constant(document, problem, name, field))
    return settings


def _constant(document: Document, problem: FormulaProblem, name: str, field: Field) -> Setting:
    def change(value: Value) -> Change:
        constants = {**dict(problem.constants), name: float(value or 0.0)}
        return with_formula(document, replace(problem, constants=tuple(constants.items())))

    return Setting(field, change)


def parsed_constants(text: str) -> tuple[tuple[str, float], ...]:
    """Names and numbers of a text such as ``b = 100, c = 2``.

    Raises:
        ValueError: with a sentence, if it is not such a text.

    >>> parsed_constants("b = 100, c=2")
    (('b', 100.0), ('c', 2.0))

    """
    found: dict[str, float] = {}
    for part in re.split(r"[,;]", text):
        if part.strip():
            name, equals, value = part.partition("=")
            if not equals or not name.strip().isidentifier():
                raise ValueError("Write constants as a name, an equals sign and a number: b = 100, c = 2.")
            found[name.strip()] = number(value)
    return tuple(found.items())


def formula_of(problem: FormulaProblem) -> Formula:
    """The formula itself.

    Raises:
        ValueError: with a sentence and the column it is about, if the text cannot be read.

    """
    constants = dict(problem.constants)
    try:
        return Formula(problem.name, constants) if problem.name else Formula.parse(problem.text, constants)
    except FormulaError as error:
        raise ValueError(f"At column {error.column + 1}: {error}") from None


def with_formula(document: Document, problem: FormulaProblem) -> Change:
    """The document about another formula; starts stay where they are while there are as many parameters."""
    formula = formula_of(problem)
    before = document.experiment.problem
    old = formula_of(before) if isinstance(before, FormulaProblem) else None
    # A typed formula has no good window of its own: the named one's stays when its text is edited.
    view = document.view
    if view.of(LandscapeSettings).window is None and not problem.name and old is not None and old.named is not None:
        view = view.changed(LandscapeSettings, window=old.named.window)
    experiment = replace(document.experiment, problem=problem)
    name = document.name if problem.name else ""
    if old is not None and old.dimension == formula.dimension:
        return Change(replace(document, experiment=experiment, view=view, name=name))
    starts = tuple(_fitted(start, formula.dimension) for start in document.experiment.starts)
    experiment = replace(
        experiment, starts=starts, plane=PlaneRecipe(), residence="all", batch_size=None, title=formula.text
    )
    sentence = "The parameters are others now: the starts and the visible range could not be kept."
    return Change(replace(document, experiment=experiment, view=with_good_windows(view), name=name), sentence)


def _fitted(start: Start, dimension: int) -> Start:
    """As many coordinates as there are parameters: the old ones where there were some, else 1."""
    old = place(start)
    kept = old[:dimension] if old is not None and old.size <= 2 else np.empty(0)
    return given(np.concatenate([kept, np.ones(dimension - kept.size)]))


def place(start: Start) -> np.ndarray | None:
    """Where a given start is, with its drag; None for one that a scheme draws."""
    if start.given is None:
        return None
    return np.array(start.given if start.shift is None else start.given + start.shift)


def _curve_fit(document: Document, problem: CurveFitProblem) -> list[Setting]:
    tip = f"A model of {problem.y_name} in x; every other name is a coefficient."
    special = "such as b1*(1 - exp(-b2*x))"
    field = Field(
        "problem.text", f"{shortened(problem.y_name)} =", "text", problem.text, tip=tip, special=special, wide=True
    )
    measured = count(len(problem.x), "measurement")
    fit = CurveFit(problem.text, problem.x, problem.y)
    return [
        Setting(field, lambda value: _with_model(document, replace(problem, text=str(value).strip()))),
        info("problem.about", f"{measured} of {problem.y_name} at {problem.x_name}, which the model calls x."),
        _guessed(document, fit),
    ]


def shortened(name: str, most: int = 20) -> str:
    """A column's name, cut where it is too long for a label."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _guessed(document: Document, fit: CurveFit) -> Setting:
    tip = "Looks for coefficients from which a good fit can be reached, and puts the first start there."
    field = Field("problem.guess", "Find a good start", "button", tip=tip)

    def change(_: Value) -> Change:
        experiment = document.experiment
        start = given(guessed_start(fit))
        plane = replace(experiment.plane, start=start)
        changed = replace(experiment, starts=(start, *experiment.starts[1:]), plane=plane)
        return Change(replace(document, experiment=changed, view=with_good_windows(document.view)))

    return Setting(field, change)


def _with_model(document: Document, problem: CurveFitProblem) -> Change:
    try:
        fit = CurveFit(problem.text, problem.x, problem.y)
    except FormulaError as error:
        raise ValueError(f"At column {error.column + 1}: {error}") from None
    experiment = document.experiment
    before = experiment.problem
    assert isinstance(before, CurveFitProblem)
    old = CurveFit(before.text, before.x, before.y)
    if old.names == fit.names:
        return Change(replace(document, experiment=replace(experiment, problem=problem)))
    starts = tuple(_renamed(start, old.names, fit.names) for start in experiment.starts)
    # Coefficients differ by powers of ten: axes that are coefficients show each in its own scale.
    plane = PlaneRecipe("parameters" if fit.dimension <= 2 else "weights", start=starts[0])
    changed = replace(experiment, problem=problem, starts=starts, plane=plane)
    sentence = "The coefficients are others now: the plane and the visible range could not be kept."
    return Change(replace(document, experiment=changed, view=with_good_windows(document.view)), sentence)


def _renamed(start: Start, before: tuple[str, ...], after: tuple[str, ...]) -> Start:
    """Coefficients that are still there keep their values; new ones begin at 1."""
    old = place(start)
    values = dict(zip(before, old, strict=True)) if old is not None else {}
    return given([float(values.get(name, 1.0)) for name in after])


def about_network(document: Document) -> NetworkProblem | None:
    """The network on screen, if it is one."""
    problem = document.experiment.problem
    return problem if isinstance(problem, NetworkProblem) else None
