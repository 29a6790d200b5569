"""Every panel's picture by its name: what the window shows, what an export draws, what the headless command renders."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from app.document import Document
from app.pictures.curves import curves_picture
from app.pictures.ground import Ground, ground
from app.pictures.landscape import landscape_map
from app.pictures.landscape_curve import landscape_curve
from app.pictures.legend import theme_of
from app.pictures.map import MapPicture
from app.pictures.model import model_picture
from app.pictures.plot import PlotPicture
from app.pictures.projection import Projections
from app.pictures.slice import slice_picture
from app.pictures.tiles import TilesPicture
from app.results import ModelResult, Results
from engine.formulas import Formula
from engine.surfaces import Surface

Panel = Literal["landscape", "curves", "slice", "model"]
Picture = MapPicture | PlotPicture | TilesPicture
PANELS: dict[Panel, str] = {
    "landscape": "Loss landscape",
    "curves": "Training curves",
    "slice": "Slice",
    "model": "Model",
}


@dataclass
class PictureCache:
    """What pictures keep from one frame to the next: the ground, which no path changes, and where records fall."""

    projections: Projections = field(default_factory=Projections)
    _key: tuple[object, ...] = ()
    _surface: Surface | None = None
    _ground: Ground | None = None

    def ground(self, document: Document, results: Results) -> Ground | None:
        """The ground for what is shown now, made anew only where it differs."""
        surface, look = results.surface, document.look
        if surface is None or not surface.second.size or not surface.finite.any():
            return None
        key = (look.theme, look.logarithmic, look.palette, look.contours, look.plateaus, look.hillshade)
        if surface is not self._surface or key != self._key:
            self._ground = ground(surface, look, theme_of(document), known_minimum(results))
            self._surface, self._key = surface, key
        return self._ground


def known_minimum(results: Results) -> float | None:
    """f*, where the problem's minimum is known."""
    drawn = results.plane
    if drawn is None or not isinstance(drawn.assembled.objective, Formula):
        return None
    return drawn.assembled.objective.lowest


def is_curve(results: Results) -> bool:
    """Whether the landscape is that of one parameter."""
    return results.plane is not None and results.plane.flat.dimension == 1


def picture(
    panel: Panel, document: Document, results: Results, cache: PictureCache, ghost: ModelResult | None = None
) -> Picture | None:
    """The picture of one panel; None where the problem has nothing to show there (a formula has no model)."""
    if panel == "landscape":
        if is_curve(results):
            return landscape_curve(document, results, cache.projections)
        return landscape_map(document, results, cache.ground(document, results), cache.projections)
    if panel == "curves":
        return curves_picture(document, results)
    if panel == "slice":
        return slice_picture(document, results)
    return model_picture(document, results, ghost)
