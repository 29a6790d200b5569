"""Dialogs: files to open and save, what to export, questions and texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.views.fit_dialog import Answer, FitChoice, FitDialog

SESSION_FILTER = "Talweg experiments (*.talweg)"
TABLE_FILTER = "Tables (*.csv *.tsv *.txt);;All files (*)"
DATA_FILTER = "Data (*.csv *.tsv *.txt *.npz *ubyte *.idx *.gz);;All files (*)"


@dataclass(frozen=True)
class ExportChoice:
    """What a person wants to export: a panel ("" for the whole board), a suffix, and dots per inch for PNG."""

    panel: str
    suffix: str
    dpi: int


FORMATS = {".png": "PNG picture", ".svg": "SVG drawing", ".pdf": "PDF document", ".csv": "CSV numbers"}


class ExportDialog(QDialog):
    """Which panel, which format."""

    def __init__(self, panels: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.panel = QComboBox()
        for name, title in {"": "The whole board", **panels}.items():
            self.panel.addItem(title, name)
        self.format = QComboBox()
        for suffix, title in FORMATS.items():
            self.format.addItem(title, suffix)
        self.dpi = QSpinBox()
        self.dpi.setRange(50, 1200)
        self.dpi.setValue(200)
        self.dpi.setSuffix(" dpi")
        form = QFormLayout()
        form.addRow("What", self.panel)
        form.addRow("Format", self.format)
        form.addRow("Resolution", self.dpi)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        hint = QLabel("The settings of the experiment are embedded, so that the picture can be made again.")
        hint.setObjectName("panelCaption")
        hint.setWordWrap(True)
        layout.addWidget(hint)
        layout.addWidget(buttons)
        self.panel.currentIndexChanged.connect(self._on_changed)
        self.format.currentIndexChanged.connect(self._on_changed)
        self._on_changed()

    def choice(self) -> ExportChoice:
        """What is chosen now."""
        return ExportChoice(self.panel.currentData(), self.format.currentData(), self.dpi.value())

    def _on_changed(self) -> None:
        self.dpi.setEnabled(self.format.currentData() == ".png")


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

    def export_choice(self, panels: dict[str, str]) -> ExportChoice | None:
        """What to export, and how."""
        dialog = ExportDialog(panels, self._parent)
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
