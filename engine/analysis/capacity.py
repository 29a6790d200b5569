"""What second-order information costs: P, P², bytes, and time, measured here.

H is P×P: for 64-16-16-10 (P = 1,482) 17.6 MB, for 784-16-16-10 (P = 13,002) 1.35 GB, in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike

from engine.analysis.wording import count, number
from engine.objective import Objective

BYTES = 8
"""Per entry: float64."""
SAMPLE = 1000
"""Systems up to this size are solved as they are; larger ones are extrapolated with P³ from one of this size."""
PRODUCTS = 16
"""Hessian-vector products that stand in for all P when the Hessian is too large to form."""


@dataclass(frozen=True)
class Capacity:
    """The size of a Hessian."""

    parameters: int

    @property
    def entries(self) -> int:
        """P², the number of entries of the Hessian."""
        return self.parameters**2

    @property
    def bytes(self) -> int:
        """Memory of the dense Hessian in float64."""
        return BYTES * self.entries

    @property
    def sentence(self) -> str:
        """The size in words.

        >>> Capacity(1482).sentence
        '1,482 parameters: the Hessian has 2,196,324 entries, 17.6 MB.'

        """
        return f"{count(self.parameters, 'parameter')}: the Hessian has {count(self.entries)} entries, {memory(self.bytes)}."


def memory(amount: int) -> str:
    """An amount of bytes to three significant digits, in powers of 1,000.

    >>> memory(1352416032)
    '1.35 GB'

    """
    size, units = float(amount), ["bytes", "kB", "MB", "GB", "TB", "PB"]
    while size >= 999.5 and len(units) > 1:
        size, units = size / 1000.0, units[1:]
    return f"{number(size)} {units[0]}"


@dataclass(frozen=True)
class NewtonCost:
    """Seconds on this machine; wall clock, the best of a few repetitions."""

    capacity: Capacity
    gradient: float
    """One gradient."""
    form: float
    """Forming the Hessian."""
    solve: float
    """Solving H s = −g by LU."""
    form_extrapolated: bool
    solve_extrapolated: bool

    @property
    def gradients_per_step(self) -> float:
        """How many gradient steps one Newton step costs."""
        return (self.gradient + self.form + self.solve) / self.gradient

    @property
    def sentence(self) -> str:
        """The times in words."""
        form = f"{'about ' if self.form_extrapolated else ''}{number(self.form)} s to form"
        solve = f"{'about ' if self.solve_extrapolated else ''}{number(self.solve)} s to solve"
        ratio = number(self.gradients_per_step)
        return (
            f"{self.capacity.sentence} {form}, {solve}: one Newton step costs as much as {ratio} gradient steps here."
        )


def measure(objective: Objective, point: ArrayLike, *, largest: int = SAMPLE, repetitions: int = 3) -> NewtonCost:
    """Time a gradient, the Hessian and the Newton system at ``point (P,)``.

    Above ``largest`` parameters the Hessian is not formed: its time is that of ``PRODUCTS`` Hessian-vector products times
    P / ``PRODUCTS``, and the solution's is extrapolated from a system of ``SAMPLE`` with P³.

    >>> import engine
    >>> cost = measure(engine.Formula("rosenbrock"), [-1.0, 1.0])
    >>> cost.capacity.sentence, cost.gradients_per_step > 1
    ('2 parameters: the Hessian has 4 entries, 32 bytes.', True)

    """
    there, size = np.asarray(point, dtype=np.float64), objective.dimension
    gradient = _best(lambda: objective.value_and_gradient(there), repetitions)
    if size <= largest:
        form = _best(lambda: objective.hessian(there), 1)
    else:
        vectors = np.random.default_rng(0).standard_normal((PRODUCTS, size))
        form = _best(lambda: objective.hessian_vector_product(there[None], vectors), 1) * size / PRODUCTS
    solve = _solve_seconds(min(size, SAMPLE), repetitions) * (size / min(size, SAMPLE)) ** 3
    return NewtonCost(Capacity(size), gradient, form, solve, size > largest, size > SAMPLE)


def _solve_seconds(size: int, repetitions: int) -> float:
    random = np.random.default_rng(0)
    system = random.standard_normal((size, size)) + size * np.eye(size)
    right = random.standard_normal(size)
    return _best(lambda: np.linalg.solve(system, right), repetitions)


def _best(work: Callable[[], object], repetitions: int) -> float:
    seconds = []
    for _ in range(repetitions):
        begin = perf_counter()
        work()
        seconds.append(perf_counter() - begin)
    return max(min(seconds), 1e-9)
