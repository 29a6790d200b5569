"""How the cost grows with grid, examples, width, runs and steps, each against the straight line one expects."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

import engine
from tests.benchmarks.comparison import SHORTEST, sample
from tests.benchmarks.networks import Case

REPEATS = 5


@dataclass(frozen=True, eq=False)
class Growth:
    """One table: seconds of the same work at growing sizes, and the arithmetic of each."""

    name: str
    reason: str
    """Why it is not straight where it bends."""
    sizes: tuple[str, ...]
    amounts: tuple[float, ...]
    """What the time should be proportional to."""
    seconds: tuple[float, ...]

    @property
    def against_line(self) -> tuple[float, ...]:
        """Seconds divided by the straight line through the last size: 1 means proportional, above 1 dearer."""
        last = self.seconds[-1] / self.amounts[-1]
        return tuple(t / (a * last) for t, a in zip(self.seconds, self.amounts, strict=True))


def _surface(case: Case, resolution: int) -> Callable[[], object]:
    return lambda: engine.surface(case.objective, case.plane, resolution=resolution)


def _descent(case: Case, runs: int, steps: int) -> Callable[[], object]:
    optimizer, starts = [engine.optimizers.gradient_descent(0.05)], case.starts(runs)
    return lambda: engine.descend(case.objective, starts, optimizer, steps, monitor_every=steps + 1)


def _grown(name: str, reason: str, works: dict[str, tuple[float, Callable[[], object]]], repeats: int) -> Growth:
    """Sizes in turns, so that a slow moment of the machine does not fall on one of them."""
    firsts = [(sample(work, 1), sample(work, 1))[1][0] for _, work in works.values()]
    often = [1 if repeats == 1 else max(1, round(SHORTEST / seconds)) for seconds in firsts]
    times = [[sample(work, n)[0] for n, (_, work) in zip(often, works.values(), strict=True)] for _ in range(repeats)]
    amounts = tuple(amount for amount, _ in works.values())
    return Growth(name, reason, tuple(works), amounts, tuple(np.median(times, axis=0).tolist()))


def tables(tiny: bool = False) -> Iterator[Growth]:
    """Each table as soon as it is measured; ``tiny``: two small sizes of each."""

    def some(sizes: tuple[int, ...]) -> tuple[int, ...]:
        return sizes[:2] if tiny else sizes

    repeats = 1 if tiny else REPEATS
    small = Case((2, 8, 8, 2), 20 if tiny else 200)
    yield _grown(
        "grid points of a surface of 2-8-8-2",
        "small grids pay for what is made once, and then for two threads that wait for each other",
        {f"{n}×{n}": (n * n, _surface(small, n)) for n in some((13, 25, 51, 101, 201))},
        repeats,
    )
    yield _grown(
        "examples, a 25×25 surface of 2-16-16-2",
        "with few examples each product is too short for its call",
        {
            f"{n:,}": (n, _surface(Case((2, 16, 16, 2), n), 5 if tiny else 25))
            for n in some((50, 200, 800, 3200, 12800))
        },
        repeats,
    )
    yield _grown(
        "width w, a 25×25 surface of 2-w-w-2 with 200 examples, in multiplications",
        "a narrow network's time goes into w tanh and not into w² products",
        {
            str(w): (w * w + 5 * w, _surface(Case((2, w, w, 2), 20 if tiny else 200), 5 if tiny else 25))
            for w in some((4, 8, 16, 32, 64))
        },
        repeats,
    )
    yield _grown(
        "runs in lock-step, 50 steps of 2-8-8-2",
        "one run pays Python for a whole step; many runs share it",
        {str(n): (n, _descent(small, n, 5 if tiny else 50)) for n in some((1, 4, 16, 64, 256))},
        repeats,
    )
    yield _grown(
        "steps of one run of 2-8-8-2",
        "a descent costs a third of a millisecond beside its steps",
        {f"{n:,}": (n, _descent(small, 1, n)) for n in some((10, 100, 1000, 4000))},
        repeats,
    )
