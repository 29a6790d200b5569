"""Multilayer perceptrons: their description, their loss as an objective, and exact derivatives of both orders."""

from engine.network.activations import ACTIVATIONS, OUTPUTS, Activation
from engine.network.initialization import SCHEMES, Scheme
from engine.network.loss import Loss
from engine.network.losses import LOSSES, default_loss, loss_named
from engine.network.model import Network
from engine.network.objective import NetworkObjective
from engine.network.prediction import decisions
from engine.network.regression import closed_form_sentence
from engine.network.trace import LayerTrace, Trace

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "OUTPUTS",
    "SCHEMES",
    "Activation",
    "LayerTrace",
    "Loss",
    "Network",
    "NetworkObjective",
    "Scheme",
    "Trace",
    "closed_form_sentence",
    "decisions",
    "default_loss",
    "loss_named",
]
