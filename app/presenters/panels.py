"""The four panels: at each frame the pictures whose sources changed are made anew and shown."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.document import Document
from app.pictures.map import MapPicture
from app.pictures.panels import Panel, Picture, PictureCache, picture
from app.pictures.plot import PlotPicture
from app.pictures.tiles import TilesPicture
from app.results import ModelResult, Results
from app.views.main_window import MainWindow
from engine.problem import FormulaProblem

BUDGET = 0.0005
"""Seconds of a frame after which the panels that are still stale wait for the next one: painting takes several times as long
as making a picture, and a frame that draws all of them at once is one that a hand feels."""
SHARED = 2
"""Under a hand every frame shows the landscape, and one in so many another panel as well."""

Sources = tuple[object, ...]


class PanelsPresenter:
    """Draws landscape, curves, slice and model. A panel is made anew only when what it is made from is another object."""

    def __init__(
        self,
        window: MainWindow,
        wish_frame: Callable[[], None],
        hurried: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._window, self._wish_frame, self._hurried, self._clock = window, wish_frame, hurried, clock
        self._cache = PictureCache()
        self._sources: dict[Panel, Sources] = {}
        self._order: list[Panel] = ["landscape", "curves", "slice", "model"]
        self._frame = 0
        self.ghost: ModelResult | None = None

    @property
    def cache(self) -> PictureCache:
        """What pictures keep between frames, for exports of what is on screen."""
        return self._cache

    def show(self, document: Document, results: Results) -> None:
        """One frame: as many stale panels as fit into it, those that waited longest first."""
        self._window.show_model_panel(not isinstance(document.experiment.problem, FormulaProblem))
        began = self._clock()
        sources = self._sources_of(document, results)
        stale = [panel for panel in self._order if not _same(self._sources.get(panel, ()), sources[panel])]
        for number, panel in enumerate(self._by_turn(stale, self._is_first_surface(results))):
            if number and self._clock() - began > BUDGET and not self._may_go_on(number):
                self._wish_frame()
                break
            self._sources[panel] = sources[panel]
            self._order.remove(panel)
            self._order.append(panel)
            self._show_picture(panel, picture(panel, document, results, self._cache, self.ghost))
        self._frame = (self._frame + 1) % SHARED

    def _is_first_surface(self, results: Results) -> bool:
        """Whether the landscape can be seen now and could not before."""
        *_, surface, _ = self._sources.get("landscape", (None, None))
        return surface is None and results.surface is not None

    def _by_turn(self, stale: list[Panel], awaited: bool) -> list[Panel]:
        """The landscape comes first when it is awaited, or while a hand drags on it; else it has every other turn."""
        first = awaited or self._hurried() or self._order[-1] != "landscape"
        return sorted(stale, key=lambda panel: (panel == "landscape") != first)

    def _may_go_on(self, drawn: int) -> bool:
        """Under a hand some frames have room for a second panel, so that the others follow as well."""
        return drawn == 1 and self._frame == 0 and self._hurried()

    def forget(self) -> None:
        """Draw everything anew at the next frame."""
        self._sources.clear()

    def _sources_of(self, document: Document, results: Results) -> dict[Panel, Sources]:
        """What each panel is made from."""
        common = (document.experiment, document.look, tuple(sorted(results.errors.items())))
        return {
            "landscape": (*common, results.plane, results.surface, results.runs),
            "curves": (*common, results.runs),
            "slice": (*common, results.slice),
            "model": (*common, results.model, self.ghost),
        }

    def _show_picture(self, panel: Panel, shown: Picture | None) -> None:
        window = self._window
        if panel == "curves" and isinstance(shown, PlotPicture):
            window.curves.show_picture(shown)
        elif panel == "slice" and isinstance(shown, PlotPicture):
            window.slice.show_picture(shown)
        elif panel == "landscape":
            self._show_landscape(shown)
        elif panel == "model":
            self._show_model(shown)

    def _show_landscape(self, shown: Picture | None) -> None:
        window = self._window
        if isinstance(shown, MapPicture):
            window.landscape.setCurrentWidget(window.landscape_map)
            window.landscape_map.show_picture(shown)
        elif isinstance(shown, PlotPicture):
            window.landscape.setCurrentWidget(window.landscape_curve)
            window.landscape_curve.show_picture(shown)

    def _show_model(self, shown: Picture | None) -> None:
        window = self._window
        if isinstance(shown, MapPicture):
            window.model.setCurrentWidget(window.model_map)
            window.model_map.show_picture(shown)
        elif isinstance(shown, PlotPicture):
            window.model.setCurrentWidget(window.model_plot)
            window.model_plot.show_picture(shown)
        elif isinstance(shown, TilesPicture):
            window.model.setCurrentWidget(window.model_tiles)
            window.model_tiles.show_picture(shown)


def _same(before: Sources, now: Sources) -> bool:
    """Whether a panel would look the same: the same objects, or equal texts."""
    return len(before) == len(now) and all(
        a is b or (isinstance(a, tuple) and a == b) for a, b in zip(before, now, strict=True)
    )
