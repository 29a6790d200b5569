"""Choosing some of the examples at random, with every class in proportion."""

from __future__ import annotations

import numpy as np

from engine.arrays import Indices


def apportion(counts: Indices, total: int) -> Indices:
    """Share ``total`` among groups of sizes ``counts (G,)`` by largest remainders: each within 1 of its exact share.

    Ties go to the first group. (Hamilton's method; in whole numbers, so that rounding never loses an example.)

    >>> apportion(np.array([5, 3, 2]), 4).tolist()
    [2, 1, 1]

    """
    whole = int(counts.sum())
    if whole == 0:
        return np.zeros_like(counts)
    shares, remainders = counts * total // whole, counts * total % whole
    shares[np.argsort(-remainders, kind="stable")[: total - int(shares.sum())]] += 1
    return np.asarray(shares)


def choose(candidates: Indices, strata: Indices, count: int, random: np.random.Generator) -> Indices:
    """Choose ``count`` of ``candidates (M,)`` at random, in proportion to their ``strata (M,)``; sorted."""
    groups, sizes = np.unique(strata, return_counts=True)
    shares = apportion(sizes.astype(np.intp), count)
    chosen = [
        random.permutation(candidates[strata == group])[:share] for group, share in zip(groups, shares, strict=True)
    ]
    return np.sort(np.concatenate([np.zeros(0, dtype=np.intp), *chosen]))
