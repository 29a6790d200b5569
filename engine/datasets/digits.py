"""The handwritten digits that ship with the program, 8×8 pixels, and enlarged to 28×28."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import assets
from engine.arrays import Array, Indices

SIDE = 8
BRIGHTEST = 16.0


def images() -> tuple[Array, Indices]:
    """The 1,797 images ``(1797, 8, 8)`` with values from 0 to 1, and their labels ``(1797,)`` from 0 to 9."""
    with np.load(assets.path("digits/digits.npz"), allow_pickle=False) as archive:
        pixels: NDArray[np.uint8] = archive["images"]
        labels: NDArray[np.uint8] = archive["labels"]
    return pixels / BRIGHTEST, labels.astype(np.intp)


def enlarged(pictures: Array, side: int) -> Array:
    """Images ``(N, s, s)`` enlarged to ``(N, side, side)`` by bilinear interpolation between the centers of the pixels.

    Beyond the outermost centers the nearest pixel's value goes on, so that no value leaves the range of the original's.

    >>> enlarged(np.array([[[0.0, 1.0], [0.0, 1.0]]]), 4)[0, 0].tolist()
    [0.0, 0.25, 0.75, 1.0]

    """
    weights = _interpolation(pictures.shape[-1], side)
    return np.asarray(weights @ pictures @ weights.T)


def _interpolation(before: int, after: int) -> Array:
    """Weights ``(after, before)`` of the old pixels in each new one; every row sums to 1."""
    places = np.clip((np.arange(after) + 0.5) * before / after - 0.5, 0.0, before - 1.0)
    left = np.minimum(places.astype(np.intp), before - 2)
    weights = np.zeros((after, before))
    rows = np.arange(after)
    weights[rows, left], weights[rows, left + 1] = left + 1 - places, places - left
    return weights
