"""Damping ruled by the gain ratio: Newton and Levenberg–Marquardt steps that never go up."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.arrays import Array, Mask
from engine.optimizers.gain import EPSILON, gain_ratio
from engine.optimizers.method import Report, Step
from engine.optimizers.spectrum import Spectrum, report_failure

MOST_TRIALS = 40


class GrowingDamping(NamedTuple):
    """μ and the factor ν that the next rejection multiplies it by, both ``(R,)``."""

    damping: Array
    growth: Array

    @classmethod
    def start(cls, damping: Array) -> GrowingDamping:
        """The state before the first step."""
        return cls(damping, np.full_like(damping, 2.0))

    def after(self, gain: Array, tried: Mask) -> GrowingDamping:
        """Accepted: μ · max(⅓, 1 − (2ϱ − 1)³) and ν = 2; rejected: μν and 2ν (Nielsen 1999, equation 2.4)."""
        accepted = gain > 0
        # Clipping keeps the cube finite; beyond these limits the rule gives the same.
        eased = self.damping * np.maximum(1 / 3, 1 - (2 * np.clip(gain, 0.0, 1.0) - 1) ** 3)
        damping = np.where(accepted, eased, self.damping * self.growth)
        growth = np.where(accepted, 2.0, 2 * self.growth)
        return GrowingDamping(np.where(tried, damping, self.damping), np.where(tried, growth, self.growth))


def controlled_step(
    step: Step, spectrum: Spectrum, state: GrowingDamping, because: str
) -> tuple[Array, GrowingDamping, Report]:
    """Try −(λ + shift)⁻¹g with growing damping until the loss falls; shift = μ + max(0, −λmin) > −λmin throughout."""
    lift = np.maximum(0.0, -spectrum.smallest)
    scale = np.max(np.abs(spectrum.values), axis=-1)
    floor = np.maximum(EPSILON * scale, np.finfo(np.float64).tiny)
    given = np.where(state.damping > 0, state.damping, 1e-3 * scale)  # a damping of 0 could never grow
    state = GrowingDamping(np.where(spectrum.usable, np.maximum(given, floor), state.damping), state.growth)
    moved, pending = step.points.copy(), spectrum.usable.copy()
    coordinates, shift = np.zeros_like(step.points), np.full(len(lift), np.nan)
    gain, tried = np.full(len(lift), np.nan), np.zeros(len(lift))
    for _ in range(MOST_TRIALS):
        if not pending.any():
            break
        shift = np.where(pending, lift + state.damping, shift)
        trial = -spectrum.slopes / (spectrum.values + shift[:, None])
        coordinates = np.where(pending[:, None], trial, coordinates)
        target = step.points + step.rate[:, None] * spectrum.vector(coordinates)
        after = step.evaluate.value(target, pending)
        gain = np.where(pending, gain_ratio(step.value, after, spectrum.predicted(coordinates, step.rate)), gain)
        tried += pending
        state = state.after(gain, pending)
        taken = pending & (gain > 0)
        moved = np.where(taken[:, None], target, moved)
        pending &= ~taken
    facts = {**spectrum.facts(), "damping": shift, "shortened": np.maximum(tried - 1, 0), "gain": gain}
    return (
        moved,
        state,
        Report(
            direction=spectrum.vector(coordinates),
            predicted=np.where(pending, 0.0, spectrum.predicted(coordinates, step.rate)),
            curvature=facts,
            refused=pending,
            **report_failure(step.active & ~spectrum.usable, because),
        ),
    )
