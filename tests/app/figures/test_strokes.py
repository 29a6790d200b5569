import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPen, QPicture

from app.figures.strokes import PIECE, path, polygon, stroke

TURN = np.linspace(0, 2 * np.pi, 4 * PIECE + 1)
GAP = np.full((1, 2), np.nan)
LINES = {
    "circle": 50 + 35 * np.column_stack([np.cos(TURN), np.sin(TURN)]),
    "wave": np.column_stack([5 + 14 * TURN, 50 + 30 * np.sin(TURN)]),
    "zigzag": np.column_stack([np.linspace(5, 95, 12), 50 + 30 * (-1.0) ** np.arange(12)]),
    "straight": np.array([[10.0, 20.0], [90.0, 75.0]]),
    "repeated": np.array([[10.0, 20.0], [10.0, 20.0], [60.0, 40.0], [60.0, 40.0], [90.0, 44.0]]),
}
LINES["all, broken"] = np.concatenate([part for line in LINES.values() for part in (line, GAP)])


def pen(width, opacity, style=Qt.PenStyle.SolidLine):
    color = QColor("#ff8040")
    color.setAlphaF(opacity)
    return QPen(color, width, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)


def drawn(draw, scale=2.0, dots=1.0):
    """What ``draw(painter)`` leaves on a blue ground, with 100 × 100 points moved by a third of a pixel."""
    image = QImage(round(100 * scale * dots), round(100 * scale * dots), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dots)
    image.fill(QColor("#204060"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(0.33, 0.33)
    painter.scale(scale, scale)
    draw(painter)
    painter.end()
    return np.frombuffer(image.constBits().asstring(image.sizeInBytes()), np.uint8).reshape(image.height(), -1, 4) / 255


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("width", [0.4, 1.0, 3.3])
@pytest.mark.parametrize("opacity", [1.0, 0.45])
def test_a_line_looks_as_qt_strokes_it(name, width, opacity):
    line, chosen = LINES[name], pen(width, opacity)
    ours = drawn(lambda painter: stroke(painter, line, chosen))
    theirs = drawn(lambda painter: painter.strokePath(path(line), chosen))
    touched = (theirs != drawn(lambda painter: None)).any(axis=2)
    difference = np.abs(ours - theirs).max(axis=2)
    assert touched.sum() > 80
    assert difference[touched].mean() < 0.01
    assert (difference > 0.12).sum() <= 0.02 * touched.sum()  # where Qt's own pieces meet and cross


@pytest.mark.parametrize("name", ["circle", "wave"])
def test_no_seam_shows_where_pieces_meet(name):
    ours = drawn(lambda painter: stroke(painter, LINES[name], pen(3.0, 0.5)))
    along = np.round(2 * LINES[name][1:-1] + 0.33 - 0.5).astype(int)
    assert np.ptp(ours[along[:, 1], along[:, 0]], axis=0).max() < 0.01


def test_a_line_that_shines_through_is_not_denser_where_it_crosses_itself():
    crossing = np.array([[10.0, 10.0], [90.0, 90.0], [90.0, 10.0], [10.0, 90.0]])
    ours = drawn(lambda painter: stroke(painter, crossing, pen(4.0, 0.5)))
    assert np.array_equal(ours[100, 100], ours[60, 60])


@pytest.mark.parametrize(
    ("style", "scale", "dots"), [("DashLine", 2.0, 1.0), ("SolidLine", 2.0, 2.0), ("SolidLine", 0.5, 1.0)]
)
def test_what_only_qt_can_draw_is_left_to_it(style, scale, dots):
    line, chosen = LINES["wave"], pen(1.0, 0.45, Qt.PenStyle[style])
    ours = drawn(lambda painter: stroke(painter, line, chosen), scale, dots)
    assert np.array_equal(ours, drawn(lambda painter: painter.strokePath(path(line), chosen), scale, dots))
    assert (ours != ours[0, 0]).any()


def test_files_keep_one_path():
    def replayed(painter):
        file = QPicture()
        inner = QPainter(file)
        stroke(inner, LINES["all, broken"], pen(1.0, 0.45))
        inner.end()
        painter.drawPicture(QPointF(0, 0), file)

    expected = drawn(lambda painter: painter.strokePath(path(LINES["all, broken"]), pen(1.0, 0.45)))
    assert np.abs(drawn(replayed) - expected).max() < 0.02


@pytest.mark.parametrize("line", [np.empty((0, 2)), np.full((3, 2), np.nan), np.ones((1, 2)), np.ones((4, 2))])
def test_a_line_without_length_leaves_nothing(line):
    for opacity in (1.0, 0.5):
        ours = drawn(lambda painter, opacity=opacity: stroke(painter, line, pen(2.0, opacity)))
        assert (ours == ours[0, 0]).all()


def test_a_polygon_holds_the_vertices_it_was_given():
    vertices = np.random.default_rng(0).normal(size=(7, 2))
    assert [(point.x(), point.y()) for point in polygon(vertices)] == [tuple(vertex) for vertex in vertices.tolist()]
