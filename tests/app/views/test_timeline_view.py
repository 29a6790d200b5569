import pytest
from PyQt6.QtCore import Qt

from app.views.timeline_view import TimelineView


@pytest.fixture
def view(qtbot):
    view = TimelineView()
    view.resize(600, 40)
    view.show()
    view.show_timeline(200, None, False)
    yield view
    view.close()


@pytest.fixture
def chosen(view):
    facts = []
    view.step_chosen.connect(facts.append)
    view.end_chosen.connect(lambda: facts.append("end"))
    return facts


def test_showing_a_step_chooses_none(view, chosen):
    view.show_timeline(500, 17, False)
    view.show_timeline(300, None, True)
    assert chosen == []
    assert view.slider.value() == 300
    assert view.label.text() == "last step of 300"
    view.show_timeline(6000, 1234, False)
    assert view.label.text() == "step 1,234 of 6,000"


def test_keys_move_step_by_step_and_the_last_place_is_the_end(qtbot, view, chosen):
    view.show_timeline(200, 198, False)
    view.slider.setFocus()
    qtbot.keyClick(view.slider, Qt.Key.Key_Right)
    qtbot.keyClick(view.slider, Qt.Key.Key_Right)
    qtbot.keyClick(view.slider, Qt.Key.Key_Left)
    assert chosen == [199, "end", 199]


def test_the_slider_is_not_pulled_from_the_hand_that_holds_it(view):
    view.slider.setSliderDown(True)
    view.slider.setSliderPosition(50)
    view.show_timeline(200, 120, False)
    assert view.slider.value() == 50
    view.slider.setSliderDown(False)
    view.show_timeline(200, 120, False)
    assert view.slider.value() == 120


def test_the_button_says_whether_it_plays(qtbot, view):
    toggles = []
    view.play_toggled.connect(lambda: toggles.append(True))
    qtbot.mouseClick(view.play, Qt.MouseButton.LeftButton)
    assert toggles == [True]
    still = view.play.grab().toImage()
    view.show_timeline(200, None, True)
    assert view.play.grab().toImage() != still
