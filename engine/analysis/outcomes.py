"""One sentence per run: how it ended, what that means, and what to think of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.analysis.events import Event, EventKind, events
from engine.analysis.history import history
from engine.analysis.spectrum import DENSE, extremes
from engine.analysis.stability import StabilityBound
from engine.analysis.wording import count, number, rounded_count
from engine.objective import Objective
from engine.trajectory import Ending, Trajectories

DOWNWARD = 1e-6
"""A stationary end is a saddle if the smallest eigenvalue is below −DOWNWARD · largest |eigenvalue|; and it is flat ground if
no eigenvalue λ changes the loss over a typical distance: |λ|·max(1, ‖θ‖)² ≤ DOWNWARD · max(|f|, min(1, range of f))."""


LEVEL = 1e-4
"""Directions with |λ| ≤ LEVEL · largest |λ| hardly bend: Newton's method nears a singular point too slowly for exact zeros."""
PROBES = 64
REACHES = (0.1, 0.3, 1.0)
"""How many of them are tried from a stationary point, and how far, in multiples of max(1, ‖θ‖)."""
RISEN = 0.1
"""A run has risen if it ends above its first loss f₀ by more than RISEN · |f₀|."""


class Verdict(Enum):
    """What a run came to."""

    RUNNING = "running"
    MINIMUM = "minimum"
    SADDLE = "saddle"
    FLAT = "flat ground"
    PLATEAU = "plateau"
    NOISE_FLOOR = "noise floor"
    DESCENDING = "still descending"
    STUCK = "stuck"
    RISEN = "risen"
    DIVERGED = "diverged"
    FAILED = "failed"


@dataclass(frozen=True)
class RunOutcome:
    """A verdict on one run with its sentence."""

    verdict: Verdict
    sentence: str


def outcome(
    trajectories: Trajectories,
    run: int,
    *,
    objective: Objective | None = None,
    bound: StabilityBound | None = None,
    found: tuple[Event, ...] | None = None,
) -> RunOutcome:
    """Combine ending, events and stability of one run.

    Args:
        trajectories: the runs.
        run: which of them.
        objective: if given, a stationary end is checked for directions that lead down (dense Hessian for P ≤ 400, Lanczos
            above): a gradient alone cannot tell a minimum from a saddle.
        bound: the stability bound at the start or wherever the curvature is wanted from, to explain a divergence.
        found: the run's events, where the caller has them already.

    >>> from engine import Formula, descend, optimizers
    >>> runs = descend(Formula("bowl"), [[1.0]], [optimizers.gradient_descent(0.5)], steps=100)
    >>> outcome(runs, 0, objective=Formula("bowl")).verdict.value
    'minimum'

    """
    found = events(trajectories, run) if found is None else found
    verdict, ending = _verdict(trajectories, run, objective, bound, {event.kind: event for event in found})
    left = [event for event in found if event.kind is EventKind.PLATEAU]
    return RunOutcome(verdict, f"{_left(left)}; {ending}" if left else ending)


def _left(plateaus: list[Event]) -> str:
    longest = max(plateaus, key=lambda event: event.steps)
    how_many = "a plateau" if len(plateaus) == 1 else f"{count(len(plateaus))} plateaus, the longest"
    return f"left {how_many} of {rounded_count(longest.steps, 'step')} (slow, then sudden is normal)"


def _verdict(
    trajectories: Trajectories,
    run: int,
    objective: Objective | None,
    bound: StabilityBound | None,
    found: dict[EventKind, Event],
) -> tuple[Verdict, str]:
    ended, done = trajectories.outcomes[run], int(trajectories.done[run])
    if EventKind.DIVERGED in found:
        return Verdict.DIVERGED, _divergence(trajectories, run, bound)
    if ended.ending is Ending.FAILED:
        return Verdict.FAILED, ended.sentence
    if ended.ending is Ending.RUNNING:
        return Verdict.RUNNING, f"running, {count(done, 'step')} so far"
    if done and not trajectories.step_lengths[: done + 1, run].any():
        return Verdict.STUCK, _stuck(trajectories, run)
    first, last = (float(trajectories.values[step, run]) for step in (0, done))
    if last > first + RISEN * abs(first):
        return Verdict.RISEN, f"ended higher than it began (loss {number(first)} → {number(last)}): take smaller steps"
    if EventKind.OPEN_PLATEAU in found:
        return Verdict.PLATEAU, _plateau(trajectories, run, found[EventKind.OPEN_PLATEAU])
    if EventKind.MINIMUM_REACHED in found or ended.ending is Ending.CONVERGED:
        return _stationary(trajectories, run, objective, found.get(EventKind.MINIMUM_REACHED))
    if EventKind.NOISE_FLOOR in found:
        return Verdict.NOISE_FLOOR, _noise_floor(found[EventKind.NOISE_FLOOR])
    how = "converging, ever more slowly," if EventKind.SLOW_TAIL in found else "descending"
    loss = number(float(trajectories.values[done, run]))
    return Verdict.DESCENDING, f"still {how} at the step limit of {count(done)} (loss {loss})"


