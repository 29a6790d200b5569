"""Carrying out a plane's recipe: from a description to directions, with a window that shows what they were drawn for."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from engine.descent import Descent, descent_job
from engine.job import Job, Progress
from engine.plane import Flat
from engine.plane_builders import Material
from engine.plane_kinds import PLANE_KINDS
from engine.plane_recipe import PlaneRecipe
from engine.problem import Assembled
from engine.surfaces import Window
from engine.trajectory import Trajectories


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
    way = PLANE_KINDS[recipe.kind]
    runs = (yield from _descended(assembled, recipe)) if way.needs_runs else None
    material = Material(assembled, recipe, runs)
    flat = way.build(material)
    yield Progress(1.0, DrawnPlane(flat, way.window(flat, material), assembled))


def _descended(assembled: Assembled, recipe: PlaneRecipe) -> Generator[Progress[DrawnPlane], None, Trajectories]:
    runs: Trajectories | None = None
    for progress in descent_job(_descent(assembled, recipe)):
        runs = progress.result
        yield Progress(0.95 * progress.fraction)
    assert runs is not None
    return runs


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
