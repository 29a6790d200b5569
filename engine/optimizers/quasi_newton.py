"""BFGS, L-BFGS and nonlinear conjugate gradients: curvature learnt from the gradients of successive points.

Both gradients of a pair belong to the same batch: the one at the new point is the search's last, which costs nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Mask
from engine.optimizers.gain import EPSILON
from engine.optimizers.method import Kind, Optimizer, Parameter, Report, State, Step
from engine.optimizers.settings import configured
from engine.optimizers.wolfe import SEARCHES, Landing, land
from engine.schedules import Schedule

LOOSE, TIGHT = 0.9, 0.1
"""How flat a search's end must be, as a share of the first slope: Newton-like directions need little, conjugate ones more."""


def dot(a: Array, b: Array) -> Array:
    """Products ``(..., 1)`` of vectors ``(..., P)``."""
    return np.asarray(np.sum(a * b, axis=-1, keepdims=True))


def downhill(direction: Array, gradient: Array) -> Array:
    """``direction (R, P)``, or −g where rounding or a changed batch made it point uphill."""
    return np.asarray(np.where(dot(direction, gradient) < 0, direction, -gradient))


def first_length(gradient: Array) -> Array:
    """The first trial ``(R,)`` along −g before anything is known of the curvature: a step of length 1 at most."""
    norm = np.linalg.norm(gradient, axis=-1)
    return np.asarray(np.minimum(1.0, 1.0 / np.where(norm > 0, norm, 1.0)))


def landed(step: Step, direction: Array, landing: Landing, facts: dict[str, Array]) -> tuple[Array, Report]:
    """The next points and the report that all three methods share."""
    moved = step.points + landing.length[:, None] * direction
    slope = np.sum(step.gradient * direction, axis=-1)
    report = Report(
        direction=direction,
        predicted=landing.length * slope,
        curvature={"shortened": landing.shortened, "length": landing.length, **facts},
        refused=step.active & ~landing.found,
    )
    return moved, report


def curved(s: Array, y: Array) -> Mask:
    """Where a pair ``(R, P)`` has positive curvature sᵀy, beyond rounding: only those may enter an update ``(R, 1)``."""
    return np.asarray((dot(s, y) > EPSILON * np.sqrt(dot(s, s) * dot(y, y))) & np.isfinite(dot(y, y)))


@dataclass(frozen=True, eq=False)
class BFGS:
    """D = −B g with B ← (I − ρsyᵀ)B(I − ρysᵀ) + ρssᵀ, ρ = 1/yᵀs (Nocedal and Wright 2006, equation 6.17)."""

    line_search: str

    def init(self, points: Array) -> State:
        runs, size = points.shape
        return np.tile(np.eye(size), (runs, 1, 1)), np.zeros((runs, 1))

    def update(self, step: Step, state: State) -> tuple[Array, State, Report]:
        inverse, pairs = state
        newton = -(inverse @ step.gradient[..., None])[..., 0]
        direction = downhill(newton, step.gradient)
        start = step.rate * np.where(pairs[:, 0] > 0, 1.0, first_length(step.gradient))
        landing = land(self.line_search, step, direction, start, LOOSE)
        moved, report = landed(step, direction, landing, {"pairs": pairs[:, 0]})
        s, y = moved - step.points, landing.gradient - step.gradient
        good = curved(s, y)
        # After a failed search the learnt curvature is not to be trusted: start again from the gradient.
        lost = step.active & ~landing.found
        learnt = np.where(good[..., None], self._learn(inverse, pairs, s, y), inverse)
        inverse = np.where(lost[:, None, None], np.eye(points_size(step)), learnt)
        return moved, (inverse, np.where(lost[:, None], 0.0, pairs + good)), report

    @staticmethod
    def _learn(inverse: Array, pairs: Array, s: Array, y: Array) -> Array:
        # Before the first pair B is scaled to the curvature just seen (equation 6.20).
        first = (pairs == 0)[..., None] * (dot(s, y) / dot(y, y))[..., None] * np.eye(s.shape[-1])
        base = np.where((pairs == 0)[..., None], first, inverse)
        rho = 1 / dot(s, y)
        By = (base @ y[..., None])[..., 0]
        outer = s[..., :, None] * By[..., None, :]
        gain = (1 + rho * dot(y, By)) * rho
        return np.asarray(
            base
            - rho[..., None] * (outer + np.swapaxes(outer, -1, -2))
            + gain[..., None] * s[..., :, None] * s[..., None, :]
        )


