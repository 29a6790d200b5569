"""How the figures were drawn, in words: for the window, and to go with every exported picture."""

from __future__ import annotations

import sys

import numpy as np

from app.document import Document
from app.files.version import program
from app.lanes.facts import ProblemFacts
from app.lanes.lane import Results
from app.lanes.plane import PLANE, BuiltPlane
from app.panels import open_cards, panel_of
from engine.analysis.wording import count
from engine.datasets import DATASETS, DatasetRecipe
from engine.experiment import Experiment
from engine.network.initialization import SCHEMES
from engine.optimizers import KINDS, Optimizer
from engine.optimizers.descriptions import SYMBOLS
from engine.plane import Flat, Plane
from engine.plane_kinds import PLANE_KINDS
from engine.plane_recipe import PlaneRecipe
from engine.problem import CurveFitProblem, FormulaProblem, NetworkProblem, Problem
from engine.start import Start

SAID_OF_EVERY_PLANE = ("norms of the axes", "angle between the axes")


def describe(document: Document, results: Results) -> tuple[str, ...]:
    """Everything that fixes the numbers on screen, one subject a line.

    Args:
        document: what is shown.
        results: what has been computed for it. While there is no plane, what only it knows (P, the plane's lengths and
            angle, the window that came with it) is left out.

    """
    experiment, built = document.experiment, results.of(PLANE)
    facts = built.facts if built is not None else None
    cards = open_cards(document.view)
    lines = [
        _problem(experiment.problem, facts),
        _data(experiment.problem, facts),
        *_starts(experiment),
        *_plane(experiment, built),
        *(f"Optimizer {k}: {in_full(optimizer)}" for k, optimizer in enumerate(experiment.optimizers, 1)),
        _runs(experiment, built),
        *(panel_of(card).described(document, results, card.number) for card in cards),
        _precision(facts),
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


def _problem(problem: Problem, facts: ProblemFacts | None) -> str:
    size = f"; {count(facts.parameters, 'parameter')}" if facts is not None else ""
    if isinstance(problem, FormulaProblem):
        return f"Problem: {_formula(problem, facts)}{size}."
    if isinstance(problem, CurveFitProblem):
        names = f" in {', '.join(facts.names)}" if facts is not None else ""
        return f"Problem: the mean of ½ squared residuals of {problem.y_name} = {problem.text}{names}{size}."
    return f"Problem: {_network(problem, facts)}{size}."


def _formula(problem: FormulaProblem, facts: ProblemFacts | None) -> str:
    title, text, constants = problem.name.replace("_", " "), problem.text, problem.constants
    if facts is not None:
        title, text, constants = facts.title, facts.text, facts.constants
    named = ", ".join(f"{name} = {value:g}" for name, value in constants)
    said = ", ".join(part for part in (title, f"f = {text}" if text else "") if part)
    return f"{said}, with {named}" if named else said


def _network(problem: NetworkProblem, facts: ProblemFacts | None) -> str:
    widths = facts.layers if facts is not None else ("inputs", *problem.hidden, "outputs")
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


def _data(problem: Problem, facts: ProblemFacts | None) -> str:
    if isinstance(problem, FormulaProblem):
        return ""
    if isinstance(problem, CurveFitProblem):
        return f"Data: {count(problem.x.size, 'measurement')} of {problem.y_name} at {problem.x_name}."
    return f"Data: {', '.join([_source(problem.data), *_settings_of(problem.data), *_parts(facts)])}."


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


def _parts(facts: ProblemFacts | None) -> list[str]:
    if facts is None or not facts.parts:
        return []
    total = count(sum(size for _, size in facts.parts), "example")
    if len(facts.parts) == 1:
        return [total]
    return [f"{total}: " + " + ".join(f"{size:,} {name}" for name, size in facts.parts)]


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


def _plane(experiment: Experiment, built: BuiltPlane | None) -> list[str]:
    recipe = experiment.plane
    lines = [f"{'Line' if built.flat.dimension == 1 else 'Plane'}: {flat_in_words(built.flat)}."] if built else []
    return [*lines, f"Drawn from: {_recipe(recipe)}."] if PLANE_KINDS[recipe.kind].needs_start else lines


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
    if PLANE_KINDS[recipe.kind].uses_seed:
        return f"{start}; directions of seed {recipe.seed}"
    if not PLANE_KINDS[recipe.kind].needs_runs:
        return start
    methods = " and ".join(in_full(optimizer).rstrip(".") for optimizer in recipe.optimizers)
    return f"{start}; {count(recipe.steps, 'step')} of {methods}; {_batches(recipe.batch_size, recipe.batch_seed)}"


def _runs(experiment: Experiment, built: BuiltPlane | None) -> str:
    if isinstance(experiment.problem, FormulaProblem):  # no examples to leave out, no parameters beside the axes
        return f"Runs: {count(experiment.steps, 'step')}."
    parts = [count(experiment.steps, "step"), _batches(experiment.batch_size, experiment.batch_seed)]
    if built is None or built.flat.parameters > built.flat.dimension:
        flat = "line" if built is not None and built.flat.dimension == 1 else "plane"
        parts.append(
            "in all parameters, paths projected onto the " + flat
            if experiment.residence == "all"
            else f"within the {flat}, where the picture is exact"
        )
    return f"Runs: {', '.join(parts)}."


def _batches(size: int | None, seed: int) -> str:
    return "all examples at every step" if size is None else f"batches of {size:,} with seed {seed}"


def _precision(facts: ProblemFacts | None) -> str:
    if facts is None:
        return ""
    return f"Numbers: runs in float64, the landscape in {facts.sampling_precision}."
