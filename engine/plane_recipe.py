"""How a plane is drawn, as a small value: what a saved experiment keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.optimizers.method import Optimizer
from engine.plane import Plane
from engine.start import Start

PlaneKind = Literal[
    "parameters",
    "through_ends",
    "principal_components",
    "filter_normalized",
    "layer_normalized",
    "model_normalized",
    "random",
    "hessian_eigenvectors",
    "gradient_and_newton",
    "weights",
    "nearest_twins",
    "given",
]
"""What recipes, and files, call the ways to draw a plane; :data:`engine.plane_kinds.PLANE_KINDS` says what each is."""
Biases = Literal["zero", "scaled"]
"""What becomes of biases in a normalized random plane: kept as they are, or moved at the norm of their row or layer."""


@dataclass(frozen=True, eq=False)
class PlaneRecipe:
    """How to draw the plane.

    It carries its own copy of the start and the optimizers that it needs: a command made it, and nothing that happens to the
    runs afterwards moves it.
    """

    kind: PlaneKind = "parameters"
    start: Start | None = None
    optimizers: tuple[Optimizer, ...] = ()
    steps: int = 0
    batch_size: int | None = None
    batch_seed: int = 0
    seed: int = 0
    indices: tuple[int, int] = (0, 1)
    plane: Plane | None = None
    biases: Biases = "zero"
