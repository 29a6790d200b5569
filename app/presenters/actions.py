"""The commands: what menu entries, buttons and keys do to the runs and the view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from app.document import Document, Look
from app.pictures.paths import should_be_remade
from app.presenters.conductor import Conductor
from app.presenters.hand import HandPresenter
from app.presenters.panels import PanelsPresenter
from app.presenters.playback import PlaybackPresenter
from app.results import Results
from app.store import Store
from app.views.dialogs import Dialogs
from app.views.main_window import MainWindow
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
    ) -> None:
        self._store, self._conductor, self._window = store, conductor, window
        self._panels, self._hand, self._playback = panels, hand, playback
        self._commands: dict[str, Callable[[], object]] = {
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
            "shortcuts": lambda: dialogs.show_text("Keys and gestures", GESTURES),
            "about": lambda: dialogs.show_text("About Talweg", ABOUT),
        }
        window.command_invoked.connect(self.invoke)
        window.curve_built.connect(lambda view: view.zoomed.connect(lambda left, right, *_: self.zoom(left, right)))

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
        finished = results.runs is not None and bool(results.runs.sentences)
        many = results.plane is not None and results.plane.flat.parameters > 2
        window.show_enabled("remake_plane", many)
        window.show_remake_wished(finished and should_be_remade(results, self._panels.cache.projections))

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

    def _relook(self, look: Look) -> None:
        self._store.restyle(replace(self._store.document, look=look))
