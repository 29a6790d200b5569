"""The table of the ways to draw a plane: how each is listed, what it needs, how it is built and which window shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine import plane_builders
from engine.plane import Flat
from engine.plane_builders import Material
from engine.plane_recipe import PlaneKind
from engine.surfaces import Window


@dataclass(frozen=True)
class WayToDraw:
    """An entry of the table. What it needs must be there, or building refuses with a sentence; what it uses has a default."""

    name: PlaneKind
    """In recipes and in files."""
    title: str
    """For a person."""
    group: str
    """Under which it is offered; empty for the one that is never chosen, because its problems have no other plane."""
    tip: str
    """What it shows."""
    build: Callable[[Material], Flat]
    """From the recipe, and the runs that it is drawn through, to the line or plane."""
    window: Callable[[Flat, Material], Window] = plane_builders.window_around
    """Which part of it shows what it was drawn for."""
    needs_start: bool = True
    """Whether it is drawn through or around a start."""
    optimizers: int | None = 0
    """How many optimizers descend first, the experiment's first ones; None: all of them."""
    needs_layers: bool = False
    """Whether it takes norms from the weight matrices of a network."""
    needs_twins: bool = False
    """Whether it needs two pairs of hidden units that can be swapped."""
    needs_arrays: bool = False
    """Whether the recipe must carry the plane itself, which has no meaning for other parameters."""
    uses_seed: bool = False
    """Whether its directions are drawn by the recipe's seed."""
    uses_biases: bool = False
    """Whether it can move biases too."""
    uses_indices: bool = False
    """Whether two parameters are chosen for its axes."""

    @property
    def needs_runs(self) -> bool:
        """Whether it is drawn through runs, which descend first."""
        return self.optimizers != 0


_TABLE = (
    WayToDraw(
        "parameters",
        "All parameters",
        "",
        "One or two parameters, all that there are.",
        plane_builders.own_parameters,
        plane_builders.own_window,
        needs_start=False,
    ),
    WayToDraw(
        "through_ends",
        "Start and two ends",
        "Through the runs",
        "Exact at the start and at the ends of the first two optimizers' runs.",
        plane_builders.through_ends,
        plane_builders.window_of_paths,
        optimizers=2,
    ),
    WayToDraw(
        "principal_components",
        "Principal components",
        "Through the runs",
        "Shows most of the motion of all runs from this start together.",
        plane_builders.principal_components,
        plane_builders.window_of_paths,
        optimizers=None,
    ),
    WayToDraw(
        "filter_normalized",
        "Filter-normalized",
        "Random",
        "Random directions, each row of weights as long as in the network (Li et al. 2018).",
        plane_builders.filter_normalized,
        needs_layers=True,
        uses_seed=True,
        uses_biases=True,
    ),
    WayToDraw(
        "layer_normalized",
        "Layer-normalized",
        "Random",
        "Random directions, each layer as long as in the network.",
        plane_builders.layer_normalized,
        needs_layers=True,
        uses_seed=True,
        uses_biases=True,
    ),
    WayToDraw(
        "model_normalized",
        "Model-normalized",
        "Random",
        "Random directions, all weights as long as in the network.",
        plane_builders.model_normalized,
        needs_layers=True,
        uses_seed=True,
        uses_biases=True,
    ),
    WayToDraw(
        "random",
        "Plain",
        "Random",
        "Two random directions of length 1; its picture depends on how layers are scaled.",
        plane_builders.random,
        uses_seed=True,
    ),
    WayToDraw(
        "hessian_eigenvectors",
        "Hessian eigenvectors",
        "From derivatives",
        "Where the loss bends most up and most down at the start.",
        plane_builders.hessian_eigenvectors,
    ),
    WayToDraw(
        "gradient_and_newton",
        "Gradient and Newton step",
        "From derivatives",
        "Both steps from the start lie in this plane.",
        plane_builders.gradient_and_newton,
    ),
    WayToDraw(
        "weights",
        "Two parameters",
        "Chosen",
        "Two parameters on the axes, all others as at the start.",
        plane_builders.chosen_parameters,
        plane_builders.window_of_values,
        uses_indices=True,
    ),
    WayToDraw(
        "nearest_twins",
        "Two permuted twins",
        "Chosen",
        "Exact at the start and at the two nearest points where swapped hidden units give the same function.",
        plane_builders.nearest_twins,
        needs_twins=True,
    ),
    WayToDraw(
        "given",
        "As given",
        "Chosen",
        "Two directions that came with the experiment.",
        plane_builders.as_given,
        needs_start=False,
        needs_arrays=True,
    ),
)

PLANE_KINDS: Mapping[PlaneKind, WayToDraw] = MappingProxyType({way.name: way for way in _TABLE})
"""What exists, by name, in the order in which it is offered."""
