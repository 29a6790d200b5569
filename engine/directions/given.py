"""Lines and planes through chosen points, along a chosen direction, or along chosen weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array
from engine.directions.recipe import line, plane, point, rest, stand_in, unit
from engine.objective import Objective
from engine.plane import Flat, Line, Plane


def through_points(a: ArrayLike, b: ArrayLike, c: ArrayLike, other: ArrayLike | None = None) -> Plane:
    """The plane that contains three points ``(P,)``, exact at all of them: the start and the ends of two runs, say.

    Orthonormal: the origin is ``a``, the first axis points at ``b``, and ``c`` lies on the side of the positive second axis;
    one unit is one unit of parameter distance.

    Args:
        a: the origin.
        b: at coordinates (‖b − a‖, 0).
        c: at coordinates (anything, ≥ 0).
        other: the direction ``(P,)`` that gives the second axis if the three lie on one line; None, or one along that line,
            takes a Gaussian direction of fixed seed. Either is made orthogonal to the first axis, and the recipe says so.

    Raises:
        ValueError: if ``a`` and ``b`` are the same point.

    >>> plane = through_points([0.0, 0.0, 1.0], [2.0, 0.0, 1.0], [1.0, 3.0, 1.0])
    >>> plane.coordinates([1.0, 3.0, 1.0]), plane.distance([1.0, 3.0, 1.0])
    (array([1., 3.]), array(0.))

    """
    start = point(a, name="The first point")
    one = point(b, start.size, "The second point") - start
    two = point(c, start.size, "The third point") - start
    if not one.any():
        raise ValueError("The first two points are the same and give no direction: choose two different points.")
    first = unit(one)
    left = rest(two, first)
    if left.any():
        second, sentence = unit(left), "through three points; the first axis points at the second of them"
    else:
        second = stand_in(first, other)
        sentence = "through three points on one line; the second axis is another direction at right angles to it"
    lengths = f"{np.linalg.norm(one):.4g} and {np.linalg.norm(two):.4g}"
    return plane(start, first, second, "through points", sentence, [("distances from the first point", lengths)])


def through_two_points(a: ArrayLike, b: ArrayLike) -> Line:
    """The line from ``a`` towards ``b``, both ``(P,)``; ``b`` lies at coordinate ‖b − a‖.

    Raises:
        ValueError: if the points are the same.

    >>> import engine
    >>> line = engine.directions.through_two_points([1.0, 0.0], [4.0, 4.0])
    >>> line.coordinates([4.0, 4.0]).round(3).tolist(), line.point([[2.5]]).round(3).tolist()
    ([5.0], [[2.5, 2.0]])

    """
    start = point(a, name="The first point")
    offset = point(b, start.size, "The second point") - start
    if not offset.any():
        raise ValueError("The two points are the same and give no direction: choose two different points.")
    settings = [("distance of the points", f"{np.linalg.norm(offset):.4g}")]
    return line(
        start, unit(offset), "through points", "through two points, from the first towards the second", settings
    )


def line_along(theta: ArrayLike, direction: ArrayLike, kind: str = "along a direction", sentence: str = "") -> Line:
    """The line through ``theta (P,)`` along ``direction (P,)`` at length 1; the recipe reports the length it came with.

    Raises:
        ValueError: if the direction is zero.

    >>> import engine
    >>> line = engine.directions.line_along([1.0, 1.0], [3.0, 4.0])
    >>> line.direction.round(3).tolist(), line.drawn.settings[0]
    ([0.6, 0.8], ('length before normalizing', '5'))

    """
    origin = point(theta)
    along = point(direction, origin.size, "The direction")
    if not along.any():
        raise ValueError("The direction is zero here and gives no line: choose another direction or another point.")
    settings = [("length before normalizing", f"{np.linalg.norm(along):.4g}")]
    return line(origin, unit(along), kind, sentence or "through a point along a given direction", settings)


def first_axis(flat: Flat, theta: ArrayLike | None = None) -> Line:
    """The line through ``theta`` (None: the plane's origin) along the plane's first axis, in the plane's own units.

    >>> import engine
    >>> plane = engine.Plane([0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [1.0, 2.0, 0.0])
    >>> engine.directions.first_axis(plane, [0.0, 0.0, 5.0]).point([[3.0]])
    array([[3., 0., 5.]])

    """
    return _axis(flat, 0, theta, "the first axis")


def second_axis(flat: Flat, theta: ArrayLike | None = None) -> Line:
    """The line through ``theta`` (None: the plane's origin) along the plane's second axis, in the plane's own units.

    >>> import engine
    >>> plane = engine.Plane([0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [1.0, 2.0, 0.0])
    >>> engine.directions.second_axis(plane).point([[3.0]])
    array([[3., 6., 1.]])

    """
    return _axis(flat, 1, theta, "the second axis")


def _axis(flat: Flat, index: int, theta: ArrayLike | None, name: str) -> Line:
    if flat.dimension <= index:
        raise ValueError("A line has only one axis: choose the first.")
    origin = flat.origin if theta is None else point(theta, flat.parameters)
    return line(origin, flat.directions[index], "axis", f"along {name} of a plane: {flat.drawn.sentence}")


def weights(objective: Objective, i: int, j: int, theta: ArrayLike) -> Plane:
    """The plane of two chosen parameters, all others as in ``theta (P,)``.

    Its coordinates are the two parameters' own values, so ``theta`` lies at (θᵢ, θⱼ) and the origin where both are zero.

    Raises:
        ValueError: if an index is out of range or both are the same.

    >>> import engine
    >>> net = engine.Network((2, 2, 1)).objective(engine.DatasetRecipe("exclusive_or").load())
    >>> plane = engine.directions.weights(net, 0, 3, np.arange(9.0))
    >>> plane.drawn.sentence, plane.coordinates(np.arange(9.0)).tolist()
    ('the values of W1[0, 0] and W1[1, 1], all other parameters fixed', [0.0, 3.0])

    """
    origin = np.array(point(theta, objective.dimension))
    if i == j:
        raise ValueError("The two weights are the same: choose two different ones.")
    first, second = _unit_vector(objective, i), _unit_vector(objective, j)
    origin[[i, j]] = 0.0
    names = objective.names[i], objective.names[j]
    sentence = f"the values of {names[0]} and {names[1]}, all other parameters fixed"
    return plane(origin, first, second, "weights", sentence, [("weights", f"{names[0]} and {names[1]}")])


def axis_line(objective: Objective, i: int, theta: ArrayLike) -> Line:
    """The line of one chosen parameter, all others as in ``theta (P,)``; its coordinate is the parameter's own value.

    >>> import engine
    >>> line = engine.directions.axis_line(engine.Formula("rosenbrock"), 0, [-1.0, 3.0])
    >>> line.point([[0.5]]), line.drawn.sentence
    (array([[0.5, 3. ]]), 'the value of x, all other parameters fixed')

    """
    origin = np.array(point(theta, objective.dimension))
    direction = _unit_vector(objective, i)
    origin[i] = 0.0
    name = objective.names[i]
    return line(origin, direction, "weight", f"the value of {name}, all other parameters fixed", [("weight", name)])


def _unit_vector(objective: Objective, index: int) -> Array:
    if not 0 <= index < objective.dimension:
        raise ValueError(f"There is no parameter number {index}: choose one from 0 to {objective.dimension - 1}.")
    vector = np.zeros(objective.dimension)
    vector[index] = 1.0
    return vector
