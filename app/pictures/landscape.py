"""The landscape of two coordinates: the loss as a map, with the runs' paths on it."""

from __future__ import annotations

from app.document import Document, shown_window
from app.pictures.frame import axis_labels, caption, handles
from app.pictures.ground import Ground
from app.pictures.legend import trouble
from app.pictures.map import MapPicture
from app.pictures.marks import Axis
from app.pictures.paths import paths
from app.pictures.projection import Projections
from app.results import Results


def landscape_map(document: Document, results: Results, base: Ground | None, projections: Projections) -> MapPicture:
    """The map: ground, paths in their colors, a handle at each start, and how honest the picture is."""
    drawn = results.plane
    if drawn is None:
        waiting = results.errors.get("plane", "Drawing the plane …")
        return MapPicture("Loss landscape", Axis("", 0, 1), Axis("", 0, 1), waiting=waiting)
    left, right, low, high = shown_window(document.look, drawn.window)
    x_label, y_label = axis_labels(document.experiment, drawn.flat)
    lines, markers, notes = paths(document, results, drawn, (left, right, low, high), projections)
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
