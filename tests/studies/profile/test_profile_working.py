"""The working-hours clock: what counts, over changes of the clock too, and what it refuses."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import StudyError
from workbench.studies.durations import DAY, HOUR, MINUTE
from workbench.studies.profile.working import WorkingHours, working_hours, working_us

ZONES = ("UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu")
EVERY_DAY = tuple(range(7))


def us(text: str) -> int:
    """Microseconds since 1970 of a moment in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def worked(begin: str, end: str, *, hours: WorkingHours, zone: str) -> int:
    """Working minutes between two moments in UTC."""
    (found,) = working_us([us(begin)], [us(end)], hours=hours, zone=zone)
    assert found % MINUTE == 0
    return int(found) // MINUTE


def test_a_weekend_does_not_count():
    """From Friday afternoon to Monday morning only the two ends of the working days count."""
    # 2024-05-03 is a Friday. Berlin is two hours ahead: 16:30 to 17:00, then 9:00 to 9:15.
    found = worked("2024-05-03T14:30", "2024-05-06T07:15", hours=working_hours(),
                   zone="Europe/Berlin")  # fmt: skip

    assert found == 30 + 15


def test_outside_working_hours_nothing_counts():
    """A question of the evening, answered the same evening, has waited no working time."""
    berlin = {"hours": working_hours(), "zone": "Europe/Berlin"}

    assert worked("2024-05-03T16:00", "2024-05-03T20:00", **berlin) == 0
    # Monday 6:00 to 10:00 on the wall: an hour.
    assert worked("2024-05-06T04:00", "2024-05-06T08:00", **berlin) == 60


def test_a_day_of_a_changed_clock_is_shorter_or_longer():
    """Around the clock, the Sundays on which Berlin changes its clock have 23 and 25 hours."""
    whole = working_hours("0-24", "sun")

    # 31 March 2024: from 23:00 UTC on Saturday to 22:00 UTC. 27 October: from 22:00 to 23:00 UTC.
    spring = worked("2024-03-30T00:00", "2024-04-01T00:00", hours=whole, zone="Europe/Berlin")
    autumn = worked("2024-10-26T00:00", "2024-10-28T00:00", hours=whole, zone="Europe/Berlin")
    assert (spring, autumn) == (23 * 60, 25 * 60)


def test_hours_that_the_clock_leaves_out():
    """A day that would begin at 2:30, which the clock leaves out, begins at the change."""
    # 31 March 2024, Berlin: 1:00 UTC is 3:00. From then to 5:00 (3:00 UTC) are two hours.
    hours = working_hours("2:30-5", "sun")

    assert worked("2024-03-31T00:00", "2024-03-31T12:00", hours=hours, zone="Europe/Berlin") == 120
    # Hours that lie in what is left out have no length.
    none = working_hours("2:10-2:50", "sun")
    assert worked("2024-03-31T00:00", "2024-03-31T12:00", hours=none, zone="Europe/Berlin") == 0


def test_an_hour_shown_twice_is_counted_once_a_day():
    """Havana shows midnight twice: the day begins at the first one, and no hour counts twice."""
    # 3 November 2024, 1:00 becomes 0:00 again. Days begin at 4:00 UTC (first midnight), then 5:00.
    whole = working_hours("0-24", "sat,sun")

    found = worked("2024-11-02T00:00", "2024-11-05T00:00", hours=whole, zone="America/Havana")

    assert found == (24 + 25) * 60


MOMENTS = st.integers(us("2024-01-01T00:00"), us("2024-12-31T00:00"))
HOURS = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1])
WEEK = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))


@given(times=st.lists(MOMENTS, min_size=3, max_size=3).map(sorted), pair=HOURS, days=WEEK,
       zone=st.sampled_from(ZONES))  # fmt: skip
def test_working_time_adds_up_and_never_exceeds_time(times, pair, days, zone):
    """From a to c is from a to b and from b to c; nothing is longer than the time itself."""
    hours = WorkingHours(*pair, days)
    a, b, c = times

    parts = working_us([a, b, a], [b, c, c], hours=hours, zone=zone)

    assert parts[0] + parts[1] == parts[2]
    assert (parts >= 0).all()
    assert (parts <= np.array([b - a, c - b, c - a])).all()


@given(times=st.lists(MOMENTS, min_size=2, max_size=2).map(sorted), zone=st.sampled_from(ZONES))
def test_around_the_clock_all_time_counts(times, zone):
    """Where every hour of every day is a working hour, working time is time, to the microsecond."""
    begin, end = times
    around = WorkingHours(0, 1440, EVERY_DAY)

    assert working_us([begin], [end], hours=around, zone=zone).tolist() == [end - begin]


@given(begin=MOMENTS, zone=st.sampled_from(ZONES))
def test_a_week_has_its_working_hours(begin, zone):
    """Any whole week has five working days of eight hours, away from changes of the clock."""
    week = working_us([begin], [begin + 7 * DAY], hours=working_hours(), zone=zone)

    # A change of the clock at night moves the ends of the week by its size and no more.
    assert abs(int(week[0]) - 40 * HOUR) <= HOUR


def test_nothing_in_nothing_out():
    """No waits are no waits."""
    assert working_us([], [], hours=working_hours(), zone="UTC").tolist() == []


def test_hours_and_days_are_read():
    """Hours may have minutes; days are a list or a range, which may run over the weekend."""
    assert working_hours() == WorkingHours(540, 1020, (0, 1, 2, 3, 4))
    assert working_hours("8:30-16:15", "sun-thu") == WorkingHours(510, 975, (0, 1, 2, 3, 6))
    assert working_hours("0-24", "Mon, wed").days == (0, 2)
    assert working_hours("9-17").said == "9:00 to 17:00, Mon to Fri"
    assert working_hours("8:05-12", "sun-thu").said == "8:05 to 12:00, Sun to Thu"
    assert working_hours(days="mon,wed,fri").said == "9:00 to 17:00, Mon, Wed, Fri"
    assert working_hours(days="mon-sun").said == "9:00 to 17:00, every day"
    assert working_hours("9-17").day_us == 8 * HOUR


@pytest.mark.parametrize(
    "given_hours", ["17-9", "9-9", "9-25", "nine-five", "9:75-10", "", "9-17-18"]
)
def test_hours_that_cannot_be_are_refused(given_hours):
    """Hours that are not written as such, or run over midnight, are named with the way to write."""
    with pytest.raises(StudyError) as error:
        working_hours(given_hours)

    assert str(error.value) == (
        "working hours: expected hours of one day such as 9-17 or 8:30-16:30, got "
        f"{given_hours!r}. Write the first and the last hour, 0 to 24."
    )


@pytest.mark.parametrize("days", ["monday", "mon-tue-wed", "", "mon;tue", "mon,,tue"])
def test_days_that_there_are_not_are_refused(days):
    """Days are the seven short names."""
    with pytest.raises(StudyError) as error:
        working_hours(days=days)

    assert str(error.value) == (
        "working days: expected days such as mon-fri, sun-thu or mon,wed, got "
        f"{days!r}. Write them as mon, tue, wed, thu, fri, sat, sun."
    )


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc"])
def test_a_zone_that_there_is_not_is_refused(zone):
    """A name that the list of zones does not have is named with the way to write one."""
    with pytest.raises(StudyError) as error:
        working_us([0], [1], hours=working_hours(), zone=zone)

    assert str(error.value) == (
        f"time zone: expected a name such as Europe/Rome or UTC, got {zone!r}. "
        "Write it as the IANA list of zones has it."
    )
