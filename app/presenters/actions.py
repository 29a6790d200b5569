"""The commands: what each menu entry, button and key does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.document import Document, Look
from app.examples import document_of
from app.figures.board import Figure
from app.figures.files import write_figure
from app.figures.panels import panels_board
from app.figures.replacement import ExportError
from app.figures.tables import write_table
from app.files import numbers
from app.files.description import describe
from app.files.session import SessionError, open_session, save_session
from app.pictures.legend import theme_of
from app.pictures.panels import PANELS, Panel, picture
from app.pictures.paths import should_be_remade
from app.presenters.conductor import Conductor
from app.presenters.hand import HandPresenter
from app.presenters.panels import PanelsPresenter
from app.presenters.playback import PlaybackPresenter
from app.results import Results
from app.store import Store
from app.views.dialogs import Dialogs, ExportChoice
from app.views.main_window import MainWindow
from engine.arrays import same
from engine.experiment import PlaneKind, PlaneRecipe
from engine.problem import FormulaProblem
from engine.surfaces import window_around
from engine.trajectory import Ending

GESTURES = """Drag a start            its paths, curves, slice and model follow
Double click            another start there
Right click on a start  remove it
Mouse wheel             zoom the landscape; F shows the good window again
Drag the ground         move the landscape
Shift+F                 a window around all paths
N                       new weights (the old boundary stays dashed)
P                       plane through the start and the ends of the runs
Space, ← →, End         play, step back and on, show the end
L                       logarithmic colors
Ctrl+Z, Ctrl+Shift+Z    undo, redo
Ctrl+E                  export a picture or its numbers
Ctrl+S, Ctrl+O          save and open experiments
Ctrl+Shift+O            open your own data: CSV, NPZ, IDX
Esc                     stop computing
"""

ABOUT = """Talweg shows how neural networks learn: the loss as a landscape, optimizers as paths through it.

