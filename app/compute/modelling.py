"""What a network, or a fitted curve, makes of its inputs at one point. No Qt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from app.results import ModelResult
from engine.arrays import Array
from engine.datasets import Dataset
from engine.network import NetworkObjective
from engine.problem import Assembled

if TYPE_CHECKING:
    from engine.curve_fit import CurveFit

GRID = 61
CURVE = 240
SAMPLES = 24


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
