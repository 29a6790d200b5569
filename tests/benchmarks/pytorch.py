"""The peers written with PyTorch, as its documentation advises."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.arrays import Array
from tests.benchmarks.comparison import THREADS, fastest
from tests.benchmarks.networks import Case

if TYPE_CHECKING:
    import torch

CHUNKS = (4, 16, 64, 256, 1024, 4096)
MOST_BYTES = 1 << 29
"""What a chunk's widest activations may take."""


def sizes(candidates: Iterable[int], case: Case, width: int) -> list[int]:
    """The batch sizes whose widest activations, of ``width`` bytes a number, fit into memory."""
    widest = width * case.examples * max(case.layers[1:])
    return [size for size in candidates if size * widest <= MOST_BYTES]


def ready() -> Any:
    """PyTorch, with as many threads as Talweg has."""
    import torch

    torch.set_num_threads(THREADS)
    return torch


def data(case: Case, dtype: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs and targets."""
    torch = ready()
    targets = torch.tensor(case.classes)
    if case.layers[-1] == 1:
        targets = targets.to(dtype)[:, None]
    return torch.tensor(case.inputs, dtype=dtype), targets


def model(case: Case, dtype: Any) -> Any:
    """``nn.Sequential`` of linear layers with tanh between."""
    torch = ready()
    parts = []
    for inputs, outputs in pairwise(case.layers):
        parts += [torch.nn.Linear(inputs, outputs, dtype=dtype), torch.nn.Tanh()]
    return torch.nn.Sequential(*parts[:-1])


def loss_of(case: Case, dtype: Any) -> Callable[[torch.Tensor], torch.Tensor]:
    """The loss as a pure function of the flat parameters (P,)."""
    torch = ready()
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, linear

    inputs, targets = data(case, dtype)
    last = binary_cross_entropy_with_logits if case.layers[-1] == 1 else cross_entropy
    layers = case.network.affine

    def loss(flat: torch.Tensor) -> torch.Tensor:
        values = inputs
        for layer in layers:
            weights = flat[layer.start : layer.bias].view(layer.outputs, layer.inputs)
            values = linear(values, weights, flat[layer.bias : layer.stop])
            if layer is not layers[-1]:
                values = torch.tanh(values)
        return last(values, targets)

    return loss


def surface_by_loop(case: Case, coordinates: Array) -> Callable[[], Array]:
    """One forward pass a grid point: parameters set, loss read, as the usual libraries do."""
    torch = ready()
    from torch.nn.functional import cross_entropy
    from torch.nn.utils import vector_to_parameters

    inputs, targets = data(case, torch.float32)
    network = model(case, torch.float32)
    origin, first, second = (torch.tensor(v, dtype=torch.float32) for v in (case.plane.origin, *case.plane.directions))

    def run() -> Array:
        losses = np.empty(len(coordinates))
        with torch.inference_mode():
            for number, (a, b) in enumerate(coordinates.tolist()):
                vector_to_parameters(origin + a * first + b * second, network.parameters())
                losses[number] = cross_entropy(network(inputs), targets).item()
        return losses

    return run


def surface_by_vmap(case: Case, coordinates: Array) -> tuple[Callable[[], Array], str]:
    """``torch.vmap`` over the grid, with the best chunk."""
    torch = ready()
    loss = loss_of(case, torch.float32)
    origin, axes = (torch.tensor(v, dtype=torch.float32) for v in (case.plane.origin, case.plane.directions))
    grid = torch.tensor(coordinates, dtype=torch.float32)

    def runner(chunk: int, count: int) -> Callable[[], Array]:
        mapped = torch.vmap(loss, chunk_size=chunk)

        def run() -> Array:
            with torch.inference_mode():
                return np.asarray(mapped(origin + grid[:count] @ axes))

        return run

    best = fastest(sizes(CHUNKS, case, 4), len(coordinates), runner)
    return runner(best, len(coordinates)), f"chunks of {best}"


def training(case: Case, starts: Array, steps: int, rate: float) -> Callable[[], Array]:
    """Eager full-batch steps, one model after the other; returns the losses (steps + 1, runs)."""
    torch = ready()
    from torch.nn.functional import cross_entropy
    from torch.nn.utils import vector_to_parameters

    inputs, targets = data(case, torch.float64)
    network = model(case, torch.float64)
    given = torch.tensor(starts)

    def run() -> Array:
        losses = np.empty((steps + 1, len(given)))
        for number, start in enumerate(given):
            with torch.no_grad():
                vector_to_parameters(start.clone(), network.parameters())
            optimizer = torch.optim.SGD(network.parameters(), lr=rate)
            for step in range(steps + 1):
                optimizer.zero_grad()
                loss = cross_entropy(network(inputs), targets)
                loss.backward()
                losses[step, number] = loss.item()
                if step < steps:
                    optimizer.step()
        return losses

    return run


def hessian(case: Case) -> tuple[Callable[[], Array], str]:
    """``torch.func.hessian`` of the loss, or where that is faster its forward over reverse in the best chunk of columns."""
    torch = ready()
    loss, point = loss_of(case, torch.float64), torch.tensor(case.start)
    size, slope = case.network.dimension, torch.func.grad(loss)
    unit = torch.eye(size, dtype=torch.float64)

    def column(vector: torch.Tensor) -> torch.Tensor:
        return torch.func.jvp(slope, (point,), (vector,))[1]

    def runner(chunk: int, count: int) -> Callable[[], Array]:
        if chunk == size:
            return lambda: np.asarray(torch.func.hessian(loss)(point))
        return lambda: np.asarray(torch.vmap(column, chunk_size=chunk)(unit[:count]))

    best = fastest([*sizes([c for c in CHUNKS if c < size], case, 16), size], size, runner)
    return runner(best, size), "" if best == size else f"chunks of {best} columns"


def top_eigenvalues(case: Case, count: int) -> Callable[[], Array]:
    """Lanczos (ARPACK) on Hessian-vector products by ``torch.func``: forward over reverse."""
    torch = ready()
    from scipy.sparse.linalg import LinearOperator, eigsh

    slope, point = torch.func.grad(loss_of(case, torch.float64)), torch.tensor(case.start)
    size = case.network.dimension

    def product(vector: Array) -> Array:
        return np.asarray(torch.func.jvp(slope, (point,), (torch.tensor(vector.reshape(size)),))[1])

    def run() -> Array:
        operator = LinearOperator((size, size), matvec=product, dtype=np.float64)
        start = np.random.default_rng(0).standard_normal(size)
        values = eigsh(operator, k=count, which="LA", v0=start, ncv=40, tol=1e-10, return_eigenvectors=False)
        return np.sort(values)

    return run
