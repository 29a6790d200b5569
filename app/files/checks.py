"""Whether a document that was read can be used: what types cannot say about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.document import MAX_CARDS, Document, ViewSettings
from app.files.errors import SessionError
from app.panels import PANELS
from engine.arrays import Array
from engine.datasets import DatasetRecipe
from engine.datasets.recipe import FORMATS
from engine.experiment import Experiment
from engine.network import Network, loss_named
from engine.network.initialization import SCHEMES
from engine.optimizers import KINDS, Optimizer
from engine.optimizers.settings import configured
from engine.plane_kinds import PLANE_KINDS
from engine.plane_recipe import PlaneRecipe
from engine.problem import NetworkProblem, Problem, assemble
from engine.start import Start

MOST_STARTS, MOST_OPTIMIZERS = 1000, 100
MOST_STEPS = 1_000_000
MOST_STEPS_OF_ALL_RUNS = 100_000_000
LARGEST_SEED = 2**53
MOST_LAYERS, MOST_UNITS, MOST_WEIGHTS = 100, 10_000, 20_000_000
MOST_PAIRS = 1000
"""Pairs that L-BFGS keeps, each of the size of two parameter vectors."""

LONGEST_SENTENCE = 600


@dataclass(frozen=True)
class Size:
    """What is known of a problem without running anything: P, and the number of examples."""

    parameters: int
    examples: int


def check(document: Document) -> None:
    """Make sure that a document is about something that exists and that its parts fit together.

    A data file that is missing is no reason to refuse: the program says so where the data are needed.

    Raises:
        SessionError: with a sentence (without its full stop) that names what is wrong.

    """
    experiment = document.experiment
    try:
        _check_name(document.name)
        _check_counts(experiment)
        size = _checked_problem(experiment.problem)
        for start in experiment.starts:
            _check_start(start, experiment.problem, size)
        for optimizer in (*experiment.optimizers, *experiment.plane.optimizers):
            _check_optimizer(optimizer)
        _check_plane(experiment.plane, experiment.problem, size)
        _check_batches(experiment, size)
        _check_view(document.view)
    except SessionError:
        raise
    except MemoryError:
        raise SessionError("its problem does not fit into memory") from None
    except (ValueError, TypeError, ArithmeticError, LookupError, OSError, RecursionError) as error:
        raise SessionError(str(error)[:LONGEST_SENTENCE].rstrip(".") or "its settings do not fit together") from None


def _require(condition: object, sentence: str) -> None:
    if not condition:
        raise SessionError(sentence)


def _within(number: float, low: float, high: float, what: str) -> None:
    _require(low <= number <= high, f"{what} must be from {low:,} to {high:,}, not {number:,}")


def _check_name(name: str) -> None:
    _require(re.fullmatch(r"[\w.-]{0,100}", name), "its name cannot be one of the catalogue")


def _check_counts(experiment: Experiment) -> None:
    _within(len(experiment.starts), 1, MOST_STARTS, "the number of starts")
    _within(len(experiment.optimizers), 1, MOST_OPTIMIZERS, "the number of optimizers")
    _within(experiment.steps, 1, MOST_STEPS, "the number of steps")
    all_steps = experiment.steps * len(experiment.starts) * len(experiment.optimizers)
    _within(all_steps, 1, MOST_STEPS_OF_ALL_RUNS, "the number of steps of all runs")


def _checked_problem(problem: Problem) -> Size | None:
    """The problem's size where it can be known: not where the data are in files, which may be elsewhere by now."""
    if isinstance(problem, NetworkProblem):
        _check_widths(problem)
        recipe = DatasetRecipe.from_dict(problem.data.to_dict())
        _within(recipe.seed, 0, LARGEST_SEED, "the seed of the data")
        if recipe.name in FORMATS:
            _check_files(problem)
            return None
    objective = assemble(problem).objective
    return Size(objective.dimension, objective.examples)


def _check_widths(problem: NetworkProblem) -> None:
    _within(len(problem.hidden), 0, MOST_LAYERS, "the number of hidden layers")
    for width in problem.hidden:
        _within(width, 1, MOST_UNITS, "the number of hidden units of a layer")
    weights = sum(a * b for a, b in zip(problem.hidden[:-1], problem.hidden[1:], strict=True))
    _within(weights, 0, MOST_WEIGHTS, "the number of weights between hidden layers")
    for number in (problem.l1, problem.l2):
        _require(np.isfinite(number), "a penalty is not a finite number")


def _check_files(problem: NetworkProblem) -> None:
    files = problem.data.files
    _within(len(files), FORMATS[problem.data.name], FORMATS[problem.data.name], "the number of data files")
    for file in files:
        _require(re.fullmatch("[0-9a-f]{64}", file.sha256), "the SHA-256 of a data file is not 64 hexadecimal digits")
        path = Path(file.path)
        # A device or a pipe in a data file's place would be read for ever.
        _require(not path.exists() or path.is_file(), f"the data file {path.name} is not a file")
    outputs = loss_named(problem.loss).width(2)
    Network((1, *problem.hidden, outputs), problem.activation, problem.output, problem.loss, problem.l1, problem.l2,
            problem.steepness)  # fmt: skip


