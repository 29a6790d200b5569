"""The job of each request: engine work, cut into pieces, ending in a result for the window. No Qt."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app.compute.plan import (
    ModelRequest,
    PlaneRequest,
    RunsRequest,
    SliceRequest,
    SurfaceRequest,
)
from app.results import LaneName, ModelResult, RunsResult, SliceResult
from engine import analysis, stopping
from engine.analysis.newton_model import line_model, newton_direction
from engine.analysis.stability import StabilityBound, largest_eigenvalue, stability_bound
from engine.arrays import Array, read_only, same
from engine.curve_fit import CurveFit
from engine.datasets import Dataset
from engine.descent import Descent, descent_job
from engine.formulas import Formula
from engine.job import Job, Progress
from engine.network import NetworkObjective
from engine.objective import Objective, Precision
from engine.optimizers import KINDS
from engine.plane import Line
from engine.plane_drawing import DrawnPlane, draw_plane_job
from engine.problem import Assembled, Problem, assemble
from engine.surfaces import Surface, surface_job
from engine.trajectory import Ending, Trajectories

DENSE_NEWTON = 400
"""Up to this many parameters a slice may solve the whole Newton system while a hand drags; above, it takes Krylov steps."""
KRYLOV = 40
"""Hessian-vector products that an approximate Newton direction may cost: about a tenth of a second on the digits."""
AT_ONCE = 0.03
"""Seconds within which a surface that is done looks better than one that grows."""
NEWTON = "along the Newton direction"
SLICE_POINTS = 201
GRID = 61
SAMPLES = 24


class Workshop:
    """Makes problems real, and keeps the last few: datasets and objectives are shared by all jobs."""

    def __init__(self, capacity: int = 4) -> None:
        self._made: list[tuple[Problem, Assembled]] = []
        self._capacity = capacity

    def assembled(self, problem: Problem) -> Assembled:
        """The problem made real; ValueError or OSError with a sentence where that is not possible."""
        found = next((entry for entry in self._made if same(entry[0], problem)), None)
        entry = found or (problem, assemble(problem))
        others = [other for other in self._made if other is not found]
        self._made = [entry, *others[: self._capacity - 1]]
        return entry[1]

    def begin(self, lane: LaneName, request: object) -> Job[object]:
        """The job that answers a request."""
        return JOBS[lane](self, request)


def plane_job(workshop: Workshop, request: PlaneRequest) -> Job[DrawnPlane]:
    """Carry out the plane's recipe."""
    yield from draw_plane_job(workshop.assembled(request.problem), request.recipe)


def runs_job(workshop: Workshop, request: RunsRequest) -> Job[RunsResult]:
    """Descend; at the end say what happened on each run."""
    assembled = workshop.assembled(request.problem)
    descent = Descent(
        assembled.objective,
        np.stack([start.parameters(assembled) for start in request.starts]),
        request.optimizers,
        request.steps,
        request.batch_size,
        request.batch_seed,
        request.within,
        assembled.validation,
    )
    last: Trajectories | None = None
    for progress in descent_job(descent):
        last = progress.result
        assert last is not None
        yield Progress(0.98 * progress.fraction, RunsResult(last, lowest=_lowest(assembled, last)))
    if last is not None:
        yield from _judged(assembled, last)


def _judged(assembled: Assembled, runs: Trajectories) -> Job[RunsResult]:
    """Events and outcomes, run by run, with a yield between: a Hessian at the end of a run may take a moment."""
    objective, lowest = assembled.objective, _lowest(assembled, runs)
    result = RunsResult(runs, lowest=lowest)
    for run in range(runs.runs):
        found = analysis.events.events(runs, run)
        bound = _bound(objective, runs, run)
        # Above a few hundred parameters a saddle test costs more than the picture is worth while somebody waits.
        tested = objective if objective.dimension <= DENSE_NEWTON else None
        said = analysis.outcomes.outcome(runs, run, objective=tested, bound=bound, found=found).sentence
        stretches = tuple(
            (event.first, event.last)
            for event in found
            if event.kind in (analysis.events.EventKind.PLATEAU, analysis.events.EventKind.OPEN_PLATEAU)
        )
        values = runs.values[: int(runs.done[run]) + 1, run]
        rate = analysis.rates.convergence(values[np.isfinite(values)], lowest).sentence if len(values) > 3 else ""
        result = replace(
            result,
            sentences=(*result.sentences, said),
            plateaus=(*result.plateaus, stretches),
            rates=(*result.rates, rate),
            marks=(*result.marks, stopping.marks(runs, run)),
        )
        yield Progress(0.98 + 0.02 * (run + 1) / runs.runs, result if run == runs.runs - 1 else None)


