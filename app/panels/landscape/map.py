"""The landscape of two coordinates: the loss as a map, with the runs' paths on it."""

from __future__ import annotations

from app.document import Document
from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.panels.landscape.axes_caption import axis_labels, caption, handles
from app.panels.landscape.background import Background
from app.panels.landscape.lane import SURFACE
from app.panels.landscape.overlays import OVERLAYS
from app.panels.landscape.overlays.overlay import Scene, amount
from app.panels.landscape.overlays.paths import path_notes
from app.panels.landscape.settings import LandscapeSettings, shown_window
from app.pictures.legend import trouble
from app.pictures.map import MapPicture
from app.pictures.marks import Axis
from app.pictures.projection import Projections

TITLE = "Loss landscape"


def landscape_map(
    document: Document, results: Results, base: Background | None, projections: Projections, number: int = 1
) -> MapPicture:
    """The map: background, paths in their colors, a handle at each start, and how much of the motion it shows."""
    built = results.of(PLANE)
    if built is None:
        waiting = results.error(PLANE) or "Drawing the plane …"
        return MapPicture(TITLE, Axis("", 0, 1), Axis("", 0, 1), waiting=waiting)
    settings = document.view.of(LandscapeSettings, number)
    left, right, low, high = shown_window(settings, built.window)
    x_label, y_label = axis_labels(document.experiment, built.flat)
    scene = Scene(document, results, number, built, (left, right, low, high), projections)
    drawn = [overlay.marks(scene, wanted) for overlay in OVERLAYS if (wanted := amount(settings, overlay))]
    problems = trouble(document, results, PLANE, *((SURFACE,) if base else ()), card=number)
    return MapPicture(
        TITLE,
        Axis(x_label, left, right),
        Axis(y_label, low, high),
        raster=base.raster if base else None,
        color_bar=base.color_bar if base else None,
        contours=base.contours if base else (),
        lines=tuple(line for marks in drawn for line in marks.lines),
        markers=tuple(marker for marks in drawn for marker in marks.markers),
        handles=handles(document, results, built),
        notes=(*path_notes(scene), *(note for marks in drawn for note in marks.notes), *problems),
        caption=caption(document, built),
        waiting="" if base else _why_bare(results, number),
    )


def _why_bare(results: Results, number: int) -> str:
    """Why there is no background under the paths."""
    surface = results.of(SURFACE, number)
    if surface is not None and surface.complete and not surface.finite.any():
        return "The loss is not a finite number anywhere in this window."
    return results.error(SURFACE, number) or "Sampling the loss …"
