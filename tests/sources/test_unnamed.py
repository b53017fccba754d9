"""Lines without a header: cells by their order, reasons by line, and what is refused."""

import pytest

from workbench.errors import SourceError
from workbench.sources import _files, _unnamed

NAMES = ("rater", "item", "label", "gold")


def read(tmp_path, content, mark=",", **options):
    """The rows of a file with this content."""
    path = tmp_path / "x"
    path.write_bytes(content)
    return _unnamed.rows(path, mark, NAMES, where="x", **options)


def test_rows_by_hand(tmp_path):
    """Marks, CR LF and blank lines are no part of rows; each misfit has its reason."""
    good = [b"\xef\xbb\xbfa,1,x,y", b"", b'"b,c",2,"x""y",']
    bad = [b"a,1,x", b"a,1,x,y,z", b'"a,1,x,y', b"a,\0,x,y", b""]
    found = read(tmp_path, b"\r\n".join([*good, *bad]))

    assert found.select(*NAMES).rows()[:2] == [("a", "1", "x", "y"), ("b,c", "2", 'x"y', "")]
    assert found["place"].to_list() == [f"line {n}" for n in (1, 3, 4, 5, 6, 7)]
    assert found["row"].to_list() == [1, 2, 3, 4, 5, 6]
    assert found["reason"].to_list() == [
        None, None, "too few cells", "too many cells", "quotes out of place",
        "a cell holds a NUL byte",
    ]  # fmt: skip


def test_the_last_cells_may_be_absent(tmp_path):
    """Down to so many cells a line is a row, and what it lacks is empty."""
    found = read(tmp_path, b"a,1,x\na,1\n", fewest=3)

    assert found.select("label", "gold").rows()[0] == ("x", "")
    assert found["reason"].to_list() == [None, "too few cells"]


def test_tabs_know_no_quotes(tmp_path):
    """Between tabs a quotation mark is a character like any other."""
    found = read(tmp_path, b'a\t"1\tx\ty\n', mark="\t")

    assert found["item"].to_list() == ['"1']


def test_nothing_fits(tmp_path):
    """Where no line has the cells, that is one refusal and no heap of rejected rows."""
    with pytest.raises(
        SourceError, match=r"^x: expected lines of rater, item, label, gold with co"
    ):
        read(tmp_path, b"a\nb\n")


def test_too_much_to_hold(tmp_path, monkeypatch):
    """More than fits into memory is refused, plain or unpacked."""
    monkeypatch.setattr(_files, "LARGEST_WHOLE", 5)

    with pytest.raises(SourceError, match=r"^x: expected at most 0 MiB of lines, got more\."):
        read(tmp_path, b"a,1,x,y\n")
