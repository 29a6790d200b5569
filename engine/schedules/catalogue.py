"""Which schedules there are, for the setup panel and for tests that loop over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from engine.parameter import Parameter
from engine.schedules.base import Constant, Schedule
from engine.schedules.composed import Hold, WarmUp
from engine.schedules.decays import Exponential, InverseTime, Power, StepDecay
from engine.schedules.finite import Cosine, Drawn, OneCycle


@dataclass(frozen=True)
class ScheduleKind:
    """An entry of the catalogue of schedules."""

    name: str
    title: str
    sentence: str
    source: str
    parameters: tuple[Parameter, ...]
    make: Callable[..., Schedule]
    has_tail: bool = False
    """Whether it wraps another schedule: then ``tail`` is a name, and the tail takes its parameters from the same settings."""
    drawn: bool = False
    """Whether its setting is ``points``, drawn and not typed."""

    def build(self, settings: Mapping[str, Any] = MappingProxyType({})) -> Schedule:
        """The schedule with ``settings``; what is missing takes its default, what is of other kinds is ignored.

        ``updates_per_epoch`` among the settings makes every time count in epochs.

        >>> SCHEDULES["hold"].build({"tail": "power", "rate": 0.5, "hold_for": 20}).label
        'hold 20 updates, then α = 0.5/(s + 1)^0.6'
        """
        own = {p.name: settings.get(p.name, p.default) for p in self.parameters if p.name != "tail"}
        if self.has_tail:
            own.pop("rate")  # the tail's
            own["tail"] = SCHEDULES[settings.get("tail", DEFAULT_TAIL)].build(settings)
        if self.drawn and "points" in settings:
            own["points"] = settings["points"]
        return self.make(**own, updates_per_epoch=settings.get("updates_per_epoch", 1.0))


DEFAULT_TAIL = "inverse_time"
RATE = Parameter("rate", "Learning rate α", 0.1, 1e-5, 10.0, logarithmic=True, sentence="The rate to begin with.")
LENGTH = Parameter(
    "length", "Length", 1000.0, 10.0, 1e5, logarithmic=True, sentence="When the run is over.", unit="updates or epochs"
)
TAIL = Parameter(
    "tail",
    "Then",
    DEFAULT_TAIL,
    choices=("constant", "inverse_time", "power", "step", "exponential", "cosine"),
    sentence="The schedule that follows.",
)
ROBBINS_MONRO = "Robbins and Monro (1951), A stochastic approximation method"

_KINDS = (
    ScheduleKind("constant", "Constant", "The same rate at every update.", ROBBINS_MONRO, (RATE,), Constant),
    ScheduleKind(
        "inverse_time",
        "α/(1 + δs)",
        "Falls like one over the number of updates, δ says how soon.",
        ROBBINS_MONRO,
        (RATE, Parameter("delta", "δ", 0.01, 1e-5, 1.0, logarithmic=True, sentence="How soon it falls.")),
        InverseTime,
    ),
    ScheduleKind(
        "power",
        "α/(s + 1)^δ",
        "Falls like a power of the number of updates; noise dies out for ½ < δ ≤ 1.",
        ROBBINS_MONRO,
        (RATE, Parameter("delta", "δ", 0.6, 0.0, 1.5, sentence="The power: how fast it falls.")),
        Power,
    ),
    ScheduleKind(
        "hold",
        "Hold, then decrease",
        "Stays at the first rate for a while, then follows another schedule.",
        "Darken, Chang and Moody (1992), Learning rate schedules for faster stochastic gradient search",
        (
            RATE,
            Parameter(
                "hold_for",
                "Hold for",
                100.0,
                1.0,
                1e4,
                logarithmic=True,
                sentence="How long the rate stays as it is.",
                unit="updates or epochs",
            ),
            TAIL,
        ),
        Hold,
        has_tail=True,
    ),
    ScheduleKind(
        "step",
        "Steps",
        "Constant, then multiplied by a factor every so often.",
        "Goodfellow, Bengio and Courville (2016), Deep Learning, section 8.3.1",
        (
            RATE,
            Parameter("factor", "Factor", 0.5, 0.05, 1.0, sentence="What the rate is multiplied by."),
            Parameter(
                "every",
                "Every",
                100.0,
                1.0,
                1e4,
                logarithmic=True,
                sentence="How long each stair is.",
                unit="updates or epochs",
            ),
        ),
        StepDecay,
    ),
    ScheduleKind(
        "exponential",
        "Exponential",
        "Multiplied by a factor at every update: a finite reach.",
        "Goodfellow, Bengio and Courville (2016), Deep Learning, section 8.3.1",
        (RATE, Parameter("factor", "Factor", 0.99, 0.9, 1.0, sentence="What the rate is multiplied by.")),
        Exponential,
    ),
    ScheduleKind(
        "cosine",
        "Cosine",
        "Half a cosine from the first rate to the last.",
        "Loshchilov and Hutter (2017), SGDR, equation (5)",
        (RATE, LENGTH, Parameter("final", "Final rate", 0.0, 0.0, 0.1, sentence="Where it ends.")),
        Cosine,
    ),
    ScheduleKind(
        "warm_up",
        "Warm up, then follow",
        "Rises in a straight line to the first rate of another schedule, then follows it.",
        "Goyal et al. (2017), Accurate, large minibatch SGD, section 2.2",
        (
            RATE,
            Parameter(
                "warm_up",
                "Warm up for",
                100.0,
                1.0,
                1e4,
                logarithmic=True,
                sentence="How long the rate rises.",
                unit="updates or epochs",
            ),
            Parameter("start", "Start at", 0.1, 0.0, 1.0, sentence="Share of the first rate to start from."),
            TAIL,
        ),
        WarmUp,
        has_tail=True,
    ),
    ScheduleKind(
        "one_cycle",
        "One cycle",
        "Rises to a peak and falls far below the start.",
        "Smith and Topin (2018), Super-convergence",
        (RATE, LENGTH, Parameter("rise", "Rising share", 0.3, 0.05, 0.95, sentence="Share of the run that rises.")),
        OneCycle,
    ),
    ScheduleKind(
        "drawn",
        "Drawn curve",
        "Follows points drawn by hand, straight in log α between them.",
        "drawn by hand",
        (),
        Drawn,
        drawn=True,
    ),
)

SCHEDULES: Mapping[str, ScheduleKind] = MappingProxyType({kind.name: kind for kind in _KINDS})
"""Every schedule by its name. ``drawn`` has no numbers to choose: build it with ``{"points": …}``."""
