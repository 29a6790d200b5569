"""Asking for a curve fit: which columns of a table, which model, and where its coefficients begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

FIRST_MODEL = "a + b*x"
HINT = (
    "The model is a formula in x, such as b1*(1 - exp(-b2*x)); every other name is a coefficient. "
    "Coefficients without a starting value get one from which a good fit can be reached."
)


@dataclass(frozen=True)
class FitChoice:
    """What a person wants to fit: columns by name, the model as typed, starting values as typed."""

    x: str
    y: str
    model: str
    starts: str


@dataclass(frozen=True)
class Answer:
    """What is to be said about a choice; where it cannot be taken, ``column`` of the model is where it goes wrong."""

    sentence: str
    taken: bool
    column: int | None = None


class FitDialog(QDialog):
    """Says at every change what it understands; closes only on a choice that can be taken, so nothing typed is lost."""

    def __init__(
        self, columns: Sequence[str], judged: Callable[[FitChoice], Answer], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Fit a model to a table")
        self._judged = judged
        self.x_column, self.y_column = QComboBox(), QComboBox()
        for box, index in ((self.x_column, 0), (self.y_column, min(1, len(columns) - 1))):
            box.addItems(columns)
            box.setCurrentIndex(index)
        self.model = QLineEdit(FIRST_MODEL)
        self.starts = QLineEdit()
        self.starts.setPlaceholderText("b1 = 250, b2 = 5e-4 (found where left out)")
        self.answer = QLabel()
        self.answer.setWordWrap(True)
        self.answer.setMinimumHeight(2 * self.fontMetrics().lineSpacing() + 4)
        form = QFormLayout()
        form.addRow("x is", self.x_column)
        form.addRow("y is", self.y_column)
        form.addRow("Model", self.model)
        form.addRow("Starts", self.starts)
        hint = QLabel(HINT)
        hint.setObjectName("panelCaption")
        hint.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.answer)
        layout.addWidget(hint)
        layout.addWidget(buttons)
        self.resize(460, self.sizeHint().height())
        for box in (self.x_column, self.y_column):
            box.currentIndexChanged.connect(self._judge)
        for line in (self.model, self.starts):
            line.textChanged.connect(self._judge)
        self.model.setFocus()
        self._judge()

    def choice(self) -> FitChoice:
        """What is chosen now."""
        return FitChoice(
            self.x_column.currentText(),
            self.y_column.currentText(),
            self.model.text().strip(),
            self.starts.text().strip(),
        )

    def _judge(self) -> Answer:
        answer = self._judged(self.choice())
        self.answer.setText(answer.sentence)
        name = "panelCaption" if answer.taken else "fieldError"
        if self.answer.objectName() != name:
            self.answer.setObjectName(name)
            style = self.answer.style()
            if style is not None:
                style.unpolish(self.answer)
                style.polish(self.answer)
        return answer

    def _on_accepted(self) -> None:
        answer = self._judge()
        if answer.taken:
            self.accept()
        elif answer.column is not None:
            self.model.setFocus()
            self.model.setSelection(min(answer.column, max(len(self.model.text()) - 1, 0)), 1)
