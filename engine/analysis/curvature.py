"""The Hessian's eigenvalues at a point, as far as they are known, and what they mean for descent and for Newton there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.analysis.density import SpectralDensity
from engine.analysis.eigen_directions import EigenDirections
from engine.analysis.ends import SpectrumEnds
from engine.analysis.newton_verdict import Signs, newton_verdict
from engine.analysis.spectrum import Spectrum
from engine.analysis.stability import StabilityEdge
from engine.analysis.wording import count, number

NO_PART = 1e-8
"""The gradient has no part in a space where it is shorter than this share of itself: that much is rounding."""


@dataclass(frozen=True, eq=False)
class Curvature:
    """What is known of the Hessian at one point: all eigenvalues (``whole``), or both ``ends`` and then a ``density``."""

    parameters: int
    gradient_norm: float
    whole: EigenDirections | None = None
    """All P eigenvalues, ascending."""
    ends: SpectrumEnds | None = None
    """The lowest and the highest ones, where P is too large for all."""
    density: SpectralDensity | None = None
    """From as many probes as are done; None before the first, and where all eigenvalues are known."""
    stability: StabilityEdge | None = None
    """λmax against the optimizer's bound at this rate; None where the method has no known bound."""
    products: int = 0
    """Hessian-vector products so far."""

    @property
    def spectrum(self) -> Spectrum | None:
        """All eigenvalues with their signs and condition number; None where only the ends are known."""
        return None if self.whole is None else Spectrum(self.whole.eigenvalues, self.signs.tolerance)

    @property
    def signs(self) -> Signs:
        """How many directions bend down, are flat and bend up; from the ends alone, how many do at the least."""
        if self.ends is not None:
            return Signs(self.ends.down, 0, self.ends.up, self.parameters, self.ends.tolerance)
        assert self.whole is not None
        tolerance, values = float(self.whole.bounds.max()), self.whole.eigenvalues
        down, up = int((values < -tolerance).sum()), int((values > tolerance).sum())
        return Signs(down, self.parameters - down - up, up, self.parameters, tolerance)

    @property
    def lambda_max(self) -> float:
        """The highest eigenvalue; from the ends, there is one as high as this."""
        if self.ends is not None:
            return self.ends.highest
        assert self.whole is not None
        return float(self.whole.eigenvalues[-1])

    @property
    def lambda_min(self) -> float:
        """The lowest eigenvalue, which is the most negative one; from the ends, there is one as low as this."""
        if self.ends is not None:
            return self.ends.lowest
        assert self.whole is not None
        return float(self.whole.eigenvalues[0])

    @property
    def condition_number(self) -> float:
        """Largest over smallest |λ|, infinite where one is zero to rounding; a lower bound where only ends are known."""
        if self.spectrum is not None:
            return self.spectrum.condition_number
        assert self.ends is not None
        if self.ends.flattest <= self.ends.tolerance:
            return float("inf")
        return max(abs(self.ends.lowest), abs(self.ends.highest)) / self.ends.flattest

    @property
    def condition_sentence(self) -> str:
        """The condition number in words."""
        if np.isinf(self.condition_number):
            return "Singular to rounding."
        least = "at least " if self.whole is None else ""
        return f"Condition number {least}{number(self.condition_number)}."

    @property
    def flat_share(self) -> float | None:
        """How much of the gradient's length lies in flat directions, 0 to 1; None where not all eigenvalues are known."""
        if self.whole is None:
            return None
        flat = np.abs(self.whole.eigenvalues) <= self.signs.tolerance
        length = float(np.linalg.norm(self.whole.slopes[flat] / self.gradient_norm)) if self.gradient_norm > 0 else 0.0
        return min(1.0, length)

    @property
    def verdict(self) -> str:
        """Where the raw Newton step from here leads."""
        flat_part = (self.flat_share or 0.0) > NO_PART
        return newton_verdict(self.signs, gradient_is_zero=self.gradient_norm == 0.0, flat_part=flat_part)

    @property
    def share_down(self) -> tuple[float, float, float] | None:
        """The share of directions that bend down, by the density: an estimate between two limits; None without a density."""
        if self.density is None:
            return None
        threshold = -self.signs.tolerance
        least, most = self.density.limits_below(threshold)
        return self.density.share_below(threshold), max(least, self.signs.down / self.parameters), most

    @property
    def density_sentence(self) -> str:
        """That estimate in words; nothing without a density."""
        if self.density is None or self.share_down is None:
            return ""
        about, least, most = (number(share * self.parameters) for share in self.share_down)
        return (
            f"About {about} of {count(self.parameters, 'direction')} bend down, between {least} and {most} by "
            f"{count(self.density.probes, 'random probe')}."
        )
