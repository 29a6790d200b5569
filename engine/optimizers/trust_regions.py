"""Trust regions: the quadratic model is believed within a radius, which follows how well it foretold the last step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Mask
from engine.optimizers.gain import EPSILON, gain_ratio
from engine.optimizers.method import Kind, Optimizer, Parameter, Report, State, Step
from engine.optimizers.newton_steps import hessian_spectrum
from engine.optimizers.settings import configured
from engine.optimizers.spectrum import Spectrum, report_failure
from engine.schedules import Schedule

MOST_TRIALS = 30
SECULAR_ITERATIONS = 80


@dataclass(frozen=True, eq=False)
class Proposal:
    """A step ``(R, P)`` within the radius, with the change ``(R,)`` that the model predicts and where the radius bound it."""

    vector: Array
    predicted: Array
    at_edge: Mask


def adjusted(radius: Array, gain: Array, at_edge: Mask) -> Array:
    """A quarter of the radius ``(R,)`` after a bad prediction (ϱ < ¼), twice after a good one (ϱ > ¾) at the edge.

    Source: Nocedal and Wright (2006), algorithm 4.1.
    """
    return np.asarray(np.where(gain < 0.25, radius / 4, np.where((gain > 0.75) & at_edge, 2 * radius, radius)))


def trusted_step(
    step: Step, radius: Array, usable: Mask, propose: Callable[[Array, Mask], Proposal]
) -> tuple[Array, Array, Report]:
    """Propose within a shrinking radius ``(R,)`` until the loss falls; the next points, the next radius, what happened."""
    moved, pending = step.points.copy(), step.active & usable
    direction, predicted = np.zeros_like(step.points), np.zeros_like(radius)
    gain, tried, used = np.full_like(radius, np.nan), np.zeros_like(radius), radius
    for _ in range(MOST_TRIALS):
        if not pending.any():
            break
        proposal = propose(radius, pending)
        change = proposal.predicted
        target = step.points + step.rate[:, None] * proposal.vector
        gain = np.where(pending, gain_ratio(step.value, step.evaluate.value(target, pending), change), gain)
        tried += pending
        used = np.where(pending, radius, used)
        direction = np.where(pending[:, None], proposal.vector, direction)
        predicted = np.where(pending, change, predicted)
        # A refused step inside the radius would be proposed again: shrink below its own length.
        length = np.linalg.norm(proposal.vector, axis=-1)
        base = np.where((gain < 0.25) & (length > 0), np.minimum(radius, length), radius)
        radius = np.where(pending, adjusted(base, gain, proposal.at_edge), radius)
        taken = pending & (gain > 1e-4)
        moved = np.where(taken[:, None], target, moved)
        pending &= ~taken
    facts = {"radius": used, "shortened": np.maximum(tried - 1, 0), "gain": gain}
    report = Report(direction=direction, predicted=np.where(pending, 0.0, predicted), curvature=facts, refused=pending)
    return moved, radius, report


def exact_step(spectrum: Spectrum, radius: Array) -> tuple[Array, Array, Mask]:
    """Coordinates ``(R, P)`` that minimize the model within ``radius (R,)``, the shift ν ``(R,)``, and where ‖s‖ = radius.

    s = −(H + νI)⁻¹g with H + νI positive semidefinite and ν = 0 or ‖s‖ = radius; in the hard case, where g has nothing along
    the lowest eigenvector, that vector is added up to the edge. Source: Moré and Sorensen (1983); Nocedal and Wright (2006),
    section 4.3. The secular equation is solved for w = ν + λmin, which keeps the digits of a nearly singular H + νI.
    """
    lowest = spectrum.smallest
    gaps = spectrum.values - lowest[:, None]
    least = np.maximum(EPSILON * np.max(np.abs(spectrum.values), axis=-1), np.finfo(np.float64).tiny)
    low = np.maximum(lowest, least)
    # Along a null direction a slope at rounding size is noise, which the division would blow up.
    noise = EPSILON * len(gaps[0]) * np.max(np.abs(spectrum.slopes), axis=-1, keepdims=True)
    slopes = np.where(spectrum.null & (np.abs(spectrum.slopes) <= noise), 0.0, spectrum.slopes)
    free = -slopes / (gaps + low[:, None])
    outside = np.linalg.norm(free, axis=-1) > radius
    shift = np.where(outside, _secular_root(slopes, gaps, low, radius), low)
    coordinates = -slopes / (gaps + shift[:, None])
    hard = ~outside & (lowest < -least)
    rest = np.sqrt(np.maximum(radius**2 - np.sum(coordinates * coordinates, axis=-1), 0.0))
    along = np.where(coordinates[:, 0] < 0, -rest, rest)
    coordinates[:, 0] += np.where(hard, _to_edge(coordinates[:, 0], along), 0.0)
    return coordinates, shift - lowest, outside | hard


def _to_edge(component: Array, rest: Array) -> Array:
    """How much to add to a component so that the norm reaches the radius, given √(radius² − ‖s‖²) with its sign."""
    return np.asarray(np.copysign(np.sqrt(component**2 + rest**2), rest) - component)


def _secular_root(slopes: Array, gaps: Array, low: Array, radius: Array) -> Array:
    """The w ≥ low with ‖slopes/(gaps + w)‖ = radius, by Newton on 1/radius − 1/‖s(w)‖ with a bracket (Moré–Sorensen)."""
    high = np.maximum(np.linalg.norm(slopes, axis=-1) / radius, low)  # ‖s(w)‖ ≤ ‖g‖/w
    w = np.sqrt(low) * np.sqrt(high)
    for _ in range(SECULAR_ITERATIONS):
        s = slopes / (gaps + w[:, None])
        norm = np.linalg.norm(s, axis=-1)
        low, high = np.where(norm > radius, w, low), np.where(norm > radius, high, w)
        fall = np.sum(s * s / (gaps + w[:, None]), axis=-1)
        newton = w + norm**2 / fall * (norm - radius) / radius
        w = np.where((newton > low) & (newton < high), newton, np.sqrt(low) * np.sqrt(high))
    return np.asarray(w)


@dataclass(frozen=True, eq=False)
class TrustRegion:
    """The exact minimum of the quadratic model within the radius, at every step."""

    radius: Array

    def init(self, points: Array) -> State:
        return (np.broadcast_to(self.radius, (len(points), 1))[:, 0].copy(),)

    def update(self, step: Step, state: State) -> tuple[Array, State, Report]:
        spectrum, because = hessian_spectrum(step)
        shifts = np.full(len(step.points), np.nan)

        def propose(radius: Array, pending: Mask) -> Proposal:
            coordinates, shift, at_edge = exact_step(spectrum, radius)
            shifts[pending] = shift[pending]
            predicted = spectrum.predicted(coordinates, step.rate)
            return Proposal(spectrum.vector(coordinates), predicted, at_edge)

        moved, radius, report = trusted_step(step, state[0], spectrum.usable, propose)
        facts = {**spectrum.facts(), **report.curvature, "damping": np.maximum(shifts, 0.0)}
        failure = report_failure(step.active & ~spectrum.usable, because)
        return moved, (radius,), Report(report.direction, report.predicted, facts, report.refused, **failure)


RADIUS = Parameter(
    "radius", "First radius", 1.0, 1e-3, 100.0, logarithmic=True, sentence="How far the first model is believed."
)

TRUST_REGION = Kind(
    "trust_region",
    "Trust region",
    "The best point of the quadratic model within a radius that grows and shrinks with its success.",
    "Moré and Sorensen (1983), Computing a trust region step; Nocedal and Wright (2006), algorithm 4.1",
    (RADIUS,),
    lambda settings: TrustRegion(settings["radius"]),
    family="second order",
    default_rate=1.0,
    rate_range=(0.01, 1.0),
    forms_hessian=True,
)


def trust_region(learning_rate: float | Schedule = 1.0, radius: float = 1.0) -> Optimizer:
    """The exact trust-region step, hard case included; ``radius`` is the first one.

    >>> import engine
    >>> valley = engine.Formula("rosenbrock")
    >>> runs = engine.descend(valley, [-1.0, 1.0], engine.optimizers.trust_region(), steps=20)
    >>> runs.values[[0, 5, 10, 20], 0].round(3).tolist()
    [4.0, 1.587, 0.329, 0.0]
    """
    return configured(TRUST_REGION, learning_rate, radius=radius)
