from types import SimpleNamespace

import pytest

from app.presenters import panels
from app.presenters.panels import PanelsPresenter
from app.results import Results
from tests.app.boards import board


@pytest.fixture
def drawn(monkeypatch):
    """A presenter with room for one panel a frame, and which ones it drew."""
    names = []
    monkeypatch.setattr(panels, "picture", lambda panel, *_: names.append(panel))
    ticks = iter(range(10_000))
    window = SimpleNamespace(show_model_panel=lambda visible: None)
    presenter = PanelsPresenter(window, lambda: None, clock=lambda: float(next(ticks)))
    return presenter, names


def test_the_first_surface_comes_before_all_others(drawn):
    presenter, names = drawn
    document, results = board("exclusive_or", 8)
    lanes = {name: results.lanes[name] for name in ("plane", "runs")}
    presenter.show(document, Results(lanes))
    presenter.show(document, results)
    assert names == ["landscape", "landscape"]


def test_afterwards_panels_take_turns(drawn):
    presenter, names = drawn
    document, results = board("exclusive_or", 8)
    for _ in range(4):
        presenter.show(document, results)
    assert names[0] == "landscape"
    assert sorted(names) == ["curves", "landscape", "model", "slice"]
