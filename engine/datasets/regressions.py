"""Functions of one or two inputs to be fitted: ``(inputs (N, d), values (N,))`` without noise, which is added afterwards."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.arrays import Array

Settings = Mapping[str, float]


def sine(settings: Settings, random: np.random.Generator) -> tuple[Array, Array]:
    """Y = sin x for x from −π to π."""
    x = _line(settings, np.pi, random)
    return x, np.sin(x[:, 0])


def step(settings: Settings, random: np.random.Generator) -> tuple[Array, Array]:
    """Y = 1 where x > 0, else 0, for x from −1 to 1."""
    x = _line(settings, 1.0, random)
    return x, np.where(x[:, 0] > 0, 1.0, 0.0)


def bump(settings: Settings, random: np.random.Generator) -> tuple[Array, Array]:
    """Y = exp(−x² / (2 · 0.2²)) for x from −1 to 1."""
    x = _line(settings, 1.0, random)
    return x, np.exp(-(x[:, 0] ** 2) / (2 * 0.2**2))


def noisy_line(settings: Settings, random: np.random.Generator) -> tuple[Array, Array]:
    """Y = 0.5 + 2 x for x from −1 to 1."""
    x = _line(settings, 1.0, random)
    return x, 0.5 + 2.0 * x[:, 0]


def tilted_plane(settings: Settings, random: np.random.Generator) -> tuple[Array, Array]:
    """Y = 0.5 + 2 a − b for (a, b) in the square from −1 to 1."""
    inputs = random.uniform(-1.0, 1.0, (int(settings["size"]), 2))
    return inputs, 0.5 + inputs @ np.array([2.0, -1.0])


def hill(settings: Settings, random: np.random.Generator) -> tuple[Array, Array]:
    """Y = exp(−(a² + b²) / (2 · 0.4²)) for (a, b) in the square from −1 to 1."""
    inputs = random.uniform(-1.0, 1.0, (int(settings["size"]), 2))
    return inputs, np.exp(-(inputs**2).sum(axis=1) / (2 * 0.4**2))


def _line(settings: Settings, reach: float, random: np.random.Generator) -> Array:
    """Inputs ``(N, 1)`` from −reach to reach, in ascending order so that they are drawn from left to right."""
    return np.sort(random.uniform(-reach, reach, (int(settings["size"]), 1)), axis=0)
