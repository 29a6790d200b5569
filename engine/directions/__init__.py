"""Lines and planes to look along, each with the recipe it was drawn by.

One unit of a coordinate is one unit of parameter distance unless the recipe says otherwise (normalized random directions
carry the norms of the weights; two chosen weights carry their own values).
"""

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
from engine.directions.given import axis_line, first_axis, line_along, second_axis, through_points, through_two_points
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
