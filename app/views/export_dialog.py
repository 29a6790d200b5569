"""The dialog that asks what to export, and in which format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PyQt6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QSpinBox, QVBoxLayout, QWidget


class ExportItem(NamedTuple):
    """Something that can be exported: its key, its title, and what kinds of format hold it."""

    key: str
    title: str
    kinds: frozenset[str]


class ExportFormat(NamedTuple):
    """A format as it is listed."""

    suffix: str
    title: str
    kind: str
    has_dpi: bool


@dataclass(frozen=True)
class ExportChoice:
    """What a person wants to export: an item by its key, a suffix, and dots per inch where there are any."""

    item: str
    suffix: str
    dpi: int = 200


class ExportDialog(QDialog):
    """Which card, which format."""

    def __init__(
        self, items: Sequence[ExportItem], formats: Sequence[ExportFormat], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._items = {item.key: item for item in items}
        self._formats = {entry.suffix: entry for entry in formats}
        self.item = QComboBox()
        for item in items:
            self.item.addItem(item.title, item.key)
        self.format = QComboBox()
        self.dpi = QSpinBox()
        self.dpi.setRange(50, 1200)
        self.dpi.setValue(200)
        self.dpi.setSuffix(" dpi")
        self._lay_out()
        self.item.currentIndexChanged.connect(self._list_formats)
        self.format.currentIndexChanged.connect(self._on_format)
        self._list_formats()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow("What", self.item)
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

    def choice(self) -> ExportChoice:
        """What is chosen now."""
        return ExportChoice(self.item.currentData(), self.format.currentData(), self.dpi.value())

    def _list_formats(self) -> None:
        """The formats that can hold what is chosen; the chosen one stays where it can."""
        before, kinds = self.format.currentData(), self._items[self.item.currentData()].kinds
        self.format.clear()
        for entry in self._formats.values():
            if entry.kind in kinds:
                self.format.addItem(entry.title, entry.suffix)
        self.format.setCurrentIndex(max(0, self.format.findData(before)))

    def _on_format(self) -> None:
        entry = self._formats.get(self.format.currentData())
        self.dpi.setEnabled(entry is not None and entry.has_dpi)
