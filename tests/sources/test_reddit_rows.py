"""Rows of Reddit: times of any writing, texts that are gone, names, and every reason by hand."""

import json

import polars as pl
import pytest

from workbench.sources import _ndjson, _reddit_rows

COMMENT = {
    "id": "c1", "subreddit": "Town", "author": "Ann", "body": "x", "link_id": "t3_s1",
    "parent_id": "t3_s1", "created_utc": 1425168000, "score": 1, "retrieved_on": 1440000000,
}  # fmt: skip
SUBMISSION = {
    "id": "s1", "subreddit": "Town", "author": "Ann", "title": "t", "selftext": "x",
    "created_utc": 1425168000, "score": 1, "retrieved_on": 1440000000,
}  # fmt: skip
AT = 1425168000_000_000


def judged(*rows: dict) -> pl.DataFrame:
    """What becomes of rows of an export."""
    data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    read = _ndjson.frame(_ndjson.Lines(1, data), _reddit_rows.FIELDS)
    return _reddit_rows.judged(read.with_columns(row="line", place=pl.lit("line 1")))


def value(column: str, row: dict, **changed):
    """One value of what becomes of a row that is changed so."""
    return judged({**row, **changed})[column].item()


@pytest.mark.parametrize(
    "written",
    [
        1425168000, 1425168000.0, "1425168000", "1425168000.0", 1425168000.75,
        1425168000123, "1425168000123", 1425168000123456,
    ],
)  # fmt: skip
def test_a_time_is_read_to_the_second(written):
    """Numbers or text, seconds, milliseconds or microseconds: the same second."""
    assert value("created_us", COMMENT, created_utc=written) == AT
    assert value("edited_us", COMMENT, edited=written) == AT
    assert value("precision_us", COMMENT, created_utc=written) == 1_000_000


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"id": None}, "no id"),
        ({"id": "C 1"}, "id is not one of Reddit's"),
        ({"id": ""}, "id is not one of Reddit's"),
        ({"link_id": None}, "a comment without link_id"),
        ({"link_id": None, "body": None, "parent_id": None}, "neither a submission nor a comment"),
        ({"link_id": "t1_s1"}, "link_id names no submission"),
        ({"link_id": "s1"}, "link_id names no submission"),
        ({"parent_id": "t5_s1"}, "parent_id names no post"),
        ({"subreddit": None}, "no subreddit"),
        ({"subreddit": "A town\n"}, "subreddit is no community's name"),
        ({"subreddit": "U_Ann"}, "written on a person's own page"),
        ({"created_utc": None}, "no created_utc"),
        ({"created_utc": 0}, "created_utc is no time from 1995 to 2035"),  # 1970
        ({"created_utc": 788918399}, "created_utc is no time from 1995 to 2035"),
        ({"created_utc": 2082758400}, "created_utc is no time from 1995 to 2035"),  # 2036
        ({"created_utc": 9223372036}, "created_utc is no time from 1995 to 2035"),  # 2262
        ({"created_utc": -1}, "created_utc is no time from 1995 to 2035"),
        ({"created_utc": 1e300}, "created_utc is no time from 1995 to 2035"),
        ({"created_utc": "nan"}, "created_utc is no time from 1995 to 2035"),
        ({"created_utc": True}, "created_utc is no time from 1995 to 2035"),
        ({"edited": 0}, "edited is neither true, false nor a time"),
        ({"edited": "yes"}, "edited is neither true, false nor a time"),
        ({"score": 1.5}, "score is not a whole number"),
        ({"score": 2**64}, "score is not a whole number"),
        ({"score": "many"}, "score is not a whole number"),
    ],
)
def test_a_row_that_cannot_be_used(changed, reason):
    """Each has the first reason that applies."""
    assert value("reason", COMMENT, **changed) == reason


def test_a_sound_row_has_no_reason():
    """Neither a comment nor a submission, nor one of the first and last seconds allowed."""
    edges = [{**COMMENT, "created_utc": 788918400}, {**COMMENT, "created_utc": 2082758399}]

    assert judged(COMMENT, SUBMISSION, *edges)["reason"].to_list() == [None] * 4


