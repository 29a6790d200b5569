"""Stationary points: what kind one is, and all of them in a window of a function of one or two parameters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.analysis.wording import count, number
from engine.arrays import Array, Mask, read_only
from engine.objective import Objective
from engine.surfaces import Window

ZERO_CURVATURE = 1e-8
"""An eigenvalue below this share of the largest one there (in a window: of the usual curvature, too) counts as zero."""
NEWTON_STEPS = 40
STATIONARY = 1e-9
"""‖g‖ ≤ STATIONARY · (1 + largest |λ|): a Newton iterate that has arrived."""
SAME_POINT = 1e-5
"""Points closer than this share of the window's width are one."""
SAME_DEGENERATE = 2e-2
"""Newton approaches a degenerate point slowly and stops around it: those within this share of the window are one."""
RESOLUTION = 65
EVERY = 4
"""Besides the cells in which the gradient changes sign, every fourth node of the grid is a start."""


class PointKind(Enum):
    """Kinds of stationary points, by the signs of the Hessian's eigenvalues."""

    MINIMUM = "minimum"
    SADDLE = "saddle"
    MAXIMUM = "maximum"
    DEGENERATE = "degenerate"


@dataclass(frozen=True, eq=False)
class StationaryPoint:
    """Where the gradient vanishes."""

    point: Array
    """(P,)"""
    value: float
    kind: PointKind
    eigenvalues: Array
    """(P,) of the Hessian, ascending."""
    gradient_norm: float

    @property
    def index(self) -> int:
        """How many directions lead down (Morse index)."""
        return int((self.eigenvalues < -ZERO_CURVATURE * np.abs(self.eigenvalues).max()).sum())

    @property
    def sentence(self) -> str:
        """The point in words."""
        names = {
            PointKind.MINIMUM: "minimum: it bends up in every direction",
            PointKind.MAXIMUM: "maximum: it bends down in every direction",
            PointKind.SADDLE: f"saddle: {count(self.index, 'direction')} of {len(self.eigenvalues)} "
            f"{'leads' if self.index == 1 else 'lead'} down",
            PointKind.DEGENERATE: "degenerate: it is flat in some direction, and second derivatives don't decide",
        }
        return f"A {names[self.kind]} (loss {number(self.value)})."


def kind_of(eigenvalues: Array, curvature: float = 0.0) -> PointKind:
    """The kind of a stationary point whose Hessian has ``eigenvalues (P,)``.

    One that is zero next to the largest of them, or next to the usual ``curvature`` around, makes the point degenerate,
    except that opposite signs are a saddle whatever the rest does.

    >>> kind_of(np.array([-2.0, 3.0])).value, kind_of(np.array([0.0, 3.0])).value
    ('saddle', 'degenerate')

    """
    zero = ZERO_CURVATURE * max(float(np.abs(eigenvalues).max()), curvature)
    down, up = bool((eigenvalues < -zero).any()), bool((eigenvalues > zero).any())
    if down and up:
        return PointKind.SADDLE
    if (np.abs(eigenvalues) <= zero).any():
        return PointKind.DEGENERATE
    return PointKind.MINIMUM if up else PointKind.MAXIMUM


def classify(objective: Objective, point: Array, curvature: float = 0.0) -> StationaryPoint:
    """Classify ``point (P,)`` as if it were stationary; look at ``gradient_norm`` to see how nearly it is.

    >>> import engine
    >>> classify(engine.Formula("saddle"), np.array([0.0, 0.0])).sentence
    'A saddle: 1 direction of 2 leads down (loss 0).'

    """
    point = read_only(point)
    value, gradient = objective.value_and_gradient(point)
    eigenvalues = np.asarray(np.linalg.eigvalsh(objective.hessian(point)), dtype=np.float64)
    norm = float(np.linalg.norm(gradient))
    return StationaryPoint(point, float(value), kind_of(eigenvalues, curvature), read_only(eigenvalues), norm)


def lowest_minimum(points: tuple[StationaryPoint, ...]) -> StationaryPoint | None:
    """The lowest of the minima among ``points``; None if there is none. It is the lowest *known*, in its window.

    >>> import engine
    >>> found = stationary_points(engine.Formula.parse("(x^2 - 1)^2 + x/4"), (-2.0, 2.0))
    >>> lowest_minimum(found).point.round(3).tolist()
    [-1.03]

    """
    minima = [point for point in points if point.kind is PointKind.MINIMUM]
    return min(minima, key=lambda point: point.value, default=None)


