"""Files of rows: the same in blocks of any size, and refused in one line where broken."""

import re
import time
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import SourceError
from workbench.sources import _xml_rows
from workbench.sources._xml_rows import CUT, MALFORMED, NOT_UTF8, NUL, TOO_LONG, read_rows

HEAD = b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\r\n<posts>\r\n  '
END = b" />\r\n"


def row(number, text="x"):
    """One row as exports write it."""
    return f'  <row Id="{number}" Text="{text}" />\r\n'.encode()


@pytest.fixture
def write(tmp_path):
    """A function: bytes -> a file of them."""

    def written(content: bytes) -> Path:
        path = tmp_path / "Posts.xml"
        path.write_bytes(content)
        return path

    return written


def read(path, *, keep_going=False):
    """All rows and all rejected ones of a file."""
    parts = list(read_rows(path, ("Id", "Text"), root="posts", where="test", keep_going=keep_going))
    rejected = pl.concat([part.rejected for part in parts])
    return pl.concat([part.frame for part in parts]), dict(rejected.rows())


def refused(path, **options):
    """The one line with which a file is refused."""
    with pytest.raises(SourceError) as caught:
        read(path, **options)
    assert re.fullmatch(r"test: expected [^\n]*, got [^\n]*\. [^\n]*\.", str(caught.value))
    return str(caught.value)


@pytest.mark.parametrize("size", [64, 90, 128, 1_000, 1_000_000])
def test_blocks_of_any_size_give_the_same_rows(write, monkeypatch, size):
    """Rows are numbered through, wherever blocks are cut, and whether regular or not."""
    monkeypatch.setattr(_xml_rows, "BLOCK_BYTES", size)
    texts = ["", "é" * 40, "a&#xA;b", "&#x1F600;", "c", "d" * 300, "&lt;row &gt;", "e"]
    middle = [row(number, text) for number, text in enumerate(texts)]
    path = write(
        HEAD + b"".join([*middle, b"<row Id='8' Text=\"f\"/>", row(9, "&nope;")]) + b"</posts>"
    )

    rows, rejected = read(path)

    assert rows["number"].to_list() == list(range(1, 10))
    assert rows["Text"].to_list() == [
        "", "é" * 40, "a\nb", "\U0001f600", "c", "d" * 300, "<row >", "e", "f",
    ]  # fmt: skip
    assert rejected == {10: MALFORMED}


def test_rows_that_cannot_be_read_have_a_reason(write):
    """Each broken row is rejected for itself; its neighbours are read."""
    broken = [
        row(1),
        b'<row Id="2" Text="\xff" />\r\n',
        b'<row Id="3" Text="\0" />\r\n',
        b'<row Id="4" Text="a"b" />\r\n',
        b'<row Id="5" Text="&unknown;" />\r\n',
        b'<row Id="6"><b /></row>\r\n',
        b"<row Id='7'></row><!-- a remark -->\r\n",
        b'<row Id="8" Text="a\nb" />\r\n',
    ]
    rows, rejected = read(write(HEAD + b"".join(broken) + b"</posts>\n"))

    assert rows.rows() == [(1, "1", "x"), (7, "7", None), (8, "8", "a b")]
    assert rejected == {2: NOT_UTF8, 3: NUL, 4: MALFORMED, 5: MALFORMED, 6: MALFORMED}


def test_what_is_no_row_is_rejected_before_the_first(write):
    """Something else at the place of the first row is not passed over."""
    rows, rejected = read(write(HEAD + b'<raw Id="0" />' + row(1) + b"</posts>"))

    assert rows.rows() == [(2, "1", "x")]
    assert rejected == {1: MALFORMED}


def test_a_row_of_any_length(write, monkeypatch):
    """A row longer than a block is read; one longer than any row may be is one rejected row."""
    monkeypatch.setattr(_xml_rows, "BLOCK_BYTES", 128)
    monkeypatch.setattr(_xml_rows, "LONGEST_ROW", 2_048)
    texts = [row(1), row(2, "a" * 1_500), row(3, "b" * 5_000), row(4), row(5, "c" * 9_000)]

    rows, rejected = read(write(HEAD + b"".join(texts) + row(6) + b"</posts>"))

    assert rows["Id"].to_list() == ["1", "2", "4", "6"]
    assert rows["number"].to_list() == [1, 2, 4, 6]
    assert rejected == {3: TOO_LONG, 5: TOO_LONG}
    rows, rejected = read(write(HEAD + b"".join(texts) + b"</posts>"))
    assert rows["Id"].to_list() == ["1", "2", "4"]
    assert rejected == {3: TOO_LONG, 5: TOO_LONG}


