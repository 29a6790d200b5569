"""Which widget shows which kind of picture: the one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.pictures.map import MapPicture
from app.pictures.plot import PlotPicture
from app.pictures.tiles import TilesPicture
from app.views.map_view import MapView
from app.views.picture_view import PictureView
from app.views.plot_view import PlotView
from app.views.tiles_view import TilesView

__all__ = ["PICTURE_VIEWS", "PictureView", "view_for"]

PICTURE_VIEWS: dict[type[Any], Callable[[bool], PictureView]] = {
    MapPicture: lambda follows_zoom: MapView(follows_zoom=follows_zoom),
    PlotPicture: lambda follows_zoom: PlotView(follows_zoom=follows_zoom),
    TilesPicture: lambda _: TilesView(),
}
"""The widgets by kind of picture; they are told whether zooming by hand changes the document."""


def view_for(kind: type[Any], follows_zoom: bool = False) -> PictureView:
    """A new widget for pictures of this kind."""
    return PICTURE_VIEWS[kind](follows_zoom)
