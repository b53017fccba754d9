"""What only a whole Slack export tells: joins, the span of the record, the zone of its files."""

from datetime import date

import polars as pl
import pytest

from workbench.sources._slack_record import firsts, misdated, people, window
from workbench.sources._times import DAY, MINUTE

HOUR = 60 * MINUTE
MARCH_4 = 19_786 * DAY  # 2024-03-04 in UTC, days since 1970
ROWS = {
    "author_id": pl.String,
    "created_us": pl.Int64,
    "is_join": pl.Boolean,
    "reason": pl.String,
    "file_day": pl.Date,
}


def rows(*given):
    """Rows of a conversation: author, hours since 4 March in UTC, `join` or nothing."""
    return pl.DataFrame(
        [
            (who, MARCH_4 + round(at * HOUR), what == "join", what or None, date(2024, 3, 4))
            for who, at, what in given
        ],
        schema=ROWS,
        orient="row",
    )


def test_joins_by_hand():
    """The earliest join of any channel counts, unless the person wrote before it anywhere."""
    one = firsts(
        rows(("a", 5, "join"), ("a", 6, ""), ("b", 3, ""), ("c", 9, "join"), (None, 1, ""))
    )
    two = firsts(rows(("a", 2, "join"), ("b", 4, "join"), ("d", 1, "")))

    found, late = people([one, two], {"d": {}, "e": {"is_bot": True}}, community_id="x")

    # d and e are listed, a, b, c joined; b wrote at 3 and joined at 4.
    assert found.select("person_id", "joined_us", "is_bot").rows() == [
        ("d", None, False),
        ("e", None, True),
        ("a", MARCH_4 + 2 * HOUR, False),
        ("b", None, False),
        ("c", MARCH_4 + 9 * HOUR, False),
    ]
    assert late == 1


def test_nobody():
    """Without people and joins there are no rows."""
    found, late = people([firsts(rows())], {}, community_id="x")

    assert (found.height, late) == (0, 0)


@pytest.mark.parametrize(
    ("zone", "hours", "expected"),
    [
        (None, (1, 20), (0, 20)),
        ("America/Los_Angeles", (9, 20), (8, 20)),  # midnight there is 8:00 UTC
        ("America/Los_Angeles", (3, 20), (3, 20)),  # the files are cut by a clock further east
        ("Asia/Tokyo", (1, 20), (-9, 20)),
        ("Asia/Kolkata", (1, 20), (-5.5, 20)),
        (None, (-500, 20), (-14, 20)),  # no zone is further ahead than 14 hours
        (None, (1, 500), (0, 36)),  # nor further behind than 12
    ],
)
def test_window_by_hand(zone, hours, expected):
    """From the first file's midnight to the last row; an impossible day stretches nothing."""
    moments = [MARCH_4 + at * HOUR for at in hours]
    since, until = window([date(2024, 3, 4)], moments, zone=zone)

    assert (since, until) == tuple(MARCH_4 + at * HOUR for at in expected)


def test_window_of_nothing():
    """Without a dated row, or a file of a plausible year, the record has no limits."""
    assert window([date(2024, 3, 4)], [None, None], zone=None) == (None, None)
    assert window([date(1, 1, 1), date(9999, 12, 31)], [MARCH_4], zone=None) == (None, None)
    assert window([], [], zone=None) == (None, None)


def test_files_cut_by_a_zone():
    """Only by the clock that cut the files is every row of the day that its file is named after."""
    found = rows(("a", 8, ""), ("a", 23, ""), ("a", 31.9, "join"), ("a", 40, ""))

    # 23:54 on 4 March on the Pacific coast is 7:54 on the 5th in UTC; 40 hours are no zone's.
    assert list(misdated(found, zone="America/Los_Angeles").values()) == [2, 1, 1]
    assert list(misdated(found, zone=None).values()) == [2, 2, 1]
    assert list(misdated(rows(("a", -14, ""), ("a", 35.9, "")), zone=None).values()) == [2, 2, 0]
    assert list(misdated(rows(), zone=None).values()) == [0, 0, 0]
