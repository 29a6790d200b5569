"""Qt for programs without a window: fonts and images need an application, but no display."""

from __future__ import annotations

import sys
from functools import cache

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtGui import QFontDatabase, QGuiApplication
from PyQt6.QtWidgets import QApplication

from app.files.atomic_write import ExportError


def ensure_application() -> QCoreApplication:
    """The running Qt application, or a new one that draws into memory; raises `ExportError` where Qt finds no font.

    Without QT_QPA_PLATFORM it is offscreen on Linux, whether or not there seems to be a display: Qt ends the whole
    program when a display that is named cannot be reached.
    """
    application = QGuiApplication.instance() or _offscreen()
    if not QFontDatabase.families():
        raise ExportError("Qt finds no fonts, so figures would have no labels: install one, such as fonts-dejavu-core.")
    return application


@cache
def _offscreen() -> QApplication:
    """Kept by the cache, because PyQt ends an application that nobody refers to."""
    return QApplication(["talweg", *(["-platform", "offscreen"] if sys.platform.startswith("linux") else [])])
