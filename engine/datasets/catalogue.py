"""The datasets that exist: one table, from which the setup, the tests and :func:`load` follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from engine.datasets import digits, regressions, teacher, toys
from engine.datasets.checks import DataError
from engine.datasets.dataset import Dataset
from engine.datasets.streams import Purpose, stream
from engine.parameter import Parameter

Settings = Mapping[str, float]
Task = Literal["classes", "values"]


@dataclass(frozen=True)
class DatasetKind:
    """An entry of the table of datasets, with a network that learns it."""

    name: str
    title: str
    sentence: str
    source: str
    task: Task
    dimension: int
    """d, the number of inputs of an example."""
    parameters: tuple[Parameter, ...]
    build: Callable[[Settings, int], Dataset]
    """From settings (one number for each parameter) and seed to all examples, without noise and split."""
    hidden: tuple[int, ...] = (8, 8)
    """Widths of the hidden layers that suit it."""
    activation: str = "tanh"
    output: str = "identity"
    loss: str = "cross_entropy"
    parts: tuple[float, float] = (0.2, 0.2)
    """Fractions for validation and test."""

    @property
    def defaults(self) -> dict[str, float]:
        """Each parameter's default."""
        return {parameter.name: float(parameter.default or 0.0) for parameter in self.parameters}

    def layers(self, data: Dataset) -> tuple[int, ...]:
        """Widths of the suggested network, inputs and outputs included."""
        return (data.dimension, *self.hidden, data.outputs)


def load(
    name: str,
    *,
    seed: int = 0,
    size: int | None = None,
    noise: float | None = None,
    split: tuple[float, float] | None = None,
    **settings: float,
) -> Dataset:
    """The dataset ``name`` of the table :data:`DATASETS`, the same for the same arguments.

    ``seed`` draws the examples, the noise and the parts, each from a stream of its own; ``size`` is the number of examples;
    ``noise`` a standard deviation (of the inputs for classes, of the targets for values); ``split`` the fractions for
    validation and test, (0, 0) for none; None means the table's default. Other settings go by the table.

    Raises:
        DataError: if there is no such dataset, it has no such setting, or a setting is out of its range.

    >>> load("exclusive_or").targets.tolist()
    [0, 1, 1, 0]
    >>> digits = load("digits")
    >>> digits.inputs.shape, len(digits.train), len(digits.validation), len(digits.test)
    ((1797, 64), 1079, 359, 359)

    """
    kind = kind_named(name)
    asked = {**settings, "size": size, "noise": noise}
    chosen = _settings(kind, {setting: value for setting, value in asked.items() if value is not None})
    data = kind.build(chosen, seed)
    if chosen.get("noise"):
        data = data.with_noise(chosen["noise"], seed)
    validation, test = kind.parts if split is None else split
    return data.split(validation, test, seed) if validation or test else data


def kind_named(name: str) -> DatasetKind:
    """The entry ``name`` of the table.

    Raises:
        DataError: if there is none.

    """
    if name not in DATASETS:
        raise DataError(f"There is no dataset {name!r}: choose one of {', '.join(DATASETS)}.")
    return DATASETS[name]


def _settings(kind: DatasetKind, given: Settings) -> Settings:
    known = {parameter.name: parameter for parameter in kind.parameters}
    for name, value in given.items():
        if name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise DataError(f"The dataset {kind.name!r} has no setting {name!r}: {has}.")
        low, high = known[name].low, known[name].high
        if not low <= value <= high:
            raise DataError(f"The {name} of {kind.name!r} must be from {low:g} to {high:g}, not {value:g}.")
        if name in WHOLE and value != int(value):
            raise DataError(f"The {name} of {kind.name!r} must be a whole number, not {value:g}.")
    return {**kind.defaults, **given}


WHOLE = frozenset({"size", "classes", "hidden", "inputs"})
"""Settings that count something."""


def _size(default: int, high: int = 100_000) -> Parameter:
    return Parameter("size", "Examples", default, 5, high, logarithmic=True, sentence="How many examples there are.")


def _noise(default: float, high: float = 2.0, what: str = "on the inputs") -> Parameter:
    return Parameter("noise", "Noise", default, 0.0, high, sentence=f"Standard deviation of Gaussian noise {what}.")


