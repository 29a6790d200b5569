from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QKeyEvent, QPalette, QWheelEvent
from PyQt6.QtWidgets import QApplication

from app.fields import Choice, Field
from app.lanes.lane import Results
from app.setup_form.form import Section, SetupPicture
from app.setup_form.picture import setup_picture
from app.theme import THEMES
from app.views import style
from app.views.number_field import NOTCHES, in_digits, notch_of, stepped, value_at
from app.views.setup_view import SetupView
from tests.app.setup_form.documents import DOCUMENTS, exclusive_or, rosenbrock

RATE = Field("rate", "Learning rate", "number", 0.1, 1e-4, 10.0, logarithmic=True, tip="How far a step goes.")
STEPS = Field("steps", "Steps", "integer", 200, 1, 1000)
TEXT = Field("hidden", "Hidden layers", "text", "8, 8")
LOSS = Field("loss", "Loss", "choice", "a", choices=(Choice("a", "First", "One"), Choice("b", "Second", "Two")))
ADD = Field("add", "", "choice", "", choices=(Choice("a", "First"),), special="Add …")
DOTS = Field("dots", "Dots", "switch", True)
DRAW = Field("draw", "New weights", "button")
ABOUT = Field("about", "", "info", "What this is.")
ALL = (RATE, STEPS, TEXT, LOSS, ADD, DOTS, DRAW, ABOUT)


def picture(*fields):
    return SetupPicture((Section("one", "One", tuple(fields), "#d55e00", removable=True),))


@pytest.fixture
def view(qtbot):
    view = SetupView()
    view.resize(300, 600)
    view.show_setup(picture(*ALL))
    view.show()
    yield view
    view.close()


@pytest.fixture
def heard(view):
    heard = []
    view.changed.connect(lambda key, value: heard.append((key, value)))
    view.previewed.connect(lambda key, value: heard.append((key, value, "moving")))
    return heard


def editor(view, key, section="one"):
    return next(row.editors[key] for row in view.sections[section].rows.values() if key in row.editors)


def retype(qtbot, line, text):
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_setup_can_be_shown_in_300_points_with_names_for_everything(qtbot, name):
    view = SetupView()
    view.show_setup(setup_picture(DOCUMENTS[name](), Results()))
    view.setStyleSheet(style.stylesheet(THEMES["light"]))
    view.resize(300, 700)
    view.show()
    widget = view.widget()
    assert widget.minimumSizeHint().width() <= 290
    stops = [stop for section in view.sections.values() for stop in section.stops()]
    assert all(stop.accessibleName() for stop in stops)
    assert all(stop.focusPolicy() & Qt.FocusPolicy.TabFocus for stop in stops)
    view.close()


def test_a_number_is_entered_by_return_and_reported_as_typed(qtbot, view, heard):
    line = editor(view, "rate").number.edit
    retype(qtbot, line, "1e-3")
    assert heard == []
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert heard == [("rate", "1e-3")]


def test_what_is_being_typed_is_not_overwritten(qtbot, view):
    number, text = editor(view, "rate").number.edit, editor(view, "hidden").line
    retype(qtbot, number, "3e-")
    view.show_setup(picture(replace(RATE, value=7.0), *ALL[1:]))
    assert number.text() == "3e-"
    retype(qtbot, text, "8, 8, ")
    view.show_setup(picture(*ALL[:2], replace(TEXT, value="9"), *ALL[3:]))
    assert text.text() == "8, 8, "


def test_escape_takes_back_what_was_typed(qtbot, view, heard):
    line = editor(view, "rate").number.edit
    retype(qtbot, line, "77")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert line.text() == "0.1"
    assert heard == []


@pytest.mark.parametrize("typing", [True, False])
def test_escape_belongs_to_a_number_only_while_it_is_being_typed(qtbot, view, typing):
    line = editor(view, "rate").number.edit
    if typing:
        retype(qtbot, line, "77")
    event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(line, event)
    assert event.isAccepted() == typing


def test_the_focus_stays_when_fields_come_and_go_around_it(qtbot, view):
    line = editor(view, "hidden").line
    line.setFocus()
    more = Field("more", "More", "number", 1.0)
    view.show_setup(picture(more, STEPS, replace(LOSS, value="b"), TEXT, RATE))
    assert editor(view, "hidden").line is line
    assert QApplication.focusWidget() is line
    assert list(view.sections["one"].rows) == ["more", "steps", "loss", "hidden", "rate"]


def test_only_what_changed_is_built_anew(view):
    before = {key: editor(view, key) for key in ("rate", "steps", "loss")}
    view.show_setup(picture(*ALL[:-1]))
    assert all(editor(view, key) is widget for key, widget in before.items())


