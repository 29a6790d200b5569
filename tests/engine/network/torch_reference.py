"""Write ``torch_reference.npz``: losses, gradients and Hessians of small networks by PyTorch, in float64.

Run once with any Python that has torch 2.13 and NumPy; the tests read the file and need no torch:

    python tests/engine/network/torch_reference.py
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn

ACTIVATIONS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": nn.functional.leaky_relu,
    "softplus": nn.functional.softplus,
    "gelu": nn.functional.gelu,
    "sine": torch.sin,
    "linear": lambda z: z,
}
LAYERS = (2, 3, 2, 3)


def _losses(outputs: torch.Tensor, classes: torch.Tensor) -> dict[str, torch.Tensor]:
    one_hot = nn.functional.one_hot(classes, outputs.shape[1]).to(outputs)
    huber = nn.functional.huber_loss(outputs, one_hot, reduction="none").sum(1).mean()
    return {
        "squared_error": 0.5 * ((outputs - one_hot) ** 2).sum(1).mean(),
        "squared_error_sigmoid": 0.5 * ((torch.sigmoid(outputs) - one_hot) ** 2).sum(1).mean(),
        "cross_entropy": nn.functional.cross_entropy(outputs, classes),
        "huber": huber,
        "binary_cross_entropy": nn.functional.binary_cross_entropy_with_logits(
            outputs[:, 0], (classes > 0).to(outputs), reduction="mean"
        ),
    }


def _network(point: torch.Tensor, inputs: torch.Tensor, activation: str, layers: tuple[int, ...]) -> torch.Tensor:
    model = nn.Sequential(*(nn.Linear(a, b, dtype=torch.float64) for a, b in pairwise(layers)))
    nn.utils.vector_to_parameters(point.detach(), model.parameters())  # the order that is claimed, by PyTorch itself
    start, values = 0, inputs
    for number, layer in enumerate(model):
        sizes = (layer.weight.numel(), layer.bias.numel())
        weight = point[start : start + sizes[0]].reshape(layer.weight.shape)
        bias = point[start + sizes[0] : start + sum(sizes)]
        start += sum(sizes)
        assert torch.equal(weight, layer.weight), "not PyTorch's order"
        assert torch.equal(bias, layer.bias), "not PyTorch's order"
        values = nn.functional.linear(values, weight, bias)
        if number < len(model) - 1:
            values = ACTIVATIONS[activation](values)
    return values


def _write() -> None:
    random = np.random.default_rng(20)
    inputs, classes = random.normal(size=(7, 2)), random.integers(0, 3, 7)
    found = {"inputs": inputs, "classes": classes}
    for activation in ACTIVATIONS:
        for loss in ("squared_error", "squared_error_sigmoid", "cross_entropy", "huber", "binary_cross_entropy"):
            layers = (*LAYERS[:-1], 1) if loss == "binary_cross_entropy" else LAYERS
            count = sum(b * (a + 1) for a, b in pairwise(layers))
            point = random.normal(size=count)

            def function(
                theta: torch.Tensor, a: str = activation, kind: str = loss, w: tuple[int, ...] = layers
            ) -> torch.Tensor:
                outputs = _network(theta, torch.tensor(inputs), a, w)
                if kind == "binary_cross_entropy":
                    return _losses(torch.cat([outputs] * 3, 1), torch.tensor(classes))[kind]
                return _losses(outputs, torch.tensor(classes))[kind]

            theta = torch.tensor(point, requires_grad=True)
            value = function(theta)
            key = f"{activation}/{loss}/"
            found[key + "point"] = point
            found[key + "value"] = value.detach().numpy()
            found[key + "gradient"] = torch.autograd.grad(value, theta)[0].numpy()
            found[key + "hessian"] = torch.autograd.functional.hessian(function, torch.tensor(point)).numpy()
    np.savez_compressed(Path(__file__).with_suffix(".npz"), **found)


if __name__ == "__main__":
    _write()
