"""Fast values of a network's loss on a line or a plane.

On a flat θ = θ₀ + a·θ₁ + b·θ₂ the first layer's pre-activations are affine in the coordinates too:
z = (W₀ x + b₀) + a (W₁ x + b₁) + b (W₂ x + b₂). Three products with the inputs are made once, none at any point of the grid.

Everything runs over blocks, points × examples. NumPy lets go of the GIL within a call, and a thread that has to wait for it
between two calls sleeps for some ten microseconds: a second thread only helps where calls last longer than that. So blocks
are as large as caches allow, and what is one number an example is collected for many blocks before it is worked on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.network.sampling.plane_loss import PlaneLoss
from engine.objective import Precision, Sampler
from engine.plane import Flat

if TYPE_CHECKING:
    from engine.network.objective import NetworkObjective


def sampler(objective: NetworkObjective, flat: Flat, dtype: Precision = "float32") -> Sampler:
    """Values on ``flat``, to about 1e-6 relative in float32; sums over examples are in float64.

    Raises:
        ValueError: if the flat lies in a space of another dimension.

    """
    if flat.parameters != objective.dimension:
        raise ValueError(
            f"The network has {objective.dimension} parameters, the line or plane {flat.parameters}: they must be equal."
        )
    values = PlaneLoss(objective, flat, dtype)
    return Sampler(values, values.points, values.tiles.preparations)
