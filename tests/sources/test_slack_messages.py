"""Rows of a Slack day file, each kind by hand; times to the last digit."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.sources import _slack_messages as messages
from workbench.sources._slack_messages import microseconds, row

USERS = {
    "U1": {"id": "U1", "is_bot": False},
    "U2": {"id": "U2", "is_owner": True},
    "U3": {"id": "U3", "is_primary_owner": True},
    "U4": {"id": "U4", "is_restricted": True, "is_admin": False},
    "U5": {"id": "U5", "is_bot": True},
    "USLACKBOT": {"id": "USLACKBOT"},
}


def item(**fields):
    """A plain message with other fields; None takes one out."""
    plain = {"type": "message", "user": "U1", "ts": "1434772042.000005", "text": "hello"}
    return {name: value for name, value in {**plain, **fields}.items() if value is not None}


@pytest.mark.parametrize(
    ("ts", "expected"),
    [
        ("1434772042.000005", 1_434_772_042_000_005),  # a float of it ends in ...04
        ("1434772042.5", 1_434_772_042_500_000),
        ("1434772042", 1_434_772_042_000_000),
        ("1434772042.", None),
        ("1434772042.0000001", None),
        ("1.434772042e9", None),
        ("-1434772042.0", None),
        (" 1434772042.000005", None),
        ("1434772042.000005\n", None),
        ("١٤٣٤٧٧٢٠٤٢", None),
        ("", None),
        (1434772042.000005, None),
        (1434772042, None),
        (None, None),
        ([], None),
    ],
)
def test_microseconds_by_hand(ts, expected):
    """Text of a number with up to six decimals; nothing else is a time."""
    assert microseconds(ts) == expected


@settings(max_examples=50)
@given(st.integers(0, 10**10), st.integers(0, 999_999))
def test_microseconds_are_exact(seconds, part):
    """The whole number has all digits of the text."""
    ts = f"{seconds}.{part:06d}"

    assert microseconds(ts) == Decimal(ts) * 1_000_000


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("text", "not an object"),
        (None, "not an object"),
        ([{}], "not an object"),
        ({}, "no ts"),
        (item(ts=None), "no ts"),
        (item(ts=1434772042.000005), "ts is not a number written as text"),
        (item(ts="yesterday"), "ts is not a number written as text"),
        (item(ts="1.5"), "dated outside 1995 to 2035"),
        (item(ts="999999999999.000000"), "dated outside 1995 to 2035"),
        (item(type="reminder"), "not a message"),
        (item(type=7), "not a message"),
        (item(thread_ts=7), "thread_ts is not a number written as text"),
        (item(user=7), "user is not text"),
        (item(user={"id": "U1"}), "user is not text"),
        (item(user="\ud800"), "user is not text"),
        (item(bot_id=["B1"]), "bot_id is not text"),
        (item(subtype=1), "subtype is not text"),
        (item(text=["hello"]), "text is not text"),
        (item(subtype="channel_join"), "channel event, not a contribution: channel_join"),
        (item(subtype="group_archive"), "channel event, not a contribution: group_archive"),
        (item(subtype="pinned_item"), "channel event, not a contribution: pinned_item"),
        (item(subtype="tombstone"), "deleted, only its place is left"),
        (item(), None),
    ],
)
def test_why_a_row_is_no_contribution(given, reason):
    """Each kind of row that is none has its reason, and none of its content is in it."""
    assert row(given, USERS)["reason"] == reason


@pytest.mark.parametrize("subtype", sorted(messages.CONTRIBUTIONS))
def test_every_contribution_is_kept(subtype):
    """The kinds of the table are messages, and known."""
    got = row(item(subtype=subtype), USERS)

    assert got["reason"] is None
    assert not got["is_unknown_kind"]


def test_an_unknown_kind_is_kept_and_marked():
    """What Slack adds later is a message until somebody knows better."""
    got = row(item(subtype="poll_opened"), USERS)

    assert (got["reason"], got["is_unknown_kind"]) == (None, True)
    assert not row(item(subtype="channel_leave"), USERS)["is_unknown_kind"]
    assert not row(item(subtype="tombstone"), USERS)["is_unknown_kind"]


def test_no_kind_is_both():
    """The table of contributions and the set of events have nothing in common."""
    assert not messages.EVENTS & messages.CONTRIBUTIONS.keys()
    assert set(messages.JOINS) <= messages.EVENTS
    assert messages.DELETED not in messages.EVENTS | messages.CONTRIBUTIONS.keys()


@pytest.mark.parametrize(
    ("fields", "author", "is_bot", "role"),
    [
        ({}, "U1", False, "member"),
        ({"user": "U2"}, "U2", False, "staff"),
        ({"user": "U3"}, "U3", False, "staff"),
        ({"user": "U4"}, "U4", False, "member"),
        ({"user": "U5"}, "U5", True, "member"),
        ({"user": "USLACKBOT"}, "USLACKBOT", True, "member"),
        ({"user": "U9"}, "U9", False, None),
        ({"user": " U1 "}, "U1", False, "member"),
        ({"user": None}, None, False, None),
        ({"user": ""}, None, False, None),
        ({"user": None, "bot_id": "B1", "subtype": "bot_message"}, "B1", True, None),
        ({"user": None, "username": "x", "subtype": "bot_message"}, None, True, None),
        ({"bot_id": "B1"}, "U1", True, "member"),
        ({"subtype": "slackbot_response"}, "U1", True, "member"),
        (
            {"user": None, "subtype": "file_comment", "comment": {"user": "U2"}},
            "U2",
            False,
            "staff",
        ),
        ({"user": None, "comment": "x"}, None, False, None),
    ],
)
def test_who_wrote_it(fields, author, is_bot, role):
    """The account, else who commented, else the program; what Slack marks as a program is one."""
    got = row(item(**fields), USERS)

    assert (got["author_id"], got["is_bot"], got["role"]) == (author, is_bot, role)


@pytest.mark.parametrize(
    ("edited", "edited_us", "lost"),
    [
        (None, None, False),
        ({"user": "U1", "ts": "1434772100.000000"}, 1_434_772_100_000_000, False),
        ({"user": "U1"}, None, True),
        ({"user": "U1", "ts": 7}, None, True),
        ("yes", None, True),
    ],
)
def test_edits(edited, edited_us, lost):
    """An edit without a readable time leaves the message as it is and is counted."""
    got = row(item(edited=edited), USERS)

    assert (got["edited_us"], got["has_lost_edit"], got["reason"]) == (edited_us, lost, None)


def test_text_by_hand():
    """Three signs are escaped in an export; a half of a character becomes one that is whole."""
    assert messages.text({"text": "a &lt;b&gt; &amp;amp; &quot;"}) == "a <b> &amp; &quot;"
    assert messages.text({"text": "x\ud83d"}) == "x\N{REPLACEMENT CHARACTER}"
    assert messages.text({"text": None}) is None
    assert messages.text({}) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, []),
        ([], []),
        ([{"name": "a", "users": ["U1", "U2"]}], [("U1", None), ("U2", None)]),
        ([{"name": "a", "users": []}], []),
        ({"name": "a"}, [(None, "reactions are not a list")]),
        (["a"], [(None, "reaction without a list of users")]),
        ([{"name": "a", "users": "U1"}], [(None, "reaction without a list of users")]),
        ([{"users": ["", 7, "U1"]}], [(None, "reaction by no account")] * 2 + [("U1", None)]),
    ],
)
def test_reactions(given, expected):
    """One entry an account; what cannot be read is an entry with its reason."""
    assert messages.reactions(item(reactions=given)) == expected


def test_reactions_of_what_is_no_object():
    """A row that is no message has none."""
    assert messages.reactions("x") == []
    assert messages.uncounted("x") == 0


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([{"users": ["U1"], "count": 3}, {"users": ["U1"], "count": 1}], 2),
        ([{"count": 2}], 2),
        ([{"users": ["U1", "U2"], "count": 1}], 0),
        ([{"users": "U1", "count": 5}, {"users": [], "count": "5"}, "x"], 0),
        ("x", 0),
    ],
)
def test_reactions_without_a_name(given, expected):
    """By how much the counts are above the lists of accounts."""
    assert messages.uncounted(item(reactions=given)) == expected


def test_names():
    """Of an entry and of its profiles, blanks and what is no text left out."""
    entry = {
        "name": "a",
        "real_name": " b ",
        "username": None,
        "profile": {"display_name": "c", "real_name": ""},
        "user_profile": {"real_name_normalized": "d", "name": 7},
    }

    assert messages.names(entry) == {"a", "b", "c", "d"}
    assert messages.names({"profile": "x"}) == set()
