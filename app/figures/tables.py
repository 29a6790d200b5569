"""Writes numbers as CSV: what a picture draws, or any columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from app.figures.files import SOFTWARE
from app.figures.replacement import ExportError, replace_file
from app.figures.wording import Picture
from app.pictures.map import MapPicture
from app.pictures.plot import PlotPicture
from app.pictures.tiles import TilesPicture

Row = tuple[object, ...]


def write_table(path: Path | str, columns: Mapping[str, ArrayLike], comments: Sequence[str] = ()) -> None:
    """Write equally long columns with their names; numbers keep their full precision, comments lead with "#".

    Raises `ExportError` when columns differ in length or the file cannot be written.
    """
    arrays = {name: np.ravel(np.asarray(values)) for name, values in columns.items()}
    lengths = {name: len(values) for name, values in arrays.items()}
    if len(set(lengths.values())) > 1:
        counts = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise ExportError(f"The columns of a table must be equally long, but {counts}.")
    rows = zip(*(values.tolist() for values in arrays.values()), strict=True)
    _write(Path(path), tuple(arrays), rows, comments)


def write_numbers(path: Path | str, picture: Picture) -> None:
    """Write what a picture draws, one row per place: its kind, its series and its data coordinates.

    Bands take two rows, their first and last place. Rasters and contours hold colors and shapes, not values: their
    numbers are written by `write_table` from the surface itself.
    """
    comments = [picture.title, picture.caption, *(note.text for note in picture.notes)]
    if isinstance(picture, TilesPicture):
        rows: Iterable[Row] = (
            (group.title, k, tile.text) for group in picture.groups for k, tile in enumerate(group.tiles)
        )
        _write(Path(path), ("group", "tile", "text"), rows, comments)
        return
    comments[2:2] = [f"x: {picture.x.label}", f"y: {picture.y.label}"]
    _write(Path(path), ("kind", "series", "x", "y"), _places(picture), comments)


def _places(picture: PlotPicture | MapPicture) -> Iterator[Row]:
    for band in picture.bands if isinstance(picture, PlotPicture) else ():
        for end in (band.first, band.last):
            yield ("band", band.label, "", end) if band.vertical_axis else ("band", band.label, end, "")
    for line in picture.lines:
        for x, y in _pairs(line.x, line.y):
            yield "line", line.name, x, y
    for cloud in picture.clouds:
        for x, y in _pairs(cloud.x, cloud.y):
            yield "cloud", cloud.name, x, y
    for marker in picture.markers:
        yield "marker", marker.label, marker.x, marker.y
    for handle in picture.handles:
        yield "handle", handle.label, handle.x, handle.y


def _pairs(x: ArrayLike, y: ArrayLike) -> list[list[float]]:
    pairs: list[list[float]] = np.column_stack([np.asarray(x, np.float64), np.asarray(y, np.float64)]).tolist()
    return pairs


def _write(path: Path, header: Row, rows: Iterable[Row], comments: Sequence[str]) -> None:
    text = io.StringIO()
    lines = [line for comment in (SOFTWARE, *comments) for line in comment.splitlines() if line.strip()]
    text.writelines(f"# {line}\n" for line in lines)
    table = csv.writer(text, lineterminator="\n")
    table.writerow(header)
    table.writerows([_written(value) for value in row] for row in rows)
    replace_file(path, text.getvalue().encode())


def _written(value: Any) -> object:
    return repr(float(value)) if isinstance(value, float) else value
