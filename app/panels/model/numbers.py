"""The numbers behind a model's picture."""

from __future__ import annotations

import numpy as np

from app.document import Document
from app.lanes.lane import Results
from app.panels.model.lane import MODEL_LANE, ModelResult
from app.panels.numbers import not_yet, shown_run
from app.panels.panel import Column, Table


def model_table(document: Document, results: Results, number: int) -> Table:
    """What the model makes of a grid of inputs: ``input 1``, … and ``output 1``, …; for images the first layer's weights."""
    model = results.of(MODEL_LANE, number)
    if model is None:
        raise not_yet(results.error(MODEL_LANE, number), "model")
    if model.second.size:
        first, second = np.meshgrid(model.first, model.second)
        inputs = {"input 1": first.ravel(), "input 2": second.ravel()}
    elif model.first.size:
        inputs = {"input 1": model.first}
    else:
        return Table("First-layer weights", _weights(model), shown_run(document, results))
    outputs = model.outputs.reshape(len(inputs["input 1"]), -1)
    columns: dict[str, Column] = {**inputs, **{f"output {k + 1}": column for k, column in enumerate(outputs.T)}}
    scores = [f"{name} loss {loss!r}" for name, loss in model.losses]
    scores += [f"{name} accuracy {share!r}" for name, share in model.accuracies]
    return Table("Model", columns, (*shown_run(document, results), *scores))


def _weights(model: ModelResult) -> dict[str, Column]:
    """Column by column: ``unit``, ``row`` and ``column`` of the pixel (or ``input``), ``weight``; all counted from 1."""
    if not model.weights.size:
        raise ValueError("A formula has no model, so there are no numbers of it: choose another panel.")
    units, inputs = model.weights.shape
    place = np.tile(np.arange(inputs), units)
    columns: dict[str, Column] = {"unit": np.repeat(np.arange(1, units + 1), inputs)}
    if model.image_shape is not None:
        columns |= {"row": place // model.image_shape[1] + 1, "column": place % model.image_shape[1] + 1}
    else:
        columns["input"] = place + 1
    return {**columns, "weight": model.weights.ravel()}
