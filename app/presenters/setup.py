"""The setup panel's presenter: from the document to the form, and from what a person enters to the document."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.document import Document
from app.fields import Value
from app.lanes.data import DATA
from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.setup_form.dataset_shapes import NotReadError, is_known, learned
from app.setup_form.form import SetupPicture
from app.setup_form.picture import setup_picture
from app.setup_form.registry import EXAMPLE, TYPED, Change, Example, Setting, setting_of
from app.store import Store
from app.views.setup_view import SetupView
from engine.arrays import same
from engine.datasets import DatasetRecipe
from engine.problem import NetworkProblem, Problem

READING = "Reading the data …"
Read = Callable[[DatasetRecipe, Callable[[], None], Callable[[str], None]], None]
"""Reads data on the compute thread, and tells when their sizes are known, or why they cannot be."""


class SetupPresenter:
    """Shows the form at every change; what cannot be taken stays in its field with the reason, and nothing is lost."""

    def __init__(
        self,
        store: Store,
        view: SetupView,
        examples: Sequence[Example] = (),
        load_example: Callable[[str], None] = lambda name: None,
        say: Callable[[str], None] = lambda sentence: None,
        read: Read = lambda recipe, done, failed: None,
    ) -> None:
        self._store, self._view, self._examples = store, view, tuple(examples)
        self._load_example, self._say, self._read = load_example, say, read
        self._results = Results()
        self._refused: dict[str, tuple[Value, str]] = {}
        self._before: dict[str, Value] = {}
        self._awaited: Problem | None = None
        self._shown: SetupPicture | None = None
        self._seen: tuple[object, ...] = ()
        view.changed.connect(self._on_changed)
        view.previewed.connect(self._on_previewed)
        store.on_changed(lambda before, after: self.show(after, self._results))
        self.show(store.document, self._results)

    def show(self, document: Document, results: Results) -> None:
        """Bring the form up to date; cheap where nothing that it shows has changed.

        What a hand is still dragging is shown at the next :meth:`tick`: the numbers of a start that moves can't be read, and
        the time that they take is the paths'.
        """
        self._results = results
        if document is self._store.committed:
            self.tick()

    def tick(self) -> None:
        """Show what has changed since the last time."""
        document, results = self._store.document, self._results
        self._learn(document, results)
        seen = (document, results.of(PLANE), results.error(PLANE), results.of(DATA), results.error(DATA))
        if self._seen and all(one is other for one, other in zip(seen, self._seen, strict=True)):
            return
        self._seen = seen
        self._redraw()

    def _learn(self, document: Document, results: Results) -> None:
        """Data that could not be read: the form says why, and what their settings were stays."""
        problem = document.experiment.problem
        if results.error(DATA) and isinstance(problem, NetworkProblem) and not is_known(problem.data):
            learned(problem.data, results.error(DATA))

    def _redraw(self, answered: bool = False) -> None:
        picture = setup_picture(self._store.document, self._results, self._examples)
        values = {key: field.value for key, field in picture.fields.items()}
        # An entry that was refused is over once its setting is gone or has been changed by other means; one that waits for
        # data, with the problem that had them.
        given_up = READING if self._store.document.experiment.problem is not self._awaited else ""
        kept = {
            key: (value, reason)
            for key, (value, reason) in self._refused.items()
            if key in values and values[key] == self._before[key] and reason != given_up
        }
        self._refused = kept
        if kept:
            picture = setup_picture(self._store.document, self._results, self._examples, kept)
        if answered or picture != self._shown:
            self._shown = picture
            self._view.show_setup(picture, answered)

    def _on_previewed(self, key: str, value: Value) -> None:
        found = self._carried_out(key, value)
        if found is not None:
            self._store.preview(found[1].document)
            self.tick()

    def _on_changed(self, key: str, value: Value) -> None:
        if key == EXAMPLE and value != TYPED:
            self._refused.clear()
            self._load_example(str(value))
            self._redraw(answered=True)  # a person may have thought better of it
            return
        found = self._carried_out(key, value)
        if found is None:
            return
        setting, outcome = found
        if not setting.undoable:
            self._store.set_view(outcome.document)
        elif same(outcome.document, self._store.committed):
            self._store.preview(self._store.committed)  # slid away and back again: nothing to undo
        else:
            self._store.commit(outcome.document, setting.deed)
        # The widget may show what was typed, "1e0" for 1: it is told the value in any case.
        self._redraw(answered=True)
        if outcome.sentence:
            self._say(outcome.sentence)

    def _wait_for(self, recipe: DatasetRecipe, key: str, value: Value, before: Value) -> None:
        """Try the change again when the data have been read; until then the field keeps what was entered."""
        self._refused[key], self._before[key] = (value, READING), before
        self._awaited = self._store.document.experiment.problem

        def done() -> None:
            if self._refused.pop(key, None) is not None:
                self._on_changed(key, value)

        def failed(sentence: str) -> None:
            if key in self._refused:
                self._refused[key] = (value, sentence)
            self._redraw(answered=True)

        self._redraw(answered=True)
        self._read(recipe, done, failed)

    def _carried_out(self, key: str, value: Value) -> tuple[Setting, Change] | None:
        """The setting and what became of the document; None where it was refused, which the form then shows."""
        try:
            setting = setting_of(self._store.document, key, self._results, self._examples)
            outcome = setting.changed(self._store.document, value)
        except NotReadError as unread:
            self._wait_for(unread.recipe, key, value, setting.field.value)
            return None
        except KeyError:
            return None  # its optimizer or start was taken away while the hand was on its way
        except ValueError as refusal:
            self._refused[key] = (value, str(refusal))
            self._before[key] = setting.field.value
            self._redraw(answered=True)
            return None
        self._refused.pop(key, None)
        return setting, outcome
