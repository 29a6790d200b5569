"""The command line: figures without a window, and sentences where something is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import main as program
from app.examples import document_of
from app.files.session import save_session

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("suffix", "begin"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")]
)  # fmt: skip
def test_a_saved_experiment_is_rendered_in_each_format(tmp_path, suffix, begin, qapp):
    save_session(tmp_path / "a.talweg", document_of("double_well"))
    target = tmp_path / f"figure{suffix}"
    assert program.main(["render", str(tmp_path / "a.talweg"), "-o", str(target)]) == 0
    assert target.read_bytes().startswith(begin)


def test_the_same_experiment_gives_the_same_picture(tmp_path, qapp):
    save_session(tmp_path / "a.talweg", document_of("himmelblau"))
    for name in ("one.png", "two.png"):
        program.main(["render", str(tmp_path / "a.talweg"), "--panel", "landscape", "-o", str(tmp_path / name)])
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["render", "nowhere.talweg", "-o", "x.png"], "nowhere.talweg"),
        (["render", "--example", "nonsense", "-o", "x.png"], "choose one of"),
        (["render", "--example", "bowl", "-o", "x.tiff"], ".tiff"),
        (["render", "--example", "bowl", "-o", "no/such/folder/x.png"], "folder"),
        (["render", "--example", "bowl", "--panel", "model", "-o", "x.png"], "no model"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(arguments, said, tmp_path, monkeypatch, capsys, qapp):
    monkeypatch.chdir(tmp_path)
    assert program.main(arguments) == 1
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_without_a_display_the_first_experiment_is_rendered_instead(tmp_path):
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    done = subprocess.run(
        [sys.executable, "-m", "app.main", "--example", "bowl"],
        cwd=tmp_path, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no display" in done.stdout
    assert (tmp_path / "talweg.png").read_bytes().startswith(b"\x89PNG")