def _bound(objective: Objective, runs: Trajectories, run: int) -> StabilityBound | None:
    """The stability bound at the start of a run that diverged, where its method has one."""
    optimizer = runs.optimizers[run % len(runs.optimizers)]
    if runs.outcomes[run].ending is not Ending.DIVERGED or KINDS[optimizer.kind].stability is None:
        return None
    return stability_bound(KINDS[optimizer.kind], optimizer, largest_eigenvalue(objective, runs.points[0, run]))


def _lowest(assembled: Assembled, runs: Trajectories) -> float:
    """The known minimum, else the lowest finite loss that any run has seen."""
    formula = assembled.objective
    if isinstance(formula, Formula) and formula.lowest is not None:
        return formula.lowest
    seen = runs.values[runs.computed & np.isfinite(runs.values)]
    return float(seen.min()) if seen.size else 0.0


def sampling_job(workshop: Workshop, request: SurfaceRequest) -> Job[Surface]:
    """Sample the loss, coarse first."""
    objective = workshop.assembled(request.problem).objective
    exact = objective.examples == 1 or isinstance(objective, CurveFit)
    precision: Precision = "float64" if exact or isinstance(objective, Formula) else "float32"
    began = time.perf_counter()
    for progress in surface_job(objective, request.flat, request.window, request.resolution, precision):
        early = progress.fraction < 1.0 and time.perf_counter() - began < AT_ONCE
        yield Progress(progress.fraction) if early else progress


def slice_job(workshop: Workshop, request: SliceRequest) -> Job[SliceResult]:
    """Loss, tangent and parabola along one direction through a point."""
    yield Progress(1.0, _slice(workshop.assembled(request.problem).objective, request))


@np.errstate(all="ignore")  # the last points of a diverging run may be anywhere
def _slice(objective: Objective, request: SliceRequest) -> SliceResult:
    direction, words = _direction(objective, request)
    if not direction.any():
        raise ValueError("There is no slope here to slice along: choose one of the axes, or another step.")
    scaled = direction / np.abs(direction).max()  # squares of a diverging run's slope would overflow
    unit = scaled / np.linalg.norm(scaled)
    model = line_model(objective, request.point, unit)
    reach = min(request.reach, _within_sides(request, unit))
    landing = model.stationary if model.is_newton or words.startswith(NEWTON) else None
    if landing is not None and 0.2 * reach < abs(landing) < 20 * reach:
        reach = max(reach, 1.25 * abs(landing))
    t = np.linspace(-reach, reach, SLICE_POINTS)
    line = Line(request.point, unit)
    values = objective.sampler(line, "float64").evaluate(t[:, None]).astype(np.float64)
    inside = request.flat.point(request.flat.coordinates(request.point))
    return SliceResult(
        line=line,
        coordinates=read_only(t),
        values=read_only(values),
        value=model.value,
        slope=model.slope,
        curvature=model.curvature,
        landing=landing,
        sentence=model.sentence,
        direction=words,
        true_loss=model.value,
        height=float(objective.value(inside)),
    )


def _within_sides(request: SliceRequest, unit: Array) -> float:
    """How far a slice along ``unit (P,)`` may go before one coordinate has moved by half of its side of the landscape."""
    if not request.sides:
        return np.inf
    moves = np.abs(request.flat.vector_coordinates(unit))
    limits = [0.5 * side / move for side, move in zip(request.sides, moves.tolist(), strict=True) if move > 0]
    return float(min(limits, default=np.inf))


def _direction(objective: Objective, request: SliceRequest) -> tuple[Array, str]:
    """The slice's direction, and what it truly is in words: an approximation says so."""
    if request.along == "first axis":
        return np.asarray(request.flat.directions[0]), "along the first axis"
    if request.along == "second axis":
        return np.asarray(request.flat.directions[-1]), "along the second axis"
    downhill = -objective.value_and_gradient(request.point)[1]
    if not np.isfinite(downhill).all():
        raise ValueError("The slope is not finite at this point: show an earlier step.")
    if request.along == "gradient":
        return downhill, "along the negative gradient"
    if objective.dimension <= DENSE_NEWTON:
        step, words = _newton(objective, request.point), NEWTON
    else:
        step = _approximate_newton(objective, request.point, downhill)
        words = f"{NEWTON} (approximated by {KRYLOV} Hessian-vector products)"
    if np.isfinite(step).all() and np.linalg.norm(step) > 0:
        return step, words
    return downhill, "along the negative gradient, for there is no Newton direction here"


