"""The layers of a multilayer perceptron: where each one's numbers stand in the flat parameter vector."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from engine.objective import Block


@dataclass(frozen=True)
class Layer:
    """One affine map z = W a + b: ``outputs`` units with ``inputs`` each, ``number`` 1, 2, … from the inputs on.

    Order as PyTorch's ``parameters_to_vector`` over ``nn.Linear``: W ``(outputs, inputs)`` row by row, then b.
    """

    number: int
    inputs: int
    outputs: int
    start: int

    @property
    def bias(self) -> int:
        """Where b starts."""
        return self.start + self.outputs * self.inputs

    @property
    def stop(self) -> int:
        """One past the last parameter."""
        return self.bias + self.outputs

    @property
    def blocks(self) -> tuple[Block, Block]:
        """W and b by name."""
        return (
            Block(f"W{self.number}", self.start, (self.outputs, self.inputs), "weight"),
            Block(f"b{self.number}", self.bias, (self.outputs,), "bias"),
        )


def stack(widths: tuple[int, ...]) -> tuple[Layer, ...]:
    """The layers between neighbouring ``widths``, one after the other in the parameter vector."""
    layers: list[Layer] = []
    start = 0
    for number, (inputs, outputs) in enumerate(pairwise(widths), start=1):
        layers.append(Layer(number, inputs, outputs, start))
        start = layers[-1].stop
    return tuple(layers)


def padded(count: int, multiple: int) -> int:
    """``count`` rounded up to a multiple."""
    return -(-count // multiple) * multiple


def rows(outputs: int) -> int:
    """Rows that a product with ``outputs`` units is given.

    OpenBLAS finishes the last one to three rows with other kernels, whose sums round differently: two equal rows of W
    would give unequal activations and the symmetric start would separate by itself. Whole fours go through one kernel.
    (Measured with OpenBLAS 0.3.31: it holds for its SkylakeX, Haswell and Sandybridge kernels, not always for the generic ones of
    processors without AVX.)
    """
    return padded(outputs, 4)


def columns(inputs: int) -> int:
    """Columns that a padded W has: one for b, then ``rows(inputs)`` units, rounded up for the same reason."""
    wanted = 1 + rows(inputs)
    return padded(wanted, 4 if wanted <= 16 else 8)


def by_example(layer: Layer) -> bool:
    """Whether the first layer's inputs and weights lie transposed in memory, as its products take them in the least time.

    OpenBLAS has a product of two transposed operands for whole sixteens of rows that takes two thirds of the time of the others.
    With few inputs nothing is gained.
    """
    return layer.start == 0 and rows(layer.outputs) % 16 == 0 and columns(layer.inputs) >= 40


def turned(layer: Layer) -> bool:
    """Whether the errors of this layer are laid out example by example for its weight gradients.

    Products of errors and activations, both laid out along the examples, take half as long again as those of two transposed
    operands; where there are few columns the copy takes longer than what that saves.
    """
    units, wide = rows(layer.outputs), columns(layer.inputs)
    return wide >= (40 if units % 16 == 0 else 72 if units > 16 else 400) and not by_example(layer)
