"""Methods that need gradients only: θ ← θ − α · direction, the direction a chain of pieces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.optimizers.adaptive import (
    ByAverageOfSquares,
    ByAverageOfSteps,
    BySumOfSquares,
    LargestMoments,
    Moments,
    NesterovMoments,
    RectifiedMoments,
)
from engine.optimizers.line_search import search
from engine.optimizers.method import NOTHING, Kind, Method, Optimizer, Parameter, Report, State, Step
from engine.optimizers.settings import BETA, BETA1, BETA2, LINE_SEARCH, WEIGHT_DECAY, configured, epsilon, rho
from engine.optimizers.transforms import Chain, SignOfAverage, Transform, Velocity, add_decayed_weights, chain
from engine.schedules import Schedule


@dataclass(frozen=True, eq=False)
class FirstOrder:
    """Any chain of pieces as a method; ``line_search`` may shorten its steps, the rate is the longest tried."""

    pieces: Chain
    line_search: str = "none"

    def init(self, points: Array) -> State:
        return self.pieces.init(points)

    def update(self, step: Step, state: State) -> tuple[Array, State, Report]:
        vectors, state = self.pieces.update(step.gradient, state, step.points)
        if not step.explain and self.line_search == "none":
            return step.points - step.rate[:, None] * vectors, state, NOTHING
        direction = -vectors
        searched = search(self.line_search, step, direction, step.rate)
        return (
            step.points + searched.length[:, None] * direction,
            state,
            Report(
                direction=direction,
                predicted=searched.length * np.vecdot(step.gradient, direction),
                curvature={"shortened": searched.shortened, "length": searched.length},
                refused=None if self.line_search == "none" else step.active & ~searched.found,
            ),
        )


def _of(*pieces: Callable[[Mapping[str, Any]], Transform]) -> Callable[[Mapping[str, Any]], Method]:
    """How a kind builds its method: pieces from settings, chained."""
    return lambda settings: FirstOrder(
        chain(*(piece(settings) for piece in pieces)), settings.get("line_search", "none")
    )


def _moments(settings: Mapping[str, Any]) -> Moments:
    return Moments(settings["beta1"], settings["beta2"], settings["epsilon"])


ADAM_PARAMETERS = (BETA1, BETA2, epsilon(1e-8))

GRADIENT_DESCENT = Kind(
    "gradient_descent",
    "Gradient descent",
    "Steps against the gradient, as long as the learning rate says.",
    "Cauchy (1847), Méthode générale pour la résolution des systèmes d'équations simultanées",
    (LINE_SEARCH,),
    _of(),
    stability=lambda _: 2.0,
    clips=True,
)
MOMENTUM = Kind(
    "momentum",
    "Momentum",
    "Keeps a velocity, the fading sum of all past gradients: faster along slopes, overshooting in ravines.",
    "Polyak (1964), Some methods of speeding up the convergence of iteration methods",
    (BETA,),
    _of(lambda s: Velocity(s["beta"])),
    stability=lambda s: 2.0 * (1.0 + s["beta"]),
    clips=True,
)
NESTEROV = Kind(
    "nesterov",
    "Nesterov",
    "Momentum that looks one step ahead, which damps its swinging.",
    "Nesterov (1983); Sutskever et al. (2013), On the importance of initialization and momentum, section 2",
    (BETA,),
    _of(lambda s: Velocity(s["beta"], look_ahead=True)),
    # On a curvature λ: z² − (1 + β)(1 − αλ)z + β(1 − αλ) = 0 leaves the unit circle at z = −1.
    stability=lambda s: 2.0 * (1.0 + s["beta"]) / (1.0 + 2.0 * s["beta"]),
    clips=True,
)
ADAGRAD = Kind(
    "adagrad",
    "AdaGrad",
    "Divides each component by the root of the sum of its squares so far: rates that only fall.",
    "Duchi, Hazan and Singer (2011), Adaptive subgradient methods",
    (epsilon(1e-10),),
    _of(lambda s: BySumOfSquares(s["epsilon"])),
    default_rate=0.01,
    clips=True,
)
ADADELTA = Kind(
    "adadelta",
    "AdaDelta",
    "Scales each component by the ratio of past steps to past gradients: no rate of its own is needed.",
    "Zeiler (2012), ADADELTA: an adaptive learning rate method",
    (rho(0.9), epsilon(1e-6)),
    _of(lambda s: ByAverageOfSteps(s["rho"], s["epsilon"])),
    default_rate=1.0,
    clips=True,
)
RMSPROP = Kind(
    "rmsprop",
    "RMSProp",
    "Divides each component by the root of its recent mean square.",
    "Tieleman and Hinton (2012), Lecture 6.5, Neural networks for machine learning",
    (rho(0.99), epsilon(1e-8)),
    _of(lambda s: ByAverageOfSquares(s["rho"], s["epsilon"])),
    default_rate=0.01,
    clips=True,
)
ADAM = Kind(
    "adam",
    "Adam",
    "Mean gradient over root mean square, component by component, both corrected for their start at 0.",
    "Kingma and Ba (2015), Adam: a method for stochastic optimization, algorithm 1",
    ADAM_PARAMETERS,
    _of(_moments),
    default_rate=0.001,
    clips=True,
)
AMSGRAD = Kind(
    "amsgrad",
    "AMSGrad",
    "Adam whose denominator never shrinks, which mends a proof of convergence.",
    "Reddi, Kale and Kumar (2018), On the convergence of Adam and beyond, algorithm 2",
    ADAM_PARAMETERS,
    _of(lambda s: LargestMoments(s["beta1"], s["beta2"], s["epsilon"])),
    default_rate=0.001,
    clips=True,
)
ADAMW = Kind(
    "adamw",
    "AdamW",
    "Adam that pulls the parameters to 0 apart from the gradient.",
    "Loshchilov and Hutter (2019), Decoupled weight decay regularization, algorithm 2",
    (*ADAM_PARAMETERS, Parameter("weight_decay", "Weight decay", 0.01, 0.0, 0.1, sentence=WEIGHT_DECAY.sentence)),
    _of(_moments, lambda s: add_decayed_weights(s["weight_decay"])),
    default_rate=0.001,
    clips=True,
)
NADAM = Kind(
    "nadam",
    "NAdam",
    "Adam with Nesterov's look ahead.",
    "Dozat (2016), Incorporating Nesterov momentum into Adam",
    (*ADAM_PARAMETERS, Parameter("psi", "Momentum decay ψ", 0.004, 0.0, 0.1, sentence="How fast β₁ warms up.")),
    _of(lambda s: NesterovMoments(s["beta1"], s["beta2"], s["epsilon"], s["psi"])),
    default_rate=0.002,
    clips=True,
)
RADAM = Kind(
    "radam",
    "RAdam",
    "Adam that waits with its denominator until enough gradients were seen.",
    "Liu et al. (2020), On the variance of the adaptive learning rate and beyond, algorithm 2",
    ADAM_PARAMETERS,
    _of(lambda s: RectifiedMoments(s["beta1"], s["beta2"], s["epsilon"])),
    default_rate=0.001,
    clips=True,
)
LION = Kind(
    "lion",
    "Lion",
    "Only the sign of a mean gradient: every component moves by the learning rate.",
    "Chen et al. (2023), Symbolic discovery of optimization algorithms, algorithm 2",
    (BETA1, Parameter("beta2", "β₂", 0.99, 0.9, 0.9999, sentence="Memory of the mean gradient."), WEIGHT_DECAY),
    _of(lambda s: SignOfAverage(s["beta1"], s["beta2"]), lambda s: add_decayed_weights(s["weight_decay"])),
    default_rate=1e-4,
    clips=True,
)


def gradient_descent(
    learning_rate: float | Schedule = 0.1, line_search: str = "none", clip: float | None = None
) -> Optimizer:
    """Steps against the gradient: θ ← θ − αg; ``line_search="backtracking"`` halves α until the loss falls enough.

    >>> gradient_descent(0.5).schedule.label
    'α = 0.5'
    """
    return configured(GRADIENT_DESCENT, learning_rate, clip, line_search=line_search)


def momentum(learning_rate: float | Schedule = 0.1, beta: float = 0.9, clip: float | None = None) -> Optimizer:
    """A velocity: v ← g + βv, θ ← θ − αv. On a constant slope v → g/(1 − β); stable for αλ < 2(1 + β) (Polyak 1964).

    >>> momentum(learning_rate=0.1, beta=0.9).setting("beta")
    0.9
    """
    return configured(MOMENTUM, learning_rate, clip, beta=beta)


def nesterov(learning_rate: float | Schedule = 0.1, beta: float = 0.9, clip: float | None = None) -> Optimizer:
    """Momentum that looks ahead: v ← g + βv, θ ← θ − α(g + βv), as PyTorch's ``SGD(nesterov=True)``.

    >>> import engine
    >>> steep = engine.Formula.parse("x^2 + 10*y^2")
    >>> runs = engine.descend(steep, [3.0, 1.0], engine.optimizers.nesterov(0.02), steps=100)
    >>> runs.values[[0, 10, 100], 0].round(3).tolist()
    [19.0, 0.196, 0.0]
    """
    return configured(NESTEROV, learning_rate, clip, beta=beta)


def adagrad(learning_rate: float | Schedule = 0.01, epsilon: float = 1e-10, clip: float | None = None) -> Optimizer:
    """Rates divided by the root of the sum of squared gradients (Duchi et al. 2011).

    >>> import engine
    >>> steep = engine.Formula.parse("x^2 + 10*y^2")
    >>> runs = engine.descend(steep, [3.0, 1.0], engine.optimizers.adagrad(0.1), steps=2)
    >>> runs.points[:, 0].round(3).tolist()
    [[3.0, 1.0], [2.9, 0.9], [2.83, 0.833]]
    """
    return configured(ADAGRAD, learning_rate, clip, epsilon=epsilon)


def adadelta(
    learning_rate: float | Schedule = 1.0, rho: float = 0.9, epsilon: float = 1e-6, clip: float | None = None
) -> Optimizer:
    """Steps scaled by the ratio of past steps to past gradients (Zeiler 2012).

    >>> import engine
    >>> steep = engine.Formula.parse("x^2 + 10*y^2")
    >>> runs = engine.descend(steep, [3.0, 1.0], engine.optimizers.adadelta(), steps=2)
    >>> runs.points[:, 0].round(3).tolist()
    [[3.0, 1.0], [2.997, 0.997], [2.994, 0.994]]
    """
    return configured(ADADELTA, learning_rate, clip, rho=rho, epsilon=epsilon)


def rmsprop(
    learning_rate: float | Schedule = 0.01, rho: float = 0.99, epsilon: float = 1e-8, clip: float | None = None
) -> Optimizer:
    """Gradients divided by their recent root mean square (Tieleman and Hinton 2012); ρ is PyTorch's ``alpha``.

    >>> import engine
    >>> steep = engine.Formula.parse("x^2 + 10*y^2")
    >>> runs = engine.descend(steep, [3.0, 1.0], engine.optimizers.rmsprop(0.05), steps=100)
    >>> runs.values[[0, 10, 100], 0].round(3).tolist()
    [19.0, 0.954, 0.0]
    """
    return configured(RMSPROP, learning_rate, clip, rho=rho, epsilon=epsilon)


def adam(
    learning_rate: float | Schedule = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    clip: float | None = None,
) -> Optimizer:
    """Mean gradient over root mean square, both bias-corrected (Kingma and Ba 2015).

    >>> import engine
    >>> steep = engine.Formula.parse("x^2 + 10*y^2")
    >>> runs = engine.descend(steep, [3.0, 1.0], engine.optimizers.adam(0.1), steps=2)
    >>> runs.points[:, 0].round(3).tolist()
    [[3.0, 1.0], [2.9, 0.9], [2.8, 0.8]]
    """
    return configured(ADAM, learning_rate, clip, beta1=beta1, beta2=beta2, epsilon=epsilon)


def amsgrad(
    learning_rate: float | Schedule = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    clip: float | None = None,
) -> Optimizer:
    """Adam with the largest mean square so far (Reddi et al. 2018).

    >>> import engine
    >>> steep = engine.Formula.parse("x^2 + 10*y^2")
    >>> runs = engine.descend(steep, [3.0, 1.0], engine.optimizers.amsgrad(0.1), steps=50)
    >>> runs.values[[0, 10, 50], 0].round(3).tolist()
    [19.0, 4.115, 0.028]
    """
    return configured(AMSGRAD, learning_rate, clip, beta1=beta1, beta2=beta2, epsilon=epsilon)


def adamw(
    learning_rate: float | Schedule = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 0.01,
    clip: float | None = None,
) -> Optimizer:
    """Adam with decoupled weight decay λ: θ ← (1 − αλ)θ − α · Adam's direction (Loshchilov and Hutter 2019).

    >>> import engine
    >>> steep = engine.Formula.parse("x^2 + 10*y^2")
    >>> runs = engine.descend(steep, [3.0, 1.0], engine.optimizers.adamw(0.1, weight_decay=0.5), steps=2)
    >>> runs.points[:, 0].round(3).tolist()
    [[3.0, 1.0], [2.75, 0.85], [2.513, 0.708]]
    """
    return configured(ADAMW, learning_rate, clip, beta1=beta1, beta2=beta2, epsilon=epsilon, weight_decay=weight_decay)


def nadam(
    learning_rate: float | Schedule = 0.002,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    psi: float = 0.004,
    clip: float | None = None,
) -> Optimizer:
    """Adam with Nesterov's look ahead (Dozat 2016); ψ is PyTorch's ``momentum_decay``.

    >>> import engine
    >>> steep = engine.Formula.parse("x^2 + 10*y^2")
    >>> runs = engine.descend(steep, [3.0, 1.0], engine.optimizers.nadam(0.1), steps=2)
    >>> runs.points[:, 0].round(3).tolist()
    [[3.0, 1.0], [2.894, 0.894], [2.817, 0.82]]
    """
    return configured(NADAM, learning_rate, clip, beta1=beta1, beta2=beta2, epsilon=epsilon, psi=psi)


def radam(
    learning_rate: float | Schedule = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    clip: float | None = None,
) -> Optimizer:
    """Adam that rectifies the variance of its first denominators (Liu et al. 2020).

    >>> import engine
    >>> steep = engine.Formula.parse("x^2 + 10*y^2")
    >>> runs = engine.descend(steep, [3.0, 1.0], engine.optimizers.radam(0.05), steps=100)
    >>> runs.values[[0, 10, 100], 0].round(3).tolist()
    [19.0, 3.724, 1.135]
    """
    return configured(RADAM, learning_rate, clip, beta1=beta1, beta2=beta2, epsilon=epsilon)


def lion(
    learning_rate: float | Schedule = 1e-4,
    beta1: float = 0.9,
    beta2: float = 0.99,
    weight_decay: float = 0.0,
    clip: float | None = None,
) -> Optimizer:
    """The sign of a mean gradient (Chen et al. 2023): every component moves by α.

    >>> import engine
    >>> steep = engine.Formula.parse("x^2 + 10*y^2")
    >>> runs = engine.descend(steep, [3.0, 1.0], engine.optimizers.lion(0.1), steps=3)
    >>> runs.points[:, 0].round(3).tolist()
    [[3.0, 1.0], [2.9, 0.9], [2.8, 0.8], [2.7, 0.7]]
    """
    return configured(LION, learning_rate, clip, beta1=beta1, beta2=beta2, weight_decay=weight_decay)


KINDS_OF_FIRST_ORDER = (
    GRADIENT_DESCENT,
    MOMENTUM,
    NESTEROV,
    ADAGRAD,
    ADADELTA,
    RMSPROP,
    ADAM,
    AMSGRAD,
    ADAMW,
    NADAM,
    RADAM,
    LION,
)
