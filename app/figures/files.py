"""Writes figures as PNG, SVG and PDF, drawn by the same painters in points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from PyQt6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF
from PyQt6.QtGui import QColor, QImage, QPageLayout, QPageSize, QPaintDevice, QPainter, QPdfWriter
from PyQt6.QtSvg import QSvgGenerator

from app.figures.application import ensure_application
from app.figures.board import Board, Figure, paint_figure
from app.files.atomic_write import ExportError, replace_file
from app.files.version import NAME
from app.pictures.map import MapPicture
from app.pictures.tiles import TilesPicture
from app.theme import LIGHT, Theme

DPI = 200.0
_INCH = 72.0


@dataclass(frozen=True, eq=False)
class _Page:
    """What is drawn on a page of ``size`` points, and what is written about it."""

    figure: Figure
    size: tuple[float, float]
    theme: Theme
    dpi: float
    description: str

    @property
    def title(self) -> str:
        return self.figure.title or NAME


def default_size(figure: Figure) -> tuple[float, float]:
    """Width and height in points that suit a figure: half a page for a picture, a screen for a board."""
    if isinstance(figure, Board):
        return 1080.0, 720.0
    notes = 13.0 * len(figure.notes)
    if isinstance(figure, MapPicture):
        return 460.0, 390.0 + notes
    return (420.0, 320.0 + notes) if isinstance(figure, TilesPicture) else (460.0, 310.0 + notes)


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
    encode = FORMATS.get(suffix.lower())
    if encode is None:
        raise ExportError(f"Figures are written as {', '.join(FORMATS)}, not as {suffix or 'a file without a suffix'}.")
    size = size_points or default_size(figure)
    if not (all(1 <= length <= 14400 for length in size) and 1 <= dpi <= 2400):
        raise ExportError("A figure is 1 to 14,400 points wide and high, and a PNG has 1 to 2,400 dots per inch.")
    ensure_application()
    whole = (float(round(size[0])), float(round(size[1])))  # Qt's PDF pages are whole points: so is every format
    return encode(_Page(figure, whole, theme, dpi, description))


def _draw(page: _Page, device: QPaintDevice, scale: float = 1.0) -> None:
    painter = QPainter()
    if not painter.begin(device):
        raise ExportError("Qt could not start drawing the figure: make it smaller.")
    try:
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)  # else PDF files hold JPEG
        painter.scale(scale, scale)
        paint_figure(painter, QRectF(0, 0, *page.size), page.figure, page.theme)
    finally:
        painter.end()


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


def _png(page: _Page) -> bytes:
    scale = page.dpi / _INCH
    wide, tall = (max(1, round(length * scale)) for length in page.size)
    image = QImage(wide, tall, QImage.Format.Format_RGB32)
    if image.isNull():
        raise ExportError("The image is too large for memory: choose a smaller size or fewer dots per inch.")
    for set_dots in (image.setDotsPerMeterX, image.setDotsPerMeterY):
        set_dots(round(page.dpi / 0.0254))
    image.fill(QColor(page.theme.panel))  # a page is seldom a whole number of pixels: no seam at its edges
    _draw(page, image, scale)
    for key, text in (("Title", page.title), ("Software", NAME), ("Description", page.description)):
        if text:
            image.setText(key, text)
    buffer = _buffer()
    if not image.save(buffer, "PNG"):
        raise ExportError("Qt could not encode the image as PNG: choose SVG or PDF.")
    return bytes(buffer.data().data())


def _svg(page: _Page) -> bytes:
    generator, buffer = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11), _buffer()
    generator.setOutputDevice(buffer)
    generator.setResolution(round(_INCH))
    generator.setSize(QSizeF(*page.size).toSize())
    generator.setViewBox(QRectF(0, 0, *page.size))
    generator.setTitle(page.title)
    generator.setDescription(page.description or NAME)
    _draw(page, generator)
    return bytes(buffer.data().data())


def _pdf(page: _Page) -> bytes:
    buffer = _buffer()
    writer = QPdfWriter(buffer)
    writer.setPdfVersion(QPdfWriter.PdfVersion.PdfVersion_1_6)
    writer.setResolution(round(_INCH))
    writer.setPageSize(QPageSize(QSizeF(*page.size), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageOrientation(QPageLayout.Orientation.Portrait)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(page.description or page.title)
    writer.setCreator(NAME)
    _draw(page, writer)
    return bytes(buffer.data().data())


FORMATS: MappingProxyType[str, Callable[[_Page], bytes]] = MappingProxyType({".png": _png, ".svg": _svg, ".pdf": _pdf})
"""The formats by suffix."""
