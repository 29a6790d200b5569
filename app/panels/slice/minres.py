"""Newton's direction from Hessian-vector products alone, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np

from engine.arrays import Array


def minimal_residuals(
    product: Callable[[Array], Array], right: Array, most: int, tolerance: float = 1e-8
) -> Generator[int, None, Array]:
    """Solve H d = ``right (P,)`` for a symmetric H that may be indefinite or singular, from d = 0; returns d ``(P,)``.

    MINRES (Paige and Saunders 1975) as algorithm 2.4 of Elman, Silvester and Wathen, Finite Elements and Fast Iterative
    Solvers (2014). It yields after every product: SciPy's cannot be interrupted, and forty products of a large network take a
    third of a second, for which a window would not stop. Overflow shows in the numbers.

    Args:
        product: v ``(P,)`` → H v ``(P,)``.
        right: the right-hand side.
        most: products at most.
        tolerance: it ends when the residual is so small a share of ``right``.

    """
    solution, older, old = np.zeros_like(right), np.zeros_like(right), np.zeros_like(right)
    before, now = np.zeros_like(right), right
    length = residual = start = float(np.linalg.norm(right))
    cosines, sines = (1.0, 1.0), (0.0, 0.0)
    for number in range(most):
        if not abs(residual) > tolerance * start or length == 0.0:
            break
        unit = now / length
        image = product(unit)
        along = float(unit @ image)
        following = image - along * unit - length * before
        longer = float(np.linalg.norm(following))
        a0 = cosines[1] * along - cosines[0] * sines[1] * length
        a1 = float(np.hypot(a0, longer))
        a2 = sines[1] * along + cosines[0] * cosines[1] * length
        a3 = sines[0] * length
        if a1 == 0.0:
            break
        older, old = old, (unit - a3 * older - a2 * old) / a1
        cosines, sines = (cosines[1], a0 / a1), (sines[1], longer / a1)
        solution = solution + cosines[1] * residual * old
        residual *= -sines[1]
        before, now, length = unit, following, longer
        yield number + 1
    return solution
