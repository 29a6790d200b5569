"""Eigendecompositions of many symmetric matrices, with masks in place of exceptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from engine.arrays import Array, Mask
from engine.optimizers.gain import EPSILON
from engine.optimizers.method import Step

NOT_FINITE = (
    "The curvature at this point is not finite, so there is no Newton step: start nearer or take smaller steps."
)


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The model ½ sᵀH s + gᵀs in coordinates c that make H diagonal: s = B c.

    B holds the eigenvectors, for a scaled problem with each parameter's scale: B = D^(−½)·Q.
    """

    values: Array
    """(R, P) eigenvalues in increasing order; NaN where ``usable`` is False."""
    basis: Array
    """(R, P, P), columns beside ``values``."""
    slopes: Array
    """(R, P): Bᵀg, the gradient in these coordinates."""
    usable: Mask
    """(R,) rows whose matrix was finite and could be decomposed."""

    @property
    def tolerance(self) -> Array:
        """(R, 1): eigenvalues up to this size cannot be told from zero."""
        return np.asarray(self.values.shape[-1] * EPSILON * np.max(np.abs(self.values), axis=-1, keepdims=True))

    @property
    def null(self) -> Mask:
        """(R, P): eigenvalues that cannot be told from zero."""
        return np.asarray(np.abs(self.values) <= self.tolerance)

    @property
    def smallest(self) -> Array:
        """The lowest eigenvalue ``(R,)``."""
        return np.asarray(self.values[:, 0])

    @property
    def largest(self) -> Array:
        """The highest eigenvalue ``(R,)``."""
        return np.asarray(self.values[:, -1])

    def vector(self, coordinates: Array) -> Array:
        """B c ``(R, P)``."""
        return np.asarray((self.basis @ coordinates[..., None])[..., 0])

    def slope(self, coordinates: Array) -> Array:
        """GᵀB c ``(R,)``: how fast the loss changes at the start of the step."""
        return np.asarray(np.sum(self.slopes * coordinates, axis=-1))

    def bend(self, coordinates: Array) -> Array:
        """CᵀBᵀH B c ``(R,)``: the second derivative along the step."""
        return np.asarray(np.sum(self.values * coordinates * coordinates, axis=-1))

    def predicted(self, coordinates: Array, length: Array | float = 1.0) -> Array:
        """The model's change ``(R,)`` for ``length (R,)`` times the step: t·gᵀs + ½t²·sᵀH s."""
        return np.asarray(length * self.slope(coordinates) + 0.5 * length * length * self.bend(coordinates))

    def facts(self, dropped: Mask | None = None) -> dict[str, Array]:
        """Entries ``(R,)`` for :attr:`Report.curvature`; ``dropped (R, P)``: directions left out (default: the null ones)."""
        null = self.null
        negative = np.sum((self.values < 0) & ~null, axis=-1)
        counts = {"negative": negative, "null": np.sum(null if dropped is None else dropped, axis=-1)}
        masked = {name: np.where(self.usable, count, np.nan) for name, count in counts.items()}
        return {**masked, "smallest": self.smallest, "largest": self.largest}


def decompose(matrices: Array, gradients: Array, wanted: Mask, scales: Array | None = None) -> Spectrum:
    """The spectra of ``matrices (R, P, P)`` in the rows ``wanted (R,)``; never raises, never warns.

    ``scales (R, P)``: the diagonal D of a scaled problem; then the eigenvalues are those of D^(−½) H D^(−½).
    """
    runs, size = gradients.shape
    values, basis = np.full((runs, size), np.nan), np.full((runs, size, size), np.nan)
    weights = np.ones((runs, size)) if scales is None else 1 / np.sqrt(scales)
    finite = np.isfinite(matrices).all(axis=(1, 2)) & np.isfinite(gradients).all(axis=1)
    rows = np.flatnonzero(wanted & finite)
    scaled = matrices[rows]
    if scales is not None:
        scaled = weights[rows][:, :, None] * scaled * weights[rows][:, None, :]
    values[rows], basis[rows] = _eigh((scaled + np.swapaxes(scaled, -1, -2)) / 2)
    basis = weights[:, :, None] * basis
    slopes = (np.swapaxes(basis, -1, -2) @ gradients[..., None])[..., 0]
    return Spectrum(values, basis, slopes, wanted & np.isfinite(values).all(axis=1))


def _eigh(matrices: Array) -> tuple[Array, Array]:
    try:
        values, vectors = np.linalg.eigh(matrices)
    except np.linalg.LinAlgError:
        if len(matrices) == 1:
            return np.full(matrices.shape[:2], np.nan), np.full(matrices.shape, np.nan)
        pairs = [_eigh(matrices[row : row + 1]) for row in range(len(matrices))]
        return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])
    return values, vectors


class Failure(TypedDict):
    """The part of a report that says which runs cannot go on, and why."""

    failed: Mask
    because: str


def report_failure(failed: Mask, because: str) -> Failure:
    """The sentence only where it is needed."""
    return Failure(failed=failed, because=because if failed.any() else "")


def curvature_of(step: Step, matrix: Callable[[Array, Mask], Array]) -> tuple[Array, str]:
    """``matrix`` at the active points, and the sentence for rows that are not finite; all NaN where there is none."""
    try:
        return matrix(step.points, step.active), NOT_FINITE
    except TypeError as refusal:  # the contract's way of saying that the objective has no residuals
        runs, size = step.points.shape
        return np.broadcast_to(np.nan, (runs, size, size)), str(refusal)
