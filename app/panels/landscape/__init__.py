"""The loss landscape: a curve for one parameter, a map for two, with the runs as paths."""

from __future__ import annotations

from app.lanes.plane import PLANE
from app.lanes.runs import RUNS
from app.lanes.starts import STARTS
from app.panels.landscape.background import BackgroundCache
from app.panels.landscape.lane import SURFACE
from app.panels.landscape.numbers import landscape_table, path_table
from app.panels.landscape.options import landscape_options
from app.panels.landscape.picture import landscape_picture
from app.panels.landscape.settings import LandscapeSettings
from app.panels.landscape.view import COMMANDS, described, fresh, in_full, read_off, zoomed
from app.panels.panel import Numbers, Panel, Place

LANDSCAPE = Panel(
    name="landscape",
    title="Loss landscape",
    help=(
        "The loss over one or two coordinates, with each run as a path and each start as a ring that can be dragged. "
        "For a network the two coordinates are a flat cut through all its parameters."
    ),
    settings=LandscapeSettings,
    picture=landscape_picture,
    place=Place(0, 0, height=62, width=54),
    lanes=(SURFACE,),
    uses=(PLANE, STARTS, RUNS),
    numbers=(Numbers("landscape", "Loss landscape", landscape_table), Numbers("paths", "Paths", path_table)),
    options=landscape_options,
    leads=True,
    holds_starts=True,
    zoomed=zoomed,
    read_off=read_off,
    commands=COMMANDS,
    fresh=fresh,
    in_full=in_full,
    described=described,
    cache=BackgroundCache,
)