def points_size(step: Step) -> int:
    """P."""
    return int(step.points.shape[1])


@dataclass(frozen=True, eq=False)
class LimitedBFGS:
    """BFGS whose matrix is kept as its last pairs (s, y) only (Nocedal and Wright 2006, algorithms 7.4 and 7.5).

    State: s and y ``(R, M, P)`` and ρ = 1/yᵀs ``(R, M)``, newest last; a place not filled yet has ρ = 0 and drops out of
    every sum.
    """

    memory: Array
    line_search: str

    def init(self, points: Array) -> State:
        runs, size = points.shape
        most = max(1, int(np.max(self.memory)))
        return np.zeros((runs, most, size)), np.zeros((runs, most, size)), np.zeros((runs, most))

    def update(self, step: Step, state: State) -> tuple[Array, State, Report]:
        s, y, rho = state
        direction = downhill(-self._product(step.gradient, s, y, rho), step.gradient)
        start = step.rate * np.where(rho[:, -1] > 0, 1.0, first_length(step.gradient))
        landing = land(self.line_search, step, direction, start, LOOSE)
        moved, report = landed(step, direction, landing, {"pairs": np.sum(rho > 0, axis=-1)})
        pair = moved - step.points, landing.gradient - step.gradient
        lost = step.active & ~landing.found
        return moved, self._remember(state, *pair, lost), report

    def _remember(self, state: State, s: Array, y: Array, lost: Mask) -> State:
        good = curved(s, y)
        rho = np.where(good, 1 / np.where(good, dot(s, y), 1.0), 0.0)
        ages = np.arange(state[2].shape[1])[::-1]
        kept = _shifted(state[2], rho, good[:, 0]) * (ages < np.maximum(self.memory, 1))
        kept = np.where(lost[:, None], 0.0, kept)
        return _shifted(state[0], s, good[:, 0]), _shifted(state[1], y, good[:, 0]), kept

    @staticmethod
    def _product(gradient: Array, s: Array, y: Array, rho: Array) -> Array:
        q, weights = gradient.copy(), np.zeros_like(rho)
        for i in reversed(range(rho.shape[1])):
            weights[:, i] = rho[:, i] * dot(s[:, i], q)[:, 0]
            q = q - weights[:, i : i + 1] * y[:, i]
        filled = rho[:, -1:] > 0
        squares = np.where(filled, rho[:, -1:] * dot(y[:, -1], y[:, -1]), 1.0)
        r = q / squares
        for i in range(rho.shape[1]):
            back = rho[:, i : i + 1] * dot(y[:, i], r)
            r = r + s[:, i] * (weights[:, i : i + 1] - back)
        return r


def _shifted(kept: Array, newest: Array, good: Mask) -> Array:
    """``kept (R, M, …)`` without its oldest and with ``newest`` at the end, in the rows ``good (R,)``."""
    entry = newest.reshape((len(kept), 1, *kept.shape[2:]))
    together = np.concatenate([kept[:, 1:], entry], axis=1)
    return np.asarray(np.where(good.reshape((-1,) + (1,) * (kept.ndim - 1)), together, kept))


@dataclass(frozen=True, eq=False)
class ConjugateGradient:
    """D ← −g + b·d with b by one of three formulas, never below 0 (Nocedal and Wright 2006, section 5.2)."""

    formula: str
    line_search: str

    def init(self, points: Array) -> State:
        zeros = np.zeros_like(points)
        return zeros, zeros, np.zeros((len(points), 1))

    def update(self, step: Step, state: State) -> tuple[Array, State, Report]:
        before, direction, fall = state
        started = fall < 0
        weight = np.where(started, np.maximum(self._weight(step.gradient, before, direction), 0.0), 0.0)
        weight = np.where(np.isfinite(weight), weight, 0.0)
        direction = downhill(-step.gradient + weight * direction, step.gradient)
        slope = dot(step.gradient, direction)
        # The first trial foretells the same first-order change as the last step's (equation 3.60).
        ratio = np.where(started, fall / np.where(slope < 0, slope, -1.0), 0.0)[:, 0]
        fresh = first_length(step.gradient)
        start = step.rate * np.where((ratio > 0) & np.isfinite(ratio), ratio, fresh)
        landing = land(self.line_search, step, direction, step.rate if self.line_search == "none" else start, TIGHT)
        moved, report = landed(step, direction, landing, {"kept": weight[:, 0]})
        return moved, (step.gradient, direction, np.where(landing.found, landing.length, 0.0)[:, None] * slope), report

    def _weight(self, gradient: Array, before: Array, direction: Array) -> Array:
        change = gradient - before
        if self.formula == "fletcher_reeves":
            return np.asarray(dot(gradient, gradient) / dot(before, before))
        if self.formula == "hestenes_stiefel":
            return np.asarray(dot(gradient, change) / dot(change, direction))
        return np.asarray(dot(gradient, change) / dot(before, before))


