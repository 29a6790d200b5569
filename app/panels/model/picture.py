"""What the model does with its inputs: decision regions, a fitted curve, or images of digits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.document import Document
from app.lanes.lane import Results
from app.lanes.runs import RUNS, selected_run
from app.panels.model.lane import MODEL_LANE, ModelResult
from app.panels.model.settings import ModelSettings
from app.panels.panel import PictureCache
from app.pictures import colors
from app.pictures.legend import run_name, theme_of, trouble
from app.pictures.map import MapPicture
from app.pictures.marks import Axis, Cloud, Note, Polyline, Raster
from app.pictures.plot import PlotPicture
from app.pictures.tiles import Tile, TileGroup, TilesPicture
from app.theme import Theme
from engine.analysis.wording import count, number
from engine.arrays import Array

ModelPicture = MapPicture | PlotPicture | TilesPicture
TITLES = {"map": "Decision regions", "plot": "Fitted curve", "tiles": "What the network sees"}


def model_picture(document: Document, results: Results, cache: PictureCache, card: int) -> ModelPicture:
    """The picture that fits the problem: regions, heights, a curve or images."""
    model = results.of(MODEL_LANE, card)
    if model is None:
        waiting = results.error(MODEL_LANE, card) or "Waiting for a run …"
        return MapPicture("Model", Axis("", 0, 1), Axis("", 0, 1), waiting=waiting)
    shown = _fitting(document, model, document.view.of(ModelSettings, card), _caption(document, results))
    problems = trouble(document, results, MODEL_LANE, card=card)
    return replace(shown, notes=(*problems, *shown.notes)) if problems else shown


def _fitting(document: Document, model: ModelResult, settings: ModelSettings, caption: str) -> ModelPicture:
    if model.weights.size and model.image_shape:
        return _tiles(document, model, caption)
    if model.second.size and model.classes:
        return _regions(document, model, caption)
    if model.second.size:
        return _heights(document, model, settings.palette, caption)
    if model.first.size:
        return _curve(document, model, caption)
    why = "No picture of this many inputs."
    return PlotPicture("Model", Axis("", 0, 1), Axis("", 0, 1), notes=_scores(model), caption=caption, waiting=why)


def _caption(document: Document, results: Results) -> str:
    runs = results.of(RUNS)
    if runs is None:
        return ""
    trajectories = runs.trajectories
    step = document.view.step
    when = "at its last step" if step is None else f"at step {count(step)}"
    return f"{run_name(trajectories, selected_run(document, trajectories))} {when}"


def _scores(model: ModelResult) -> tuple[Note, ...]:
    said = []
    if model.accuracies:
        said.append("Right: " + ", ".join(f"{100 * share:.1f} % {name}" for name, share in model.accuracies))
    if model.losses:
        said.append("Data loss: " + ", ".join(f"{number(loss)} {name}" for name, loss in model.losses))
    return (Note(" · ".join(said)),) if said else ()


def _regions(document: Document, model: ModelResult, caption: str) -> MapPicture:
    theme = theme_of(document)
    shares = _class_shares(model)
    class_colors = np.stack([colors.components(theme.classes[k % len(theme.classes)]) for k in range(shares.shape[-1])])
    ground = colors.components(theme.plot).astype(float)
    mixed = shares @ class_colors.astype(float)
    rgba = np.full((*shares.shape[:2], 4), 255, dtype=np.uint8)
    rgba[..., :3] = np.clip(0.45 * ground + 0.55 * mixed, 0, 255).astype(np.uint8)
    x, y = model.first, model.second
    window = _edges(x, y)
    lines = [Polyline(*_boundary(model, shares), theme.text, "boundary", 1.6)]
    before = model.previous
    if before is not None and before.first.shape == x.shape and before.outputs.ndim == 3:
        lines.append(
            Polyline(*_boundary(before, _class_shares(before)), theme.text, "before", 1.3, "dashed", opacity=0.6)
        )  # fmt: skip
    classes = np.asarray(model.targets).astype(int)
    clouds = tuple(
        Cloud(model.inputs[classes == k, 0], model.inputs[classes == k, 1], theme.classes[k % len(theme.classes)],
              size=12 if len(classes) <= 8 else 6, outline=theme.plot, name=f"class {k}")
        for k in np.unique(classes)
    )  # fmt: skip
    return MapPicture(
        TITLES["map"],
        Axis("input 1", window[0], window[1]),
        Axis("input 2", window[2], window[3]),
        raster=Raster(rgba, window),
        lines=tuple(lines),
        clouds=clouds,
        notes=_scores(model),
        caption=caption,
    )


def _class_shares(model: ModelResult) -> Array:
    """Share of each class (rows, columns, classes), 0 to 1: probabilities, or outputs clipped and put to sum 1."""
    outputs = np.nan_to_num(model.outputs, nan=0.5)
    if outputs.shape[-1] == 1:
        positive = np.clip(outputs, 0.0, 1.0)
        return np.concatenate([1.0 - positive, positive], axis=-1)
    clipped = np.clip(outputs, 0.0, 1.0) + 1e-9
    return np.asarray(clipped / clipped.sum(axis=-1, keepdims=True))


def _boundary(model: ModelResult, shares: Array) -> tuple[Array, Array]:
    """Where the winning class changes: for each class, the zero line of its share minus the best other one."""
    from contourpy import LineType, contour_generator

    parts: list[Array] = []
    gap = np.full((1, 2), np.nan)
    count_classes = shares.shape[-1]
    for k in range(1 if count_classes == 2 else count_classes):
        others = np.delete(shares, k, axis=-1).max(axis=-1)
        tracer = contour_generator(
            model.first, model.second, shares[..., k] - others, name="serial", line_type=LineType.Separate
        )
        for line in tracer.lines(0.0):
            parts += [np.asarray(line), gap]
    joined = np.concatenate(parts) if parts else gap
    return joined[:, 0], joined[:, 1]


def _edges(x: Array, y: Array) -> tuple[float, float, float, float]:
    half_x, half_y = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    return (float(x[0] - half_x), float(x[-1] + half_x), float(y[0] - half_y), float(y[-1] + half_y))


def _heights(document: Document, model: ModelResult, palette: str, caption: str) -> MapPicture:
    """A network of two inputs and one value: its output as a heat map, the targets in the same colors."""
    theme = theme_of(document)
    heights = model.outputs[..., 0]
    targets = np.asarray(model.targets, dtype=float).reshape(len(model.inputs), -1)[:, 0]
    finite = np.concatenate([heights[np.isfinite(heights)], targets])
    low, high = float(finite.min()), float(finite.max())
    window = _edges(model.first, model.second)
    bins = np.linspace(low, high, 9)
    place = np.clip(np.digitize(targets, bins) - 1, 0, 7)
    inside = colors.colorize((bins[:-1] + bins[1:]) / 2, low, high, palette)
    clouds = tuple(
        Cloud(model.inputs[place == k, 0], model.inputs[place == k, 1], "#{:02x}{:02x}{:02x}".format(*inside[k, :3]),
              size=7, outline=theme.text)
        for k in np.unique(place)
    )  # fmt: skip
    return MapPicture(
        "Fitted surface",
        Axis("input 1", window[0], window[1]),
        Axis("input 2", window[2], window[3]),
        raster=Raster(colors.colorize(heights, low, high, palette), window),
        color_bar=colors.color_bar(low, high, palette, "output"),
        clouds=clouds,
        notes=_scores(model),
        caption=caption,
    )


def _curve(document: Document, model: ModelResult, caption: str) -> PlotPicture:
    theme = theme_of(document)
    y = np.asarray(model.targets, dtype=float).reshape(len(model.inputs), -1)[:, 0]
    low, high = float(y.min()), float(y.max())
    room = 0.15 * (high - low) or 1.0
    lines = [Polyline(model.first, model.outputs[..., 0], theme.accent, "model", 2.0)]
    before = model.previous
    if before is not None and before.first.shape == model.first.shape:
        lines.append(Polyline(before.first, before.outputs[..., 0], theme.accent, "before", 1.2, "dashed", opacity=0.6))
    return PlotPicture(
        TITLES["plot"],
        Axis("input", float(model.first[0]), float(model.first[-1])),
        Axis("output", low - room, high + room),
        lines=tuple(lines),
        clouds=(Cloud(model.inputs[:, 0], y, theme.muted, size=5, name="data"),),
        notes=_scores(model),
        caption=caption,
    )


def _tiles(document: Document, model: ModelResult, caption: str) -> TilesPicture:
    theme = theme_of(document)
    assert model.image_shape is not None
    reach = float(np.abs(model.weights).max()) or 1.0
    hidden = tuple(
        Tile(colors.colorize(row.reshape(model.image_shape), -reach, reach, "signed"), f"unit {k + 1}")
        for k, row in enumerate(model.weights)
    )
    examples = tuple(_example(model, k, theme) for k in range(len(model.inputs)))
    held_out = "examples it was not trained on" if len(model.accuracies) > 1 else "examples"
    return TilesPicture(
        TITLES["tiles"],
        groups=(
            TileGroup(f"Its answers to {held_out} (right in grey, wrong in color)", examples),
            TileGroup("Weights into each hidden unit (blue negative, red positive)", hidden),
        ),
        notes=_scores(model),
        caption=caption,
    )


def _example(model: ModelResult, k: int, theme: Theme) -> Tile:
    assert model.image_shape is not None
    image = model.inputs[k].reshape(model.image_shape)
    answer, truth = int(model.predictions[k].argmax()), int(np.asarray(model.targets)[k])
    text = f"{answer}" if answer == truth else f"{answer}, is {truth}"
    span = float(image.max() - image.min()) or 1.0
    return Tile(
        colors.colorize(-(image - image.min()) / span, -1.0, 0.0, "gray"),
        text,
        theme.muted if answer == truth else theme.warning,
    )
