"""The window's look as one style sheet and one palette, both from the theme: white or dark cards on a quiet ground."""

from __future__ import annotations

from string import Template

from PyQt6.QtGui import QColor, QPalette

import assets
from app.theme import Theme


def mixed(one: str, other: str, share: float) -> str:
    """The color ``share`` of the way from one to the other.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'

    """
    ends = [QColor(name).getRgb() for name in (one, other)]
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in zip(ends[0][:3], ends[1][:3], strict=True))


def palette(theme: Theme) -> QPalette:
    """Colors for what draws itself by its palette."""
    found = QPalette()
    role = QPalette.ColorRole
    for each, color in {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.panel,
        role.AlternateBase: theme.window,
        role.Text: theme.text,
        role.Button: theme.panel,
        role.ButtonText: theme.text,
        role.BrightText: theme.warning,
        role.ToolTipBase: theme.panel,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: on_accent(theme),
        role.Link: theme.accent,
        role.Light: mixed(theme.panel, theme.window, 0.5),
        role.Mid: theme.border,
        role.Midlight: theme.grid,
        role.Dark: theme.muted,
        role.Shadow: theme.border,
    }.items():
        found.setColor(each, QColor(color))
    faint = QColor(mixed(theme.muted, theme.panel, 0.15))
    for each in (role.WindowText, role.Text, role.ButtonText):
        found.setColor(QPalette.ColorGroup.Disabled, each, faint)
    return found


def on_accent(theme: Theme) -> str:
    """What is written on the accent color."""
    return "#ffffff" if theme.name == "light" else theme.window


def stylesheet(theme: Theme) -> str:
    """The style sheet of the whole window."""

    def icon(name: str) -> str:
        return f'url("{assets.path(f"icons/{name}-{theme.name}.svg").as_posix()}")'

    colors = {
        "window": theme.window,
        "panel": theme.panel,
        "text": theme.text,
        "muted": theme.muted,
        "faint": mixed(theme.muted, theme.panel, 0.45),
        "grid": theme.grid,
        "border": theme.border,
        "accent": theme.accent,
        "on_accent": on_accent(theme),
        "warning": theme.warning,
        "warning_ground": mixed(theme.panel, theme.warning, 0.12),
        "field": theme.panel if theme.name == "light" else mixed(theme.panel, theme.window, 0.55),
        "hover": mixed(theme.panel, theme.accent, 0.08),
        "pressed": mixed(theme.panel, theme.accent, 0.18),
        "edge": mixed(theme.border, theme.muted, 0.35),
        "handle": theme.panel if theme.name == "light" else theme.text,
        "card_edge": mixed(theme.border, theme.panel, 0.35),
    }
    icons = {"down": icon("chevron-down"), "up": icon("chevron-up"), "check": icon("check")}
    return Template(SHEET).substitute(colors | icons)


