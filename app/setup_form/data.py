"""What the network learns from: the dataset, how many examples, noise, parts, labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePath

from app.document import Document
from app.fields import Choice, Field, Value, within
from app.setup_form.data_files import file_settings
from app.setup_form.dataset_shapes import shape_of, trouble
from app.setup_form.network import losses_for, with_network
from app.setup_form.parameters import field_of
from app.setup_form.problem import about_network
from app.setup_form.setting import Change, Group, Setting
from engine.datasets import DATASETS, DatasetRecipe
from engine.datasets.catalogue import WHOLE
from engine.parameter import Parameter
from engine.problem import NetworkProblem

GROUPS: Mapping[str, str] = {"classes": "Classes", "values": "Values"}


def data_groups(document: Document) -> tuple[Group, ...]:
    """Two groups where there is a network: the data, and the finer points about them."""
    problem = about_network(document)
    if problem is None:
        return ()
    about = _numbers(document, problem) if problem.data.name in DATASETS else file_settings(document, problem)
    main = (_dataset(document, problem), *about, _seed(document, problem))
    groups = (Group("data", "Data", main),)
    kind = DATASETS.get(problem.data.name)
    if kind is not None and not kind.parameters:
        return groups  # four points: nothing to split, to shuffle or to scale
    return (*groups, Group("parts", "Parts and labels", _finer(document, problem), collapsed=True))


def _of_recipe(
    document: Document, problem: NetworkProblem, field: Field, change: Callable[[Value], DatasetRecipe]
) -> Setting:
    return Setting(field, lambda value: with_network(document, replace(problem, data=change(value))))


def _dataset(document: Document, problem: NetworkProblem) -> Setting:
    recipe = problem.data
    choices = tuple(Choice(kind.name, kind.title, GROUPS[kind.task]) for kind in DATASETS.values())
    tip = DATASETS[recipe.name].sentence if recipe.name in DATASETS else "Read from a file."
    if recipe.name not in DATASETS:
        name = PurePath(recipe.files[0].path).name if recipe.files else recipe.name
        choices = (*choices, Choice(recipe.name, name, "File"))
    wrong = "" if recipe.name in DATASETS else trouble(recipe)
    field = Field(
        "data.name",
        "Dataset",
        "choice",
        recipe.name,
        choices=choices,
        tip=tip,
        error=wrong,
        wide=recipe.name not in DATASETS,
    )

    def change(value: Value) -> Change:
        return with_network(document, _fitted(problem, DatasetRecipe(str(value), seed=recipe.seed)))

    return Setting(field, change)


def _fitted(problem: NetworkProblem, recipe: DatasetRecipe) -> NetworkProblem:
    """The same network on other data, with the loss that suits them where its own does not."""
    changed = replace(problem, data=recipe)
    shape = shape_of(recipe)
    if shape is None or problem.loss in losses_for(shape):
        return changed
    kind = DATASETS[recipe.name]
    return replace(changed, loss=kind.loss, output=kind.output)


def _numbers(document: Document, problem: NetworkProblem) -> tuple[Setting, ...]:
    return tuple(_number(document, problem, parameter) for parameter in DATASETS[problem.data.name].parameters)


def _number(document: Document, problem: NetworkProblem, parameter: Parameter) -> Setting:
    recipe, name = problem.data, parameter.name
    own = {"size": recipe.size, "noise": recipe.noise}.get(name, dict(recipe.settings).get(name))
    value = parameter.default if own is None else own
    field = field_of(parameter, f"data.{name}", value)
    if name in WHOLE:
        field = replace(field, kind="integer", value=int(value or 0))

    def change(given: Value) -> DatasetRecipe:
        found = within(field, float(given or 0.0))
        if name == "size":
            return replace(recipe, size=int(found))
        if name == "noise":
            return replace(recipe, noise=found)
        return replace(recipe, settings=tuple({**dict(recipe.settings), name: found}.items()))

    return _of_recipe(document, problem, field, change)


def _seed(document: Document, problem: NetworkProblem) -> Setting:
    tip = "Draws the examples, their noise and the parts; weights and batches have seeds of their own."
    field = Field("data.seed", "Data seed", "integer", problem.data.seed, 0, 999_999, tip=tip)
    return _of_recipe(document, problem, field, lambda value: replace(problem.data, seed=int(value or 0)))


def _finer(document: Document, problem: NetworkProblem) -> tuple[Setting, ...]:
    recipe = problem.data
    parts = recipe.split or (DATASETS[recipe.name].parts if recipe.name in DATASETS else (0.0, 0.0))
    validation = Field("parts.validation", "Validation", "number", parts[0], 0.0, 0.8, tip=PART.format("validation"))
    test = Field("parts.test", "Test", "number", parts[1], 0.0, 0.8, tip=PART.format("the test"))
    shuffled = Field(
        "parts.shuffled",
        "Wrong labels",
        "number",
        recipe.shuffled,
        0.0,
        1.0,
        tip="Share of the training examples whose labels are exchanged: what a network can only learn by heart.",
    )
    standard = Field(
        "parts.standardize",
        "Standardize the inputs",
        "switch",
        recipe.standardize,
        tip="Mean 0 and standard deviation 1 for every input, by the training examples.",
    )

    def split(field: Field, value: Value) -> DatasetRecipe:
        share = within(field, float(value or 0.0))
        chosen = (share, parts[1]) if field is validation else (parts[0], share)
        if sum(chosen) > 0.9:
            raise ValueError("Validation and test together may take up to 0.9: something must be left to learn from.")
        return replace(recipe, split=chosen)

    return (
        _of_recipe(document, problem, validation, lambda value: split(validation, value)),
        _of_recipe(document, problem, test, lambda value: split(test, value)),
        _of_recipe(
            document, problem, shuffled, lambda value: replace(recipe, shuffled=within(shuffled, float(value or 0.0)))
        ),
        _of_recipe(document, problem, standard, lambda value: replace(recipe, standardize=bool(value))),
    )


PART = "Share of the examples kept for {}: the network does not learn from them."
