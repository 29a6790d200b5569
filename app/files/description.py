"""How the figures were drawn, in words: for the window, and to go with every exported picture."""

from __future__ import annotations

import sys

import numpy as np

from app.document import Document, Look
from app.files.version import program
from engine.analysis.wording import count
from engine.datasets import DATASETS, Dataset, DatasetRecipe
from engine.experiment import Experiment, PlaneRecipe, Start
from engine.formulas import Formula
from engine.network.initialization import SCHEMES
from engine.objective import Objective
from engine.optimizers import KINDS, Optimizer
from engine.optimizers.descriptions import SYMBOLS
from engine.plane import Flat, Plane
from engine.plane_drawing import DrawnPlane
from engine.problem import CurveFitProblem, FormulaProblem, NetworkProblem, Problem
from engine.surfaces import Window

THROUGH_RUNS = ("through_ends", "principal_components")
SEEDED = ("filter_normalized", "layer_normalized", "model_normalized", "random")

SAID_OF_EVERY_PLANE = ("norms of the axes", "angle between the axes")


def describe(document: Document, drawn: DrawnPlane | None) -> tuple[str, ...]:
    """Everything that fixes the numbers on screen, one subject a line.

    Args:
        document: what is shown.
        drawn: the plane that was drawn for it, None while there is none: then what only it knows (P, the plane's lengths and
            angle, the window that came with it) is left out.

    """
    experiment = document.experiment
    lines = [
        _problem(experiment.problem, drawn),
        _data(experiment.problem, drawn),
        *_starts(experiment),
        *_plane(experiment, drawn),
        *(f"Optimizer {k}: {in_full(optimizer)}" for k, optimizer in enumerate(experiment.optimizers, 1)),
        _runs(experiment, drawn),
        _landscape(document.look, drawn),
        _precision(drawn),
        f"Made with {program()}, NumPy {np.__version__}, Python {sys.version.split()[0]}.",
    ]
    return tuple(line for line in lines if line)


def in_full(optimizer: Optimizer) -> str:
    """An optimizer with its schedule and every setting, defaults too: a legend may leave them out, a record may not."""
    parts = [optimizer.schedule.label]
    parts += [_setting(name, value) for name, value in optimizer.settings]
    if optimizer.clip is not None:
        parts.append(f"gradients clipped to length {optimizer.clip:g}")
    return f"{KINDS[optimizer.kind].title}: {', '.join(parts)}."


def _setting(name: str, value: object) -> str:
    said = SYMBOLS.get(name, name.replace("_", " "))
    if isinstance(value, bool):
        return said if value else f"not {said}"
    if isinstance(value, int | float):
        return f"{said} = {value:g}"
    return f"no {said}" if value == "none" else f"{said} {str(value).replace('_', ' ')}"


def _problem(problem: Problem, drawn: DrawnPlane | None) -> str:
    objective = drawn.assembled.objective if drawn is not None else None
    size = f"; {count(objective.dimension, 'parameter')}" if objective is not None else ""
    if isinstance(problem, FormulaProblem):
        return f"Problem: {_formula(problem, objective)}{size}."
    if isinstance(problem, CurveFitProblem):
        names = f" in {', '.join(objective.names)}" if objective is not None else ""
        return f"Problem: the mean of ½ squared residuals of {problem.y_name} = {problem.text}{names}{size}."
    return f"Problem: {_network(problem, drawn)}{size}."


def _formula(problem: FormulaProblem, objective: Objective | None) -> str:
    title, text, constants = problem.name.replace("_", " "), problem.text, dict(problem.constants)
    if isinstance(objective, Formula):
        text, constants = objective.text, dict(objective.constants)
        title = objective.named.title if objective.named is not None else ""
    named = ", ".join(f"{name} = {value:g}" for name, value in constants.items())
    said = ", ".join(part for part in (title, f"f = {text}" if text else "") if part)
    return f"{said}, with {named}" if named else said


def _network(problem: NetworkProblem, drawn: DrawnPlane | None) -> str:
    network = drawn.assembled.network if drawn is not None else None
    widths = network.layers if network is not None else ("inputs", *problem.hidden, "outputs")
    parts = [
        f"network {'-'.join(map(str, widths))}",
        f"{problem.activation.replace('_', ' ')} units" if problem.hidden else "no hidden layer",
        f"output {problem.output}",
        f"loss {problem.loss.replace('_', ' ')}",
    ]
    parts += [f"{name} penalty {value:g}" for name, value in (("l1", problem.l1), ("l2", problem.l2)) if value]
    if problem.steepness != 1.0:
        parts.append(f"steepness {problem.steepness:g}")
    return ", ".join(parts)


def _data(problem: Problem, drawn: DrawnPlane | None) -> str:
    if isinstance(problem, FormulaProblem):
        return ""
    if isinstance(problem, CurveFitProblem):
        return f"Data: {count(problem.x.size, 'measurement')} of {problem.y_name} at {problem.x_name}."
    data = drawn.assembled.data if drawn is not None else None
    return f"Data: {', '.join([_source(problem.data), *_settings_of(problem.data), *_parts(data)])}."


def _source(recipe: DatasetRecipe) -> str:
    if recipe.name in DATASETS:
        return f"{DATASETS[recipe.name].title} ({DATASETS[recipe.name].source})"
    files = " and ".join(f"{file.path} (SHA-256 {file.sha256})" for file in recipe.files)
    return f"{recipe.name.upper()} file {files}"


