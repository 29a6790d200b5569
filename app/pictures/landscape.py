"""The landscape: the loss over a plane as a map, or along a line as a curve, with the runs' paths on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from app.document import Document, Look, shown_window
from app.pictures import colors
from app.pictures.legend import run_color, run_name, short_name, theme_of, trouble
from app.pictures.map import MapPicture
from app.pictures.marks import Axis, Band, ColorBar, Handle, Marker, Note, Polyline, Raster
from app.pictures.plot import PlotPicture
from app.pictures.theme import Theme
from app.pictures.thinning import path_points, pulled_in
from app.results import Results
from engine.analysis.honesty import HONEST_SHARE, Honesty, honesty
from engine.analysis.wording import count, number
from engine.arrays import Array, Indices, Mask
from engine.contours import contours, levels
from engine.experiment import Experiment
from engine.plane import Flat
from engine.plane_drawing import DrawnPlane
from engine.surfaces import Surface, above_floor, flat_region, floor_below
from engine.trajectory import Trajectories

MOST_NUMBERS = 4_000_000
"""Numbers (records times parameters) of one run that are projected for a picture: a few milliseconds of work."""
METERED = 600
"""Records of one run, evenly spread, from which the share of its motion is measured while somebody waits."""


COARSE = 20
"""With fewer samples a side than this, contours and shading would only be corners of blocks."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What of a map depends on the surface alone, and stays while paths are dragged over it."""

    surface: Surface
    raster: Raster
    color_bar: ColorBar
    contours: tuple[Polyline, ...]


def ground(surface: Surface, look: Look, theme: Theme, floor: float | None = None) -> Ground:
    """Heat map, contour lines and plateau shading of a sampled plane.

    Args:
        surface: what was sampled.
        look: palette, scale and overlays.
        theme: colors of lines.
        floor: f*, the known minimum, for a logarithmic scale; None: the lowest value seen less one color step.

    """
    bottom = (floor_below(surface) if floor is None else floor) if look.logarithmic else 0.0
    shown = above_floor(surface, bottom) if look.logarithmic else surface
    low, high = _color_range(shown, look.logarithmic)
    rgba = colors.colorize(shown.values, low, high, look.palette, look.logarithmic)
    if look.hillshade:
        relief = np.log10(shown.values) if look.logarithmic else np.clip(shown.values, low, high)
        rgba = colors.shaded(rgba, colors.hillshade(relief))
    lines = _contour_lines(surface, look, theme, bottom, high)
    if look.plateaus and min(surface.settled().values.shape) >= COARSE:
        flat = flat_region(surface)
        if flat.shape == surface.values.shape and flat.any():
            rgba = colors.blend(rgba, flat, theme.plateau, 0.38)
            lines = (*lines, *_outline(surface, flat, theme))
    label = f"log scale of loss − {number(bottom)}" if look.logarithmic else "loss"
    bar = colors.color_bar(low, high, look.palette, label, look.logarithmic)
    return Ground(surface, Raster(rgba, _outer_edges(surface)), bar, lines)


