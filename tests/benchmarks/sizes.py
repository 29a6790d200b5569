"""Experiments of a given size, on random images in an archive."""

from pathlib import Path

import numpy as np

from engine import optimizers
from engine.datasets import DatasetRecipe
from engine.experiment import Experiment
from engine.plane_recipe import PlaneRecipe
from engine.problem import NetworkProblem
from engine.start import Start

PIXELS, CLASSES, AT_ONCE = 784, 10, 1000


def pictures(folder: Path, examples: int, plane: str = "random", steps: int = 1, batch_size: int = 16) -> Experiment:
    """784-16-16-10 (13,002 parameters) on ``examples`` float32 images, with one run of gradient descent."""
    path = folder / f"pictures_{examples}.npz"
    archive(path, examples)
    problem = NetworkProblem(DatasetRecipe.of_npz(path), (16, 16), "tanh", "identity", "cross_entropy")
    start, chosen = Start("xavier", seed=0), (optimizers.gradient_descent(0.01),)
    drawn = PlaneRecipe(plane, start, chosen, steps, batch_size)  # type: ignore[arg-type]
    return Experiment(problem, (start,), chosen, steps, drawn, batch_size)


def archive(path: Path, examples: int) -> None:
    """Images ``(N, 784)`` in float32 and classes ``(N,)`` that a linear map could tell apart."""
    random = np.random.default_rng(0)
    inputs = np.empty((examples, PIXELS), dtype=np.float32)
    for first in range(0, examples, AT_ONCE):
        part = inputs[first : first + AT_ONCE]
        random.standard_normal(out=part, dtype=np.float32)
    of = random.standard_normal((PIXELS, CLASSES), dtype=np.float32)
    np.savez(path, inputs=inputs, targets=(inputs @ of).argmax(axis=1))
