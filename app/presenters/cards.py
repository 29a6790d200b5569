"""The cards: which are open, and at each frame the pictures whose sources changed, made again and shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from app.document import MAX_CARDS, Card, Document, PanelSettings
from app.lanes.lane import Results
from app.panels import PANELS, card_title, open_cards, panel_of, settings_of
from app.panels.panel import CardState, PictureCache
from app.pictures.projection import Projections
from app.repaint_clock import DRAG_FRAMES_PER_OTHER_CARD, PICTURES_PER_FRAME_SECONDS
from app.store import Store
from app.views.card_area import Slot
from app.views.card_view import CardView
from app.views.main_window import MainWindow
from engine.arrays import same

LIGHT = (PanelSettings, str, int)
"""Kinds of sources that are compared by what they say; of all others another object means another picture."""
Sources = tuple[object, ...]
Built = Callable[[Card, CardView], None]


class CardsPresenter:
    """Draws the open cards. A picture is made again only when what it is made from is another object."""

    def __init__(
        self,
        store: Store,
        window: MainWindow,
        request_frame: Callable[[], None],
        state: Callable[[Card], CardState],
        hurried: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._store, self._window, self._request_frame, self._state = store, window, request_frame, state
        self._hurried, self._clock = hurried, clock
        self._projections = Projections()
        self._caches: dict[Card, PictureCache] = {}
        self._views: dict[Card, CardView] = {}
        self._sources: dict[Card, Sources] = {}
        self._order: list[Card] = []
        self._listeners: list[Built] = []
        self._drawn_frames = 0
        window.card_wished.connect(self.open_card)

    def on_built(self, listener: Built) -> None:
        """Call ``listener(card, view)`` for every card that is opened, before it shows anything."""
        self._listeners.append(listener)

    @property
    def projections(self) -> Projections:
        """Where records fall in the plane, for all cards."""
        return self._projections

    def cache(self, card: Card) -> PictureCache:
        """What a card's pictures keep between frames, for exports of what is on screen."""
        if card not in self._caches:
            self._caches[card] = PictureCache(self._projections, panel_of(card).cache())
        return self._caches[card]

    def view(self, card: Card) -> CardView:
        """The widget of an open card."""
        return self._views[card]

    def open_card(self, panel: str) -> None:
        """Open another card of a panel, with the settings of its first one."""
        view = self._store.document.view
        cards = open_cards(view)
        if len(cards) >= MAX_CARDS:
            self._window.status.show_message(f"{MAX_CARDS} cards are the most that can be read: close one first.")
            return
        taken = {card.number for card in cards if card.panel == panel}
        new = Card(panel, next(number for number in range(1, MAX_CARDS + 2) if number not in taken))
        view = replace(view, cards=(*cards, new))
        if taken:
            view = view.with_settings(settings_of(view, Card(panel, min(taken))), new.number)
        self._store.set_view(replace(self._store.document, view=view))

    def close_card(self, card: Card) -> None:
        """Close a card; the last one stays."""
        view = self._store.document.view
        kept = tuple(other for other in open_cards(view) if other != card)
        if kept:
            self._store.set_view(replace(self._store.document, view=replace(view, cards=kept)))

    def show(self, document: Document, results: Results) -> None:
        """One frame: as many stale pictures as fit into it, those that waited longest first."""
        self._show_open(document)
        self._show_heads(document)
        began = self._clock()
        sources = {
            card: panel_of(card).sources(document, results, card.number)
            for card in self._order
            if panel_of(card).applies(document.experiment.problem)
        }
        stale = [card for card in self._order if card in sources and not _alike(self._sources.get(card), sources[card])]
        for number, card in enumerate(self._by_turn(stale, results)):
            if number and self._clock() - began > PICTURES_PER_FRAME_SECONDS and not self._may_go_on(number):
                self._request_frame()
                break
            self._sources[card] = sources[card]
            self._order.remove(card)
            self._order.append(card)
            picture = panel_of(card).picture(document, results, self.cache(card), card.number)
            self._views[card].show_picture(picture)
        self._drawn_frames = (self._drawn_frames + 1) % DRAG_FRAMES_PER_OTHER_CARD

    def tick(self) -> None:
        """Time passes also while nothing arrives: a card that has computed for a while says so."""
        self._show_heads(self._store.document)

    def forget(self) -> None:
        """Draw everything again at the next frame."""
        self._sources.clear()

    def _show_open(self, document: Document) -> None:
        cards = open_cards(document.view)
        if set(cards) == set(self._order):
            return
        for card in cards:
            if card not in self._views:
                self._views[card] = self._built(card)
        for gone in [card for card in self._order if card not in cards]:
            self._order.remove(gone)
            self._sources.pop(gone, None)
            self._caches.pop(gone, None)
            self._views.pop(gone).deleteLater()
        self._order += [card for card in cards if card not in self._order]
        self._window.show_cards([self._slot(card) for card in cards])

    def _built(self, card: Card) -> CardView:
        panel = panel_of(card)
        heads = [choice.name for choice in panel.choices]
        view = CardView(card_title(card), panel.help, heads, panel.zoomed is not None)
        view.choice_made.connect(lambda index, value: self._choose(card, index, value))
        view.close_requested.connect(lambda: self.close_card(card))
        for listener in self._listeners:
            listener(card, view)
        return view

    def _slot(self, card: Card) -> Slot:
        place = panel_of(card).place
        row = place.row + len(PANELS) * (card.number - 1)
        return Slot(self._views[card], place.column, row, place.height, place.width)

    def _show_heads(self, document: Document) -> None:
        several = len(self._views) > 1
        for card, view in self._views.items():
            panel, settings = panel_of(card), settings_of(document.view, card)
            view.show_choices([(choice.titles(document), choice.value(document, settings)) for choice in panel.choices])
            state = self._state(card)
            view.show_state(_head_text(state), state.sentence, state.stale, state.kind == "nothing")
            view.show_closable(several and not (panel.opened and card.number == 1))
            if state.kind == "nothing":
                view.title.setText(card_title(card))

    def _choose(self, card: Card, index: int, value: str) -> None:
        document = self._store.document
        choice, settings = panel_of(card).choices[index], settings_of(document.view, card)
        document, settings = choice.chosen(document, settings, value)
        view = document.view.with_settings(settings, card.number)
        self._store.set_view(replace(document, view=view))

    def _by_turn(self, stale: list[Card], results: Results) -> list[Card]:
        """The landscape comes first when it is awaited, or while the user drags on it; else it has every other turn."""
        last = self._order[-1] if self._order else None
        first = self._is_awaited(results) or self._hurried() or (last is not None and not panel_of(last).leads)
        return sorted(stale, key=lambda card: panel_of(card).leads != first)

    def _is_awaited(self, results: Results) -> bool:
        """Whether a landscape can be seen now and could not before."""
        for card in self._order:
            for lane in panel_of(card).lanes:
                surface = results.of(lane, card.number)
                if lane.awaited and surface is not None:
                    known = self._sources.get(card, ())
                    return not any(isinstance(source, type(surface)) for source in known)
        return False

    def _may_go_on(self, drawn: int) -> bool:
        """While the user drags some frames have room for a second card, so that the others follow as well."""
        return drawn == 1 and self._drawn_frames == 0 and self._hurried()


def _head_text(state: CardState) -> str:
    """What stands in a card's head."""
    if state.kind == "computing":
        return f"computing {100 * state.fraction:.0f} %"
    return state.sentence or ("out of date" if state.stale else "")


def _alike(before: Sources | None, now: Sources) -> bool:
    """Whether a picture would look the same: the same objects, or settings and texts that say the same."""
    return before is not None and all(
        one is other or (isinstance(one, LIGHT) and same(one, other)) for one, other in zip(before, now, strict=True)
    )