def _classes(default: int, high: int) -> Parameter:
    return Parameter("classes", "Classes", default, 2, high, sentence="How many classes there are.")


def _drawn(
    name: str,
    make: Callable[[Settings, np.random.Generator], tuple[ArrayLike, ArrayLike]],
    feature_names: tuple[str, ...],
) -> Callable[[Settings, int], Dataset]:
    def build(settings: Settings, seed: int) -> Dataset:
        inputs, targets = make(settings, stream(seed, Purpose.GENERATION))
        classes = int(settings["classes"]) if "classes" in settings else None
        return Dataset(inputs, targets, name=name, feature_names=feature_names, classes=classes)

    return build


def _taught(settings: Settings, seed: int) -> Dataset:
    layers = (int(settings["inputs"]), int(settings["hidden"]), 1)
    master = teacher.Teacher.draw(layers, stream(seed, Purpose.TEACHER))
    inputs, answers = teacher.made_by_teacher(settings, master, stream(seed, Purpose.GENERATION))
    return Dataset(inputs, answers, name="teacher", teacher=master)


def _digits(side: int, name: str) -> Callable[[Settings, int], Dataset]:
    def build(settings: Settings, seed: int) -> Dataset:
        images, labels = digits.images()
        pictures = images if side == digits.SIDE else digits.enlarged(images, side)
        pixels = tuple(f"pixel {row},{column}" for row in range(side) for column in range(side))
        data = Dataset(
            pictures.reshape(-1, side * side),
            labels,
            classes=10,
            name=name,
            feature_names=pixels,
            image_shape=(side, side),
        )
        size = int(settings["size"])
        return data if size == len(data) else data.subset(size, seed)

    return build


_AREA, _CURVE = ("a", "b"), ("x",)
_DIGITS = (
    "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998, doi:10.24432/C50P49, CC BY 4.0"
)
_ON_TARGETS = "on the targets"

