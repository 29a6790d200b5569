"""The spectrum of the Hessian at a point: in full, at its ends by Lanczos, or as a density by stochastic quadrature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.analysis.wording import count, number
from engine.arrays import Array, read_only
from engine.objective import Objective
from engine.optimizers.method import LARGEST_DENSE

DENSE = 400
"""Up to this many parameters a dense eigendecomposition is faster than Lanczos."""
ROUNDING = 10.0
"""An eigenvalue counts as zero within ``ROUNDING`` · P · machine epsilon · largest |λ|."""


def zero_tolerance(eigenvalues: Array) -> float:
    """The size below which one of ``eigenvalues (P,)`` cannot be told from zero: 10·P·ε·max|λ|.

    >>> eigenvalues = np.array([1e-16, 1.0])
    >>> (np.abs(eigenvalues) <= zero_tolerance(eigenvalues)).tolist()
    [True, False]

    """
    return float(ROUNDING * eigenvalues.shape[-1] * np.finfo(np.float64).eps * np.abs(eigenvalues).max())


@dataclass(frozen=True, eq=False)
class Spectrum:
    """All eigenvalues of a Hessian, ascending ``(P,)``."""

    eigenvalues: Array
    tolerance: float

    @property
    def negative(self) -> int:
        """How many directions bend downward."""
        return int((self.eigenvalues < -self.tolerance).sum())

    @property
    def zero(self) -> int:
        """How many directions are flat to rounding."""
        return int((np.abs(self.eigenvalues) <= self.tolerance).sum())

    @property
    def positive(self) -> int:
        """How many directions bend upward."""
        return int((self.eigenvalues > self.tolerance).sum())

    @property
    def trace(self) -> float:
        """Sum of the eigenvalues."""
        return float(self.eigenvalues.sum())

    @property
    def condition_number(self) -> float:
        """Largest over smallest |λ|; infinite where an eigenvalue is zero to rounding."""
        sizes = np.abs(self.eigenvalues)
        return float("inf") if self.zero else float(sizes.max() / sizes.min())

    @property
    def sentence(self) -> str:
        """The signs and the range in words."""
        signs = f"{count(self.negative)} negative, {count(self.zero)} zero, {count(self.positive)} positive"
        condition = "singular" if self.zero else f"condition number {number(self.condition_number)}"
        ends = f"{number(float(self.eigenvalues[0]))} to {number(float(self.eigenvalues[-1]))}"
        return f"{count(len(self.eigenvalues), 'eigenvalue')} from {ends}: {signs}; {condition}."


def spectrum(objective: Objective, point: Array) -> Spectrum:
    """All eigenvalues of the Hessian at ``point (P,)``, from the dense matrix.

    Raises:
        ValueError: above ``LARGEST_DENSE`` parameters, or where the Hessian is not finite.

    >>> import engine
    >>> spectrum(engine.Formula("rosenbrock"), np.array([1.0, 1.0])).sentence
    '2 eigenvalues from 0.399 to 1,000: 0 negative, 0 zero, 2 positive; condition number 2,510.'

    """
    if objective.dimension > LARGEST_DENSE:
        raise ValueError(
            f"The full spectrum of {count(objective.dimension, 'parameter')} is too large to compute here: "
            "ask for its ends or for its density."
        )
    hessian = objective.hessian(np.asarray(point, dtype=np.float64))
    if not np.isfinite(hessian).all():
        raise ValueError("The Hessian is not finite at this point: move to another one.")
    eigenvalues = np.asarray(np.linalg.eigvalsh(hessian), dtype=np.float64)
    return Spectrum(read_only(eigenvalues), zero_tolerance(eigenvalues))


@dataclass(frozen=True, eq=False)
class Extremes:
    """The ends of a spectrum with unit eigenvectors as rows; both ascending."""

    smallest: Array
    """(k,)"""
    smallest_vectors: Array
    """(k, P)"""
    largest: Array
    """(k,)"""
    largest_vectors: Array
    """(k, P)"""


def extremes(objective: Objective, point: Array, *, largest: int = 1, smallest: int = 1, seed: int = 0) -> Extremes:
    """The algebraically ``smallest`` and ``largest`` eigenvalues, by Lanczos with Hessian-vector products (ARPACK).

    From the dense matrix where P ≤ 400 or most eigenvalues are asked for. Signs of vectors: the largest component is positive.

    Raises:
        ValueError: if more eigenvalues are asked for than there are, or Lanczos does not converge.

    >>> import engine
    >>> ends = extremes(engine.Formula("saddle"), np.array([0.0, 0.0]))
    >>> ends.smallest.tolist(), ends.smallest_vectors.tolist(), ends.largest.tolist()
    ([-1.0], [[0.0, 1.0]], [1.0])

    """
    size = objective.dimension
    if not (0 <= largest <= size and 0 <= smallest <= size):
        raise ValueError(f"Ask for between 0 and {size} eigenvalues at each end.")
    if size <= DENSE or max(largest, smallest) > size // 4:
        values, vectors = np.linalg.eigh(objective.hessian(np.asarray(point, dtype=np.float64)))
        low, high = slice(0, smallest), slice(size - largest, size)
        return Extremes(
            read_only(values[low]), _signed(vectors[:, low].T), read_only(values[high]), _signed(vectors[:, high].T)
        )
    low_values, low_vectors = _lanczos_end(objective, point, smallest, "SA", seed)
    high_values, high_vectors = _lanczos_end(objective, point, largest, "LA", seed)
    return Extremes(read_only(low_values), _signed(low_vectors), read_only(high_values), _signed(high_vectors))


def _signed(vectors: Array) -> Array:
    strongest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=1)[:, None], axis=1)
    return read_only(vectors * np.where(strongest < 0, -1.0, 1.0))


def _lanczos_end(objective: Objective, point: Array, k: int, which: Any, seed: int) -> tuple[Array, Array]:
    from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

    size = objective.dimension
    if k == 0:
        return np.empty(0), np.empty((0, size))
    there = np.asarray(point, dtype=np.float64)

    def product(vector: Array) -> Array:
        return objective.hessian_vector_product(there, np.asarray(vector, dtype=np.float64).reshape(size))

    operator: Any = LinearOperator((size, size), matvec=product, dtype=np.float64)
    start = np.random.default_rng(seed).standard_normal(size)
    try:
        values, vectors = eigsh(operator, k=k, which=which, v0=start, ncv=min(size, max(2 * k + 1, 40)), tol=1e-10)
    except ArpackNoConvergence as error:
        raise ValueError(
            "Lanczos found no eigenvalues at this point: ask for fewer, or move to another one."
        ) from error
    order = np.argsort(values)
    return np.asarray(values[order]), np.asarray(vectors[:, order].T)
