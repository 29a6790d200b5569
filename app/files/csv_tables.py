"""The numbers behind each card as CSV: nothing rounded, nothing thinned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from app.document import Card, Document
from app.files.csv_writer import table_bytes
from app.files.provenance import describe
from app.lanes.lane import Results
from app.panels import panel_of
from app.panels.panel import Column


class CsvTable(NamedTuple):
    """Equally long columns by their names, and the comments above them."""

    columns: Mapping[str, Column]
    comments: tuple[str, ...]


def csv_table(document: Document, results: Results, card: Card, name: str = "") -> CsvTable:
    """The numbers of one card: the table called ``name``, or its first one.

    Raises:
        ValueError: with a sentence, if there is no such table or it has no numbers yet.

    """
    panel = panel_of(card)
    entry = next((each for each in panel.numbers if not name or each.name == name), None)
    if entry is None:
        known = ", ".join(each.name for each in panel.numbers) or "none"
        raise ValueError(f"{panel.title} has no numbers called “{name}”: there are {known}.")
    table = entry.table(document, results, card.number)
    experiment = f": {document.experiment.title}" if document.experiment.title else ""
    return CsvTable(table.columns, (table.title + experiment, *table.notes, *describe(document, results)))


def csv_bytes(table: CsvTable) -> bytes:
    """The contents of a CSV file; raises `ExportError` when columns differ in length."""
    return table_bytes(table.columns, table.comments)
