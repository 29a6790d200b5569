"""Every panel's picture by its name: what the window shows, what an export draws, what the headless command renders."""

from __future__ import annotations

from dataclasses import dataclass
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
class GroundCache:
    """Keeps the last ground: it depends on the surface and a few settings of the look, and not on any path."""

    key: tuple[object, ...] = ()
    surface: Surface | None = None
    made: Ground | None = None

    def of(self, document: Document, results: Results) -> Ground | None:
        """The ground for what is shown now, made anew only where it differs."""
        surface, look = results.surface, document.look
        if surface is None or not surface.second.size or not surface.finite.any():
            return None
        key = (look.theme, look.logarithmic, look.palette, look.contours, look.plateaus, look.hillshade)
        if surface is not self.surface or key != self.key:
            self.made = ground(surface, look, theme_of(document), known_minimum(results))
            self.surface, self.key = surface, key
        return self.made


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
    panel: Panel, document: Document, results: Results, grounds: GroundCache, ghost: ModelResult | None = None
) -> Picture | None:
    """The picture of one panel; None where the problem has nothing to show there (a formula has no model)."""
    if panel == "landscape":
        if is_curve(results):
            return landscape_curve(document, results)
        return landscape_map(document, results, grounds.of(document, results))
    if panel == "curves":
        return curves_picture(document, results)
    if panel == "slice":
        return slice_picture(document, results)
    return model_picture(document, results, ghost)
