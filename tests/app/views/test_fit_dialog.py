"""The dialog of a curve fit: it answers while one types, and does not close on what cannot be taken."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog

from app.views.fit_dialog import Answer, FitChoice, FitDialog


def judged(choice: FitChoice) -> Answer:
    if "?" in choice.model:
        return Answer("A question is no model.", False, choice.model.index("?"))
    return Answer(f"{choice.x} against {choice.y}", True)


@pytest.fixture
def dialog(qtbot):
    dialog = FitDialog(("time", "dose", "age"), judged)
    dialog.show()
    yield dialog
    dialog.close()


def test_it_begins_with_the_first_two_columns_and_a_model_that_can_be_taken(dialog):
    assert dialog.choice() == FitChoice("time", "dose", "a + b*x", "")
    assert dialog.answer.text() == "time against dose"


def test_it_answers_at_every_change(dialog, qtbot):
    dialog.y_column.setCurrentText("age")
    assert dialog.answer.text() == "time against age"
    dialog.model.clear()
    qtbot.keyClicks(dialog.model, "a*x?")
    assert dialog.answer.text() == "A question is no model."
    assert dialog.answer.objectName() == "fieldError"


def test_it_stays_open_on_a_mistake_points_at_it_and_keeps_what_was_typed(dialog, qtbot):
    dialog.model.setText("a*?x")
    dialog._on_accepted()
    assert dialog.isVisible()
    assert (dialog.model.selectionStart(), dialog.model.selectedText()) == (2, "?")
    assert dialog.choice().model == "a*?x"
    dialog.model.setText("a*x")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
