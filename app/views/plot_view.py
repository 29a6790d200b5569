"""A plot on screen: training curves, slices, one-parameter landscapes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtWidgets import QWidget

from app.pictures.marks import Band
from app.pictures.plot import PlotPicture
from app.pictures.theme import Theme
from app.views.canvas import CanvasView, translucent


class PlotView(CanvasView):
    """Lines over an axis, with shaded stretches and a legend."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bands: list[pg.LinearRegionItem] = []
        self._legend: Any = self.item.addLegend(offset=(-8, 8), labelTextSize="8pt", verSpacing=-4)
        self._named: tuple[tuple[str, str, str], ...] = ()
        self.item.showGrid(x=True, y=True, alpha=0.12)

    def show_theme(self, theme: Theme) -> None:
        super().show_theme(theme)
        self._legend.setLabelTextColor(theme.text)
        self._legend.setBrush(translucent(theme.plot, 0.8))
        self._named = ()

    def show_picture(self, picture: PlotPicture) -> None:
        """Draw a picture over the one before."""
        self.show_marks(picture)
        self._show_bands(picture.bands)
        self._show_legend(picture)

    def _show_legend(self, picture: PlotPicture) -> None:
        # What a note names in its color already needs no place on the plot.
        noted = {note.color for note in picture.notes}
        listed = [line for line in picture.lines if line.name and line.color not in noted]
        named = tuple((line.name, line.color, line.style) for line in listed)
        if named == self._named:
            return
        self._named = named
        self._legend.clear()
        self._legend.setVisible(bool(named))
        for curve, line in zip(self._curves, picture.lines, strict=False):
            if line in listed:
                self._legend.addItem(curve, line.name)

    def _show_bands(self, bands: tuple[Band, ...]) -> None:
        while len(self._bands) < len(bands):
            region = pg.LinearRegionItem(movable=False)
            region.setZValue(1)
            self._bands.append(region)
            self.item.addItem(region, ignoreBounds=True)
        for number, region in enumerate(self._bands):
            region.setVisible(number < len(bands))
            if number < len(bands):
                band = bands[number]
                convert = self._vertical if band.vertical_axis else self._horizontal
                region.setRegion(tuple(convert(np.array([band.first, band.last]))))
                region.setBrush(translucent(band.color, band.opacity))
                for line in region.lines:
                    line.setPen(pg.mkPen(translucent(band.color, 0.6), width=1))
