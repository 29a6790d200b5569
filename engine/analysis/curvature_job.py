"""The curvature at a point as a job: all eigenvalues where they can be had in a second, else both ends and then the density."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from engine.analysis.curvature import Curvature
from engine.analysis.curvature_effort import EXACT, PROBES, STEPS, effort_for
from engine.analysis.decomposition import eigenvalues_and_slopes
from engine.analysis.density import SpectralDensity, density_job
from engine.analysis.eigen_directions import EigenDirections
from engine.analysis.ends import Effort
from engine.analysis.ends_search import spectrum_ends
from engine.analysis.lanczos import norm, product_at
from engine.analysis.spectrum import zero_tolerance
from engine.analysis.stability import StabilityEdge, stability_bound
from engine.arrays import Array, read_only
from engine.job import Job, Progress, between, drain, job_of, paced
from engine.network import NetworkObjective
from engine.objective import Objective
from engine.optimizers import KINDS
from engine.optimizers.method import Optimizer

FORMING = 0.3
"""The share of the time that the dense Hessian takes to form."""
NOT_FINITE = "The loss or its derivatives are not finite at this point: move to another one."
EdgeAt = Callable[[float], StabilityEdge | None]
"""λmax → where the learning rate stands against it."""


def curvature_job(
    objective: Objective,
    point: ArrayLike,
    optimizer: Optimizer | None = None,
    rate: float | None = None,
    *,
    exact_up_to: int = EXACT,
    effort: Effort | None = None,
    probes: int = PROBES,
    steps: int = STEPS,
    seed: int = 0,
) -> Job[Curvature]:
    """The Hessian's eigenvalues at ``point (P,)``, and the gradient along their eigenvectors, in pieces of a few milliseconds.

    Args:
        objective: any; a network's dense Hessian is formed in pieces, others' in one call.
        point: where.
        optimizer: whose stability λmax is compared with; None: nobody's.
        rate: its learning rate at this step.
        exact_up_to: with so many parameters all eigenvalues are computed, and come with the job's only result. With more of
            them, results bring more and more of the ends of the spectrum, and then its density, probe by probe.
        effort: how far the ends are looked for (None: as memory allows).
        probes: random vectors of the density; 0 for none.
        steps: products for each of them.
        seed: of the random vectors.

    Raises:
        ValueError: if the gradient or the Hessian is not finite at the point.

    >>> import engine
    >>> *_, last = curvature_job(engine.Formula("rosenbrock"), [1.0, 0.9], engine.optimizers.momentum(0.1), 0.001)
    >>> last.result.whole.eigenvalues.round(1).tolist(), last.result.stability.exceeded
    ([8.1, 1033.9], False)
    >>> last.result.verdict
    'All 2 directions bend up: the raw Newton step leads to the minimum of the model.'

    """
    here = _Here(objective, read_only(point), _edge_of(optimizer, rate))
    if objective.dimension <= exact_up_to:
        return paced(job_of(_all_of_it(here)))
    return paced(_ends_and_density(here, effort or effort_for(objective.dimension), probes, steps, seed))


def curvature(
    objective: Objective, point: ArrayLike, optimizer: Optimizer | None = None, rate: float | None = None
) -> Curvature:
    """What :func:`curvature_job` ends with, for notebooks and scripts.

    >>> import engine
    >>> curvature(engine.Formula("saddle"), [0.0, 0.5]).verdict
    '1 of 2 directions bends down: the raw Newton step leads to a saddle of the model.'

    """
    return drain(curvature_job(objective, point, optimizer, rate))


@dataclass(frozen=True, eq=False)
class _Here:
    objective: Objective
    point: Array
    edge: EdgeAt

    def gradient(self) -> Array:
        with np.errstate(all="ignore"):
            value, gradient = self.objective.value_and_gradient(self.point)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            raise ValueError(NOT_FINITE)
        return gradient

    def hessian(self) -> Generator[float, None, Array]:
        if isinstance(self.objective, NetworkObjective):
            return (yield from self.objective.hessian_pieces(self.point))
        with np.errstate(all="ignore"):
            return self.objective.hessian(self.point)


def _edge_of(optimizer: Optimizer | None, rate: float | None) -> EdgeAt:
    def edge(lambda_max: float) -> StabilityEdge | None:
        if optimizer is None or rate is None:
            return None
        bound = stability_bound(KINDS[optimizer.kind], optimizer, lambda_max)
        return None if bound is None else StabilityEdge(bound, rate)

    return edge


def _all_of_it(here: _Here) -> Generator[float, None, Curvature]:
    gradient = here.gradient()
    yield 0.0
    hessian = yield from between(0.0, FORMING, here.hessian())
    if not np.isfinite([hessian.min(), hessian.max()]).all():
        raise ValueError(NOT_FINITE)
    yield FORMING
    values, slopes = yield from between(FORMING, 1.0, eigenvalues_and_slopes(hessian, gradient))
    if not np.isfinite([values[0], values[-1]]).all():
        raise ValueError(NOT_FINITE)
    bounds = np.full(len(values), zero_tolerance(values))
    directions = EigenDirections(read_only(values), read_only(slopes), read_only(bounds))
    edge = here.edge(float(values[-1]))
    return Curvature(len(values), norm(gradient), whole=directions, stability=edge)


def _ends_and_density(here: _Here, effort: Effort, probes: int, steps: int, seed: int) -> Job[Curvature]:
    gradient = here.gradient()
    known, done = Curvature(len(gradient), norm(gradient)), 0.0
    yield Progress(done)
    for found in spectrum_ends(product_at(here.objective, here.point), gradient, effort, seed):
        if found is not None:
            edge = here.edge(found.highest)
            known = replace(known, ends=found, stability=edge, products=found.products)
            done = found.products / (effort.products + probes * steps)
        yield Progress(done, None if found is None else known)
    yield Progress(done if probes else 1.0, known)
    if probes:
        for progress in density_job(here.objective, here.point, probes=probes, steps=steps, seed=seed):
            yield _with_density(known, done, progress)


def _with_density(known: Curvature, done: float, progress: Progress[SpectralDensity]) -> Progress[Curvature]:
    """The ends together with as much of the density as there is."""
    fraction, density = done + (1.0 - done) * progress.fraction, progress.result
    if density is None:
        return Progress(fraction)
    return Progress(fraction, replace(known, density=density, products=known.products + density.nodes.size))
