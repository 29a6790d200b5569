"""Training curves: loss, gradient norm or gap of every run against the step."""

from __future__ import annotations

from app.lanes.runs import RUNS
from app.panels.curves.numbers import curves_table
from app.panels.curves.options import CHOICES, curves_options
from app.panels.curves.picture import curves_picture
from app.panels.curves.settings import CurvesSettings
from app.panels.panel import Numbers, Panel, Place

CURVES = Panel(
    name="curves",
    title="Training curves",
    help=(
        "What each run does from step to step: its loss, the length of its gradient, or how far it is above the lowest loss "
        "known. Shaded stretches are plateaus; a straight line on logarithmic values is linear convergence."
    ),
    settings=CurvesSettings,
    picture=curves_picture,
    place=Place(0, 1, height=50, width=46),
    uses=(RUNS,),
    numbers=(Numbers("curves", "Training curves", curves_table),),
    choices=CHOICES,
    options=curves_options,
)
