"""The slice: the loss along one direction through a run's point."""

from __future__ import annotations

from app.lanes.plane import PLANE
from app.lanes.runs import RUNS
from app.panels.panel import Numbers, Panel, Place
from app.panels.slice.lane import SLICE_LANE
from app.panels.slice.numbers import slice_table
from app.panels.slice.options import CHOICES, slice_options
from app.panels.slice.picture import slice_picture
from app.panels.slice.settings import SliceSettings

SLICE = Panel(
    name="slice",
    title="Slice",
    help=(
        "The loss along one direction through the selected run's shown point, with its tangent and Newton's parabola there. "
        "The star is where the raw Newton step lands on the parabola, the ring what the loss is there."
    ),
    settings=SliceSettings,
    picture=slice_picture,
    place=Place(1, 0, height=38, width=54),
    lanes=(SLICE_LANE,),
    uses=(PLANE, RUNS),
    numbers=(Numbers("slice", "Slice", slice_table),),
    choices=CHOICES,
    options=slice_options,
)
