"""What a loss is: its name, what it can do, and its exact derivatives. The losses that exist are in ``losses``.

Shapes: outputs ``(..., c, N)`` and targets ``(c, N)``, examples last so that sums over them run along memory. Targets of
classes are one-hot columns; with one output the target is 0 or 1.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.network.activations import Values

Slope: TypeAlias = Callable[[], Values]
"""Evaluates a loss at arrays that it knows."""
Targets: TypeAlias = Literal["classes", "values"]
"""Class numbers, which are told apart, or values, which are hit as closely as can be."""
OutputUnits: TypeAlias = Literal["any", "single", "one per class"]
"""Which last layers a loss can be taken of: any, a single unit, or one unit per class and so at least two."""


@dataclass(frozen=True)
class Loss(ABC):
    """A loss of one example. What it can do is declared in its entry, so that nobody needs to know it by its name."""

    name: str
    """In the table, in files and in code."""
    title: str
    """For a person."""
    sentence: str
    """What it measures."""
    source: str
    """Where its formula is from."""
    targets: tuple[Targets, ...] = ("classes", "values")
    """What it can learn."""
    output_units: OutputUnits = "any"
    takes_logits: bool = False
    """Whether it contains the function that squashes logits to probabilities: then nothing else may squash the outputs."""
    soft_labels: bool = True
    """Whether a target may also lie between 0 and 1, as the probability of a class."""
    has_residuals: bool = False
    """Whether it is ½‖r‖² of residuals r = ŷ − y: JᵀJ / N is the Gauss–Newton matrix then, and linear regression has a closed
    form."""
    sampled_by_class: bool = False
    """Whether it is log1p(Σ exp(z_j − z_y)) over j ≠ y: with the examples sorted by class y, a plane is sampled without masks
    then. A single output is z_1, and z_0 is 0 then."""
    default_for: tuple[Targets, ...] = ()
    """For which targets it is chosen where nobody has chosen a loss."""

    @property
    def decision_threshold(self) -> float:
        """A single output above it means class 1: there the probability is ½, and both classes have the same loss."""
        return 0.0 if self.takes_logits else 0.5

    def fits(self, classes: int | None) -> bool:
        """Whether it can learn targets of so many classes, or values (None)."""
        if classes is None:
            return "values" in self.targets
        return "classes" in self.targets and (self.output_units != "single" or classes == 2)

    def width(self, columns: int) -> int:
        """How many output units a network needs for so many classes, or values of each example."""
        return 1 if self.output_units == "single" else columns

    def probabilities(self, outputs: Values) -> Values:
        """OutputUnits ``(..., c, N)`` after the function that squashes logits; as they are where it contains none."""
        return outputs

    @abstractmethod
    def per_example(self, outputs: Values, targets: Values) -> Values:
        """Loss ``(..., N)`` of each example; ``outputs`` may be overwritten."""

    @abstractmethod
    def bound(self, outputs: Values, targets: Values, out: Values) -> Slope:
        """:meth:`slope` for these very arrays, to be called again whenever the outputs have changed."""

    def slope(self, outputs: Values, targets: Values, out: Values) -> Values:
        """Sum over examples ``(...)``; ∂loss/∂outputs goes into ``out (..., c, N)``, which may be ``outputs``."""
        return self.bound(outputs, targets, out)()

    @abstractmethod
    def curvature(self, outputs: Values, targets: Values) -> Callable[[Values], Values]:
        """∂²loss/∂outputs² at ``outputs``, as a function that multiplies it with ``vectors (..., c, N)``."""
