"""What a plot and a map share on screen: lines, dots, markers, handles, hover, zoom, a caption above and notes below."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.pictures.map import MapPicture
from app.pictures.marks import Axis, Handle, Note
from app.pictures.plot import PlotPicture
from app.theme import LIGHT, Theme
from app.views.elided_label import ElidedLabel
from app.views.handle import HandleEvents, HandleItem
from app.views.layers import Dots, Labels, Lines
from app.views.notes_view import NotesView
from app.views.picture_view import PictureView
from app.views.scales import back, forth_one, span
from app.views.ticked_axis import ticked_axes

TICK_SIZE, LABEL_SIZE = 8.0, 8.5
"""Points."""
NOTES_SHARE = 0.38
"""Notes take at most this share of a picture's height, and scroll beyond it: twelve runs must not squeeze the plot to nothing."""


class CanvasView(PictureView):
    """Shows the marks of a picture; reports what the hand does in data coordinates."""

    handle_dragged = pyqtSignal(int, float, float)
    handle_dropped = pyqtSignal(int, float, float)
    handle_removal_wished = pyqtSignal(int)
    place_double_clicked = pyqtSignal(float, float)
    hovered = pyqtSignal(float, float)
    hover_left = pyqtSignal()
    zoomed = pyqtSignal(float, float, float, float)

    def __init__(self, parent: QWidget | None = None, *, follows_zoom: bool = False) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._follows_zoom = follows_zoom
        self._own_range = False
        self._axes: tuple[Axis, Axis] = (Axis("", 0, 1), Axis("", 0, 1))
        self._said: tuple[tuple[str, bool, str], ...] = ()
        self._waiting_said = ("", "")
        self._handles: dict[int, HandleItem] = {}
        self._notes_key, self._notes_height = (0, 0), 0
        self._build()

    def _build(self) -> None:
        self.caption = ElidedLabel()
        self.caption.setObjectName("panelCaption")
        self.plot = pg.PlotWidget(axisItems=ticked_axes(), enableMenu=False)
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        self.item: Any = self.plot.getPlotItem()
        self.item.hideButtons()
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            # An axis stays while lines are dragged; with a grid it costs as much as everything else in the plot together.
            axis.setCacheMode(axis.CacheMode.DeviceCoordinateCache)
        self.box: Any = self.item.getViewBox()
        self.box.setDefaultPadding(0.0)
        self.lines, self.dots, self.labels = Lines(self.item), Dots(self.box), Labels(self.item)
        self.item.layout.setContentsMargins(0, 6, 18, 0)  # half a label beyond the axes' ends
        self.waiting = pg.LabelItem("")
        self.waiting.setParentItem(self.box)
        self.waiting.anchor(itemPos=(0.5, 0.5), parentPos=(0.5, 0.5))
        self.notes = NotesView()
        self.notes.setObjectName("panelNotes")
        self.noted = QScrollArea()
        self.noted.setFrameShape(QScrollArea.Shape.NoFrame)
        self.noted.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.noted.setWidgetResizable(True)
        self.noted.setWidget(self.notes)
        for ground in (self.noted.viewport(), self.notes):
            if ground is not None:
                ground.setAutoFillBackground(False)
        self.noted.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.noted.setVisible(False)
        self.names = QLabel()
        self.names.setObjectName("panelCaption")
        self.names.setMinimumWidth(1)  # names give way; they never push the panel wider
        described = QHBoxLayout()
        described.setSpacing(10)
        described.addWidget(self.caption, 1)
        described.addWidget(self.names)
        self.body = QHBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self.plot, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(described)
        layout.addLayout(self.body, 1)
        layout.addWidget(self.noted)
        self.item.scene().sigMouseMoved.connect(self._on_moved)
        self.item.scene().sigMouseClicked.connect(self._on_clicked)
        self.box.sigRangeChangedManually.connect(self._on_ranged)

    # What is shown

    def show_theme(self, theme: Theme) -> None:
        """Colors of the ground and the axes."""
        self._theme = theme
        self.plot.setBackground(theme.plot)
        font = QFont(self.font())
        font.setPointSizeF(TICK_SIZE)
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            axis.setTickFont(font)
            axis.setPen(pg.mkPen(theme.border))
            axis.setTextPen(theme.text)
            axis.setTickPen(pg.mkPen(theme.border))

    def show_marks(self, picture: PlotPicture | MapPicture) -> None:
        """Everything that plots and maps have in common."""
        self.caption.show_text(picture.caption)
        self.caption.setVisible(bool(picture.caption))
        self._show_waiting(picture.waiting)
        self._show_axes(picture.x, picture.y)
        ground = self._theme.plot
        self.lines.show(picture.lines, self._axes)
        self.dots.show(picture.lines, picture.clouds, picture.markers, self._axes, ground)
        self.labels.show(picture.markers, self._axes, self._theme.text, ground)
        self._show_handles(picture.handles)
        self._show_notes(picture.notes)

    def _show_waiting(self, text: str) -> None:
        said = (text, self._theme.muted)
        if said != self._waiting_said:
            self._waiting_said = said
            self.waiting.setText(text, color=self._theme.muted, size="10pt")

    def reset_zoom(self) -> None:
        """Go back to the range that the picture asks for."""
        self.release_range()
        self._show_range()

    def release_range(self) -> None:
        """Show the next picture in the range that it asks for."""
        self._own_range = False

    def _show_axes(self, x: Axis, y: Axis) -> None:
        self._axes = (x, y)
        said = tuple((axis.label, axis.logarithmic, self._theme.text) for axis in (x, y))
        if [kind[:2] for kind in said] != [kind[:2] for kind in self._said]:
            self._own_range = False  # a range chosen by hand says nothing about another quantity
        if said != self._said:  # an axis that is told the same again would be painted anew, grid and all
            self._said = said
            for axis, side in ((x, "bottom"), (y, "left")):
                item = self.item.getAxis(side)
                item.show_scale(axis.logarithmic)
                item.setLabel(axis.label, color=self._theme.text, **{"font-size": f"{LABEL_SIZE}pt"})
        if not self._own_range:
            self._show_range()

    def _show_range(self) -> None:
        (left, right), (low, high) = (span(axis) for axis in self._axes)
        current = self.box.viewRange()
        wanted = np.array([[left, right], [low, high]])
        # Small ranges count too, so that the tolerance is a share of the range and no fixed number.
        if (np.abs(current - wanted) > 1e-9 * np.ptp(wanted, axis=1, keepdims=True)).any():
            self.box.setRange(xRange=(left, right), yRange=(low, high), padding=0.0)
            self.box.updateMatrix()  # else it would be found in mid-painting, and everything painted once more

    def _show_handles(self, handles: tuple[Handle, ...]) -> None:
        events = HandleEvents(self._on_handle_dragged, self._on_handle_dropped, self.handle_removal_wished.emit)
        for key in set(self._handles) - {handle.key for handle in handles}:
            self.item.scene().removeItem(self._handles.pop(key))
        for handle in handles:
            if handle.key not in self._handles:
                self._handles[handle.key] = HandleItem(handle, events, self.box)
            place = QPointF(forth_one(self._axes[0], handle.x), forth_one(self._axes[1], handle.y))
            self._handles[handle.key].show_handle(handle, place)

    def _show_notes(self, notes: tuple[Note, ...]) -> None:
        self.notes.show_notes(notes)
        self._keep_height(len(notes))

    def _keep_height(self, count: int) -> None:
        """Notes may come to need more lines, never fewer: a plot that jumps while a hand drags can't be read."""
        key = (count, self.width())
        needed = self.notes.height_for(max(self.width(), 1))
        self._notes_height = max(needed, self._notes_height if key == self._notes_key else 0)
        self._notes_key = key
        self._fit_notes()

    def _fit_notes(self) -> None:
        self.noted.setVisible(self._notes_height > 0)
        self.notes.setMinimumHeight(self._notes_height)
        self.noted.setFixedHeight(min(self._notes_height, round(NOTES_SHARE * self.height())))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._keep_height(self._notes_key[0])

    # What the hand does

    def _on_handle_dragged(self, key: int, place: QPointF) -> None:
        self.handle_dragged.emit(key, *self._data(place))

    def _on_handle_dropped(self, key: int, place: QPointF) -> None:
        self.handle_dropped.emit(key, *self._data(place))

    def _on_moved(self, position: QPointF) -> None:
        if self.box.sceneBoundingRect().contains(position):
            self.hovered.emit(*self._data(self.box.mapSceneToView(position)))
        else:
            self.hover_left.emit()

    def leaveEvent(self, event: QEvent | None) -> None:
        super().leaveEvent(event)
        self.hover_left.emit()

    def _on_clicked(self, event: Any) -> None:
        taken = event.isAccepted() or not self.box.sceneBoundingRect().contains(event.scenePos())
        if event.double() and event.button() == Qt.MouseButton.LeftButton and not taken:
            self.place_double_clicked.emit(*self._data(self.box.mapSceneToView(event.scenePos())))

    def _on_ranged(self, *_: object) -> None:
        (left, right), (low, high) = self.box.viewRange()
        self._own_range = not self._follows_zoom
        x, y = self._axes
        ends = (*(back(x, end) for end in (left, right)), *(back(y, end) for end in (low, high)))
        self.zoomed.emit(*ends)

    def _data(self, place: QPointF) -> tuple[float, float]:
        return back(self._axes[0], place.x()), back(self._axes[1], place.y())
