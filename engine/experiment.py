"""An experiment: a frozen value that fixes every number. Equal experiments give equal results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, read_only, same
from engine.optimizers.method import Optimizer
from engine.plane import Plane
from engine.problem import Assembled, NetworkProblem, Problem

Residence = Literal["all", "within"]
"""Where runs live: in all P parameters (their paths are projected) or within the line or plane (the picture is exact)."""


@dataclass(frozen=True, eq=False)
class Start:
    """A start with its recipe: drawn by a scheme and a seed, or ``given``, and then moved by ``shift``.

    The shift is a vector of parameters, so it does not depend on the plane in which somebody dragged it.
    """

    scheme: str = "xavier"
    seed: int = 0
    scale: float = 1.0
    given: Array | None = None
    shift: Array | None = None

    def __post_init__(self) -> None:
        for name in ("given", "shift"):
            held = getattr(self, name)
            # What is read-only already stays the same object: comparing starts then ends at their identity.
            if held is not None and (not isinstance(held, np.ndarray) or held.flags.writeable):
                object.__setattr__(self, name, read_only(held))

    def parameters(self, assembled: Assembled) -> Array:
        """The parameter vector ``(P,)``.

        Raises:
            ValueError: if the given vector or the shift does not fit the problem.

        """
        base = self.given
        if base is None:
            if assembled.network is None:
                raise ValueError("This start has no parameters: give it a point.")
            base = assembled.network.initialize(seed=self.seed, scheme=self.scheme, scale=self.scale)
        point = np.array(base, dtype=np.float64) if self.shift is None else base + self.shift
        if point.shape != (assembled.objective.dimension,):
            raise ValueError(f"The start has {point.size} parameters, the problem {assembled.objective.dimension}.")
        return point

    def moved(self, by: ArrayLike) -> Start:
        """The same start, moved by ``by (P,)`` more."""
        more = np.asarray(by, dtype=np.float64)
        shift = more if self.shift is None else self.shift + more
        return replace(self, shift=read_only(shift))


def given(point: ArrayLike) -> Start:
    """A start at a point."""
    return Start(given=read_only(point))


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


@dataclass(frozen=True, eq=False)
class Experiment:
    """Problem, starts, optimizers, steps, batches, plane: everything that fixes the numbers on screen."""

    problem: Problem
    starts: tuple[Start, ...]
    optimizers: tuple[Optimizer, ...]
    steps: int = 200
    plane: PlaneRecipe = PlaneRecipe()
    batch_size: int | None = None
    batch_seed: int = 0
    residence: Residence = "all"
    title: str = ""

    @property
    def data_seed(self) -> int:
        """Seed of the data, apart from the seeds of weights and batches."""
        return self.problem.data.seed if isinstance(self.problem, NetworkProblem) else 0

    def with_problem(self, problem: Problem) -> tuple[Experiment, str]:
        """The same experiment on a changed problem: starts and plane are rebuilt from their recipes.

        Returns:
            The new experiment and a sentence on what could not be kept (empty where everything was).

        """
        from engine.plane_kinds import PLANE_KINDS  # whose entries are about recipes

        lost: list[str] = []
        starts = tuple(_rebuilt(start, lost) for start in self.starts)
        plane = self.plane
        if plane.start is not None:
            plane = replace(plane, start=_rebuilt(plane.start, lost))
        if PLANE_KINDS[plane.kind].needs_arrays:
            plane, lost = PlaneRecipe("filter_normalized", start=starts[0]), [*lost, "the given plane"]
        kept = " and ".join(dict.fromkeys(lost))
        sentence = f"The parameters are others now: {kept} could not be kept." if kept else ""
        return replace(self, problem=problem, starts=starts, plane=plane), sentence

    def with_weights_seed(self, seed: int) -> Experiment:
        """New weights by seed: every start that is drawn by a scheme is drawn anew, in order: seed, seed + 1 and so on."""
        starts = tuple(
            start if start.given is not None else replace(start, seed=seed + number, shift=None)
            for number, start in enumerate(self.starts)
        )
        return self.with_starts(starts)

    def with_starts(self, starts: tuple[Start, ...]) -> Experiment:
        """Other starts. The plane follows where the start by whose recipe it was drawn is drawn by another recipe now.

        A start that is dragged, added or taken away leaves the plane where it is.
        """
        drawn = self.plane.start
        if drawn is None or drawn.given is not None or len(starts) != len(self.starts):
            return replace(self, starts=starts)
        exact = [number for number, start in enumerate(self.starts) if same(start, drawn)]
        alike = [number for number, start in enumerate(self.starts) if _recipe(start) == _recipe(drawn)]
        new = starts[(exact or alike or [0])[0]]
        if _recipe(new) == _recipe(drawn):
            return replace(self, starts=starts)
        return replace(self, starts=starts, plane=replace(self.plane, start=new))


def _recipe(start: Start) -> tuple[object, ...]:
    """What draws a start, without where it was dragged to since."""
    return start.scheme, start.seed, start.scale, start.given is None


def _rebuilt(start: Start, lost: list[str]) -> Start:
    """A start for other parameters: its scheme and seed stay, a drag or a given vector has no meaning there."""
    if start.given is not None:
        lost.append("a given start")
        return Start()
    if start.shift is not None:
        lost.append("where a start was dragged to")
    return replace(start, shift=None)
