"""Learning rates as functions of the number of updates done, with their Robbins–Monro verdicts.

>>> schedule = inverse_time(0.5, delta=0.1)
>>> schedule.rates([0, 10]).tolist()
[0.5, 0.25]
>>> schedule.verdict().sum_diverges, schedule.verdict().squares_converge
(True, True)
"""

from engine.schedules.base import Constant, PartialSums, Schedule, Verdict, as_schedule
from engine.schedules.catalogue import SCHEDULES, ScheduleKind
from engine.schedules.composed import Hold, WarmUp
from engine.schedules.decays import Exponential, InverseTime, Power, StepDecay
from engine.schedules.finite import Cosine, Drawn, OneCycle

constant = Constant
inverse_time = InverseTime
power = Power
step = StepDecay
exponential = Exponential
cosine = Cosine
one_cycle = OneCycle
drawn = Drawn
hold = Hold
warm_up = WarmUp

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
