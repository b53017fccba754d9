"""The fast reader of rows and the parser give the same tables, or the fast one declines."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.sources._xml_quotes import by_quotes
from workbench.sources._xml_rows import _by_parser
from workbench.sources._xml_values import whole

COLUMNS = ("Id", "Score", "Body", "OwnerUserId")
# All characters that XML allows, the awkward ones often.
SIGNS = st.one_of(
    st.sampled_from("<>&\"'=\n\r\t /;#?é\u061f\U0001f600"),
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"Id": st.text("0123456789-", max_size=5)},
        optional={
            name: st.text(SIGNS, max_size=20) for name in ("Score", "Body", "X", "LongName9")
        },
    ),
    min_size=1,
    max_size=6,
)
MARKS = {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\n": "&#xA;", "\r": "&#xD;", "\t": "&#x9;"}


def written(text, numeric=False):
    """A value as an exporter writes it; `numeric`: what is not plain as a number."""
    if numeric:
        return "".join(c if c.isascii() and c.isalnum() else f"&#{ord(c)};" for c in text)
    return "".join(MARKS.get(c, c) for c in text)


def order(name):
    """Every row begins with its number, as in every export."""
    return name != "Id", name


def block(rows, *, end="\r\n", numeric=False):
    """Rows as they stand in a file, from the first to what comes before the next."""
    lines = []
    for row in rows:
        values = (f'{k}="{written(row[k], numeric)}"' for k in sorted(row, key=order))
        lines.append(f"<row {' '.join(values)} />{end}  ")
    return bytearray("".join(lines).encode())


def fast(data, names=COLUMNS, columns=COLUMNS):
    """The rows by quotation marks; None where a parser is needed for any of them."""
    found = by_quotes(data, len(data), columns, list(names))
    return None if found is None or len(found.doubtful) else found.frame


def parsed(data, columns=COLUMNS):
    """The rows by a parser."""
    return _by_parser(bytes(data), columns, where="test").frame.drop("number")


@given(rows=ROWS, end=st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=80)
def test_both_readers_agree_on_any_values(rows, end):
    """Whatever the values are, the fast reader finds what the parser finds."""
    data = block(rows, end=end)

    found = fast(data)

    assert found is not None
    assert found.equals(parsed(data))
    assert found["Body"].to_list() == [row.get("Body") for row in rows]


@given(rows=ROWS)
@settings(max_examples=50)
def test_readers_change_the_type_alone(rows):
    """With readers of numbers a column is of numbers or stays text; cast, both are the same."""
    data = block(rows)

    found = by_quotes(data, len(data), COLUMNS, [], readers=dict.fromkeys(("Id", "Score"), whole))

    assert found is not None
    assert found.frame.cast({"Id": pl.String, "Score": pl.String}).equals(parsed(data))


def test_a_doubtful_row_leaves_its_block_text():
    """What a parser reads is text, and a column has one type."""
    data = block([{"Id": "1", "Body": "é"}, {"Id": "2", "Body": "e"}], numeric=True)

    found = by_quotes(data, len(data), COLUMNS, [], readers={"Id": whole})

    assert found is not None
    assert found.doubtful.tolist() == [0]
    assert found.frame["Id"].to_list() == ["1", "2"]


@given(rows=ROWS)
@settings(max_examples=50)
def test_rarer_entities_are_left_to_the_parser(rows):
    """A row with a character written as a number is named as doubtful, the others are read."""
    data = block(rows, numeric=True)

    found = by_quotes(data, len(data), COLUMNS, [])

    rare = [
        any(v and not (v.isascii() and v.isalnum()) for k, v in r.items() if k in COLUMNS)
        for r in rows
    ]
    assert found is not None
    assert set(found.doubtful) <= {at for at, is_rare in enumerate(rare) if is_rare}
    for at, row in enumerate(rows):
        if at not in found.doubtful:
            assert found.frame.row(at) == tuple(map(row.get, COLUMNS))


@given(rows=ROWS, seed=st.randoms(use_true_random=False))
@settings(max_examples=80)
def test_one_wrong_byte_is_never_read_differently(rows, seed):
    """With any one byte changed, the fast reader declines or agrees with the parser."""
    data = block(rows)
    at = seed.randrange(len(data))
    data[at] = seed.choice(b'"<>& =/x\0\n\xff')

    found = fast(data, columns=("Id", "Score", "Body", "X", "LongName9"))

    if found is not None:
        assert found.equals(parsed(data, columns=found.columns))


@pytest.mark.parametrize(
    "data",
    [
        b'<row Id="1" A="a"b" />\n  ',  # a mark within a value
        b'<row Id="1" A="a" A="b" />\n  ',  # a name twice
        b'<row Id="1" Id="2" />\n  ',
        b'<row A="1" Id="2" />\n  ',  # another order
        b"<row Id='1' />\n  ",  # other marks
        b'<row Id="1"A="b" />\n  ',  # no blank between
        b'<row Id="1" 1A="b" />\n  ',  # no name
        b'<row Id="1" A="\xff" />\n  ',  # no UTF-8
        b'<row Id="1" A="\0" />\n  ',
        b'<row Id="1" A="a\nb" />\n  ',  # a line break, which a parser takes for a blank
        b'<row Id="1" /><!-- x -->\n  ',
        b'<row Id="1" />\n  <row Id="2" />\n<row Id="3" />\n  ',  # two ways of going on
        b'<row Id="1" />\n x <row Id="2" />\n x ',
        b'<row Id="1"',
        b"",
    ],
)
def test_irregular_blocks_are_declined(data):
    """What is not written in the one regular way is left to the parser."""
    assert by_quotes(bytearray(data), len(data), ("Id", "A"), []) is None


def test_names_are_learned():
    """Attributes that nobody named are found, and known from then on."""
    names = ["Id"]
    data = block([{"Id": "1", "New": "a", "Newer": "b"}, {"Id": "2", "Newer": "c"}])

    found = by_quotes(data, len(data), ("Newer", "Id", "Absent"), names)

    assert found is not None
    assert found.frame.rows() == [("b", "1", None), ("c", "2", None)]
    assert names == ["Id", "New", "Newer"]


def test_a_raw_bracket_is_left_to_the_parser():
    """No value may hold `<`; where one does, its row alone needs the parser, which refuses it."""
    data = bytearray(b'<row Id="1" A="<b>" />\n  <row Id="2" A="&lt;b>" />\n  ')

    found = by_quotes(data, len(data), ("Id", "A"), [])

    assert found is not None
    assert found.doubtful.tolist() == [0]
    assert found.frame["A"][1] == "<b>"
    assert found.starts.tolist() == [0, data.index(b"<row", 1)]