_KINDS = (
    DatasetKind(
        "exclusive_or",
        "Exclusive or",
        "Four points, class 1 where exactly one input is 1: no straight line separates them.",
        "M. Minsky and S. Papert, Perceptrons, 1969",
        "classes",
        2,
        (),
        _drawn("exclusive_or", toys.exclusive_or, _AREA),
        hidden=(2,),
        activation="sigmoid",
        output="sigmoid",
        loss="squared_error",
        parts=(0.0, 0.0),
    ),
    DatasetKind(
        "exclusive_or_cloud",
        "Exclusive or, clouds",
        "A cloud around each of the four points of the exclusive or.",
        "M. Minsky and S. Papert, Perceptrons, 1969",
        "classes",
        2,
        (_size(200), _noise(0.15)),
        _drawn("exclusive_or_cloud", toys.exclusive_or_cloud, _AREA),
        hidden=(8,),
    ),
    DatasetKind(
        "circle",
        "Circle",
        "A disk inside a ring: the boundary has to close around the disk.",
        "the circle of A. Karpathy's ConvNetJS demo",
        "classes",
        2,
        (_size(200), _noise(0.1)),
        _drawn("circle", toys.circle, _AREA),
        hidden=(8,),
    ),
    DatasetKind(
        "gaussians",
        "Gaussian clusters",
        "One round cluster for each class, evenly around a circle.",
        "C. Bishop, Pattern Recognition and Machine Learning, 2006, section 4.2",
        "classes",
        2,
        (_size(200), _noise(0.6), _classes(3, 10)),
        _drawn("gaussians", toys.gaussians, _AREA),
        hidden=(8,),
    ),
    DatasetKind(
        "spirals",
        "Spirals",
        "Arms that wind around each other: hard for a small network.",
        "K. Lang and M. Witbrock, Learning to tell two spirals apart, 1988",
        "classes",
        2,
        (
            _size(300),
            _noise(0.03),
            _classes(2, 5),
            Parameter("turns", "Turns", 1.25, 0.25, 3.0, sentence="How often each arm winds around the middle."),
        ),
        _drawn("spirals", toys.spirals, _AREA),
        hidden=(16, 16),
    ),
    DatasetKind(
        "moons",
        "Two moons",
        "Two interleaving half circles.",
        "the function make_moons of scikit-learn",
        "classes",
        2,
        (_size(200), _noise(0.1)),
        _drawn("moons", toys.moons, _AREA),
    ),
    DatasetKind(
        "teacher",
        "Made by a teacher network",
        "Answers of a network whose weights are known: a student finds the same function with other weights.",
        "D. Saad and S. Solla, On-line learning in soft committee machines, 1995",
        "values",
        2,
        (
            _size(200),
            _noise(0.0, what=_ON_TARGETS),
            Parameter("hidden", "Hidden units", 3, 1, 16, sentence="How many hidden units the teacher has."),
            Parameter("inputs", "Inputs", 2, 1, 16, sentence="How many inputs the teacher has."),
        ),
        _taught,
        hidden=(3,),
        loss="squared_error",
    ),
    DatasetKind(
        "sine",
        "Sine",
        "One period of a sine.",
        "C. Bishop, Pattern Recognition and Machine Learning, 2006, section 1.1",
        "values",
        1,
        (_size(60), _noise(0.1, what=_ON_TARGETS)),
        _drawn("sine", regressions.sine, _CURVE),
        hidden=(8,),
        loss="squared_error",
    ),
    DatasetKind(
        "step",
        "Step",
        "A jump from 0 to 1: the steeper the network can get, the better.",
        "G. Cybenko, Approximation by superpositions of a sigmoidal function, 1989",
        "values",
        1,
        (_size(60), _noise(0.05, what=_ON_TARGETS)),
        _drawn("step", regressions.step, _CURVE),
        hidden=(4,),
        loss="squared_error",
    ),
    DatasetKind(
        "bump",
        "Bump",
        "One bump: a step up and a step down, so two hidden units can draw it.",
        "M. Nielsen, Neural Networks and Deep Learning, 2015, chapter 4",
        "values",
        1,
        (_size(60), _noise(0.05, what=_ON_TARGETS)),
        _drawn("bump", regressions.bump, _CURVE),
        hidden=(4,),
        loss="squared_error",
    ),
    DatasetKind(
        "noisy_line",
        "Noisy line",
        "A straight line under noise: without a hidden layer this is linear regression, with a closed form.",
        "A.-M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, 1805",
        "values",
        1,
        (_size(60), _noise(0.3, what=_ON_TARGETS)),
        _drawn("noisy_line", regressions.noisy_line, _CURVE),
        hidden=(),
        activation="linear",
        loss="squared_error",
    ),
    DatasetKind(
        "plane",
        "Plane",
        "A tilted plane over two inputs: linear regression with two slopes.",
        "A.-M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, 1805",
        "values",
        2,
        (_size(200), _noise(0.1, what=_ON_TARGETS)),
        _drawn("plane", regressions.tilted_plane, _AREA),
        hidden=(),
        activation="linear",
        loss="squared_error",
    ),
    DatasetKind(
        "hill",
        "Hill",
        "A round hill over two inputs.",
        "D. Broomhead and D. Lowe, Multivariable functional interpolation and adaptive networks, 1988",
        "values",
        2,
        (_size(200), _noise(0.05, what=_ON_TARGETS)),
        _drawn("hill", regressions.hill, _AREA),
        loss="squared_error",
    ),
    DatasetKind(
        "digits",
        "Handwritten digits, 8×8",
        "1,797 real images of handwritten digits, 8×8 pixels with values from 0 to 1.",
        _DIGITS,
        "classes",
        64,
        (_size(1797, 1797), _noise(0.0, 1.0)),
        _digits(8, "digits"),
        hidden=(16, 16),
    ),
    DatasetKind(
        "digits_28",
        "Handwritten digits, enlarged to 28×28",
        "The same 1,797 images of 8×8 pixels, enlarged to 28×28 by bilinear interpolation; they hold no more information.",
        _DIGITS,
        "classes",
        784,
        (_size(1797, 1797), _noise(0.0, 1.0)),
        _digits(28, "digits_28"),
        hidden=(16, 16),
    ),
)

DATASETS: Mapping[str, DatasetKind] = MappingProxyType({kind.name: kind for kind in _KINDS})
"""Every dataset that ships, by name."""
