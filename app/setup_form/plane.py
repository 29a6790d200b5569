"""The plane of the landscape: how it is drawn, through which start, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, cast

import numpy as np

from app.document import Document
from app.fields import Choice, Field, Value
from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.panels.landscape.settings import with_good_windows
from app.setup_form.network import network_of
from app.setup_form.setting import Change, Group, Setting, info
from engine.analysis.wording import number
from engine.arrays import same
from engine.curve_fit import CurveFit
from engine.experiment import Experiment
from engine.network import Network
from engine.plane import Flat, Plane
from engine.plane_kinds import PLANE_KINDS, WayToDraw
from engine.plane_recipe import Biases, PlaneKind, PlaneRecipe
from engine.problem import CurveFitProblem, FormulaProblem

LARGEST_SEED = 999_999
SAID_ELSEWHERE = ("seed", "biases", "norms of the axes", "angle between the axes", "weights", "weighting")


class Parameters(NamedTuple):
    """The parameters that two axes can be chosen from."""

    names: tuple[str, ...]
    have_layers: bool
    have_twins: bool
    """Whether there are two pairs of hidden units to swap."""


def plane_group(document: Document, results: Results) -> Group | None:
    """Everything about the plane, where there are more than two parameters to look at; None where there are not."""
    known = parameters_of(document.experiment)
    if known is None or len(known.names) <= 2:
        return None
    recipe = document.experiment.plane
    way = PLANE_KINDS[recipe.kind]
    settings = [_kind(document, known, results)]
    if not way.needs_arrays:
        settings.append(_start(document))
    if way.uses_seed:
        settings.append(_seed(document))
    if way.uses_biases:
        settings.append(_biases(document))
    if way.uses_indices:
        settings += [_weight(document, known, axis) for axis in (0, 1)]
    if way.needs_runs and not same(recipe, drawn_as(document.experiment, recipe)):
        settings.append(_again(document))
    settings += _drawn(results)
    return Group("plane", "Plane", tuple(settings), collapsed=True)


def parameters_of(experiment: Experiment) -> Parameters | None:
    """The names of all parameters; None for a formula, and where the problem cannot be made."""
    problem = experiment.problem
    if isinstance(problem, FormulaProblem):
        return None
    if isinstance(problem, CurveFitProblem):
        return Parameters(CurveFit(problem.text, problem.x, problem.y).names, False, False)
    network = network_of(problem)
    if network is None:
        return None
    pairs = sum(width * (width - 1) // 2 for width in network.layers[1:-1])
    return Parameters(_names(network), True, pairs >= 2)


@lru_cache(maxsize=8)
def _names(network: Network) -> tuple[str, ...]:
    return tuple(
        f"{block.name}[{', '.join(map(str, index))}]" for block in network.blocks for index in np.ndindex(*block.shape)
    )


def drawn_as(experiment: Experiment, recipe: PlaneRecipe) -> PlaneRecipe:
    """The recipe for the runs as they are now, from the same start as far as that is still one of the starts."""
    start = next((start for start in experiment.starts if same(start, recipe.start)), experiment.starts[0])
    recipe = replace(recipe, start=start)
    way = PLANE_KINDS[recipe.kind]
    if not way.needs_runs:
        return recipe
    return replace(
        recipe,
        # What else runs would only be waited for.
        optimizers=experiment.optimizers[: way.optimizers],
        steps=experiment.steps,
        batch_size=experiment.batch_size,
        batch_seed=experiment.batch_seed,
    )


def with_plane(document: Document, recipe: PlaneRecipe) -> Change:
    """The document with another plane, seen through that plane's own window."""
    experiment = replace(document.experiment, plane=recipe)
    return Change(replace(document, experiment=experiment, view=with_good_windows(document.view)))


def _setting(document: Document, field: Field, change: Callable[[Value], PlaneRecipe]) -> Setting:
    return Setting(field, lambda value: with_plane(document, change(value)))


def _kind(document: Document, known: Parameters, results: Results) -> Setting:
    recipe = document.experiment.plane
    way = PLANE_KINDS[recipe.kind]
    choices = tuple(
        Choice(other.name, other.title, other.group)
        for other in PLANE_KINDS.values()
        if _is_offered(other, known) or (other is way and way.needs_arrays)
    )
    field = Field(
        "plane.kind",
        "Drawn",
        "choice",
        recipe.kind if way.group else "",
        choices=choices,
        special="Choose a plane …",
        tip=way.tip if way.group else "",
        error=results.error(PLANE),
        wide=True,
    )

    def change(value: Value) -> PlaneRecipe:
        kind = cast("PlaneKind", value)
        changed = replace(PlaneRecipe(kind, recipe.start, seed=recipe.seed, biases=recipe.biases), plane=None)
        return drawn_as(document.experiment, changed)

    return _setting(document, field, change)