def _check_start(start: Start, problem: Problem, size: Size | None) -> None:
    _within(start.seed, 0, LARGEST_SEED, "the seed of a start")
    _require(np.isfinite(start.scale), "the scale of a start is not a finite number")
    if start.given is None:
        _require(isinstance(problem, NetworkProblem), "a start has no parameters, and only a network's can be drawn")
        _require(start.scheme in SCHEMES, f"there is no scheme “{start.scheme[:40]}” to draw a start")
    for vector in (start.given, start.shift):
        if vector is not None:
            _check_vector(vector, size, "a start")


def _check_vector(vector: Array, size: Size | None, what: str) -> None:
    _require(np.isfinite(vector).all(), f"{what} has entries that are not finite numbers")
    if size is not None and vector.size != size.parameters:
        raise SessionError(f"{what} has {vector.size} parameters, the problem {size.parameters}")


def _check_optimizer(optimizer: Optimizer) -> None:
    _require(optimizer.kind in KINDS, f"there is no optimizer “{optimizer.kind[:40]}” in this version")
    kind = KINDS[optimizer.kind]
    settings = dict(optimizer.settings)
    known = {parameter.name for parameter in kind.parameters}
    _require(len(settings) == len(optimizer.settings), f"{kind.title} has a setting twice")
    _require(
        settings.keys() == known, f"{kind.title} has other settings here than {', '.join(sorted(known)) or 'none'}"
    )
    _require(float(settings.get("memory") or 0.0) <= MOST_PAIRS, f"{kind.title} may keep up to {MOST_PAIRS:,} pairs")
    for name, value in optimizer.settings:
        default = next(parameter.default for parameter in kind.parameters if parameter.name == name)
        _require(isinstance(value, bool) == isinstance(default, bool), f"the setting “{name}” of {kind.title} is wrong")
    configured(kind, optimizer.schedule, optimizer.clip, **settings)


def _check_plane(recipe: PlaneRecipe, problem: Problem, size: Size | None) -> None:
    way = PLANE_KINDS[recipe.kind]
    _within(len(recipe.optimizers), 0, MOST_OPTIMIZERS, "the number of the plane's optimizers")
    _within(recipe.steps, 0, MOST_STEPS, "the number of the plane's steps")
    _within(recipe.seed, 0, LARGEST_SEED, "the seed of the plane")
    _within(recipe.batch_seed, 0, LARGEST_SEED, "the seed of the plane's batches")
    if recipe.start is not None:
        _check_start(recipe.start, problem, size)
    if recipe.batch_size is not None:
        # Planes that are not drawn through runs only remember how the runs went when they were made.
        most = size.examples if size is not None and way.needs_runs else LARGEST_SEED
        _within(recipe.batch_size, 1, most, "the batch size of the plane")
    _require(not way.needs_arrays or recipe.plane is not None, "its plane was given as arrays, which are not there")
    if recipe.plane is not None:
        _check_vector(recipe.plane.origin, size, "the plane")
    if way.uses_indices and size is not None:
        for index in recipe.indices:
            _within(index, 0, size.parameters - 1, "the number of a weight")


def _check_batches(experiment: Experiment, size: Size | None) -> None:
    _within(experiment.batch_seed, 0, LARGEST_SEED, "the seed of the batches")
    if experiment.batch_size is not None:
        _within(experiment.batch_size, 1, size.examples if size else LARGEST_SEED, "the batch size")


def _check_view(view: ViewSettings) -> None:
    """What is left to check: settings of panels check themselves when they are built."""
    _within(view.selected_start, 0, MOST_STARTS, "the number of the selected start")
    _within(view.selected_optimizer, 0, MOST_OPTIMIZERS, "the number of the selected optimizer")
    if view.step is not None:
        _within(view.step, 0, MOST_STEPS, "the shown step")
    _within(len(view.cards), 0, MAX_CARDS, "the number of open cards")
    _require(len(set(view.cards)) == len(view.cards), "a card is open twice")
    for card in view.cards:
        _require(card.panel in PANELS, f"there is no panel “{card.panel[:40]}” in this version")
        _within(card.number, 1, MAX_CARDS, "the number of a card")
    _within(len(view.panels), 0, MAX_CARDS * len(PANELS), "the number of cards with settings")
    for entry in view.panels:
        _within(entry.number, 1, MAX_CARDS, "the number of a card")
    known = {(type(entry.settings), entry.number) for entry in view.panels}
    _require(len(known) == len(view.panels), "a card has settings twice")
