"""Where the raw Newton step leads, by the signs of the Hessian's eigenvalues: true by definition, wherever the point is.

The model f + gᵀs + ½ sᵀHs has a stationary point where Hs = −g. It is the model's minimum only if no eigenvalue is negative, and
there is none if g has a part in H's null space; the step −H⁺g leaves that space alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.analysis.wording import count


@dataclass(frozen=True)
class Signs:
    """How many directions bend down, are flat and bend up; at least so many, where the three are not all there are."""

    down: int
    flat: int
    up: int
    parameters: int
    tolerance: float
    """An eigenvalue is zero up to this size: rounding cannot tell."""

    @property
    def complete(self) -> bool:
        """Whether every direction is counted."""
        return self.down + self.flat + self.up == self.parameters

    @property
    def shape(self) -> str:
        """What a stationary point of the model is: a minimum unless something bends down, a maximum unless something bends up."""
        if self.down and self.up:
            return "saddle"
        return "maximum" if self.down else "minimum"


def newton_verdict(signs: Signs, *, gradient_is_zero: bool = False, flat_part: bool = False) -> str:
    """Where the raw Newton step leads, in words that claim what ``signs`` prove and no more.

    ``flat_part`` says whether the gradient has a part in the flat directions.

    >>> newton_verdict(Signs(4, 0, 8, 12, 1e-14))
    '4 of 12 directions bend down: the raw Newton step leads to a saddle of the model.'

    """
    if not signs.complete:
        return _by_the_ends(signs)
    if signs.flat == signs.parameters:
        return _all_flat(signs, gradient_is_zero)
    only = "a" if signs.shape == "saddle" or signs.flat else "the"
    place = f"{only} {signs.shape} of the model"
    if gradient_is_zero:
        return f"{_bends(signs)}. The gradient is zero: the raw Newton step stays at {place}."
    if not signs.flat:
        return f"{_bends(signs)}: the raw Newton step leads to {place}."
    if flat_part:
        return (
            f"{_bends(signs)}. The gradient has a part in what is flat: to rounding the model has no stationary point, and the "
            "raw Newton step (by the pseudo-inverse) leaves that part alone."
        )
    step = f"the raw Newton step leaves that alone and leads to {place}"
    return f"{_bends(signs)}. The gradient has no part in what is flat: {step}."


def _bends(signs: Signs) -> str:
    """How many directions bend which way, without a period."""
    if not signs.flat:
        if signs.shape == "saddle":
            return f"{_some(signs.down, signs, 'bend')} down"
        return f"{_all(signs, 'bend')} {'down' if signs.down else 'up'}"
    if signs.shape == "saddle":
        return f"{_some(signs.down, signs, 'bend')} down and {count(signs.flat)} {_verb('are', signs.flat)} flat to rounding"
    rest = signs.parameters - signs.flat
    others = f"{'the other' if rest == 1 else 'the others'} {_verb('bend', rest)} {'down' if signs.down else 'up'}"
    return f"{_some(signs.flat, signs, 'are')} flat to rounding, {others}"


def _all_flat(signs: Signs, gradient_is_zero: bool) -> str:
    if gradient_is_zero:
        return f"{_all(signs, 'are')} flat and the gradient is zero: the model is constant, and the raw Newton step is zero."
    return (
        f"{_all(signs, 'are')} flat: the model is its own tangent and has no stationary point, and the raw Newton step (by the "
        "pseudo-inverse) is zero."
    )


def _by_the_ends(signs: Signs) -> str:
    """What is known of some eigenvalues alone."""
    down, up = (
        f"At least {_some(signs.down, signs, 'bend')} down",
        f"at least {count(signs.up)} {_verb('bend', signs.up)} up",
    )
    if signs.down and signs.up:
        place = "to a saddle of the model, if the model has a stationary point at all"
        return f"{down} and {up}: the raw Newton step leads to no minimum but {place}."
    if signs.down:
        return f"{down}: the model has no minimum for the raw Newton step to lead to."
    none = f"None of {count(signs.parameters, 'direction')} was found to bend down"
    if signs.up:
        return f"{none}, and {up}: the raw Newton step may lead to the minimum of the model."
    return f"{none} or up: the model may have no stationary point for the raw Newton step to lead to."


def _some(number: int, signs: Signs, verb: str) -> str:
    return f"{count(number)} of {count(signs.parameters, 'direction')} {_verb(verb, number)}"


def _all(signs: Signs, verb: str) -> str:
    if signs.parameters == 1:
        return f"The only direction {_verb(verb, 1)}"
    return f"All {count(signs.parameters, 'direction')} {verb}"


def _verb(verb: str, number: int) -> str:
    singular = {"are": "is", "bend": "bends"}
    return singular[verb] if number == 1 else verb
