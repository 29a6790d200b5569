"""Largest curvature, the learning rate it allows, and the radius of the noise floor.

On a quadratic, a method with constant rate α converges iff α·λmax < c: c = 2 for gradient descent, 2(1+β) for momentum
(Polyak 1964). Beyond it every step overshoots further than the one before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.analysis.spectrum import DENSE, extremes
from engine.analysis.wording import number
from engine.arrays import Array
from engine.objective import Objective
from engine.optimizers.method import Kind, Optimizer


def largest_eigenvalue(objective: Objective, point: Array, seed: int = 0) -> float:
    """λmax of the Hessian at ``point (P,)``: the (algebraically) sharpest direction.

    From the dense Hessian for P ≤ 400, else by Lanczos with Hessian-vector products from a seeded start.

    >>> import engine
    >>> round(largest_eigenvalue(engine.Formula("rosenbrock"), np.array([1.0, 1.0])), 1)
    1001.6

    """
    if objective.dimension <= DENSE:
        return float(np.linalg.eigvalsh(objective.hessian(np.asarray(point)))[-1])
    return float(extremes(objective, point, largest=1, smallest=0, seed=seed).largest[-1])


@dataclass(frozen=True)
class StabilityBound:
    """The largest constant rate with which a method is stable on a quadratic with this λmax."""

    constant: float
    """c in α·λmax < c."""
    lambda_max: float
    symbol: str = ""
    """How c reads for this method, such as ``2(1+β)``."""

    @property
    def name(self) -> str:
        """How c reads."""
        return self.symbol or number(self.constant)

    @property
    def rate(self) -> float:
        """c/λmax; infinite where no direction bends upward, for then no rate overshoots."""
        return self.constant / self.lambda_max if self.lambda_max > 0 else float("inf")

    def exceeded_by(self, rate: float) -> bool:
        """Whether ``rate`` is above the bound: α ≥ c/λmax."""
        return rate >= self.rate

    @property
    def sentence(self) -> str:
        """The bound in words."""
        if not self.lambda_max > 0:
            return "No direction bends upward here, so curvature sets no bound on the learning rate."
        return f"The learning rate must stay below {self.name}/λmax = {number(self.rate)} (λmax = {number(self.lambda_max)})."


@dataclass(frozen=True)
class StabilityEdge:
    """Where a learning rate stands against the curvature it allows: the edge of stability (Cohen et al. 2021)."""

    bound: StabilityBound
    rate: float
    """α"""

    @property
    def curvature(self) -> float:
        """c/α, the largest curvature with which this rate is stable."""
        return self.bound.constant / self.rate if self.rate > 0 else float("inf")

    @property
    def exceeded(self) -> bool:
        """Whether the largest curvature has reached that: α·λmax ≥ c."""
        return self.bound.exceeded_by(self.rate)

    @property
    def sentence(self) -> str:
        """Which of the two is larger.

        >>> StabilityEdge(StabilityBound(2.0, 35.0), rate=0.1).sentence
        'λmax = 35 has reached 2/α = 20: along the sharpest direction every step overshoots further than the one before.'

        """
        if not (self.bound.lambda_max > 0 and self.rate > 0):
            return self.bound.sentence if self.rate > 0 else "The learning rate is 0 here: no step overshoots."
        sides = f"λmax = {number(self.bound.lambda_max)}", f"{self.bound.name}/α = {number(self.curvature)}"
        if self.exceeded:
            step = "along the sharpest direction every step overshoots further than the one before"
            return f"{sides[0]} has reached {sides[1]}: {step}."
        return f"{sides[0]} is below {sides[1]}: no step overshoots further than the one before."


def stability_bound(kind: Kind, optimizer: Optimizer, lambda_max: float) -> StabilityBound | None:
    """The bound for one run's optimizer; None where its kind has no known one (an adaptive method).

    >>> from engine.optimizers import KINDS, momentum
    >>> stability_bound(KINDS["momentum"], momentum(0.1, beta=0.5), lambda_max=10.0).sentence
    'The learning rate must stay below 2(1+β)/λmax = 0.3 (λmax = 10).'

    """
    if kind.stability is None:
        return None
    numbers = {
        name: float(value)
        for name, value in optimizer.settings
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    symbol = "2(1+β)" if kind.name == "momentum" else ""
    return StabilityBound(float(kind.stability(numbers)), float(lambda_max), symbol)


def noise_floor_radius(
    rate: float, *, curvature: float = 1.0, noise: float = 1.0, beta: float = 0.0, dimensions: int = 1
) -> float:
    """Radius (root mean square distance) of the cloud in which noisy descent with a constant rate circles a bowl.

    For ½λ‖θ‖² with gradient noise of standard deviation σ in each of d dimensions and momentum β, the stationary variance is
    d·ασ²(1+β) / (λ(1−β)(2(1+β) − αλ)): the fixed point of the covariance recursion of v ← g + βv, θ ← θ − αv. For the unit
    bowl and unit noise without momentum the radius is √(α/(2−α)). Infinite at and beyond the stability bound.

    >>> round(noise_floor_radius(0.1), 4)
    0.2294

    """
    margin = 2.0 * (1.0 + beta) - rate * curvature
    if margin <= 0 or curvature <= 0:
        return float("inf")
    return float(np.sqrt(dimensions * rate * noise**2 * (1.0 + beta) / (curvature * (1.0 - beta) * margin)))
