"""From a block's outputs to the loss of each example, in the last call for as many blocks at once as possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.network.activations import Values
from engine.network.loss import Loss
from engine.network.sampling.tiles import Tile


class Head(Protocol):
    """What follows the last layer."""

    @property
    def factor(self) -> float:
        """What the sum over the examples is to be multiplied by."""

    def store(self, outputs: Values, tile: Tile, out: Values) -> None:
        """One number an example into ``out (K, n)``; ``outputs (K, c, n)`` may be overwritten."""

    def finish(self, stored: Values) -> None:
        """Turn what was stored, ``(K, N)``, into multiples of the losses in place."""


@dataclass(frozen=True)
class Rivals:
    """Cross-entropy of outputs z_j − z_y for j ≠ y: log1p(Σ exp), infinite where that overflows."""

    factor: float = 1.0

    def store(self, outputs: Values, tile: Tile, out: Values) -> None:
        if outputs.shape[1] == 1:
            np.exp(outputs[:, 0], out=out)
            return
        np.exp(outputs, out=outputs)
        _add(outputs, out)

    def finish(self, stored: Values) -> None:
        np.log1p(stored, out=stored)


@dataclass(frozen=True)
class ShiftedRivals:
    """The same with the largest exponent taken out first."""

    factor: float = 1.0

    def store(self, outputs: Values, tile: Tile, out: Values) -> None:
        shift = np.maximum(np.maximum.reduce(outputs, axis=1), 0)
        np.subtract(outputs, shift[:, None], out=outputs)
        # Numbers below the smallest normal one take processors ten times as long.
        np.maximum(outputs, np.log(np.finfo(outputs.dtype).tiny) + 0.5, out=outputs)
        np.exp(outputs, out=outputs)
        _add(outputs, out)
        np.add(out, np.expm1(-shift), out=out)
        np.log1p(out, out=out)
        np.add(out, shift, out=out)

    def finish(self, stored: Values) -> None:
        pass


@dataclass(frozen=True)
class Squares:
    """Squared error: Σ (t − y)² of outputs t that are the network's, or ½ + ½t is: ½(½ + ½t − y)² = ¼·½(t − (2y − 1))²."""

    doubled: bool

    @property
    def factor(self) -> float:
        return 0.125 if self.doubled else 0.5

    def store(self, outputs: Values, tile: Tile, out: Values) -> None:
        np.subtract(outputs, 2 * tile.targets - 1 if self.doubled else tile.targets, out=outputs)
        if outputs.shape[1] == 1:
            np.multiply(outputs[:, 0], outputs[:, 0], out=out)
            return
        np.multiply(outputs, outputs, out=outputs)
        _add(outputs, out)

    def finish(self, stored: Values) -> None:
        pass


@dataclass(frozen=True)
class Other:
    """Any loss, of the network's outputs or of t where they are ½ + ½t."""

    loss: Loss
    squashed: bool
    factor: float = 1.0

    def store(self, outputs: Values, tile: Tile, out: Values) -> None:
        if self.squashed:
            np.multiply(outputs, 0.5, out=outputs)
            np.add(outputs, 0.5, out=outputs)
        out[...] = self.loss.per_example(outputs, tile.targets)

    def finish(self, stored: Values) -> None:
        pass


def _add(outputs: Values, out: Values) -> None:
    """Sum over the outputs: as a product two to three times as fast as ``np.add.reduce``."""
    np.matmul(np.ones((1, outputs.shape[1]), outputs.dtype), outputs, out=out[:, None])


def heads(loss: Loss, by_class: bool, squashed: bool) -> tuple[Head, Head | None]:
    """What follows the last layer, and what to try where that is not finite."""
    if by_class:
        return Rivals(), ShiftedRivals()
    if loss.has_residuals:
        return Squares(squashed), None
    return Other(loss, squashed), None
