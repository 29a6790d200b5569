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


def turned(layer: Layer) -> bool:
    """Whether the errors of this layer are laid out example by example for its weight gradients.

    OpenBLAS forms products of many columns faster from operands that are both transposed: 64 instead of 102 µs for 32 units
    with 72 columns and 1,080 examples. With fewer columns the copy takes longer than what it saves.
    """
    wide = columns(layer.inputs)
    return wide >= 400 or (wide >= 40 and rows(layer.outputs) >= 16)
