"""Data from a file: which columns are learned from which, what the targets are, and how many examples are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from app.document import Document
from app.fields import Choice, Field, Value, within
from app.setup_form.dataset_shapes import is_known, read_shape_of, shape_of, trouble
from app.setup_form.network import losses_for, with_network
from app.setup_form.setting import Change, Setting, info
from engine.analysis.wording import count
from engine.datasets import DatasetRecipe
from engine.network import default_loss
from engine.problem import NetworkProblem

TASKS = {"": "As they look", "classes": "Classes", "values": "Values"}
MOST_EXAMPLES = 1_000_000


def file_settings(document: Document, problem: NetworkProblem) -> tuple[Setting, ...]:
    """What can be said about a file: of a table its columns too."""
    recipe = problem.data
    shape = shape_of(recipe)
    names = shape.table.names if shape is not None else ()
    table = (_target(document, problem, names), _inputs(document, problem, names), _task(document, problem))
    return (*_about(problem), *(table if names else ()), _size(document, problem), _noise(document, problem))


def _about(problem: NetworkProblem) -> tuple[Setting, ...]:
    shape = shape_of(problem.data)
    if shape is None:
        return () if is_known(problem.data) else (info("data.about", "Reading the data …"),)
    targets = count(shape.outputs, "value") if shape.classes is None else f"{shape.classes} classes"
    said = f"{count(shape.examples, 'example')} to learn from, {count(shape.inputs, 'input')}, {targets}."
    return (info("data.about", said),)


def _changing(
    document: Document, problem: NetworkProblem, field: Field, change: Callable[[Value], DatasetRecipe]
) -> Setting:
    def changed(value: Value) -> Change:
        recipe = change(value)
        if read_shape_of(recipe) is None:
            raise ValueError(trouble(recipe))
        return with_network(document, fitted(replace(problem, data=recipe)))

    return Setting(field, changed)


def fitted(problem: NetworkProblem) -> NetworkProblem:
    """The same network, with the usual loss for its targets where its own does not fit them."""
    shape = shape_of(problem.data)
    if shape is None or problem.loss in losses_for(shape):
        return problem
    loss = default_loss("values" if shape.classes is None else "classes").name
    return replace(problem, loss=loss, output="identity")


def _target(document: Document, problem: NetworkProblem, names: tuple[str, ...]) -> Setting:
    recipe = problem.data
    current = _named(recipe.target[0], names) if len(recipe.target) == 1 else ""
    choices = tuple(Choice(name, name) for name in names)
    tip = "The column that is to be learned; the inputs are the others."
    field = Field("data.target", "Target column", "choice", current, choices=choices, special="several", tip=tip)

    def change(value: Value) -> DatasetRecipe:
        chosen = str(value)
        kept = tuple(_named(column, names) for column in recipe.features)
        # Inputs that a person chose stay; else the columns of text, which the old target may be one of, are left out.
        inputs = kept if kept and chosen not in kept else _inputs_beside(recipe, chosen)
        return replace(recipe, target=(chosen,), features=inputs, task=None)

    return _changing(document, problem, field, change)


def _inputs_beside(recipe: DatasetRecipe, target: str) -> tuple[str, ...]:
    shape = shape_of(recipe)
    return () if shape is None else shape.table.inputs_beside(target)


def _inputs(document: Document, problem: NetworkProblem, names: tuple[str, ...]) -> Setting:
    recipe = problem.data
    said = "; ".join(_named(column, names) for column in recipe.features)
    tip = f"Names between semicolons; leave it empty for all that are not the target. There are {', '.join(names[:12])}"
    tip += " …" if len(names) > 12 else "."
    field = Field("data.inputs", "Inputs", "text", said, special="all other columns", tip=tip, wide=True)

    def change(value: Value) -> DatasetRecipe:
        return replace(recipe, features=parsed_columns(str(value), names))

    return _changing(document, problem, field, change)


def parsed_columns(text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Column names from text; empty: none was named.

    Raises:
        ValueError: with a sentence, if there is no such column.

    >>> parsed_columns("b; a", ("a", "b", "c")), parsed_columns("a, c", ("a", "b", "c"))
    (('b', 'a'), ('a', 'c'))

    """
    found = []
    for part in text.split(";"):
        name = part.strip()
        # A comma may belong to a name: it divides only what is no name itself.
        parts = [name] if name in names or not name else [piece.strip() for piece in name.split(",")]
        for piece in parts:
            if piece and piece not in names:
                raise ValueError(f"There is no column “{piece}”: choose from {', '.join(names)}.")
        found += [piece for piece in parts if piece]
    return tuple(dict.fromkeys(found))


def _task(document: Document, problem: NetworkProblem) -> Setting:
    recipe = problem.data
    choices = tuple(Choice(name, title) for name, title in TASKS.items() if name)
    shape = shape_of(recipe)
    current = recipe.task or ("" if shape is None else "values" if shape.classes is None else "classes")
    tip = "Classes are told apart, values are hit as closely as can be: whole numbers may be either."
    field = Field("data.task", "Targets are", "choice", current, choices=choices, tip=tip, special=TASKS[""])
    return _changing(
        document, problem, field, lambda value: replace(recipe, task=cast("str", value))  # type: ignore[arg-type]
    )  # fmt: skip


def _size(document: Document, problem: NetworkProblem) -> Setting:
    recipe = problem.data
    field = Field(
        "data.size",
        "Examples",
        "integer",
        recipe.size or 0,
        0,
        MOST_EXAMPLES,
        special="all",
        tip="How many are drawn from the file, every class in proportion; 0: all of them.",
    )
    return _changing(document, problem, field, lambda value: replace(recipe, size=int(value or 0) or None))


def _noise(document: Document, problem: NetworkProblem) -> Setting:
    recipe = problem.data
    tip = "Standard deviation of noise that is added to the inputs of classes, or to targets that are values."
    field = Field("data.noise", "Added noise", "number", recipe.noise or 0.0, 0.0, 2.0, tip=tip)
    return _changing(
        document, problem, field, lambda value: replace(recipe, noise=within(field, float(value or 0.0)) or None)
    )


def _named(column: str | int, names: tuple[str, ...]) -> str:
    if isinstance(column, str):
        return column
    return names[column] if -len(names) <= column < len(names) else str(column)
