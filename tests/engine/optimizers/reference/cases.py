"""What the PyTorch reference and the tests share: problems, starts, settings. NumPy only, so that both can import it."""

from __future__ import annotations

import numpy as np

STEPS, EVERY = 200, 20

_SEEDED = np.random.default_rng(7)
INPUTS = _SEEDED.standard_normal((12, 2))
TARGETS = np.sin(INPUTS[:, 0]) - 0.5 * INPUTS[:, 1]
MATRIX = np.array([[3.0, 0.5, 0.0], [0.5, 1.0, 0.2], [0.0, 0.2, 0.1]])
STARTS = {
    "quadratic": np.array([1.0, -2.0, 3.0]),
    "rosenbrock": np.array([-1.2, 1.0]),
    "network": 0.7 * _SEEDED.standard_normal(13),
}

# name → (class in torch.optim, its arguments, ours); the rate for Rosenbrock is smaller where the common one diverges.
CASES = {
    "gradient_descent": ("SGD", {"lr": 0.1}, {"learning_rate": 0.1}),
    "momentum": ("SGD", {"lr": 0.05, "momentum": 0.9}, {"learning_rate": 0.05, "beta": 0.9}),
    "nesterov": ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}, {"learning_rate": 0.05, "beta": 0.9}),
    "adagrad": ("Adagrad", {"lr": 0.5}, {"learning_rate": 0.5}),
    "adadelta": ("Adadelta", {}, {}),
    # Longer steps or a shorter memory make RMSProp bounce chaotically near a minimum, where rounding alone sets runs apart.
    "rmsprop": ("RMSprop", {"lr": 0.005, "alpha": 0.98}, {"learning_rate": 0.005, "rho": 0.98}),
    "adam": ("Adam", {"lr": 0.05}, {"learning_rate": 0.05}),
    "amsgrad": ("Adam", {"lr": 0.05, "amsgrad": True}, {"learning_rate": 0.05}),
    "adamw": ("AdamW", {"lr": 0.05, "weight_decay": 0.1}, {"learning_rate": 0.05, "weight_decay": 0.1}),
    "nadam": ("NAdam", {"lr": 0.05}, {"learning_rate": 0.05}),
    "radam": ("RAdam", {"lr": 0.05}, {"learning_rate": 0.05}),
}
SLOWER = {"gradient_descent": 0.001, "momentum": 0.0005, "nesterov": 0.0005, "radam": 0.0005}


def rate_for(name: str, problem: str) -> float | None:
    """The rate that replaces the case's own on ``problem``; None: keep it."""
    return SLOWER.get(name) if problem == "rosenbrock" else None
