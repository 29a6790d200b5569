"""The same figures without a window: everything that a document needs is computed to the end, then drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.compute.failure import sentence
from app.compute.jobs import Workshop
from app.compute.plan import requests
from app.document import Document
from app.figures.board import Figure
from app.figures.files import write_figure
from app.figures.panels import panels_board
from app.files.description import describe
from app.pictures.legend import theme_of
from app.pictures.panels import PANELS, Panel, PictureCache, picture
from app.results import LANES, Lane, Results
from engine.arrays import same
from engine.job import Job, drain


def computed(document: Document, workshop: Workshop | None = None) -> Results:
    """Every lane's complete result, lane after lane in the order in which they need each other."""
    workshop, results = workshop or Workshop(), Results()
    asked: dict[str, object] = {}
    while True:
        wanted = requests(document, results)
        stale = [lane for lane in LANES if wanted[lane] is not None and not same(wanted[lane], asked.get(lane))]
        if not stale:
            return results
        lane = stale[0]
        asked[lane] = wanted[lane]
        job: Job[Any] = workshop.begin(lane, wanted[lane])
        try:
            results = results.with_lane(lane, Lane(wanted[lane], drain(job)))
        except (ValueError, TypeError, OSError) as error:
            results = results.with_error(lane, sentence(error))


def figure(document: Document, results: Results, panel: Panel | None = None) -> Figure:
    """One panel's picture, or (None) the whole board.

    Raises:
        ValueError: if the problem has nothing to show on that panel.

    """
    cache = PictureCache()
    if panel is None:
        shown_panels = {name: picture(name, document, results, cache) for name in PANELS}
        return panels_board(shown_panels, document.experiment.title, describe(document, results.plane))
    shown = picture(panel, document, results, cache)
    if shown is None:
        raise ValueError("A formula has no model to draw: choose landscape, curves or slice.")
    return shown


def render(
    document: Document,
    path: Path,
    panel: Panel | None = None,
    size: tuple[float, float] | None = None,
    dpi: float | None = None,
) -> None:
    """Compute a document and write its figure; ExportError or ValueError with a sentence where that fails."""
    results = computed(document)
    described = "\n".join(describe(document, results.plane))
    settings: dict[str, Any] = {} if dpi is None else {"dpi": dpi}
    write_figure(path, figure(document, results, panel), size, theme_of(document), description=described, **settings)
