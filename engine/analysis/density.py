"""Spectral density and trace of Hessians too large for a full spectrum, from Hessian-vector products with random vectors.

Stochastic Lanczos quadrature: Lin, Saad & Yang (2016), "Approximating spectral densities of large matrices", section 3.2;
Ghorbani, Krishnan & Xiao (2019), "An investigation into neural net optimization via Hessian eigenvalue density", algorithm 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.analysis.lanczos import Krylov, product_at
from engine.analysis.wording import number
from engine.arrays import Array, read_only
from engine.job import Job, Progress, drain
from engine.objective import Objective

SEEN = 1e-12
"""A node of less weight than this is none: there was nothing to be seen there."""
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
        seen = self.nodes[self.weights > SEEN]
        spread = float(seen.max() - seen.min())
        return 0.01 * spread if spread > 0 else 0.01 * max(abs(float(seen.max())), 1.0)

    @property
    def probes(self) -> int:
        """How many random vectors it comes from."""
        return len(self.nodes)

    def share_below(self, threshold: float) -> float:
        """Estimated share of eigenvalues below ``threshold``: 0 to 1."""
        return min(1.0, float(np.where(self.nodes < threshold, self.weights, 0.0).sum() / self.probes))

    def limits_below(self, threshold: float) -> tuple[float, float]:
        """What that share is worth: the least and the most of it that the same nodes and weights allow.

        Of what a probe sees, the share below ``threshold`` is no less than all nodes below it weigh but the nearest, and no
        more than all of them and the nearest one above (the inequalities of Chebyshev, Markov and Stieltjes: Szegő 1939,
        Orthogonal Polynomials, section 3.41). That the probes are few adds an error of √(2s(1 − s) / P·probes) for a share s.
        """
        limits = np.zeros(2)
        for nodes, weights in zip(self.nodes, self.weights, strict=True):
            seen = weights > SEEN
            sums = np.concatenate([[0.0], np.cumsum(weights[seen][np.argsort(nodes[seen])]), [1.0]])
            below = int((nodes[seen] < threshold).sum())
            limits += sums[max(below - 1, 0)], min(1.0, sums[below + 1])
        return float(limits[0] / self.probes), float(limits[1] / self.probes)


def density_job(
    objective: Objective, point: Array, *, probes: int = 8, steps: int = 64, seed: int = 0
) -> Job[SpectralDensity]:
    """Estimate a density as :func:`spectral_density` does: each result has one probe more than the one before.

    Yields after every product and after its orthogonalization.

    Raises:
        ValueError: if ``probes`` or ``steps`` is below 1, or the Hessian is not finite at the point.

    >>> import engine
    >>> job = density_job(engine.Formula("saddle"), np.array([0.0, 0.0]), probes=3, steps=2)
    >>> [progress.result.probes for progress in job if progress.result is not None]
    [1, 2, 3]

    """
    if probes < 1 or steps < 1:
        raise ValueError("The density needs at least one probe and one Lanczos step.")
    size, product = objective.dimension, product_at(objective, read_only(point))
    steps, random = min(steps, size), np.random.default_rng(seed)
    nodes, weights = np.zeros((probes, steps)), np.zeros((probes, steps))
    for probe in range(probes):
        krylov = Krylov(product, random.standard_normal(size), steps)
        while not (krylov.full or krylov.exhausted):
            for _ in krylov.grow():
                yield Progress((probe + 0.99 * krylov.size / steps) / probes)
        # An exhausted space has seen all of its density; the nodes that are left over are 0 with weight 0.
        values, vectors = np.linalg.eigh(krylov.matrix)
        nodes[probe, : krylov.size], weights[probe, : krylov.size] = values, vectors[0] ** 2
        done = probe + 1
        yield Progress(done / probes, SpectralDensity(read_only(nodes[:done]), read_only(weights[:done]), size))


def spectral_density(
    objective: Objective, point: Array, *, probes: int = 8, steps: int = 64, seed: int = 0
) -> SpectralDensity:
    """Estimate the density of the Hessian's eigenvalues at ``point (P,)`` with ``probes`` · ``steps`` products.

    Each probe is a random unit vector v; m Lanczos steps from v give a tridiagonal T whose eigenvalues are the nodes and the
    squared first components of whose eigenvectors are the weights of a Gauss quadrature of the density that v sees.

    Raises:
        ValueError: if ``probes`` or ``steps`` is below 1, or the Hessian is not finite at the point.

    >>> import engine
    >>> density = spectral_density(engine.Formula("saddle"), np.array([0.0, 0.0]), probes=1, steps=2)
    >>> density.nodes.round(6).tolist(), 0.0 < density.share_below(0.0) < 1.0
    ([[-1.0, 1.0]], True)

    """
    return drain(density_job(objective, point, probes=probes, steps=steps, seed=seed))


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
