"""Array types, read-only arrays and the comparison of frozen values that hold arrays.

Shapes everywhere: batches go first, parameters last. A point is ``(..., P)``; a result loses the last axis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Indices: TypeAlias = NDArray[np.intp]
Sampled: TypeAlias = NDArray[np.float32] | NDArray[np.float64]


def read_only(values: ArrayLike) -> Array:
    """Return ``values`` as a float64 array that nobody can write to; the caller's own array stays as it is."""
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


def frozen_view(array: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view: for large results that their producer promises not to change any more."""
    view = array.view()
    view.flags.writeable = False
    return view


def same(a: object, b: object) -> bool:
    """Whether two frozen values say the same: identity first, then contents; NaN equals NaN.

    Values that hold arrays are declared with ``eq=False``, because ``==`` on arrays is not a truth value.
    """
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if is_dataclass(a) and not isinstance(a, type):
        return all(same(getattr(a, field.name), getattr(b, field.name)) for field in fields(a) if field.compare)
    return bool(a == b)
