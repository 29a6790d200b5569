"""How it stands with a card: computing, out of date, refused, too large, or nothing to show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.document import Document
from app.lanes.data import DATA
from app.lanes.lane import LaneKey, Results
from app.panels.panel import CardState, Panel
from engine.arrays import same


def card_state(
    panel: Panel[Any],
    number: int,
    document: Document,
    results: Results,
    asked: Mapping[LaneKey, object],
    busy: frozenset[LaneKey],
    slow: Mapping[LaneKey, float],
) -> CardState:
    """What the head of a card says.

    Args:
        panel: what the card shows.
        number: which card of its panel.
        document: what is asked for.
        results: what has been delivered.
        asked: the request that each lane was asked last.
        busy: the lanes that work on theirs.
        slow: those that have worked for longer than a moment, with how far they are: 0 to 1.

    """
    if not panel.applies(document.experiment.problem):
        return CardState("nothing", panel.nothing)
    keys = [lane.key(number) for lane in (*panel.uses, *panel.lanes)]
    for key in keys:
        failure = results.failure(key)
        if failure is not None:
            stale = key in results.delivered
            return CardState("too large" if failure.too_large else "refused", failure.sentence, stale=stale)
    working = [slow[key] for key in (DATA.key(), *keys) if key in slow]
    stale = any(_is_stale(key, results, asked) and (key in slow or key not in busy) for key in keys)
    if working:
        return CardState("computing", fraction=min(working), stale=stale)
    return CardState("shown", stale=stale)


def _is_stale(key: LaneKey, results: Results, asked: Mapping[LaneKey, object]) -> bool:
    """Whether what a lane shows answers another request than its last one."""
    shown, wanted = results.delivered.get(key), asked.get(key)
    if shown is None or wanted is None:
        return False
    return not same(shown.request, wanted)
