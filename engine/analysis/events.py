"""What happened on a run, and when: plateaus, saddles, overshoots, the noise floor, divergence; each with its definition.

All definitions are free of the loss's own units: they compare a run with itself. Two yardsticks recur. A change of loss is
*worth mention* at a step when it is at least ``WORTH`` of the smaller of the range of the losses seen and |loss| there, so
that neither a wild start nor a constant added to the loss hides what comes later. A gradient norm is *small* when moving by
max(1, ‖θ‖) along it would change the loss by little compared with the loss itself (Dennis & Schnabel 1983, section 7.2).

Nothing here looks at a Hessian: scalars alone cannot tell a minimum from a saddle that was approached exactly. Outcomes can.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.analysis import noise_floor, plateaus, saddles
from engine.analysis.history import History, history
from engine.analysis.wording import count, number, rounded_count
from engine.analysis.zig_zag import ZigZag, zig_zags
from engine.trajectory import Trajectories

SETTLED = 1e-6
"""Minimum reached: ‖g‖·max(1, ‖θ‖) ≤ SETTLED · max(|f|, min(1, range of f)) from some step to the end …"""
CAME_DOWN = 1e-3
"""… and ‖g‖ has fallen to this share of its largest value: a run that only stood on flat ground has not arrived anywhere."""
WORTH_RISE = 0.01
"""Overshoot: a rise, after a fall, by at least this share of the yardstick."""
OVERSHOOT_ROUNDING = 1e-12
"""Rises below this share of the range of losses are rounding."""


class EventKind(Enum):
    """What can happen on a run."""

    PLATEAU = "plateau"
    OPEN_PLATEAU = "stopped on a plateau"
    SADDLE_PASSED = "saddle passed"
    MINIMUM_REACHED = "minimum reached"
    SLOW_TAIL = "slow tail"
    OVERSHOOT = "overshoot"
    ZIG_ZAG = "zig-zag"
    NOISE_FLOOR = "cycling at the noise floor"
    DIVERGED = "diverged"


@dataclass(frozen=True)
class Event:
    """Something that happened from step ``first`` to step ``last``, inclusive."""

    kind: EventKind
    first: int
    last: int
    sentence: str

    @property
    def steps(self) -> int:
        """How many steps it lasted."""
        return self.last - self.first


def events(trajectories: Trajectories, run: int) -> tuple[Event, ...]:
    """All events of one run so far, in order of their first step.

    Overshoot, zig-zag, saddles and minima are looked for in full-batch runs only, the noise floor in mini-batch runs only.
    An end that is not yet a minimum, nor a plateau, is a *slow tail* when the loss still falls ever more slowly.

    >>> from engine import Formula, descend, optimizers
    >>> runs = descend(Formula.parse("x^2 + (y^2 - 1)^2"), [[1.0, 1e-6]], [optimizers.gradient_descent(0.05)], 300)
    >>> [event.kind.value for event in events(runs, 0)]
    ['plateau', 'saddle passed', 'minimum reached']

    """
    seen = history(trajectories, run)
    found: list[Event] = []
    if seen.diverged:
        found.append(_divergence(seen))
    if len(seen.values) > 2:
        found += [*_plateaus(seen), *_passages(seen), *_overshoots(seen), *_zig_zags(trajectories, run, seen)]
        if not seen.diverged:
            found += _endings(seen, found)
    return tuple(sorted(found, key=lambda event: (event.first, event.last)))


def _divergence(seen: History) -> Event:
    lowest, last = int(np.argmin(seen.values)) if len(seen.values) else 0, seen.done
    reached = f", reaching {number(float(seen.values[-1]))}" if len(seen.values) else ""
    sentence = (
        f"Diverged: from step {count(lowest)} the loss grew without bound{reached}, and ended at step {count(last)}."
    )
    return Event(EventKind.DIVERGED, lowest, last, sentence)


def _plateaus(seen: History) -> list[Event]:
    return [
        Event(EventKind.PLATEAU, stretch.first, stretch.last, _plateau_sentence(seen, stretch))
        for stretch in plateaus.closed(seen)
    ]


def _plateau_sentence(seen: History, stretch: plateaus.Stretch) -> str:
    inside = slice(stretch.first, stretch.last + 1)
    level, gradient = float(np.median(seen.values[inside])), float(np.median(seen.gradient_norms[inside]))
    return (
        f"A plateau of {rounded_count(stretch.steps, 'step')} (steps {count(stretch.first)} to {count(stretch.last)}): "
        f"the loss stayed near {number(level)} with a gradient norm of about {number(gradient)}, then fell to "
        f"{number(float(np.median(seen.values[-plateaus.NEIGHBORHOOD :])))}. Slow, then sudden is normal."
    )


def _passages(seen: History) -> list[Event]:
    return [
        Event(
            EventKind.SADDLE_PASSED,
            step,
            step,
            f"Passed a saddle: closest at step {count(step)} (gradient norm {number(float(seen.gradient_norms[step]))}, "
            f"loss {number(float(seen.values[step]))}), then the loss went on falling.",
        )
        for step in saddles.passages(seen)
    ]


def _overshoots(seen: History) -> list[Event]:
    """All rises after a fall, gathered into one event: a momentum run has dozens of them."""
    values = seen.values
    if seen.noisy:
        return []
    if seen.diverged:
        values = values[: int(np.argmin(values)) + 1]
    if len(values) < 3 or seen.spread == 0.0:
        return []
    rising = np.diff(values) > OVERSHOOT_ROUNDING * seen.spread
    edges = np.diff(np.concatenate([[0], rising.astype(np.int8), [0]]))
    first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    heights = values[last] - values[first]
    had_fallen = values[first] < np.maximum.accumulate(values)[first]
    kept = had_fallen & (heights >= WORTH_RISE * seen.yardstick(first))
    if not kept.any():
        return []
    first, last, heights = first[kept], last[kept], heights[kept]
    most = int(np.argmax(heights))
    times = "once" if len(first) == 1 else f"{count(len(first))} times"
    sentence = (
        f"Overshot {times}: the largest rise is from {number(float(values[first[most]]))} to "
        f"{number(float(values[last[most]]))} at steps {count(int(first[most]))} to {count(int(last[most]))}."
    )
    return [Event(EventKind.OVERSHOOT, int(first[0]), int(last[-1]), sentence)]


def _zig_zags(trajectories: Trajectories, run: int, seen: History) -> list[Event]:
    if seen.noisy or trajectories.record_every != 1:
        return []
    stretches: tuple[ZigZag, ...] = zig_zags(trajectories.path(run)[1])
    return [
        Event(
            EventKind.ZIG_ZAG,
            stretch.first,
            stretch.last,
            f"Zig-zag from step {count(stretch.first)} to {count(stretch.last)}: {stretch.share:.0%} of the steps turn "
            "back against the one before; a smaller learning rate or momentum would go straighter.",
        )
        for stretch in stretches
    ]


def _endings(seen: History, found: list[Event]) -> list[Event]:
    """At most one: noise floor, minimum, open plateau, slow tail; in this order."""
    if seen.noisy:
        floor = noise_floor.noise_floor(seen)
        return [] if floor is None else [Event(EventKind.NOISE_FLOOR, floor.first, seen.done, floor.sentence)]
    reached = _settled(seen)
    if reached is not None:
        sentence = (
            f"Reached a minimum at step {count(reached)}: loss {number(float(seen.values[-1]))}, "
            f"gradient norm {number(float(seen.gradient_norms[-1]))}."
        )
        return [Event(EventKind.MINIMUM_REACHED, reached, seen.done, sentence)]
    left = max((event.last for event in found if event.kind is EventKind.PLATEAU), default=0)
    stretch = plateaus.open_at_end(seen, left)
    if stretch is not None:
        sentence = (
            f"Still on a plateau after {rounded_count(stretch.steps, 'step')}: loss {number(float(seen.values[-1]))}, "
            f"gradient norm {number(float(seen.gradient_norms[-1]))}. Stopped on a plateau, not in a minimum."
        )
        return [Event(EventKind.OPEN_PLATEAU, stretch.first, seen.done, sentence)]
    tail = plateaus.slow_tail(seen, left)
    if tail is None:
        return []
    sentence = (
        f"A slow tail since step {count(tail)}: the loss still falls, ever more slowly "
        f"(gradient norm {number(float(seen.gradient_norms[-1]))})."
    )
    return [Event(EventKind.SLOW_TAIL, tail, seen.done, sentence)]


def _settled(seen: History) -> int | None:
    """The first step from which the gradient stays small for good."""
    norms = seen.gradient_norms
    scale = np.maximum(np.abs(seen.values), min(1.0, seen.spread))
    small = (norms * seen.size <= SETTLED * scale) & (norms <= CAME_DOWN * norms.max())
    if not small[-1]:
        return None
    return int(len(small) - np.argmin(small[::-1])) if not small.all() else 0
