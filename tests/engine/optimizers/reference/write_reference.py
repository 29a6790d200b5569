"""Write PyTorch's iterates to ``iterates.npz``: every 20th of 200 steps in float64 (made with torch 2.13.0).

Run in an environment with torch and numpy: ``python tests/engine/optimizers/reference/write_reference.py``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from cases import CASES, EVERY, INPUTS, MATRIX, STARTS, STEPS, TARGETS, rate_for

torch.set_default_dtype(torch.float64)  # otherwise NAdam keeps its product of momenta in float32


def quadratic(theta):
    return 0.5 * theta @ torch.tensor(MATRIX) @ theta


def rosenbrock(theta):
    x, y = theta
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def network(theta):
    first, second = torch.nn.Linear(2, 3, dtype=torch.float64), torch.nn.Linear(3, 1, dtype=torch.float64)
    model = torch.nn.Sequential(first, torch.nn.Tanh(), second)
    names = [name for name, _ in model.named_parameters()]
    pieces = torch.split(theta, [p.numel() for p in model.parameters()])
    parameters = {n: piece.view_as(p) for n, piece, p in zip(names, pieces, model.parameters(), strict=True)}
    output = torch.func.functional_call(model, parameters, torch.tensor(INPUTS))[:, 0]
    return 0.5 * ((output - torch.tensor(TARGETS)) ** 2).mean()


LOSSES = {"quadratic": quadratic, "rosenbrock": rosenbrock, "network": network}


def iterates(name, problem):
    kind, settings, _ = CASES[name]
    rate = rate_for(name, problem)
    theta = torch.tensor(STARTS[problem], requires_grad=True)
    optimizer = getattr(torch.optim, kind)([theta], **(settings if rate is None else settings | {"lr": rate}))
    path = [theta.detach().numpy().copy()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        LOSSES[problem](theta).backward()
        optimizer.step()
        path.append(theta.detach().numpy().copy())
    return np.array(path[::EVERY])


if __name__ == "__main__":
    recorded = {f"{name}/{problem}": iterates(name, problem) for name in CASES for problem in LOSSES}
    assert all(np.isfinite(path).all() for path in recorded.values())
    np.savez_compressed(Path(__file__).parent / "iterates.npz", **recorded)
