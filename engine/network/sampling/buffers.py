"""Memory that samplers of one network use again and again: a page that the system hands out anew costs as much as using it."""

from __future__ import annotations

import threading
from math import prod

import numpy as np

from engine.network.activations import Values


class Buffers(threading.local):
    """Each thread's buffers by name. Samplers share them: what one call left there is nothing to the next."""

    def __init__(self) -> None:
        self._held: dict[tuple[object, np.dtype[np.generic]], Values] = {}

    def get(self, name: object, dtype: np.dtype[np.generic], shape: tuple[int, ...], least: int = 0) -> Values:
        """The buffer of this name as an array of this shape, made for at least ``least`` numbers; holds anything.

        >>> buffers = Buffers()
        >>> first = buffers.get("layer", np.dtype("float32"), (3, 4), least=100)
        >>> first.shape, np.shares_memory(first, buffers.get("layer", np.dtype("float32"), (20, 5)))
        ((3, 4), True)

        """
        size = prod(shape)
        held = self._held.get((name, dtype))
        if held is None or held.size < size:
            held = self._held[name, dtype] = np.empty(max(size, least), dtype)
        return held[:size].reshape(shape)
