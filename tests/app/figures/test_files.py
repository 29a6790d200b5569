import dataclasses
import os
import struct
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PIL import Image
from PyQt6.QtGui import QImage, QPainter

from app.figures.board import board_of_rows
from app.figures.files import default_size, figure_bytes, write_figure
from app.figures.formats import FORMATS
from app.files import atomic_write
from app.files.atomic_write import ExportError
from app.theme import DARK
from tests.app.figures.samples import CURVES, FIGURES, LANDSCAPE

FIGURE_SUFFIXES = [suffix for suffix, entry in FORMATS.items() if entry.kind == "figure"]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("suffix", FIGURE_SUFFIXES)
@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_written_in_every_format(tmp_path, name, suffix):
    target = tmp_path / f"α figure{suffix.upper()}"
    write_figure(target, FIGURES[name], theme=DARK, dpi=72)
    start = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}[suffix]
    assert target.read_bytes().startswith(start)
    assert list(tmp_path.iterdir()) == [target]


def test_png_has_size_resolution_and_description(tmp_path):
    target = tmp_path / "figure.png"
    write_figure(target, CURVES, (300, 200), dpi=144, description="α = 0.1, seed 0")
    with Image.open(target) as image:
        assert image.size == (600, 400)
        assert image.info["dpi"] == pytest.approx((144, 144), abs=0.1)
        assert image.info["Description"] == "α = 0.1, seed 0"
        assert image.info["Software"] == "Talweg"


def test_svg_is_xml_with_its_labels_as_text_and_its_description(tmp_path):
    target = tmp_path / "figure.svg"
    write_figure(target, LANDSCAPE, (400.6, 300), description="window −1 … 1 & seed < 3")
    root = ElementTree.parse(target).getroot()
    texts = {"".join(element.itertext()).strip() for element in root.iter(f"{SVG}text")}
    assert {"Landscape", "first coordinate", "second coordinate", "loss", "momentum", "start", "−0.5"} <= texts
    assert root.find(f"{SVG}desc").text == "window −1 … 1 & seed < 3"
    assert root.find(f"{SVG}title").text == "Landscape"
    assert root.get("viewBox") == "0 0 401 300"
    assert not list(root.iter(f"{SVG}clipPath"))  # some viewers ignore them, so nothing may depend on one


def test_svg_shows_coordinates_beyond_the_axes_nowhere(tmp_path):
    wild = dataclasses.replace(CURVES.lines[0], y=CURVES.lines[0].y * 1e30, name="")
    text = figure_bytes(".svg", dataclasses.replace(CURVES, lines=(wild,))).decode()
    assert "e+" not in text


def test_pdf_page_is_exactly_as_large_as_the_figure():
    content = figure_bytes(".pdf", CURVES, (321.3, 234), description="how it was drawn")
    assert b"/MediaBox [0 0 321.000000 234.000000]" in content
    assert "how it was drawn".encode("utf-16-be") in content or b"how it was drawn" in content


def test_equal_figures_give_equal_files():
    for suffix in (".png", ".svg"):
        assert figure_bytes(suffix, LANDSCAPE) == figure_bytes(suffix, dataclasses.replace(LANDSCAPE))


def test_long_runs_do_not_make_large_files():
    import numpy as np

    steps = np.arange(1.0, 200_001)
    noisy = 1e-3 + np.random.default_rng(0).random(steps.size)
    line = dataclasses.replace(CURVES.lines[0], x=steps, y=noisy)
    picture = dataclasses.replace(CURVES, lines=(line,), x=dataclasses.replace(CURVES.x, high=2e5))
    assert len(figure_bytes(".pdf", picture)) < 250_000


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("figure.bmp", "as .png, .svg, .pdf, not as .bmp"),
        ("figure", "a file without a suffix"),
        ("missing/figure.png", "does not exist: create it"),
        ("folder.png", "is a folder: give a file name"),
        ("a file/figure.png", "does not exist"),
        ("x" * 300 + ".png", "could not be written"),
    ],
)
def test_errors_say_what_to_do_and_leave_nothing_behind(tmp_path, path, words):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "a file").write_text("")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ExportError, match=words) as caught:
        write_figure(tmp_path / path, CURVES, dpi=72)
    assert "\n" not in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("size", "dpi"), [((0, 100), 72), ((100, 1e6), 72), ((100, 100), 1e5), ((float("nan"), 9), 72)]
)
def test_impossible_sizes_are_refused(tmp_path, size, dpi):
    with pytest.raises(ExportError, match="points wide"):
        write_figure(tmp_path / "figure.png", CURVES, size, dpi=dpi)


def _full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(("owner", "name"), [(os, "fsync"), (Path, "replace"), (Path, "chmod")])
def test_a_failure_while_writing_keeps_the_old_file_and_removes_the_new(tmp_path, monkeypatch, owner, name):
    target = tmp_path / "figure.svg"
    target.write_text("old")
    monkeypatch.setattr(owner, name, _full_disk)
    with pytest.raises(ExportError, match="No space left on device"):
        write_figure(target, CURVES)
    monkeypatch.undo()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="a protected folder does not stop root")
def test_a_protected_folder_is_an_error(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(ExportError, match="could not be written"):
        write_figure(tmp_path / "figure.png", CURVES)
    tmp_path.chmod(0o700)


def test_a_painter_that_does_not_begin_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(QPainter, "begin", lambda *_: False)
    for suffix in FIGURE_SUFFIXES:
        with pytest.raises(ExportError, match="could not start drawing"):
            write_figure(tmp_path / f"figure{suffix}", CURVES)


def test_an_image_that_cannot_be_encoded_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(QImage, "save", lambda *_: False)
    with pytest.raises(ExportError, match="could not encode"):
        write_figure(tmp_path / "figure.png", CURVES)


def test_replacing_keeps_permissions(tmp_path):
    target = tmp_path / "numbers.csv"
    target.write_text("old")
    target.chmod(0o600)
    atomic_write.replace_file(target, b"new")
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", FIGURES)
def test_default_sizes_are_those_of_a_page(name):
    wide, tall = default_size(FIGURES[name])
    assert 300 <= tall < wide <= 1200


def test_png_chunks_are_whole():
    content, place, names = figure_bytes(".png", CURVES, dpi=72), 8, []
    while place < len(content):
        length, name = struct.unpack(">I4s", content[place : place + 8])
        names.append(name)
        place += 12 + length
    assert names[-1] == b"IEND"


def test_a_board_of_many_rows_is_taller_and_each_row_as_high_as_on_a_screen():
    boards = [board_of_rows([[CURVES, CURVES]] * rows, heights=[1.25] + [1.0] * (rows - 1)) for rows in (1, 2, 3, 5)]
    sizes = [default_size(board) for board in boards]
    assert sizes[:2] == [(1080.0, 720.0)] * 2
    assert [tall / (rows + 0.25) for (_, tall), rows in zip(sizes[2:], (3, 5), strict=True)] == pytest.approx(
        [310.0, 310.0]
    )
