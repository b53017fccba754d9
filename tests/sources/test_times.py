"""Written times: each form by hand, round trips, and what is a problem instead of a guess."""

from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import SourceError
from workbench.sources._times import (
    DAY,
    FOREIGN_DIGITS,
    MINUTE,
    REPEATED,
    SECOND,
    SERIAL,
    SKIPPED,
    UNPARSABLE,
    ZONELESS,
    Clock,
    known_zone,
    likely_zone,
    local_to_utc,
    read_times,
)

ROME = Clock("Europe/Rome", day_first=True)


def us(*moment):
    """Microseconds since 1970 of a moment in UTC."""
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * SECOND


def one(value, clock):
    """Moment, precision and problem of a single value."""
    return read_times(pl.Series([value], dtype=pl.String), clock).row(0)[:3]


# 13 May 2024 is summer time in Rome: 10:00 there is 08:00 UTC.
@pytest.mark.parametrize(
    ("value", "moment", "precision"),
    [
        ("2024-05-13T10:00:05Z", us(2024, 5, 13, 10, 0, 5), SECOND),
        ("2024-05-13 10:00:05 UTC", us(2024, 5, 13, 10, 0, 5), SECOND),
        ("2024-05-13T10:00:05.25+02:00", us(2024, 5, 13, 8, 0, 5) + 250_000, 10_000),
        ("2024-05-13T10:00:05,1234567Z", us(2024, 5, 13, 10, 0, 5) + 123_457, 1),
        ("2024-05-13T10:00-0330", us(2024, 5, 13, 13, 30), MINUTE),
        ("2024-05-13T10:00+02", us(2024, 5, 13, 8), MINUTE),
        ("2024-05-13 10:00", us(2024, 5, 13, 8), MINUTE),
        ("2024/5/13 10:00", us(2024, 5, 13, 8), MINUTE),
        ("2024-05-13", us(2024, 5, 12, 22), DAY),
        ("13/05/2024", us(2024, 5, 12, 22), DAY),
        ("13.5.24 10:00", us(2024, 5, 13, 8), MINUTE),
        ("13-05-2024, 10:00:00", us(2024, 5, 13, 8), SECOND),
        ("4/5/24 12:05 AM", us(2024, 5, 3, 22, 5), MINUTE),
        ("4/5/24 12:05\u202fp.m.", us(2024, 5, 4, 10, 5), MINUTE),
        ("1/2/99 00:00", us(1999, 1, 31, 23), MINUTE),
        (" 1715594405 ", us(2024, 5, 13, 10, 0, 5), SECOND),
        ("1715594405.0", us(2024, 5, 13, 10, 0, 5), SECOND),
        ("1715594405.5", us(2024, 5, 13, 10, 0, 5) + 500_000, 100_000),
        ("1715594405123", us(2024, 5, 13, 10, 0, 5) + 123_000, 1_000),
        ("1715594405123456", us(2024, 5, 13, 10, 0, 5) + 123_456, 1),
        ("788918400", us(1995, 1, 1), SECOND),
    ],
)
def test_forms_by_hand(value, moment, precision):
    """Every accepted form gives its moment in UTC and the width of its tick."""
    assert one(value, ROME) == (moment, precision, None)


@pytest.mark.parametrize(
    "value",
    [
        None, "", "soon", "2024-02-30", "2024-13-01T00:00Z", "13:00", "2024-05-13T25:00Z",
        "2024-05-13T10:00 PST", "0/1/2024", "13/05/2024 13:00 PM", "13/05/2024 0:30 AM",
        "788918399", "2082758400", "19999", "60000", "-1", "2024", "20240513", "20240513100005",
        "1e9", "2024-05-13T10:00+15:00",
    ],
)  # fmt: skip
def test_unparsable(value):
    """What is no time, no date of the calendar, or a number outside 1995 to 2035 is a problem."""
    assert one(value, ROME) == (None, None, UNPARSABLE)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("45425", SERIAL), ("45425.4166666667", SERIAL), ("45425,4", SERIAL), ("20000", SERIAL),
        ("59999.9", SERIAL),
        ("٢٠٢٤-٠٥-١٣ ١٠:٠٠:٠٠.٥", FOREIGN_DIGITS), ("١٧١٥٥٩٤٤٠٥", FOREIGN_DIGITS),
        ("२०२४-05-13", FOREIGN_DIGITS),
    ],
)  # fmt: skip
def test_unread_forms_that_have_a_name(value, problem):
    """Days as a spreadsheet counts them, and digits of other scripts, say how to save them."""
    assert one(value, ROME) == (None, None, problem)


def test_zone_is_never_assumed():
    """A clock without zone is a problem; an offset or a number needs none."""
    values = pl.Series(["2024-05-13 10:00", "13/05/2024", "2024-05-13 10:00Z", "1715594405"])

    got = read_times(values, Clock(day_first=True))

    assert got["problem"].to_list() == [ZONELESS, ZONELESS, None, None]
    assert got["zoneless"].to_list() == [True, True, False, False]
    assert got["two_orders"].to_list() == [False, True, False, False]


