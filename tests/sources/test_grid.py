"""Rectangles of cells: line numbers, misfit rows, damaged files, columns of any type as text."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import SourceError
from workbench.sources import _grid
from workbench.sources._grid import open_grid


def grid(path, separator=None, encoding="utf-8"):
    """The opened file."""
    return open_grid(path, where="test", separator=separator, encoding=encoding)


def rows(path, *wanted, **options):
    """All batches of the wanted columns as one frame."""
    opened = grid(path, **options)
    return pl.concat(opened.batches(list(wanted or opened.columns)))


@pytest.fixture
def write(tmp_path):
    """A function: bytes or text -> the path of a CSV file with them."""

    def put(content, name="x.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return put


def test_lines_by_hand(write):
    """A row is placed at its first line: quoted breaks, blank lines and CRLF do not shift it."""
    path = write('\ufeffa,b\r\n1,"x\r\ny"\r\n\r\n2,z\r\n3,"say ""hi"""\r\n')

    got = rows(path)

    # Line 1 header, 2-3 the first row, 4 blank, 5 and 6 the others.
    assert got["place"].to_list() == ["line 2", "line 5", "line 6"]
    assert got["row"].to_list() == [1, 2, 3]
    assert got["b"].to_list() == ["x\r\ny", "z", 'say "hi"']
    assert grid(path).columns == ("a", "b")


def test_misfits_by_hand(write):
    """Rows of the wrong width, with misplaced quotes or with NUL are kept as rows with a reason."""
    got = rows(write('a,b\n1\n1,2,3\n"1"x,2\n1,\0\n1,2\n'))

    assert got["reason"].to_list() == [
        "too few cells", "too many cells", "quotes out of place", "a cell holds a NUL byte", None,
    ]  # fmt: skip
    assert got["row"].to_list() == [1, 2, 3, 4, 5]


def test_huge_cell(write):
    """A cell of a million characters is read whole; the csv module alone stops at 131,072."""
    got = rows(write(f"a,b\n1,{'x' * 1_000_000}\n"))

    assert got["b"].str.len_chars().to_list() == [1_000_000]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_separator_is_detected(mark, write):
    """The separator that gives even rows is taken, though others stand in the texts."""
    path = write(f'a{mark}b{mark}c\n1{mark}"x, y; z | w"{mark}2\n3{mark}"no, it is"{mark}4\n')

    assert rows(path)["c"].to_list() == ["2", "4"]
    assert rows(path, separator=mark)["c"].to_list() == ["2", "4"]


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "\ufeffsep=;", "sep=;\r"])
def test_a_stated_separator(first, write):
    """A first line for a spreadsheet names the separator and is no row; lines are counted on."""
    path = write(f"{first}\na;b\n1,5;2\n")

    assert rows(path)["a"].to_list() == ["1,5"]
    assert rows(path)["place"].to_list() == ["line 3"]
    assert grid(write(f"{first}\na,b\n1,2\n"), separator=",").columns == ("a", "b")


def test_a_stated_tab(write):
    """The tab can be stated as any other; a column called so is a column."""
    assert rows(write("sep=\t\na\tb\n1\t2\n"))["b"].to_list() == ["2"]
    assert grid(write("sep=x,b\n1,2\n")).columns == ("sep=x", "b")


def test_wrong_separators_do_not_spoil_detection(write):
    """A quotation mark that only another separator would open is no fault of the file."""
    path = write('a;b\n1;x,"y\n2;z\n')

    assert rows(path)["b"].to_list() == ['x,"y', "z"]


def test_one_column(write):
    """A file without a separator is refused with the flag."""
    with pytest.raises(
        SourceError,
        match=r"got one column or lines above the .*: --separator, or cut",
    ):
        grid(write("a b\n1 2\n"))


@pytest.mark.parametrize(
    ("content", "cure"),
    [
        (b"a b\n1 2\n", r"Save it with commas between them, or cut those lines\."),
        (b"a,b\n\xff,2\n", r"expected utf-8 text, got other bytes\. Save it as UTF-8\."),
        ("a,b\n1,2\n".encode("utf-16"), r"CSV or Parquet; for UTF-16 text save it as UTF-8\."),
    ],
)
def test_readers_without_options_are_named_none(content, cure, write):
    """Where a reader has no option for the encoding, the advice is how to save the file."""
    with pytest.raises(SourceError, match=cure) as refused:
        open_grid(write(content), where="test")

    assert "--" not in str(refused.value)


def test_batches_number_rows_on(write, monkeypatch):
    """Rows and lines are counted over all batches, and every opening begins anew."""
    monkeypatch.setattr(_grid, "BATCH_ROWS", 2)
    opened = grid(write("a,b\n" + "1,2\n" * 5))

    for _ in range(2):
        parts = list(opened.batches(["b"]))
        assert [part["row"].to_list() for part in parts] == [[1, 2], [3, 4], [5]]
        assert parts[2]["place"].to_list() == ["line 6"]


@pytest.mark.parametrize("content", ["\n\n", "a,b\n", "a,b"])
def test_no_rows(content, write):
    """Blank lines or a header alone are no table."""
    with pytest.raises(SourceError, match="expected a header and rows below it, got no rows"):
        grid(write(content), separator=",")


def test_twin_columns(write):
    """Two columns of one name are refused; unnamed columns, as of saved indices, are not."""
    with pytest.raises(SourceError, match=r"expected different column names, got a, b more than"):
        grid(write("a,b,a,b\n1,2,3,4\n"))

    assert rows(write(",a,\n1,2,3\n"), "a")["a"].to_list() == ["2"]


