"""What is wrong with a typed formula, and where."""

from __future__ import annotations


class FormulaError(ValueError):
    """A formula that cannot be read, with the place to point at.

    ``column`` counts from 0 in the text as typed; ``str(error)`` is one sentence that says what to do, and ``pointer`` the
    text with a caret below that column.
    """

    def __init__(self, sentence: str, text: str, column: int) -> None:
        super().__init__(sentence)
        self.text = text
        self.column = column

    @property
    def pointer(self) -> str:
        """The text and, on a second line, a caret under the column."""
        # A line break would put the caret below the wrong line.
        return f"{' '.join(self.text.splitlines())}\n{' ' * self.column}^"
