"""The day files of one Slack conversation: every item is a row, every reaction too."""

import io
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import SourceError
from workbench.sources._archives import Member
from workbench.sources._slack_days import talk
from workbench.sources._slack_messages import ROWS
from workbench.sources._slack_workspace import Conversation

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
FIELDS = {
    "ts": st.sampled_from(["1709571600.000200", "1709571600.000300", "x", 7]),
    "type": st.sampled_from(["message", 7, None]),
    "user": JSON,
    "text": JSON,
    "subtype": st.one_of(st.sampled_from(["channel_join", "file_share"]), JSON),
    "bot_id": JSON,
    "thread_ts": st.one_of(st.just("1709571600.000200"), JSON),
    "edited": JSON,
    "comment": JSON,
    "reactions": st.one_of(st.lists(st.fixed_dictionaries({"users": JSON, "count": JSON})), JSON),
}
ITEMS = st.lists(st.one_of(JSON, st.fixed_dictionaries({}, optional=FIELDS)), max_size=6)


def heard(*files, keep_going=False, row=0, rating=0):
    """A conversation with one file a day, from 4 March on."""
    days = []
    for at, content in enumerate(files):
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        days.append((date(2024, 3, 4 + at), Member("x", len(raw), lambda raw=raw: io.BytesIO(raw))))
    one = Conversation("C1", "general", "general", is_private=False, days=days)
    return talk(one, {}, row=row, rating=rating, where="test", keep_going=keep_going)


def message(ts, *, reacted=(), **fields):
    """One item, with the accounts that reacted to it."""
    reactions = [{"name": "a", "users": list(reacted)}] if reacted else None
    return {"type": "message", "user": "U1", "ts": ts, "text": "", "reactions": reactions, **fields}


def test_rows_and_reactions_by_hand():
    """Numbers go on from what came before; a repeated message brings its reactions only once."""
    first, second = "1709571600.000100", "1709571600.000200"
    got = heard(
        [
            message(first, reacted=["U2"]),
            message(second, reacted=["U3"], subtype="channel_topic"),
            message("x", reacted=["U4"]),
        ],
        [message(first, reacted=["U2", "U5"]), message(second, reacted=["U6", ""])],
        row=10,
        rating=100,
    )

    assert got.rows["row"].to_list() == [11, 12, 13, 14, 15]
    assert got.rows["place"][3] == "general/2024-03-05.json item 1"
    no_message = "reaction to what is not a contribution"
    again = "reaction to a message that stands in the export again"
    assert got.reactions.select("row", "ts", "rater_id", "reason").rows() == [
        (101, first, "U2", None),
        (102, second, "U3", no_message),
        (103, None, "U4", no_message),
        (104, first, "U2", again),
        (105, first, "U5", again),
        # The first with this ts was an event, so that this is the first message.
        (106, second, "U6", None),
        (107, second, None, "reaction by no account"),
    ]


def test_a_damaged_file_is_one_row():
    """Going on, the file has its row between those of its neighbours."""
    with pytest.raises(SourceError, match=r"^test: general/2024-03-05\.json: expected a list"):
        heard([message("1709571600.000100")], b"[", [message("1709571600.000200")])
    got = heard([message("1709571600.000100")], b"[", [message("x")], keep_going=True)

    assert got.rows.select("row", "place", "reason").rows() == [
        (1, "general/2024-03-04.json item 1", None),
        (2, "general/2024-03-05.json", "damaged file"),
        (3, "general/2024-03-06.json item 1", "ts is not a number written as text"),
    ]


def test_an_empty_conversation():
    """Without files, or with empty ones, there are no rows, but their columns."""
    for got in (heard(), heard([])):
        assert got.rows.columns == [*ROWS, "row"]
        assert got.rows.is_empty()
        assert got.reactions.is_empty()
        assert not any(got.notes.values())


@settings(max_examples=150)
@given(ITEMS)
def test_any_items_are_rows(items):
    """Whatever JSON a file holds, each item is one row, with an id or with a reason."""
    got = heard(items)

    assert got.rows.height == len(items)
    kept = got.rows.filter(got.rows["reason"].is_null())
    assert kept["ts"].null_count() == kept["created_us"].null_count() == 0
    usable = got.reactions.filter(got.reactions["reason"].is_null())
    assert usable["rater_id"].null_count() == usable["ts"].null_count() == 0
