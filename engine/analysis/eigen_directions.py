"""Eigenvalues of a Hessian together with the gradient's part along their eigenvectors: what descent and Newton do there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array


@dataclass(frozen=True, eq=False)
class EigenDirections:
    """Some eigenvectors vᵢ of a Hessian, ascending by eigenvalue, each pointing uphill: gᵀvᵢ ≥ 0.

    >>> found = EigenDirections(np.array([-2.0, 0.0, 4.0]), np.array([1.0, 1.0, 1.0]), np.full(3, 1e-12))
    >>> found.descent_steps(0.1).tolist(), found.newton_steps(1e-12).tolist()
    ([-0.1, -0.1, -0.1], [0.5, 0.0, -0.25])

    """

    eigenvalues: Array
    """λᵢ ``(k,)``"""
    slopes: Array
    """gᵀvᵢ ``(k,)``"""
    bounds: Array
    """(k,): there is an eigenvalue within this distance of λᵢ. By the residual ‖Hv − λv‖, or as far as rounding allows."""

    def __len__(self) -> int:
        return len(self.eigenvalues)

    def newton_steps(self, tolerance: float) -> Array:
        """−gᵀvᵢ/λᵢ ``(k,)``: how far the raw Newton step goes along vᵢ; 0 where |λᵢ| ≤ ``tolerance``, by the pseudo-inverse."""
        flat = np.abs(self.eigenvalues) <= tolerance
        with np.errstate(over="ignore"):
            return np.where(flat, 0.0, -self.slopes / np.where(flat, 1.0, self.eigenvalues))

    def descent_steps(self, rate: float) -> Array:
        """−α·gᵀvᵢ ``(k,)``: how far a step of descent goes along vᵢ."""
        return np.asarray(-rate * self.slopes)
