"""Optimizers: constructors, callable without arguments, that describe one run's method; and the table of all of them.

>>> momentum(learning_rate=0.1, beta=0.9).kind
'momentum'
"""

from engine.optimizers.descriptions import describe, explain, stability_bound
from engine.optimizers.first_order import (
    adadelta,
    adagrad,
    adam,
    adamw,
    amsgrad,
    gradient_descent,
    lion,
    momentum,
    nadam,
    nesterov,
    radam,
    rmsprop,
)
from engine.optimizers.hessian_free import newton_cg
from engine.optimizers.method import LARGEST_DENSE, Kind, Method, Optimizer, Parameter, Report, Step
from engine.optimizers.newton_steps import damped_newton, newton, saddle_free
from engine.optimizers.quasi_newton import bfgs, conjugate_gradient, lbfgs
from engine.optimizers.residual_steps import gauss_newton, levenberg_marquardt
from engine.optimizers.stacks import KINDS, stack
from engine.optimizers.trust_regions import trust_region

__all__ = [
    "KINDS",
    "LARGEST_DENSE",
    "Kind",
    "Method",
    "Optimizer",
    "Parameter",
    "Report",
    "Step",
    "adadelta",
    "adagrad",
    "adam",
    "adamw",
    "amsgrad",
    "bfgs",
    "conjugate_gradient",
    "damped_newton",
    "describe",
    "explain",
    "gauss_newton",
    "gradient_descent",
    "lbfgs",
    "levenberg_marquardt",
    "lion",
    "momentum",
    "nadam",
    "nesterov",
    "newton",
    "newton_cg",
    "radam",
    "rmsprop",
    "saddle_free",
    "stability_bound",
    "stack",
    "trust_region",
]
