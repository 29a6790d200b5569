"""Small objectives whose answers are known in closed form, for the tests of surfaces, contours and directions."""

import itertools
import threading

import numpy as np

from engine.objective import Block, Objective, Sampler


class Function(Objective):
    """A function of one or two parameters given as Python; counts how often each point is evaluated."""

    def __init__(self, function, dimension=2, points_per_call=4096, hold=None):
        self.function = function
        self.points_per_call = points_per_call
        self.hold = hold
        self.calls = []
        self._dimension = dimension
        self._lock = threading.Lock()

    @property
    def blocks(self):
        return tuple(Block(name, index, (), "parameter") for index, name in enumerate("xyz"[: self._dimension]))

    @property
    def evaluated(self):
        return [tuple(point) for call in list(self.calls) for point in call]

    def value(self, points):
        return self.function(*np.moveaxis(points, -1, 0))

    def value_and_gradient(self, points):
        raise NotImplementedError

    def hessian(self, points):
        raise NotImplementedError

    def sampler(self, flat, dtype="float32"):
        def evaluate(coordinates):
            if self.hold is not None:
                self.hold(len(self.calls))
            with self._lock:
                self.calls.append(coordinates)
            return self.value(flat.point(coordinates))

        return Sampler(evaluate, self.points_per_call)


class Quadratic(Objective):
    """½ θᵀHθ − bᵀθ."""

    def __init__(self, matrix, linear=None):
        self.matrix = np.asarray(matrix, dtype=float)
        self.linear = np.zeros(len(self.matrix)) if linear is None else np.asarray(linear, dtype=float)

    @property
    def blocks(self):
        return (Block("w", 0, (len(self.matrix),), "parameter"),)

    def value(self, points):
        return 0.5 * np.einsum("...i,ij,...j", points, self.matrix, points) - points @ self.linear

    def value_and_gradient(self, points):
        return self.value(points), points @ self.matrix - self.linear

    def hessian(self, points):
        return np.broadcast_to(self.matrix, (*points.shape[:-1], *self.matrix.shape))

    def hessian_vector_product(self, points, vectors):
        return vectors @ self.matrix


class Layers:
    """The blocks of a multilayer perceptron, in PyTorch's order, and nothing else."""

    def __init__(self, *sizes):
        blocks, start = [], 0
        for number, (inputs, outputs) in enumerate(itertools.pairwise(sizes), 1):
            blocks.append(Block(f"W{number}", start, (outputs, inputs), "weight"))
            blocks.append(Block(f"b{number}", blocks[-1].stop, (outputs,), "bias"))
            start = blocks[-1].stop
        self.blocks = tuple(blocks)
        self.dimension = start
