"""An experiment: a frozen value that fixes every number. Equal experiments give equal results."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from engine.arrays import same
from engine.optimizers.method import Optimizer
from engine.plane_kinds import PLANE_KINDS
from engine.plane_recipe import PlaneRecipe
from engine.problem import NetworkProblem, Problem
from engine.start import Start

Residence = Literal["all", "within"]
"""Where runs live: in all P parameters (their paths are projected) or within the line or plane (the picture is exact)."""


@dataclass(frozen=True, eq=False)
class Experiment:
    """Problem, starts, optimizers, steps, batches, plane: everything that fixes the numbers on screen."""

    problem: Problem
    starts: tuple[Start, ...]
    optimizers: tuple[Optimizer, ...]
    steps: int = 200
    plane: PlaneRecipe = field(default_factory=PlaneRecipe)
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
