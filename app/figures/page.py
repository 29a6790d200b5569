"""A page with a figure, and how it is encoded: drawn by the same painters in points, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF
from PyQt6.QtGui import QColor, QImage, QPageLayout, QPageSize, QPaintDevice, QPainter, QPdfWriter
from PyQt6.QtSvg import QSvgGenerator

from app.figures.board import Figure, paint_figure
from app.files.atomic_write import ExportError
from app.files.version import NAME
from app.theme import Theme

_INCH = 72.0


@dataclass(frozen=True, eq=False)
class Page:
    """What is drawn on a page of ``size`` points, and what is written about it."""

    figure: Figure
    size: tuple[float, float]
    theme: Theme
    dpi: float
    """Matters where the format is made of pixels."""
    description: str

    @property
    def title(self) -> str:
        """For the file's metadata."""
        return self.figure.title or NAME


def _draw(page: Page, device: QPaintDevice, scale: float = 1.0) -> None:
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


def png_bytes(page: Page) -> bytes:
    """A page as pixels."""
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


def svg_bytes(page: Page) -> bytes:
    """A page as shapes for the web."""
    generator, buffer = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11), _buffer()
    generator.setOutputDevice(buffer)
    generator.setResolution(round(_INCH))
    generator.setSize(QSizeF(*page.size).toSize())
    generator.setViewBox(QRectF(0, 0, *page.size))
    generator.setTitle(page.title)
    generator.setDescription(page.description or NAME)
    _draw(page, generator)
    return bytes(buffer.data().data())


def pdf_bytes(page: Page) -> bytes:
    """A page as shapes for paper."""
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
