import subprocess
import sys

import pytest
from PyQt6.QtGui import QFontDatabase

from app.figures.application import ensure_application
from app.files.atomic_write import ExportError

RENDER = """
import sys
from app.figures.files import write_figure
from app.pictures.marks import Axis
from app.pictures.plot import PlotPicture
write_figure(sys.argv[1], PlotPicture("Curves", Axis("step", 0, 1), Axis("loss", 0, 1)))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
@pytest.mark.parametrize("display", [{}, {"DISPLAY": ":987"}], ids=["no display", "a display out of reach"])
def test_figures_are_drawn_without_a_display(tmp_path, display):
    target = tmp_path / "figure.png"
    environment = {"PATH": "", "HOME": str(tmp_path), **display}
    result = subprocess.run(
        [sys.executable, "-c", RENDER, str(target)], env=environment, capture_output=True, text=True
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert target.stat().st_size > 5000


def test_an_application_that_runs_is_used(qapp):
    assert ensure_application() is qapp


def test_a_machine_without_fonts_is_told_so(monkeypatch):
    monkeypatch.setattr(QFontDatabase, "families", lambda *_: [])
    with pytest.raises(ExportError, match="no fonts"):
        ensure_application()
