"""What to compute: for each lane of each open card the frozen request that its result depends on. Pure; the one place that knows.

A lane is stale exactly when the request made here is not the ``same`` as the one it shows, runs or has waiting. Late, stopped
and undone results need no code of their own.
"""

from __future__ import annotations

from app.document import Document
from app.lanes.lane import LaneKey, Results
from app.panels import lanes_of

Requests = dict[LaneKey, object | None]


def requests(document: Document, results: Results) -> Requests:
    """The request of every lane; None where a lane has nothing to do (yet: it may wait for another one's result)."""
    return {key: lane.request(document, results, card) for key, (lane, card) in lanes_of(document).items()}
