"""What a stranger may try that cannot be: one clear sentence says what is wrong and what to do."""

import re

import numpy as np
import pytest

import engine
from engine import optimizers as o

BOWL = engine.Formula("rosenbrock")
NET = engine.Network((2, 3, 2))
DATA = engine.Dataset(np.random.default_rng(0).normal(size=(6, 2)), [0, 1, 1, 0, 1, 0])
LOSS = NET.objective(DATA)
THETA = NET.initialize()

REFUSED = {
    "an unknown dataset": (lambda: engine.datasets.load("nope"), "choose one of .*digits"),
    "an unknown formula": (lambda: engine.Formula("nope"), "choose one of .*rosenbrock"),
    "an unknown activation": (lambda: engine.Network((2, 2), "nope"), "choose one of .*tanh"),
    "an unknown loss": (lambda: engine.Network((2, 2), loss="nope"), "choose one of .*squared_error"),
    "an unknown scheme": (lambda: NET.initialize(scheme="nope"), "choose one of .*xavier"),
    "a negative seed of weights": (lambda: NET.initialize(seed=-1), "seed is a whole number"),
    "half a seed of weights": (lambda: NET.initialize(seed=0.5), "seed is a whole number"),
    "half a seed of directions": (lambda: engine.directions.random(NET, THETA, seed=0.5), "seed is a whole number"),
    "a negative seed of batches": (
        lambda: engine.descend(LOSS, THETA, [o.adam()], steps=2, batch_size=2, seed=-1),
        "seed of the batches",
    ),
    "a negative rate": (lambda: o.momentum(-0.1), "learning rate must be .* above 0"),
    "no number as a rate": (lambda: o.momentum(float("nan")), "learning rate must be .* above 0"),
    "too much momentum": (lambda: o.momentum(0.1, beta=2.0), "below 1"),
    "an empty batch": (lambda: LOSS.minibatch(np.array([], dtype=int)), "at least one example"),
    "too large a batch": (lambda: engine.descend(LOSS, THETA, [o.adam()], batch_size=7), "between 1 and 6"),
    "no optimizer": (lambda: engine.descend(BOWL, [[0, 0]], []), "no optimizer to run: add one"),
    "no step": (lambda: engine.descend(BOWL, [[0, 0]], [o.adam()], steps=0), "at least one step"),
    "starts of another space": (lambda: engine.descend(BOWL, [[1, 2, 3]], [o.adam()]), "3 parameters, the objective 2"),
    "a plane of another space": (
        lambda: engine.descend(LOSS, THETA, [o.adam()], within=engine.Plane([0, 0], [1, 0], [0, 1])),
        "must be equal",
    ),
    "a window upside down": (lambda: engine.surface(BOWL, window=(1, -1, 0, 1)), "low end below its high end"),
    "a window of a line": (lambda: engine.surface(BOWL, window=(1, 2)), "first low, first high, second low"),
    "one sample": (lambda: engine.surface(BOWL, resolution=1), "at least 2 points"),
    "samples of another dimension": (lambda: engine.surface(BOWL, resolution=[5, 6, 7]), "points per axis"),
    "half precision": (lambda: engine.surface(BOWL, dtype="float16"), '"float32" or "float64"'),
    "a network without a plane": (lambda: engine.surface(LOSS), "give a line or plane"),
    "three variables": (lambda: engine.Formula.parse("x+y+z"), "one or two variables"),
    "code in a formula": (lambda: engine.Formula.parse("__import__('os')"), "no meaning in a formula"),
    "an attribute in a formula": (lambda: engine.Formula.parse("x.real"), "no meaning in a formula"),
    "gaps in the data": (lambda: engine.Dataset([[np.nan]], [0]), "row 0, column 0"),
    "missing targets": (lambda: engine.Dataset([[1.0], [2.0]], [0]), "one target for each"),
    "names as classes": (lambda: engine.Dataset([[1.0], [2.0]], ["a", "b"]), "number the classes"),
    "no data": (lambda: engine.Dataset(np.zeros((0, 2)), np.zeros(0, int)), "at least one"),
    "an empty part": (lambda: NET.objective(DATA.validation), "N ≥ 1"),
    "too many classes": (
        lambda: engine.Network((2, 2)).objective(engine.Dataset(np.zeros((3, 2)), [0, 1, 5])),
        "one unit per class",
    ),
    "data of other features": (lambda: engine.Network((3, 2)).objective(DATA), "make it 2 wide"),
    "parallel axes": (lambda: engine.Plane([0, 0], [1, 0], [2, 0]), "choose another direction"),
    "half a unit": (lambda: engine.Network((2, 2.5, 1)), "in whole numbers"),
    "widths as text": (lambda: engine.Network("2-2-2"), "in whole numbers"),
    "an endless penalty": (lambda: engine.Network((2, 1), l2=float("inf")), "finite"),
    "unequal columns": (lambda: engine.CurveFit("a*x", [1, 2], [1]), "one y for each x"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_a_sentence(what):
    call, words = REFUSED[what]
    with pytest.raises(ValueError, match=words) as refused:
        call()
    sentence = str(refused.value).splitlines()[0]
    assert re.fullmatch(r"[A-Z“_(½x].* .*\.", sentence), sentence


def test_what_is_nearly_right_is_taken_as_meant():
    assert engine.descend(BOWL, [-1, 1], [o.momentum(learning_rate=1)], steps=np.int64(2)).points.shape == (3, 1, 2)
    assert engine.descend(BOWL, [[0, 0]], (o.adam(),), steps=2, batch_size=1).values.shape == (3, 1)
    assert engine.surface(BOWL, window=[-1, 1, -1, 1], resolution=[5, 6]).values.shape == (6, 5)
    assert engine.Network([2, 3, 2]) == NET
    assert engine.Formula.parse("a*x^2", constants={"a": 2}).value([[3]]).tolist() == [18.0]
    assert engine.datasets.load("digits", seed=1).train_indices.size > 1000
