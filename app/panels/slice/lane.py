"""The slice's lane: the loss along one direction through a point, with Newton's approximation there."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial

import numpy as np

from app.document import Document
from app.lanes.lane import Lane, Results
from app.lanes.plane import current_plane
from app.lanes.problem_cache import ProblemCache
from app.lanes.runs import shown_point
from app.panels.landscape.settings import LandscapeSettings, shown_window
from app.panels.slice.minres import minimal_residuals
from app.panels.slice.settings import Along, SliceSettings
from engine.analysis.newton_model import line_model, newton_direction
from engine.arrays import Array, read_only, same
from engine.job import Job, Progress
from engine.objective import Objective
from engine.plane import Flat, Line
from engine.problem import Problem
from engine.surfaces import Window

DENSE_NEWTON = 400
"""Up to this many parameters a slice may solve the whole Newton system while a hand drags; above, it takes Krylov steps."""
KRYLOV = 40
"""Hessian-vector products that an approximate Newton direction may cost."""
NEWTON = "along the Newton direction"
POINTS, PIECE = 201, 34
"""Samples along the line, and how many are taken at once."""
QUIETLY = partial(np.errstate, all="ignore")
"""The last points of a diverging run may be anywhere; the context is never open across a yield."""


@dataclass(frozen=True, eq=False)
class SliceRequest:
    """The loss along a line through a point."""

    problem: Problem
    point: Array
    along: Along
    flat: Flat
    reach: float
    sides: tuple[float, ...] = ()
    """Lengths of the landscape's sides in its own coordinates: axes of very different scale bound a slice as well."""


@dataclass(frozen=True, eq=False)
class SliceResult:
    """The loss along a line through one run's shown point, with Newton's approximation there."""

    line: Line
    coordinates: Array
    values: Array
    value: float
    slope: float
    curvature: float
    landing: float | None
    """Where the raw Newton step lands on this line, None where it does not lie in it or there is none."""
    sentence: str
    direction: str
    """What the direction truly is, in words."""


def slice_request(document: Document, results: Results, number: int) -> SliceRequest | None:
    """The slice through the selected run's shown point."""
    built, point = current_plane(document, results), shown_point(document, results)
    if built is None or point is None:
        return None
    window = shown_window(document.view.of(LandscapeSettings), built.window)
    sides = tuple(high - low for low, high in zip(window[::2], window[1::2], strict=True))
    along = document.view.of(SliceSettings, number).along
    return SliceRequest(document.experiment.problem, point, along, built.flat, _reach(built.flat, window), sides)


def _reach(flat: Flat, window: Window) -> float:
    """How far a slice looks to both sides, in distance of parameters: a third of the landscape's larger side."""
    sides = zip(window[::2], window[1::2], flat.norms, strict=True)
    return max(float((high - low) * norm) for low, high, norm in sides) / 3


def slice_job(cache: ProblemCache, request: SliceRequest) -> Job[SliceResult]:
    """Loss, tangent and parabola along one direction through a point."""
    yield from slice_pieces(cache.assembled(request.problem).objective, request)


def _same_direction(newer: SliceRequest, wanted: SliceRequest | None, _: Results) -> bool:
    """Late slices are welcome under a dragging hand, as long as they follow the same direction of the same plane."""
    return wanted is not None and same((wanted.along, wanted.flat), (newer.along, newer.flat))


SLICE_LANE = Lane(
    "slice",
    "Slice",
    slice_request,
    slice_job,
    _same_direction,
    forgotten_with=frozenset({"plane", "descent space"}),
)


def slice_pieces(objective: Objective, request: SliceRequest) -> Job[SliceResult]:
    """Loss, tangent and parabola along the wished direction, in pieces of a few milliseconds.

    Raises:
        ValueError: with a sentence, where there is no direction or the slope is not finite.

    """
    direction, words = yield from _direction(objective, request)
    if not direction.any():
        raise ValueError("There is no slope here to slice along: choose one of the axes, or another step.")
    scaled = direction / np.abs(direction).max()  # squares of a diverging run's slope would overflow
    unit = scaled / np.linalg.norm(scaled)
    with QUIETLY():
        model = line_model(objective, request.point, unit)
    reach = min(request.reach, _within_sides(request, unit))
    landing = model.stationary if model.is_newton or words.startswith(NEWTON) else None
    if landing is not None and 0.2 * reach < abs(landing) < 20 * reach:
        reach = max(reach, 1.25 * abs(landing))
    t = np.linspace(-reach, reach, POINTS)
    line = Line(request.point, unit)
    values = yield from _sampled(objective, line, t)
    result = SliceResult(
        line=line,
        coordinates=read_only(t),
        values=read_only(values),
        value=model.value,
        slope=model.slope,
        curvature=model.curvature,
        landing=landing,
        sentence=model.sentence,
        direction=words,
    )
    yield Progress(1.0, result)


def _sampled(objective: Objective, line: Line, t: Array) -> Generator[Progress[SliceResult], None, Array]:
    sampler, values = objective.sampler(line, "float64"), np.empty(len(t))
    for first in range(0, len(t), PIECE):
        here = slice(first, first + PIECE)
        with QUIETLY():
            values[here] = sampler.evaluate(t[here, None])
        yield Progress(0.5 + 0.49 * first / len(t))
    return values


def _within_sides(request: SliceRequest, unit: Array) -> float:
    """How far a slice along ``unit (P,)`` may go before one coordinate has moved by half of its side of the landscape."""
    if not request.sides:
        return np.inf
    moves = np.abs(request.flat.vector_coordinates(unit))
    limits = [0.5 * side / move for side, move in zip(request.sides, moves.tolist(), strict=True) if move > 0]
    return float(min(limits, default=np.inf))


def _direction(
    objective: Objective, request: SliceRequest
) -> Generator[Progress[SliceResult], None, tuple[Array, str]]:
    """The slice's direction, and what it truly is in words: an approximation says so."""
    if request.along == "first axis":
        return np.asarray(request.flat.directions[0]), "along the first axis"
    if request.along == "second axis":
        return np.asarray(request.flat.directions[-1]), "along the second axis"
    with QUIETLY():
        downhill = -objective.value_and_gradient(request.point)[1]
    if not np.isfinite(downhill).all():
        raise ValueError("The slope is not finite at this point: show an earlier step.")
    if request.along == "gradient":
        return downhill, "along the negative gradient"
    if objective.dimension <= DENSE_NEWTON:
        step, words = _newton(objective, request.point), NEWTON
    else:
        step = yield from _approximate_newton(objective, request.point, downhill)
        words = f"{NEWTON} (approximated by {KRYLOV} Hessian-vector products)"
    if np.isfinite(step).all() and np.linalg.norm(step) > 0:
        return step, words
    return downhill, "along the negative gradient, for there is no Newton direction here"


def _newton(objective: Objective, point: Array) -> Array:
    """The raw Newton step; not finite where the Hessian is not."""
    try:
        with QUIETLY():
            return newton_direction(objective, point)
    except np.linalg.LinAlgError:
        return np.full(len(point), np.nan)


def _approximate_newton(
    objective: Objective, point: Array, downhill: Array
) -> Generator[Progress[SliceResult], None, Array]:
    """H d = −g by MINRES, which also bears an indefinite or singular H; other lanes get their turns after every product."""
    pieces = minimal_residuals(lambda vector: objective.hessian_vector_product(point, vector), downhill, KRYLOV)
    while True:
        try:
            with QUIETLY():
                done = next(pieces)
        except StopIteration as end:
            return np.asarray(end.value)
        yield Progress(0.5 * done / KRYLOV)
