"""What to compute: for each lane of each open card the frozen request that its result depends on. Pure; the one place that knows.

A lane is stale exactly when the request made here is not the ``same`` as the one it shows, runs or has waiting. Late, stopped
and undone results need no code of their own.
"""

from __future__ import annotations

from app.document import Document
from app.lanes.data import DATA, data_request, waits_for_data
from app.lanes.lane import LaneKey, Results
from app.panels import lanes_of

Requests = dict[LaneKey, object | None]


def requests(document: Document, results: Results) -> Requests:
    """The request of every lane; None where a lane has nothing to do (yet: it may wait for another one's result)."""
    lanes = lanes_of(document)
    if waits_for_data(document, results):
        return {key: data_request(document, results) if lane is DATA else None for key, (lane, _) in lanes.items()}
    return {key: lane.request(document, results, card) for key, (lane, card) in lanes.items()}
