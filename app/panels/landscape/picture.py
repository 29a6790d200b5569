"""The landscape's picture: a curve or a map, by the number of its coordinates."""

from __future__ import annotations

from app.document import Document
from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.panels.landscape.curve import landscape_curve
from app.panels.landscape.lane import SURFACE
from app.panels.landscape.map import landscape_map
from app.panels.landscape.settings import LandscapeSettings
from app.panels.panel import PictureCache
from app.pictures.legend import theme_of
from app.pictures.picture import Picture


def landscape_picture(document: Document, results: Results, cache: PictureCache, number: int) -> Picture:
    """The landscape of one card."""
    built = results.of(PLANE)
    if built is not None and built.flat.dimension == 1:
        return landscape_curve(document, results, cache.projections, number)
    minimum = built.facts.minimum if built is not None else None
    settings = document.view.of(LandscapeSettings, number)
    base = cache.own.background(results.of(SURFACE, number), settings, theme_of(document), minimum)
    return landscape_map(document, results, base, cache.projections, number)