def stationary_points(
    objective: Objective, window: Window, resolution: int = RESOLUTION
) -> tuple[StationaryPoint, ...]:
    """All isolated, non-degenerate stationary points of a one- or two-parameter objective in ``window``, lowest first.

    At such a point every component of the gradient changes sign, so Newton's method on the gradient starts from all cells of
    a grid (``resolution`` nodes a side) in which all components do, from their neighbors, and from every fourth node besides;
    all starts at once. Found are the points whose features are wider than a cell. Degenerate points are reported when they
    are isolated; a valley floor that is flat all along is not a point and is left out.

    Raises:
        ValueError: if the objective has more than two parameters, or the window does not fit it.

    >>> import engine
    >>> found = stationary_points(engine.Formula("himmelblau"), (-5.0, 5.0, -5.0, 5.0))
    >>> len(found), sum(point.kind is PointKind.MINIMUM for point in found)
    (9, 4)

    """
    size = objective.dimension
    if size not in (1, 2) or len(window) != 2 * size:
        raise ValueError(
            "Stationary points are searched for in a window of one or two parameters: give its limits for each."
        )
    low, high = np.array(window[0::2], dtype=np.float64), np.array(window[1::2], dtype=np.float64)
    if not (high > low).all():
        raise ValueError("The window is empty: each lower limit must be below its upper limit.")
    with np.errstate(all="ignore"):
        starts = _starts(objective, low, high, resolution)
        curvature = _usual_curvature(objective, starts)
        found = _refined(objective, starts, (high - low) / (resolution - 1))
    inside = (found >= low - 1e-9 * (high - low)) & (found <= high + 1e-9 * (high - low))
    found = found[inside.all(axis=1)]
    arrived = [classify(objective, point, curvature) for point in _distinct(found, high - low, SAME_POINT)]
    return tuple(sorted(_isolated(arrived, high - low), key=lambda point: (point.value, *point.point)))


def _starts(objective: Objective, low: Array, high: Array, resolution: int) -> Array:
    axes = [np.linspace(a, b, resolution) for a, b in zip(low, high, strict=True)]
    nodes = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    _, gradients = objective.value_and_gradient(nodes)
    chosen = _sign_changes(gradients)
    chosen[tuple(slice(None, None, EVERY) for _ in axes)] = True
    return np.asarray(nodes[chosen & np.isfinite(gradients).all(axis=-1)])


def _usual_curvature(objective: Objective, starts: Array) -> float:
    sizes = np.abs(objective.hessian(starts)).max(axis=(-2, -1))
    return float(np.median(sizes[np.isfinite(sizes)])) if np.isfinite(sizes).any() else 0.0


def _sign_changes(gradients: Array) -> Mask:
    """Nodes of cells in which every component of ``gradients (n, …, k)`` changes sign, and their neighbors."""
    axes = range(gradients.ndim - 1)
    highest, lowest = gradients, gradients
    for axis in axes:  # over the 3 × 3 nodes around each, so that a neighbor's cell counts too
        highest, lowest = _around(highest, axis, np.fmax), _around(lowest, axis, np.fmin)
    return np.asarray(((highest >= 0) & (lowest <= 0)).all(axis=-1))


def _around(values: Array, axis: int, combine: np.ufunc) -> Array:
    moved = np.moveaxis(values, axis, 0)
    result = moved.copy()
    result[1:] = combine(result[1:], moved[:-1])
    result[:-1] = combine(result[:-1], moved[1:])
    return np.moveaxis(result, 0, axis)


def _refined(objective: Objective, points: Array, cell: Array) -> Array:
    """Newton's method on the gradient from all ``points (S, k)`` at once, each step at most two cells long."""
    longest = 2.0 * float(np.linalg.norm(cell))
    for _ in range(NEWTON_STEPS):
        _, gradients = objective.value_and_gradient(points)
        step = _newton_step(objective.hessian(points), gradients)
        length = np.linalg.norm(step, axis=1, keepdims=True)
        points = points + step * np.minimum(1.0, longest / np.maximum(length, np.finfo(np.float64).tiny))
        points = points[np.isfinite(points).all(axis=1)]
    _, gradients = objective.value_and_gradient(points)
    largest = np.abs(objective.hessian(points)).max(axis=(-2, -1), initial=0.0)
    return np.asarray(points[np.linalg.norm(gradients, axis=1) <= STATIONARY * (1.0 + largest)])


def _newton_step(hessians: Array, gradients: Array) -> Array:
    """−H⁻¹g by eigendecomposition; a zero eigenvalue gives a long step, which the caller shortens."""
    finite = np.isfinite(hessians).all(axis=(-2, -1)) & np.isfinite(gradients).all(axis=-1)
    steps = np.full_like(gradients, np.nan)
    values, vectors = np.linalg.eigh(hessians[finite])
    values = np.where(np.abs(values) < 1e-12, np.copysign(1e-12, values), values)
    along = np.einsum("ska,sk->sa", vectors, gradients[finite]) / values
    steps[finite] = -np.einsum("ska,sa->sk", vectors, along)
    return steps


def _distinct(points: Array, width: Array, tolerance: float) -> list[Array]:
    kept: list[Array] = []
    scaled = points / width
    while len(scaled):
        near = np.abs(scaled - scaled[0]).max(axis=1) <= tolerance
        kept.append(scaled[0] * width)
        scaled = scaled[~near]
    return kept


def _isolated(points: list[StationaryPoint], width: Array) -> list[StationaryPoint]:
    """Points with degenerate ones merged around their most nearly stationary member, and flat valleys left out."""
    regular = [point for point in points if point.kind is not PointKind.DEGENERATE]
    degenerate = sorted(
        (point for point in points if point.kind is PointKind.DEGENERATE), key=lambda point: point.gradient_norm
    )
    kept: list[StationaryPoint] = []
    for point in degenerate:
        if all(np.abs((point.point - other.point) / width).max() > SAME_DEGENERATE for other in kept):
            kept.append(point)
    valley = len(kept) > 1 and any(
        np.abs((a.point - b.point) / width).max() <= 3 * SAME_DEGENERATE for a in kept for b in kept if a is not b
    )
    return regular + ([] if valley else kept)
