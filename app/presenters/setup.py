"""The setup panel's presenter: from the document to the form, and from what a person enters to the document."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.document import Document
from app.fields import Value
from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.setup_form.form import SetupPicture
from app.setup_form.picture import setup_picture
from app.setup_form.registry import EXAMPLE, TYPED, Change, Example, Setting, change, setting_of
from app.store import Store
from app.views.setup_view import SetupView
from engine.arrays import same


def applied(document: Document, key: str, value: Value, results: Results | None = None) -> Document:
    """The document with one setting changed.

    Raises:
        ValueError: with a sentence for a person, if the value cannot be taken.
        KeyError: if this document has no such setting.

    """
    return change(document, key, value, results).document


class SetupPresenter:
    """Shows the form at every change; what cannot be taken stays in its field with the reason, and nothing is lost."""

    def __init__(
        self,
        store: Store,
        view: SetupView,
        examples: Sequence[Example] = (),
        load_example: Callable[[str], None] = lambda name: None,
        say: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self._store, self._view, self._examples = store, view, tuple(examples)
        self._load_example, self._say = load_example, say
        self._results = Results()
        self._refused: dict[str, tuple[Value, str]] = {}
        self._before: dict[str, Value] = {}
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
        seen = (document, results.of(PLANE), results.error(PLANE))
        if self._seen and all(one is other for one, other in zip(seen, self._seen, strict=True)):
            return
        self._seen = seen
        self._redraw()

    def _redraw(self, answered: bool = False) -> None:
        picture = setup_picture(self._store.document, self._results, self._examples)
        values = {key: field.value for key, field in picture.fields.items()}
        # An entry that was refused is over once its setting is gone or has been changed by other means.
        kept = {key: entry for key, entry in self._refused.items() if values.get(key, entry) == self._before[key]}
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

    def _carried_out(self, key: str, value: Value) -> tuple[Setting, Change] | None:
        """The setting and what became of the document; None where it was refused, which the form then shows."""
        try:
            setting = setting_of(self._store.document, key, self._results, self._examples)
            outcome = setting.changed(self._store.document, value)
        except KeyError:
            return None  # its optimizer or start was taken away while the hand was on its way
        except ValueError as refusal:
            self._refused[key] = (value, str(refusal))
            self._before[key] = setting.field.value
            self._redraw(answered=True)
            return None
        self._refused.pop(key, None)
        return setting, outcome
