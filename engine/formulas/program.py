"""An expression as a short list of instructions: constants folded, equal parts computed once, buffers used again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, read_only
from engine.formulas.errors import FormulaError
from engine.formulas.expression import Expression, Name, Node, Number
from engine.formulas.jets import Jet
from engine.formulas.operations import ACTIONS, LARGEST_INTEGER_POWER, Action, to_integer, to_real

WORTH_REUSING = 1024
"""Numbers from which on writing into an old buffer is cheaper than getting a new one."""


@dataclass(frozen=True, eq=False)
class Instruction:
    """``slots[target] = action(slots[arguments])``; the ``spare`` arguments are not needed afterwards."""

    action: Action
    arguments: tuple[int, ...]
    target: int
    spare: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Program:
    """Instructions over numbered slots; the first ``inputs`` slots are the variables, in their order."""

    inputs: int
    initial: tuple[Array | None, ...]
    instructions: tuple[Instruction, ...]
    result: int

    def value(self, inputs: Sequence[Array]) -> Array:
        """The function at the variables' values, arrays that broadcast against each other; never writes into them."""
        slots: list[Array] = [*inputs, *self.initial[self.inputs :]]  # type: ignore[list-item]
        with np.errstate(all="ignore"):
            for step in self.instructions:
                arguments = [slots[index] for index in step.arguments]
                slots[step.target] = step.action.value(arguments, _buffer(arguments, [slots[i] for i in step.spare]))
        return np.asarray(slots[self.result])

    def jet(self, inputs: Sequence[Jet], order: int) -> Jet:
        """The function with derivatives up to ``order`` 1 or 2 with respect to whatever the inputs' jets are seeded with."""
        slots: list[Jet | None] = [*inputs]
        slots += [None if number is None else Jet(number) for number in self.initial[self.inputs :]]
        with np.errstate(all="ignore"):
            for step in self.instructions:
                slots[step.target] = step.action.jet(order, *(slots[index] for index in step.arguments))
        jet = slots[self.result]
        assert jet is not None, "the last instruction fills the result"
        return jet


def compiled(expression: Expression, variables: tuple[str, ...], constants: Mapping[str, float]) -> Program:
    """The program of ``expression`` with ``variables`` as inputs and ``constants`` put in.

    Raises:
        FormulaError: for a name that is neither, or a constant part that is no finite number.

    """
    build = _Build(expression.text, variables, constants)
    result = build.slot(expression.root)
    return Program(len(variables), tuple(build.initial), _with_spares(build.instructions, result), result)


def _buffer(arguments: list[Array], spare: list[Array]) -> Array | None:
    """An argument that is not needed any more and has the shape of the result."""
    for candidate in spare:
        if candidate.size >= WORTH_REUSING and np.broadcast(*arguments).shape == candidate.shape:
            return candidate
    return None


def _with_spares(steps: list[tuple[Action, tuple[int, ...], int]], result: int) -> tuple[Instruction, ...]:
    made = {target for _, _, target in steps} - {result}
    last = {argument: index for index, (_, arguments, _) in enumerate(steps) for argument in arguments}
    return tuple(
        Instruction(action, arguments, target, tuple({a for a in arguments if a in made and last[a] == index}))
        for index, (action, arguments, target) in enumerate(steps)
    )


class _Build:
    """Gives every distinct part of the tree one slot."""

    def __init__(self, text: str, variables: tuple[str, ...], constants: Mapping[str, float]) -> None:
        self.text = text
        self.variables = variables
        self.constants = constants
        self.initial: list[Array | None] = [None] * len(variables)
        self.instructions: list[tuple[Action, tuple[int, ...], int]] = []
        self.known: dict[tuple[object, ...], int] = {}

    def slot(self, node: Node) -> int:
        if isinstance(node, Number):
            return self.number(node.value)
        if isinstance(node, Name):
            return self.name(node)
        arguments = tuple(self.slot(argument) for argument in node.arguments)
        fixed = [self.initial[index] for index in arguments]
        numbers = [number for number in fixed if number is not None]
        if len(numbers) == len(arguments):
            return self.folded(ACTIONS[node.symbol], numbers, node.column)
        if node.symbol == "^" and fixed[1] is not None:
            return self.power(arguments[0], float(fixed[1]))
        return self.applied(ACTIONS[node.symbol], arguments)

    def number(self, value: float) -> int:
        key = ("number", value)
        if key not in self.known:
            self.known[key] = len(self.initial)
            self.initial.append(read_only(value))
        return self.known[key]

    def name(self, node: Name) -> int:
        if node.name in self.variables:
            return self.variables.index(node.name)
        if node.name in self.constants:
            return self.number(float(self.constants[node.name]))
        raise FormulaError(f"'{node.name}' has no value: give it as a constant.", self.text, node.column)

    def folded(self, action: Action, numbers: list[Array], column: int) -> int:
        with np.errstate(all="ignore"):
            value = float(action.value(numbers, None))
        if not np.isfinite(value):
            sentence = "This constant part has no finite value (a division by zero or an overflow): change it."
            raise FormulaError(sentence, self.text, column)
        return self.number(value)

    def power(self, base: int, exponent: float) -> int:
        if exponent == 1:
            return base
        if exponent == 0:
            return self.number(1.0)
        small = abs(exponent) <= LARGEST_INTEGER_POWER
        action = to_integer(int(exponent)) if small and exponent.is_integer() else to_real(exponent)
        return self.applied(action, (base,))

    def applied(self, action: Action, arguments: tuple[int, ...]) -> int:
        key = (action.symbol, *arguments)
        if key not in self.known:
            self.known[key] = len(self.initial)
            self.initial.append(None)
            self.instructions.append((action, arguments, self.known[key]))
        return self.known[key]
