"""What columns a table has."""

from __future__ import annotations

from dataclasses import dataclass

from engine.datasets.checks import DataError


@dataclass(frozen=True)
class TableColumns:
    """The columns of a table by name, and which of them hold numbers."""

    names: tuple[str, ...] = ()
    numeric: tuple[bool, ...] = ()

    def inputs_beside(self, target: str) -> tuple[str, ...]:
        """The columns that can be inputs beside ``target``: those that hold numbers; empty where all the others do.

        Raises:
            DataError: if there is no such column.

        >>> TableColumns(("time", "place", "height"), (True, False, True)).inputs_beside("height")
        ('time',)

        """
        if target not in self.names:
            raise DataError(f"there is no column {target!r}: choose one of {', '.join(self.names)}.")
        others = [place for place, name in enumerate(self.names) if name != target]
        inputs = tuple(self.names[place] for place in others if self.numeric[place])
        return inputs if len(inputs) < len(others) else ()
