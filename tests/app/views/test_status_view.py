import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import Qt

from app.views.status_view import StatusView, time_left


@pytest.fixture
def view(qtbot):
    view = StatusView()
    view.show()
    yield view
    view.close()


def test_work_is_hidden_until_there_is_some(view):
    assert not view.stop.isVisible()
    view.show_work("Runs", 0.25, 12.3)
    assert view.stop.isVisible()
    assert view.bar.value() == 250
    assert view.work.text() == "Runs 25 %, 12 s left"
    view.show_work("", 0.0, math.nan)
    assert not view.stop.isVisible()


def test_a_time_that_nobody_knows_is_not_said(view):
    view.show_work("Runs", 0.0, math.nan)
    assert view.work.text() == "Runs 0 %"


def test_the_button_asks_to_stop(qtbot, view):
    asked = []
    view.stop_requested.connect(lambda: asked.append(True))
    view.show_work("Runs", 0.5, 1.0)
    qtbot.mouseClick(view.stop, Qt.MouseButton.LeftButton)
    assert asked == [True]


def test_a_long_sentence_does_not_make_the_window_wider(view):
    before = view.minimumSizeHint().width()
    view.show_message("The learning rate is far too large. " * 30)
    assert view.minimumSizeHint().width() == before
    assert view.message.toolTip().startswith("The learning rate")


@given(st.floats(0, 1e6))
def test_a_duration_never_reads_sixty_seconds(seconds):
    assert "60 s" not in time_left(seconds)
