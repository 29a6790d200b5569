"""Documents and files: another problem, open, save, and leaving without losing anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.document import Document
from app.examples import document_of, said_of
from app.lanes.lane import Results
from app.presenters.results_controller import ResultsController
from app.store import Store
from app.views.dialogs import Dialogs
from app.views.main_window import MainWindow
from engine.arrays import same


@dataclass
class Saved:
    """Where the document was saved last, and what it was then."""

    path: Path | None = None
    experiment: object = None


class DocumentsPresenter:
    """Knows where the document is kept, and whether it has changed since."""

    def __init__(
        self,
        store: Store,
        controller: ResultsController,
        window: MainWindow,
        dialogs: Dialogs,
        quit_program: Callable[[], None],
    ) -> None:
        self._store, self._controller, self._window = store, controller, window
        self._dialogs, self._quit_program = dialogs, quit_program
        self._saved = Saved(experiment=store.document.experiment)
        window.close_requested.connect(self.quit)

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does for which command."""
        return {"open": self.open, "save": self.save, "save_as": self.save_as, "quit": self.quit}

    def show(self, document: Document, _: Results) -> None:
        """One frame: the window's title."""
        name = self._saved.path.stem if self._saved.path else document.experiment.title or "Untitled"
        self._window.show_title(name, self._changed)

    @property
    def _changed(self) -> bool:
        return not same(self._saved.experiment, self._store.document.experiment)

    def load_example(self, name: str) -> None:
        """Another entry of the catalogue; undo comes back."""
        self.begin(document_of(name, self._store.document.view), "Choose a problem")
        if said_of(name):
            self._window.status.show_message(said_of(name))

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
        from app.files.session import SessionError, open_session

        try:
            document = open_session(path)
        except (SessionError, OSError) as error:
            self._dialogs.complain(str(error))
            return
        self._forget_screen()
        self._saved = Saved(path, document.experiment)
        self._store.replace(document)

    def _forget_screen(self) -> None:
        """Ranges that a person chose belong to the problem that they were chosen for."""
        for canvas in self._window.canvases():
            canvas.release_range()

    def save(self) -> bool:
        """Save where it was saved before; True if it is saved now."""
        return self._write(self._saved.path) if self._saved.path else self.save_as()

    def save_as(self) -> bool:
        """Save under a name that the person chooses."""
        suggested = f"{self._store.document.name or 'experiment'}.talweg"
        path = self._dialogs.file_to_save(suggested, ".talweg", "Save the experiment")
        return self._write(path) if path else False

    def _write(self, path: Path) -> bool:
        from app.files.session import SessionError, save_session

        document = self._store.document
        try:
            save_session(path, document)
        except (SessionError, OSError) as error:
            self._dialogs.complain(str(error))
            return False
        self._saved = Saved(path, document.experiment)
        self._window.status.show_message(f"Saved to {path}")
        self._controller.request_frame()
        return True

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
