"""Spectral density and trace of Hessians too large for a full spectrum, from Hessian-vector products with random vectors.

Stochastic Lanczos quadrature: Lin, Saad & Yang (2016), "Approximating spectral densities of large matrices", section 3.2;
Ghorbani, Krishnan & Xiao (2019), "An investigation into neural net optimization via Hessian eigenvalue density", algorithm 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.analysis.wording import number
from engine.arrays import Array, read_only
from engine.objective import Objective

BREAKDOWN = 1e-12
"""A Lanczos residual below this share of the matrix's size means that the Krylov space is exhausted."""
SLICE = 64
"""Hessian-vector products per batched call when a trace is computed exactly."""


@dataclass(frozen=True, eq=False)
class SpectralDensity:
    """Quadrature nodes and weights ``(probes, m)``: a cloud of weighted eigenvalue estimates; weights sum to 1 per probe."""

    nodes: Array
    weights: Array
    parameters: int

    def on(self, grid: Array, width: float | None = None) -> Array:
        """Density ``(G,)`` over ``grid (G,)``: Gaussians of standard deviation ``width`` (default: 1 % of the range)."""
        width = self.default_width if width is None else width
        offsets = (np.asarray(grid, dtype=np.float64)[:, None] - self.nodes.ravel()) / width
        bumps = np.exp(-0.5 * np.minimum(offsets**2, 1400.0)) / (width * np.sqrt(2.0 * np.pi))
        return np.asarray(bumps @ self.weights.ravel() / len(self.nodes))

    @property
    def default_width(self) -> float:
        """1 % of the range of the nodes: wide enough for a smooth curve, narrow enough for outliers to stand apart."""
        seen = self.nodes[self.weights > BREAKDOWN]
        spread = float(seen.max() - seen.min())
        return 0.01 * spread if spread > 0 else 0.01 * max(abs(float(seen.max())), 1.0)

    def share_below(self, threshold: float) -> float:
        """Estimated share of eigenvalues below ``threshold``: 0 to 1."""
        return float(np.where(self.nodes < threshold, self.weights, 0.0).sum() / len(self.nodes))


def spectral_density(
    objective: Objective, point: Array, *, probes: int = 8, steps: int = 64, seed: int = 0
) -> SpectralDensity:
    """Estimate the density of the Hessian's eigenvalues at ``point (P,)`` with ``probes`` · ``steps`` products.

    Each probe is a random unit vector v; m Lanczos steps from v give a tridiagonal T whose eigenvalues are the nodes and the
    squared first components of whose eigenvectors are the weights of a Gauss quadrature of the density that v sees.

    Raises:
        ValueError: if ``probes`` or ``steps`` is below 1.

    >>> import engine
    >>> density = spectral_density(engine.Formula("saddle"), np.array([0.0, 0.0]), probes=1, steps=2)
    >>> density.nodes.round(6).tolist(), 0.0 < density.share_below(0.0) < 1.0
    ([[-1.0, 1.0]], True)

    """
    if probes < 1 or steps < 1:
        raise ValueError("The density needs at least one probe and one Lanczos step.")
    start = np.random.default_rng(seed).standard_normal((probes, objective.dimension))
    there = np.asarray(point, dtype=np.float64)
    diagonal, beside = _lanczos(objective, there, start, min(steps, objective.dimension))
    tridiagonal = diagonal[:, :, None] * np.eye(diagonal.shape[1])
    index = np.arange(beside.shape[1])
    tridiagonal[:, index, index + 1] = tridiagonal[:, index + 1, index] = beside
    nodes, vectors = np.linalg.eigh(tridiagonal)
    return SpectralDensity(read_only(nodes), read_only(vectors[:, 0, :] ** 2), objective.dimension)


def _lanczos(objective: Objective, point: Array, start: Array, steps: int) -> tuple[Array, Array]:
    """Diagonals ``(S, m)`` and off-diagonals ``(S, m − 1)`` from ``start (S, P)``, reorthogonalized in full, twice."""
    basis = np.zeros((steps, *start.shape))
    diagonal, beside = np.zeros((len(start), steps)), np.zeros((len(start), max(steps - 1, 0)))
    vector = start / np.linalg.norm(start, axis=1, keepdims=True)
    for step in range(steps):
        basis[step] = vector
        product = objective.hessian_vector_product(point[None], vector)
        diagonal[:, step] = np.sum(product * vector, axis=1)
        for _ in range(2):
            product = product - np.einsum("ks,ksp->sp", np.einsum("ksp,sp->ks", basis, product), basis)
        length = np.linalg.norm(product, axis=1)
        if step + 1 < steps:
            scale = np.abs(diagonal).max(axis=1) + beside.max(axis=1)
            going = length > BREAKDOWN * np.maximum(scale, np.finfo(np.float64).tiny)
            beside[:, step] = np.where(going, length, 0.0)
            # An exhausted probe goes on with a zero vector: its further nodes are 0 with weight 0.
            vector = np.where(going[:, None], product / np.where(going, length, 1.0)[:, None], 0.0)
    return diagonal, beside


@dataclass(frozen=True)
class TraceEstimate:
    """A random estimate with its standard error."""

    value: float
    standard_error: float

    @property
    def sentence(self) -> str:
        """The estimate in words."""
        return f"Trace about {number(self.value)} (standard error {number(self.standard_error)})."


def hutchinson_trace(objective: Objective, point: Array, *, probes: int = 32, seed: int = 0) -> TraceEstimate:
    """Estimate tr H as the mean of zᵀHz over vectors z of random signs (Hutchinson 1989); exact where H is diagonal.

    Raises:
        ValueError: if ``probes`` is below 2: one sample has no standard error.

    >>> import engine
    >>> estimate = hutchinson_trace(engine.Formula("rosenbrock"), np.array([1.0, 1.0]), probes=400)
    >>> bool(abs(estimate.value - 1002.0) < 3 * estimate.standard_error)
    True

    """
    if probes < 2:
        raise ValueError("A trace estimate needs at least two probes.")
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(probes, objective.dimension))
    products = objective.hessian_vector_product(np.asarray(point, dtype=np.float64)[None], signs)
    samples = np.sum(signs * products, axis=1)
    return TraceEstimate(float(samples.mean()), float(samples.std(ddof=1) / np.sqrt(probes)))


def exact_trace(objective: Objective, point: Array) -> float:
    """Tr H from P Hessian-vector products with the unit vectors, a slice at a time; no P×P matrix is formed.

    >>> import engine
    >>> exact_trace(engine.Formula("rosenbrock"), np.array([1.0, 1.0]))
    1002.0

    """
    size, there, total = objective.dimension, np.asarray(point, dtype=np.float64)[None], 0.0
    for first in range(0, size, SLICE):
        rows = np.arange(first, min(first + SLICE, size))
        units = np.zeros((len(rows), size))
        units[np.arange(len(rows)), rows] = 1.0
        total += float(objective.hessian_vector_product(there, units)[np.arange(len(rows)), rows].sum())
    return total