def _settings_of(recipe: DatasetRecipe) -> list[str]:
    parts = [f"seed {recipe.seed}"]
    parts += [f"noise {recipe.noise:g}"] if recipe.noise is not None else []
    parts += [f"{name} {value:g}" for name, value in recipe.settings]
    parts += [f"subset of {recipe.subset:,}"] if recipe.subset is not None else []
    parts += [f"{100 * recipe.shuffled:g} % of the labels shuffled"] if recipe.shuffled else []
    return [*parts, "standardized"] if recipe.standardize else parts


def _parts(data: Dataset | None) -> list[str]:
    if data is None:
        return []
    sizes = [(len(part), part.name) for part in (data.train, data.validation, data.test) if len(part)]
    if len(sizes) == 1:
        return [count(len(data), "example")]
    return [f"{count(len(data), 'example')}: " + " + ".join(f"{size:,} {name}" for size, name in sizes)]


def _starts(experiment: Experiment) -> list[str]:
    starts = experiment.starts
    if len(starts) == 1:
        return [f"Start: {start_in_words(starts[0])}."]
    return [f"Start {number}: {start_in_words(start)}." for number, start in enumerate(starts, 1)]


def start_in_words(start: Start) -> str:
    """How a start came about; small ones (up to four parameters) with their numbers in full."""
    if start.given is None:
        scheme = SCHEMES[start.scheme]
        scale = f", scale {start.scale:g}" if scheme.uses_scale else ""
        said = f"{scheme.title}, seed {start.seed}{scale}"
        return said if start.shift is None else f"{said}, moved by {np.linalg.norm(start.shift):.6g}"
    point = start.given if start.shift is None else start.given + start.shift
    if point.size <= 4:
        return f"given, ({', '.join(repr(float(number)) for number in point)})"
    return f"given, {count(point.size, 'parameter')} of norm {np.linalg.norm(point):.6g}"


def _plane(experiment: Experiment, drawn: DrawnPlane | None) -> list[str]:
    recipe = experiment.plane
    lines = [f"{'Line' if drawn.flat.dimension == 1 else 'Plane'}: {flat_in_words(drawn.flat)}."] if drawn else []
    return lines if recipe.kind in ("parameters", "given") else [*lines, f"Drawn from: {_recipe(recipe)}."]


def flat_in_words(flat: Flat) -> str:
    """A line or plane: its own sentence, the lengths of its axes and the angle between them, and its settings."""
    parts = [flat.drawn.sentence]
    if flat.drawn.kind in ("parameter", "parameters"):
        return parts[0]
    if isinstance(flat, Plane):
        one, two = flat.norms
        parts.append(f"axes of length {one:.6g} and {two:.6g} at {flat.angle:.4g}°")
    else:
        parts.append(f"axis of length {flat.norms[0]:.6g}")
    parts += [f"{name} {value}" for name, value in flat.drawn.settings if name not in SAID_OF_EVERY_PLANE]
    return "; ".join(parts)


def _recipe(recipe: PlaneRecipe) -> str:
    start = start_in_words(recipe.start) if recipe.start is not None else "no start"
    if recipe.kind in SEEDED:
        return f"{start}; directions of seed {recipe.seed}"
    if recipe.kind not in THROUGH_RUNS:
        return start
    methods = " and ".join(in_full(optimizer).rstrip(".") for optimizer in recipe.optimizers)
    return f"{start}; {count(recipe.steps, 'step')} of {methods}; {_batches(recipe.batch_size, recipe.batch_seed)}"


def _runs(experiment: Experiment, drawn: DrawnPlane | None) -> str:
    if isinstance(experiment.problem, FormulaProblem):  # no examples to leave out, no parameters beside the axes
        return f"Runs: {count(experiment.steps, 'step')}."
    parts = [count(experiment.steps, "step"), _batches(experiment.batch_size, experiment.batch_seed)]
    if drawn is None or drawn.flat.parameters > drawn.flat.dimension:
        flat = "line" if drawn is not None and drawn.flat.dimension == 1 else "plane"
        parts.append(
            "in all parameters, paths projected onto the " + flat
            if experiment.residence == "all"
            else f"within the {flat}, where the picture is exact"
        )
    return f"Runs: {', '.join(parts)}."


def _batches(size: int | None, seed: int) -> str:
    return "all examples at every step" if size is None else f"batches of {size:,} with seed {seed}"


def _landscape(look: Look, drawn: DrawnPlane | None) -> str:
    window = look.window or (drawn.window if drawn is not None else None)
    if window is None:
        return ""
    scale = ", logarithmic colors" if look.logarithmic else ""
    points = f"{look.resolution:,} points" if len(window) == 2 else f"{look.resolution:,} × {look.resolution:,} points"
    return f"Window: {window_in_words(window)}, {points}{scale}."


def window_in_words(window: Window) -> str:
    """The ends of a window.

    >>> window_in_words((-1.0, 2.0, 0.0, 0.5))
    'first coordinate from -1 to 2, second from 0 to 0.5'

    """
    ends = [f"from {low:.6g} to {high:.6g}" for low, high in zip(window[::2], window[1::2], strict=True)]
    return f"coordinate {ends[0]}" if len(ends) == 1 else f"first coordinate {ends[0]}, second {ends[1]}"


def _precision(drawn: DrawnPlane | None) -> str:
    objective = drawn.assembled.objective if drawn is not None else None
    if objective is None:
        return ""
    return f"Numbers: runs in float64, the landscape in {objective.sampling_precision}."
