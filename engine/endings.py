"""When a run is over: it has come to rest, it has escaped, it cannot go on, or its steps are used up."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array, Mask
from engine.trajectory import Ending, Outcome

STILL = 1e-12
"""A run has converged when its gradient and its last step are both shorter than this (times 1 + ‖θ‖ for the step)."""
ESCAPED = 1e12
"""A run has diverged when |loss| exceeds this times 1 + |loss at the start|, or is not a finite number."""


def escaped(values: Array, norms: Array, scale: Array) -> Mask:
    """Where a run has diverged: losses ``values``, gradient norms ``norms``, |loss at the start| ``scale``, all broadcast."""
    return np.asarray(~np.isfinite(values) | ~np.isfinite(norms) | (np.abs(values) > ESCAPED * (1 + scale)))


def at_rest(norms: Array, lengths: Array, sizes: Array) -> Mask:
    """Where a run has converged: gradient norms, lengths of the step from there, and ‖θ‖, all of one shape."""
    return np.asarray((norms <= STILL) & (lengths <= STILL * (1 + sizes)))


def outcome(ending: Ending, step: int, value: float, because: str = "") -> Outcome:
    """An ending at ``step`` with loss ``value``, in one sentence for a person."""
    if ending is Ending.DIVERGED:
        return Outcome(ending, _divergence(step, value))
    sentences = {
        Ending.CONVERGED: f"came to rest at step {step:,}: gradient and step are zero to rounding",
        Ending.FAILED: because or f"could not go on at step {step:,}",
        Ending.STEP_LIMIT: f"went on to the step limit of {step:,}",
        Ending.RUNNING: "still going",
    }
    return Outcome(ending, sentences[ending])


def _divergence(step: int, value: float) -> str:
    if step == 0:
        return "diverged at step 0: the loss at the start is not a finite number, choose another start"
    if value < 0:
        return f"diverged at step {step:,}: the loss falls without bound, there is no minimum this way"
    if abs(value) < np.inf and value == value:
        return f"diverged at step {step:,}: the loss has grown beyond all measure, try a smaller learning rate"
    return f"diverged at step {step:,}: the loss is not a finite number any more, try a smaller learning rate"