SHEET = """
QMainWindow, QDialog { background: $window; color: $text; }
QWidget { color: $text; }
QFrame#card { background: $panel; border: 1px solid $card_edge; border-radius: 10px; }
QLabel { background: transparent; }
QLabel#panelTitle { font-weight: 600; font-size: 13px; color: $text; }
QLabel#panelCaption, QLabel#panelReadout { color: $muted; font-size: 11px; }
QLabel#panelNotes { color: $text; font-size: 11px; }
QLabel#fieldLabel { color: $muted; }
QLabel#fieldInfo { color: $muted; font-size: 11px; }
QLabel#fieldError { color: $warning; background: $warning_ground; border-radius: 5px; padding: 4px 7px; font-size: 11px; }

QMenuBar { background: $window; color: $text; padding: 2px 6px; }
QMenuBar::item { background: transparent; padding: 4px 9px; border-radius: 5px; }
QMenuBar::item:selected { background: $pressed; }
QMenu { background: $panel; color: $text; border: 1px solid $border; padding: 5px; }
QMenu::item { padding: 5px 26px 5px 14px; border-radius: 5px; }
QMenu::item:selected { background: $pressed; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $grid; margin: 5px 8px; }
QToolBar { background: $window; border: none; spacing: 3px; padding: 3px 8px; }
QToolBar::separator { background: $border; width: 1px; margin: 5px 5px; }
QToolButton { background: transparent; color: $text; border: 1px solid transparent; border-radius: 6px; padding: 4px 9px; }
QToolButton:hover { background: $hover; border-color: $border; }
QToolButton:pressed, QToolButton:checked { background: $pressed; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $faint; }
QToolButton[wished="true"] { background: $accent; color: $on_accent; border-color: $accent; }
QToolButton#removeButton { color: $muted; padding: 0px; min-width: 20px; min-height: 20px; font-size: 15px; }
QToolButton#removeButton:hover { color: $warning; }
QStatusBar { background: $window; color: $muted; }
QStatusBar::item { border: none; }
QToolTip { background: $panel; color: $text; border: 1px solid $border; padding: 4px 6px; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
  background: $field; color: $text; border: 1px solid $border; border-radius: 6px; padding: 0px 7px; min-height: 24px;
  selection-background-color: $accent; selection-color: $on_accent; }
QPlainTextEdit, QTextEdit { padding: 6px; }
QLineEdit:hover, QSpinBox:hover, QComboBox:hover { border-color: $edge; }
QLineEdit:focus, QSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: $accent; }
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled { color: $faint; }
QSpinBox, QDoubleSpinBox { padding-right: 2px; min-height: 22px; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {
  subcontrol-origin: border; width: 18px; border: none; background: transparent; }
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-position: top right; margin: 1px 1px 0px 0px; }
QSpinBox::down-button, QDoubleSpinBox::down-button { subcontrol-position: bottom right; margin: 0px 1px 1px 0px; }
QSpinBox::up-button:hover, QSpinBox::down-button:hover { background: $hover; border-radius: 4px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: $up; width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: $down; width: 10px; height: 10px; }
QComboBox { padding-right: 22px; combobox-popup: 0; }
QComboBox::drop-down { subcontrol-origin: border; subcontrol-position: center right; width: 22px; border: none; }
QComboBox::down-arrow { image: $down; width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $panel; color: $text; border: 1px solid $border; padding: 4px; outline: none;
  selection-background-color: $pressed; selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0px 6px; }
QComboBox QAbstractItemView::item:disabled { color: $muted; }

QCheckBox, QRadioButton { spacing: 8px; min-height: 22px; background: transparent; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid $edge; border-radius: 5px; background: $field; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox:focus { color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: $check; }

QPushButton { background: $field; color: $text; border: 1px solid $border; border-radius: 6px; padding: 0px 14px;
  min-height: 26px; }
QPushButton:hover { background: $hover; border-color: $edge; }
QPushButton:pressed { background: $pressed; }
QPushButton:focus { border-color: $accent; }
QPushButton:default { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton:disabled { color: $faint; }
QPushButton#smallButton { padding: 0px; min-width: 24px; max-width: 24px; min-height: 24px; border-color: transparent;
  background: transparent; color: $muted; font-size: 15px; }
QPushButton#smallButton:hover { color: $warning; background: $hover; }
QPushButton#smallButton:focus { border-color: $accent; }

QSlider { background: transparent; min-height: 22px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $grid; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -5px 0px; border-radius: 7px; background: $handle;
  border: 1px solid $edge; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { border-color: $accent; }
QSlider:focus { border: none; }
QSlider::handle:horizontal:pressed { background: $accent; border-color: $accent; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget#setupSheet { background: transparent; }
QScrollArea#column > QWidget, QScrollArea#column > QWidget > QSplitter { background: transparent; }
QScrollBar:vertical { background: transparent; width: 9px; margin: 2px 1px 2px 1px; }
QScrollBar:horizontal { background: transparent; height: 9px; margin: 1px 2px 1px 2px; }
QScrollBar::handle { background: $border; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $edge; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $grid; border: none; border-radius: 3px; max-height: 6px; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSplitter::handle { background: transparent; }
QSplitter::handle:horizontal { width: 8px; }
QSplitter::handle:vertical { height: 8px; }
QSplitter::handle:hover { background: $pressed; border-radius: 3px; }
QDockWidget { color: $text; }
QDockWidget::title { background: $window; padding: 6px 8px; }
QListWidget, QListView, QTableView, QTreeView { background: $field; color: $text; border: 1px solid $border;
  border-radius: 6px; padding: 3px; outline: none; }
QListWidget::item { padding: 4px 6px; border-radius: 5px; }
QListWidget::item:selected { background: $pressed; color: $text; }
QGroupBox { border: 1px solid $border; border-radius: 8px; margin-top: 8px; padding: 8px; }
"""