@pytest.mark.parametrize(
    "root", [b"<posts></posts>", b"<posts />", HEAD + b"</posts>", b"<posts>\n</posts>"]
)
def test_no_rows(write, root):
    """A root without rows is none but empty."""
    assert list(read_rows(write(root), ("Id",), root="posts", where="test")) == []


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b"<comments></comments>", "got <comments>"),
        (b"Id,Score\n1,2\n", "got no XML"),
        (b"<posts", "got no XML"),
        ("<posts></posts>".encode("utf-16"), "got no XML"),
        (b"\0" * 99, "got no XML"),
        (b"<html><body>Not found</body></html>", "got <html>"),
    ],
)
def test_another_file(write, content, got):
    """A file of something else is named with what it is."""
    said = refused(write(content))

    assert said == (
        f"test: expected XML whose root is <posts>, {got}. "
        "Check that the file has its own name, and download it again."
    )


def test_another_encoding(write):
    """A file that says it is not UTF-8 is not guessed at."""
    said = refused(write(b'<?xml version="1.0" encoding="iso-8859-1"?><posts></posts>'))

    assert said == (
        "test: expected UTF-8, got a file that says it is something else. "
        "Save it as UTF-8, or download it again."
    )


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE posts [<!ENTITY a "aaaa">]><posts>' + row(1, "&a;") + b"</posts>",
        b'<!doctype posts SYSTEM "http://127.0.0.1/x"><posts></posts>',
        HEAD + row(1) + b'<!ENTITY a SYSTEM "file:///etc/passwd">' + row(2, "&a;") + b"</posts>",
    ],
)
def test_declarations(write, content):
    """Document types and entities are refused unread: nothing is multiplied, nothing fetched."""
    assert refused(write(content), keep_going=True) == (
        "test: expected rows alone, got a declaration of a document type or of an entity. "
        "No export has one; download the file again from where it was published."
    )


def test_a_text_about_declarations_is_a_text(write):
    """The same words inside of a value are what somebody wrote."""
    rows, _ = read(write(HEAD + row(1, "&lt;!DOCTYPE html&gt;") + b"</posts>"))

    assert rows["Text"].to_list() == ["<!DOCTYPE html>"]


@pytest.mark.parametrize(
    "content",
    ["<!-- a -->" * 23, " " * 20_000, f"<posts {'a ' * 10_000}", f"<?xml ?>{' ' * 20_000}<p"],
    ids=["comments", "blanks", "attributes", "blanks behind"],
)
def test_a_head_that_never_ends_costs_no_time(write, content):
    """However the beginning of a file could be parted, it is looked at once."""
    begun = time.process_time()
    with pytest.raises(SourceError, match="expected XML whose root is <posts>, got no XML"):
        read(write(content.encode()))

    assert time.process_time() - begun < 1  # seconds, where any other way takes ten and more


def test_cut_off(write):
    """A file without its end is refused; read on, only the row that it ends in is rejected."""
    whole = HEAD + row(1) + row(2)
    assert refused(write(whole)) == (
        "test: expected </posts> at its end, got a file that is cut off. "
        "Download it again, or read what is there with --keep-going."
    )
    for rest in (b"", b"<", b"</po", b"</posts"):
        rows, rejected = read(write(whole + rest), keep_going=True)
        assert (rows["Id"].to_list(), rejected) == (["1", "2"], {})
    for rest in (b"<r", b"<row", b'<row Id="3', row(3, "x > y")[:-6], row(3).rstrip()[:-1]):
        rows, rejected = read(write(whole + rest), keep_going=True)
        assert (rows["Id"].to_list(), rejected) == (["1", "2"], {3: CUT})


def test_nothing_there(tmp_path, write):
    """An absent and an empty file are one line each."""
    assert "got nothing at that path" in refused(tmp_path / "absent.xml")
    assert "got an empty file" in refused(write(b""))