def test_arrow_keys_climb_a_ladder_and_commit_when_the_key_is_let_go(qtbot, view, heard):
    line = editor(view, "rate").number.edit
    line.setFocus()
    qtbot.keyPress(line, Qt.Key.Key_Up)
    qtbot.keyPress(line, Qt.Key.Key_Up)
    assert heard == [("rate", 0.12, "moving"), ("rate", 0.15, "moving")]
    qtbot.keyRelease(line, Qt.Key.Key_Up)
    assert heard[2:] == [("rate", 0.15)]


def test_a_slider_previews_while_it_is_held_and_ignores_the_picture(view, heard):
    slider = editor(view, "rate").number.slider
    slider.setSliderDown(True)
    slider.setSliderPosition(NOTCHES)
    assert heard == [("rate", 10.0, "moving")]
    view.show_setup(picture(replace(RATE, value=0.5), *ALL[1:]))
    assert slider.value() == NOTCHES
    slider.setSliderDown(False)
    assert heard[1:] == [("rate", 10.0)]


def test_a_slider_is_moved_by_keys_one_entry_each(qtbot, view, heard):
    slider = editor(view, "rate").number.slider
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert heard == [("rate", 1e-4)]


def test_a_whole_number_is_stepped_as_one_change(qtbot, view, heard):
    spin = editor(view, "steps").spin
    qtbot.keyPress(spin, Qt.Key.Key_Up)
    qtbot.keyPress(spin, Qt.Key.Key_Up)
    qtbot.keyRelease(spin, Qt.Key.Key_Up)
    assert heard == [("steps", 201, "moving"), ("steps", 202, "moving"), ("steps", 202)]


def test_a_typed_whole_number_is_not_overwritten_and_reported_once(qtbot, view, heard):
    spin = editor(view, "steps").spin
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "35")
    view.show_setup(picture(*ALL))
    assert spin.lineEdit().text() == "35"
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert [entry for entry in heard if len(entry) == 2] == [("steps", 35)]


def test_choices_switches_and_buttons_say_what_was_wished(qtbot, view, heard):
    combo = editor(view, "loss").combo
    assert [combo.itemText(row) for row in range(combo.count())] == ["One", "First", "Two", "Second"]
    assert not combo.model().item(0).isEnabled()
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    qtbot.mouseClick(editor(view, "dots").check, Qt.MouseButton.LeftButton, pos=QPoint(8, 10))
    qtbot.mouseClick(editor(view, "draw").button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(view.sections["one"].remove, Qt.MouseButton.LeftButton)
    assert heard == [("loss", "b"), ("dots", False), ("draw", True), ("one.remove", True)]


def test_showing_values_reports_nothing(view, heard):
    other = (
        replace(RATE, value=1.0), replace(STEPS, value=5, high=10), replace(TEXT, value="2"), replace(LOSS, value="b"),
        ADD, replace(DOTS, value=False), DRAW, replace(ABOUT, value="Else."),
    )  # fmt: skip
    view.show_setup(picture(*other))
    assert heard == []
    assert editor(view, "rate").number.edit.text() == "1"
    assert editor(view, "steps").spin.value() == 5
    assert editor(view, "loss").combo.currentText() == "Second"
    assert editor(view, "add").combo.currentIndex() == -1
    assert not editor(view, "dots").check.isChecked()


def test_an_error_stands_beneath_its_field_with_the_text_that_caused_it(view):
    view.show_setup(picture(*ALL[:2], replace(TEXT, value="8, x", error="Whole numbers, please."), *ALL[3:]))
    row = view.sections["one"].rows["hidden"]
    assert row.error.isVisible()
    assert row.error.text() == "Whole numbers, please."
    assert editor(view, "hidden").line.text() == "8, x"
    view.show_setup(picture(*ALL))
    assert not row.error.isVisible()


def test_a_section_opens_and_shuts_and_stays_so(qtbot, view):
    section = view.sections["one"]
    section.head.setFocus()
    qtbot.keyClick(section.head, Qt.Key.Key_Space)
    view.show_setup(picture(*ALL[:3]))
    assert not section.body.isVisible()
    qtbot.mouseClick(section.head, Qt.MouseButton.LeftButton)
    assert section.body.isVisible()


def test_the_wheel_scrolls_and_changes_no_value(view, heard):
    for widget in (editor(view, "rate").number.slider, editor(view, "steps").spin, editor(view, "loss").combo):
        middle = QPointF(widget.rect().center())
        event = QWheelEvent(
            middle, widget.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)
    assert heard == []


@pytest.mark.parametrize(
    ("key", "claimed"), [(Qt.Key.Key_Space, True), (Qt.Key.Key_Left, True), (Qt.Key.Key_F1, False)]
)
def test_keys_of_the_form_are_not_taken_by_commands_of_the_window(view, key, claimed):
    event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(editor(view, "dots").check, event)
    assert event.isAccepted() == claimed


def test_the_tabulator_key_visits_everything_in_the_order_of_the_form(qtbot, view):
    view.show_setup(picture(TEXT, DOTS, LOSS, DRAW))
    view.sections["one"].head.setFocus()
    visited = []
    for _ in range(5):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget())
    section = view.sections["one"]
    assert visited == [
        section.remove, editor(view, "hidden").line, editor(view, "dots").check, editor(view, "loss").combo,
        editor(view, "draw").button,
    ]  # fmt: skip


