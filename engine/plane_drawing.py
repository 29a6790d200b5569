"""Carrying out a plane's recipe: from a description to directions, with a window that shows what they were drawn for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from engine import directions
from engine.arrays import Array, Mask
from engine.descent import Descent, descent_job
from engine.experiment import Biases, PlaneKind, PlaneRecipe
from engine.job import Job, Progress
from engine.objective import Objective
from engine.plane import Flat
from engine.problem import Assembled
from engine.surfaces import Window, own_flat, window_of
from engine.trajectory import Trajectories

OVERFLOWING = 1e100
"""Squares of larger parameters overflow; they are left out of planes."""
PIECE_BYTES = 4 * 2**20
"""Of records that are looked at together: copies of whole paths would take as much memory as the paths."""
WITH_ROWS: Mapping[Biases, directions.Biases] = {"zero": "zero", "scaled": "with_row"}
WITH_WEIGHTS: Mapping[Biases, directions.LayerBiases] = {"zero": "zero", "scaled": "with_weights"}
ABOUT_RUNS: tuple[PlaneKind, ...] = ("through_ends", "principal_components")
"""Recipes that descend first."""
TYPED_WINDOW = (-3.0, 3.0)
"""Shown of a typed formula, of which nothing else is known."""


@dataclass(frozen=True, eq=False)
class DrawnPlane:
    """A recipe carried out: the line or plane, a window that shows what it was drawn for, and the problem made real."""

    flat: Flat
    window: Window
    assembled: Assembled


def draw_plane_job(assembled: Assembled, recipe: PlaneRecipe) -> Job[DrawnPlane]:
    """Draw the plane; recipes about runs descend first, with the optimizers that they carry.

    Raises:
        ValueError: with a sentence, where the recipe gives no plane.

    """
    objective = assembled.objective
    if recipe.kind == "parameters":
        flat = own_flat(objective)
        yield Progress(1.0, DrawnPlane(flat, _own_window(objective, flat, recipe, assembled), assembled))
        return
    if recipe.kind in ABOUT_RUNS:
        runs: Trajectories | None = None
        for progress in descent_job(_descent(assembled, recipe)):
            runs = progress.result
            yield Progress(0.95 * progress.fraction)
        assert runs is not None
        flat = _through_ends(runs) if recipe.kind == "through_ends" else directions.principal_components(runs)
        shown = [flat.coordinates(part) for run in range(runs.runs) for part in _finite(runs.path(run)[1])]
        yield Progress(1.0, DrawnPlane(flat, window_of(np.concatenate(shown), 0.25), assembled))
        return
    flat = _around(assembled, recipe)
    yield Progress(1.0, DrawnPlane(flat, _window_around(objective, flat, recipe, assembled), assembled))


def _descent(assembled: Assembled, recipe: PlaneRecipe) -> Descent:
    if recipe.start is None or not recipe.optimizers:
        raise ValueError("This plane is drawn through runs, but its recipe names none: choose another plane.")
    return Descent(
        assembled.objective,
        recipe.start.parameters(assembled)[None],
        recipe.optimizers,
        recipe.steps,
        recipe.batch_size,
        recipe.batch_seed,
        monitor_every=recipe.steps,  # a plane asks where the runs go, not how well they do
    )


def _through_ends(runs: Trajectories) -> Flat:
    """Through the start and the last finite points of the first two runs that moved."""
    start = runs.points[0, 0]
    ends = [_last_finite(runs.path(run)[1], start) for run in range(runs.runs)]
    moved = [end for end in ends if np.linalg.norm(end - start) > 0]
    if not moved:
        raise ValueError(
            "None of the runs has moved, so there is no plane through their ends: raise the learning rate."
        )
    other = moved[1] if len(moved) > 1 and np.any(moved[1] != moved[0]) else moved[0]
    return directions.through_points(start, moved[0], other)


def _finite(points: Array) -> Iterator[Array]:
    """The rows of ``points (K, P)`` that can be shown, in order, a piece at a time."""
    rows = max(1, PIECE_BYTES // (8 * points.shape[1]))
    for first in range(0, len(points), rows):
        part = points[first : first + rows]
        yield part[_sound(part)]


def _last_finite(points: Array, otherwise: Array) -> Array:
    return next((point for point in points[::-1] if _sound(point)), otherwise)


def _sound(points: Array) -> Mask:
    """Whether all parameters of each of ``points (..., P)`` are finite and not too large."""
    return np.asarray((np.abs(points) < OVERFLOWING).all(axis=-1))


def _around(assembled: Assembled, recipe: PlaneRecipe) -> Flat:
    if recipe.kind == "given":
        if recipe.plane is None:
            raise ValueError("The plane was to be given, but there are no arrays: choose another plane.")
        return recipe.plane
    if recipe.start is None:
        raise ValueError("This plane needs a point to be drawn around: choose a start.")
    theta, objective = recipe.start.parameters(assembled), assembled.objective
    if recipe.kind == "filter_normalized":
        return directions.filter_normalized(objective, theta, recipe.seed, WITH_ROWS[recipe.biases])
    if recipe.kind == "layer_normalized":
        return directions.layer_normalized(objective, theta, recipe.seed, WITH_WEIGHTS[recipe.biases])
    if recipe.kind == "model_normalized":
        return directions.model_normalized(objective, theta, recipe.seed, WITH_WEIGHTS[recipe.biases])
    if recipe.kind == "random":
        return directions.random(objective, theta, recipe.seed)
    if recipe.kind == "hessian_eigenvectors":
        return directions.hessian_eigenvectors(objective, theta)
    if recipe.kind == "gradient_and_newton":
        return directions.gradient_and_newton(objective, theta)
    if recipe.kind == "nearest_twins":
        if assembled.network is None:
            raise ValueError("Only a network has twins, whose hidden units can be swapped: choose another plane.")
        return directions.nearest_twins(assembled.network, theta)
    return directions.weights(objective, *recipe.indices, theta)


def _window_around(objective: Objective, flat: Flat, recipe: PlaneRecipe, assembled: Assembled) -> Window:
    """One unit to every side where axes carry a meaningful length; else half the size of the point itself."""
    if recipe.kind == "weights":
        from engine.curve_fit import CurveFit
        from engine.fitting import fit_window

        if isinstance(objective, CurveFit) and recipe.start is not None:
            return fit_window(objective, recipe.start.parameters(assembled), recipe.indices)
        reach = max(3.0, 1.5 * float(np.abs(flat.origin).max()))
        return (-reach, reach) * 2
    reach = 1.0 if not flat.is_orthonormal else max(1.0, 0.5 * float(np.linalg.norm(flat.origin)))
    return (-reach, reach) * flat.dimension


def _own_window(objective: Objective, flat: Flat, recipe: PlaneRecipe, assembled: Assembled) -> Window:
    from engine.curve_fit import CurveFit
    from engine.fitting import fit_window
    from engine.formulas import Formula

    if isinstance(objective, Formula):
        return objective.named.window if objective.named is not None else TYPED_WINDOW * flat.dimension
    if recipe.start is None or not isinstance(objective, CurveFit):
        return (-1.0, 1.0) * flat.dimension
    return fit_window(objective, recipe.start.parameters(assembled), range(flat.dimension))
