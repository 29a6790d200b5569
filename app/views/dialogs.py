"""Dialogs: files to open and save, what to export, questions and texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.views.export_dialog import ExportChoice, ExportDialog, ExportFormat, ExportItem
from app.views.fit_dialog import Answer, FitChoice, FitDialog

SESSION_FILTER = "Talweg experiments (*.talweg)"
TABLE_FILTER = "Tables (*.csv *.tsv *.txt);;All files (*)"
DATA_FILTER = "Data (*.csv *.tsv *.txt *.npz *ubyte *.idx *.gz);;All files (*)"


class Dialogs:
    """Asks the person; every method returns None where the answer was "cancel"."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def file_to_open(self) -> Path | None:
        """An experiment file."""
        name, _ = QFileDialog.getOpenFileName(self._parent, "Open an experiment", "", SESSION_FILTER)
        return Path(name) if name else None

    def data_files(self) -> list[Path]:
        """Files of data; empty where the answer was "cancel"."""
        names, _ = QFileDialog.getOpenFileNames(self._parent, "Open data", "", DATA_FILTER)
        return [Path(name) for name in names]

    def table_file(self) -> Path | None:
        """A table of measurements."""
        name, _ = QFileDialog.getOpenFileName(self._parent, "Fit a model to a table", "", TABLE_FILTER)
        return Path(name) if name else None

    def fit_choice(self, columns: Sequence[str], judged: Callable[[FitChoice], Answer]) -> FitChoice | None:
        """Which columns and which model; ``judged`` says what is wrong with a choice."""
        dialog = FitDialog(columns, judged, self._parent)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        return dialog.choice() if accepted else None

    def file_to_save(self, suggested: str, suffix: str, title: str) -> Path | None:
        """A file to write, with its suffix added where it is missing."""
        name, _ = QFileDialog.getSaveFileName(self._parent, title, suggested, f"*{suffix}")
        if not name:
            return None
        path = Path(name)
        return path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)

    def export_choice(self, items: Sequence[ExportItem], formats: Sequence[ExportFormat]) -> ExportChoice | None:
        """What to export, and how."""
        dialog = ExportDialog(items, formats, self._parent)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        return dialog.choice() if accepted else None

    def may_discard(self) -> bool | None:
        """Unsaved changes: True to leave them, False to save first, None to stay."""
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._parent,
            "Unsaved changes",
            "This experiment has changes that are not saved.",
            buttons.Save | buttons.Discard | buttons.Cancel,
        )
        return {buttons.Discard: True, buttons.Save: False}.get(answer)

    def complain(self, sentence: str) -> None:
        """Something did not work: one sentence that says what to do."""
        QMessageBox.warning(self._parent, "Talweg", sentence)

    def show_text(self, title: str, text: str) -> None:
        """A text to read and to copy from."""
        dialog = QDialog(self._parent)
        dialog.setWindowTitle(title)
        dialog.resize(560, 420)
        area = QPlainTextEdit(text)
        area.setReadOnly(True)
        area.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(dialog.reject)
        layout = QVBoxLayout(dialog)
        layout.addWidget(area)
        layout.addWidget(buttons)
        dialog.exec()
