"""The losses that exist, with exact first and second derivatives in the network's outputs; shapes as in ``loss``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType

import numpy as np

from engine.network import logits
from engine.network.activations import Values
from engine.network.loss import Loss, OutputUnits, Slope, Targets


@dataclass(frozen=True)
class SquaredError(Loss):
    """½‖ŷ − y‖²."""

    name: str = "squared_error"
    title: str = "Squared error"
    sentence: str = "½‖ŷ − y‖²: half the sum of squared differences of the outputs, averaged over the examples."
    source: str = "Rumelhart, Hinton & Williams 1986, equation 3"
    has_residuals: bool = True
    default_for: tuple[Targets, ...] = ("values",)

    def per_example(self, outputs: Values, targets: Values) -> Values:
        np.subtract(outputs, targets, out=outputs)
        np.multiply(outputs, outputs, out=outputs)
        return np.asarray(outputs.sum(axis=-2) * outputs.dtype.type(0.5))

    def bound(self, outputs: Values, targets: Values, out: Values) -> Slope:
        squares = np.empty(out.shape, out.dtype)

        def slope() -> Values:
            np.subtract(outputs, targets, out)
            np.multiply(out, out, squares)
            return np.asarray(0.5 * np.add.reduce(squares, (-2, -1)))

        return slope

    def curvature(self, outputs: Values, targets: Values) -> Callable[[Values], Values]:
        return lambda vectors: vectors


@dataclass(frozen=True)
class Huber(Loss):
    """Squared error near the target, absolute error beyond ``threshold``."""

    name: str = "huber"
    title: str = "Huber"
    sentence: str = "½r² for residuals up to 1, |r| − ½ beyond: outliers pull with a bounded force."
    source: str = "Huber 1964, section 1"
    threshold: float = 1.0

    def _of(self, residuals: Values) -> Values:
        near = np.clip(residuals, -self.threshold, self.threshold)
        return np.asarray(near * (residuals - 0.5 * near))

    def per_example(self, outputs: Values, targets: Values) -> Values:
        return np.asarray(self._of(outputs - targets).sum(axis=-2))

    def bound(self, outputs: Values, targets: Values, out: Values) -> Slope:
        def slope() -> Values:
            residuals = outputs - targets
            np.clip(residuals, -self.threshold, self.threshold, out=out)
            return np.asarray(np.add.reduce(self._of(residuals), axis=(-2, -1)))

        return slope

    def curvature(self, outputs: Values, targets: Values) -> Callable[[Values], Values]:
        near = np.abs(outputs - targets) <= self.threshold
        return lambda vectors: np.asarray(vectors * near)


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """−log softmax(z)_y as log1p(Σ_{j≠y} exp(z_j − z_y)), shifted by m = max(0, max_j z_j − z_y).

    The sum leaves the target out, so an example that is well on its side keeps a loss such as 1e-12 instead of the 0 that
    log(1 + 1e-12) is in float32.
    """

    name: str = "cross_entropy"
    title: str = "Cross-entropy"
    sentence: str = "−log of the softmax probability of the right class, averaged over the examples."
    source: str = "Bridle 1990; Bishop 2006, equation 4.108"
    targets: tuple[Targets, ...] = ("classes",)
    output_units: OutputUnits = "one per class"
    takes_logits: bool = True
    soft_labels: bool = False
    sampled_by_class: bool = True
    default_for: tuple[Targets, ...] = ("classes",)

    def probabilities(self, outputs: Values) -> Values:
        return softmax(outputs)

    def _rivals(self, outputs: Values, targets: Values) -> tuple[Values, Values, Values]:
        """exp(z_j − z_y − m) with 0 at y; their sum; m."""
        own = np.add.reduce(outputs * targets, axis=-2, keepdims=True)
        rivals = outputs - own
        shift = np.maximum.reduce(rivals, axis=-2, keepdims=True)
        np.subtract(rivals, shift, out=rivals)
        np.exp(rivals, out=rivals)
        np.multiply(rivals, 1.0 - targets, out=rivals)
        return rivals, np.add.reduce(rivals, axis=-2, keepdims=True), shift

    def per_example(self, outputs: Values, targets: Values) -> Values:
        _, total, shift = self._rivals(outputs, targets)
        return np.asarray((shift + np.log1p(total + np.expm1(-shift)))[..., 0, :])

    def bound(self, outputs: Values, targets: Values, out: Values) -> Slope:
        quick = logits.bound(outputs, targets, out)

        def slope() -> Values:
            # The shift is needed only where an exponential overflows.
            losses, doubts = quick()
            seen = losses.item() + doubts.item() if losses.size == 1 else np.add.reduce(losses + doubts, None)
            if isfinite(seen):
                return losses
            overflowed = ~np.isfinite(losses + 0.0 * doubts)
            careful = self._shifted_slope(outputs, targets)
            np.copyto(out, careful[1], where=overflowed[..., None, None])
            return np.where(overflowed, careful[0], losses)

        return slope

    def _shifted_slope(self, outputs: Values, targets: Values) -> tuple[Values, Values]:
        rivals, total, shift = self._rivals(outputs, targets)
        losses = shift + np.log1p(total + np.expm1(-shift))
        slopes = (rivals - targets * total) / (total + np.exp(-shift))
        return np.add.reduce(losses, axis=(-2, -1)), slopes

    def curvature(self, outputs: Values, targets: Values) -> Callable[[Values], Values]:
        chances = softmax(outputs)
        likeliest = np.zeros_like(chances)
        np.put_along_axis(likeliest, outputs.argmax(axis=-2)[..., None, :], 1.0, axis=-2)

        def product(vectors: Values) -> Values:
            # Equal parts of a vector change no probability. Taking the likeliest class's part out first keeps the digits of
            # a curvature that is almost 0, where 1 − p would lose them.
            relative = vectors - np.add.reduce(likeliest * vectors, axis=-2, keepdims=True)
            mean = np.add.reduce(chances * relative, axis=-2, keepdims=True)
            np.subtract(relative, mean, relative)
            return np.asarray(np.multiply(chances, relative, relative))

        return product


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """−y log σ(z) − (1 − y) log(1 − σ(z)) as max(z, 0) − y z + log1p(exp(−|z|))."""

    name: str = "binary_cross_entropy"
    title: str = "Binary cross-entropy"
    sentence: str = (
        "−log of the probability σ(z) or 1 − σ(z) of the right one of two classes, averaged over the examples."
    )
    source: str = "Bishop 2006, equation 4.90"
    targets: tuple[Targets, ...] = ("classes",)
    output_units: OutputUnits = "single"
    takes_logits: bool = True
    sampled_by_class: bool = True

    def probabilities(self, outputs: Values) -> Values:
        return logistic(outputs)

    def per_example(self, outputs: Values, targets: Values) -> Values:
        certain = np.maximum(outputs, 0) - outputs * targets
        return np.asarray((certain + np.log1p(np.exp(-np.abs(outputs))))[..., 0, :])

    def bound(self, outputs: Values, targets: Values, out: Values) -> Slope:
        def slope() -> Values:
            total = np.add.reduce(self.per_example(outputs, targets), axis=-1)
            # σ(z) − y = (1 − y) σ(z) − y σ(−z), which keeps its digits where an example is well on its side.
            against = targets * logistic(-outputs)
            np.subtract((1.0 - targets) * logistic(outputs), against, out=out)
            return np.asarray(total)

        return slope

    def curvature(self, outputs: Values, targets: Values) -> Callable[[Values], Values]:
        variance = logistic(outputs) * logistic(-outputs)
        return lambda vectors: np.asarray(variance * vectors)


def softmax(outputs: Values) -> Values:
    """Probabilities of the classes: logits ``outputs`` and result ``(..., c, N)``."""
    chances = np.exp(outputs - outputs.max(axis=-2, keepdims=True))
    return np.asarray(chances / chances.sum(axis=-2, keepdims=True))


def logistic(outputs: Values) -> Values:
    """σ(z), without overflow on either side."""
    small = np.exp(-np.abs(outputs))
    return np.asarray(np.where(outputs >= 0, 1.0, small) / (1.0 + small))


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {loss.name: loss for loss in (SquaredError(), CrossEntropy(), BinaryCrossEntropy(), Huber())}
)
"""What exists, by name."""


def loss_named(name: str) -> Loss:
    """The loss of this name.

    Raises:
        ValueError: with a sentence, if there is none.

    >>> loss_named("huber").title
    'Huber'

    """
    if name not in LOSSES:
        raise ValueError(f"There is no loss “{name}”: choose one of {', '.join(LOSSES)}.")
    return LOSSES[name]


def default_loss(targets: Targets) -> Loss:
    """The loss that is chosen for such targets where nobody has chosen one.

    >>> default_loss("classes").name, default_loss("values").name
    ('cross_entropy', 'squared_error')
    """
    return next(loss for loss in LOSSES.values() if targets in loss.default_for)
