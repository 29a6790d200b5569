"""The description of a multilayer perceptron: a frozen value from which objectives and starts are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from engine.arrays import Array
from engine.network.activations import ACTIVATIONS, OUTPUTS, Activation
from engine.network.examples import Data, checked
from engine.network.initialization import draw
from engine.network.layers import Layer, stack
from engine.network.loss import Loss, OutputUnits
from engine.network.losses import LOSSES, loss_named
from engine.objective import Block

if TYPE_CHECKING:
    from engine.network.objective import NetworkObjective


def _known(kind: str, name: str, table: Mapping[str, object]) -> None:
    if name not in table:
        raise ValueError(f"There is no {kind} “{name}”: choose one of {', '.join(table)}.")


def _check_outputs(loss: Loss, output: str, units: int) -> None:
    if loss.takes_logits and output != "identity":
        raise ValueError(f"The loss {loss.name} squashes the outputs itself: choose output “identity”.")
    if loss.output_units == "one per class" and units < 2:
        raise ValueError(f"{loss.title} needs one output per class: choose {_of_logits('single')} for a single output.")
    if loss.output_units == "single" and units != 1:
        raise ValueError(f"{loss.title} needs exactly one output: choose {_of_logits('one per class')} for more.")


def _of_logits(outputs: OutputUnits) -> str:
    return next(loss.name for loss in LOSSES.values() if loss.takes_logits and loss.output_units == outputs)


@dataclass(frozen=True)
class Network:
    """A multilayer perceptron with its loss: inputs, hidden layers and outputs as ``layers``, e.g. (64, 16, 16, 10).

    ``activation`` stands after each hidden layer, ``output`` after the last; ``steepness`` is that of every sigmoid.
    With no hidden layer, ``output="identity"`` and ``loss="squared_error"`` it is linear regression, which alone has a closed
    form. The penalty is ½·l2·Σ W² + l1·Σ|W| over weights, not biases.

    Raises:
        ValueError: with one sentence, if the settings don't fit together.

    >>> net = Network(layers=(2, 3, 1), activation="tanh")
    >>> net.dimension, [block.name for block in net.blocks]
    (13, ['W1', 'b1', 'W2', 'b2'])

    """

    layers: tuple[int, ...] = (64, 16, 16, 10)
    activation: str = "sigmoid"
    output: str = "identity"
    loss: str = "squared_error"
    l1: float = 0.0
    l2: float = 0.0
    steepness: float = 1.0

    def __post_init__(self) -> None:
        whole = all(not isinstance(width, str) and int(width) == width for width in self.layers)
        if not whole or len(self.layers) < 2 or min(self.layers) < 1:
            raise ValueError(
                "A network needs at least inputs and outputs, each layer with one unit or more, in whole numbers: (2, 3, 1)."
            )
        object.__setattr__(self, "layers", tuple(int(width) for width in self.layers))
        _known("activation", self.activation, ACTIVATIONS)
        _known("output", self.output, OUTPUTS)
        _check_outputs(loss_named(self.loss), self.output, self.layers[-1])
        if not (0 <= self.l1 < float("inf") and 0 <= self.l2 < float("inf")):
            raise ValueError("The penalties l1 and l2 must be finite numbers, 0 or more.")
        if not 0 < self.steepness < float("inf"):
            raise ValueError(
                "The steepness must be a number above 0: choose the activation “threshold” for a sharp step."
            )

    @cached_property
    def affine(self) -> tuple[Layer, ...]:
        """The affine maps, from the inputs on."""
        return stack(self.layers)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """W1, b1, W2, b2, … in the order of PyTorch's ``parameters_to_vector`` over ``nn.Sequential(nn.Linear, …)``."""
        return tuple(block for layer in self.affine for block in layer.blocks)

    @property
    def dimension(self) -> int:
        """P, the number of parameters."""
        return self.affine[-1].stop

    @cached_property
    def functions(self) -> tuple[Activation, ...]:
        """The function after each affine map."""
        return (ACTIVATIONS[self.activation],) * (len(self.affine) - 1) + (OUTPUTS[self.output],)

    @property
    def loss_function(self) -> Loss:
        """The loss of one example."""
        return LOSSES[self.loss]

    @property
    def is_linear_regression(self) -> bool:
        """Whether it is linear regression: the one network whose minimum has a closed form."""
        linear = all(function.is_linear for function in self.functions)
        return len(self.affine) == 1 and linear and self.loss_function.has_residuals and self.l1 == 0

    def objective(self, data: Data) -> NetworkObjective:
        """The mean loss over ``data`` (its train part, where it has parts) plus the penalty, as a function of P parameters.

        Raises:
            ValueError: with one sentence, if the data don't fit the network.

        """
        from engine.network.objective import NetworkObjective

        return NetworkObjective(self, checked(data, self.layers, self.loss_function))

    def initialize(self, seed: int = 3, scheme: str = "xavier", scale: float = 1.0) -> Array:
        """A start ``(P,)``; see ``initialization.SCHEMES``. ``scale`` matters to "normal" and "constant" only.

        Raises:
            ValueError: if there is no such scheme.

        >>> Network(layers=(2, 2, 1)).initialize(scheme="constant", scale=0.5)
        array([0.5, 0.5, 0.5, 0.5, 0. , 0. , 0.5, 0.5, 0. ])

        """
        return draw(self.affine, seed, scheme, scale)
