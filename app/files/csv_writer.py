"""Writes columns of numbers as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from app.files.atomic_write import ExportError, replace_file
from app.files.version import NAME


def write_table(path: Path | str, columns: Mapping[str, ArrayLike], comments: Sequence[str] = ()) -> None:
    """Write equally long columns with their names; numbers keep their full precision, comments lead with "#".

    Raises `ExportError` when columns differ in length or the file cannot be written.
    """
    replace_file(Path(path), table_bytes(columns, comments))


def table_bytes(columns: Mapping[str, ArrayLike], comments: Sequence[str] = ()) -> bytes:
    """The contents of a CSV file, as `write_table` writes it; raises `ExportError` when columns differ in length."""
    arrays = {name: np.ravel(np.asarray(values)) for name, values in columns.items()}
    lengths = {name: len(values) for name, values in arrays.items()}
    if len(set(lengths.values())) > 1:
        counts = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise ExportError(f"The columns of a table must be equally long, but {counts}.")
    text = io.StringIO()
    lines = [line for comment in (NAME, *comments) for line in comment.splitlines() if line.strip()]
    text.writelines(f"# {line}\n" for line in lines)
    table = csv.writer(text, lineterminator="\n")
    table.writerow(arrays)
    rows = zip(*(values.tolist() for values in arrays.values()), strict=True)
    table.writerows([repr(value) if isinstance(value, float) else value for value in row] for row in rows)
    return text.getvalue().encode()
