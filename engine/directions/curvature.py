"""Lines and planes from the derivatives at a point: gradient, Newton's step, eigenvectors of the Hessian."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array
from engine.directions.given import line_along
from engine.directions.recipe import generator, plane, point, rest, stand_in, unit, upright
from engine.objective import Objective
from engine.plane import Line, Plane

Place: TypeAlias = Literal["top", "second", "bottom"]

DENSE_EIGENVECTORS = 1500
"""P up to which eigenvectors come from the whole Hessian: Lanczos was as fast there, and is faster beyond."""
DENSE_NEWTON = 3000
"""P up to which Newton's step is solved with the whole Hessian: MINRES needs hundreds of products with it."""
MOST_PRODUCTS = 500
NULL = 1e-10
"""Eigenvalues below this share of the largest are directions without curvature: a pseudo-inverse drops them."""


def hessian_eigenvectors(
    objective: Objective,
    theta: ArrayLike,
    which: tuple[Place, Place] = ("top", "bottom"),
    dense_up_to: int = DENSE_EIGENVECTORS,
) -> Plane:
    """The plane through ``theta (P,)`` along two eigenvectors of the Hessian: where it bends most up and most down, say.

    ``"top"`` is the largest eigenvalue, ``"second"`` the next to it, ``"bottom"`` the smallest (the most negative one). The
    whole Hessian is decomposed up to ``dense_up_to`` parameters, beyond it only products with it are used (Lanczos). The
    recipe reports the eigenvalues λ and the residuals ‖Hv − λv‖. Orthonormal; the largest entry of each axis is positive.

    Raises:
        ValueError: if ``which`` names the same eigenvector twice, or P is 1.
        RuntimeError: if Lanczos does not converge.

    >>> import engine
    >>> saddle = engine.Formula.parse("x^2 - 3*y^2")
    >>> plane = engine.directions.hessian_eigenvectors(saddle, [0.0, 0.0])
    >>> plane.drawn.sentence, plane.drawn.settings[0]
    ('the top and the bottom eigenvector of the Hessian', ('eigenvalues', '2 and -6'))

    """
    origin = point(theta, objective.dimension)
    rank = {"top": -1, "second": -2, "bottom": 0}
    if len(which) != 2 or any(name not in rank for name in which):
        raise ValueError(f'Two of "top", "second" and "bottom" are wanted, not {which}.')
    if len({rank[name] % max(origin.size, 1) for name in which}) < 2:
        raise ValueError(f"{which[0]} and {which[1]} are the same eigenvector here: choose two different ones.")
    if origin.size <= dense_up_to:
        values, vectors = np.linalg.eigh(objective.hessian(origin))
        pairs = [(float(values[rank[name]]), np.asarray(vectors[:, rank[name]])) for name in which]
    else:
        pairs = _lanczos(objective, origin, which)
    first, second = (upright(vector) for _, vector in pairs)
    residuals = [np.linalg.norm(objective.hessian_vector_product(origin, v) - value * v) for value, v in pairs]
    settings = [
        ("eigenvalues", " and ".join(f"{value:.6g}" for value, _ in pairs)),
        ("residuals", " and ".join(f"{residual:.1e}" for residual in residuals)),
    ]
    sentence = f"the {which[0]} and the {which[1]} eigenvector of the Hessian"
    return plane(origin, first, unit(rest(second, first)), "Hessian eigenvectors", sentence, settings)


def _lanczos(objective: Objective, origin: Array, which: Sequence[Place]) -> list[tuple[float, Array]]:
    from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

    size = origin.size
    product = LinearOperator(
        (size, size), matvec=lambda v: objective.hessian_vector_product(origin, np.ravel(v)), dtype=np.float64
    )
    start = generator(0).standard_normal(size)
    pairs = {}
    try:
        if "bottom" in which:
            values, vectors = eigsh(product, k=1, which="SA", v0=start, ncv=min(size, 40), tol=1e-8)
            pairs["bottom"] = float(values[0]), np.asarray(vectors[:, 0])
        upper = [name for name in ("top", "second") if name in which]
        if upper:
            values, vectors = eigsh(product, k=2, which="LA", v0=start, ncv=min(size, 40), tol=1e-8)
            order = np.argsort(values)[::-1]
            for name, index in zip(("top", "second"), order, strict=True):
                pairs[name] = float(values[index]), np.asarray(vectors[:, index])
    except ArpackNoConvergence as error:
        raise RuntimeError(
            "The Lanczos iteration found no eigenvectors here, because eigenvalues lie too close together: choose a "
            "random plane or the gradient and Newton's step."
        ) from error
    return [pairs[name] for name in which]


