"""The whole board: every panel side by side, as in the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.figures.board import Board, board_of_rows
from app.pictures.panels import Panel, Picture


def panels_board(panels: Mapping[Panel, Picture | None], title: str, described: Sequence[str]) -> Board:
    """Landscape and curves above, slice and model below; a panel without a picture gives its place to its neighbor.

    Args:
        panels: each panel's picture, None where the problem has none.
        title: above everything.
        described: how this was drawn; the first line stands below everything, the rest belongs into the file's metadata.

    """
    rows = [
        [shown for shown in (panels.get("landscape"), panels.get("curves")) if shown is not None],
        [shown for shown in (panels.get("slice"), panels.get("model")) if shown is not None],
    ]
    return board_of_rows(rows, heights=(1.25, 1.0), title=title or "Talweg", footer=described[0] if described else "")
