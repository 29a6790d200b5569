"""What all kinds of picture have in common."""

from __future__ import annotations

from typing import Protocol

from app.pictures.marks import Note


class Picture(Protocol):
    """A frozen value that says what a card shows; views and painters draw it and decide nothing."""

    @property
    def title(self) -> str:
        """Above the picture."""

    @property
    def caption(self) -> str:
        """One line under the title that says what is drawn."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """Lines of text below, one under the other."""

    @property
    def waiting(self) -> str:
        """A sentence shown instead of data while there is none."""