def gradient_and_newton(objective: Objective, theta: ArrayLike, dense_up_to: int = DENSE_NEWTON) -> Plane:
    """The plane through ``theta (P,)`` that holds both the gradient and Newton's step −H⁺g.

    Orthonormal: the first axis points down the gradient (−g), the second is the part of Newton's step at right angles to it.
    The recipe reports both lengths and the angle between the two. Where they are parallel the second axis is a Gaussian
    direction of fixed seed, made orthogonal, and the recipe says so.

    Raises:
        ValueError: where the gradient is zero.

    >>> import engine
    >>> plane = engine.directions.gradient_and_newton(engine.Formula("rosenbrock"), [-1.0, 1.0])
    >>> plane.drawn.sentence, plane.drawn.settings[2]
    ("down the gradient, and the part of Newton's step at right angles to it", ('angle between them', '63.43°'))

    """
    origin = point(theta, objective.dimension)
    gradient = _gradient(objective, origin)
    newton = _newton_step(objective, origin, gradient, dense_up_to)
    first = unit(-gradient)
    left = rest(newton, first)
    sentence = "down the gradient, and the part of Newton's step at right angles to it"
    if not left.any():
        left = stand_in(first)
        sentence = "down the gradient, which Newton's step is parallel to, and another direction at right angles to it"
    length = float(np.linalg.norm(newton))
    cosine = float(newton @ first) / length if length else 0.0
    settings = [
        ("norm of the gradient", f"{np.linalg.norm(gradient):.4g}"),
        ("length of Newton's step", f"{length:.4g}"),
        ("angle between them", f"{np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))):.2f}°"),
    ]
    return plane(origin, first, unit(left), "gradient and Newton", sentence, settings)


def gradient_line(objective: Objective, theta: ArrayLike) -> Line:
    """The line through ``theta (P,)`` down the gradient: −g at length 1.

    >>> import engine
    >>> ravine = engine.Formula.parse("x^2 + 10*y^2")
    >>> engine.directions.gradient_line(ravine, [10.0, 1.0]).direction.round(3).tolist()
    [-0.707, -0.707]

    """
    origin = point(theta, objective.dimension)
    return line_along(origin, -_gradient(objective, origin), "gradient", "down the gradient")


def newton_line(objective: Objective, theta: ArrayLike, dense_up_to: int = DENSE_NEWTON) -> Line:
    """The line through ``theta (P,)`` along Newton's step −H⁺g at length 1; the recipe reports the step's length.

    >>> import engine
    >>> ravine = engine.Formula.parse("x^2 + 10*y^2")
    >>> line = engine.directions.newton_line(ravine, [4.0, 3.0])
    >>> line.direction.round(3).tolist(), bool(line.distance([0.0, 0.0]) < 1e-12)
    ([-0.8, -0.6], True)

    """
    origin = point(theta, objective.dimension)
    step = _newton_step(objective, origin, _gradient(objective, origin), dense_up_to)
    return line_along(origin, step, "Newton", "along Newton's step")


def _gradient(objective: Objective, origin: Array) -> Array:
    gradient = objective.value_and_gradient(origin)[1]
    if not np.isfinite(gradient).all():
        raise ValueError("The gradient is not finite here: choose another point.")
    if not gradient.any():
        raise ValueError("The gradient is zero here and gives no direction: choose another point or another plane.")
    return gradient


def _newton_step(objective: Objective, origin: Array, gradient: Array, dense_up_to: int) -> Array:
    """−H⁺g: by eigendecomposition without the null directions, or by MINRES, which stays out of them as well.

    MINRES is cut off after 500 products, so that beyond ``dense_up_to`` parameters the step may be an approximation.
    """
    if origin.size <= dense_up_to:
        values, vectors = np.linalg.eigh(objective.hessian(origin))
        kept = np.abs(values) > NULL * np.abs(values).max()
        inverse = np.divide(1.0, values, out=np.zeros_like(values), where=kept)
        return np.asarray(-vectors @ (inverse * (vectors.T @ gradient)))
    from scipy.sparse.linalg import LinearOperator, minres

    product = LinearOperator(
        (origin.size, origin.size),
        matvec=lambda v: objective.hessian_vector_product(origin, np.ravel(v)),
        dtype=np.float64,
    )
    return np.asarray(minres(product, -gradient, rtol=1e-10, maxiter=MOST_PRODUCTS)[0])
