"""Rows of a dump: times of every form, and tags of both."""

import polars as pl
import pytest

from workbench.sources import _stackexchange_rows as rows_of
from workbench.sources._times import UNPARSABLE

NOBODY = pl.Series(["-1"])


def users(*written):
    """Accounts that were made at these times."""
    names = [str(number) for number in range(1, len(written) + 1)]
    rows = {"number": range(1, len(written) + 1), "Id": names, "CreationDate": written}
    frame = pl.DataFrame(
        {**rows, "DisplayName": names}, schema_overrides={"CreationDate": pl.String}
    )
    return rows_of.people(frame, community_id="x")


@pytest.mark.parametrize("beside", ["2020-01-01T00:00:00.000", "no time", None])
@pytest.mark.parametrize(
    ("written", "us"),
    [
        ("1970-01-01T00:00:01.234", 1_234_000),
        ("2018-03-12T18:01:09.007", 1_520_877_669_007_000),
        ("2018-03-12T18:01:09", 1_520_877_669_000_000),
        ("2018-03-12", 1_520_812_800_000_000),
        ("2018-02-30T18:01:09.000", None),
        ("2018-03-12T18:01:60.000", 1_520_877_720_000_000),  # a leap second
        ("2018-03-12T18:01:09.0000000000001", None),
        ("3/12/2018 6:01:09 PM ..", None),
        ("", None),
    ],
)
def test_times(written, us, beside):
    """A time is read alike whatever stands beside it; what is none is a reason."""
    read = users(written, beside, written)

    assert read["joined_us"][0] == read["joined_us"][2] == us
    assert (read["reason"][0] == UNPARSABLE) == (us is None)


def test_an_absent_date_of_joining_is_no_fault():
    """An account without a date is an account."""
    assert users(None, "2020-01-01T00:00:00.000")["reason"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("<a><b-c>", ["a", "b-c"]),
        ("|a|b-c|", ["a", "b-c"]),
        ("<C#><.net>", ["c#", ".net"]),
        ("<a><A>", ["a"]),
        ("", []),
        ("<>", []),
        (None, []),
    ],
)
def test_tags(written, tags):
    """Both ways of writing tags, each tag once and small."""
    posts = pl.DataFrame(
        {"community_id": ["x"], "post_id": ["1"], "tags": [written]},
        schema_overrides={"tags": pl.String},
    )

    assert rows_of.tags(posts)["tag"].to_list() == tags


def test_numbers_that_are_none():
    """Ids and points are whole numbers, or the row is set aside with the name of the field."""
    fine = dict.fromkeys(rows_of.POST_COLUMNS) | {
        "number": 1, "Id": "1", "PostTypeId": "1", "CreationDate": "2020-01-01T00:00:00.000",
        "Score": "-3",
    }  # fmt: skip
    spoiled = {"Id": "1.5", "OwnerUserId": "me", "Score": "many"}
    schema = {"number": pl.Int64, **dict.fromkeys(rows_of.POST_COLUMNS, pl.String)}
    frame = pl.DataFrame([fine, *(fine | {k: v} for k, v in spoiled.items())], schema=schema)

    judged = rows_of.posts(frame, community_id="x", bots=NOBODY)

    assert judged["score"][0] == -3
    assert judged["reason"].to_list() == [
        None, *(f"{name} is not a whole number" for name in spoiled),
    ]  # fmt: skip
