"""A panel that is defined here and nowhere else: the distance of the shown point from zero, as a curve of one step."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from app.document import Document, PanelSettings
from app.fields import Field
from app.lanes.lane import Lane, Results
from app.lanes.runs import RUNS, shown_point
from app.panels.panel import Choice, Numbers, Option, Panel, PictureCache, Place, Table
from app.pictures.marks import Axis, Note, Polyline
from app.pictures.plot import PlotPicture
from engine.arrays import Array
from engine.job import Progress
from engine.problem import Problem

COLORS = {"#aa0000": "Red", "#0000aa": "Blue"}


@dataclass(frozen=True, eq=False)
class ToySettings(PanelSettings):
    color: str = "#aa0000"
    times: int = 1


@dataclass(frozen=True, eq=False)
class ToyRequest:
    problem: Problem
    point: Array
    times: int


def toy_request(document: Document, results: Results, number: int) -> ToyRequest | None:
    point, times = shown_point(document, results), document.view.of(ToySettings, number).times
    return None if point is None else ToyRequest(document.experiment.problem, point, times)


def toy_job(cache, request: ToyRequest):
    yield Progress(0.5)
    yield Progress(1.0, request.times * float(np.linalg.norm(request.point)))


TOY_LANE = Lane("toy distance", "Measuring the toy", toy_request, toy_job, forgotten_with=frozenset({"descent space"}))


def toy_picture(document: Document, results: Results, cache: PictureCache, number: int) -> PlotPicture:
    distance, color = results.of(TOY_LANE, number), document.view.of(ToySettings, number).color
    axes = Axis("toy", 0, 1), Axis("distance", 0, 1 if distance is None else distance + 1)
    if distance is None:
        return PlotPicture("Toy", *axes, waiting="Waiting for a run …")
    line = Polyline(np.array([0.0, 1.0]), np.full(2, distance), color, "distance")
    return PlotPicture("Toy", *axes, lines=(line,), notes=(Note(f"Toy distance {distance!r}"),))


def toy_table(document: Document, results: Results, number: int) -> Table:
    distance = results.of(TOY_LANE, number)
    if distance is None:
        raise ValueError("There is no toy yet.")
    return Table("Toy", {"distance": np.array([distance])})


def toy_options(document: Document, results: Results, number: int) -> tuple[Option[ToySettings], ...]:
    settings = document.view.of(ToySettings, number)
    field = Field("times", "Times", "integer", settings.times, 1, 9)
    return (Option(field, lambda value: replace(settings, times=int(value or 1))),)


TOY = Panel(
    name="toy",
    title="Toy",
    help="How far the shown point is from zero.",
    settings=ToySettings,
    picture=toy_picture,
    place=Place(2, 1, height=50, width=46),
    lanes=(TOY_LANE,),
    uses=(RUNS,),
    numbers=(Numbers("toy", "Toy", toy_table),),
    choices=(
        Choice(
            "The color of the toy",
            lambda _: COLORS,
            lambda _, settings: settings.color,
            lambda document, settings, value: (document, replace(settings, color=value)),
        ),
    ),
    options=toy_options,
    described=lambda document, results, number: f"Toy: {document.view.of(ToySettings, number).times} times.",
)
