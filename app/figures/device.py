"""What a painter draws on: pixels, for which there are faster ways, or a file of shapes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QImage, QPaintEngine, QPainter

Pixels = NDArray[np.uint8]
"""``(rows, columns, 4)`` red, green, blue and opacity, row 0 at the top."""


def on_pixels(painter: QPainter) -> bool:
    """Whether Qt's own rasterizer draws into an image; SVG and PDF files keep shapes."""
    engine = painter.paintEngine()
    return engine is not None and engine.type() == QPaintEngine.Type.Raster


def image(pixels: Pixels) -> QImage:
    """A copy of the pixels as Qt draws them fastest; without alpha where all are opaque: no soft mask in PDF files."""
    rows, columns = pixels.shape[:2]
    opaque = bool((pixels[..., 3] == 255).all())
    wanted = QImage.Format.Format_RGB32 if opaque else QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).convertToFormat(wanted)
