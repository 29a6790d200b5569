"""The same datasets without pieces: files read at once, and each step taken by NumPy in one call."""

import csv
import gzip

import numpy as np

from engine.datasets import Dataset, Scaling
from engine.datasets.choices import apportion
from engine.datasets.streams import Purpose, stream

CLASSES = ("ash", "elm", "oak")
INPUTS = ("length", "count", "width")


def chosen(candidates, strata, count, random):
    """Some of the candidates, every stratum in proportion."""
    groups, sizes = np.unique(strata, return_counts=True)
    shares = apportion(sizes, count)
    parts = [
        random.permutation(candidates[strata == group])[:share] for group, share in zip(groups, shares, strict=True)
    ]
    return np.sort(np.concatenate([np.zeros(0, dtype=np.intp), *parts]))


def scaling(inputs):
    """Mean and deviation of each column."""
    size = np.abs(inputs).max(axis=0)
    size = np.where(size > 0, size, 1.0)
    mean, deviation = (inputs / size).mean(axis=0) * size, (inputs / size).std(axis=0) * size
    moves = (inputs.min(axis=0) < inputs.max(axis=0)) & (deviation > 0)
    return Scaling(np.where(moves, mean, 0.0), np.where(moves, deviation, 1.0))


def read(kind, paths):
    """Everything in the files of a kind."""
    if kind == "csv":
        rows = list(csv.DictReader(paths[0].read_text(encoding="utf-8").splitlines(keepends=True)))
        inputs = np.array([[float(row[name]) for name in INPUTS] for row in rows])
        labels = [CLASSES.index(row["kind"]) for row in rows]
        return Dataset(inputs, labels, feature_names=INPUTS, class_names=CLASSES, name="plants")
    if kind == "npz":
        arrays = np.load(paths[0])
        return Dataset(arrays["x"], arrays["y"], name="npz.npz")
    if kind == "parts":
        arrays = np.load(paths[0])
        images = np.concatenate([arrays["x_train"], arrays["x_test"]]) / 255.0
        labels, held_out = np.concatenate([arrays["y_train"], arrays["y_test"]]), len(arrays["x_train"])
        test = np.arange(held_out, len(images))
        return Dataset(images.reshape(-1, 6), labels, name="parts.npz", image_shape=(3, 2), test_indices=test)
    images, labels = (gzip.decompress(path.read_bytes()) if kind == "gz" else path.read_bytes() for path in paths)
    names = [f"pixel {row},{column}" for row in range(3) for column in range(2)]
    return Dataset(
        np.frombuffer(images, np.uint8)[16:].reshape(-1, 6) / 255.0,
        np.frombuffer(labels, np.uint8)[8:],
        classes=3,
        feature_names=names,
        image_shape=(3, 2),
        name=paths[0].name,
    )


def with_parts(data, validation, test, **arrays):
    """The same dataset with other parts and other arrays."""
    given = {
        "inputs": data.inputs,
        "targets": data.targets,
        "classes": data.classes,
        "feature_names": data.feature_names,
        "class_names": data.class_names,
        "name": data.name,
        "image_shape": data.image_shape,
        "scaling": data.scaling,
        **arrays,
    }
    return Dataset(**given, validation_indices=validation, test_indices=test)


def subset(data, count, seed):
    """Some of the examples, every part and class in proportion."""
    part = np.zeros(len(data), dtype=np.intp)
    part[data.validation_indices], part[data.test_indices] = 1, 2
    strata = part * data.classes + data.targets
    kept = chosen(np.arange(len(data)), strata, count, stream(seed, Purpose.SUBSET))
    validation, test = np.flatnonzero(part[kept] == 1), np.flatnonzero(part[kept] == 2)
    return with_parts(data, validation, test, inputs=data.inputs[kept], targets=data.targets[kept])


def split(data, validation, test, seed):
    """New parts, every class in proportion."""
    random, everything = stream(seed, Purpose.SPLIT), np.arange(len(data))
    for_test = chosen(everything, data.targets, round(len(data) * test), random)
    rest = np.setdiff1d(everything, for_test)
    for_validation = chosen(rest, data.targets[rest], round(len(data) * validation), random)
    return with_parts(data, for_validation, for_test)


def loaded(kind, paths, recipe):
    """The dataset of a recipe for all that the files of a kind hold."""
    data, seed = read(kind, paths), recipe.seed
    if recipe.size is not None:
        data = subset(data, recipe.size, seed)
    if recipe.noise:
        noise = recipe.noise * stream(seed, Purpose.NOISE).standard_normal(data.inputs.shape)
        data = with_parts(data, data.validation_indices, data.test_indices, inputs=data.inputs + noise)
    if recipe.split is not None:
        data = split(data, *recipe.split, seed)
    if recipe.subset is not None:
        data = subset(data, recipe.subset, seed)
    if recipe.shuffled:
        data = data.with_shuffled_labels(recipe.shuffled, seed)
    if not recipe.standardize:
        return data
    found = scaling(data.inputs[np.setdiff1d(np.arange(len(data)), [*data.validation_indices, *data.test_indices])])
    inputs = (data.inputs - found.mean) / found.deviation
    return with_parts(data, data.validation_indices, data.test_indices, inputs=inputs, scaling=found)
