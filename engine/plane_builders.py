"""How each way to draw a plane builds it from its recipe, and which window shows what it was drawn for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine import directions, plane_runs
from engine.arrays import Array
from engine.objective import Objective
from engine.plane import Flat
from engine.plane_recipe import PlaneRecipe
from engine.problem import Assembled
from engine.surfaces import Window, own_flat

if TYPE_CHECKING:
    from engine.trajectory import Trajectories

TYPED_WINDOW = (-3.0, 3.0)
"""Shown of a typed formula, of which nothing else is known."""


@dataclass(frozen=True, eq=False)
class Material:
    """What a plane is built from: a problem, a recipe, and the runs where it is drawn through some."""

    assembled: Assembled
    recipe: PlaneRecipe
    descended: Trajectories | None = None

    @property
    def objective(self) -> Objective:
        """What is drawn."""
        return self.assembled.objective

    @property
    def theta(self) -> Array:
        """The start ``(P,)``.

        Raises:
            ValueError: if the recipe has none.

        """
        if self.recipe.start is None:
            raise ValueError("This plane needs a point to be drawn around: choose a start.")
        return self.recipe.start.parameters(self.assembled)

    @property
    def runs(self) -> Trajectories:
        """The runs that the plane is drawn through."""
        assert self.descended is not None
        return self.descended


# Builders


def own_parameters(material: Material) -> Flat:
    """The line or plane of an objective of one or two parameters."""
    return own_flat(material.objective)


def as_given(material: Material) -> Flat:
    """The arrays that the recipe carries."""
    if material.recipe.plane is None:
        raise ValueError("The plane was to be given, but there are no arrays: choose another plane.")
    return material.recipe.plane


def through_ends(material: Material) -> Flat:
    """Through the start and the ends of two runs."""
    return plane_runs.through_ends(material.runs)


def principal_components(material: Material) -> Flat:
    """Where the runs moved most."""
    return directions.principal_components(material.runs)


def filter_normalized(material: Material) -> Flat:
    """Random directions at the norms of the rows of weights."""
    recipe = material.recipe
    biases: directions.Biases = "with_row" if recipe.biases == "scaled" else "zero"
    return directions.filter_normalized(material.objective, material.theta, recipe.seed, biases)


def layer_normalized(material: Material) -> Flat:
    """Random directions at the norms of the layers."""
    recipe = material.recipe
    return directions.layer_normalized(material.objective, material.theta, recipe.seed, _with_weights(recipe))


def model_normalized(material: Material) -> Flat:
    """Random directions at the norm of all weights."""
    recipe = material.recipe
    return directions.model_normalized(material.objective, material.theta, recipe.seed, _with_weights(recipe))


def _with_weights(recipe: PlaneRecipe) -> directions.LayerBiases:
    return "with_weights" if recipe.biases == "scaled" else "zero"


def random(material: Material) -> Flat:
    """Random directions of length 1."""
    return directions.random(material.objective, material.theta, material.recipe.seed)


def hessian_eigenvectors(material: Material) -> Flat:
    """The top and the bottom eigenvector at the start."""
    return directions.hessian_eigenvectors(material.objective, material.theta)


def gradient_and_newton(material: Material) -> Flat:
    """Both steps from the start."""
    return directions.gradient_and_newton(material.objective, material.theta)


def chosen_parameters(material: Material) -> Flat:
    """Two parameters on the axes."""
    return directions.weights(material.objective, *material.recipe.indices, material.theta)


def nearest_twins(material: Material) -> Flat:
    """Through the start and its two nearest permuted twins."""
    theta, network = material.theta, material.assembled.network
    if network is None:
        raise ValueError("Only a network has twins, whose hidden units can be swapped: choose another plane.")
    return directions.nearest_twins(network, theta)


# Windows


def own_window(flat: Flat, material: Material) -> Window:
    """A formula's own; of a curve fit what shows start and minimum."""
    from engine.curve_fit import CurveFit
    from engine.fitting import fit_window
    from engine.formulas import Formula

    objective = material.objective
    if isinstance(objective, Formula):
        return objective.named.window if objective.named is not None else TYPED_WINDOW * flat.dimension
    if material.recipe.start is None or not isinstance(objective, CurveFit):
        return (-1.0, 1.0) * flat.dimension
    return fit_window(objective, material.theta, range(flat.dimension))


def window_of_paths(flat: Flat, material: Material) -> Window:
    """All paths."""
    return plane_runs.window_of_paths(flat, material.runs)


def window_of_values(flat: Flat, material: Material) -> Window:
    """Two parameters' own values; of a curve fit what shows start and minimum."""
    from engine.curve_fit import CurveFit
    from engine.fitting import fit_window

    if isinstance(material.objective, CurveFit):
        return fit_window(material.objective, material.theta, material.recipe.indices)
    reach = max(3.0, 1.5 * float(np.abs(flat.origin).max()))
    return (-reach, reach) * 2


def window_around(flat: Flat, material: Material) -> Window:
    """One unit to every side where axes carry a meaningful length; else half the size of the point itself."""
    reach = 1.0 if not flat.is_orthonormal else max(1.0, 0.5 * float(np.linalg.norm(flat.origin)))
    return (-reach, reach) * flat.dimension
