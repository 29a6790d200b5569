import gzip
import io
import struct
import zipfile

import numpy as np
import pytest

from engine.datasets import DataError, read_csv, read_idx, read_npz, read_table


def idx(array, kind=8):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, kind, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


IMAGES = np.arange(24, dtype=np.uint8).reshape(4, 3, 2) * 10
LABELS = np.array([0, 2, 1, 2], dtype=np.uint8)


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_comes_back(tmp_path, pack):
    data = read_idx(written(tmp_path, "i", pack(idx(IMAGES))), written(tmp_path, "l", pack(idx(LABELS))))
    assert np.array_equal(data.inputs, IMAGES.reshape(4, 6) / 255)
    assert data.targets.tolist() == [0, 2, 1, 2]
    assert data.image_shape == (3, 2)
    assert data.classes == 3


def test_idx_can_be_read_in_part(tmp_path):
    labels = np.arange(100) % 10
    pictures = np.repeat(labels, 4).reshape(100, 2, 2)
    paths = written(tmp_path, "i", idx(pictures)), written(tmp_path, "l", idx(labels))
    data = read_idx(*paths, size=30, seed=1)
    assert np.bincount(data.targets).tolist() == [3] * 10
    assert np.array_equal(np.round(data.inputs[:, 0] * 255), data.targets)
    with pytest.raises(DataError, match="from 1 to 100"):
        read_idx(*paths, size=101)


GOOD = idx(IMAGES), idx(LABELS)
PACKED = gzip.compress(GOOD[0])
BAD_IDX = {
    "not idx": (b"\x89PNG and so on", "not an IDX file"),
    "empty": (b"", "not an IDX file"),
    "type": (idx(IMAGES, kind=13), "type code 13"),
    "exchanged": (GOOD[1], "3 dimensions, but it has 1: were images and labels exchanged"),
    "header cut": (GOOD[0][:10], "cut off within its header"),
    "cut": (GOOD[0][:-3], "cut off after 21 of 24"),
    "long": (GOOD[0] + b"x", "goes on after the 24"),
    "huge": (GOOD[0][:4] + b"\xff" * 12, "which cannot be"),
    "none": (idx(np.zeros((0, 3, 2))), "which cannot be"),
    "truncated gzip": (PACKED[: len(PACKED) // 2], "damaged or was cut off"),
    "damaged gzip": (PACKED[:12] + b"\xff\xff\xff" + PACKED[15:], "damaged or was cut off"),
    "damaged end of gzip": (PACKED[:-8] + bytes(8), "damaged or was cut off"),
}


@pytest.mark.parametrize("case", BAD_IDX)
def test_a_bad_idx_file_is_refused_by_name(tmp_path, case):
    content, sentence = BAD_IDX[case]
    labels = written(tmp_path, "labels", GOOD[1])
    with pytest.raises(DataError, match=f"pictures.*{sentence}"):
        read_idx(written(tmp_path, "pictures", content), labels)


def test_images_and_labels_belong_together(tmp_path):
    with pytest.raises(DataError, match="4 images but l 3 labels"):
        read_idx(written(tmp_path, "i", GOOD[0]), written(tmp_path, "l", idx(LABELS[:3])))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_damaged_idx_never_does_anything_but_refuse(tmp_path, pack):
    random = np.random.default_rng(0)
    good, labels = pack(GOOD[0]), written(tmp_path, "l", GOOD[1])
    refused = 0
    for _ in range(300):
        content = bytearray(good)
        for place in random.integers(0, 16, random.integers(1, 4)):
            content[place] = random.integers(0, 256)
        try:
            data = read_idx(written(tmp_path, "i", bytes(content)), labels)
        except DataError:
            refused += 1
        else:
            assert data.inputs.shape[0] == 4
    assert refused > 100


def archive(**arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


INPUTS = np.array([[0.5, 1.0], [2.0, -3.0], [1.0, 1.0]])


@pytest.mark.parametrize("keys", [("inputs", "targets"), ("x", "y"), ("images", "labels")])
def test_npz_comes_back(tmp_path, keys):
    path = written(tmp_path, "a.npz", archive(**dict(zip(keys, (INPUTS, np.array([0, 1, 1])), strict=True))))
    data = read_npz(path)
    assert np.array_equal(data.inputs, INPUTS)
    assert data.targets.tolist() == [0, 1, 1]
    assert data.classes == 2


def test_npz_of_images_in_two_parts(tmp_path):
    content = archive(x_train=IMAGES[:3], y_train=LABELS[:3], x_test=IMAGES[3:], y_test=LABELS[3:])
    data = read_npz(written(tmp_path, "mnist.npz", content))
    assert data.image_shape == (3, 2)
    assert np.array_equal(data.inputs, IMAGES.reshape(4, 6) / 255)
    assert data.test.indices.tolist() == [3]
    assert data.test.targets.tolist() == [2]


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return buffer.getvalue()


CUBES = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES[:, :2], "y_test": LABELS}
BAD_NPZ = {
    "text": (b"hello", "not a NumPy archive"),
    "empty": (b"", "not a NumPy archive"),
    "cut": (archive(x=INPUTS, y=np.arange(3))[:-30], "damaged or was cut off"),
    "objects": (archive(x=np.array([{}, 1], dtype=object), y=np.arange(2)), "Python objects"),
    "keys": (archive(features=INPUTS, y=np.arange(3)), "name the arrays inputs and targets"),
    "lengths": (archive(x=INPUTS, y=np.arange(2)), "3 inputs but 2 targets"),
    "nan": (archive(x=np.array([[1.0, np.nan]]), y=np.arange(1)), "nan in row 0, column 1"),
    "scalar": (archive(x=np.array(1.0), y=np.array(1)), "matrix"),
    "no arrays": (zipped(x="hello", y="you"), "no arrays"),
    "broken array": (zipped(**{"x.npy": b"\x93NUMPY\x01\x00junk", "y.npy": b"\x93NUMPY"}), "damaged"),
    "columns": (archive(**CUBES), "differ in shape"),
    "parts": (archive(**{**CUBES, "x_test": IMAGES, "y_test": LABELS[:2]}), "4 inputs but 2 targets to test on"),
}


@pytest.mark.parametrize("case", BAD_NPZ)
def test_a_bad_archive_is_refused_by_name(tmp_path, case):
    content, sentence = BAD_NPZ[case]
    with pytest.raises(DataError, match=f"a.npz: .*{sentence}|a.npz is {sentence}"):
        read_npz(written(tmp_path, "a.npz", content))


@pytest.mark.parametrize("read", [read_csv, read_npz, read_table, lambda path: read_idx(path, path)])
def test_what_is_no_file_is_refused(tmp_path, read):
    with pytest.raises(DataError, match="There is no file"):
        read(tmp_path / "gone")
    with pytest.raises(DataError, match=r"folder|cannot be read"):
        read(tmp_path)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_damaged_archives_never_do_anything_but_refuse(tmp_path, save):
    random, buffer = np.random.default_rng(1), io.BytesIO()
    save(buffer, x=INPUTS, y=np.arange(3))
    refused = 0
    for _ in range(300):
        content = bytearray(buffer.getvalue())
        for place in random.integers(0, len(content), random.integers(1, 5)):
            content[place] = random.integers(0, 256)
        try:
            data = read_npz(written(tmp_path, "a.npz", bytes(content)))
        except DataError:
            refused += 1
        else:
            assert len(data) == 3
    assert refused > 100