Free software under the GNU General Public License, version 3 or later.
The handwritten digits are the UCI Optical Recognition of Handwritten Digits (E. Alpaydin, C. Kaynak), CC BY 4.0.
"""


@dataclass
class Saved:
    """Where the document was saved last, and what it was then."""

    path: Path | None = None
    experiment: object = None


class ActionsPresenter:
    """One method a command; names are those of ``app.commands``."""

    def __init__(
        self,
        store: Store,
        conductor: Conductor,
        window: MainWindow,
        panels: PanelsPresenter,
        hand: HandPresenter,
        playback: PlaybackPresenter,
        dialogs: Dialogs,
        quit_program: Callable[[], None],
    ) -> None:
        self._store, self._conductor, self._window = store, conductor, window
        self._panels, self._hand, self._playback, self._dialogs = panels, hand, playback, dialogs
        self._quit_program = quit_program
        self._saved = Saved(experiment=store.document.experiment)
        self._commands: dict[str, Callable[[], None]] = {
            "open": self.open,
            "save": self._save,
            "save_as": self._save_as,
            "export": self.export,
            "quit": self.quit,
            "undo": store.undo,
            "redo": store.redo,
            "new_weights": self.new_weights,
            "add_start": self.add_start,
            "remove_start": lambda: hand.remove_start(len(store.document.experiment.starts) - 1),
            "remake_plane": self.remake_plane,
            "play": playback.toggle,
            "back": lambda: playback.move(-1),
            "forward": lambda: playback.move(1),
            "to_end": lambda: playback.choose(None),
            "stop": conductor.stop,
            "log_scale": self.toggle_log,
            "fit": self.fit,
            "fit_runs": self.fit_runs,
            "dark": self.toggle_theme,
            "how_drawn": self.how_drawn,
            "shortcuts": lambda: dialogs.show_text("Keys and gestures", GESTURES),
            "about": lambda: dialogs.show_text("About Talweg", ABOUT),
        }
        window.command_invoked.connect(self.invoke)
        window.close_requested.connect(self.quit)
        window.landscape_curve.zoomed.connect(lambda left, right, *_: self.zoom(left, right))

    def add_commands(self, commands: Mapping[str, Callable[[], None]]) -> None:
        """Commands that another presenter carries out."""
        self._commands.update(commands)

    def invoke(self, name: str) -> None:
        """Carry out a command by its name."""
        self._commands[name]()

    def show(self, document: Document, results: Results) -> None:
        """One frame: which commands can be given now."""
        store, window = self._store, self._window
        window.show_enabled("undo", bool(store.undoable), f"Undo {store.undoable.lower()}".strip())
        window.show_enabled("redo", bool(store.redoable), f"Redo {store.redoable.lower()}".strip())
        window.show_enabled("new_weights", not isinstance(document.experiment.problem, FormulaProblem))
        finished = results.runs is not None and bool(results.runs.sentences)
        many = results.plane is not None and results.plane.flat.parameters > 2
        window.show_enabled("remake_plane", many)
        window.show_remake_wished(finished and should_be_remade(results, self._panels.cache.projections))
        name = self._saved.path.stem if self._saved.path else document.experiment.title or "Untitled"
        window.show_title(name, self._changed)

    @property
    def _changed(self) -> bool:
        return not same(self._saved.experiment, self._store.document.experiment)

    # Files

    def load_example(self, name: str) -> None:
        """Another entry of the catalogue; undo comes back."""
        self.begin(document_of(name, self._store.document.look), "Choose a problem")

    def begin(self, document: Document, what: str) -> None:
        """Another document in place of this one; undo comes back."""
        self._forget_screen()
        self._store.commit(document, what)
        if not self._changed or self._saved.path is None:
            self._saved = Saved(experiment=document.experiment)

    def open(self, path: Path | None = None) -> None:
        """Open an experiment file; what is on screen stays if it cannot be read."""
        if path is None and not self._may_leave():
            return
        path = path or self._dialogs.file_to_open()
        if path is None:
            return
        try:
            document = open_session(path)
        except (SessionError, OSError) as error:
            self._dialogs.complain(str(error))
            return
        self._forget_screen()
        self._saved = Saved(path, document.experiment)
        self._store.replace(document)

    def _forget_screen(self) -> None:
        """A boundary and ranges that a hand chose belong to the problem that they were chosen for."""
        self._panels.ghost = None
        for canvas in self._window.canvases():
            canvas.release_range()

    def save(self) -> bool:
        """Save where it was saved before; True if it is saved now."""
        return self._write(self._saved.path) if self._saved.path else self.save_as()

    def _save(self) -> None:
        self.save()

    def _save_as(self) -> None:
        self.save_as()

    def save_as(self) -> bool:
        """Save under a name that the person chooses."""
        suggested = f"{self._store.document.name or 'experiment'}.talweg"
        path = self._dialogs.file_to_save(suggested, ".talweg", "Save the experiment")
        return self._write(path) if path else False

    def _write(self, path: Path) -> bool:
        document = self._store.document
        try:
            save_session(path, document)
        except (SessionError, OSError) as error:
            self._dialogs.complain(str(error))
            return False
        self._saved = Saved(path, document.experiment)
        self._window.status.show_message(f"Saved to {path}")
        self._conductor.wish_frame()
        return True

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
        self._window.status.show_message(f"Exported to {path}")

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

    def quit(self) -> None:
        """Leave, after asking about unsaved changes."""
        if self._may_leave():
            self._quit_program()

    def _may_leave(self) -> bool:
        # A document that came from the catalogue and was never saved is not worth a question.
        if self._saved.path is None or not self._changed:
            return True
        answer = self._dialogs.may_discard()
        return self.save() if answer is False else answer is True

    # Runs

    def new_weights(self) -> None:
        """Other weights by the next seed; the boundary that was there stays as a ghost."""
        document = self._store.document
        self._panels.ghost = self._conductor.results.model
        seed = max((start.seed for start in document.experiment.starts), default=0) + 1
        experiment = document.experiment.with_weights_seed(seed)
        look = replace(document.look, window=None, step=None)
        self._store.commit(replace(document, experiment=experiment, look=look), "New weights")

    def add_start(self) -> None:
        """Another start, a little beside the middle of what is shown."""
        drawn = self._conductor.results.plane
        if drawn is None:
            return
        window = self._store.document.look.window or drawn.window
        # The golden ratio spreads starts without ever putting two on one place.
        turn = (len(self._store.document.experiment.starts) * 0.618034) % 1.0
        sides = [low + (high - low) * (0.15 + 0.7 * share) for low, high, share in
                 zip(window[::2], window[1::2], (turn, (turn * 2.3) % 1.0), strict=False)]  # fmt: skip
        self._hand.add_start(sides[0], sides[-1])

    def remake_plane(self) -> None:
        """A plane through the selected start and the ends of the runs from it."""
        document = self._store.document
        experiment = document.experiment
        start = experiment.starts[min(document.look.selected_start, len(experiment.starts) - 1)]
        # Two runs have a plane that is exact at their start and both ends; of more, the principal components show most.
        kind: PlaneKind = "through_ends" if len(experiment.optimizers) <= 2 else "principal_components"
        recipe = PlaneRecipe(
            kind, start, experiment.optimizers, experiment.steps, experiment.batch_size, experiment.batch_seed
        )
        look = replace(document.look, window=None)
        self._store.commit(
            replace(document, experiment=replace(experiment, plane=recipe), look=look), "Remake the plane"
        )

    # View

    def toggle_log(self) -> None:
        """Logarithmic or linear colors."""
        look = self._store.document.look
        self._relook(replace(look, logarithmic=not look.logarithmic))

    def toggle_theme(self) -> None:
        """Light or dark."""
        look = self._store.document.look
        self._relook(replace(look, theme="light" if look.theme == "dark" else "dark"))

    def fit(self) -> None:
        """The good window again, and every plot's own range."""
        for canvas in self._window.canvases():
            canvas.reset_zoom()
        self._relook(replace(self._store.document.look, window=None))

    def fit_runs(self) -> None:
        """A window around every path that stayed finite."""
        drawn, runs = self._conductor.results.plane, self._conductor.results.runs
        if drawn is None or runs is None:
            return
        paths = [runs.trajectories.path(run)[1] for run in range(runs.trajectories.runs)]
        # A run that diverged leaves any window; the others should not shrink to a dot for it.
        kept = [
            path
            for path, end in zip(paths, runs.trajectories.outcomes, strict=True)
            if end.ending is not Ending.DIVERGED
        ]
        if kept:
            window = window_around(drawn.flat, np.concatenate(kept))
            self._relook(replace(self._store.document.look, window=window))

    def zoom(self, *ends: float) -> None:
        """The landscape was zoomed or moved by hand."""
        if np.isfinite(ends).all():
            self._relook(replace(self._store.document.look, window=tuple(ends)))

    def how_drawn(self) -> None:
        """Everything that fixes the numbers on screen, to read and to cite."""
        lines = describe(self._store.document, self._conductor.results.plane)
        self._dialogs.show_text("How this was drawn", "\n".join(lines))

    def _relook(self, look: Look) -> None:
        self._store.restyle(replace(self._store.document, look=look))
