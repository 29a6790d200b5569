"""Basins of attraction: into which minimum a descent from every start of a grid falls, and in how many steps.

Nothing is recorded on the way, so that tens of thousands of runs take a fraction of a second on a formula. The runs live
within the line or plane, in its orthonormal basis, like a descent with ``within``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter

import numpy as np

from engine.analysis.wording import count, number
from engine.arrays import Array, Indices, Mask, frozen_view, read_only
from engine.arrivals import EQUAL, clusters, lateness
from engine.batches import rates_of
from engine.column_runs import column_runs
from engine.descent import orthonormal
from engine.followers import DIVERGED, FAILED, NOT_ARRIVED, Fates, follow_columns, follow_rows
from engine.formulas import Formula
from engine.formulas.code import Code
from engine.job import CHUNK, Job, Progress
from engine.lockstep import LockStep, refusal_of
from engine.objective import Objective
from engine.optimizers.method import Optimizer
from engine.parallel import one_blas_thread
from engine.plane import Flat
from engine.surfaces import Window, own_flat
from engine.surfaces.windows import Grid, grid

TILE, WIDE_TILE = 4096, 20000
"""Starts followed at once, so that their arrays stay in the cache: any runs, and runs in columns."""
COARSEST = 8
"""The first picture has every 8th start of each axis."""
MOST_STARTS = 1_000_000
PICTURE_SHARE = 10
"""Building pictures takes at most about one part in this many of the time."""


@dataclass(frozen=True, eq=False)
class Basins:
    """A map of basins over a grid of starts, rows following the second coordinate; on a line ``(n,)``.

    Minima are numbered from the lowest up. The lowest known is all that starts can tell; there may be a lower one.
    """

    flat: Flat
    first: Array
    second: Array
    """Coordinates of the columns and of the rows (empty on a line)."""
    labels: Indices
    """The number of the minimum, or ``NOT_ARRIVED``, ``DIVERGED``, ``FAILED``."""
    steps: Indices
    """Updates until the run was seen to have arrived (looked at every ``LOOK_EVERY`` steps) or had diverged or failed; else
    all of them."""
    computed: Mask
    """What is not computed yet has no meaning in ``labels`` and ``steps``."""
    minima: Array
    """(M, k): coordinates of the minima."""
    values: Array
    """(M,): their losses."""
    lowest: tuple[int, ...]
    """The minima that are the lowest known, equally low to rounding."""
    sentence: str

    def share(self, label: int) -> float:
        """The share of the starts computed so far with this label."""
        return float((self.labels[self.computed] == label).mean()) if self.computed.any() else 0.0


def basins(
    objective: Objective,
    optimizer: Optimizer,
    window: Sequence[float],
    flat: Flat | None = None,
    resolution: int | tuple[int, int] = 101,
    steps: int = 200,
) -> Basins:
    """Follow ``optimizer`` from every start of a grid for at most ``steps`` updates.

    Args:
        objective: what is minimized, with all examples at every step.
        optimizer: of any kind.
        window: (low, high) on a line, (first low, first high, second low, second high) on a plane, in its coordinates.
        flat: the line or plane in which starts lie and runs stay; None for a function of one or two parameters.
        resolution: starts per axis.
        steps: the most updates of a run.

    Raises:
        ValueError: if the window or resolution does not fit, there are more than a million starts, or the optimizer cannot
            work on the objective.

    >>> import engine
    >>> map = basins(engine.Formula("double_well"), engine.optimizers.gradient_descent(0.05), (-2.0, 2.0), resolution=9)
    >>> map.labels.tolist()[:3], len(map.minima)
    ([0, 0, 0], 2)

    """
    with one_blas_thread():
        survey = _Survey(objective, optimizer, flat, window, resolution, steps)
        for _ in survey.work():
            pass
        return survey.map()


def basins_job(
    objective: Objective,
    optimizer: Optimizer,
    window: Window | Sequence[float],
    flat: Flat | None = None,
    resolution: int | tuple[int, int] = 101,
    steps: int = 200,
) -> Job[Basins]:
    """As :func:`basins`, coarse first: yields every few milliseconds, with a growing map as often as it is cheap.

    >>> import engine
    >>> wells, method = engine.Formula("double_well"), engine.optimizers.gradient_descent(0.05)
    >>> *_, last = engine.basins.basins_job(wells, method, (-2.0, 2.0), resolution=9)
    >>> last.fraction, last.result.labels.tolist()
    (1.0, [0, 0, 0, 0, 0, 1, 1, 1, 1])

    """
    return _growing(_Survey(objective, optimizer, flat, window, resolution, steps))


def _growing(survey: _Survey) -> Job[Basins]:
    began = perf_counter()
    due = 0.0
    for _ in survey.work():
        now = perf_counter()
        picture = survey.map() if now >= due and survey.has_coarse else None
        cost = perf_counter() - now
        due = due if picture is None else now + PICTURE_SHARE * max(cost, CHUNK)
        if picture is not None or now - began > CHUNK:
            yield Progress(min(survey.fraction, 1 - 1e-9), picture)
            began = perf_counter()
    yield Progress(1.0, survey.map())


class _Survey:
    """The grid as it fills; belongs to one job."""

    def __init__(
        self,
        objective: Objective,
        optimizer: Optimizer,
        flat: Flat | None,
        window: Sequence[float],
        resolution: int | tuple[int, int],
        steps: int,
    ) -> None:
        if steps < 1:
            raise ValueError(f"A run needs at least one step, not {steps}.")
        flat = own_flat(objective) if flat is None else flat
        self._flat, self._optimizer, self._steps = flat, optimizer, steps
        self._grid: Grid = grid(flat.dimension, window, resolution)
        size = int(np.prod(self._grid.shape))
        if size > MOST_STARTS:
            raise ValueError(f"{size:,} starts are too many for a map of basins: take {MOST_STARTS:,} at most.")
        self._basis, self._space = _space(objective, flat)
        refusal = refusal_of(optimizer, self._space)
        if refusal:
            raise ValueError(refusal)
        self._rates = rates_of(optimizer.schedule, steps, None)[:, None]
        self._reach = _reach(flat, self._grid)
        none = np.empty((0, flat.dimension))
        self._width = TILE if column_runs(self._space, optimizer, self._rates, none) is None else WIDE_TILE
        self._labels: Indices = np.full(size, NOT_ARRIVED, dtype=np.intp)
        self._taken: Indices = np.full(size, steps, dtype=np.intp)
        self._computed = np.zeros(size, dtype=bool)
        self._ends, self._values = np.full((size, flat.dimension), np.nan), np.full(size, np.nan)
        self._begun = np.full(size, np.nan)
        self._order, self._coarse = _coarse_first(self._grid.shape)
        self._done = 0.0

    @property
    def fraction(self) -> float:
        """The share of the starts that are through, those on their way in part."""
        return self._done / len(self._order)

    @property
    def has_coarse(self) -> bool:
        """Whether the coarse grid is there."""
        return bool(self._computed[self._order[: self._coarse]].all())

    def work(self) -> Iterator[None]:
        """A few steps of one tile of starts after the other, the coarse grid before all others."""
        for part in (self._order[: self._coarse], self._order[self._coarse :]):
            for start in range(0, len(part), self._width):
                cells = part[start : start + self._width]
                before = self._done
                for step in self._follow(cells):
                    self._done = before + len(cells) * step / self._steps
                    yield
                self._done = before + len(cells)
                self._computed[cells] = True

    @cached_property
    def _late(self) -> Code:
        assert isinstance(self._space, Formula)
        return lateness(self._space, self._reach)

    def _follow(self, cells: Indices) -> Iterator[int]:
        """Follow the runs of one tile to their end; yields the number of steps done."""
        points = self._basis.pull_back_gradient(self._flat.point(self._grid.coordinates(cells)) - self._basis.origin)
        fates = Fates.open(points, self._steps)
        runs = column_runs(self._space, self._optimizer, self._rates, points)
        if runs is None:
            lockstep = LockStep(self._space, [((self._optimizer,), points)], [self._rates])
            yield from follow_rows(lockstep, self._space, self._steps, self._reach, fates)
        else:
            yield from follow_columns(runs, self._late, self._steps, self._reach, fates)
        self._values[cells] = fates.settle(self._space, self._reach)
        self._labels[cells], self._taken[cells] = fates.labels, fates.taken
        self._ends[cells], self._begun[cells] = fates.ends, fates.begun

    def map(self) -> Basins:
        """The map as it stands: minima are found anew from all ends so far, and numbered from the lowest up."""
        there = np.flatnonzero(self._computed & (self._labels >= 0))
        begun = np.abs(self._begun[np.isfinite(self._begun)])
        scale = float(np.median(begun)) if begun.any() else 1.0
        of, heads = clusters(self._ends[there], self._values[there], self._reach, scale or 1.0)
        labels = self._labels.copy()
        labels[there] = of
        minima = self._flat.coordinates(self._basis.point(self._ends[there[heads]]))
        first, second = (*self._grid.axes, np.empty(0))[:2]
        shape = self._grid.shape
        values = self._values[there[heads]]
        lowest = tuple(np.flatnonzero(values <= values.min(initial=np.inf) + 2 * EQUAL * scale).tolist())
        return Basins(
            self._flat, frozen_view(first), frozen_view(second), frozen_view(labels.reshape(shape)),
            frozen_view(self._taken.copy().reshape(shape)), frozen_view(self._computed.copy().reshape(shape)),
            read_only(minima), read_only(values), lowest, _sentence(labels[self._computed], values, lowest),
        )  # fmt: skip


def _space(objective: Objective, flat: Flat) -> tuple[Flat, Objective]:
    """Orthonormal axes, and the objective in them; a function of its own parameters needs no restriction."""
    basis = orthonormal(flat)
    itself = flat.parameters == flat.dimension and not basis.origin.any()
    if itself and np.array_equal(basis.directions, np.eye(flat.dimension)):
        return basis, objective
    return basis, objective.restrict(basis)


def _reach(flat: Flat, points: Grid) -> float:
    """Half the longest diagonal of the window, in units of parameter distance."""
    ends = [np.array([axis[0], axis[-1]]) for axis in points.axes]
    corners = flat.point(np.stack(np.meshgrid(*ends), axis=-1).reshape(-1, flat.dimension))
    return float(np.linalg.norm(corners - corners.mean(axis=0), axis=1).max())


def _coarse_first(shape: tuple[int, ...]) -> tuple[Indices, int]:
    """Flat indices of all cells, those of every 8th row and column first, and how many these are."""
    late = np.ones(shape, dtype=bool)
    late[(slice(None, None, COARSEST),) * len(shape)] = False
    return np.argsort(late, axis=None, kind="stable"), int((~late).sum())


def _sentence(labels: Indices, values: Array, lowest: tuple[int, ...]) -> str:
    if not labels.size:
        return "nothing computed yet"
    told = [_arrivals(labels, values, lowest)] if len(values) else ["no start arrives in a minimum"]
    for label, words in ((NOT_ARRIVED, "have not arrived"), (DIVERGED, "diverge"), (FAILED, "cannot go on")):
        if (labels == label).any():
            told.append(f"{_percent(labels == label)} {words}")
    return ", ".join(told)


def _arrivals(labels: Indices, values: Array, lowest: tuple[int, ...]) -> str:
    share, loss = _percent(np.isin(labels, lowest)), number(float(values[0]))
    if len(values) == 1:
        return f"{share} of the starts end in the one minimum found (loss {loss})"
    if len(lowest) == len(values):
        return f"{share} of the starts end in one of {count(len(values))} equally low minima (loss {loss})"
    which = "the lowest" if len(lowest) == 1 else f"the {count(len(lowest))} lowest"
    return f"{share} of the starts end in {which} of {count(len(values))} minima found (loss {loss})"


def _percent(which: Mask) -> str:
    return f"{100 * float(which.mean()):.3g} %"
