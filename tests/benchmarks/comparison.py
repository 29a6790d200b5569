"""What a benchmark is, and how two ways of doing the same work are timed against each other."""

import gc
import importlib.util
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array

SHORTEST = 0.02
"""Seconds that one sample lasts at least; faster work is repeated within the sample."""
BUDGET = 8.0
"""Seconds that the samples of one benchmark may take, about, beyond the fewest."""
FEWEST, MOST = 3, 15
TRIAL = 256
"""Items, such as grid points, on which a peer's batch sizes are tried."""
REST = 0.01
"""Seconds between samples: the thread pools of some libraries go on spinning for a while after their last call."""
THREADS = os.cpu_count() or 1
"""What each side may use."""


@dataclass(frozen=True, eq=False)
class Contest:
    """One work, done by Talweg and by the peer; both return their numbers."""

    talweg: Callable[[], Array]
    peer: Callable[[], Array]
    tolerance: float
    """Largest difference between the two results, as a share of the largest number; infinite for pixels."""
    note: str = ""
    """What was chosen for the peer, such as the best size of its batches."""


@dataclass(frozen=True, eq=False)
class Benchmark:
    """One row of the table; ``target`` is the peer's time divided by Talweg's."""

    name: str
    work: str
    peer: str
    needs: str
    """The module without which it is skipped."""
    target: float
    prepare: Callable[[bool], Contest]
    """Makes the contest; True for a tiny size."""

    @property
    def group(self) -> str:
        """The first word of its name: rows of one table."""
        return self.name.split("-")[0]

    @property
    def available(self) -> bool:
        """Whether the peer can be imported."""
        return importlib.util.find_spec(self.needs) is not None


@dataclass(frozen=True, eq=False)
class Timing:
    """Wall-clock and processor seconds per run of each side ``(samples, 2)``; both took sample i one after the other."""

    benchmark: Benchmark
    talweg: Array
    peer: Array
    difference: float
    note: str

    @property
    def ratio(self) -> float:
        """The peer's median divided by Talweg's."""
        return float(np.median(self.peer[:, 0]) / np.median(self.talweg[:, 0]))

    @property
    def best_ratio(self) -> float:
        """The same of the fastest samples: the machine at rest, if it ever was."""
        return float(self.peer[:, 0].min() / self.talweg[:, 0].min())

    @property
    def work_ratio(self) -> float:
        """The same of the processors' time, whatever else the machine does; more threads don't make it smaller."""
        return float(np.median(self.peer[:, 1]) / np.median(self.talweg[:, 1]))

    @property
    def reached(self) -> bool:
        """Whether the ratio of medians is the target or more."""
        return self.ratio >= self.benchmark.target


def disagreement(ours: Array, theirs: Array) -> float:
    """Largest difference as a share of the largest number, where Talweg's result is a number.

    Raises:
        ValueError: if the shapes differ, or there is nothing to compare.

    """
    mine, other = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    if mine.shape != other.shape:
        raise ValueError(f"The two sides computed different things: shapes {mine.shape} and {other.shape}.")
    answered = np.isfinite(mine)
    if not answered.any():
        raise ValueError("Talweg computed nothing that could be compared.")
    return float(np.abs(mine - other)[answered].max() / max(np.abs(other[answered]).max(), 1e-300))


def check(contest: Contest) -> float:
    """Run each side once and compare; returns the difference.

    Raises:
        ValueError: if they do not agree.

    """
    ours, theirs = contest.talweg(), contest.peer()
    if np.isinf(contest.tolerance):
        return float("nan")
    difference = disagreement(ours, theirs)
    if not difference <= contest.tolerance:
        raise ValueError(f"Talweg and the peer differ by {difference:.1e}, more than {contest.tolerance:.1e}.")
    return difference


def compare(benchmark: Benchmark, budget: float = BUDGET) -> Timing:
    """Time both sides in turns, after a first run that also compiles and checks the results."""
    contest = benchmark.prepare(False)
    difference = check(contest)
    one, other = sample(contest.talweg, 1)[0], sample(contest.peer, 1)[0]
    repeats = tuple(max(1, round(SHORTEST / seconds)) for seconds in (one, other))
    pair = one * repeats[0] + other * repeats[1]
    ours, theirs = [], []
    for _ in range(int(min(max(FEWEST, budget / pair), MOST))):
        ours.append(sample(contest.talweg, repeats[0]))
        theirs.append(sample(contest.peer, repeats[1]))
    return Timing(benchmark, np.array(ours), np.array(theirs), difference, contest.note)


def sample(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Wall-clock and processor seconds of one run, as the mean of ``repeats``."""
    time.sleep(REST)
    gc.collect()
    began = time.perf_counter(), time.process_time()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - began[0]) / repeats, (time.process_time() - began[1]) / repeats


def fastest(sizes: Iterable[int], items: int, runner: Callable[[int, int], Callable[[], object]]) -> int:
    """The batch size with which a peer is fastest, found on part of its work.

    ``runner(size, count)`` makes the work on the first ``count`` of ``items``. The first run, which compiles, does not count.
    """
    costs = {}
    for size in sizes:
        count = min(items, max(size, TRIAL))
        work = runner(size, count)
        work()
        costs[size] = min(sample(work, 1)[0] for _ in range(2)) / count
    return min(costs, key=lambda size: costs[size])
