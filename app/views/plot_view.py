"""A plot on screen: training curves, slices, one-parameter landscapes."""

from __future__ import annotations

from html import escape

import numpy as np
import pyqtgraph as pg
from PyQt6.QtWidgets import QWidget

from app.pictures.marks import Band, Style
from app.pictures.plot import PlotPicture
from app.views.canvas import CanvasView
from app.views.pens import translucent
from app.views.scales import forth, forth_one

STROKES: dict[Style, str] = {"solid": "━━", "dashed": "╍╍", "dotted": "┈┈"}


class PlotView(CanvasView):
    """Lines over an axis, with shaded stretches and a legend."""

    def __init__(self, parent: QWidget | None = None, *, follows_zoom: bool = False) -> None:
        super().__init__(parent, follows_zoom=follows_zoom)
        self._bands: list[pg.LinearRegionItem] = []
        self._band_names: list[pg.TextItem] = []
        self.item.showGrid(x=True, y=True, alpha=0.12)

    def show_picture(self, picture: PlotPicture) -> None:
        """Draw a picture over the one before."""
        self.show_marks(picture)
        self._show_bands(picture.bands)
        self._show_legend(picture)

    def _show_legend(self, picture: PlotPicture) -> None:
        """Names beside the caption, in the lines' colors: there they never cover data.

        What a note below names in its color already is not named twice.
        """
        noted = {note.color for note in picture.notes}
        listed = [line for line in picture.lines if line.name and line.color not in noted]
        self.names.setText("&nbsp;&nbsp; ".join(
            f'<span style="color:{line.color}">{STROKES[line.style]}&nbsp;{escape(line.name)}</span>' for line in listed
        ))  # fmt: skip

    def _show_bands(self, bands: tuple[Band, ...]) -> None:
        while len(self._bands) < len(bands):
            region = pg.LinearRegionItem(movable=False)
            region.setZValue(1)
            self._bands.append(region)
            self.item.addItem(region, ignoreBounds=True)
            name = pg.TextItem("", anchor=(0.5, 1.0))
            name.setZValue(46)
            self._band_names.append(name)
            self.item.addItem(name, ignoreBounds=True)
        for number, (region, name) in enumerate(zip(self._bands, self._band_names, strict=True)):
            region.setVisible(number < len(bands))
            name.setVisible(number < len(bands) and bool(bands[number].label))
            if number < len(bands):
                band = bands[number]
                axis = self._axes[1 if band.vertical_axis else 0]
                region.setRegion(tuple(forth(axis, np.array([band.first, band.last]))))
                region.setBrush(translucent(band.color, band.opacity))
                for line in region.lines:
                    line.setPen(pg.mkPen(translucent(band.color, 0.6), width=1))
                self._place_band_name(name, band)

    def _place_band_name(self, name: pg.TextItem, band: Band) -> None:
        """Inside the lower end of the band (a run on a plateau is high up), in the middle of what of it can be seen."""
        (left, right), (low, _) = self.box.viewRange()
        first, last = (forth_one(self._axes[0], end) for end in (band.first, band.last))
        name.setText(band.label, color=self._theme.muted)
        name.setPos((max(first, left) + min(last, right)) / 2, low)