def test_ids_by_hand():
    """Prefixes tell comments from submissions; a submission has no parent."""
    both = judged(COMMENT, SUBMISSION).select("post_id", "thread_id", "parent_id", "kind")

    assert both.rows() == [
        ("t1_c1", "t3_s1", "t3_s1", "comment"),
        ("t3_s1", "t3_s1", None, "post"),
    ]
    assert value("parent_id", COMMENT, parent_id=None) is None
    assert value("parent_id", SUBMISSION, parent_id="t3_x") is None


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("a &lt; b", 5),
        ("&amp;lt;", 4),  # somebody wrote &lt;
        ("a\r\nb", 3),
        ("\N{GRINNING FACE}", 1),
        ("", 0),
        (None, None),
        ("[removed]", None),
        ("[deleted]", None),
        ("[ Removed by Reddit ]", None),
        ("[removed] it was", 16),
        ("[deleted user]", 14),
    ],
)
def test_length_by_hand(written, length):
    """Characters as they were meant; a text that is gone is not a short one."""
    assert value("length", COMMENT, body=written) == length
    assert value("length", SUBMISSION, selftext=written) == length


@pytest.mark.parametrize(
    ("written", "code"),
    [("`x`", True), ("a\n    b", True), ("    b", True), ("a    b", False), ("a\n   b", False)],
)
def test_code_by_hand(written, code):
    """Backticks, or four blanks where a line begins."""
    assert value("has_code", COMMENT, body=written) is code


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Ann_Example", ("ann_example", False)),
        ("[deleted]", (None, False)),
        ("[removed]", (None, False)),
        (None, (None, False)),
        ("", (None, False)),
        ("AutoModerator", ("automoderator", True)),
        ("Sum-Bot", ("sum-bot", True)),
        ("SumBot", ("sumbot", True)),
        ("Talbot", ("talbot", False)),
    ],
)
def test_authors_by_hand(author, expected):
    """Small letters; placeholders are nobody; programs by their names as they are written."""
    got = judged({**COMMENT, "author": author})

    assert got.select("author_id", "is_bot").row(0) == expected


@pytest.mark.parametrize(
    ("distinguished", "role"),
    [("moderator", "moderator"), ("admin", "staff"), ("special", None), (None, None)],
)
def test_roles_by_hand(distinguished, role):
    """Who speaks for the subreddit or for the platform; of others it says nothing."""
    assert value("role", COMMENT, distinguished=distinguished) == role


@pytest.mark.parametrize(
    ("changed", "noted"),
    [
        ({}, {}),
        ({"body": "[removed]"}, {"texts_removed_by_moderators": 1}),
        ({"body": " [deleted]\n"}, {"texts_deleted_by_their_authors": 1}),
        ({"_meta": {"was_deleted_later": True}}, {"posts_gone_at_the_second_fetch": 1}),
        ({"_meta": {"was_deleted_later": False}}, {}),
        ({"edited": True}, {"edits_without_a_time": 1}),
        ({"crosspost_parent": "t3_q"}, {"crossposts": 1}),
        # 1425168000 + 86,400 = 1425254400
        ({"retrieved_on": 1425254399}, {"scores_fetched_within_a_day": 1}),
        ({"retrieved_on": 1425254400}, {}),
        ({"retrieved_on": 1425168001, "_meta": {"retrieved_2nd_on": 1425300000}}, {}),
        ({"retrieved_on": None, "retrieved_utc": 1425300000.0}, {}),
        ({"retrieved_on": None}, {"scores_without_a_time_of_fetch": 1}),
        ({"retrieved_on": None, "score": None}, {}),
        (
            {"retrieved_on": "soon"},
            {"fetch_times_not_readable": 1, "scores_without_a_time_of_fetch": 1},
        ),
    ],
)
def test_notes_by_hand(changed, noted):
    """What is worth knowing of one row is counted once; what is not so is not mentioned."""
    assert _reddit_rows.notes(judged({**COMMENT, **changed})) == noted


@pytest.mark.parametrize(
    ("flair", "tag"),
    [(" Meta Talk ", "meta talk"), ("", None), ("  ", None), (None, None)],
)
def test_tags_by_hand(flair, tag):
    """The flair of a submission, in small letters; a comment's is its author's."""
    assert value("_tag", SUBMISSION, link_flair_text=flair) == tag
    assert value("_tag", COMMENT, link_flair_text=flair) is None
