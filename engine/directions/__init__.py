"""Lines and planes to look along, each with the recipe it was drawn by.

One unit of a coordinate is one unit of parameter distance unless the recipe says otherwise (normalized random directions
carry the norms of the weights; two chosen weights carry their own values).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.on_demand import on_demand

if TYPE_CHECKING:
    from engine.directions.curvature import (
        gradient_and_newton,
        gradient_line,
        hessian_eigenvectors,
        newton_line,
    )
    from engine.directions.gaussian import (
        Biases,
        LayerBiases,
        filter_normalized,
        layer_normalized,
        model_normalized,
        random,
    )
    from engine.directions.given import (
        axis_line,
        first_axis,
        line_along,
        second_axis,
        through_points,
        through_two_points,
    )
    from engine.directions.given import weights as weights
    from engine.directions.motion import principal_components
    from engine.directions.twins import nearest_twins

__all__ = [
    "Biases",
    "LayerBiases",
    "axis_line",
    "filter_normalized",
    "first_axis",
    "gradient_and_newton",
    "gradient_line",
    "hessian_eigenvectors",
    "layer_normalized",
    "line_along",
    "model_normalized",
    "nearest_twins",
    "newton_line",
    "principal_components",
    "random",
    "second_axis",
    "through_points",
    "through_two_points",
    "weights",
]

__getattr__ = on_demand(
    __name__,
    {
        "engine.directions.curvature": (
            "gradient_and_newton",
            "gradient_line",
            "hessian_eigenvectors",
            "newton_line",
        ),
        "engine.directions.gaussian": (
            "Biases",
            "LayerBiases",
            "filter_normalized",
            "layer_normalized",
            "model_normalized",
            "random",
        ),
        "engine.directions.given": (
            "axis_line",
            "first_axis",
            "line_along",
            "second_axis",
            "through_points",
            "through_two_points",
            "weights",
        ),
        "engine.directions.motion": ("principal_components",),
        "engine.directions.twins": ("nearest_twins",),
    },
)
