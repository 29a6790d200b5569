"""Named formulas of two parameters that the field compares methods on.

Formulas as in Surjanovic and Bingham, *Virtual Library of Simulation Experiments* (Simon Fraser University, 2013); stationary
points beyond the published ones were found by Newton's method from a grid of starts.
"""

from __future__ import annotations

from itertools import product

from engine.formulas.named import Constant, NamedFormula, Stationary, rates

Points = tuple[Stationary, ...]


def _both(x: float, y: float, value: float, is_global: bool = False) -> Points:
    """A point and its image in the origin, for functions with f(−x, −y) = f(x, y)."""
    return Stationary((x, y), value, is_global), Stationary((-x, -y), value, is_global)


def _quarters(x: float, y: float, value: float) -> Points:
    """A point and its images in both axes."""
    return tuple(Stationary(point, value) for point in product(sorted({x, -x}), sorted({y, -y})))


def _separable(first: dict[float, float], second: dict[float, float]) -> Points:
    """Stationary points of g(x) + g(y), from stationary points of g with their values in two groups."""
    lowest = min({**first, **second}.values())
    pairs = {(x, y): a + b for x, a in first.items() for y, b in second.items()}
    if first is not second:
        pairs |= {(y, x): value for (x, y), value in pairs.items()}
    return tuple(Stationary(point, value, value == 2 * lowest) for point, value in pairs.items())


def _mirrored(points: dict[float, float]) -> dict[float, float]:
    return points | {-x: value for x, value in points.items() if x}


_RASTRIGIN_LOW = _mirrored({0.0: 0.0, 0.9949586376523348: 0.9949590570932916, 1.9899122337085495: 3.979831190554087})
_RASTRIGIN_HIGH = _mirrored(
    {
        0.5025460365546747: 20.251272990990113,
        1.5076407318703584: 22.26145888480592,
        2.512743318200085: 26.281841177512234,
    }
)
_TANG_LOW = {-2.903534027771177: -39.16616570377141, 2.746802770990837: -25.029446655283945}
_TANG_HIGH = {0.1567312567803401: 0.19561235905535804}
_PI = 3.141592653589793

