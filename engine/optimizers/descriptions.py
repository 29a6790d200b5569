"""Optimizers and their steps in words: short names for legends, the stability bound, and what happened in a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from engine.optimizers.method import Kind, Optimizer, Report
from engine.optimizers.stacks import KINDS

SYMBOLS = {
    "beta": "β",
    "beta1": "β₁",
    "beta2": "β₂",
    "rho": "ρ",
    "epsilon": "ε",
    "psi": "ψ",
    "damping": "μ",
    "weight_decay": "λ",
    "radius": "radius",
    "memory": "memory",
    "iterations": "products",
}
"""How a number is written in a legend."""


def describe(optimizer: Optimizer) -> str:
    """A short name for legends: the rate, β and μ always, everything else where it is not the default.

    >>> from engine.optimizers import momentum, newton
    >>> describe(momentum(0.1, beta=0.9))
    'Momentum (α = 0.1, β = 0.9)'
    >>> describe(newton())
    'Newton (raw)'
    """
    kind = KINDS[optimizer.kind]
    defaults = {parameter.name: parameter.default for parameter in kind.parameters}
    rate = optimizer.schedule.label
    parts = [] if kind.family != "first order" and rate == f"α = {kind.default_rate:g}" else [rate]
    for name, value in optimizer.settings:
        if name in {"beta", "damping"} or value != defaults.get(name):
            parts.append(_setting(name, value))
    if optimizer.clip is not None:
        parts.append(f"‖g‖ ≤ {optimizer.clip:g}")
    return f"{kind.title} ({', '.join(parts)})" if parts else kind.title


def _setting(name: str, value: object) -> str:
    if isinstance(value, bool):
        return name.replace("_", " ") if value else f"not {name.replace('_', ' ')}"
    if isinstance(value, str):
        return "no line search" if value == "none" else value.replace("_", " ")
    return f"{SYMBOLS.get(name, name)} = {value:g}"


def stability_bound(optimizer: Optimizer) -> float | None:
    """C so that the method is stable on a quadratic for α·λmax < c; None where no such bound is known.

    >>> from engine.optimizers import momentum
    >>> stability_bound(momentum(beta=0.5))
    3.0
    """
    bound = KINDS[optimizer.kind].stability
    if bound is None or optimizer.clip is not None or dict(optimizer.settings).get("line_search", "none") != "none":
        return None
    return bound({name: float(value) for name, value in optimizer.settings if isinstance(value, int | float)})


def explain(optimizer: Optimizer | Kind | str, report: Report, run: int = 0) -> str:
    """What happened in one step of run ``run`` of a report, in sentences a person can read; never empty.

    >>> import engine
    >>> newton = engine.optimizers.newton()
    >>> saddle = engine.Descent(engine.Formula.parse("x^2 - y^2"), [[1.0, 0.5]], (newton,), steps=1)
    >>> report = engine.replay.replay(saddle, run=0, step=0).report
    >>> print(engine.optimizers.explain(newton, report).split(". ")[0])
    The Hessian has 1 negative eigenvalue: the raw Newton step goes to a saddle of the model, not to a minimum
    """
    name = (
        optimizer
        if isinstance(optimizer, str)
        else optimizer.kind
        if isinstance(optimizer, Optimizer)
        else optimizer.name
    )
    if report.failed is not None and report.failed[run]:
        return report.because
    facts = {key: float(values[run]) for key, values in report.curvature.items() if np.isfinite(values[run])}
    sentences = [sentence for tell in TELLERS for sentence in tell(name, facts, report, run)]
    return " ".join(sentences) or KINDS[name].sentence


Teller = Callable[[str, Mapping[str, float], Report, int], list[str]]


def _count(number: float, one: str) -> str:
    return f"{number:.0f} {one}{'' if number == 1 else 's'}"


def _of_negative(name: str, facts: Mapping[str, float], report: Report, run: int) -> list[str]:
    negative = facts.get("negative", 0.0)
    if not negative:
        return []
    head = f"The Hessian has {_count(negative, 'negative eigenvalue')}"
    if name == "newton":
        return [head + f": the raw Newton step goes to a {_stationary(report, facts)} of the model, not to a minimum."]
    if name == "saddle_free":
        return [head + ": their sizes are used, so the step runs down along them instead of up to the saddle."]
    if name == "trust_region":
        return [head + ": the model has no minimum, and the step goes to the edge of the trust region."]
    lifted = facts.get("damping", 0.0) > -facts.get("smallest", 0.0)
    if lifted:
        return [head + ": the damping lifts all of them above 0, so the step points downhill."]
    return [
        head + ": the damping does not lift all of them above 0, so the step is still drawn to a saddle of the model."
    ]


def _stationary(report: Report, facts: Mapping[str, float]) -> str:
    assert report.direction is not None  # Newton methods always report it
    size = report.direction.shape[1]
    return "maximum" if facts["negative"] + facts.get("null", 0.0) == size else "saddle"


def _of_null(name: str, facts: Mapping[str, float], report: Report, run: int) -> list[str]:
    null = facts.get("null", 0.0)
    if not null or name not in {"newton", "damped_newton", "gauss_newton", "saddle_free"}:
        return []
    if report.direction is not None and null == report.direction.shape[1]:
        return ["The curvature is zero in every direction: there is no Newton step."]
    were = "was" if null == 1 else "were"
    return [f"{_count(null, 'null direction')} {were} left out: the loss does not curve along them."]


def _of_damping(name: str, facts: Mapping[str, float], report: Report, run: int) -> list[str]:
    damping = facts.get("damping", 0.0)
    if damping <= 0 or name == "saddle_free":
        return []
    if name == "levenberg_marquardt":
        return [f"Each parameter's own curvature was raised by {100 * damping:.3g} %."]
    return [f"{damping:.3g} was added to every curvature."]


def _of_truncation(name: str, facts: Mapping[str, float], report: Report, run: int) -> list[str]:
    if "products" not in facts:
        return []
    spent = f"{_count(facts['products'], 'Hessian-vector product')} were needed."
    if facts["products"] == 1:
        spent = "One Hessian-vector product was needed."
    if facts.get("bent_down"):
        return ["A direction in which the loss bends down was met and followed to the edge of the trust region.", spent]
    return [spent]


def _of_shortening(name: str, facts: Mapping[str, float], report: Report, run: int) -> list[str]:
    if report.refused is not None and report.refused[run]:
        return ["The step was not taken: no length that was tried lowered the loss."]
    times = facts.get("shortened", 0.0)
    return [f"The step was shortened {'once' if times == 1 else f'{times:.0f} times'}."] if times else []


def _of_prediction(name: str, facts: Mapping[str, float], report: Report, run: int) -> list[str]:
    predicted = np.nan if report.predicted is None else float(report.predicted[run])
    model = "slope" if KINDS[name].family != "second order" else "quadratic model"
    if not np.isfinite(predicted) or predicted == 0:
        return []
    if predicted > 0:
        why = ": its direction still follows older gradients" if KINDS[name].family == "first order" else ""
        return [f"The {model} says that the loss rises by {predicted:.3g} along this step{why}."]
    gain = facts.get("gain")
    came = "" if gain is None else f"; {100 * gain:.0f} % of it came"
    return [f"The {model} foretold a fall of the loss by {-predicted:.3g}{came}."]


TELLERS: tuple[Teller, ...] = (
    _of_negative,
    _of_null,
    _of_damping,
    _of_truncation,
    _of_shortening,
    _of_prediction,
)
