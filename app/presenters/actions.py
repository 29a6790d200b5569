"""The commands: what menu entries, buttons and keys do to the runs and the view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.document import Document, ViewSettings
from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.lanes.runs import RUNS
from app.panels import open_cards, panel_of
from app.panels.landscape.settings import LandscapeSettings, shown_window
from app.pictures.projection import should_be_remade
from app.presenters.cards import CardsPresenter
from app.presenters.gestures import LandscapeGestures
from app.presenters.playback import PlaybackPresenter
from app.presenters.results_controller import ResultsController
from app.store import Store
from app.views.dialogs import Dialogs
from app.views.main_window import MainWindow
from engine.plane_recipe import PlaneKind, PlaneRecipe
from engine.problem import FormulaProblem

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


class ActionsPresenter:
    """One method a command; names are those of ``app.commands``."""

    def __init__(
        self,
        store: Store,
        controller: ResultsController,
        window: MainWindow,
        cards: CardsPresenter,
        gestures: LandscapeGestures,
        playback: PlaybackPresenter,
        dialogs: Dialogs,
    ) -> None:
        self._store, self._controller, self._window = store, controller, window
        self._cards, self._gestures = cards, gestures
        self._commands: dict[str, Callable[[], object]] = {
            "undo": store.undo,
            "redo": store.redo,
            "new_weights": self.new_weights,
            "add_start": self.add_start,
            "remove_start": lambda: gestures.remove_start(len(store.document.experiment.starts) - 1),
            "remake_plane": self.remake_plane,
            "play": playback.toggle,
            "back": lambda: playback.move(-1),
            "forward": lambda: playback.move(1),
            "to_end": lambda: playback.choose(None),
            "stop": controller.stop,
            "log_scale": lambda: self.ask_cards("log_scale"),
            "fit": self.fit,
            "fit_runs": lambda: self.ask_cards("fit_runs"),
            "dark": self.toggle_theme,
            "shortcuts": lambda: dialogs.show_text("Keys and gestures", GESTURES),
            "about": lambda: dialogs.show_text("About Talweg", ABOUT),
        }
        window.command_invoked.connect(self.invoke)

    def add_commands(self, commands: Mapping[str, Callable[[], object]]) -> None:
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
        runs, built = results.of(RUNS), results.of(PLANE)
        finished = runs is not None and bool(runs.sentences)
        window.show_enabled("remake_plane", built is not None and built.flat.parameters > 2)
        window.show_remake_wished(finished and should_be_remade(results, self._cards.projections))

    # Runs

    def new_weights(self) -> None:
        """Other weights by the next seed; the boundary that was there stays as a dashed line."""
        document = self._store.document
        seed = max((start.seed for start in document.experiment.starts), default=0) + 1
        experiment = document.experiment.with_weights_seed(seed)
        view = replace(self._asked("new_weights"), step=None)
        self._store.commit(replace(document, experiment=experiment, view=view), "New weights")

    def add_start(self) -> None:
        """Another start, a little beside the middle of what is shown."""
        built = self._controller.results.of(PLANE)
        if built is None:
            return
        window = shown_window(self._store.document.view.of(LandscapeSettings), built.window)
        # The golden ratio spreads starts without ever putting two on one place.
        turn = (len(self._store.document.experiment.starts) * 0.618034) % 1.0
        sides = [low + (high - low) * (0.15 + 0.7 * share) for low, high, share in
                 zip(window[::2], window[1::2], (turn, (turn * 2.3) % 1.0), strict=False)]  # fmt: skip
        self._gestures.add_start(sides[0], sides[-1])

    def remake_plane(self) -> None:
        """A plane through the selected start and the ends of the runs from it."""
        document = self._store.document
        experiment = document.experiment
        start = experiment.starts[min(document.view.selected_start, len(experiment.starts) - 1)]
        # Two runs have a plane that is exact at their start and both ends; of more, the principal components show most.
        kind: PlaneKind = "through_ends" if len(experiment.optimizers) <= 2 else "principal_components"
        recipe = PlaneRecipe(
            kind, start, experiment.optimizers, experiment.steps, experiment.batch_size, experiment.batch_seed
        )
        view = self._asked("remake_plane")
        self._store.commit(
            replace(document, experiment=replace(experiment, plane=recipe), view=view), "Remake the plane"
        )

    # View

    def toggle_theme(self) -> None:
        """Light or dark."""
        view = self._store.document.view
        self._show(replace(view, theme="light" if view.theme == "dark" else "dark"))

    def fit(self) -> None:
        """The good window again, and every plot's own range."""
        for canvas in self._window.canvases():
            canvas.reset_zoom()
        self.ask_cards("fit")

    def ask_cards(self, command: str) -> None:
        """Let every card do what a command means for it."""
        self._show(self._asked(command))

    def _asked(self, command: str) -> ViewSettings:
        """The view settings after every open card has done what a command means for it."""
        document, results = self._store.document, self._controller.results
        view = document.view
        for card in open_cards(view):
            change = panel_of(card).commands.get(command)
            if change is not None:
                view = view.with_settings(change(document, results, card.number), card.number)
        return view

    def _show(self, view: ViewSettings) -> None:
        self._store.set_view(replace(self._store.document, view=view))
