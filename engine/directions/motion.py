"""The plane that shows most of what runs did: principal components of their records (Lorch 2016; Li et al. 2018, section 7)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array
from engine.directions.recipe import plane, rest, stand_in, unit, upright
from engine.plane import Plane
from engine.trajectory import Trajectories

LARGEST_DENSE = 500  # beyond this many rows and columns two components come faster from Lanczos than from a full SVD
DIVERGED = 1e100  # squares of larger entries overflow


def principal_components(
    runs: Trajectories | Sequence[ArrayLike] | Array, weights: Sequence[float] | None = None
) -> Plane:
    """The plane of the first two principal components of one run's records, or of several runs' jointly.

    About the mean of all chosen records. Each run is weighted by 1 / Σ‖θ(t) − θ(start)‖², so that all count for the same
    total motion and none hides the others; a run that has not moved counts nothing. Diverged records are left out. The axes
    are orthonormal; of each its entry of largest magnitude is positive. The recipe reports the explained shares, of the
    weighted sum of squares about the mean.

    Args:
        runs: trajectories; or one array ``(records, P)`` for each run; or points ``(records, runs, P)``.
        weights: further factors, one per run (0 leaves a run out).

    Raises:
        ValueError: if there is nothing that moved, or shapes do not fit.

    >>> principal_components([[[0.0, 0.0, 1.0], [3.0, 0.0, 1.0], [3.0, 1.0, 1.0]]]).drawn.settings[0]
    ('explained shares', '92.72% and 7.28%')

    """
    paths = [path[(np.abs(path) < DIVERGED).all(axis=1)] for path in _paths(runs)]
    factors = np.ones(len(paths)) if weights is None else np.asarray(weights, dtype=np.float64)
    if factors.shape != (len(paths),) or not (np.isfinite(factors) & (factors >= 0)).all():
        raise ValueError(f"The weights must be {len(paths)} numbers that are not negative, one for each run.")
    chosen = [(path, factor) for path, factor in zip(paths, factors, strict=True) if factor > 0 and path.size]
    if not chosen or not any(_motion(path) for path, _ in chosen):
        raise ValueError("The runs have not moved, so they have no principal components: let them take a few steps.")
    mean = np.concatenate([path for path, _ in chosen]).mean(axis=0)
    rows = np.concatenate([(path - mean) * _scale(path, factor) for path, factor in chosen])
    return _plane(mean, rows, len(chosen))


def _paths(runs: Trajectories | Sequence[ArrayLike] | Array) -> list[Array]:
    if isinstance(runs, Trajectories):
        return [runs.path(run)[1] for run in range(runs.runs)]
    if isinstance(runs, np.ndarray) and runs.ndim == 3:
        return [np.asarray(runs[:, run], dtype=np.float64) for run in range(runs.shape[1])]
    listed = [runs] if isinstance(runs, np.ndarray) and runs.ndim == 2 else list(runs)
    paths = [np.asarray(path, dtype=np.float64) for path in listed]
    if not paths or any(path.ndim != 2 or path.shape[1] != paths[0].shape[1] for path in paths):
        raise ValueError("Each run must be an array of shape (records, P), with the same P for all runs.")
    return paths


def _motion(path: Array) -> float:
    return float(((path - path[0]) ** 2).sum())


def _scale(path: Array, factor: float) -> float:
    motion = _motion(path)
    return float(np.sqrt(factor / motion)) if motion > 0 else 0.0


def _plane(mean: Array, rows: Array, runs: int) -> Plane:
    strengths, components = _leading(rows)
    total = float((rows**2).sum())
    first = upright(unit(components[0]))
    shares = [float(strength**2) / total for strength in strengths]
    left = rest(components[1], first) if len(components) > 1 and strengths[1] > 1e-10 * strengths[0] else None
    sentence = (
        f"the first two principal components of {runs} {'run' if runs == 1 else 'runs'} about the mean of the records"
    )
    if left is None:
        second, shares = stand_in(first), [shares[0], 0.0]
        sentence += "; these lie on one line, so the second axis is another direction at right angles to it"
    else:
        second = upright(unit(left))
    settings = [
        ("explained shares", " and ".join(f"{share:.2%}" for share in shares[:2])),
        ("weighting", "each run by 1 / Σ‖θ(t) − θ(start)‖²"),
    ]
    return plane(mean, first, second, "principal components", sentence, settings)


def _leading(rows: Array) -> tuple[Array, Array]:
    """The two largest singular values of ``rows (n, P)`` and their right singular vectors ``(2, P)``, largest first."""
    if min(rows.shape) <= LARGEST_DENSE:
        all_strengths, all_right = _thin_svd(rows)
        return all_strengths[:2], all_right[:2]
    from scipy.sparse.linalg import svds

    _, strengths, right = svds(rows, k=2, v0=np.ones(min(rows.shape)))
    order = np.argsort(strengths)[::-1]
    return np.asarray(strengths[order], dtype=np.float64), np.asarray(right[order], dtype=np.float64)


def _thin_svd(rows: Array) -> tuple[Array, Array]:
    # Tall matrices are reduced to their triangle first: the SVD then costs P³ whatever the number of records.
    square = np.asarray(np.linalg.qr(rows, mode="r")) if rows.shape[0] > 2 * rows.shape[1] else rows
    _, strengths, right = np.linalg.svd(square, full_matrices=False)
    return np.asarray(strengths, dtype=np.float64), np.asarray(right, dtype=np.float64)
