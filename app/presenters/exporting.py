"""Exports: the screen's own results and look, as a picture or as numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from app.figures.board import Figure
from app.figures.files import write_figure
from app.figures.panels import panels_board
from app.files import numbers
from app.files.atomic_write import ExportError
from app.files.csv_writer import write_table
from app.files.description import describe
from app.pictures.legend import theme_of
from app.pictures.panels import PANELS, Panel, picture
from app.presenters.conductor import Conductor
from app.presenters.panels import PanelsPresenter
from app.store import Store
from app.views.dialogs import Dialogs, ExportChoice
from engine.problem import FormulaProblem


class ExportPresenter:
    """Asks what and where, and writes it; what goes wrong is said, and nothing is lost."""

    def __init__(
        self,
        store: Store,
        conductor: Conductor,
        panels: PanelsPresenter,
        dialogs: Dialogs,
        say: Callable[[str], None],
    ) -> None:
        self._store, self._conductor, self._panels = store, conductor, panels
        self._dialogs, self._say = dialogs, say

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does for which command."""
        return {"export": self.export, "how_drawn": self.how_drawn}

    def export(self) -> None:
        """Ask what and where, then write it."""
        panels: dict[str, str] = {
            name: title
            for name, title in PANELS.items()
            if name != "model" or not isinstance(self._store.document.experiment.problem, FormulaProblem)
        }
        choice = self._dialogs.export_choice(panels)
        if choice is None:
            return
        suggested = f"{self._store.document.name or 'talweg'}-{choice.panel or 'board'}{choice.suffix}"
        path = self._dialogs.file_to_save(suggested, choice.suffix, "Export")
        if path is not None:
            self.export_to(path, choice)

    def export_to(self, path: Path, choice: ExportChoice) -> None:
        """Write one export; the screen's own results and look are what is drawn."""
        document, results = self._store.document, self._conductor.results
        described = describe(document, results.plane)
        try:
            if choice.suffix == ".csv":
                columns, comments = numbers.table(choice.panel or "curves", document, results)
                write_table(path, columns, comments)
            else:
                drawn = self._figure(choice.panel)
                write_figure(
                    path, drawn, theme=theme_of(document), dpi=choice.dpi, description="\n".join(described)
                )  # fmt: skip
        except (ExportError, ValueError, OSError) as error:
            self._dialogs.complain(str(error))
            return
        self._say(f"Exported to {path}")

    def _figure(self, panel: str) -> Figure:
        document, results = self._store.document, self._conductor.results
        if not panel:
            cache, ghost = self._panels.cache, self._panels.ghost
            shown = {name: picture(name, document, results, cache, ghost) for name in PANELS}
            return panels_board(shown, document.experiment.title, describe(document, results.plane))
        name: Panel = next(key for key in PANELS if key == panel)
        drawn = picture(name, document, results, self._panels.cache, self._panels.ghost)
        if drawn is None:
            raise ValueError("There is nothing to export on this panel.")
        return drawn

    def how_drawn(self) -> None:
        """Everything that fixes the numbers on screen, to read and to cite."""
        lines = describe(self._store.document, self._conductor.results.plane)
        self._dialogs.show_text("How this was drawn", "\n".join(lines))
