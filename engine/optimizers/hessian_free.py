"""Newton–CG: the Newton system solved by conjugate gradients from Hessian-vector products alone, for any size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Mask
from engine.optimizers.method import Kind, Optimizer, Parameter, Report, State, Step
from engine.optimizers.settings import configured
from engine.optimizers.spectrum import NOT_FINITE, report_failure
from engine.optimizers.trust_regions import RADIUS, Proposal, trusted_step
from engine.schedules import Schedule


@dataclass(frozen=True, eq=False)
class Solved:
    """A truncated solution of H s = −g: the step, H s, and how the iteration went, for R runs."""

    vector: Array
    image: Array
    at_edge: Mask
    bent_down: Mask
    iterations: Array
    usable: Mask


def truncated_solution(step: Step, radius: Array, wanted: Mask, most: Array) -> Solved:
    """Conjugate gradients on H s = −g, stopped at ‖r‖ ≤ min(½, √‖g‖)·‖g‖, at the radius, or where H bends down.

    Where it meets the edge or a direction of negative curvature it goes to the edge and stops. Source: Steihaug (1983);
    Nocedal and Wright (2006), algorithm 7.2.
    """
    s, image = np.zeros_like(step.points), np.zeros_like(step.points)
    r, d = step.gradient.copy(), -step.gradient
    square = _dot(r, r)
    norm = np.sqrt(square)
    tolerance = np.minimum(0.5, np.sqrt(norm)) * norm
    pending = wanted & (norm > 0)
    usable, at_edge = wanted & np.isfinite(norm), np.zeros_like(wanted)
    bent_down, iterations = np.zeros_like(wanted), np.zeros_like(norm)
    while pending.any():
        product = step.evaluate.hessian_vector_product(step.points, d, pending)
        iterations += pending
        bend = _dot(d, product)
        usable &= ~pending | np.isfinite(bend)
        pending &= usable
        down = pending & (bend <= 0)
        t = square / np.where(bend > 0, bend, 1.0)
        over = pending & (down | (np.linalg.norm(s + t[:, None] * d, axis=-1) >= radius))
        t = np.where(over, _to_radius(s, d, radius), t)
        t = np.where(pending, t, 0.0)[:, None]
        moving = pending[:, None]
        s, image = np.where(moving, s + t * d, s), np.where(moving, image + t * product, image)
        r = np.where(moving, r + t * product, r)
        after = _dot(r, r)
        at_edge, bent_down = at_edge | over, bent_down | down
        pending = pending & ~over & (np.sqrt(after) > tolerance) & (iterations < most)
        d = np.where(pending[:, None], -r + (after / np.where(square > 0, square, 1.0))[:, None] * d, d)
        square = np.where(pending, after, square)
    return Solved(s, image, at_edge, bent_down, iterations, usable)


def _dot(a: Array, b: Array) -> Array:
    return np.asarray(np.sum(a * b, axis=-1))


def _to_radius(s: Array, d: Array, radius: Array) -> Array:
    """The t ≥ 0 with ‖s + t·d‖ = radius, in the form that does not cancel."""
    a, b, c = _dot(d, d), _dot(s, d), radius**2 - _dot(s, s)
    root = np.sqrt(np.maximum(b * b + a * np.maximum(c, 0.0), 0.0))
    return np.asarray(np.where(b > 0, c / np.where(b > 0, b + root, 1.0), (root - b) / np.where(a > 0, a, 1.0)))


@dataclass(frozen=True, eq=False)
class NewtonCG:
    """Truncated Newton steps within a trust region; no P×P matrix is ever formed."""

    radius: Array
    iterations: Array

    def init(self, points: Array) -> State:
        return (np.broadcast_to(self.radius, (len(points), 1))[:, 0].copy(),)

    def update(self, step: Step, state: State) -> tuple[Array, State, Report]:
        spent = np.zeros(len(step.points))
        bent_down, broken = np.zeros_like(step.active), step.active & ~np.isfinite(step.gradient).all(axis=-1)
        most = np.where(self.iterations > 0, self.iterations, step.points.shape[1])[:, 0]

        def propose(radius: Array, pending: Mask) -> Proposal:
            solved = truncated_solution(step, radius, pending, most)
            spent[:] += solved.iterations
            bent_down[pending] = solved.bent_down[pending]
            broken[pending] |= ~solved.usable[pending]
            t = step.rate
            predicted = t * _dot(step.gradient, solved.vector) + 0.5 * t * t * _dot(solved.vector, solved.image)
            return Proposal(solved.vector, np.where(solved.usable, predicted, np.nan), solved.at_edge)

        moved, radius, report = trusted_step(step, state[0], ~broken, propose)
        facts = {**report.curvature, "products": spent, "bent_down": bent_down.astype(np.float64)}
        refused = np.zeros_like(broken) if report.refused is None else report.refused & ~broken
        failure = report_failure(broken, NOT_FINITE)
        return moved, (radius,), Report(report.direction, report.predicted, facts, refused, **failure)


NEWTON_CG = Kind(
    "newton_cg",
    "Newton–CG",
    "Newton's step without the Hessian: conjugate gradients on Hessian-vector products within a trust region, any size.",
    "Steihaug (1983), The conjugate gradient method and trust regions; Nocedal and Wright (2006), algorithm 7.2",
    (
        RADIUS,
        Parameter("iterations", "Most products", 0.0, 0.0, 500.0, sentence="Hessian-vector products a step; 0: P."),
    ),
    lambda settings: NewtonCG(settings["radius"], settings["iterations"]),
    family="second order",
    default_rate=1.0,
    rate_range=(0.01, 1.0),
)


def newton_cg(learning_rate: float | Schedule = 1.0, radius: float = 1.0, iterations: int = 0) -> Optimizer:
    """Hessian-free Newton for any size; at most ``iterations`` products for each solution (0: as many as parameters).

    >>> import engine
    >>> valley = engine.Formula("rosenbrock")
    >>> runs = engine.descend(valley, [-1.0, 1.0], engine.optimizers.newton_cg(), steps=50)
    >>> runs.values[[0, 10, 50], 0].round(3).tolist()
    [4.0, 1.085, 0.0]
    """
    return configured(NEWTON_CG, learning_rate, radius=radius, iterations=iterations)
