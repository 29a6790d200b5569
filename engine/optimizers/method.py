"""What an optimizer is: a frozen description of one run's settings, and a method that advances many runs at once.

An :class:`Optimizer` belongs to one run. Runs whose optimizers are of one kind (and agree in every setting that is not a
number) are *stacked*: their numbers become arrays over the runs, and one :class:`Method` advances all of them with two pure
functions, ``init`` and ``update``. Shapes: R runs, P parameters; points ``(R, P)``, scalars ``(R,)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np

from engine.arrays import Array, Mask
from engine.objective import Block
from engine.parameter import Parameter, Setting
from engine.schedules import Schedule

__all__ = [
    "LARGEST_DENSE",
    "Evaluate",
    "Kind",
    "Method",
    "Optimizer",
    "Parameter",
    "Report",
    "Setting",
    "State",
    "Step",
    "stacked_settings",
]

State: TypeAlias = Any
"""Whatever a method keeps between steps: arrays with the runs first, in tuples that may hold tuples."""


class Evaluate(Protocol):
    """Further evaluations on the same batch, counted for the runs in ``mask (R,)``; rows outside the mask are NaN."""

    def value(self, points: Array, mask: Mask | None = None) -> Array:
        """F ``(R,)`` at ``points (R, P)``."""

    def value_and_gradient(self, points: Array, mask: Mask | None = None) -> tuple[Array, Array]:
        """F ``(R,)`` and g ``(R, P)``."""

    def hessian(self, points: Array, mask: Mask | None = None) -> Array:
        """H ``(R, P, P)``."""

    def hessian_vector_product(self, points: Array, vectors: Array, mask: Mask | None = None) -> Array:
        """H v ``(R, P)``."""

    def gauss_newton(self, points: Array, mask: Mask | None = None) -> Array:
        """The Gauss–Newton matrix ``(R, P, P)``; raises TypeError where the objective has no residuals."""


@dataclass(frozen=True, eq=False)
class Step:
    """What a method is given at one step, for R runs at once."""

    number: int
    """s = 0, 1, 2, …: how many updates were done before this one."""
    points: Array
    """(R, P)"""
    value: Array
    """(R,) the loss of this step's batch at ``points``."""
    gradient: Array
    """(R, P) its gradient."""
    rate: Array
    """(R,) the schedule's learning rate for this step."""
    active: Mask
    """(R,) runs that are still going; the others' results are not used and their evaluations not counted."""
    blocks: tuple[Block, ...]
    evaluate: Evaluate
    explain: bool = True
    """Whether anybody reads the report; if not, it need only say which runs have failed."""


@dataclass(frozen=True, eq=False)
class Report:
    """What happened in one update, for R runs; every entry is optional and NaN where it does not apply."""

    direction: Array | None = None
    """(R, P) the step's direction before its length was chosen."""
    predicted: Array | None = None
    """(R,) the change of loss that the method's own model (linear or quadratic) predicted for the step taken."""
    curvature: Mapping[str, Array] = field(default_factory=dict)
    """(R,) facts about H at the point, such as ``negative``, ``null`` (eigenvalue counts), ``smallest``, ``largest``,
    ``damping``; and how the step was found: ``shortened`` (how many shorter ones were tried), ``gain`` (change of loss
    over predicted change), ``radius`` of a trust region, ``length`` (multiple of the direction that was taken),
    ``products`` (Hessian-vector products spent), ``bent_down`` (1 where negative curvature was met), ``pairs`` known."""
    refused: Mask | None = None
    """(R,) runs whose step was not taken (a trust region's rejection, a search that found no descent): they stay."""
    failed: Mask | None = None
    """(R,) runs that cannot go on."""
    because: str = ""
    """The sentence for those runs."""


NOTHING = Report()
"""Said where nobody asks and nothing has failed."""


class Method(Protocol):
    """Two pure functions over the runs of a stack."""

    def init(self, points: Array) -> State:
        """The state before the first step, at ``points (R, P)``."""

    def update(self, step: Step, state: State) -> tuple[Array, State, Report]:
        """The next points ``(R, P)``, the next state, and what happened."""


@dataclass(frozen=True)
class Kind:
    """An entry of the catalogue of optimizers."""

    name: str
    title: str
    sentence: str
    source: str
    parameters: tuple[Parameter, ...]
    build: Callable[[Mapping[str, Any]], Method]
    """From settings stacked over R runs — numbers as ``(R, 1)`` arrays, bools and strings as they are — to a method."""
    family: str = "first order"
    """``first order``, ``second order`` or ``quasi-Newton``: how the setup groups them."""
    default_rate: float = 0.1
    rate_range: tuple[float, float] = (1e-4, 10.0)
    """Learning rates worth trying, for a logarithmic slider."""
    clips: bool = False
    """Whether clipping the gradient makes sense for it."""
    forms_hessian: bool = False
    """Whether it builds a P×P matrix, which is refused above ``LARGEST_DENSE`` parameters."""
    needs_residuals: bool = False
    stability: Callable[[Mapping[str, float]], float] | None = None
    """c so that the method is stable on a quadratic for rate·λmax < c (2(1+β) for momentum); None where unknown."""


LARGEST_DENSE = 3000
"""Dense Hessians above this many parameters are refused with a sentence that offers ``newton_cg``."""


@dataclass(frozen=True)
class Optimizer:
    """One run's optimizer: which kind, its learning-rate schedule, its other settings."""

    kind: str
    schedule: Schedule
    settings: tuple[tuple[str, Setting], ...] = ()
    clip: float | None = None
    """Largest gradient norm handed to the method; longer gradients are shortened to it. None: no clipping."""

    def setting(self, name: str) -> Setting:
        """One setting's value.

        Raises:
            KeyError: if it has no such setting.

        """
        return dict(self.settings)[name]

    @property
    def stack_key(self) -> tuple[object, ...]:
        """Runs with equal keys may be stacked: same kind and same settings where these are not numbers."""
        fixed = tuple((name, value) for name, value in self.settings if isinstance(value, bool | str) or value is None)
        return (self.kind, fixed, self.clip is None)


def stacked_settings(optimizers: tuple[Optimizer, ...]) -> dict[str, Any]:
    """Settings of optimizers that share a ``stack_key``: numbers as ``(R, 1)`` arrays, the rest as they are."""
    first = optimizers[0]
    return {
        name: value
        if isinstance(value, bool | str) or value is None
        else np.array([[float(optimizer.setting(name) or 0.0)] for optimizer in optimizers])
        for name, value in first.settings
    }