BENCHMARKS: tuple[NamedFormula, ...] = (
    NamedFormula(
        name="rosenbrock",
        title="Rosenbrock",
        sentence="A curved valley: finding it is easy, following it to the minimum is slow.",
        text="(a-x)^2 + b*(y-x^2)^2",
        window=(-2.0, 2.0, -1.0, 3.0),
        start=(-1.2, 1.0),
        rates=rates(0.001, 0.0005),
        steps=5000,
        source="Rosenbrock, The Computer Journal 3 (1960) 175–184",
        constants=(
            Constant("a", 1.0, 0.0, 2.0, "The minimum lies at (a, a²)."),
            Constant("b", 100.0, 1.0, 200.0, "Steepness of the valley's walls.", logarithmic=True),
        ),
        minima=(Stationary((1.0, 1.0), 0.0, is_global=True),),
    ),
    NamedFormula(
        name="beale",
        title="Beale",
        sentence="A flat valley between steep corners, with a saddle on the way.",
        text="(1.5-x+x*y)^2 + (2.25-x+x*y^2)^2 + (2.625-x+x*y^3)^2",
        window=(-4.5, 4.5, -4.5, 4.5),
        start=(0.5, -1.0),
        rates=rates(0.01, 0.002),
        steps=2000,
        source="Beale, On an iterative method for finding a local minimum (1958)",
        minima=(Stationary((3.0, 0.5), 0.0, is_global=True),),
        saddles=(
            Stationary((0.0, 1.0), 14.203125),
            Stationary((0.10053793732415833, -2.644513585023125), 9.864512284755559),
        ),
    ),
    NamedFormula(
        name="himmelblau",
        title="Himmelblau",
        sentence="Four minima of equal depth: the start decides which one is found.",
        text="(x^2+y-11)^2 + (x+y^2-7)^2",
        window=(-5.0, 5.0, -5.0, 5.0),
        start=(-0.5, -1.2),
        rates=rates(0.01, 0.002),
        steps=150,
        source="Himmelblau, Applied Nonlinear Programming (1972)",
        minima=(
            Stationary((3.0, 2.0), 0.0, is_global=True),
            Stationary((3.5844283403304917, -1.8481265269644036), 0.0, is_global=True),
            Stationary((-3.779310253377747, -3.2831859912861696), 0.0, is_global=True),
            Stationary((-2.805118086952745, 3.131312518250573), 0.0, is_global=True),
        ),
        saddles=(
            Stationary((3.385154183607021, 0.07385187983774928), 13.311926270405587),
            Stationary((0.08667750455539634, 2.884254701174776), 67.71915008752613),
            Stationary((-3.0730257507643897, -0.08135304428796751), 104.01516291755811),
            Stationary((-0.12796134673068005, -1.9537149802445766), 178.33723920192745),
        ),
        maxima=(Stationary((-0.2708445906673476, -0.9230385564799816), 181.6165215225827),),
    ),
    NamedFormula(
        name="booth",
        title="Booth",
        sentence="A slanted quadratic bowl: one Newton step reaches its minimum.",
        text="(x+2*y-7)^2 + (2*x+y-5)^2",
        window=(-10.0, 10.0, -10.0, 10.0),
        start=(-7.0, 7.0),
        rates=rates(0.09, 0.03),
        steps=60,
        source="Surjanovic and Bingham (2013)",
        minima=(Stationary((1.0, 3.0), 0.0, is_global=True),),
    ),
    NamedFormula(
        name="three_hump_camel",
        title="Three-hump camel",
        sentence="Three valleys, the middle one the deepest.",
        text="2*x^2 - 1.05*x^4 + x^6/6 + x*y + y^2",
        window=(-2.2, 2.2, -2.2, 2.2),
        start=(-2.0, -1.5),
        rates=rates(0.04, 0.01),
        steps=150,
        source="Surjanovic and Bingham (2013)",
        minima=(
            Stationary((0.0, 0.0), 0.0, is_global=True),
            *_both(1.747552345830289, -0.8737761729151445, 0.29863844223685965),
        ),
        saddles=_both(1.0705422918236598, -0.5352711459118299, 0.8773615577631402),
    ),
    NamedFormula(
        name="six_hump_camel",
        title="Six-hump camel",
        sentence="Six minima, two of them lowest, with saddles and two peaks between.",
        text="(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (4*y^2-4)*y^2",
        window=(-2.0, 2.0, -1.2, 1.2),
        start=(-0.9, -0.1),
        rates=rates(0.03, 0.01),
        steps=100,
        source="Dixon and Szegő, Towards Global Optimisation 2 (1978)",
        minima=(
            *_both(0.08984201310031806, -0.7126564030207396, -1.0316284534898774, is_global=True),
            *_both(1.7036067149699807, -0.7960835686726252, -0.21546382438371725),
            *_both(1.6071047529201976, 0.5686514548841314, 2.1042503103112598),
        ),
        saddles=(
            Stationary((0.0, 0.0), 0.0),
            *_both(1.1092053368047863, -0.7682680925095398, 0.5437186009781856),
            *_both(1.6380679841897787, 0.22867406904439408, 2.2293571975307143),
            *_both(1.2960702671671092, 0.6050843880386585, 2.22947081802986),
        ),
        maxima=_both(1.2302298765166526, 0.16233458445899496, 2.4962953510235772),
    ),
    NamedFormula(
        name="rastrigin",
        title="Rastrigin",
        sentence="A bowl covered with regular dents: descent stays in the one it starts in.",
        text="20 + x^2 - 10*cos(2*pi*x) + y^2 - 10*cos(2*pi*y)",
        window=(-2.6, 2.6, -2.6, 2.6),
        start=(-1.6, 1.3),
        rates=rates(0.002, 0.001),
        steps=100,
        source="Rastrigin, Systems of Extremal Control (1974)",
        minima=_separable(_RASTRIGIN_LOW, _RASTRIGIN_LOW),
        saddles=_separable(_RASTRIGIN_LOW, _RASTRIGIN_HIGH),
        maxima=_separable(_RASTRIGIN_HIGH, _RASTRIGIN_HIGH),
    ),
    NamedFormula(
        name="ackley",
        title="Ackley",
        sentence="A funnel with a rippled wall and a sharp tip, where a constant rate keeps circling.",
        text="-20*exp(-0.2*sqrt((x^2+y^2)/2)) - exp((cos(2*pi*x)+cos(2*pi*y))/2) + 20 + e",
        window=(-2.5, 2.5, -2.5, 2.5),
        start=(-0.5, 0.3),
        rates=rates(0.01, 0.002),
        steps=100,
        source="Ackley, A Connectionist Machine for Genetic Hillclimbing (1987)",
        minima=(
            Stationary((0.0, 0.0), 0.0, is_global=True, is_kink=True),
            *_quarters(0.9521665459501717, 0.0, 2.579927557029873),
            *_quarters(0.0, 0.9521665459501717, 2.579927557029873),
            *_quarters(0.9684776587077244, 0.9684776587077244, 3.57445187725768),
        ),
        saddles=(
            *_quarters(0.6257806168564638, 0.0, 3.2524692451131796),
            *_quarters(0.0, 0.6257806168564638, 3.2524692451131796),
            *_quarters(0.8747620388753442, 0.5774125352782147, 4.558777135299987),
            *_quarters(0.5774125352782147, 0.8747620388753442, 4.558777135299987),
        ),
        maxima=_quarters(0.6730965201107377, 0.6730965201107377, 4.608932401890218),
    ),
    NamedFormula(
        name="styblinski_tang",
        title="Styblinski–Tang",
        sentence="Four minima of different depth round one peak.",
        text="(x^4 - 16*x^2 + 5*x + y^4 - 16*y^2 + 5*y)/2",
        window=(-4.5, 4.5, -4.5, 4.5),
        start=(0.6, 0.0),
        rates=rates(0.02, 0.005),
        steps=80,
        source="Styblinski and Tang, Neural Networks 3 (1990) 467–483",
        minima=_separable(_TANG_LOW, _TANG_LOW),
        saddles=_separable(_TANG_LOW, _TANG_HIGH),
        maxima=_separable(_TANG_HIGH, _TANG_HIGH),
    ),
    NamedFormula(
        name="goldstein_price",
        title="Goldstein–Price",
        sentence="Values from 3 to a million: only a logarithmic scale shows the four minima.",
        text="(1+(x+y+1)^2*(19-14*x+3*x^2-14*y+6*x*y+3*y^2))*(30+(2*x-3*y)^2*(18-32*x+12*x^2+48*y-36*x*y+27*y^2))",
        window=(-2.0, 2.0, -2.0, 2.0),
        start=(-0.5, -1.2),
        rates=rates(1e-4, 2e-5),
        steps=400,
        source="Goldstein and Price, Mathematics of Computation 25 (1971) 569–574",
        minima=(
            Stationary((0.0, -1.0), 3.0, is_global=True),
            Stationary((-0.6, -0.4), 30.0),
            Stationary((1.8, 0.2), 84.0),
            Stationary((1.2, 0.8), 840.0),
        ),
        saddles=(
            Stationary((-0.4, -0.6), 35.0),
            Stationary((1.2, -0.2), 99.0),
            Stationary((1.4, 0.6), 980.0),
            Stationary((0.6, 0.4), 990.0),
        ),
        maxima=(Stationary((0.8, 0.2), 1155.0),),
    ),
    NamedFormula(
        name="mccormick",
        title="McCormick",
        sentence="A wavy chute: lowest in this window, but without a lower bound beyond it.",
        text="sin(x+y) + (x-y)^2 - 1.5*x + 2.5*y + 1",
        window=(-1.5, 4.0, -3.0, 4.0),
        start=(0.0, 2.5),
        rates=rates(0.1, 0.02),
        steps=60,
        source="McCormick, Mathematical Programming 10 (1976) 147–175",
        minima=(
            Stationary((-0.5471975511965977, -1.5471975511965977), -1.9132229549810367, is_global=True),
            Stationary((2.5943951023931957, 1.5943951023931957), 1.2283696986087569),
        ),
        saddles=(Stationary((1.5471975511965979, 0.5471975511965977), 1.9132229549810362),),
        bounded=False,
    ),
    NamedFormula(
        name="easom",
        title="Easom",
        sentence="A small hole in a wide plain: from far away no gradient tells where it is.",
        text="-cos(x)*cos(y)*exp(-((x-pi)^2+(y-pi)^2))",
        window=(0.0, 6.283185307179586, 0.0, 6.283185307179586),
        start=(1.8, 2.0),
        rates=rates(0.2, 0.05),
        steps=200,
        source="Easom, A survey of global optimization techniques (1990)",
        minima=(
            Stationary((_PI, _PI), -1.0, is_global=True),
            *(
                Stationary(point, -8.110223891570068e-05)
                for point in product((1.3049954504376675, 4.978189856741919), repeat=2)
            ),
        ),
        saddles=tuple(Stationary(point, 0.0) for point in product((0.5 * _PI, 1.5 * _PI), repeat=2)),
        maxima=(
            *(Stationary((x, _PI), 0.009005678148573858) for x in (1.3049954504376675, 4.978189856741919)),
            *(Stationary((_PI, y), 0.009005678148573858) for y in (1.3049954504376675, 4.978189856741919)),
        ),
    ),
)
