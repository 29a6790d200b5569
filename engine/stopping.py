"""Early stopping, looked at from outside: where somebody with a certain patience would have stopped.

The run itself goes on, and what is past its stop is marked. Source: Prechelt (1998), Early stopping, but when?; Goodfellow,
Bengio and Courville (2016), Deep Learning, algorithm 7.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

import numpy as np

from engine.analysis.history import history
from engine.analysis.noise_floor import noise_floor
from engine.analysis.wording import count, number
from engine.arrays import Array, Indices, Mask
from engine.trajectory import Trajectories

TURNED_UP = 0.02
"""Validation has turned up when afterwards it lies, at the median, above its minimum by this share of its range."""
FEWEST = 3
"""Fewer looks after a minimum do not say that it has turned up."""


@dataclass(frozen=True)
class Patience:
    """Stop when for ``steps`` updates the loss has not been below its best so far by more than ``least``.

    ``on="train"`` watches what a trainer sees: the loss of every step with full batches, of the whole training part at the
    watched steps with mini-batches; ``on="validation"`` the loss of the validation part.
    """

    on: Literal["validation", "train"] = "validation"
    steps: int = 100
    least: float = 0.0

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError(f"Patience lasts at least one step, not {self.steps}.")
        if not self.least >= 0:
            raise ValueError(f"The least gain that counts must be 0 or more, not {self.least:g}.")


@dataclass(frozen=True)
class Stop:
    """Where a person with some patience would have stopped one run, and which step they would have kept."""

    step: int | None
    """None: they would still be waiting."""
    best_step: int
    best_value: float
    sentence: str


class MarkKind(Enum):
    """What is worth a mark on a training curve."""

    STOPPED = "stopped"
    BEST = "best"
    VALIDATION_MINIMUM = "validation minimum"
    NOISE_FLOOR = "noise floor"


@dataclass(frozen=True)
class Mark:
    """One mark on the curve of one run, at a step and a loss, with its sentence."""

    kind: MarkKind
    step: int
    value: float
    sentence: str


def stop(runs: Trajectories, run: int, patience: Patience) -> Stop:
    """Where ``patience`` would have ended run ``run``, as far as it has come.

    Raises:
        ValueError: if validation is to be watched and there is none.

    >>> import engine
    >>> runs = engine.descend(engine.Formula("bowl"), [[1.0]], [engine.optimizers.gradient_descent(0.9)], steps=100)
    >>> stop(runs, 0, Patience("train", steps=10, least=0.01)).step
    11

    """
    steps, values = watched(runs, run, patience.on)
    gains = _gains(values, patience.least)
    last = np.maximum.accumulate(np.where(gains, np.arange(len(steps)), -1))
    waited = steps - np.where(last >= 0, steps[last], 0)
    over = np.flatnonzero(~gains & (waited >= patience.steps))
    at = int(over[0]) if over.size else len(steps) - 1
    best_step = int(steps[last[at]]) if last[at] >= 0 else 0
    best = float(values[last[at]]) if last[at] >= 0 else float("inf")
    if over.size:
        step = int(steps[at])
        kept = f"no gain for {count(step - best_step)} steps; the best step was {count(best_step)}"
        words = f"would have stopped at step {count(step)}: {kept} ({patience.on} loss {number(best)})"
        return Stop(step, best_step, best, words)
    words = f"still patient: the best {patience.on} loss, {number(best)}, is that of step {count(best_step)}"
    return Stop(None, best_step, best, words)


def _gains(values: Array, least: float) -> Mask:
    """Where a loss ``(K,)`` is the best so far by more than ``least``, of those that counted as best."""
    losses = np.where(np.isnan(values), np.inf, values)
    lowest = np.minimum.accumulate(losses)
    if least == 0:
        return np.asarray(losses < np.append(np.inf, lowest[:-1]))
    # Each gain is looked up where the lowest so far falls below its mark, since a picture asks at every frame.
    gains, mark = np.zeros(len(losses), dtype=bool), np.inf
    while (index := int(np.searchsorted(-lowest, -mark, side="right"))) < len(losses):
        gains[index] = True
        mark = float(losses[index]) - least
    return gains


def watched(runs: Trajectories, run: int, on: Literal["validation", "train"]) -> tuple[Indices, Array]:
    """Steps ``(K,)`` and losses ``(K,)`` that a person would watch of one run, up to where it has come.

    Raises:
        ValueError: if there is no validation part.

    >>> import engine
    >>> runs = engine.descend(engine.Formula("bowl"), [[1.0]], engine.optimizers.gradient_descent(0.25), steps=3)
    >>> steps, losses = watched(runs, 0, "train")
    >>> steps.tolist(), bool((losses == runs.values[:, 0]).all())
    ([0, 1, 2, 3], True)

    """
    done = int(runs.done[run])
    if on == "train" and runs.batch_size in (None, runs.examples):
        return np.arange(done + 1), np.asarray(runs.values[: done + 1, run])
    seen = runs.monitored
    losses = None if seen is None else seen.train if on == "train" else seen.validation
    if seen is None or losses is None or (on == "validation" and np.isnan(losses).all()):
        raise ValueError("There is no validation part to watch: keep some examples for it, or watch the training loss.")
    looked = seen.steps <= done
    return seen.steps[looked], np.asarray(losses[looked, run])


def validation_minimum(runs: Trajectories, run: int) -> Mark | None:
    """The lowest validation loss of a run, where it has clearly turned up since; None where it has not, or there is none.

    >>> import engine
    >>> train, other = engine.Formula.parse("x^2"), engine.Formula.parse("(x - 0.5)^2")
    >>> runs = engine.descend(train, [[1.0]], [engine.optimizers.gradient_descent(0.05)], steps=40, validation=other)
    >>> validation_minimum(runs, 0).step
    8

    """
    try:
        steps, values = watched(runs, run, "validation")
    except ValueError:
        return None
    finite = np.isfinite(values)
    steps, values = steps[finite], values[finite]
    if not len(values):
        return None
    at = int(np.argmin(values))
    after = values[at + 1 :]
    if len(after) < FEWEST or np.median(after) <= values[at] + TURNED_UP * (values.max() - values[at]):
        return None
    words = (
        f"validation is lowest at step {count(int(steps[at]))} ({number(values[at])}) and has risen to {number(after[-1])}: "
        "from there on the run learns what does not help on new examples"
    )
    return Mark(MarkKind.VALIDATION_MINIMUM, int(steps[at]), float(values[at]), words)


def marks(runs: Trajectories, run: int, patience: Patience | None = None) -> tuple[Mark, ...]:
    """Everything worth a mark on one run's curve, in order of steps: its stop and best step, validation, noise floor.

    >>> import engine
    >>> method = engine.optimizers.gradient_descent(0.9)
    >>> runs = engine.descend(engine.Formula("bowl"), [[1.0]], [method], steps=100)
    >>> [(mark.kind.value, mark.step) for mark in marks(runs, 0, Patience("train", steps=10, least=0.01))]
    [('best', 1), ('stopped', 11)]

    """
    found: list[Mark | None] = [validation_minimum(runs, run)]
    if patience is not None:
        stopped = stop(runs, run, patience)
        if stopped.step is not None:
            steps, values = watched(runs, run, patience.on)
            value = float(values[np.searchsorted(steps, stopped.step)])
            found.append(Mark(MarkKind.STOPPED, stopped.step, value, stopped.sentence))
            best = f"the step to keep: {patience.on} loss {number(stopped.best_value)}"
            found.append(Mark(MarkKind.BEST, stopped.best_step, stopped.best_value, best))
    floor = noise_floor(history(runs, run))
    if floor is not None:
        found.append(Mark(MarkKind.NOISE_FLOOR, floor.first, floor.level, floor.sentence))
    return tuple(sorted((mark for mark in found if mark is not None), key=lambda mark: mark.step))
