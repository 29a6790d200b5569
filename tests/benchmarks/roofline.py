"""Where the time of a surface goes: its arithmetic against what this machine does at best, measured in the same run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tests.benchmarks.comparison import SHORTEST, THREADS, sample
from tests.benchmarks.networks import CASES, TINY, Case
from tests.benchmarks.surfaces import RESOLUTION, TINY_RESOLUTION, ours

CACHED = 60_000
"""Numbers of an array that stays in the second-level cache."""


@dataclass(frozen=True)
class Machine:
    """What one thread does at best, in float32 (float64)."""

    multiply: tuple[float, float]
    """Multiply-adds a second of a matrix product."""
    tanh: tuple[float, float]
    """Values a second."""
    exp: tuple[float, float]
    log1p: tuple[float, float]
    bandwidth: float
    """Bytes a second, copied in memory that no cache holds, read and written."""


def _rate(amount: float, work: Callable[[], object]) -> float:
    return amount / min(_lasting(work) for _ in range(7))


def _lasting(work: Callable[[], object]) -> float:
    """Seconds of one run, in a sample that lasts: right after a rest everything is slower."""
    work()
    return sample(work, max(1, round(SHORTEST / sample(work, 1)[0])))[0]


def measure() -> Machine:
    """Measure this machine; BLAS must be on one thread."""
    random = np.random.default_rng(0)

    def product(dtype: str) -> float:
        left, right = (random.standard_normal((256, 256)).astype(dtype) for _ in range(2))
        out = np.empty_like(left)
        return _rate(256.0**3, lambda: np.matmul(left, right, out=out))

    def values(function: Callable[..., object], dtype: str) -> float:
        given = random.random(CACHED).astype(dtype)
        out = np.empty_like(given)
        return _rate(CACHED, lambda: function(given, out=out))

    large = np.ones(1 << 23)
    target = np.empty_like(large)
    return Machine(
        (product("f4"), product("f8")),
        (values(np.tanh, "f4"), values(np.tanh, "f8")),
        (values(np.exp, "f4"), values(np.exp, "f8")),
        (values(np.log1p, "f4"), values(np.log1p, "f8")),
        2 * large.nbytes / min(sample(lambda: np.copyto(target, large), 1)[0] for _ in range(7)),
    )


@dataclass(frozen=True)
class Share:
    """One surface: the least time its work takes on all threads, part by part, and the time it took."""

    work: str
    parts: dict[str, float]
    """Seconds."""
    seconds: float

    @property
    def least(self) -> float:
        return sum(self.parts.values())


def _needed(case: Case, machine: Machine, points: int) -> dict[str, float]:
    """Seconds of each part at the machine's best, with all threads; the last layer gives one logit less than classes."""
    widths = [*case.layers[1:-1], case.layers[-1] - 1]
    each = points * case.examples / THREADS
    inner = 3 * widths[0] + sum((before + 1) * after for before, after in pairwise(widths))
    return {
        "products": each * inner / machine.multiply[0],
        "tanh": each * sum(widths[:-1]) / machine.tanh[0],
        "exp": each * widths[-1] / machine.exp[0],
        "log1p": each / machine.log1p[0],
    }


def surfaces(machine: Machine, tiny: bool = False) -> Iterator[Share]:
    """Each network's surface."""
    resolution = TINY_RESOLUTION if tiny else RESOLUTION
    for case in TINY if tiny else CASES:
        work = ours(case, resolution)
        taken = float(np.median([_lasting(work) for _ in range(5)]))
        yield Share(case.title, _needed(case, machine, resolution**2), taken)
