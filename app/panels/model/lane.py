"""The model's lane: what a network, or a fitted curve, makes of its inputs at one point."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.document import Document
from app.lanes.lane import Lane, Results
from app.lanes.problem_cache import ProblemCache
from app.lanes.runs import shown_point
from app.panels.model.settings import ModelSettings
from engine.arrays import Array, frozen_view
from engine.datasets import Dataset
from engine.job import Job, Progress
from engine.network import NetworkObjective
from engine.problem import Assembled, FormulaProblem, Problem

if TYPE_CHECKING:
    from engine.curve_fit import CurveFit

GRID = 61
CURVE = 240
SAMPLES = 24


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
    previous: ModelResult | None = None
    """The model before the weights were drawn anew: its boundary stays as a dashed line."""

    def __post_init__(self) -> None:
        for name, held in tuple(vars(self).items()):
            if isinstance(held, np.ndarray):
                object.__setattr__(self, name, frozen_view(held))


@dataclass(frozen=True, eq=False)
class ModelRequest:
    """What the network or the fitted curve does with these parameters."""

    problem: Problem
    point: Array
    previous: Array | None = None
    """Parameters ``(P,)`` whose boundary or curve is drawn beside it."""


def model_request(document: Document, results: Results, number: int) -> ModelRequest | None:
    """The model at the selected run's shown point; None for a formula, which has none."""
    problem, point = document.experiment.problem, shown_point(document, results)
    if isinstance(problem, FormulaProblem) or point is None:
        return None
    return ModelRequest(problem, point, document.view.of(ModelSettings, number).previous_point)


def model_job(cache: ProblemCache, request: ModelRequest) -> Job[ModelResult]:
    """What the network, or the fitted curve, makes of its inputs."""
    assembled, previous = cache.assembled(request.problem), request.previous
    found = model_of(assembled, request.point)
    if previous is not None and previous.size == request.point.size and found.first.size:
        found = replace(found, previous=model_of(assembled, previous))
    yield Progress(1.0, found)


MODEL_LANE = Lane("model", "Model", model_request, model_job, forgotten_with=frozenset({"descent space"}))


def model_of(assembled: Assembled, point: Array) -> ModelResult:
    """Regions on a grid of inputs, a fitted curve, or answers to images; nothing but the point for a formula."""
    objective = assembled.objective
    if isinstance(objective, NetworkObjective) and assembled.data is not None:
        return _network(assembled, objective, point)
    from engine.curve_fit import CurveFit

    if isinstance(objective, CurveFit):
        return _fitted(objective, point)
    return ModelResult(point)


def _fitted(fit: CurveFit, point: Array) -> ModelResult:
    low, high = float(fit.x.min()), float(fit.x.max())
    x = np.linspace(low - 0.05 * (high - low), high + 0.05 * (high - low), CURVE)
    return ModelResult(
        point, first=x, outputs=fit.predict(point, x)[:, None], inputs=fit.x[:, None], targets=fit.y
    )  # fmt: skip


def _network(assembled: Assembled, objective: NetworkObjective, point: Array) -> ModelResult:
    data = assembled.data
    assert data is not None
    parts = (("train", assembled.objective), ("validation", assembled.validation), ("test", assembled.test))
    losses = tuple((name, float(part.parts(point).data)) for name, part in parts if part is not None)
    accuracies: tuple[tuple[str, float], ...] = ()
    if data.classes is not None:
        accuracies = tuple((name, float(part.accuracy(point))) for name, part in parts if part is not None)
    result = ModelResult(point, accuracies=accuracies, losses=losses, classes=data.classes)
    if data.inputs.shape[1] <= 2:
        return _on_grid(result, objective, data)
    return _on_images(result, assembled, objective, data)


def _on_grid(result: ModelResult, objective: NetworkObjective, data: Dataset) -> ModelResult:
    inputs = np.asarray(data.train.inputs)
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    room = 0.18 * np.maximum(high - low, 1e-6)
    axes = [
        np.linspace(a - r, b + r, GRID if len(low) == 2 else CURVE) for a, b, r in zip(low, high, room, strict=True)
    ]
    grid = np.stack(np.meshgrid(*axes), axis=-1) if len(axes) == 2 else axes[0][:, None]
    outputs = objective.probabilities(result.parameters, grid.reshape(-1, len(axes)))
    return replace(
        result,
        first=axes[0],
        second=axes[1] if len(axes) == 2 else np.empty(0),
        outputs=outputs.reshape(*grid.shape[:-1], -1),
        inputs=inputs,
        targets=np.asarray(data.train.targets),
    )


def _on_images(result: ModelResult, assembled: Assembled, objective: NetworkObjective, data: Dataset) -> ModelResult:
    # Examples that training has not seen, where there are some: what a person wants to know is how it does on new ones.
    part = next((p for p in (data.test, data.validation, data.train) if len(p)), data.train)
    inputs = np.asarray(part.inputs[:SAMPLES])
    first = objective.blocks[0]
    return replace(
        result,
        inputs=inputs,
        targets=np.asarray(part.targets[:SAMPLES]),
        predictions=objective.probabilities(result.parameters, inputs),
        weights=first.of(result.parameters),
        image_shape=data.image_shape,
    )
