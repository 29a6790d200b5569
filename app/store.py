"""The one owner of the document: previews, history, and a signal with what was and what is."""

from __future__ import annotations

from collections.abc import Callable

from app.document import Document, with_view_changes
from engine.arrays import same

Listener = Callable[[Document, Document], None]
LONGEST_HISTORY = 200


class Store:
    """Holds the document. Views never see it; presenters read it, change it, and listen."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._committed = document
        self._past: list[tuple[str, Document]] = []
        self._future: list[tuple[str, Document]] = []
        self._listeners: list[Listener] = []

    @property
    def document(self) -> Document:
        """The document as it is shown, previews included."""
        return self._document

    @property
    def committed(self) -> Document:
        """The newest entry of history: what a preview that comes to nothing goes back to."""
        return self._committed

    def on_changed(self, listener: Listener) -> None:
        """Call ``listener(before, after)`` at every change, in order of registration."""
        self._listeners.append(listener)

    def preview(self, document: Document) -> None:
        """Show a document without writing history: a drag on its way."""
        self._show(document)

    def commit(self, document: Document, what: str) -> None:
        """Make a document the newest entry of history; ``what`` names the change ("Move the start").

        A document that says the same as the last entry makes none.
        """
        if same(document, self._committed):
            self._show(document)
            return
        self._past.append((what, self._committed))
        del self._past[:-LONGEST_HISTORY]
        self._future.clear()
        self._committed = document
        self._show(document)

    def set_view(self, document: Document) -> None:
        """Change the view settings without writing history (theme, zoom, shown step): undo and redo do not go back over it.

        A preview that is on its way stays one: of the document only its view settings become part of the entries.
        """
        before = self._document
        self._committed = with_view_changes(self._committed, before, document)
        self._past = [(what, with_view_changes(entry, before, document)) for what, entry in self._past]
        self._future = [(what, with_view_changes(entry, before, document)) for what, entry in self._future]
        self._show(document)

    def replace(self, document: Document) -> None:
        """Start over with another document and an empty history."""
        self._past.clear()
        self._future.clear()
        self._committed = document
        self._show(document)

    def undo(self) -> None:
        """Go back by one entry, if there is one."""
        if self._past:
            what, earlier = self._past.pop()
            self._future.append((what, self._committed))
            self._committed = earlier
            self._show(earlier)

    def redo(self) -> None:
        """Go forward again by one entry, if there is one."""
        if self._future:
            what, later = self._future.pop()
            self._past.append((what, self._committed))
            self._committed = later
            self._show(later)

    @property
    def undoable(self) -> str:
        """What :meth:`undo` would take back; empty: nothing."""
        return self._past[-1][0] if self._past else ""

    @property
    def redoable(self) -> str:
        """What :meth:`redo` would bring again; empty: nothing."""
        return self._future[-1][0] if self._future else ""

    def _show(self, document: Document) -> None:
        before, self._document = self._document, document
        for listener in tuple(self._listeners):
            listener(before, document)
