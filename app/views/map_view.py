"""A map on screen: landscapes with paths, decision regions with examples."""

from __future__ import annotations

from PyQt6.QtWidgets import QWidget

from app.pictures.map import MapPicture
from app.theme import Theme
from app.views.canvas import CanvasView
from app.views.color_bar_view import ColorBarView
from app.views.ground_item import GroundItem


class MapView(CanvasView):
    """A raster with contours and paths on it, and its key at the right."""

    def __init__(self, parent: QWidget | None = None, *, follows_zoom: bool = False) -> None:
        super().__init__(parent, follows_zoom=follows_zoom)
        self.ground = GroundItem(self.box)
        self._key = ColorBarView()
        self.body.addWidget(self._key)
        self._key.show_bar(None)

    def show_theme(self, theme: Theme) -> None:
        super().show_theme(theme)
        self._key.show_theme(theme)

    def show_picture(self, picture: MapPicture) -> None:
        """Draw a picture over the one before."""
        self.box.setAspectLocked(picture.equal_scales)
        self.ground.show_ground(picture.raster, picture.contours)
        self._key.show_bar(picture.color_bar)
        self.show_marks(picture)
