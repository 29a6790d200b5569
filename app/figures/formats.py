"""What can be written: one table that the dialog, the command line and the tests read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from app.figures.page import pdf_bytes, png_bytes, svg_bytes
from app.files.csv_tables import csv_bytes

FormatKind = Literal["figure", "numbers", "animation", "mesh"]


@dataclass(frozen=True)
class Format:
    """A kind of file, by its suffix."""

    suffix: str
    title: str
    kind: FormatKind
    """What it holds, and so what its encoder is given: a page with a figure, or a table."""
    encode: Callable[[Any], bytes]
    has_dpi: bool = False
    """Whether it is made of pixels."""


FORMATS: MappingProxyType[str, Format] = MappingProxyType({
    entry.suffix: entry
    for entry in (
        Format(".png", "PNG picture", "figure", png_bytes, has_dpi=True),
        Format(".svg", "SVG drawing", "figure", svg_bytes),
        Format(".pdf", "PDF document", "figure", pdf_bytes),
        Format(".csv", "CSV numbers", "numbers", csv_bytes),
    )
})  # fmt: skip
"""The formats by suffix."""


def suffixes(kind: FormatKind) -> str:
    """The suffixes of a kind of format, for sentences."""
    return ", ".join(suffix for suffix, entry in FORMATS.items() if entry.kind == kind)