LINE_SEARCH = Parameter(
    "line_search", "Line search", "strong_wolfe", choices=SEARCHES, sentence="How the length of a step is found."
)
MEMORY = Parameter(
    "memory", "Pairs kept", 10.0, 1.0, 50.0, sentence="How many of the last steps make up the curvature."
)
FORMULA = Parameter(
    "formula",
    "Formula",
    "polak_ribiere",
    choices=("polak_ribiere", "fletcher_reeves", "hestenes_stiefel"),
    sentence="How much of the last direction is kept.",
)

CONJUGATE_GRADIENT = Kind(
    "conjugate_gradient",
    "Conjugate gradient",
    "Each direction spares what the last one gained; exact on a quadratic after P steps.",
    "Fletcher and Reeves (1964); Polak and Ribière (1969); Nocedal and Wright (2006), section 5.2",
    (FORMULA, LINE_SEARCH),
    lambda settings: ConjugateGradient(settings["formula"], settings["line_search"]),
    family="quasi-Newton",
    default_rate=1.0,
    rate_range=(1e-3, 10.0),
)
BFGS_KIND = Kind(
    "bfgs",
    "BFGS",
    "Learns the inverse Hessian from successive gradients.",
    "Broyden, Fletcher, Goldfarb and Shanno (1970); Nocedal and Wright (2006), algorithm 6.1",
    (LINE_SEARCH,),
    lambda settings: BFGS(settings["line_search"]),
    family="quasi-Newton",
    default_rate=1.0,
    rate_range=(1e-3, 10.0),
    forms_hessian=True,
)
LBFGS_KIND = Kind(
    "lbfgs",
    "L-BFGS",
    "BFGS that remembers its last few steps instead of a matrix, for any size.",
    "Liu and Nocedal (1989), On the limited memory BFGS method; Nocedal and Wright (2006), algorithm 7.5",
    (MEMORY, LINE_SEARCH),
    lambda settings: LimitedBFGS(settings["memory"], settings["line_search"]),
    family="quasi-Newton",
    default_rate=1.0,
    rate_range=(1e-3, 10.0),
)


def conjugate_gradient(
    learning_rate: float | Schedule = 1.0, formula: str = "polak_ribiere", line_search: str = "strong_wolfe"
) -> Optimizer:
    """Nonlinear conjugate gradients; the learning rate multiplies the first trial of each search.

    >>> import engine
    >>> valley = engine.Formula("rosenbrock")
    >>> runs = engine.descend(valley, [-1.0, 1.0], engine.optimizers.conjugate_gradient(), steps=20)
    >>> runs.values[[0, 5, 10, 20], 0].round(3).tolist()
    [4.0, 1.381, 0.138, 0.0]
    """
    return configured(CONJUGATE_GRADIENT, learning_rate, formula=formula, line_search=line_search)


def bfgs(learning_rate: float | Schedule = 1.0, line_search: str = "strong_wolfe") -> Optimizer:
    """BFGS with the inverse Hessian kept as a P×P matrix; the learning rate is the first trial of each search.

    >>> import engine
    >>> valley = engine.Formula("rosenbrock")
    >>> runs = engine.descend(valley, [-1.0, 1.0], engine.optimizers.bfgs(), steps=30)
    >>> runs.values[[0, 10, 30], 0].round(3).tolist()
    [4.0, 1.001, 0.0]
    """
    return configured(BFGS_KIND, learning_rate, line_search=line_search)


def lbfgs(learning_rate: float | Schedule = 1.0, memory: int = 10, line_search: str = "strong_wolfe") -> Optimizer:
    """BFGS from the last ``memory`` steps; the learning rate is the first trial of each search.

    >>> import engine
    >>> valley = engine.Formula("rosenbrock")
    >>> runs = engine.descend(valley, [-1.0, 1.0], engine.optimizers.lbfgs(memory=5), steps=30)
    >>> runs.values[[0, 10, 30], 0].round(3).tolist()
    [4.0, 1.001, 0.0]
    """
    return configured(LBFGS_KIND, learning_rate, memory=memory, line_search=line_search)
