"""The curvature: eigenvalues of the Hessian at a run's point, and what they mean for descent and for Newton."""

from __future__ import annotations

from app.lanes.runs import RUNS
from app.panels.curvature.lane import CURVATURE_LANE
from app.panels.curvature.numbers import curvature_table, density_table, has_density
from app.panels.curvature.options import CHOICES, curvature_options
from app.panels.curvature.picture import curvature_picture
from app.panels.curvature.settings import CurvatureSettings
from app.panels.panel import Numbers, Panel, Place

CURVATURE = Panel(
    name="curvature",
    title="Curvature",
    help=(
        "The eigenvalues of the Hessian at the selected run's shown point: how strongly the loss bends up or down along each "
        "direction. Newton steps by 1/λ along each of them, gradient descent by the same α along all."
    ),
    settings=CurvatureSettings,
    picture=curvature_picture,
    place=Place(2, 0, height=62, width=54),
    lanes=(CURVATURE_LANE,),
    uses=(RUNS,),
    numbers=(
        Numbers("curvature", "Curvature", curvature_table),
        Numbers("density", "Spectral density", density_table, has_density),
    ),
    choices=CHOICES,
    options=curvature_options,
    opened=False,
)
