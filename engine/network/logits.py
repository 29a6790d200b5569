"""Cross-entropy and its slope from logits, bound to their arrays: Σ log1p(Σ_{j≠y} exp(z_j − z_y)) where nothing overflows.

Shapes as in the losses: logits, slopes ``(..., c, N)``, one-hot targets ``(c, N)`` or ``(S, c, N)``. All ways give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from engine.network.activations import Values

Slope: TypeAlias = Callable[[], tuple[Values, Values]]
"""Sums of losses ``(...)``, and numbers ``(...)`` that are finite where no logit is infinite; slopes go to their array."""
WORTH_PLACES = 4096
"""From this many logits on, looking up the places of the targets takes less time than passing over all of them."""


def bound(outputs: Values, targets: Values, out: Values) -> Slope:
    """The quickest way for these arrays."""
    if targets.shape[-2] == 2:
        return two_classes(outputs, targets, out)
    return (many_logits if outputs.size >= WORTH_PLACES else many_classes)(outputs, targets, out)


def many_classes(outputs: Values, targets: Values, out: Values) -> Slope:
    """By passes over all logits."""
    rivals, total = np.empty(out.shape, out.dtype), np.empty((*out.shape[:-2], 1, out.shape[-1]), out.dtype)
    logs = np.empty_like(total)

    def slope() -> tuple[Values, Values]:
        # exp(z_y − z_y) is exactly 1, the target itself: what is left are the rivals.
        np.multiply(outputs, targets, rivals)
        np.add.reduce(rivals, axis=-2, out=total, keepdims=True)
        np.subtract(outputs, total, rivals)
        np.exp(rivals, rivals)
        np.subtract(rivals, targets, rivals)
        np.add.reduce(rivals, axis=-2, out=total, keepdims=True)
        losses = np.asarray(np.add.reduce(np.log1p(total, logs), (-2, -1)))
        np.multiply(targets, total, out)
        np.subtract(rivals, out, out)
        np.divide(out, np.add(total, 1.0, total), out)
        return losses, losses

    return slope


def many_logits(outputs: Values, targets: Values, out: Values) -> Slope:
    """By the places where the targets stand: three passes fewer."""
    count = out.shape[-1]
    rivals, total = np.empty(out.shape, out.dtype), np.empty((*out.shape[:-2], 1, count), out.dtype)
    rows, flat, own = rivals.reshape(*out.shape[:-2], -1), rivals.reshape(-1), np.empty_like(total)
    zeros, one = np.zeros(rows.shape[-1], out.dtype), np.ones((), out.dtype)
    first = np.arange(0, flat.size, len(zeros)).reshape(*out.shape[:-2], 1, 1)
    places = first + (targets.argmax(axis=-2) * count + np.arange(count))[..., None, :]

    def slope() -> tuple[Values, Values]:
        np.copyto(rivals, outputs)
        flat.take(places, None, own, "clip")
        np.subtract(rivals, own, rivals)
        doubts = np.vecdot(rows, zeros)
        np.exp(rivals, rivals)
        flat.put(places, 0.0, "clip")
        np.add.reduce(rivals, axis=-2, out=total, keepdims=True)
        losses = np.asarray(np.add.reduce(np.log1p(total, own), (-2, -1)))
        flat.put(places, np.negative(total, own), "clip")
        np.divide(rivals, np.add(total, one, total), out)
        return losses, np.asarray(doubts)

    return slope


def two_classes(outputs: Values, targets: Values, out: Values) -> Slope:
    """With half as many exponentials: z_rival − z_y is z_1 − z_0 or its negative."""
    own, other, first, second = outputs[..., 0, :], outputs[..., 1, :], out[..., 0, :], out[..., 1, :]
    sign = targets[..., 0, :] - targets[..., 1, :]
    pair, odds, one = np.empty((2, *first.shape), out.dtype), np.empty(first.shape, out.dtype), np.ones((), out.dtype)
    rival, logs = pair

    def slope() -> tuple[Values, Values]:
        np.subtract(other, own, rival)
        np.multiply(rival, sign, rival)
        np.exp(rival, odds)
        np.log1p(odds, logs)
        doubts, losses = np.add.reduce(pair, -1)
        np.divide(odds, np.add(odds, one, logs), odds)
        np.multiply(odds, sign, second)
        np.negative(second, first)
        return np.asarray(losses), np.asarray(doubts)

    return slope
