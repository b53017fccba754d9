"""One file of OpenIDEO: moments in pickled bytes, account numbers, and what is no challenge."""

import base64
import io
import json
import pickle
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import SourceError
from workbench.sources._openideo_graph import account, challenge, moment, opens

NUMBER = "3f" * 16


def written(data: bytes, kind="datetime.datetime"):
    """A moment as jsonpickle writes it."""
    encoded = base64.b64encode(data).decode()
    return {"py/object": kind, "__reduce__": [{"py/type": kind}, [encoded]]}


def parsed(content: str):
    """What a file of this content holds."""
    return challenge(io.BytesIO(content.encode()), where="test")


def file_of(**fields) -> str:
    """A challenge without ideas, some fields of it changed."""
    whole = {"link": "http://a.example/open/one/", "concept_graph": {"node": {}}, **fields}
    return json.dumps(whole)


def test_a_moment_by_hand():
    """Two bytes of the year, five up to the second, three of the microseconds."""
    # 2011 = 7 * 256 + 219; 27 January, 21:37.
    assert moment(written(bytes([7, 219, 1, 27, 21, 37, 0, 0, 0, 0]))) == (
        int(datetime(2011, 1, 27, 21, 37, tzinfo=UTC).timestamp()) * 1_000_000,
        60_000_000,
    )
    assert moment(written(bytes([7, 219, 1, 27, 21, 37, 5, 0, 0, 0])))[1] == 1_000_000
    assert moment(written(bytes([7, 219, 1, 27, 21, 37, 5, 0, 0, 9])))[1] == 1


@settings(max_examples=50, database=None)
@given(when=st.datetimes())
def test_any_moment_is_read_as_python_wrote_it(when):
    """The ten bytes are those that Python itself puts into a pickle of the moment."""
    _, (data, *_) = when.replace(fold=0).__reduce_ex__(2)

    read, _ = moment(written(data))

    assert datetime(1970, 1, 1) + timedelta(microseconds=read) == when.replace(fold=0)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "2011-01-27",
        {"py/id": 3},
        {"py/object": "datetime.datetime"},
        written(bytes([7, 219, 13, 27, 21, 37, 0, 0, 0, 0])),  # month 13
        written(bytes([7, 219, 2, 30, 21, 37, 0, 0, 0, 0])),  # 30 February
        written(bytes([7, 219, 1, 27, 24, 37, 0, 0, 0, 0])),  # hour 24
        written(bytes(10)),  # year 0
        written(bytes([7, 219, 1, 27])),
        written(bytes([7, 219, 1, 27, 21, 37, 0, 0, 0, 0]), kind="os.system"),
        written(pickle.dumps(datetime(2011, 1, 27))),
        {"py/object": "datetime.datetime", "__reduce__": [{}, ["no base64!"]]},
        {"py/object": "datetime.datetime", "__reduce__": [{}, ["B9sBGxUlAAAAAA==", "a zone"]]},
    ],
)
def test_what_is_no_moment(value):
    """Anything but ten bytes of a moment that can be is no time, and never a guess."""
    assert moment(value) == (None, None)


def test_accounts():
    """An empty author is gone; a name as shown is no id, because two people may share it."""
    assert account(NUMBER) == (NUMBER, None)
    assert account(None) == account("") == (None, None)
    for shown in ("Ann Other", NUMBER.upper(), NUMBER + "0", 7, ["x"]):
        assert account(shown) == (None, "author is not the number of an account")


def test_a_challenge_by_hand():
    """The id is the last part of the link, and a title has no line ends."""
    found = parsed(file_of(link=" http://a.example/open/quiet-streets/\n", title="Quiet?\n"))

    assert (found.contest_id, found.name, found.number) == ("quiet-streets", "Quiet?", None)
    assert (found.opened_us, found.closed_us) == (None, None)
    assert found.ideas == found.users == {}


def test_a_long_address():
    """An address that is too long for a channel is cut, and two that begin alike stay two."""
    named = [parsed(file_of(link=f"http://a.example/{'x' * 64}{end}")).contest_id for end in "abc"]

    assert len(set(named)) == 3
    assert {len(name) for name in named} == {64}
    assert parsed(file_of(link=f"/{'x' * 64}/")).contest_id == "x" * 64


def test_dates_of_a_challenge():
    """Where a challenge says when it began and ended, that is read."""
    start = written(bytes([7, 219, 1, 1, 0, 0, 0, 0, 0, 0]))

    found = parsed(file_of(start_date=start, end_date="soon", number=-4))

    assert found.opened_us == int(datetime(2011, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    assert (found.closed_us, found.number) == (None, None)


@pytest.mark.parametrize(
    "content", ['{"a": ', "[" * 200_000, "\x00", '{"link": "a", "link": "b"}', "1" * 5_000]
)
def test_not_json(content):
    """Broken or endlessly nested content, and a name that stands twice, is one readable error."""
    with pytest.raises(
        SourceError, match="test: expected JSON with every name once in an object, got something"
    ):
        parsed(content)


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{}",
        "7",
        file_of(link=None),
        file_of(link=" / "),
        file_of(concept_graph={}),
        file_of(concept_graph={"node": []}),
    ],
)
def test_other_json(content):
    """JSON without a link or without a graph of concepts is no challenge."""
    with pytest.raises(
        SourceError, match="test: expected a challenge with its link and its graph of concepts"
    ):
        parsed(content)


def test_opens():
    """A file of a challenge opens with its Python class."""
    assert opens(b'\n{ "py/object": "classes.Challenge", "a')
    assert not opens(b'{"py/object": "classes.Comment"')
    assert not opens(b"")
