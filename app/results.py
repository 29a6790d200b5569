"""What the compute thread has delivered so far: one frozen snapshot, one entry a lane, each with the request it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Array, frozen_view
from engine.plane import Line
from engine.plane_drawing import DrawnPlane
from engine.surfaces import Surface
from engine.trajectory import Trajectories

if TYPE_CHECKING:
    from engine.stopping import Mark

LaneName = Literal["plane", "runs", "surface", "slice", "model"]
LANES: tuple[LaneName, ...] = ("plane", "runs", "surface", "slice", "model")


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


@dataclass(frozen=True, eq=False)
class SliceResult:
    """The loss along a line through one run's shown point, with Newton's approximation there."""

    line: Line
    coordinates: Array
    values: Array
    value: float
    slope: float
    curvature: float
    landing: float | None
    """Where the raw Newton step lands on this line, None where it does not lie in it or there is none."""
    sentence: str
    direction: str
    """What the direction truly is, in words."""


@dataclass(frozen=True, eq=False)
class ModelResult:
    """What the model does with the parameters of one run's shown point."""

    parameters: Array
    first: Array = field(default_factory=lambda: np.empty(0))
    second: Array = field(default_factory=lambda: np.empty(0))
    """Axes of the grid of inputs (second empty for one input)."""
    outputs: Array = field(default_factory=lambda: np.empty(0))
    """(rows, columns, c) or (n, c) outputs on the grid."""
    inputs: Array = field(default_factory=lambda: np.empty((0, 0)))
    targets: NDArray[np.generic] = field(default_factory=lambda: np.empty(0))
    predictions: Array = field(default_factory=lambda: np.empty((0, 0)))
    accuracies: tuple[tuple[str, float], ...] = ()
    losses: tuple[tuple[str, float], ...] = ()
    weights: Array = field(default_factory=lambda: np.empty((0, 0)))
    """First-layer weights of the hidden units, for images."""
    image_shape: tuple[int, int] | None = None
    classes: int | None = None

    def __post_init__(self) -> None:
        for name, held in tuple(vars(self).items()):
            if isinstance(held, np.ndarray):
                object.__setattr__(self, name, frozen_view(held))


@dataclass(frozen=True, eq=False)
class Lane:
    """What one lane shows: a result, the request that it answers, and how far it is."""

    request: object
    result: object
    fraction: float = 1.0


@dataclass(frozen=True, eq=False)
class Results:
    """Everything delivered. Typed accessors give None while a lane has nothing."""

    lanes: dict[str, Lane] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def _result(self, lane: LaneName) -> object:
        entry = self.lanes.get(lane)
        return entry.result if entry is not None else None

    @property
    def plane(self) -> DrawnPlane | None:
        result = self._result("plane")
        return result if isinstance(result, DrawnPlane) else None

    @property
    def runs(self) -> RunsResult | None:
        result = self._result("runs")
        return result if isinstance(result, RunsResult) else None

    @property
    def surface(self) -> Surface | None:
        result = self._result("surface")
        return result if isinstance(result, Surface) else None

    @property
    def slice(self) -> SliceResult | None:
        result = self._result("slice")
        return result if isinstance(result, SliceResult) else None

    @property
    def model(self) -> ModelResult | None:
        result = self._result("model")
        return result if isinstance(result, ModelResult) else None

    def with_lane(self, name: LaneName, lane: Lane) -> Results:
        """The same with one lane's newer result; an error of that lane is over."""
        errors = {key: text for key, text in self.errors.items() if key != name}
        return Results({**self.lanes, name: lane}, errors)

    def without(self, *names: LaneName) -> Results:
        """The same without some lanes' results."""
        return Results({name: lane for name, lane in self.lanes.items() if name not in names}, self.errors)

    def with_error(self, name: LaneName, sentence: str) -> Results:
        """The same with what went wrong in one lane; what it showed before stays."""
        return Results(self.lanes, {**self.errors, name: sentence})
