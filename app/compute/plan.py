"""What to compute: for each lane the frozen request that its result depends on. Pure; the one place that knows.

A lane is stale exactly when the request made here is not the ``same`` as the one it shows, runs or has waiting. Late, stopped
and undone results need no code of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.document import Along, Document, shown_point, shown_window
from app.results import LaneName, Results
from engine.arrays import Array, same
from engine.experiment import PlaneRecipe, Start
from engine.optimizers.method import Optimizer
from engine.plane import Flat
from engine.problem import FormulaProblem, Problem
from engine.surfaces import Window


@dataclass(frozen=True, eq=False)
class PlaneRequest:
    """Carry out the plane's recipe."""

    problem: Problem
    recipe: PlaneRecipe


@dataclass(frozen=True, eq=False)
class RunsRequest:
    """Descend from every start with every optimizer."""

    problem: Problem
    starts: tuple[Start, ...]
    optimizers: tuple[Optimizer, ...]
    steps: int
    batch_size: int | None
    batch_seed: int
    within: Flat | None


@dataclass(frozen=True, eq=False)
class SurfaceRequest:
    """Sample the loss over a window."""

    problem: Problem
    flat: Flat
    window: Window
    resolution: int


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
class ModelRequest:
    """What the network or the fitted curve does with these parameters."""

    problem: Problem
    point: Array


Request = PlaneRequest | RunsRequest | SurfaceRequest | SliceRequest | ModelRequest
Requests = dict[LaneName, Request | None]


def requests(document: Document, results: Results) -> Requests:
    """The request of every lane; None where a lane has nothing to do (yet: it may wait for another one's result)."""
    experiment, look = document.experiment, document.look
    problem = experiment.problem
    plane = PlaneRequest(problem, experiment.plane)
    drawn = results.plane if _shows(results, "plane", plane) else None
    within = drawn.flat if experiment.residence == "within" and drawn is not None else None
    runs = RunsRequest(
        problem,
        experiment.starts,
        experiment.optimizers,
        experiment.steps,
        experiment.batch_size,
        experiment.batch_seed,
        within,
    )
    may_run = experiment.residence == "all" or drawn is not None
    wanted: Requests = {
        "plane": plane,
        "runs": runs if may_run and experiment.optimizers and experiment.starts else None,
        "surface": None,
        "slice": None,
        "model": None,
    }
    if drawn is not None:
        wanted["surface"] = SurfaceRequest(problem, drawn.flat, shown_window(look, drawn.window), look.resolution)
    shown = results.runs
    point = shown_point(document, shown.trajectories) if shown is not None and _about(results, problem) else None
    if shown is not None and point is not None:
        wanted["model"] = None if isinstance(problem, FormulaProblem) else ModelRequest(problem, point)
        if drawn is not None:
            window = shown_window(look, drawn.window)
            sides = tuple(high - low for low, high in zip(window[::2], window[1::2], strict=True))
            wanted["slice"] = SliceRequest(
                problem, point, look.along, drawn.flat, _reach(drawn.flat, window), sides
            )  # fmt: skip
    return wanted


def _shows(results: Results, lane: LaneName, request: Request) -> bool:
    entry = results.lanes.get(lane)
    return entry is not None and same(entry.request, request)


def _about(results: Results, problem: Problem) -> bool:
    """Whether the runs shown are about this problem: their points would not fit another one."""
    entry = results.lanes.get("runs")
    return entry is not None and isinstance(entry.request, RunsRequest) and same(entry.request.problem, problem)


def _reach(flat: Flat, window: Window) -> float:
    """How far a slice looks to both sides, in distance of parameters: a third of the landscape's larger side."""
    sides = zip(window[::2], window[1::2], flat.norms, strict=True)
    return max(float((high - low) * norm) for low, high, norm in sides) / 3
