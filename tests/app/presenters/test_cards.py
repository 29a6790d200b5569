"""The cards: whose picture is made when, which are open, and what their heads say. No window: its part is played by a double."""

from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from app.document import Card
from app.lanes.lane import Results
from app.panels import CURVES, LANDSCAPE, MODEL, PANELS, SLICE, open_cards
from app.panels.panel import CardState
from app.panels.slice.settings import SliceSettings
from app.presenters import cards as module
from app.presenters.cards import MAX_CARDS, CardsPresenter
from app.store import Store
from app.views.card_view import CardView
from app.views.main_window import MainWindow
from tests.app.boards import board, viewed


class Desk:
    """A presenter with room for one picture a frame, and what it drew."""

    def __init__(self, monkeypatch, name="exclusive_or"):
        self.document, self.results = board(name, 8)
        self.store = Store(self.document)
        self.drawn, self.states, self.said = [], {}, []
        monkeypatch.setattr(module, "CardView", self.view)
        ticks = iter(range(100_000))
        self.window = Mock(spec=MainWindow)
        self.window.card_wished, self.window.status = Mock(), SimpleNamespace(show_message=self.said.append)
        self.presenter = CardsPresenter(
            self.store, self.window, lambda: None, self.state, clock=lambda: float(next(ticks))
        )

    def view(self, title, *_):
        view = Mock(spec=CardView)
        view.name, view.title = title, Mock()
        view.choice_made = view.close_requested = view.canvas_built = Mock()
        view.show_picture = lambda picture: self.drawn.append(title)
        return view

    def state(self, card):
        return self.states.get(card, CardState())

    def show(self, results=None):
        self.presenter.show(self.store.document, self.results if results is None else results)


@pytest.fixture
def desk(monkeypatch):
    return Desk(monkeypatch)


def test_the_first_surface_comes_before_all_others(desk):
    early = {key: entry for key, entry in desk.results.delivered.items() if key.lane in ("plane", "runs", "starts")}
    desk.show(Results(early))
    desk.show()
    assert desk.drawn == [LANDSCAPE.title, LANDSCAPE.title]


def test_afterwards_cards_take_turns(desk):
    for _ in range(4):
        desk.show()
    assert desk.drawn[0] == LANDSCAPE.title
    assert sorted(desk.drawn) == sorted(PANELS[card.panel].title for card in open_cards(desk.document.view))


def test_nothing_is_drawn_twice_that_would_look_the_same(desk):
    for _ in range(8):
        desk.show()
    drawn = len(desk.drawn)
    again = board.__wrapped__("exclusive_or", 8)[0]
    desk.store.set_view(viewed(desk.document, theme=again.view.theme))
    desk.show()
    assert len(desk.drawn) == drawn


def test_a_setting_of_one_card_draws_that_card_alone(desk):
    for _ in range(8):
        desk.show()
    desk.drawn.clear()
    desk.store.set_view(viewed(desk.document, patience=7))
    for _ in range(8):
        desk.show()
    assert desk.drawn == [CURVES.title]


def test_another_card_begins_with_the_settings_of_the_first_and_then_has_its_own(desk):
    desk.store.set_view(viewed(desk.document, along="gradient"))
    desk.presenter.open_card(SLICE.name)
    view = desk.store.document.view
    assert open_cards(view)[-1] == Card(SLICE.name, 2)
    assert view.of(SliceSettings, 2).along == "gradient"
    view = view.changed(SliceSettings, 2, along="first axis")
    assert (view.of(SliceSettings, 1).along, view.of(SliceSettings, 2).along) == ("gradient", "first axis")


def test_a_closed_card_leaves_its_number_to_the_next(desk):
    desk.presenter.open_card(SLICE.name)
    desk.presenter.open_card(SLICE.name)
    desk.presenter.close_card(Card(SLICE.name, 2))
    desk.presenter.open_card(SLICE.name)
    numbers = [card.number for card in open_cards(desk.store.document.view) if card.panel == SLICE.name]
    assert sorted(numbers) == [1, 2, 3]


def test_there_is_an_end_to_cards_and_the_last_one_stays(desk):
    for _ in range(MAX_CARDS + 3):
        desk.presenter.open_card(SLICE.name)
    assert len(open_cards(desk.store.document.view)) == MAX_CARDS
    assert str(MAX_CARDS) in desk.said[-1]
    for card in open_cards(desk.store.document.view):
        desk.presenter.close_card(card)
    assert len(open_cards(desk.store.document.view)) == 1


def test_opening_a_card_is_nothing_to_undo(desk):
    desk.presenter.open_card(SLICE.name)
    assert not desk.store.undoable


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (CardState(), ""),
        (CardState(stale=True), "out of date"),
        (CardState("computing", fraction=0.43), "computing 43 %"),
        (CardState("refused", "No slope."), "No slope."),
        (CardState("too large", "It would take 3 GB."), "It would take 3 GB."),
        (CardState("nothing", "A formula has no model."), "A formula has no model."),
    ],
)
def test_a_head_says_how_it_stands_and_why(desk, state, text):
    desk.states[Card(MODEL.name)] = state
    desk.show()
    desk.presenter.view(Card(MODEL.name)).show_state.assert_called_with(
        text, state.sentence, state.stale, state.kind == "nothing"
    )
