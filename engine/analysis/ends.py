"""What is known of a Hessian's spectrum where only products with vectors are to be had: its two ends."""

from __future__ import annotations

from dataclasses import dataclass

from engine.analysis.eigen_directions import EigenDirections


@dataclass(frozen=True)
class Effort:
    """How far the ends of a spectrum are looked for."""

    wanted: int = 20
    """Eigenvalues at each end."""
    rows: int = 160
    """Vectors between two restarts, beside those that were found; at least eight for each wanted eigenvalue."""
    products: int = 600
    """Hessian-vector products at most."""


@dataclass(frozen=True, eq=False)
class SpectrumEnds:
    """What some Hessian-vector products say of a spectrum; nothing of it is an estimate."""

    smallest: EigenDirections
    """The lowest eigenvalues, as far as they have settled, from the lowest one up."""
    largest: EigenDirections
    """The highest eigenvalues, as far as they have settled, from the highest one down."""
    lowest: float
    """There is an eigenvalue as low as this, or lower."""
    highest: float
    """There is an eigenvalue as high as this, or higher."""
    flattest: float
    """There is an eigenvalue of this size, or smaller."""
    down: int
    """At least so many eigenvalues are negative: none is above the Ritz value of its rank (Cauchy)."""
    up: int
    """At least so many eigenvalues are positive."""
    tolerance: float
    """Eigenvalues up to this size cannot be told from zero."""
    products: int
    """Hessian-vector products so far."""
    checked: bool = False
    """Whether a search from elsewhere found nothing more; if not, copies of multiple eigenvalues may be missing."""
