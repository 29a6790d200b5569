"""The peers written with JAX: jitted, double precision where Talweg's is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.arrays import Array
from tests.benchmarks.comparison import fastest
from tests.benchmarks.networks import Case

BATCHES = (1, 8, 32, 128, 512, 2048)
MOST_BYTES = 1 << 29


def ready() -> Any:
    """JAX on the processor, able to compute in float64."""
    import jax

    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_enable_x64", True)
    return jax


def loss_of(case: Case) -> Callable[[Any, Any, Any], Any]:
    """The loss as a function of the flat parameters (P,), the inputs and one-hot targets."""
    jax = ready()
    jnp, layers = jax.numpy, case.network.affine

    def loss(flat: Any, inputs: Any, targets: Any) -> Any:
        values = inputs
        for layer in layers:
            weights = flat[layer.start : layer.bias].reshape(layer.outputs, layer.inputs)
            values = values @ weights.T + flat[layer.bias : layer.stop]
            if layer is not layers[-1]:
                values = jnp.tanh(values)
        return -jnp.mean(jnp.sum(jax.nn.log_softmax(values, axis=-1) * targets, axis=-1))

    return loss


def data(case: Case, dtype: str) -> tuple[Any, Any]:
    """Inputs and one-hot targets on the device."""
    jnp = ready().numpy
    return jnp.asarray(case.inputs, dtype), jnp.asarray(np.eye(case.layers[-1])[case.classes], dtype)


def surface(case: Case, coordinates: Array) -> tuple[Callable[[], Array], str]:
    """Jitted ``lax.map`` over the grid, with the best batch size."""
    jax = ready()
    loss, (inputs, targets) = loss_of(case), data(case, "float32")
    origin, axes = (jax.numpy.asarray(v, "float32") for v in (case.plane.origin, case.plane.directions))
    grid = jax.numpy.asarray(coordinates, "float32")

    def runner(size: int, count: int) -> Callable[[], Array]:
        @jax.jit
        def mapped(inputs: Any, targets: Any, grid: Any) -> Any:
            return jax.lax.map(lambda c: loss(origin + c @ axes, inputs, targets), grid, batch_size=size)

        return lambda: np.asarray(mapped(inputs, targets, grid[:count]))

    widest = 4 * case.examples * max(case.layers[1:])
    sizes = [size for size in BATCHES if size == 1 or (size * widest <= MOST_BYTES and size < len(coordinates))]
    best = fastest(sizes, len(coordinates), runner)
    return runner(best, len(coordinates)), f"batches of {best}"


def training(case: Case, starts: Array, steps: int, rate: float) -> Callable[[], Array]:
    """Jitted ``vmap`` over the runs of a ``lax.scan`` over the steps; returns the losses (steps + 1, runs)."""
    jax = ready()
    slope, (inputs, targets) = jax.value_and_grad(loss_of(case)), data(case, "float64")

    def descend(start: Any, inputs: Any, targets: Any) -> Any:
        def step(point: Any, _: None) -> tuple[Any, Any]:
            value, gradient = slope(point, inputs, targets)
            return point - rate * gradient, value

        return jax.lax.scan(step, start, length=steps + 1)[1]

    together = jax.jit(jax.vmap(descend, in_axes=(0, None, None)))
    given = jax.numpy.asarray(starts)
    return lambda: np.asarray(together(given, inputs, targets)).T
