"""Toy problems in two inputs with classes: ``(inputs (N, 2), classes (N,))`` without noise, which is added afterwards.

Classes take turns, so that they are balanced to within one example whatever the size.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.arrays import Array, Indices

Settings = Mapping[str, float]


def exclusive_or(settings: Settings, random: np.random.Generator) -> tuple[Array, Indices]:
    """The four points (0, 0), (0, 1), (1, 0), (1, 1) with class a xor b, in this order."""
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return corners, np.array([0, 1, 1, 0], dtype=np.intp)


def exclusive_or_cloud(settings: Settings, random: np.random.Generator) -> tuple[Array, Indices]:
    """Examples at the four corners in turn: (0, 0), (0, 1), (1, 1), (1, 0), so that the classes alternate."""
    corner = np.arange(int(settings["size"])) % 4
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])[corner]
    return inputs, np.asarray(corner % 2, dtype=np.intp)


def circle(settings: Settings, random: np.random.Generator) -> tuple[Array, Indices]:
    """A disk of radius 1 (class 0) inside a ring from 1.4 to 2 (class 1), each filled evenly by area."""
    classes = _turns(int(settings["size"]), 2)
    inner, outer = np.where(classes, 1.4, 0.0), np.where(classes, 2.0, 1.0)
    radius = np.sqrt(random.uniform(inner**2, outer**2))
    return _polar(radius, random.uniform(0.0, 2.0 * np.pi, classes.size)), classes


def gaussians(settings: Settings, random: np.random.Generator) -> tuple[Array, Indices]:
    """The centers of c clusters, evenly around a circle of radius 2; the noise makes the clusters."""
    count = int(settings["classes"])
    classes = _turns(int(settings["size"]), count)
    return _polar(np.full(classes.size, 2.0), 2.0 * np.pi * classes / count), classes


def spirals(settings: Settings, random: np.random.Generator) -> tuple[Array, Indices]:
    """Spiral arms, one for each class: the radius grows from 0.1 to 2 with the angle (Archimedes)."""
    count = int(settings["classes"])
    classes = _turns(int(settings["size"]), count)
    along = random.uniform(0.05, 1.0, classes.size)
    return _polar(2.0 * along, 2.0 * np.pi * (settings["turns"] * along + classes / count)), classes


def moons(settings: Settings, random: np.random.Generator) -> tuple[Array, Indices]:
    """Two interleaving half circles of radius 1, the second turned over and moved to (1, 0.5)."""
    classes = _turns(int(settings["size"]), 2)
    angle = random.uniform(0.0, np.pi, classes.size)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1.0 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    return np.where(classes[:, None] == 0, upper, lower), classes


def _turns(size: int, classes: int) -> Indices:
    return np.asarray(np.arange(size) % classes, dtype=np.intp)


def _polar(radius: Array, angle: Array) -> Array:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
