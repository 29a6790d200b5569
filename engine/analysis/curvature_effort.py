"""What the ends and the density of a large Hessian's spectrum take, before they are asked for."""

from __future__ import annotations

from dataclasses import dataclass

from engine.analysis.capacity import BYTES, memory
from engine.analysis.ends import Effort
from engine.analysis.wording import count, number

EXACT = 1500
"""Up to this many parameters all eigenvalues are computed."""
MEMORY = 256_000_000
"""Bytes that the vectors may take."""
FEWEST, MOST = 16, 160
"""Vectors between two restarts."""
BESIDE = 6
"""Further vectors for each wanted eigenvalue while a check begins: what was found at both ends, in three places."""
PROBES, STEPS = 8, 64
"""Random vectors of a density, and products for each."""
PATIENCE = 120.0
"""Seconds for which one may still wait."""


def effort_for(parameters: int) -> Effort:
    """How far the ends are looked for with so many parameters: fewer vectors and fewer eigenvalues where memory is short.

    >>> effort_for(13_002), effort_for(1_000_000)
    (Effort(wanted=20, rows=160, products=600), Effort(wanted=2, rows=18, products=600))

    """
    rows = min(MOST, max(FEWEST, MEMORY * 4 // (7 * BYTES * parameters)))  # with BESIDE / 8 as many again beside them
    return Effort(wanted=rows // 8, rows=rows)


@dataclass(frozen=True)
class WhatItTakes:
    """Memory and Hessian-vector products of a curvature."""

    parameters: int
    bytes: int
    products: int
    """At most; 0 where the Hessian is formed."""
    seconds: float | None = None
    """As long as all these products take; None where one was not timed."""

    @property
    def affordable(self) -> bool:
        """Whether it fits: ``MEMORY`` for the vectors, ``PATIENCE`` for the products."""
        return self.bytes <= MEMORY and (self.seconds is None or self.seconds <= PATIENCE)

    @property
    def sentence(self) -> str:
        """All of it in words."""
        if not self.products:
            return f"{count(self.parameters, 'parameter')}: the Hessian is formed and decomposed, {memory(self.bytes)}."
        duration = "" if self.seconds is None else f", about {number(self.seconds)} s"
        return (
            f"{count(self.parameters, 'parameter')}: up to {count(self.products, 'product')} of the Hessian with vectors"
            f"{duration}, and {memory(self.bytes)} to keep the vectors."
        )


def what_it_takes(
    parameters: int, seconds_per_product: float | None = None, *, exact_up_to: int = EXACT
) -> WhatItTakes:
    """What the curvature at a point with so many parameters takes.

    >>> what_it_takes(13_002, 0.002).sentence
    '13,002 parameters: up to 1,112 products of the Hessian with vectors, about 2.22 s, and 29.2 MB to keep the vectors.'
    >>> what_it_takes(12).sentence, what_it_takes(2_000_000).affordable
    ('12 parameters: the Hessian is formed and decomposed, 2.3 kB.', False)

    """
    if parameters <= exact_up_to:
        return WhatItTakes(parameters, 2 * BYTES * parameters**2, 0)
    effort = effort_for(parameters)
    vectors = effort.rows + BESIDE * effort.wanted + 1
    products = effort.products + PROBES * STEPS
    seconds = None if seconds_per_product is None else products * seconds_per_product
    return WhatItTakes(parameters, BYTES * vectors * parameters, products, seconds)