def test_order_is_never_assumed():
    """Without an order a date such as 3/4/2024 is unread; with one it is April or March."""
    value = "3/4/2024 00:00Z"

    assert one(value, Clock())[2] == UNPARSABLE
    assert one(value, Clock(day_first=True))[0] == us(2024, 4, 3)
    assert one(value, Clock(day_first=False))[0] == us(2024, 3, 4)


def test_hours_of_the_clock_change():
    """In Rome 02:30 is skipped on 31 March 2024, and comes twice on 27 October 2024."""
    walls = [datetime(2024, 3, 31, 2, 30), datetime(2024, 10, 27, 2, 30), datetime(2024, 10, 27, 3)]

    got = local_to_utc(pl.Series([*walls, None], dtype=pl.Datetime("us")), zone="Europe/Rome")

    # At 03:00 on 27 October it is winter again: 02:00 UTC.
    assert got["problem"].to_list() == [SKIPPED, REPEATED, None, UNPARSABLE]
    assert got["us"].to_list() == [None, None, us(2024, 10, 27, 2), None]


@pytest.mark.parametrize(
    ("form", "value", "moment", "precision"),
    [
        ("%d %b %Y %H:%M", "13 May 2024 10:00", us(2024, 5, 13, 8), MINUTE),
        ("%Y%m%d%H%M%S", "20240513100005", us(2024, 5, 13, 8, 0, 5), SECOND),
        ("%Y%m%d", "20240513", us(2024, 5, 12, 22), DAY),
        ("%Y-%m-%d %H", "2024-05-13 10", us(2024, 5, 13, 8), 60 * MINUTE),
        ("%H:%M:%S.%f %d/%m/%y", "10:00:00.5 13/05/24", us(2024, 5, 13, 8) + 500_000, 1),
        ("%a %b %d %H:%M:%S %z %Y", "Mon May 13 10:00:00 +0000 2024", us(2024, 5, 13, 10), SECOND),
    ],
)
def test_own_format_by_hand(form, value, moment, precision):
    """A given format wins over the known forms; its smallest part is the precision."""
    assert one(value, Clock("Europe/Rome", time_format=form)) == (moment, precision, None)


def test_own_format_problems():
    """Values that do not have the format are unread, those without zone need one."""
    values = pl.Series(["20240513", "2024-05-13", None])

    got = read_times(values, Clock(time_format="%Y%m%d"))

    assert got["problem"].to_list() == [ZONELESS, UNPARSABLE, UNPARSABLE]
    assert got["us"].null_count() == 3


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.datetimes(datetime(1995, 1, 2), datetime(2035, 12, 30)),
    st.integers(-14 * 60, 14 * 60),
)
def test_iso_round_trip(moment, minutes):
    """What Python writes with any offset comes back as the same microsecond."""
    there = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes)))

    got, _, problem = one(there.isoformat(timespec="microseconds"), Clock())

    exact = (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)
    assert (got, problem) == (exact, None)


@settings(deadline=None)  # a busy machine is no failure
@given(st.integers(788_918_400, 2_082_758_399))
def test_epoch_units_agree(seconds):
    """The same second in seconds, milliseconds and microseconds is the same moment."""
    values = pl.Series([str(seconds), str(seconds * 1_000), str(seconds * SECOND)])

    got = read_times(values, Clock())

    assert got["us"].to_list() == [seconds * SECOND] * 3
    assert got["precision_us"].to_list() == [SECOND, 1_000, 1]


LIKE_TIMES = st.text("0123456789-/.:TZ +,apmAM٣", max_size=24)


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.one_of(st.none(), st.text(max_size=20), LIKE_TIMES), max_size=20))
def test_any_text_is_read_or_has_a_problem(values):
    """Whatever is written, a row has a moment with a precision, or a problem, never both."""
    got = read_times(pl.Series(values, dtype=pl.String), ROME)

    assert got.height == len(values)
    assert (got["us"].is_null() == got["problem"].is_not_null()).all()
    assert (got["us"].is_null() == got["precision_us"].is_null()).all()


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc", "Europe"])
def test_unknown_zone(zone):
    """A zone outside the IANA database is refused, with the flag that sets it."""
    with pytest.raises(SourceError, match=r"expected an IANA time zone.*--timezone Europe/Rome"):
        known_zone(zone, where="test")


@pytest.mark.parametrize(
    ("town", "zone"),
    [("Rome", "Europe/Rome"), ("new york", "America/New_York"), ("Olympus", ""), ("", ""),
     ("West", "")],
)  # fmt: skip
def test_a_town_leads_to_its_zone(town, zone):
    """Only a name that belongs to one zone is suggested: there is a West of several countries."""
    assert likely_zone(town) == zone


def test_the_zone_of_a_town_is_suggested():
    """Whoever types the town is told what to type instead."""
    with pytest.raises(SourceError, match=r"Write it as --timezone Asia/Tokyo, or"):
        known_zone("tokyo", where="test")


def test_known_zone():
    """A zone of the database comes back as it is."""
    assert known_zone("Europe/Rome", where="test") == "Europe/Rome"
