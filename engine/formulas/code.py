"""What a tape becomes: calls of array functions one after the other, to be run many times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

import numpy as np

from engine.arrays import Array


def getter(places: list[int]) -> Callable[[list[Any]], Sequence[Array]]:
    """What picks out arguments: the quickest way that Python has, for one of them, too."""
    return itemgetter(*places) if len(places) > 1 else itemgetter(slice(places[0], places[0] + 1))


@dataclass(frozen=True, eq=False)
class Code:
    """A tape made ready: results are arrays of their own, one of the inputs, or read-only numbers without a shape."""

    initial: tuple[Array | None, ...]
    """What stands after the inputs: numbers, then empty places."""
    steps: tuple[tuple[Callable[..., Array], Callable[[list[Any]], Sequence[Array]], int], ...]
    results: tuple[int, ...]

    def run(self, inputs: Sequence[Array]) -> list[Array]:
        """The results at inputs that broadcast against each other. The caller silences overflow."""
        places: list[Any] = [*inputs, *self.initial]
        for function, arguments, target in self.steps:
            places[target] = function(*arguments(places))
        return [places[place] for place in self.results]

    def bound(self, inputs: Sequence[Array]) -> Bound:
        """The same for inputs of one shape that stay where they are while their numbers change."""
        places: list[Any] = [*inputs, *self.initial]
        made = {target for _, _, target in self.steps}
        for place in made:
            places[place] = np.empty_like(inputs[0])
        steps = tuple(_into(places[target], f, *arguments(places)) for f, arguments, target in self.steps)
        return Bound(steps, [places[place] for place in self.results])


@dataclass(frozen=True, eq=False)
class Bound:
    """Code with its inputs and its own buffers: what belongs to one thread."""

    steps: tuple[Callable[[], Any], ...]
    results: list[Array]

    def run(self) -> list[Array]:
        """The results, which the next run overwrites. The caller silences overflow."""
        for step in self.steps:
            step()
        return self.results


def _into(out: Array, function: Callable[..., Array], *arguments: Array) -> Callable[[], Any]:
    if isinstance(function, np.ufunc):
        return partial(function, *arguments, out=out)
    return lambda: np.copyto(out, function(*arguments))
