"""Files are read once, in pieces that can be stopped anywhere, and what is wrong with them is said as ever."""

import gzip
import io
import os
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import same
from engine.datasets import (
    DataError,
    DatasetRecipe,
    FileCache,
    load_job,
    open_files_job,
    read_csv,
    read_idx,
    read_npz,
    read_table,
    recipe_of_files,
    table_job,
)
from engine.job import drain
from engine.own_data import on_data_job
from engine.problem import NetworkProblem, assemble_job
from tests.engine.datasets import test_csv_files, test_files
from tests.engine.datasets.own_files import KINDS, recipe_of, table, written

SETTINGS = {"noise": 0.1, "split": (0.2, 0.3), "subset": 20, "shuffled": 0.5, "standardize": True}
WITH_TABLE = (*KINDS, "table")


def job_on(kind, paths, files):
    """A job that goes through all that can be done to files of this kind."""
    if kind == "table":
        return table_job(paths[0], files)
    return load_job(recipe_of(kind, paths, **SETTINGS), files)


def files_of(folder, kind):
    return written(folder, "csv") if kind == "table" else written(folder, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_read_once_for_all_that_is_made_of_it(kind, tmp_path, seen):
    paths, files = written(tmp_path, kind), FileCache()
    recipe = drain(open_files_job(paths, files))
    drain(on_data_job(recipe, files))
    made = drain(assemble_job(NetworkProblem(recipe, (3,), loss="cross_entropy"), files))
    others = [replace(recipe, noise=0.3), replace(recipe, size=12), replace(recipe, split=(0.1, 0.1), seed=4)]
    if kind == "csv":
        others += [replace(recipe, target=("width",), features=("length",)), replace(recipe, target=("place",))]
        assert drain(table_job(paths[0], files)).names == ("length", "count", "width")
    assert made.data.classes == 3
    assert all(len(drain(load_job(other, files))) for other in others)
    assert seen.read == {str(path): path.stat().st_size for path in paths}
    assert sorted(seen.opened) == sorted(map(str, paths))
    assert not seen.open


def test_a_file_is_read_once_without_a_cache_too(tmp_path, seen):
    paths = written(tmp_path, "csv", 6000)
    assert recipe_of_files(paths).size == 2000
    assert seen.read == {str(paths[0]): paths[0].stat().st_size}


@pytest.mark.usefixtures("tiny_pieces")
@pytest.mark.parametrize("kind", WITH_TABLE)
def test_progress_grows_and_is_complete_at_the_end(kind, tmp_path):
    paths, files = files_of(tmp_path, kind), FileCache()
    for again in (False, True):
        told = list(job_on(kind, paths, files))
        fractions = [each.fraction for each in told]
        assert fractions == sorted(fractions)
        assert fractions.index(1.0) == len(told) - 1
        assert [each.result is None for each in told] == [True] * (len(told) - 1) + [False]
        assert again or len({fraction for fraction in fractions if 0.05 < fraction < 0.9}) > 10


@pytest.mark.usefixtures("tiny_pieces")
@pytest.mark.parametrize("kind", WITH_TABLE)
def test_a_job_can_be_stopped_at_every_yield(kind, tmp_path, seen):
    paths, files = files_of(tmp_path, kind), FileCache()
    whole = job_on(kind, paths, FileCache())
    yields = sum(1 for _ in whole)
    expected = drain(job_on(kind, paths, FileCache()))
    assert yields > 60
    for stop in range(1, yields, 1 + yields // 150):
        job = job_on(kind, paths, files)
        for _ in range(stop):
            next(job, None)
        job.close()
        assert not seen.open
    assert same(drain(job_on(kind, paths, files)), expected)
    assert not seen.open


@pytest.mark.usefixtures("tiny_pieces")
@pytest.mark.parametrize("kind", KINDS)
def test_opening_can_be_stopped_at_every_yield(kind, tmp_path, seen):
    paths, files = written(tmp_path, kind), FileCache()
    for stop in range(1, sum(1 for _ in open_files_job(paths, FileCache())), 7):
        job = open_files_job(paths, files)
        for _ in range(stop):
            next(job, None)
        job.close()
        assert not seen.open
    assert drain(open_files_job(paths, files)) == recipe_of_files(paths)


@pytest.mark.parametrize("kind", WITH_TABLE)
def test_a_job_that_was_not_begun_opens_nothing(kind, tmp_path, seen):
    paths = files_of(tmp_path, kind)
    recipe = None if kind == "table" else recipe_of(kind, paths)
    seen.forget()
    job = table_job(paths[0], FileCache()) if recipe is None else load_job(recipe, FileCache())
    job.close()
    assert not seen.opened


@pytest.mark.parametrize("kind", KINDS)
def test_larger_files_have_more_pieces(kind, tmp_path):
    counts = []
    for examples in (100, 10_000, 30_000) if kind == "csv" else (100, 100_000, 300_000):
        recipe = recipe_of(kind, written(tmp_path, kind, examples))
        counts.append(sum(1 for _ in load_job(replace(recipe, standardize=True), FileCache())))
    assert counts[0] < counts[1] < counts[2]


@pytest.mark.usefixtures("tiny_pieces")
@pytest.mark.parametrize("kind", ["csv", "npz", "gz"])
def test_a_file_that_changes_while_it_is_read_is_refused(kind, tmp_path, seen):
    paths = written(tmp_path, kind)
    for job in (load_job(recipe_of(kind, paths), FileCache()), open_files_job(paths, FileCache())):
        content = paths[0].read_bytes()
        for _ in range(4):
            next(job)
        with paths[0].open("ab") as file:
            file.write(b"more")
        with pytest.raises(
            DataError, match=f"{paths[0].name}: it changed while it was read|{paths[0].name} has changed"
        ):
            drain(job)
        assert not seen.open
        paths[0].write_bytes(content)


def moved_on(path, seconds=10):
    """Let the clock of the file system go on, so that a file counts as written later."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + seconds * 10**9))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_was_changed_since_is_noticed_and_read_again(kind, tmp_path, seen):
    paths, files = written(tmp_path, kind), FileCache()
    recipe = drain(open_files_job(paths, files))
    expected = drain(load_job(recipe, files))
    moved_on(paths[0])
    assert same(drain(load_job(recipe, files)), expected)  # the same bytes, so the same data
    assert seen.opened.count(str(paths[0])) == 2
    content = bytearray(paths[0].read_bytes())
    content[-3] ^= 1
    paths[0].write_bytes(content)
    moved_on(paths[0])
    with pytest.raises(
        DataError, match=f"^{paths[0].name} has changed since this experiment was made: open the data again"
    ):
        drain(load_job(recipe, files))
    paths[0].unlink()
    with pytest.raises(DataError, match=r"^There is no file '.*': choose another one\.$"):
        drain(load_job(recipe, files))


def test_what_has_changed_is_said_before_what_is_wrong_with_it(tmp_path):
    paths = written(tmp_path, "csv")
    recipe = recipe_of("csv", paths)
    paths[0].write_bytes(b"a,b\n1,\xff\n")
    for files in (FileCache(), FileCache(0)):
        with pytest.raises(DataError, match="has changed since"):
            drain(load_job(recipe, files))


def sentence_of(call, *arguments, **settings):
    with pytest.raises(DataError) as refusal:
        call(*arguments, **settings)
    return str(refusal.value)


@pytest.mark.usefixtures("tiny_pieces")
@pytest.mark.parametrize("case", test_csv_files.REFUSED)
def test_a_bad_table_is_refused_in_the_same_words(case, tmp_path, seen):
    path = test_csv_files.csv_file(tmp_path, test_csv_files.REFUSED[case][0])
    expected, files = sentence_of(read_csv, path), FileCache()
    recipe = DatasetRecipe.of_csv(path)
    seen.forget()
    assert [sentence_of(drain, load_job(recipe, files)) for _ in range(3)] == [expected] * 3
    assert seen.opened == [str(path)]
    assert "one column" not in case or sentence_of(recipe_of_files, [path]).count(path.name) == 1


@pytest.mark.usefixtures("tiny_pieces")
@pytest.mark.parametrize("case", test_files.BAD_NPZ)
def test_a_bad_archive_is_refused_in_the_same_words(case, tmp_path, seen):
    path = test_files.written(tmp_path, "a.npz", test_files.BAD_NPZ[case][0])
    expected, files, recipe = sentence_of(read_npz, path), FileCache(), DatasetRecipe.of_npz(path)
    seen.forget()
    assert [sentence_of(drain, load_job(recipe, files)) for _ in range(3)] == [expected] * 3
    assert seen.opened == [str(path)]
    if path.read_bytes()[:4] == b"PK\3\4":
        assert sentence_of(recipe_of_files, [path]) == expected


@pytest.mark.usefixtures("tiny_pieces")
@pytest.mark.parametrize("case", test_files.BAD_IDX)
def test_bad_images_are_refused_in_the_same_words(case, tmp_path, seen):
    images = test_files.written(tmp_path, "images", test_files.BAD_IDX[case][0])
    labels, files = test_files.written(tmp_path, "labels", test_files.GOOD[1]), FileCache()
    expected, recipe = sentence_of(read_idx, images, labels), DatasetRecipe.of_idx(images, labels)
    seen.forget()
    assert [sentence_of(drain, load_job(recipe, files)) for _ in range(3)] == [expected] * 3
    assert sorted(seen.opened) == [str(images), str(labels)]


@pytest.mark.usefixtures("tiny_pieces")
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_cut_off_anywhere_is_refused_or_read_alike(kind, tmp_path):
    paths = written(tmp_path, kind, 12)
    content = paths[0].read_bytes()
    for length in range(0, len(content), 1 + len(content) // 60):
        paths[0].write_bytes(content[:length])
        recipe = recipe_of(kind, paths)
        try:
            expected = recipe.load()
        except DataError as problem:
            expected = problem
        try:
            found = drain(load_job(recipe, FileCache()))
        except DataError as problem:
            found = problem
        assert same(found, expected) or str(found) == str(expected)


def test_files_that_are_too_large_are_refused_unread(tmp_path, monkeypatch, seen):
    for module in ("hashed_file", "reading", "npz_contents"):
        monkeypatch.setattr(f"engine.datasets.{module}.LARGEST_BYTES", 2**20)
    path = tmp_path / "large.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 2**18)
    for read in (read_csv, read_table, lambda path: recipe_of_files([path])):
        assert sentence_of(read, path) == "large.csv: it is larger than 1 MB: use a smaller file."
    packed = tmp_path / "large.npz"
    np.savez_compressed(packed, x=np.zeros((2**17, 1)), y=np.zeros(2**17, np.uint8))
    assert sentence_of(read_npz, packed) == "large.npz: it unpacks to more than 1 MB: use a smaller file."
    assert seen.read[str(path)] < path.stat().st_size


def test_what_is_no_text_at_its_end_is_no_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + b"9" * 200_000 + b",x\n" * 3 + b"\xff\n")
    assert sentence_of(read_csv, path) == "a.csv is not text in UTF-8: save it with that encoding."


def test_each_name_is_said_once(tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("")
    assert sentence_of(recipe_of_files, [path]) == "empty.csv: it holds no rows of data: choose another file."


def test_two_tables_are_not_opened_together(tmp_path, seen):
    path = written(tmp_path, "csv")[0]
    for files in (FileCache(), FileCache()):
        sentence = sentence_of(drain, open_files_job([path, path], files))
        assert sentence == "Only data in the IDX format are in two files: choose one file."
        drain(open_files_job([path], files))
    assert not seen.open


def test_a_file_can_be_read_as_another_format_than_before(tmp_path):
    path, files = written(tmp_path, "npz")[0], FileCache()
    drain(open_files_job([path], files))
    assert "not text in UTF-8" in sentence_of(drain, table_job(path, files))
    assert drain(open_files_job([path], files)).name == "npz"


def test_blank_lines_before_and_after_do_not_matter(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n" * 20_000 + table(30) + "\n ,,,,\n" * 20_000)
    plain = written(tmp_path, "csv", 30)[0]
    assert same(read_csv(path, features=["length"]).inputs, read_csv(plain, features=["length"]).inputs)


STRANGE = {
    "a scalar for a part": ({"x_test": np.array(1.0)}, "differ in shape"),
    "types that do not go together": (
        {"x_train": np.array(["2020-01-01"] * 4, "M8[D]"), "x_test": np.array(["a"] * 4)},
        "differ in type",
    ),
    "no array of floats has this shape": ({"x_train": np.zeros((4, 0)), "x_test": np.zeros((4, 0))}, "no columns"),
}


@pytest.mark.parametrize("case", STRANGE)
def test_strange_parts_of_an_archive_are_refused(case, tmp_path):
    arrays, sentence = STRANGE[case]
    part = np.zeros(4)
    np.savez(tmp_path / "a.npz", **{"x_train": part, "y_train": part, "x_test": part, "y_test": part, **arrays})
    assert sentence in sentence_of(read_npz, tmp_path / "a.npz")


@pytest.mark.parametrize(
    "header", ["{'descr': ('", "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}"]
)
def test_an_array_with_a_damaged_header_is_refused(header, tmp_path):
    buffer = io.BytesIO()
    head = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name in ("x.npy", "y.npy"):
            packed.writestr(name, head + bytes(8))
    path = test_files.written(tmp_path, "a.npz", buffer.getvalue())
    assert sentence_of(read_npz, path) == "a.npz: an array in it is damaged: write the archive again."


def test_numbers_with_more_digits_than_can_be_counted_are_not_finite(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n2," + "9" * 5000 + "\n")
    assert "is not a finite number" in sentence_of(recipe_of_files, [path])


def test_examples_with_too_many_inputs_are_refused(tmp_path):
    side = 520
    shape = test_files.idx(np.zeros((1, 1, 1)))[:4] + b"".join(n.to_bytes(4, "big") for n in (2, side, side))
    images = test_files.written(tmp_path, "images", gzip.compress(shape + bytes(2 * side * side)))
    labels = test_files.written(tmp_path, "labels", test_files.idx(np.array([0, 1])))
    np.savez(tmp_path / "a.npz", x=np.zeros((2, side * side), np.uint8), y=[0, 1])
    (tmp_path / "a.csv").write_text("1," * side * side + "1\n")
    for read in (lambda: read_idx(images, labels), lambda: read_npz(tmp_path / "a.npz")):
        assert sentence_of(read).endswith("its examples have 270,400 inputs each: choose data with at most 262,144.")
    assert "270,401 columns" in sentence_of(read_csv, tmp_path / "a.csv", delimiter=",")


def test_many_different_numbers_are_no_classes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "".join(f"{row},{row}.5\n" for row in range(10_001)))
    assert "more than 10,000 different entries" in sentence_of(read_csv, path, task="classes")
    assert read_csv(path).targets[-1].tolist() == [10_000.5]
    assert read_csv(path, "b", header=True).inputs[:, 0].tolist() == list(range(10_001))
