"""The numbers along a slice."""

from __future__ import annotations

from app.document import Document
from app.lanes.lane import Results
from app.panels.numbers import not_yet, shown_run
from app.panels.panel import Column, Table
from app.panels.slice.lane import SLICE_LANE


def slice_table(document: Document, results: Results, number: int) -> Table:
    """Along the slice: ``coordinate``, ``loss``, ``tangent`` and Newton's ``parabola``."""
    cut = results.of(SLICE_LANE, number)
    if cut is None:
        raise not_yet(results.error(SLICE_LANE, number), "slice")
    t = cut.coordinates
    tangent = cut.value + cut.slope * t
    columns: dict[str, Column] = {
        "coordinate": t,
        "loss": cut.values,
        "tangent": tangent,
        "parabola": tangent + 0.5 * cut.curvature * t * t,
    }
    notes = (
        f"coordinate: distance {cut.direction} from the point",
        f"slope {cut.slope!r}, curvature {cut.curvature!r}. {cut.sentence}",
    )
    return Table("Slice", columns, (*shown_run(document, results), *notes))
