"""What the runs bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.trajectory import Trajectories

if TYPE_CHECKING:
    from engine.stopping import Mark


@dataclass(frozen=True, eq=False)
class RunsResult:
    """Trajectories and, for each run, what is said about it."""

    trajectories: Trajectories
    sentences: tuple[str, ...] = ()
    plateaus: tuple[tuple[tuple[int, int], ...], ...] = ()
    """For each run the stretches of steps (first, last) on a plateau."""
    rates: tuple[str, ...] = ()
    """For each run its observed rate of convergence in words."""
    marks: tuple[tuple[Mark, ...], ...] = ()
    """For each run what its curve shows beyond its values: where validation was lowest, where a noise floor begins."""
    lowest: float = float("nan")
    """The lowest loss known: the problem's minimum where it is known, else the lowest that any run has seen."""
