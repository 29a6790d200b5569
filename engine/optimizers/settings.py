"""Settings that several optimizers share, and how a constructor's arguments become an :class:`Optimizer`."""

from __future__ import annotations

import math

from engine.optimizers.line_search import LINE_SEARCHES
from engine.optimizers.method import Kind, Optimizer, Parameter, Setting
from engine.schedules import Schedule, as_schedule

BETA = Parameter("beta", "Momentum β", 0.9, 0.0, 0.99, sentence="How much of the velocity is kept at each step.")
BETA1 = Parameter("beta1", "β₁", 0.9, 0.0, 0.99, sentence="Memory of the mean gradient.")
BETA2 = Parameter("beta2", "β₂", 0.999, 0.9, 0.9999, sentence="Memory of the mean squared gradient.")
WEIGHT_DECAY = Parameter(
    "weight_decay", "Weight decay", 0.0, 0.0, 0.1, sentence="Pulls all parameters to 0, apart from the gradient."
)
LINE_SEARCH = Parameter(
    "line_search",
    "Line search",
    "none",
    choices=LINE_SEARCHES,
    sentence="Backtracking halves each step until the loss falls enough.",
)


def epsilon(default: float) -> Parameter:
    """Ε, which keeps a division by zero away."""
    return Parameter("epsilon", "ε", default, 1e-12, 1e-2, logarithmic=True, sentence="Keeps divisions by 0 away.")


def rho(default: float) -> Parameter:
    """Ρ, the memory of a running mean of squares."""
    return Parameter("rho", "Memory ρ", default, 0.5, 0.999, sentence="How much of the mean of squares is kept.")


def damping(default: float) -> Parameter:
    """Μ, what is added to the curvature."""
    return Parameter(
        "damping",
        "Damping μ",
        default,
        0.0,
        10.0,
        logarithmic=True,
        sentence="Added to every curvature: larger means shorter, safer steps.",
    )


def configured(
    kind: Kind, learning_rate: float | Schedule | None, clip: float | None = None, **settings: Setting
) -> Optimizer:
    """An optimizer of ``kind``; None as the learning rate takes the kind's own.

    Raises:
        ValueError: for a number that is not finite or out of its hard limits, or a choice that does not exist.
        TypeError: for a setting of the wrong type.

    """
    named = {parameter.name: parameter for parameter in kind.parameters}
    checked = tuple((name, _checked(named[name], value)) for name, value in settings.items())
    if clip is not None and not clip > 0:
        raise ValueError(f"The largest gradient norm must be above 0, not {clip:g}: leave it out for no clipping.")
    return Optimizer(
        kind.name, as_schedule(kind.default_rate if learning_rate is None else learning_rate), checked, clip
    )


def _checked(parameter: Parameter, value: Setting) -> Setting:
    if parameter.choices:
        if value not in parameter.choices:
            raise ValueError(f"{parameter.title} is one of {', '.join(parameter.choices)}, not {value!r}.")
        return value
    if isinstance(parameter.default, bool):
        return bool(value)
    if value is None or isinstance(value, str):
        raise TypeError(f"{parameter.title} must be a number, not {value!r}.")
    number = float(value)
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(f"{parameter.title} must be a finite number of at least 0, not {number:g}.")
    if parameter.name in {"beta", "beta1", "beta2", "rho"} and number >= 1:
        raise ValueError(
            f"{parameter.title} must be below 1, not {number:g}: it is the share of the past that is kept."
        )
    return number
