"""What stands around a landscape: its axes' labels, the starts' handles, and the line that says what is drawn."""

from __future__ import annotations

from app.document import Document
from app.lanes.lane import Results
from app.lanes.plane import BuiltPlane
from app.lanes.starts import start_point
from app.pictures.legend import theme_of
from app.pictures.marks import Handle
from engine.analysis.wording import count
from engine.experiment import Experiment
from engine.plane import Flat


def handles(document: Document, results: Results, built: BuiltPlane) -> tuple[Handle, ...]:
    """A handle at the place in the plane of each start that is known."""
    theme, found = theme_of(document), []
    for key, start in enumerate(document.experiment.starts):
        point = start_point(start, results)
        if point is not None and point.size == built.flat.parameters:
            place = built.flat.coordinates(point)
            height = float(place[1]) if len(place) > 1 else 0.0
            found.append(Handle(key, float(place[0]), height, theme.text, f"Start {key + 1}"))
    return tuple(found)


def axis_labels(experiment: Experiment, flat: Flat) -> tuple[str, str]:
    """What the axes measure, with their units."""
    if flat.drawn.kind in ("parameters", "parameter"):
        names = flat.drawn.sentence.removeprefix("the parameters ").removeprefix("the parameter ").split(" and ")
        return names[0], names[-1]
    if flat.drawn.kind == "weights":
        names = dict(flat.drawn.settings).get("weights", "").split(" and ")
        if len(names) == 2:
            return names[0], names[1]
    if flat.is_orthonormal:
        return "first axis (distance)", "second axis (distance)"
    return "coefficient of the first axis", "coefficient of the second axis"


def caption(document: Document, built: BuiltPlane) -> str:
    """One line that says what is drawn and where the runs live."""
    flat = built.flat
    if flat.parameters <= 2:
        return "The whole loss: every parameter is on an axis."
    where = (
        f"runs descend in all {count(flat.parameters)} parameters; their paths are projected"
        if document.experiment.residence == "all"
        else f"runs descend within this plane of the {count(flat.parameters)} parameters; the picture is exact"
    )
    return f"Plane {flat.drawn.sentence}; {where}."