def test_twins_in_a_row_without_names(write):
    """Where the first row is a post, its cells are not told."""
    with pytest.raises(SourceError, match=r"column names, got values in place of names more than"):
        grid(write("ann,ann,2024-05-13\nbob,ann,2024-05-14\n"))


def test_unclosed_quote(write):
    """A quotation mark that swallows the rest of the file is an error with its line."""
    path = write('a,b\n1,2\n3,"4\n' + "5,6\n" * 1_000)

    with pytest.raises(SourceError, match="a quotation mark opened in line 3 is never closed"):
        rows(path)


def test_a_line_without_end(write, monkeypatch):
    """A line that would not fit into memory is refused before it is held."""
    monkeypatch.setattr(_grid, "LONGEST", 100)

    with pytest.raises(SourceError, match="lines of at most 100 characters, got a longer one in l"):
        rows(write("a,b\n1,2\n" + "3" * 101 + ",4\n"), "a")


def test_a_cell_without_end(write, monkeypatch):
    """A cell that goes on over many lines is set aside once it is too long, and so is its rest."""
    monkeypatch.setattr(_grid, "LONGEST", 100)
    monkeypatch.setitem(_grid._ERRORS, "field larger than field limit", "too long")

    read = rows(write("a,b\n" + '1,"' + "2\n" * 60 + "3,4\n5,6\n"), "a")

    # Of the 60 lines, of two characters each, the cell takes 50; the rest are lines of their own.
    assert read["reason"].to_list() == ["too long"] + ["too few cells"] * 9 + [None, None]
    assert read["a"].to_list()[-2:] == ["3", "5"]


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n\0\0", b"\x1f\x8b\x08\0", b"PK\x03\x04", "a,b\n1,2\n".encode("utf-16")],
)
def test_binary(content, write):
    """Pictures, archives and UTF-16 are named as what they are not: text in UTF-8."""
    with pytest.raises(SourceError, match="expected text, got binary data"):
        grid(write(content))


def test_encodings(write):
    """Other encodings are read if they are named, and the flag is named where they are not."""
    western = write("a,b\n1,caffè\n".encode("cp1252"))
    wide = write("a,b\n1,caffè\n".encode("utf-16"), "y.csv")

    assert rows(western, encoding="cp1252")["b"].to_list() == ["caffè"]
    assert rows(wide, encoding="utf-16")["b"].to_list() == ["caffè"]
    with pytest.raises(SourceError, match=r"expected utf-8 text, got other bytes\. Say .*--enc"):
        grid(western)
    with pytest.raises(SourceError, match="expected a known encoding, got 'klingon'"):
        grid(western, encoding="klingon")


def test_bad_bytes_after_the_sample(write):
    """Bytes that do not fit are found wherever they stand."""
    opened = grid(write(b"a,b\n" + b"1,2\n" * 100_000 + b"1,\xe9\n"))

    with pytest.raises(SourceError, match="expected utf-8 text, got other bytes"):
        list(opened.batches(["a"]))


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=12))
def test_any_rows_come_back(tmp_path_factory, table):
    """What the csv module writes is read back cell by cell; rows of other widths keep a place."""
    path = tmp_path_factory.mktemp("grid") / "x.csv"
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["a", "b"], *table])
    # Control characters are what a picture or an archive has; a table with them is refused.
    content = text.getvalue().encode()
    path.write_bytes(content)
    if _grid._looks_binary(content[: _grid.HEAD_BYTES]):
        with pytest.raises(SourceError, match="binary"):
            grid(path, separator=",")
        return

    got = rows(path, separator=",")

    assert got["row"].to_list() == list(range(1, len(table) + 1))
    fits = [cells for cells in table if len(cells) == 2]
    assert got.filter(pl.col("reason").is_null()).select("a", "b").rows() == list(map(tuple, fits))


def test_parquet_by_hand(tmp_path, monkeypatch):
    """Rows of Parquet are placed by number, over batches; only wanted columns are read."""
    monkeypatch.setattr(_grid, "BATCH_ROWS", 2)
    path = tmp_path / "x.parquet"
    pl.DataFrame({"a": [1, None, 3], "b": ["x", "y", "z"], "c": [[1], [2], [3]]}).write_parquet(
        path
    )

    got = rows(path, "a", "b")

    assert got["place"].to_list() == ["row 1", "row 2", "row 3"]
    assert got["a"].to_list() == ["1", None, "3"]
    with pytest.raises(SourceError, match="column c expected text, numbers or times, got List"):
        rows(path, "c")


def test_parquet_by_its_mark(tmp_path):
    """Parquet is known by its first bytes, whatever the name."""
    path = tmp_path / "x.csv"
    pl.DataFrame({"a": [1]}).write_parquet(path)

    assert grid(path).columns == ("a",)


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1"])
def test_parquet_that_is_none(content, write):
    """A file called Parquet that is something else, or half of one, is refused."""
    with pytest.raises(SourceError, match="expected Parquet, got something else, a part of it"):
        grid(write(content, "x.parquet"))


def test_parquet_without_rows(tmp_path):
    """An empty table is refused as an empty CSV is."""
    path = tmp_path / "x.parquet"
    pl.DataFrame(schema={"a": pl.Int64}).write_parquet(path)

    with pytest.raises(SourceError, match="got no rows"):
        grid(path)
