"""Choosing some of the examples at random, with every class in proportion."""

from __future__ import annotations

import numpy as np

from engine.arrays import Indices, Mask
from engine.datasets.blocks import NUMBERS
from engine.job import Pieces

SHORT_SORT = 1 << 16
"""Up to this many groups NumPy sorts by counting, which is ten times as fast."""
GROUP_COST = 500
"""Choosing from one more group takes as long as permuting this many candidates."""


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


def chosen_pieces(candidates: Indices, strata: Indices, count: int, random: np.random.Generator) -> Pieces[Indices]:
    """Choose ``count`` of ``candidates (M,)`` at random, in proportion to their ``strata (M,)``, numbers from 0; sorted."""
    sizes = _sizes(strata)
    shares = apportion(sizes, count)
    yield 0.1
    order = _by_stratum(strata)
    yield 0.2
    grouped = candidates[order]
    yield 0.3
    chosen, done, since = [np.zeros(0, dtype=np.intp)], 0, 0
    for size, share in zip(sizes.tolist(), shares.tolist(), strict=True):
        mixed = random.permutation(grouped[done : done + size])  # of every group, so that none moves another one's draw
        if share:
            chosen.append(mixed[:share])
        done, since = done + size, since + size + GROUP_COST
        if since >= NUMBERS:
            yield 0.3 + 0.6 * done / len(grouped)
            since = 0
    yield 0.9
    return np.sort(np.concatenate(chosen))


def _sizes(strata: Indices) -> Indices:
    """How many candidates each stratum has, where it has any."""
    if strata.size and int(strata.max()) > strata.size + SHORT_SORT:  # a table of all numbers would be mostly zeros
        return np.unique(strata, return_counts=True)[1].astype(np.intp)
    sizes = np.bincount(strata)
    return sizes[sizes > 0].astype(np.intp)


def _by_stratum(strata: Indices) -> Indices:
    """The order ``(M,)`` that puts candidates of one stratum beside each other, and leaves them as they were among themselves."""
    short = strata.size > 0 and int(strata.max()) < SHORT_SORT
    return np.argsort(strata.astype(np.uint16) if short else strata, kind="stable")


def without(count: int, *left_out: Indices) -> Indices:
    """The numbers from 0 to ``count - 1`` that none of ``left_out`` names, in order.

    >>> without(5, np.array([1]), np.array([0, 4])).tolist()
    [2, 3]

    """
    kept: Mask = np.ones(count, dtype=np.bool_)
    for indices in left_out:
        kept[indices] = False
    return np.flatnonzero(kept)
