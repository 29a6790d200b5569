"""Learning rates as functions of the number of updates done, with their Robbins–Monro verdicts.

>>> from engine.schedules import inverse_time
>>> schedule = inverse_time(0.5, delta=0.1)
>>> schedule.rates([0, 10]).tolist()
[0.5, 0.25]
>>> schedule.verdict().sum_diverges, schedule.verdict().squares_converge
(True, True)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.on_demand import on_demand

if TYPE_CHECKING:
    from engine.schedules.base import Constant, PartialSums, Schedule, Verdict, as_schedule, constant
    from engine.schedules.catalogue import SCHEDULES, ScheduleKind
    from engine.schedules.composed import Hold, WarmUp, hold, warm_up
    from engine.schedules.decays import (
        Exponential,
        InverseTime,
        Power,
        StepDecay,
        exponential,
        inverse_time,
        power,
        step,
    )
    from engine.schedules.finite import Cosine, Drawn, OneCycle, cosine, drawn, one_cycle

__all__ = [
    "SCHEDULES",
    "Constant",
    "Cosine",
    "Drawn",
    "Exponential",
    "Hold",
    "InverseTime",
    "OneCycle",
    "PartialSums",
    "Power",
    "Schedule",
    "ScheduleKind",
    "StepDecay",
    "Verdict",
    "WarmUp",
    "as_schedule",
    "constant",
    "cosine",
    "drawn",
    "exponential",
    "hold",
    "inverse_time",
    "one_cycle",
    "power",
    "step",
    "warm_up",
]

__getattr__ = on_demand(
    __name__,
    {
        "engine.schedules.base": (
            "Constant",
            "PartialSums",
            "Schedule",
            "Verdict",
            "as_schedule",
            "constant",
        ),
        "engine.schedules.catalogue": (
            "SCHEDULES",
            "ScheduleKind",
        ),
        "engine.schedules.composed": (
            "Hold",
            "WarmUp",
            "hold",
            "warm_up",
        ),
        "engine.schedules.decays": (
            "Exponential",
            "InverseTime",
            "Power",
            "StepDecay",
            "inverse_time",
            "power",
            "step",
            "exponential",
        ),
        "engine.schedules.finite": (
            "Cosine",
            "Drawn",
            "OneCycle",
            "cosine",
            "one_cycle",
            "drawn",
        ),
    },
)