def _color_range(surface: Surface, logarithmic: bool) -> tuple[float, float]:
    """From the lowest value to nearly the highest: one wild corner must not wash out all the rest."""
    values = surface.values[surface.finite]
    if not values.size:
        return (1.0, 10.0) if logarithmic else (0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    if not logarithmic:
        high = min(high, float(np.quantile(values, 0.98)))
    if logarithmic:
        low = max(low, high * 1e-12)
    return (low, high) if high > low else (low, low + (abs(low) or 1.0))


def _contour_lines(surface: Surface, look: Look, theme: Theme, bottom: float, high: float) -> tuple[Polyline, ...]:
    if not look.contours or min(surface.settled().values.shape) < COARSE:
        return ()
    if look.logarithmic:
        chosen = levels(surface, look.contours, "logarithmic", bottom)
    else:
        # Levels follow the values' distribution, so that valleys and plateaus get lines and not only the steep rim.
        chosen = np.union1d(levels(np.minimum(surface.values, high), look.contours), levels(surface, 6, "quantile"))
    traced = contours(surface, chosen)
    if not traced:
        return ()
    gap = np.full((1, 2), np.nan)
    joined = np.concatenate([part for line in traced for part in (line.points, gap)])
    return (Polyline(joined[:, 0], joined[:, 1], theme.contour, width=1.0, opacity=0.45),)


def _outline(surface: Surface, flat: Mask, theme: Theme) -> tuple[Polyline, ...]:
    edges = contours(replace(surface, values=flat.astype(float)), [0.5])
    if not edges:
        return ()
    gap = np.full((1, 2), np.nan)
    joined = np.concatenate([part for line in edges for part in (line.points, gap)])
    return (Polyline(joined[:, 0], joined[:, 1], theme.plateau, "plateau", 1.2, "dashed"),)


def _outer_edges(surface: Surface) -> tuple[float, float, float, float]:
    """Samples are cell centers: the raster reaches half a cell further."""
    left, right, low, high = surface.window
    x, y = (right - left) / (len(surface.first) - 1) / 2, (high - low) / (len(surface.second) - 1) / 2
    return (left - x, right + x, low - y, high + y)


def landscape_map(document: Document, results: Results, base: Ground | None) -> MapPicture:
    """The map: ground, paths in their colors, a handle at each start, and how honest the picture is."""
    drawn = results.plane
    if drawn is None:
        waiting = results.errors.get("plane", "Drawing the plane …")
        return MapPicture("Loss landscape", Axis("", 0, 1), Axis("", 0, 1), waiting=waiting)
    left, right, low, high = shown_window(document.look, drawn.window)
    x_label, y_label = axis_labels(document.experiment, drawn.flat)
    lines, markers, notes = _paths(document, results, drawn, (left, right, low, high))
    return MapPicture(
        "Loss landscape",
        Axis(x_label, left, right),
        Axis(y_label, low, high),
        raster=base.raster if base else None,
        color_bar=base.color_bar if base else None,
        contours=base.contours if base else (),
        lines=lines,
        markers=markers,
        handles=handles(document, drawn),
        notes=(*notes, *trouble(document, results, "plane", *(("surface",) if base else ()))),
        caption=caption(document, drawn),
        waiting="" if base else _why_bare(results),
    )


def _why_bare(results: Results) -> str:
    """Why there is no ground under the paths."""
    if results.surface is not None and results.surface.complete and not results.surface.finite.any():
        return "The loss is not a finite number anywhere in this window."
    return results.errors.get("surface", "Sampling the loss …")


def landscape_curve(document: Document, results: Results) -> PlotPicture:
    """The landscape of one parameter: a curve with balls on it."""
    theme, drawn, surface = theme_of(document), results.plane, results.surface
    if drawn is None or surface is None or surface.second.size:
        waiting = results.errors.get("plane", results.errors.get("surface", "Sampling the loss …"))
        return PlotPicture("Loss landscape", Axis("", 0, 1), Axis("", 0, 1), waiting=waiting)
    left, right = shown_window(document.look, drawn.window)
    span = surface.finite_range() or (0.0, 1.0)
    room = 0.08 * (span[1] - span[0] or 1.0)
    ends = np.array([left, span[0] - room]), np.array([right, span[1] + room])
    lines: list[Polyline] = [Polyline(surface.first, surface.values, theme.text, width=2.0)]
    shades = _flat_stretches(surface, theme) if document.look.plateaus else ()
    markers: list[Marker] = []
    trajectories = results.runs.trajectories if results.runs is not None else None
    if trajectories is not None and trajectories.points.shape[-1] == drawn.flat.parameters:
        for run in range(trajectories.runs):
            x, y = pulled_in(_ball_path(document, trajectories, run, drawn), *ends).T
            keep = path_points(x, y, right - left, span[1] - span[0] or 1.0)
            color = run_color(document, trajectories, run)
            lines.append(
                Polyline(x[keep], y[keep], color, run_name(trajectories, run), 1.0, dots=document.look.dots, dot_size=5)
            )
            if np.isfinite([x[-1], y[-1]]).all():
                markers.append(Marker(float(x[-1]), float(y[-1]), color, "circle", 11))
    held = tuple(_on_curve(handle, drawn, (span[0] - room, span[1] + room)) for handle in handles(document, drawn))
    x_label, _ = axis_labels(document.experiment, drawn.flat)
    y_axis = Axis("loss", span[0] - room, span[1] + room)
    return PlotPicture(
        "Loss landscape",
        Axis(x_label, left, right),
        y_axis,
        bands=shades,
        lines=tuple(lines),
        markers=tuple(markers),
        handles=held,
        notes=trouble(document, results, "plane", "surface"),
        caption=caption(document, drawn),
    )


def _on_curve(handle: Handle, drawn: DrawnPlane, ends: tuple[float, float]) -> Handle:
    """A start at its own loss, which the samples of the curve only come near; in sight also where that is not finite."""
    with np.errstate(all="ignore"):
        loss = float(drawn.assembled.objective.value(drawn.flat.point([handle.x])))
    return replace(handle, y=float(np.clip(loss, *ends)) if np.isfinite(loss) else ends[1])


def _flat_stretches(surface: Surface, theme: Theme) -> tuple[Band, ...]:
    flat = np.concatenate([[False], flat_region(surface), [False]]).astype(int)
    edges = np.flatnonzero(np.diff(flat))
    return tuple(
        Band(float(surface.first[a]), float(surface.first[b - 1]), theme.plateau, "plateau")
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if b - a > 2
    )


def _ball_path(document: Document, trajectories: Trajectories, run: int, drawn: DrawnPlane) -> Array:
    """Place and loss (K, 2) of each record."""
    steps, points = _records_until(document, trajectories, run)
    return np.stack([_projected(drawn.flat, points)[:, 0], trajectories.values[steps, run]], axis=1)


def _records_until(document: Document, trajectories: Trajectories, run: int) -> tuple[Indices, Array]:
    """Recorded steps and points up to the shown step, thinned evenly where there are very many."""
    steps, points = trajectories.path(run)
    if document.look.step is not None:
        last = max(1, int(np.searchsorted(steps, document.look.step, side="right")))
        steps, points = steps[:last], points[:last]
    keep = _evenly(len(steps), max(1000, MOST_NUMBERS // points.shape[1]))
    return steps[keep], points[keep]


def _evenly(count: int, most: int) -> Indices | slice:
    """At most about ``most`` of ``count`` records, evenly spread, with the first and the last."""
    if count <= most:
        return slice(None)
    return np.append(np.arange(0, count - 1, -(-count // most)), count - 1)


def _projected(flat: Flat, points: Array) -> Array:
    with np.errstate(all="ignore"):  # the last records of a diverging run may be anywhere
        return flat.coordinates(points)


def _paths(
    document: Document, results: Results, drawn: DrawnPlane, window: tuple[float, ...]
) -> tuple[tuple[Polyline, ...], tuple[Marker, ...], tuple[Note, ...]]:
    runs = results.runs
    if runs is None or runs.trajectories.points.shape[-1] != drawn.flat.parameters:
        return (), (), ()
    trajectories = runs.trajectories
    lines, markers, notes = [], [], []
    left, right, low, high = window
    for run in range(trajectories.runs):
        _, points = _records_until(document, trajectories, run)
        if not len(points):
            continue  # its group has not had its first turn yet
        path = pulled_in(_projected(drawn.flat, points), np.array([left, low]), np.array([right, high]))
        keep = path_points(path[:, 0], path[:, 1], right - left, high - low)
        color, name = run_color(document, trajectories, run), run_name(trajectories, run)
        lines.append(
            Polyline(path[keep, 0], path[keep, 1], color, name, 2.0, dots=document.look.dots, dot_size=4.5)
        )  # fmt: skip
        if np.isfinite(path[-1]).all():
            markers.append(Marker(float(path[-1, 0]), float(path[-1, 1]), color, "circle", 10))
        if trajectories.runs <= 4:
            notes.append(Note(_said(document, results, drawn, run, path[-1], points), color))
    return tuple(lines), tuple(markers), tuple(notes)


def _said(document: Document, results: Results, drawn: DrawnPlane, run: int, place: Array, points: Array) -> str:
    """True loss beside the height of the surface, and how honest the picture is about this run."""
    assert results.runs is not None
    trajectories = results.runs.trajectories
    last = int(trajectories.done[run])
    step = last if document.look.step is None else min(document.look.step, last)
    text = f"{short_name(trajectories, run)}: loss {number(float(trajectories.values[step, run]))}"
    if drawn.flat.parameters <= 2:
        return f"{text} at step {count(step)}"
    if results.surface is not None:
        height = float(results.surface.at(place))
        text += f", surface {number(height)}" if np.isfinite(height) else ", beyond the window"
    meter = _meter(drawn.flat, points)
    away = float(meter.distances[-1])
    # What is left after projecting a point of the plane is rounding; "1.7e-15 away" would only puzzle.
    where = "in the plane" if away <= 1e-9 * (1 + float(np.linalg.norm(points[-1]))) else f"{number(away)} away"
    # Nearly all is not all: 99.7 % must not read as 100 %.
    percent = 100 * meter.share if meter.share > 1 - 1e-9 else min(100 * meter.share, 99.0)
    return f"{text} · {percent:.0f} % of motion shown, {where}"


def _meter(flat: Flat, points: Array) -> Honesty:
    return honesty(flat, points[_evenly(len(points), METERED)])


def shares(results: Results) -> tuple[float, ...]:
    """For each run the share of its motion that the plane shows; empty where there is nothing to measure."""
    drawn, runs = results.plane, results.runs
    if drawn is None or runs is None or runs.trajectories.points.shape[-1] != drawn.flat.parameters:
        return ()
    return tuple(_meter(drawn.flat, runs.trajectories.path(run)[1]).share for run in range(runs.trajectories.runs))


def should_be_remade(results: Results) -> bool:
    """Whether some run on screen shows less than 80 % of its motion."""
    return any(share < HONEST_SHARE for share in shares(results))


def handles(document: Document, drawn: DrawnPlane) -> tuple[Handle, ...]:
    """One handle a start, at its place in the plane."""
    theme = theme_of(document)
    places = [drawn.flat.coordinates(start.parameters(drawn.assembled)) for start in document.experiment.starts]
    return tuple(
        Handle(key, float(place[0]), float(place[1]) if len(place) > 1 else 0.0, theme.text, f"Start {key + 1}")
        for key, place in enumerate(places)
    )


def axis_labels(experiment: Experiment, flat: Flat) -> tuple[str, str]:
    """What the axes measure, with their units."""
    if flat.drawn.kind in ("parameters", "parameter"):
        names = flat.drawn.sentence.removeprefix("the parameters ").removeprefix("the parameter ").split(" and ")
        return names[0], names[-1]
    if flat.is_orthonormal:
        return "first axis (distance)", "second axis (distance)"
    return "coefficient of the first axis", "coefficient of the second axis"


def caption(document: Document, drawn: DrawnPlane) -> str:
    """One line that says what is drawn and where the runs live."""
    flat = drawn.flat
    if flat.parameters <= 2:
        return "The whole loss: every parameter is on an axis."
    where = (
        f"runs descend in all {count(flat.parameters)} parameters; their paths are projected"
        if document.experiment.residence == "all"
        else f"runs descend within this plane of the {count(flat.parameters)} parameters; the picture is exact"
    )
    return f"Plane {flat.drawn.sentence}; {where}."
