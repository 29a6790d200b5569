"""Which optimizers there are, and how those of many runs become one method."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from engine.arrays import Array
from engine.optimizers.first_order import KINDS_OF_FIRST_ORDER, FirstOrder
from engine.optimizers.hessian_free import NEWTON_CG
from engine.optimizers.method import (
    LARGEST_DENSE,
    Kind,
    Method,
    Optimizer,
    Report,
    State,
    Step,
    stacked_settings,
)
from engine.optimizers.newton_steps import DAMPED_NEWTON, NEWTON, SADDLE_FREE
from engine.optimizers.quasi_newton import BFGS_KIND, CONJUGATE_GRADIENT, LBFGS_KIND
from engine.optimizers.residual_steps import GAUSS_NEWTON, LEVENBERG_MARQUARDT
from engine.optimizers.transforms import Chain, shortened_to
from engine.optimizers.trust_regions import TRUST_REGION

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            *KINDS_OF_FIRST_ORDER,
            NEWTON,
            DAMPED_NEWTON,
            SADDLE_FREE,
            TRUST_REGION,
            NEWTON_CG,
            GAUSS_NEWTON,
            LEVENBERG_MARQUARDT,
            CONJUGATE_GRADIENT,
            BFGS_KIND,
            LBFGS_KIND,
        )
    }
)
"""Every optimizer by its name, in the order of the setup panel."""

TOO_LARGE = (
    f"A dense matrix of curvatures is refused above {LARGEST_DENSE:,} parameters: choose newton_cg or lbfgs, "
    "which never form one."
)


@dataclass(frozen=True, eq=False)
class Stack:
    """The method of a stack of runs: its kind's, with clipping before it, and overflow left to show in the numbers."""

    method: Method
    clip: Array | None
    forms_hessian: bool

    @property
    def plain(self) -> Chain | None:
        """The pieces of a method whose step is −rate · (what they make of the gradient) and nothing else: no search, no clip."""
        method = self.method
        if not isinstance(method, FirstOrder) or method.line_search != "none" or self.clip is not None:
            return None
        return method.pieces

    def init(self, points: Array) -> State:
        return () if self._refuses(points) else self.method.init(points)

    def update(self, step: Step, state: State) -> tuple[Array, State, Report]:
        if self._refuses(step.points):
            return step.points, state, Report(failed=step.active, because=TOO_LARGE)
        with np.errstate(all="ignore"):
            if self.clip is not None:
                step = dataclasses.replace(step, gradient=shortened_to(step.gradient, self.clip))
            return self.method.update(step, state)

    def _refuses(self, points: Array) -> bool:
        return self.forms_hessian and points.shape[1] > LARGEST_DENSE


def stack(optimizers: Sequence[Optimizer]) -> Stack:
    """The method that advances runs with these optimizers, run r with ``optimizers[r]``.

    Raises:
        ValueError: if there are none, or their ``stack_key`` differ.
        KeyError: if there is no such kind.

    >>> from engine.optimizers import momentum
    >>> stack([momentum(0.1), momentum(0.2, beta=0.5)]).init(np.zeros((2, 3)))[0][0].shape
    (2, 3)

    """
    if not optimizers:
        raise ValueError("There are no optimizers to stack: give at least one.")
    if len({optimizer.stack_key for optimizer in optimizers}) > 1:
        raise ValueError("Only optimizers of one kind with the same choices advance together: stack by stack_key.")
    kind = KINDS[optimizers[0].kind]
    clips = [optimizer.clip for optimizer in optimizers if optimizer.clip is not None]
    method = kind.build(stacked_settings(tuple(optimizers)))
    return Stack(method, np.array(clips)[:, None] if clips else None, kind.forms_hessian)
