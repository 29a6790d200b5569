"""What every widget for pictures can do."""

from __future__ import annotations

from typing import Any

from PyQt6.QtWidgets import QWidget

from app.theme import Theme


class PictureView(QWidget):
    """Shows pictures of one kind."""

    def show_theme(self, theme: Theme) -> None:
        """Colors of background and text."""
        raise NotImplementedError

    def show_picture(self, picture: Any) -> None:
        """Draw a picture over the one before."""
        raise NotImplementedError
