"""Which place of a path a mouse event reports, and what is said where no pointer can be moved."""

import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget

from tests.benchmarks.opened import SentEvents
from tests.benchmarks.pointer import _on_screen, _Watcher, screen


def move(widget, place):
    none = Qt.MouseButton.NoButton
    kind, keys = QEvent.Type.MouseMove, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(kind, place, QPointF(widget.mapToGlobal(place)), none, Qt.MouseButton.LeftButton, keys)
    QApplication.sendEvent(widget, event)


@pytest.fixture
def widget(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.move(30, 40)
    widget.show()
    return widget


def test_moves_that_were_put_together_are_counted_and_a_path_may_cross_itself(widget):
    places = [QPointF(x, 5) for x in (1, 2, 3, 2, 1)]
    seen = []
    watcher = _Watcher(_on_screen(widget, places), seen.append)
    widget.installEventFilter(watcher)
    for number in (0, 2, 4):
        move(widget, places[number])
    move(widget, QPointF(9, 9))
    assert seen == [0, 2, 4]


def test_whoever_chose_a_platform_keeps_it_and_is_told(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    with screen() as missing:
        assert "offscreen" in missing


def test_sent_events_say_when_they_were_sent_and_which(widget):
    places = [QPointF(x, 5) for x in range(4)]
    seen = []
    times = SentEvents().stroke(widget, places, 0.002, seen.append)
    assert seen == [0, 1, 2, 3]
    assert times == sorted(times)
