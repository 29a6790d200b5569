"""Gradient noise: how the gradients of single examples scatter, seen in a plane, and what a mini-batch makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, read_only
from engine.plane import Flat


@dataclass(frozen=True, eq=False)
class GradientNoise:
    """Mean and covariance of gradients in the coordinates of a line or plane."""

    mean: Array
    """(k,): coordinates of the mean gradient as a vector."""
    covariance: Array
    """(k, k)"""
    examples: int
    """N, the number of examples that batches are drawn from."""

    @property
    def ellipse(self) -> tuple[Array, Array]:
        """Principal radii ``(k,)``, largest first, and unit axes as rows ``(k, k)``: the ellipse of one standard deviation.

        Radii and angles are those of the *coordinates*, as drawn; the axes of a skew plane are not at right angles in
        parameter space.
        """
        values, vectors = np.linalg.eigh(self.covariance)
        strongest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=0)[None], axis=0)
        axes = (vectors * np.where(strongest < 0, -1.0, 1.0)).T[::-1]
        return read_only(np.sqrt(np.maximum(values[::-1], 0.0))), read_only(axes)

    def outline(self, resolution: int = 73) -> Array:
        """Points ``(resolution, 2)`` of the ellipse around the mean, closed."""
        radii, axes = self.ellipse
        angles = np.linspace(0.0, 2.0 * np.pi, resolution)
        return np.asarray(self.mean + (np.stack([np.cos(angles), np.sin(angles)], axis=1) * radii) @ axes)

    def of_batch(self, size: int, *, replacement: bool = True) -> GradientNoise:
        """The noise of the mean gradient of a batch of ``size`` examples, from that of single examples.

        Covariance / B with replacement; times the finite population correction (N − B)/(N − 1) without, which is 0 for a
        full batch (Cochran 1977, theorem 2.2).

        Raises:
            ValueError: if the size is below 1, or above N without replacement.

        """
        if size < 1 or (size > self.examples and not replacement):
            raise ValueError(f"A batch must have between 1 and {self.examples:,} examples.")
        factor = 1.0 / size
        if not replacement and self.examples > 1:
            factor *= (self.examples - size) / (self.examples - 1)
        return GradientNoise(self.mean, read_only(self.covariance * factor), self.examples)


def gradient_noise(gradients: ArrayLike, flat: Flat) -> GradientNoise:
    """Noise of single examples from per-example ``gradients (N, P)``, in the coordinates of ``flat``.

    The covariance divides by N: the examples are the whole population that batches are drawn from. Coordinates are those of
    the gradients as vectors, (DDᵀ)⁻¹Dg, so that arrows drawn in the plane are what a step along them would be.

    Raises:
        ValueError: if ``gradients`` is not ``(N, P)``.

    >>> from engine.plane import Line
    >>> noise = gradient_noise([[1.0, 5.0], [3.0, -5.0]], Line([0.0, 0.0], [1.0, 0.0]))
    >>> noise.mean.tolist(), noise.covariance.tolist(), noise.of_batch(2).covariance.tolist()
    ([2.0], [[1.0]], [[0.5]])

    """
    given = np.asarray(gradients, dtype=np.float64)
    if given.ndim != 2 or not len(given) or given.shape[1] != flat.parameters:
        raise ValueError(f"Per-example gradients must be of shape (examples, {flat.parameters}), not {given.shape}.")
    coordinates = flat.vector_coordinates(given)
    mean = coordinates.mean(axis=0)
    centered = coordinates - mean
    return GradientNoise(read_only(mean), read_only(centered.T @ centered / len(given)), len(given))


def total_variance(gradients: ArrayLike) -> float:
    """Tr of the covariance of per-example ``gradients (N, P)``: the mean squared error of a batch of one.

    >>> total_variance([[1.0, 5.0], [3.0, -5.0]])
    26.0

    """
    given = np.asarray(gradients, dtype=np.float64)
    return float(np.mean(np.sum((given - given.mean(axis=0)) ** 2, axis=1)))
