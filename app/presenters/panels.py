"""The four panels: at each frame the pictures whose sources changed are made anew and shown."""

from __future__ import annotations

from app.document import Document
from app.pictures.map import MapPicture
from app.pictures.panels import GroundCache, is_curve, picture
from app.pictures.plot import PlotPicture
from app.pictures.tiles import TilesPicture
from app.results import ModelResult, Results
from app.views.main_window import MainWindow
from engine.problem import FormulaProblem


class PanelsPresenter:
    """Draws landscape, curves, slice and model. A panel is made anew only when what it is made from is another object."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._grounds = GroundCache()
        self._sources: dict[str, tuple[object, ...]] = {}
        self.ghost: ModelResult | None = None

    @property
    def grounds(self) -> GroundCache:
        """The landscape's ground, for exports of what is on screen."""
        return self._grounds

    def show(self, document: Document, results: Results) -> None:
        """One frame."""
        errors = tuple(sorted(results.errors.items()))
        common = (document.experiment, document.look, errors)
        self._show_landscape(document, results, (*common, results.plane, results.surface, results.runs))
        if self._fresh("curves", (*common, results.runs)):
            shown = picture("curves", document, results, self._grounds)
            if isinstance(shown, PlotPicture):
                self._window.curves.show_picture(shown)
        if self._fresh("slice", (*common, results.slice)):
            shown = picture("slice", document, results, self._grounds)
            if isinstance(shown, PlotPicture):
                self._window.slice.show_picture(shown)
        self._show_model(document, results, (*common, results.model, self.ghost))

    def forget(self) -> None:
        """Draw everything anew at the next frame."""
        self._sources.clear()

    def _fresh(self, panel: str, sources: tuple[object, ...]) -> bool:
        before = self._sources.get(panel, ())
        if len(before) == len(sources) and all(
            a is b or (isinstance(a, tuple) and a == b) for a, b in zip(before, sources, strict=True)
        ):
            return False
        self._sources[panel] = sources
        return True

    def _show_landscape(self, document: Document, results: Results, sources: tuple[object, ...]) -> None:
        if not self._fresh("landscape", sources):
            return
        shown = picture("landscape", document, results, self._grounds)
        window = self._window
        if isinstance(shown, MapPicture) and not is_curve(results):
            window.landscape.setCurrentWidget(window.landscape_map)
            window.landscape_map.show_picture(shown)
        elif isinstance(shown, PlotPicture):
            window.landscape.setCurrentWidget(window.landscape_curve)
            window.landscape_curve.show_picture(shown)

    def _show_model(self, document: Document, results: Results, sources: tuple[object, ...]) -> None:
        window = self._window
        has_model = not isinstance(document.experiment.problem, FormulaProblem)
        window.show_model_panel(has_model)
        if not has_model or not self._fresh("model", sources):
            return
        shown = picture("model", document, results, self._grounds, self.ghost)
        if isinstance(shown, MapPicture):
            window.model.setCurrentWidget(window.model_map)
            window.model_map.show_picture(shown)
        elif isinstance(shown, PlotPicture):
            window.model.setCurrentWidget(window.model_plot)
            window.model_plot.show_picture(shown)
        elif isinstance(shown, TilesPicture):
            window.model.setCurrentWidget(window.model_tiles)
            window.model_tiles.show_picture(shown)
