import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.datasets import DataError, read_csv, read_table


def csv_file(folder, text, encoding="utf-8"):
    path = folder / "plants.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_text_classes_are_numbered_in_order(tmp_path, delimiter, encoding, ending):
    lines = [("height", "width", "kind"), ("1.5", "2", "oak"), ("-3e2", " 4 ", "ash"), ("0", "1", "oak")]
    text = ending.join(delimiter.join(line) for line in lines) + ending + ending
    data = read_csv(csv_file(tmp_path, text, encoding), "kind")
    assert data.inputs.tolist() == [[1.5, 2], [-300, 4], [0, 1]]
    assert data.targets.tolist() == [1, 0, 1]
    assert data.class_names == ("ash", "oak")
    assert data.feature_names == ("height", "width")
    assert data.name == "plants"


def test_whole_numbers_are_classes_unless_said_otherwise(tmp_path):
    path = csv_file(tmp_path, "a,b\n0.5,-1\n1.5,10\n2.5,2\n")
    classes, values = read_csv(path), read_csv(path, task="values")
    assert classes.targets.tolist() == [0, 2, 1]
    assert classes.class_names == ("-1", "2", "10")
    assert values.classes is None
    assert values.targets.tolist() == [[-1], [10], [2]]


def test_columns_are_chosen_by_name_or_number(tmp_path):
    path = csv_file(tmp_path, "a,b,c,d\n1,2,3,4.5\n5,6,7,8.5\n")
    data = read_csv(path, ["d", 0], features=["c"])
    assert data.inputs.tolist() == [[3], [7]]
    assert data.targets.tolist() == [[4.5, 1], [8.5, 5]]
    assert read_csv(path, -1).targets.tolist() == [[4.5], [8.5]]


def test_a_file_without_header(tmp_path):
    path = csv_file(tmp_path, "1,2,x\n3,4,y\n")
    assert read_csv(path, header=False).feature_names == ("column 1", "column 2")
    assert len(read_csv(path, header=False)) == 2


def test_quoted_cells_may_hold_the_delimiter(tmp_path):
    data = read_csv(csv_file(tmp_path, 'a,"b, c"\n1,"x, y"\n2,z\n'))
    assert data.class_names == ("x, y", "z")


REFUSED = {
    "missing": ("a,b\n1,x\n\n,y\n", "row 4, column 'a': the value is missing"),
    "question mark": ("a,b\n1,x\n?,y\n", "row 3, column 'a': the value is missing"),
    "nan": ("a,b\nNaN,x\n", "row 2, column 'a': the value is missing"),
    "missing class": ("a,b\n1,x\n2,\n", "row 3, column 'b': the value is missing"),
    "missing value": ("a,b\n1,1.5\n2,NA\n", "row 3, column 'b': the value is missing"),
    "text": ("a,b\n1,x\ntall,y\n", "row 3, column 'a': 'tall' is not a number; correct it"),
    "text in target": ("a,b\n1,1.5\n2,tall\n", "row 3, column 'b': 'tall' is not a number"),
    "decimal comma": ("a;b\n1,5;x\n", r"row 2, column 'a': '1,5' is not a number; write 1\.5"),
    "underscore": ("a,b\n1_000,x\n", "'1_000' is not a number"),
    "infinite": ("a,b\ninf,x\n", "row 2, column 'a': inf is not a finite number"),
    "ragged": ("a,b\n1,x\n1,2,3\n", "row 3 has 3 cells, but there are 2 columns"),
    "same names": ("a,a\n1,2\n", "two columns are named 'a'"),
    "no name": ("a,,c\n1,2,3\n", "column 2 has no name"),
    "no header": ("1,2\n3,4\n", "first row holds only numbers"),
    "header only": ("a,b\n", "no rows of data"),
    "empty": ("", "no rows of data"),
    "one column": ("a\n1\n", "at least one column of inputs"),
    "huge cell": ("a,b\n" + "9" * 200_000 + ",x\n", "row 2 cannot be read"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_by_row_and_column(tmp_path, case):
    text, sentence = REFUSED[case]
    with pytest.raises(DataError, match=f"plants.csv: .*{sentence}") as refusal:
        read_csv(csv_file(tmp_path, text))
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"target": "z"}, "no column 'z': choose one of a, b"),
        ({"target": 3}, "no column number 3"),
        ({"target": -4}, "no column number -4"),
        ({"target": "a", "features": ["a"]}, "both input and target"),
        ({"target": []}, "at least one"),
        ({"target": ["a", "b"], "features": []}, "at least one"),
        ({"task": "guess"}, "'classes' or 'values'"),
        ({"target": ["a", "b"], "features": ["c"], "task": "classes"}, "exactly one target"),
        ({"delimiter": ", "}, "one character"),
    ],
)
def test_options_that_do_not_fit_are_refused(tmp_path, options, sentence):
    with pytest.raises(DataError, match=sentence):
        read_csv(csv_file(tmp_path, "a,b,c\n1,2,3\n4,5,6\n"), **options)


def test_many_whole_numbers_are_asked_about(tmp_path):
    text = "a,b\n" + "".join(f"{i},{i * 100}\n" for i in range(60))
    with pytest.raises(DataError, match="60 different whole numbers"):
        read_csv(csv_file(tmp_path, text))
    assert read_csv(csv_file(tmp_path, text), task="classes").classes == 60


def test_another_encoding_is_refused(tmp_path):
    with pytest.raises(DataError, match="not text in UTF-8"):
        read_csv(csv_file(tmp_path, "größe,b\n1,x\n", "latin-1"))


def test_a_table_leaves_text_out_and_refuses_gaps(tmp_path):
    table = read_table(csv_file(tmp_path, "t,note,y\n0,start,1.5\n1,end,2.5\n"))
    assert table.names == ("t", "y")
    assert table["y"].tolist() == [1.5, 2.5]
    assert len(table) == 2
    with pytest.raises(DataError, match="no column 'z'"):
        table["z"]
    with pytest.raises(DataError, match="row 3, column 'y': the value is missing"):
        read_table(csv_file(tmp_path, "t,y\n0,1\n1,\n"))
    with pytest.raises(DataError, match="no column holds numbers"):
        read_table(csv_file(tmp_path, "t,y\na,b\n"))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.floats(-1e300, 1e300)] * 3), min_size=1, max_size=20))
def test_numbers_survive_exactly(tmp_path_factory, rows):
    text = "a,b,c\n" + "".join(",".join(map(repr, row)) + "\n" for row in rows)
    table = read_table(csv_file(tmp_path_factory.mktemp("table"), text))
    assert np.array_equal(np.column_stack([table[name] for name in "abc"]), np.array(rows))


def test_a_cell_of_two_lines_counts_as_two(tmp_path):
    with pytest.raises(DataError, match="row 4, column 'a'"):
        read_csv(csv_file(tmp_path, 'a,b\n1,"x\ny"\ntall,z\n'))


def test_only_line_ends_end_a_line(tmp_path):
    assert read_csv(csv_file(tmp_path, "a,b\n1,x\u2028y\n2,z\n")).class_names == ("x\u2028y", "z")