def test_a_removed_optimizer_takes_its_section_along(qtbot):
    view = SetupView()
    view.show_setup(setup_picture(rosenbrock(), Results()))
    assert "optimizer.2" in view.sections
    view.show_setup(setup_picture(exclusive_or(), Results()))
    assert list(view.sections)[:2] == ["problem", "optimizer.0"]
    assert "network" in view.sections
    view.show_setup(setup_picture(DOCUMENTS["bowl"](), Results()))
    assert "optimizer.2" not in view.sections
    assert "network" not in view.sections


RANGES = st.sampled_from(
    [(1e-4, 10.0, True), (0.0, 10.0, True), (0.0, 0.99, False), (-1.0, 1.0, False), (1e-12, 1e-2, True)]
)


@given(RANGES, st.integers(0, NOTCHES))
def test_a_slider_leads_back_to_the_notch_it_stands_at(ends, notch):
    low, high, logarithmic = ends
    field = Field("k", "K", "number", None, low, high, logarithmic)
    value = value_at(notch, field)
    assert low <= value <= high
    # Values are rounded to what a person reads, which is less than a few notches.
    assert abs(notch_of(value, field) - notch) <= 3


@pytest.mark.parametrize(
    ("value", "steps", "expected"),
    [(0.1, 1, 0.12), (0.1, -1, 0.08), (0.1, 10, 1.0), (0.11, 1, 0.12), (0.0, 1, 1e-5), (1e-5, -1, 0.0), (0.0, -1, 0.0)],
)
def test_steps_of_a_logarithmic_number(value, steps, expected):
    assert stepped(value, steps, Field("k", "K", "number", value, 0.0, 10.0, True)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "steps", "low", "high", "expected"),
    [
        (0.9, 1, 0.0, 0.99, 0.901),
        (0.5, -1, 0.0, 1.0, 0.49),
        (1.0, 1, 0.0, 1.0, 1.0),
        (1.0, 3, -float("inf"), float("inf"), 1.3),
    ],
)
def test_steps_of_a_linear_number(value, steps, low, high, expected):
    assert stepped(value, steps, Field("k", "K", "number", value, low, high)) == pytest.approx(expected)


@pytest.mark.parametrize("value", [0.0, 1.0, -2.5, 1e-7, 6000.0, 123456.0, 1e20, 0.1 + 0.2])
def test_a_number_is_written_so_that_it_can_be_read_again(value):
    assert float(in_digits(value)) == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize("name", THEMES)
def test_the_style_sheet_uses_only_colors_of_its_theme_and_can_be_read(name, qtbot):
    theme = THEMES[name]
    text = style.stylesheet(theme)
    assert "$" not in text
    assert text.count("{") == text.count("}")
    assert theme.panel in text
    view = SetupView()
    view.setStyleSheet(text)  # a sheet that cannot be parsed warns, and warnings fail the test
    view.show()
    view.close()


@pytest.mark.parametrize("name", THEMES)
def test_texts_stand_out_from_their_ground(name):
    def luminance(color):
        parts = [
            (c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4) for c in color.getRgb()[:3]
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    roles, palette = QPalette.ColorRole, style.palette(THEMES[name])
    pairs = [
        (roles.WindowText, roles.Window), (roles.Text, roles.Base), (roles.ButtonText, roles.Button),
        (roles.HighlightedText, roles.Highlight), (roles.PlaceholderText, roles.Base),
    ]  # fmt: skip
    for ink, ground in pairs:
        lights = sorted(luminance(palette.color(role)) for role in (ink, ground))
        assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5, (ink, ground)  # WCAG 2.1, criterion 1.4.3


def test_a_section_that_says_the_same_is_told_again_only_where_that_is_asked_for(view):
    check = editor(view, "dots").check
    check.setChecked(not check.isChecked())
    here = check.isChecked()
    view.show_setup(picture(*ALL))
    assert check.isChecked() == here
    view.show_setup(picture(*ALL), anew=True)
    assert check.isChecked() != here
