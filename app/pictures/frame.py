"""What frames a landscape: its axes' labels, the starts' handles, and the line that says what is drawn."""

from __future__ import annotations

from app.document import Document
from app.pictures.legend import theme_of
from app.pictures.marks import Handle
from engine.analysis.wording import count
from engine.experiment import Experiment
from engine.plane import Flat
from engine.plane_drawing import DrawnPlane


def handles(document: Document, drawn: DrawnPlane) -> tuple[Handle, ...]:
    """One handle a start, at its place in the plane."""
    theme = theme_of(document)
    places = [drawn.flat.coordinates(start.parameters(drawn.assembled)) for start in document.experiment.starts]
    return tuple(
        Handle(key, float(place[0]), float(place[1]) if len(place) > 1 else 0.0, theme.text, f"Start {key + 1}")
        for key, place in enumerate(places)
    )


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


def caption(document: Document, drawn: DrawnPlane) -> str:
    """One line that says what is drawn and where the runs live."""
    flat = drawn.flat
    if flat.parameters <= 2:
        return "The whole loss: every parameter is on an axis."
    where = (
        f"runs descend in all {count(flat.parameters)} parameters; their paths are projected"
        if document.experiment.residence == "all"
        else f"runs descend within this plane of the {count(flat.parameters)} parameters; the picture is exact"
    )
    return f"Plane {flat.drawn.sentence}; {where}."