def _newton(objective: Objective, point: Array) -> Array:
    """The raw Newton step; not finite where the Hessian is not."""
    try:
        return newton_direction(objective, point)
    except np.linalg.LinAlgError:
        return np.full(len(point), np.nan)


def _approximate_newton(objective: Objective, point: Array, downhill: Array) -> Array:
    """H d = −g by MINRES (Paige & Saunders 1975), which also bears an indefinite or singular H; a fixed number of products."""
    from scipy.sparse.linalg import LinearOperator, minres

    def product(vector: Array) -> Array:
        return objective.hessian_vector_product(point, np.ravel(vector))

    operator = LinearOperator((len(point), len(point)), matvec=product, dtype=np.float64)
    solution, _ = minres(operator, downhill, maxiter=KRYLOV, rtol=1e-8)
    return np.asarray(solution)


def model_job(workshop: Workshop, request: ModelRequest) -> Job[ModelResult]:
    """What the network, or the fitted curve, makes of its inputs."""
    assembled = workshop.assembled(request.problem)
    objective = assembled.objective
    if isinstance(objective, CurveFit):
        yield Progress(1.0, _fitted(objective, request.point))
    elif isinstance(objective, NetworkObjective) and assembled.data is not None:
        yield Progress(1.0, _network(assembled, objective, request.point))
    else:
        yield Progress(1.0, ModelResult(request.point))


def _fitted(fit: CurveFit, point: Array) -> ModelResult:
    low, high = float(fit.x.min()), float(fit.x.max())
    x = np.linspace(low - 0.05 * (high - low), high + 0.05 * (high - low), 240)
    return ModelResult(
        point, first=x, outputs=fit.predict(point, x)[:, None], inputs=fit.x[:, None], targets=fit.y
    )  # fmt: skip


def _network(assembled: Assembled, objective: NetworkObjective, point: Array) -> ModelResult:
    data = assembled.data
    assert data is not None
    parts = (("train", assembled.objective), ("validation", assembled.validation), ("test", assembled.test))
    losses = tuple((name, float(part.parts(point).data)) for name, part in parts if part is not None)
    accuracies: tuple[tuple[str, float], ...] = ()
    if data.classes is not None:
        accuracies = tuple((name, float(part.accuracy(point))) for name, part in parts if part is not None)
    result = ModelResult(point, accuracies=accuracies, losses=losses, classes=data.classes)
    if data.inputs.shape[1] <= 2:
        return _on_grid(result, objective, data)
    return _on_images(result, assembled, objective, data)


def _on_grid(result: ModelResult, objective: NetworkObjective, data: Dataset) -> ModelResult:
    inputs = np.asarray(data.train.inputs)
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    room = 0.18 * np.maximum(high - low, 1e-6)
    axes = [np.linspace(a - r, b + r, GRID if len(low) == 2 else 240) for a, b, r in zip(low, high, room, strict=True)]
    grid = np.stack(np.meshgrid(*axes), axis=-1) if len(axes) == 2 else axes[0][:, None]
    outputs = objective.probabilities(result.parameters, grid.reshape(-1, len(axes)))
    return replace(
        result,
        first=axes[0],
        second=axes[1] if len(axes) == 2 else np.empty(0),
        outputs=outputs.reshape(*grid.shape[:-1], -1),
        inputs=inputs,
        targets=np.asarray(data.train.targets),
    )


def _on_images(result: ModelResult, assembled: Assembled, objective: NetworkObjective, data: Dataset) -> ModelResult:
    # Examples that training has not seen, where there are some: what a person wants to know is how it does on new ones.
    part = next((p for p in (data.test, data.validation, data.train) if len(p)), data.train)
    inputs = np.asarray(part.inputs[:SAMPLES])
    first = objective.blocks[0]
    return replace(
        result,
        inputs=inputs,
        targets=np.asarray(part.targets[:SAMPLES]),
        predictions=objective.probabilities(result.parameters, inputs),
        weights=first.of(result.parameters),
        image_shape=data.image_shape,
    )


JOBS: dict[LaneName, Callable[..., Job[object]]] = {
    "plane": plane_job,  # type: ignore[dict-item]
    "runs": runs_job,  # type: ignore[dict-item]
    "surface": sampling_job,  # type: ignore[dict-item]
    "slice": slice_job,  # type: ignore[dict-item]
    "model": model_job,  # type: ignore[dict-item]
}
