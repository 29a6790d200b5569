"""What an experiment of the lectures is, and what measuring it yields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from engine.experiment import Experiment

Lecture = Literal[1, 2, 3]

TITLES: Mapping[Lecture, str] = MappingProxyType(
    {
        1: "Optimization of neural networks",
        2: "Training by backpropagation",
        3: "Gradient descent on digits",
    }
)
"""The three lectures, by number."""


@dataclass(frozen=True)
class Evidence:
    """What was measured: the numbers by name, what they say in a sentence, and whether they bear the claim out."""

    numbers: Mapping[str, float]
    sentence: str
    holds: bool

    def __post_init__(self) -> None:
        plain = {name: float(value) for name, value in self.numbers.items()}
        object.__setattr__(self, "numbers", MappingProxyType(plain))
        object.__setattr__(self, "holds", bool(self.holds))


@dataclass(frozen=True)
class LectureExperiment:
    """One claim of a lecture and a measurement that shows it, the same numbers at every call (times excepted)."""

    name: str
    lecture: Lecture
    claim: str
    """The claim, one sentence in the lecture's words."""
    shown: str
    """What is measured, and how it shows the claim."""
    measure: Callable[[], Evidence]
    """Takes seconds at most; needs no window."""
    experiment: Callable[[], Experiment] | None = None
    """What to open in the window to see it; None where no single landscape shows it."""
    source: str = "the lecture"
    """Where the claim, or the formula it is measured against, is published."""
