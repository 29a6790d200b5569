"""Writes figures to files."""

from __future__ import annotations

from pathlib import Path

from app.figures.application import ensure_application
from app.figures.board import Board, Figure
from app.figures.formats import FORMATS, suffixes
from app.figures.page import Page
from app.figures.painting import PAINTERS
from app.files.atomic_write import ExportError, replace_file
from app.theme import LIGHT, Theme

DPI = 200.0
BOARD_SIZE = (1080.0, 720.0)
LOWEST_ROW = 310.0
"""Points that a row of a board has at least: with more rows than a screen has room for, the board grows."""


def default_size(figure: Figure) -> tuple[float, float]:
    """Width and height in points that suit a figure: half a page for a picture, a screen for a board."""
    if isinstance(figure, Board):
        lowest = min((cell.height for cell in figure.cells), default=1.0)
        return BOARD_SIZE[0], max(BOARD_SIZE[1], LOWEST_ROW / lowest)
    wide, tall = PAINTERS[type(figure)].size
    return wide, tall + 13.0 * len(figure.notes)


def write_figure(
    path: Path | str,
    figure: Figure,
    size_points: tuple[float, float] | None = None,
    theme: Theme = LIGHT,
    dpi: float = DPI,
    description: str = "",
) -> None:
    """Write a picture or a board to a file whose suffix chooses the format; ``dpi`` matters for PNG only.

    The size is rounded to whole points; without one it is `default_size`.

    The description (how this was drawn) goes into the file's metadata. Raises `ExportError` with one sentence, and
    leaves an existing file as it was, when the format is unknown or anything goes wrong.
    """
    target = Path(path)
    replace_file(target, figure_bytes(target.suffix, figure, size_points, theme, dpi, description))


def figure_bytes(
    suffix: str,
    figure: Figure,
    size_points: tuple[float, float] | None = None,
    theme: Theme = LIGHT,
    dpi: float = DPI,
    description: str = "",
) -> bytes:
    """The contents of a file of the format that ``suffix`` names, such as ".png"; raises `ExportError`."""
    chosen = FORMATS.get(suffix.lower())
    if chosen is None or chosen.kind != "figure":
        raise ExportError(f"Figures are written as {suffixes('figure')}, not as {suffix or 'a file without a suffix'}.")
    size = size_points or default_size(figure)
    if not (all(1 <= length <= 14400 for length in size) and 1 <= dpi <= 2400):
        raise ExportError("A figure is 1 to 14,400 points wide and high, and a PNG has 1 to 2,400 dots per inch.")
    ensure_application()
    whole = (float(round(size[0])), float(round(size[1])))  # Qt's PDF pages are whole points: so is every format
    return chosen.encode(Page(figure, whole, theme, dpi, description))
