from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter

from app.figures.application import ensure_application
from app.figures.board import Figure, paint_figure
from app.theme import LIGHT

Pixels = np.ndarray


@pytest.fixture(scope="session", autouse=True)
def application():
    return ensure_application()


@pytest.fixture
def painted() -> Callable[..., Pixels]:
    """Draws a figure at four pixels per point: an array (rows, columns, 3), addressed by 4 × points."""

    def paint(figure: Figure, wide: int = 400, tall: int = 300, theme=LIGHT) -> Pixels:
        image = QImage(4 * wide, 4 * tall, QImage.Format.Format_RGB32)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        painter.scale(4, 4)
        paint_figure(painter, QRectF(0, 0, wide, tall), figure, theme)
        painter.end()
        data = np.frombuffer(image.constBits().asstring(image.sizeInBytes()), dtype=np.uint8)
        return data.reshape(4 * tall, 4 * wide, 4)[..., 2::-1].copy()

    return paint
