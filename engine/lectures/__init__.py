"""The lectures' claims, each with an experiment that shows it: without a window, in seconds, the same at every call.

``python -m engine.lectures`` prints the evidence of all of them.

>>> from engine.lectures import LECTURES
>>> evidence = LECTURES["same_slope"].measure()
>>> evidence.holds, evidence.numbers["h = 0.25"]
(True, 4.0)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.lectures.approximation import APPROXIMATION
from engine.lectures.backpropagation import BACKPROPAGATION
from engine.lectures.batches import BATCHES
from engine.lectures.digits import DIGITS
from engine.lectures.evidence import TITLES, Evidence, Lecture, LectureExperiment
from engine.lectures.generalization import GENERALIZATION
from engine.lectures.hessians import HESSIANS
from engine.lectures.minima import MINIMA
from engine.lectures.momentum import MOMENTUM
from engine.lectures.newton import NEWTON
from engine.lectures.noise import NOISE
from engine.lectures.plateaus import PLATEAUS
from engine.lectures.rates import RATES
from engine.lectures.regression import REGRESSION
from engine.lectures.residence import RESIDENCE
from engine.lectures.restarts import RESTARTS
from engine.lectures.twins import TWINS

_THEMES = (
    MINIMA, TWINS, PLATEAUS, RESTARTS, NOISE, RATES, GENERALIZATION, BATCHES, MOMENTUM, NEWTON, HESSIANS, RESIDENCE,
    REGRESSION, BACKPROPAGATION, APPROXIMATION, DIGITS,
)  # fmt: skip

LECTURES: Mapping[str, LectureExperiment] = MappingProxyType(
    {each.name: each for each in sorted((each for theme in _THEMES for each in theme), key=lambda each: each.lecture)}
)
"""Every experiment by name, lecture by lecture, in the order of the lectures' claims."""

__all__ = ["LECTURES", "TITLES", "Evidence", "Lecture", "LectureExperiment"]
