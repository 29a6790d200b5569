"""Sampling an objective on a line or plane: coarse first, then refined without computing any point twice."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from itertools import islice

import numpy as np

from engine.arrays import Array, Indices
from engine.job import CHUNK, Job, Progress, drain
from engine.objective import Objective, Precision, Sampler
from engine.parallel import one_blas_thread, spread
from engine.plane import Flat, parameter_line, parameter_plane
from engine.surfaces.refinement import Refinement
from engine.surfaces.sampled import Surface
from engine.surfaces.windows import Grid, Window, grid

FEW = 4
"""A surface of at most this part of a usual call is computed by the thread that asks for it."""


def own_flat(objective: Objective) -> Flat:
    """The line or plane that an objective of one or two parameters already is.

    Raises:
        ValueError: for more than two parameters.

    >>> import engine
    >>> own_flat(engine.Formula("rosenbrock")).drawn.sentence, own_flat(engine.Formula("bowl")).dimension
    ('the parameters x and y', 1)

    """
    if objective.dimension == 1:
        return parameter_line(objective.names[0])
    if objective.dimension == 2:
        return parameter_plane((objective.names[0], objective.names[1]))
    raise ValueError(
        f"The objective has {objective.dimension} parameters: give a line or plane to draw it on, for example from "
        "engine.directions."
    )


def surface_job(
    objective: Objective,
    flat: Flat,
    window: Sequence[float],
    resolution: int | tuple[int, int] = 51,
    dtype: Precision = "float32",
    threads: int | None = None,
    executor: Executor | None = None,
) -> Job[Surface]:
    """Sample an objective piece by piece: the first surface after a few per cent of the work, the last one complete.

    Yields about every 8 ms. At most ``threads + 1`` tiles are under way (None: as many threads as there are processors);
    closing the job drops the waiting ones and awaits the running ones. The tiles run on a pool of the job's own unless an
    ``executor`` is given. BLAS is left alone here: the program caps it once, :func:`surface` around each call.

    Raises:
        ValueError: if objective and flat differ in their number of parameters, or window or resolution is not usable.

    >>> import engine
    >>> bowl = engine.Formula("rosenbrock")
    >>> *_, last = surface_job(bowl, own_flat(bowl), (-2.0, 2.0, -1.0, 3.0), resolution=41)
    >>> last.fraction, last.result.complete, last.result.lowest()
    (1.0, True, (0.0, array([1., 1.])))

    """
    points = _checked_grid(objective, flat, window, resolution, dtype)
    return _sample(objective, flat, points, dtype, threads, executor)


def _checked_grid(
    objective: Objective, flat: Flat, window: Sequence[float], resolution: int | tuple[int, int], dtype: Precision
) -> Grid:
    if flat.parameters != objective.dimension:
        kind = "line" if flat.dimension == 1 else "plane"
        raise ValueError(
            f"The objective has {objective.dimension} parameters, the {kind} {flat.parameters}: they must be equal."
        )
    if dtype not in ("float32", "float64"):
        raise ValueError(f'The precision of a surface is "float32" or "float64", not {dtype!r}.')
    return grid(flat.dimension, window, resolution)


def _sample(
    objective: Objective,
    flat: Flat,
    points: Grid,
    dtype: Precision,
    threads: int | None,
    executor: Executor | None,
) -> Job[Surface]:
    sampler, threads = objective.sampler(flat, dtype), threads or os.cpu_count() or 1
    refinement = Refinement(flat, points)
    tiles = refinement.tiles(sampler.points_per_call)
    pool = executor or ThreadPoolExecutor(threads, "surface")
    under_way: dict[Future[Array], Indices] = {}
    try:
        yield from _prepare(pool, sampler)
        yielded = time.perf_counter()
        while not refinement.complete:
            _submit(pool, under_way, islice(tiles, threads + 1 - len(under_way)), sampler, points)
            _collect(under_way, refinement)
            now = time.perf_counter()
            is_due = refinement.owes_first_picture or now - yielded >= CHUNK
            if is_due and not refinement.complete:
                yield Progress(refinement.fraction, refinement.picture_if_due(now))
                yielded = time.perf_counter()
        yield Progress(1.0, refinement.picture())
    finally:
        wait([future for future in under_way if not future.cancel()])
        if executor is None:
            pool.shutdown(cancel_futures=True)


def _prepare(pool: Executor, sampler: Sampler) -> Job[Surface]:
    waiting = {pool.submit(step) for step in sampler.preparations}
    try:
        while waiting:
            finished, waiting = wait(waiting, timeout=CHUNK)
            for future in finished:
                future.result()
            if waiting:
                yield Progress(0.0)
    finally:
        wait([future for future in waiting if not future.cancel()])


def _submit(
    pool: Executor,
    under_way: dict[Future[Array], Indices],
    tiles: Iterator[Indices],
    sampler: Sampler,
    points: Grid,
) -> None:
    for cells in tiles:
        under_way[pool.submit(_evaluate, sampler, points, cells)] = cells


def _collect(under_way: dict[Future[Array], Indices], refinement: Refinement) -> None:
    finished, _ = wait(under_way, timeout=CHUNK, return_when=FIRST_COMPLETED)
    for future in [future for future in under_way if future in finished]:  # in the order of submission
        refinement.place(under_way.pop(future), future.result())
        if refinement.owes_first_picture:  # what else has finished waits, or a fast function would never look coarse
            return


def _evaluate(sampler: Sampler, points: Grid, cells: Indices) -> Array:
    with np.errstate(all="ignore"):  # a value that overflows is an answer, shown as diverged
        values = np.asarray(sampler.evaluate(points.coordinates(cells)), dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def surface(
    objective: Objective,
    plane: Flat | None = None,
    window: Sequence[float] | None = None,
    resolution: int | tuple[int, int] = 51,
    dtype: Precision = "float32",
    threads: int | None = None,
    executor: Executor | None = None,
) -> Surface:
    """Sample an objective over a window of a plane, or along a line; for notebooks and scripts.

    Args:
        objective: any objective; one of one or two parameters needs no plane.
        plane: a :class:`~engine.plane.Plane`, or a :class:`~engine.plane.Line` for a curve.
        window: (first low, first high, second low, second high), or (low, high) on a line, in the plane's coordinates;
            by default the objective's own good window where it has one, else −1 to 1.
        resolution: points per axis, or one number for each axis (first, second).
        dtype: precision of the arithmetic; values come back as float64.
        threads: how many tiles are computed at once; None: as many as there are processors.
        executor: where to compute the tiles instead, any ``concurrent.futures.Executor``.

    Returns:
        The complete surface: ``values[i, j]`` is f at (first[j], second[i]); NaN where f is not a finite number.

    Raises:
        ValueError: if plane, window or resolution does not fit.

    >>> from engine.formulas import Formula
    >>> bowl = surface(Formula("rosenbrock"), window=(-2.0, 2.0, -1.0, 3.0), resolution=41)
    >>> bowl.values.shape, bowl.lowest()
    ((41, 41), (0.0, array([1., 1.])))

    """
    flat = own_flat(objective) if plane is None else plane
    if window is None:
        window = _own_window(objective, flat) if plane is None else (-1.0, 1.0) * flat.dimension
    points = _checked_grid(objective, flat, window, resolution, dtype)
    with one_blas_thread():  # the tiles have the processors already
        if executor is not None:
            return drain(_sample(objective, flat, points, dtype, threads, executor))
        return _at_once(objective.sampler(flat, dtype), Refinement(flat, points), points, threads)


def _at_once(sampler: Sampler, refinement: Refinement, points: Grid, threads: int | None) -> Surface:
    """What the job ends with, from the same tiles, when nobody looks on."""
    tiles = list(refinement.tiles(sampler.points_per_call))[::-1]  # small ones last, so that threads end together

    spread(lambda prepare: prepare(), sampler.preparations, threads)
    is_short = FEW * sum(map(len, tiles)) <= sampler.points_per_call  # less than a second thread costs
    found = spread(lambda cells: _evaluate(sampler, points, cells), tiles, 1 if is_short else threads)
    for cells, values in zip(tiles, found, strict=True):
        refinement.place(cells, values)
    return refinement.picture()


def _own_window(objective: Objective, flat: Flat) -> Window:
    own: Window | None = getattr(objective, "window", None)
    return (-1.0, 1.0) * flat.dimension if own is None else own
