"""Lines of JSON: chunks at any border, both ways of reading alike, every kind of broken line."""

import gzip
import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from workbench.errors import SourceError
from workbench.sources import _compressed, _ndjson
from workbench.sources._ndjson import Fields, Lines

FIELDS = Fields(texts=("id", "body"), scalars=("score", "edited"), nested={"_meta": ("again",)})
NUL = b'{"id": "a", "body": "x\\u0000"}'

anything = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
words = anything | st.sampled_from(["[removed]", "true", "12", "[]", '{"a": 1}', "[1, 2]", "-0.5"])
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(-1e9, 1e9).map(lambda x: round(x, 3))
scalars = st.none() | st.booleans() | numbers | words
rows = st.fixed_dictionaries(
    {},
    optional={
        "id": st.none() | words,
        "body": st.none() | words,
        "score": scalars,
        "edited": scalars,
        "other": st.lists(scalars, max_size=2) | st.dictionaries(anything, scalars, max_size=2),
        "_meta": st.none() | st.fixed_dictionaries({}, optional={"again": scalars, "x": scalars}),
    },
)


def carefully(data: bytes) -> pl.DataFrame:
    """The lines read by the json module alone."""
    return _ndjson._carefully(list(enumerate(data.split(b"\n"), 1)), FIELDS)


def read(data: bytes) -> pl.DataFrame:
    """The lines read as they are in a file."""
    return _ndjson.frame(Lines(1, data), FIELDS)


def all_lines(path, **options) -> bytes:
    """What the chunks of a file hold, with the problem of those that have one."""
    parts = _ndjson.chunks(path, where="reddit file", **{"keep_going": False, **options})
    return b"".join(part.data + (part.problem or "").encode() for part in parts)


@given(st.lists(rows, min_size=1, max_size=6), st.booleans())
@settings(max_examples=60)
def test_both_ways_give_the_same_rows(given_rows, ascii_only):
    """Whatever the rows hold, Polars and the json module read the same from them."""
    lines = [json.dumps(row, ensure_ascii=ascii_only).encode() for row in given_rows]
    data = b"\n".join(lines) + b"\n"

    assert _ndjson._at_once(Lines(1, data), FIELDS) is not None
    assert_frame_equal(read(data), carefully(data))
    assert read(data)["body"].to_list() == [row.get("body") for row in given_rows]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": "a"', "not JSON"),
        (b'{"id": "a"} {"id": "b"}', "not JSON"),
        (b'{"id": "a", "x": NaN}', "not JSON"),
        (b'{"id": "a", "x": 01}', "not JSON"),
        (b'{"id": "a\tb"}', "not JSON"),
        (b'{"id": "a\0b"}', "not JSON"),
        (b"\0", "not JSON"),
        (b"<html>", "not JSON"),
        (b'{"id": "a\xff"}', "not UTF-8"),
        (b'{"x": "\xed\xa0\x80"}', "not UTF-8"),
        (b'["a"]', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"7", "not a JSON object"),
        (b'{"id": 9007199254740993}', "id is not text"),
        (b'{"id": "a", "body": 5.5}', "body is not text"),
        (b'{"id": "a", "body": true}', "body is not text"),
        (b'{"id": "a", "body": ["removed"]}', "body is not text"),
        (b'{"id": "a", "body": {"b": 1}}', "body is not text"),
        (b'{"id": "a", "body": []}', "body is not text"),
        (b'{"id": "a", "score": [1]}', "score is a list or an object"),
        (b'{"id": "a", "edited": {}}', "edited is a list or an object"),
        (NUL, "a text holds a NUL character"),
        (b'{"id": "a", "score": "\\u0000"}', "a text holds a NUL character"),
        (b'{"x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "JSON nested too deep"),
        (b'{"x": ' + b"[" * 50_000, "JSON nested too deep"),
    ],
    ids=range(25),
)
def test_a_broken_line_says_what_is_wrong(line, reason):
    """It has its number and its reason and no fields; the rows around it are read."""
    got = read(b'{"id": "before"}\n' + line + b'\n{"id": "after"}\n')

    assert got["line"].to_list() == [1, 2, 3]
    assert got["reason"].to_list() == [None, reason, None]
    assert got["id"].to_list() == ["before", None, "after"]
    assert got.row(1, named=True)["body"] is None


@pytest.mark.parametrize(
    ("line", "body"),
    [
        (b'{"body": "\\ud83d\\ude00"}', "\N{GRINNING FACE}"),
        (b'{"body": "x\\ud83dAy"}', "x\N{REPLACEMENT CHARACTER}Ay"),
        (b'{"body": "x\\udc00y"}', "x\N{REPLACEMENT CHARACTER}y"),
        (b'{"body": "[removed]"}', "[removed]"),
        (b'{"body": "[1] see below"}', "[1] see below"),
        (b'{"body": "one", "body": "two"}', "one"),
        (b'  {"body": "blanks"}\t\r', "blanks"),
        (b'{"body": "e", "x": 1e999, "y": 99999999999999999999999999999999999}', "e"),
    ],
    ids=range(8),
)
def test_an_odd_line_is_read(line, body):
    """Half an emoji, brackets, a field twice, blanks around it, numbers beyond all bounds."""
    assert read(line + b"\n")["body"].to_list() == [body]


