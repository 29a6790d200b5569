"""The curvature's picture: eigenvalues as stems, or both ends of the spectrum under its density."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.document import Document
from app.lanes.lane import Results
from app.lanes.runs import RUNS, selected_run
from app.panels.curvature.lane import CURVATURE_LANE, CurvatureRequest
from app.panels.curvature.settings import CurvatureSettings
from app.panels.curvature.stems import density_plot, stem_plot
from app.panels.curvature.words import notes
from app.panels.panel import PictureCache
from app.pictures.legend import short_name, theme_of, trouble
from app.pictures.marks import Axis
from app.pictures.plot import PlotPicture
from engine.analysis.wording import count

if TYPE_CHECKING:
    from engine.analysis.curvature import Curvature

TITLE = "Curvature"


def curvature_picture(document: Document, results: Results, cache: PictureCache, number: int) -> PlotPicture:
    """Eigenvalues, what they mean for the learning rate, and where a Newton step leads."""
    curvature, runs = results.of(CURVATURE_LANE, number), results.of(RUNS)
    if curvature is None or runs is None:
        waiting = results.error(CURVATURE_LANE, number) or "Waiting for a run …"
        return PlotPicture(TITLE, Axis("", 0, 1), Axis("", 0, 1), waiting=waiting)
    theme, settings = theme_of(document), document.view.of(CurvatureSettings, number)
    request = results.delivered[CURVATURE_LANE.key(number)].request
    rate = request.rate if isinstance(request, CurvatureRequest) else float("nan")
    plot = density_plot if curvature.whole is None else stem_plot
    problems = trouble(document, results, CURVATURE_LANE, card=number)
    words = (*problems, *notes(curvature, theme.warning))
    return plot(
        curvature, settings.scale == "logarithmic", rate, theme, TITLE, words, _caption(document, results, curvature)
    )


def _caption(document: Document, results: Results, curvature: Curvature) -> str:
    runs = results.of(RUNS)
    assert runs is not None
    trajectories, step = runs.trajectories, document.view.step
    when = "its last step" if step is None else f"step {count(step)}"
    name = short_name(trajectories, selected_run(document, trajectories))
    where = "" if document.experiment.residence == "all" else ", within the plane of the landscape"
    return (
        f"Eigenvalues of the Hessian at the point of {name}, {when}: {count(curvature.parameters, 'direction')}{where}."
    )
