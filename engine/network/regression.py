"""Linear regression: the network without hidden layers, the only one whose minimum has a closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array

if TYPE_CHECKING:
    from engine.network.model import Network

HAS_CLOSED_FORM = "No hidden layer: this is linear regression. One system of linear equations gives its minimum."
NO_CLOSED_FORM = "There is no closed form for this network: its minimum has to be searched for, step by step."


def closed_form_sentence(network: Network) -> str:
    """Whether the minimum has a closed form, in words.

    >>> import engine
    >>> engine.network.closed_form_sentence(engine.Network((2, 1)))
    'No hidden layer: this is linear regression. One system of linear equations gives its minimum.'
    >>> engine.network.closed_form_sentence(engine.Network((2, 3, 1)))
    'There is no closed form for this network: its minimum has to be searched for, step by step.'
    """
    return HAS_CLOSED_FORM if network.is_linear_regression else NO_CLOSED_FORM


def closed_form(network: Network, inputs: Array, targets: Array) -> Array | None:
    """θ ``(P,)`` that minimizes mean ½‖W x + b − y‖² + ½·l2·Σ W²; None where the network is not linear regression.

    Stationary where (XᵀX/N + l2·I) Wᵀ = XᵀY/N with X and Y centered, and b = ȳ − W x̄ (Hastie, Tibshirani & Friedman 2009,
    equation 3.44). Where the minimum is not unique (dependent features, no l2), the shortest W. Inputs ``(N, d)``, targets
    ``(N, c)``.
    """
    if not network.is_linear_regression:
        return None
    center, middle = inputs.mean(axis=0), targets.mean(axis=0)
    features, values = inputs - center, targets - middle
    if network.l2 > 0:
        features = np.vstack([features, np.sqrt(network.l2 * len(inputs)) * np.eye(features.shape[1])])
        values = np.vstack([values, np.zeros((features.shape[1], values.shape[1]))])
    weights = np.linalg.lstsq(features, values, rcond=None)[0].T
    return np.concatenate([weights.ravel(), middle - weights @ center])
