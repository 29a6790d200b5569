"""Maps of basins on two formulas: every start of a grid, followed for 200 steps, in float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

import engine
from engine.arrays import Array
from engine.basins import basins
from tests.benchmarks.comparison import Benchmark, Contest
from tests.benchmarks.pytorch import ready

if TYPE_CHECKING:
    import torch

WINDOWS = {"rosenbrock": (-2.0, 2.0, -1.0, 3.0), "himmelblau": (-5.0, 5.0, -5.0, 5.0)}
RATES = {"rosenbrock": 5e-4, "himmelblau": 5e-3}
BETA = 0.9
STEPS, SIDE, TINY_SIDE = 200, 200, 9
TARGETS = {"by hand": 1.0, "autograd": 2.5}
NEAR = 0.2
"""A start counts as the same in both when the peer's run ended this near to the minimum that Talweg names."""


def _value(name: str, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if name == "rosenbrock":
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


def _gradient(name: str, x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if name == "rosenbrock":
        beside = y - x * x
        return -2 * (1 - x) - 400 * x * beside, 200 * beside
    first, second = x * x + y - 11, x + y * y - 7
    return 4 * x * first + 2 * second, 2 * first + 4 * y * second


def _peer(name: str, kind: str, side: int) -> Callable[[], Array]:
    """Momentum from all starts at once; returns where they end, ``(starts, 2)``, NaN where they diverge."""
    torch = ready()
    left, right, low, high = WINDOWS[name]
    axes = torch.linspace(left, right, side, dtype=torch.float64), torch.linspace(low, high, side, dtype=torch.float64)
    rows, columns = torch.meshgrid(axes[1], axes[0], indexing="ij")
    rate = RATES[name]

    def autograd(point: torch.Tensor) -> torch.Tensor:
        point = point.detach().requires_grad_()
        return torch.autograd.grad(_value(name, point[0], point[1]).sum(), point)[0]

    def by_hand(point: torch.Tensor) -> torch.Tensor:
        return torch.stack(_gradient(name, point[0], point[1]))

    slope = by_hand if kind == "by hand" else autograd

    def run() -> Array:
        point = torch.stack([columns.ravel(), rows.ravel()])
        velocity = torch.zeros_like(point)
        for _ in range(STEPS):
            velocity.mul_(BETA).add_(slope(point))
            point.add_(velocity, alpha=-rate)
        return np.where(np.isfinite(point.numpy()), point.numpy(), np.nan).T

    return run


def _ours(name: str, side: int) -> Callable[[], Array]:
    """The same question: the minimum that each start falls into, ``(starts, 2)``, NaN where it is in none yet."""
    formula, optimizer = engine.Formula(name), engine.optimizers.momentum(RATES[name], beta=BETA)

    def run() -> Array:
        found = basins(formula, optimizer, WINDOWS[name], resolution=side, steps=STEPS)
        if not len(found.minima):
            return np.full((found.labels.size, 2), np.nan)
        labels = found.labels.ravel()
        return np.where(labels[:, None] >= 0, found.minima[np.maximum(labels, 0)], np.nan)

    return run


def _contest(name: str, kind: str, side: int) -> Contest:
    return Contest(_ours(name, side), _peer(name, kind, side), NEAR)


BENCHMARKS = tuple(
    Benchmark(
        f"basins-{kind.replace(' ', '-')}-{name}",
        f"basin map {SIDE}×{SIDE}, {STEPS} steps, {name}",
        f"PyTorch, {kind}",
        "torch",
        TARGETS[kind],
        lambda tiny, name=name, kind=kind: _contest(name, kind, TINY_SIDE if tiny else SIDE),
    )
    for kind in TARGETS
    for name in WINDOWS
)
