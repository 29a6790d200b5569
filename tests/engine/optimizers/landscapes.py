"""Objectives with derivatives written by hand, so that these tests depend on no other part of the engine."""

from __future__ import annotations

import numpy as np

from engine.objective import Block, Objective


class Landscape(Objective):
    """An objective of single parameters."""

    def __init__(self, size):
        self._blocks = tuple(Block(f"x{i}", i, (), "parameter") for i in range(size))

    @property
    def blocks(self):
        return self._blocks

    def value(self, points):
        return self.value_and_gradient(points)[0]


class Quadratic(Landscape):
    """½ (θ − c)ᵀH(θ − c)."""

    def __init__(self, matrix, center=None):
        self.matrix = np.asarray(matrix, dtype=float)
        super().__init__(len(self.matrix))
        self.center = np.zeros(len(self.matrix)) if center is None else np.asarray(center, dtype=float)

    def value_and_gradient(self, points):
        offsets = points - self.center
        gradients = np.einsum("ij,...j->...i", self.matrix, offsets)
        return 0.5 * np.sum(offsets * gradients, axis=-1), gradients

    def hessian(self, points):
        return np.broadcast_to(self.matrix, (*points.shape, points.shape[-1])).copy()


class Slope(Quadratic):
    """gᵀθ: a constant gradient."""

    def __init__(self, gradient):
        super().__init__(np.zeros((len(gradient), len(gradient))))
        self.slope = np.asarray(gradient, dtype=float)

    def value_and_gradient(self, points):
        return points @ self.slope, np.broadcast_to(self.slope, points.shape).copy()


class Rosenbrock(Landscape):
    """(1 − x)² + 100(y − x²)²."""

    def __init__(self):
        super().__init__(2)

    def value_and_gradient(self, points):
        x, y = points[..., 0], points[..., 1]
        off = y - x * x
        gradient = np.stack([-2 * (1 - x) - 400 * x * off, 200 * off], axis=-1)
        return (1 - x) ** 2 + 100 * off**2, gradient

    def hessian(self, points):
        x, y = points[..., 0], points[..., 1]
        xx, xy = 2 - 400 * (y - 3 * x * x), -400 * x
        return np.stack([np.stack([xx, xy], -1), np.stack([xy, np.full_like(x, 200.0)], -1)], -2)


class Saddle(Landscape):
    """½x² − ½y² + ¼y⁴: a saddle at the origin between minima at y = ±1."""

    def __init__(self):
        super().__init__(2)

    def value_and_gradient(self, points):
        x, y = points[..., 0], points[..., 1]
        return 0.5 * x * x - 0.5 * y * y + 0.25 * y**4, np.stack([x, y**3 - y], axis=-1)

    def hessian(self, points):
        y = points[..., 1]
        zero, one = np.zeros_like(y), np.ones_like(y)
        return np.stack([np.stack([one, zero], -1), np.stack([zero, 3 * y * y - 1], -1)], -2)


class Residuals(Landscape):
    """Mean of ½ r² for the model a·exp(−b·t) on exact data with a = 2, b = 0.7: residuals that vanish at the minimum."""

    def __init__(self):
        super().__init__(2)
        self.t = np.linspace(0, 4, 9)
        self.y = 2.0 * np.exp(-0.7 * self.t)

    @property
    def has_residuals(self):
        return True

    def _parts(self, points):
        a, b = points[..., :1], points[..., 1:]
        decay = np.exp(-b * self.t)
        jacobian = np.stack([decay, -a * self.t * decay], axis=-1)
        return a * decay - self.y, jacobian, decay

    def value_and_gradient(self, points):
        r, jacobian, _ = self._parts(points)
        return 0.5 * np.mean(r * r, axis=-1), np.mean(r[..., None] * jacobian, axis=-2)

    def gauss_newton(self, points):
        _, jacobian, _ = self._parts(points)
        return np.swapaxes(jacobian, -1, -2) @ jacobian / len(self.t)

    def hessian(self, points):
        r, _, decay = self._parts(points)
        ab = np.mean(-r * self.t * decay, axis=-1)
        bb = np.mean(r * points[..., :1] * self.t**2 * decay, axis=-1)
        second = np.stack([np.stack([np.zeros_like(ab), ab], -1), np.stack([ab, bb], -1)], -2)
        return self.gauss_newton(points) + second


class Cliff(Landscape):
    """−log(x) on x > 0, NaN to the left: a landscape with an edge."""

    def __init__(self):
        super().__init__(1)

    def value_and_gradient(self, points):
        with np.errstate(all="ignore"):
            return -np.log(points[..., 0]), -1 / points

    def hessian(self, points):
        with np.errstate(all="ignore"):
            return np.where(points > 0, 1 / points**2, np.nan)[..., None]


class TanhNetwork(Landscape):
    """Mean of ½(ŷ − y)² of a 2-3-1 network with tanh, parameters in PyTorch's order (W1, b1, W2, b2)."""

    def __init__(self, inputs, targets):
        super().__init__(13)
        self.inputs, self.targets = inputs, targets

    def value_and_gradient(self, points):
        shape = points.shape[:-1]
        W1, b1 = points[..., :6].reshape(*shape, 3, 2), points[..., 6:9]
        W2, b2 = points[..., 9:12], points[..., 12]
        hidden = np.tanh(self.inputs @ np.swapaxes(W1, -1, -2) + b1[..., None, :])
        error = np.einsum("...nh,...h->...n", hidden, W2) + b2[..., None] - self.targets
        share = error / len(self.targets)
        back = share[..., None] * W2[..., None, :] * (1 - hidden**2)
        gW1 = np.einsum("...nh,nd->...hd", back, self.inputs).reshape(*shape, 6)
        gW2 = np.einsum("...n,...nh->...h", share, hidden)
        gradient = [gW1, back.sum(axis=-2), gW2, share.sum(axis=-1)[..., None]]
        return 0.5 * np.mean(error**2, axis=-1), np.concatenate(gradient, axis=-1)

    def hessian(self, points):
        raise NotImplementedError("First-order tests only.")