def test_digits_are_text_where_they_were_written_so():
    """Texts of digits stay as they are, wherever a number stands in their place elsewhere."""
    sound = b'{"id": "12"}\n{"id": "x"}\n{"id": "7", "body": "true"}\n'

    assert read(sound)["id"].to_list() == ["12", "x", "7"]
    assert read(sound + b'{"id": 12}\n').select("id", "reason").rows() == [
        ("12", None), ("x", None), ("7", None), (None, "id is not text"),
    ]  # fmt: skip
    assert read(sound + b'{"id": "12", "score": [1]}\n')["reason"][3] == (
        "score is a list or an object"
    )
    assert read(sound + b'{"id": "12", "body": "\\ud83d"}\n')["body"][3] == (
        "\N{REPLACEMENT CHARACTER}"
    )


def test_a_line_of_just_above_the_bound_is_told(tmp_path):
    """Sixteen megabytes of one line are read, one character more is one problem."""
    path = tmp_path / "file"
    for more, problem in ((0, None), (1, "a line of more than 16 MiB")):
        path.write_bytes(b"x" * (16 * 2**20 + more) + b"\n")
        parts = list(_ndjson.chunks(path, where="x", keep_going=False))
        assert [part.problem for part in parts] == [problem]


def test_numbers_are_never_rounded():
    """Whole numbers keep every digit; other numbers are written without an exponent."""
    lines = [b"9007199254740993", b"1425168000.0", b"1.5e3", b"-0", b"0.25", b'"0.50"', b"false"]
    data = b"".join(b'{"score": ' + number + b"}\n" for number in lines)
    expected = ["9007199254740993", "1425168000", "1500", "0", "0.25", "0.50", "false"]

    assert read(data)["score"].to_list() == expected
    assert carefully(data)["score"].to_list() == expected


def test_nested_fields():
    """A field of an object is read; where there is no object, or another thing, it is empty."""
    data = b'{"_meta": {"again": 5, "x": []}}\n{}\n{"_meta": 7}\n{"_meta": null}\n'

    got = read(data).select(pl.col("_meta").struct.field("again"))["again"]

    assert got.to_list() == ["5", None, None, None]


def test_blank_lines_are_no_rows():
    """They are counted as lines all the same; line ends may be those of Windows."""
    data = b'\n{"id": "a"}\r\n \t\r\n{"id": "b"}'

    assert read(data).select("line", "id").rows() == [(2, "a"), (4, "b")]
    assert read(b" \n\r\n" * 1000).is_empty()


@given(
    texts=st.lists(st.text(max_size=8).map(lambda s: s.replace("\n", "")), min_size=1),
    block=st.integers(1, 50),
    chunk=st.integers(1, 40),
    ended=st.booleans(),
)
@settings(max_examples=60)
def test_borders_change_nothing(texts, block, chunk, ended, tmp_path_factory):
    """Wherever blocks and chunks end, inside a character too, the same lines come, numbered."""
    data = "\n".join(texts).encode("utf-8", "replace") + b"\n" * ended
    path = tmp_path_factory.mktemp("borders") / "file"
    path.write_bytes(b" " + data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_compressed, "BLOCK", block)
        patch.setattr(_ndjson, "CHUNK", chunk)
        parts = list(_ndjson.chunks(path, where="x", keep_going=False))

    assert b"".join(part.data for part in parts) == b" " + data
    before = 1
    for part in parts:
        assert part.first == before
        before += part.data.count(b"\n")


def test_a_byte_order_mark_is_left_out(tmp_path):
    """It stands before the first row, also of a packed file."""
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(b'\xef\xbb\xbf{"id": "a"}\n'))

    assert all_lines(path) == b'{"id": "a"}\n'


@pytest.mark.parametrize("block", [3, 10, 64])
def test_a_line_that_is_too_long_is_one_problem(block, tmp_path, monkeypatch):
    """Lines of 9 characters and more are passed over, at the start, in between and at the end."""
    monkeypatch.setattr(_compressed, "BLOCK", block)
    monkeypatch.setattr(_ndjson, "LONGEST", 8)
    path = tmp_path / "file"
    path.write_bytes(b"a" * 70 + b"\n12345678\n" + b"b" * 90 + b"\nlast\n" + b"c" * 66)

    parts = list(_ndjson.chunks(path, where="x", keep_going=False))

    problems = [part.first for part in parts if part.problem == _ndjson.TOO_LONG]
    assert problems == [1, 3, 5]
    assert b"".join(part.data for part in parts) == b"12345678\nlast\n"
    got = pl.concat([_ndjson.frame(part, FIELDS) for part in parts])
    assert got["line"].to_list() == [1, 2, 3, 4, 5]


def test_what_is_packed_twice_is_not_unpacked():
    """Bytes that look packed inside of a file are a line that is no JSON, however they go on."""
    inner = gzip.compress(b'{"id": "a"}\n').replace(b"\n", b" ")

    assert read(inner)["reason"].to_list() == [_ndjson.NOT_UTF8]
    assert read(b"\x1f\x8b\n" + b'{"id": "a"}\n')["id"].to_list() == [None, "a"]


def test_damage_stops_or_is_one_row(tmp_path):
    """A cut file is refused with what to do; with `keep_going` its whole lines are kept."""
    path = tmp_path / "file.gz"
    whole = gzip.compress(b'{"id": "a"}\n{"id": "b"}\n{"id', mtime=0)
    path.write_bytes(whole[:-8])  # the check sum and the length are missing

    with pytest.raises(SourceError) as caught:
        all_lines(path)
    assert str(caught.value) == (
        "reddit file: expected a whole file, got a gzip stream that ends too early. Fetch it "
        "again, or read what can be read of it: --keep-going."
    )
    parts = _ndjson.chunks(path, where="x", keep_going=True)
    got = pl.concat([_ndjson.frame(part, FIELDS) for part in parts])
    assert got.select("line", "id", "reason").rows() == [
        (1, "a", None), (2, "b", None), (3, None, "the rest of the file is damaged"),
    ]  # fmt: skip