def _stuck(trajectories: Trajectories, run: int) -> str:
    norm = float(trajectories.gradient_norms[0, run])
    if norm == 0.0:
        return "the gradient is exactly zero at the start: nothing can move from there"
    return (
        f"has not moved: every step is zero although the slope is not (gradient norm {number(norm)}); "
        "a Newton step needs curvature along the slope"
    )


def _divergence(trajectories: Trajectories, run: int, bound: StabilityBound | None) -> str:
    done = int(trajectories.done[run])
    if bound is None:
        return f"diverged at step {count(done)}: try a smaller learning rate"
    rate = float(np.nanmax(trajectories.rates[: done + 1, run]))
    name = bound.symbol or number(bound.constant)
    facts = f"(α = {number(rate)}, bound {number(bound.rate)})"
    if bound.exceeded_by(rate):
        return f"diverged: α is above the stability bound {name}/λmax {facts}"
    return f"diverged although α is below the stability bound {name}/λmax {facts}: curvature grows along the path"


def _plateau(trajectories: Trajectories, run: int, event: Event) -> str:
    done = int(trajectories.done[run])
    return (
        f"stopped on a plateau, not in a minimum (flat for {rounded_count(event.steps, 'step')}, "
        f"gradient norm {number(float(trajectories.gradient_norms[done, run]))})"
    )


def _stationary(
    trajectories: Trajectories, run: int, objective: Objective | None, reached: Event | None
) -> tuple[Verdict, str]:
    done = int(trajectories.done[run])
    norm = number(float(trajectories.gradient_norms[done, run]))
    steps = count(reached.first if reached is not None else done, "step")
    smallest, largest = (1.0, 1.0) if objective is None else _curvature(objective, trajectories, run)
    if max(abs(smallest), abs(largest)) == 0.0:
        ends = "as they do toward a minimum at infinity or far out on a plateau"
        return Verdict.FLAT, f"came to rest on flat ground: gradient (norm {norm}) and curvature have vanished, {ends}"
    if smallest < -DOWNWARD * max(abs(smallest), abs(largest)):
        return (
            Verdict.SADDLE,
            f"stopped at a saddle, not in a minimum (gradient norm {norm}): some directions lead down",
        )
    if objective is not None and smallest < LEVEL * largest and _sinks(objective, trajectories, run):
        return (
            Verdict.SADDLE,
            f"stopped at a flat saddle, not in a minimum (gradient norm {norm}, the Hessian is all but singular): "
            "directions without curvature lead down in the end",
        )
    return Verdict.MINIMUM, f"reached a minimum (gradient norm {norm}) in {steps}"


def _curvature(objective: Objective, trajectories: Trajectories, run: int) -> tuple[float, float]:
    """Smallest and largest eigenvalue at the run's last point; both 0 where they are too small to matter."""
    point = trajectories.point_at(run)
    if objective.dimension <= DENSE:
        eigenvalues = np.linalg.eigvalsh(objective.hessian(point))
        smallest, largest = float(eigenvalues[0]), float(eigenvalues[-1])
    else:
        ends = extremes(objective, point)
        smallest, largest = float(ends.smallest[0]), float(ends.largest[0])
    seen = history(trajectories, run)
    scale = max(abs(float(seen.values[-1])), min(1.0, seen.spread))
    negligible = max(abs(smallest), abs(largest)) * seen.size**2 <= DOWNWARD * scale
    return (0.0, 0.0) if negligible else (smallest, largest)


def _sinks(objective: Objective, trajectories: Trajectories, run: int) -> bool:
    """Whether the loss sinks along directions of no curvature, which second derivatives alone can't tell.

    Symmetries have such directions at every minimum (softmax ignores a shift of all its inputs), and there the loss stays.
    """
    if objective.dimension > DENSE:
        return False
    point, seen = trajectories.point_at(run), history(trajectories, run)
    eigenvalues, vectors = np.linalg.eigh(objective.hessian(point))
    level = vectors[:, np.abs(eigenvalues) <= LEVEL * np.abs(eigenvalues).max()]
    probes = np.random.default_rng(0).normal(size=(PROBES, level.shape[1])) @ level.T
    probes *= max(1.0, seen.size) / np.linalg.norm(probes, axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        rays = np.stack([objective.value(point + reach * probes) for reach in (0.0, *REACHES)])
        # Downhill all the way: a lower valley behind a rim says nothing about this point.
        downhill = (np.diff(rays, axis=0) < 0).all(axis=0)
        deep = rays[-1] < rays[0] - DOWNWARD * max(float(abs(rays[0, 0])), min(1.0, seen.spread))
    return bool((downhill & deep).any())


def _noise_floor(event: Event) -> str:
    return event.sentence[0].lower() + event.sentence[1:].rstrip(".")