def _is_offered(way: WayToDraw, known: Parameters) -> bool:
    """Whether a plane can be drawn this way where it is not yet; arrays can be kept, but not chosen."""
    can = (known.have_layers or not way.needs_layers) and (known.have_twins or not way.needs_twins)
    return bool(way.group) and can and not way.needs_arrays


def _start(document: Document) -> Setting:
    starts, recipe = document.experiment.starts, document.experiment.plane
    current = next((str(index) for index, start in enumerate(starts) if same(start, recipe.start)), "")
    choices = tuple(Choice(str(index), f"Start {index + 1}") for index in range(len(starts)))
    field = Field(
        "plane.start",
        "Goes through",
        "choice",
        current,
        choices=choices,
        special="Where a start was",
        tip="Whose place it was drawn through; a start that is dragged leaves the plane where it is.",
    )

    def change(value: Value) -> PlaneRecipe:
        return drawn_as(document.experiment, replace(recipe, start=starts[int(str(value))]))

    return _setting(document, field, change)


def _seed(document: Document) -> Setting:
    recipe = document.experiment.plane
    tip = "Draws the directions; weights, data and batches have seeds of their own."
    field = Field("plane.seed", "Seed", "integer", recipe.seed, 0, LARGEST_SEED, tip=tip)
    return _setting(document, field, lambda value: replace(recipe, seed=int(value or 0)))


def _biases(document: Document) -> Setting:
    recipe = document.experiment.plane
    choices = (Choice("zero", "Stay as they are"), Choice("scaled", "Move with the weights"))
    tip = "Whether the directions move the biases too, at the norm of their row, layer or network."
    field = Field("plane.biases", "Biases", "choice", recipe.biases, choices=choices, tip=tip, wide=True)
    return _setting(document, field, lambda value: replace(recipe, biases=cast("Biases", value)))


def _weight(document: Document, known: Parameters, axis: int) -> Setting:
    recipe = document.experiment.plane
    index = recipe.indices[axis]
    name = known.names[index] if index < len(known.names) else str(index)
    tip = f"A name such as {known.names[0]}, or a number from 0 to {len(known.names) - 1:,}."
    field = Field(
        f"plane.weight.{axis}",
        f"{('First', 'Second')[axis]} {'weight' if known.have_layers else 'coefficient'}",
        "text",
        name,
        tip=tip,
    )

    def change(value: Value) -> PlaneRecipe:
        chosen = parsed_parameter(str(value), known.names)
        other = recipe.indices[1 - axis]
        if chosen == other:
            raise ValueError(f"{known.names[chosen]} is on the other axis already: choose two different weights.")
        return replace(recipe, indices=(chosen, other) if axis == 0 else (other, chosen))

    return _setting(document, field, change)


def parsed_parameter(text: str, names: tuple[str, ...]) -> int:
    """The number of a parameter from its name or its number.

    Raises:
        ValueError: with a sentence, if there is none.

    >>> parsed_parameter("w1[0,1]", ("W1[0, 0]", "W1[0, 1]")), parsed_parameter("0", ("W1[0, 0]",))
    (1, 0)

    """
    plain = {name.replace(" ", "").lower(): index for index, name in enumerate(names)}
    wanted = text.replace(" ", "").lower()
    if wanted in plain:
        return plain[wanted]
    if wanted.isascii() and wanted.isdigit() and int(wanted) < len(names):
        return int(wanted)
    raise ValueError(
        f"There is no parameter “{text}”: write a name from {names[0]} to {names[-1]}, or a number from 0 to "
        f"{len(names) - 1:,}."
    )


def _again(document: Document) -> Setting:
    recipe = document.experiment.plane
    field = Field(
        "plane.again",
        "Draw it again",
        "button",
        tip="The runs were set otherwise when this plane was drawn through them: draw it through them as they are now.",
    )
    return _setting(document, field, lambda _: drawn_as(document.experiment, recipe))


def _drawn(results: Results) -> list[Setting]:
    """What came of it: the words of whoever drew it, its measures, and what only this way of drawing knows."""
    built = results.of(PLANE)
    if built is None or results.error(PLANE):
        return []
    flat = built.flat
    lines = [("plane.about", capitalized(flat.drawn.sentence)), ("plane.measures", measures(flat))]
    own = [f"{name} {value}" for name, value in flat.drawn.settings if name not in SAID_ELSEWHERE]
    return [info(key, text) for key, text in [*lines, ("plane.own", capitalized("; ".join(own)))] if text]


def measures(flat: Flat) -> str:
    """Lengths of the axes and the angle between them."""
    if not isinstance(flat, Plane):
        return ""
    one, two = (number(float(norm)) for norm in flat.norms)
    return f"Axes of length {one} and {two}, at an angle of {flat.angle:.1f}°."


def capitalized(text: str) -> str:
    """A sentence of its own.

    >>> capitalized("through three points")
    'Through three points.'

    """
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""
