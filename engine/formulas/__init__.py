"""Formulas: an expression language with exact derivatives, and named functions of one or two parameters."""

from engine.formulas.catalogue import NAMED, named
from engine.formulas.errors import FormulaError
from engine.formulas.expression import Expression, natural_order, parse
from engine.formulas.formula import Formula
from engine.formulas.named import Constant, NamedFormula, Stationary

__all__ = [
    "NAMED",
    "Constant",
    "Expression",
    "Formula",
    "FormulaError",
    "NamedFormula",
    "Stationary",
    "named",
    "natural_order",
    "parse",
]
