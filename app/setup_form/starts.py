"""The starts as numbers: what can be dragged can also be typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app.document import Document
from app.fields import Field, Value
from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.panels.landscape.settings import LandscapeSettings
from app.setup_form.problem import formula_of, place
from app.setup_form.runs import LARGEST_SEED
from app.setup_form.setting import Change, Group, Setting
from engine.arrays import Array
from engine.curve_fit import CurveFit
from engine.formulas import NAMED
from engine.plane_builders import TYPED_WINDOW
from engine.problem import CurveFitProblem, FormulaProblem, Problem
from engine.start import Start, given
from engine.surfaces import Window

MOST_NUMBERS, MOST_TOGETHER = 24, 2
"""Coordinates that are shown one by one, and as many of them as have room beside each other."""
MOST_STARTS = 12


def starts_group(document: Document, results: Results) -> Group:
    """A row for each start, and a way to add one."""
    starts = document.experiment.starts
    names = names_of(document.experiment.problem)
    settings = [setting for index, start in enumerate(starts) for setting in _row(document, index, start, names)]
    if len(starts) < MOST_STARTS:
        tip = "Another start, from which every optimizer runs; drag it, or type its place."
        field = Field("starts.add", "Add a start", "button", tip=tip)
        settings.append(Setting(field, lambda _: _added(document, results)))
    return Group("starts", "Starts", tuple(settings))


def names_of(problem: Problem) -> tuple[str, ...]:
    """Names of the parameters where a start is a place given by hand; none for a network."""
    if isinstance(problem, FormulaProblem):
        return formula_of(problem).axes
    if isinstance(problem, CurveFitProblem):
        return CurveFit(problem.text, problem.x, problem.y).names
    return ()


def _row(document: Document, index: int, start: Start, names: tuple[str, ...]) -> list[Setting]:
    row, key = f"Start {index + 1}", f"start.{index}"
    here = place(start)
    settings = []
    if here is not None and len(names) == here.size <= MOST_NUMBERS:
        together = len(names) <= MOST_TOGETHER
        several = len(document.experiment.starts) > 1
        for axis, name in enumerate(names):
            title = name if together or not several else f"{name}, {row.lower()}"
            tip = f"Where {row.lower()} is."
            beside = row if together else ""
            field = Field(f"{key}.{name}", title, "number", float(here[axis]), row=beside, tip=tip)
            settings.append(Setting(field, _moving(document, index, here, axis)))
    elif start.given is None:
        tip = "The seed that draws these weights" + (", which were dragged since." if start.shift is not None else ".")
        field = Field(f"{key}.seed", "seed", "integer", start.seed, 0, LARGEST_SEED, row=row, tip=tip)
        settings.append(Setting(field, _drawing(document, index, start)))
    else:
        field = Field(f"{key}.about", "", "info", "a given point", row=row)
        settings.append(Setting(field, lambda _: Change(document)))
    if len(document.experiment.starts) > 1:
        button = Field(f"{key}.remove", "×", "button", row=row, tip=f"Remove {row.lower()}.")
        settings.append(Setting(button, lambda _: _removed(document, index)))
    return settings


def _moving(document: Document, index: int, here: Array, axis: int) -> Callable[[Value], Change]:
    def change(value: Value) -> Change:
        point = here.copy()
        point[axis] = float(value or 0.0)
        return _with(document, index, given(point))

    return change


def _drawing(document: Document, index: int, start: Start) -> Callable[[Value], Change]:
    def change(value: Value) -> Change:
        return _with(document, index, replace(start, seed=int(value or 0), shift=None))

    return change


def _with(document: Document, index: int, start: Start) -> Change:
    starts = document.experiment.starts
    return _all(document, (*starts[:index], start, *starts[index + 1 :]))


def _removed(document: Document, index: int) -> Change:
    starts, view = document.experiment.starts, document.view
    selected = view.selected_start
    selected = max(0, selected - 1) if index < selected or selected == len(starts) - 1 else selected
    return _all(
        replace(document, view=replace(view, selected_start=selected)), starts[:index] + starts[index + 1 :]
    )  # fmt: skip


def _all(document: Document, starts: tuple[Start, ...]) -> Change:
    return Change(replace(document, experiment=document.experiment.with_starts(starts)))


def _added(document: Document, results: Results) -> Change:
    experiment = document.experiment
    last = experiment.starts[-1]
    here = place(last)
    if here is None:
        seeds = [start.seed for start in experiment.starts if start.given is None]
        more = replace(last, seed=(max(seeds) + 1) % (LARGEST_SEED + 1), shift=None)
    else:
        taken = [found for start in experiment.starts if (found := place(start)) is not None]
        more = given(_free_place(here, taken, _window(document, results, here.size)))
    return _all(document, (*experiment.starts, more))


def _free_place(here: Array, taken: list[Array], window: Window | None) -> Array:
    """The mirror image in the middle of what is shown, or, where a start is already, a little aside."""
    low, high = (np.array(window[side::2]) for side in (0, 1)) if window is not None else (here - 1, here + 1)
    place = low + high - here
    step = 0.1 * (high - low)
    for _ in range(len(taken) + 1):
        if all(np.linalg.norm((place - other) / step) > 0.5 for other in taken):
            break
        place = np.where(place + step > high, low + 0.5 * step, place + step)
    return np.asarray(place)


def _window(document: Document, results: Results, dimension: int) -> Window | None:
    """What is shown, where the axes are the parameters themselves."""
    problem, window = document.experiment.problem, document.view.of(LandscapeSettings).window
    if window is None and isinstance(problem, FormulaProblem):
        window = NAMED[problem.name].window if problem.name else TYPED_WINDOW * dimension
    built = results.of(PLANE)
    if window is None and built is not None and built.flat.parameters == dimension:
        window = built.window
    return window if window is not None and len(window) == 2 * dimension else None
