"""The answers taken apart: months, channels and tags, the week, roles, two clocks."""

import a_club
import pytest
from a_club import END, START

from workbench.studies.durations import DAY, HOUR, MINUTE
from workbench.studies.present import Note
from workbench.studies.profile import changing, clocks, groups, monthly, roles, week
from workbench.studies.profile.parts import parts_of
from workbench.studies.profile.working import working_hours


def test_months_by_hand(club, monkeypatch):
    """All threads are of January, of which the record lacks ten hours; February has no thread."""
    monkeypatch.setattr(changing, "FEWEST_THREADS", 20)

    (january,) = monthly.by_month(club)

    assert (january["month"], january["threads"]) == ("2024-01", 24)
    assert january["estimate"] == pytest.approx(12 / 24)
    # Ten hours are less than a day: the month is whole.
    assert not january["cut"]
    assert (january["people"], january["newcomers"]) == (30, 30)


def test_a_month_with_few_threads_or_people_keeps_its_place():
    """February has one thread and two people: no share, and no count of people."""
    february = a_club.post("f", "f", "p00", START + 40 * DAY)
    answer = a_club.post("fa", "f", "new", START + 40 * DAY + HOUR)
    (part,) = a_club.parts(a_club.community([*a_club.club_posts(), february, answer]))

    rows = monthly.by_month(part)

    assert [row["month"] for row in rows] == ["2024-01", "2024-02"]
    assert [row["estimate"] for row in rows] == [None, None]
    assert rows[1]["people"] == "under 10"
    assert [row["newcomers"] for row in rows] == [30, "under 10"]


def test_a_month_that_is_not_over_is_marked(monkeypatch):
    """A record that ends on 20 January covers a part of the month, and the caption says so."""
    monkeypatch.setattr(changing, "FEWEST_THREADS", 10)
    about = a_club.described(observed_until_us=START + 19 * DAY + 9 * HOUR)
    posts = [row for row in a_club.club_posts() if row["created_us"] <= START + 19 * DAY]
    shown = monthly.monthly_trend(a_club.parts(a_club.community(posts, about=[about])))

    assert shown.numbers.frame["cut"].tolist() == [True]
    assert "The record covers only a part of 2024-01. " in shown.figure.caption
    assert "whether it changes cannot be told" in shown.figure.caption


def test_months_are_those_of_the_clock_on_the_wall(monkeypatch):
    """A thread of late January in UTC is of February in Tokyo."""
    monkeypatch.setattr(changing, "FEWEST_THREADS", 1)
    late = a_club.post("l", "l", "p00", START + 30 * DAY + 6 * HOUR)
    whole = a_club.community([*a_club.club_posts(), late])
    (part,) = parts_of(whole, working_hours(), "Asia/Tokyo")

    assert [row["threads"] for row in monthly.by_month(part)] == [24, 1]


def test_months_with_few_openers_have_no_share():
    """Thirty threads by nine people would be a share of nine people's."""
    posts = [a_club.post(f"t{k}", f"t{k}", f"p{k % 9}", START + k * HOUR) for k in range(40)]
    more = [a_club.post("o", "o", f"x{k}", START + k) for k in range(9)]
    (part,) = a_club.parts(a_club.community([*posts, *more[:1]]))

    assert changing.share_after_a_day(part.waits.iloc[1:]).estimate is None
    assert changing.share_after_a_day(part.waits).estimate == 1


def test_channels_and_tags_by_hand(club):
    """Two channels and two tags stand for themselves; the rare tag is put with the others."""
    table = groups.group_table([club]).frame.set_index(["kind", "group"])

    assert table.index.tolist() == [
        ("channel", "general"), ("channel", "help"),
        ("tag", "alpha"), ("tag", "beta"), ("tag", "all others"),
    ]  # fmt: skip
    assert table["threads"].tolist()[:4] == [12, 12, 12, 12]
    # general: 12 openers and three helpers. alpha: 12 openers, h0. beta: 12 openers, h1, h2, and
    # the openers of the twelve threads before.
    assert table["people"].tolist() == [15, 15, 13, 26, "under 10"]
    # Half of alpha's threads wait half an hour, half for ever; half of beta's 30 hours.
    assert table.loc[("tag", "alpha"), "after_a_day"] == pytest.approx(0.5)
    assert table.loc[("tag", "beta"), "after_a_day"] == pytest.approx(0.5)
    # Two people are in the thread of the rare tag: nothing of it is shown.
    assert table.loc[("tag", "all others")].drop("people").drop("community").isna().all()


def test_the_ten_largest_groups_are_shown():
    """Of twelve channels with the same people, ten are shown and two are together."""
    posts = [
        a_club.post(f"c{c}-{k}", f"c{c}-{k}", f"p{k}", START + k * HOUR, channel=f"room {c:02}")
        for c in range(12)
        for k in range(10)
    ]
    (part,) = a_club.parts(a_club.community(posts))

    names = groups.group_table([part]).frame["group"].tolist()

    assert names == [*(f"room {c:02}" for c in range(10)), "all others"]


def test_a_name_that_looks_like_an_address_is_not_shown(club):
    """A channel named after a mailbox is put together with the others."""
    posts = [
        {**row, "channel": "desk@club.example" if row["channel"] == "help" else "general"}
        for row in a_club.club_posts()
    ]
    (part,) = a_club.parts(a_club.community(posts))

    table = groups.group_table([part]).frame

    assert table["group"].tolist() == ["general", "all others"]
    assert table["people"].tolist() == [15, 15]


def test_without_channels_and_tags_there_is_a_sentence():
    """Nothing to compare is said, not shown as an empty table."""
    posts = [{**row, "channel": None} for row in a_club.club_posts()]

    shown = groups.group_table(a_club.parts(a_club.community(posts)))

    assert isinstance(shown, Note)
    assert shown.text == (
        "**By channel and tag: nothing to show.** Club: its posts name neither a channel nor a tag "
        "in which 10 people wrote."
    )


def weekly(minutes: int, **more):
    """The club with all threads on one Monday from 10:00, `minutes` apart."""
    posts = []
    for row in a_club.club_posts():
        i = int(row["thread_id"][1:])
        posts.append({**row, "created_us": row["created_us"] - i * DAY + i * minutes * MINUTE})
    return a_club.community(posts, **more)


def test_the_week_by_hand():
    """24 threads of one Monday morning fill one cell of six hours; half are answered in time."""
    (part,) = a_club.parts(weekly(minutes=10))  # from 10:00 to 13:50

    rows = week.by_hour(part)

    # No cell but one in 28 is filled, so that hours are put together as far as that goes.
    assert {row["hours"] for row in rows} == {6}
    filled = {(row["day"], row["hour"]): row for row in rows if row["threads"]}
    # Half-hours: threads 0 to 11 are opened before noon.
    assert list(filled) == [(0, 6), (0, 12)]
    assert [row["threads"] for row in filled.values()] == [12, 12]
    assert [row["answered"] for row in filled.values()] == pytest.approx([0.5, 0.5])


def test_the_week_is_that_of_the_wall_clock():
    """Ten in the morning in UTC is eight in the evening in Brisbane."""
    (part,) = parts_of(weekly(minutes=1), working_hours(), "Australia/Brisbane")

    assert [(r["day"], r["hour"]) for r in week.by_hour(part) if r["threads"]] == [(0, 18)]


def test_cells_of_few_threads_are_empty_and_none_is_a_sentence(club):
    """One thread a day fills no cell of ten, so that there is no map."""
    shown = week.week_maps([club])

    assert isinstance(shown, Note)
    assert "in no 6 hours of the week did 10 people open threads" in shown.text


def test_threads_dated_to_the_day_are_not_in_the_week():
    """A clock that shows days alone knows no hour."""
    whole = a_club.community([
        {**row, "precision_us": DAY, "created_us": START + k}
        for k, row in enumerate(a_club.club_posts())
    ])  # fmt: skip

    assert isinstance(week.week_maps(a_club.parts(whole)), Note)


def test_the_map_says_what_working_hours_make(club):
    """Opened in working hours and at other times, shares answered within the hour in words."""
    shown = week.week_maps(a_club.parts(weekly(minutes=1)))

    said = "Club: opened from 9:00 to 17:00, Mon to Fri, 50 % ("
    assert said in shown.figure.caption
    assert "at other times, –" in shown.figure.alt
    assert len(shown.numbers.frame) == 28


def staffed():
    """The club with ten people of staff: six who answer after 30 hours, four openers of threads."""
    posts = []
    for row in a_club.club_posts():
        who = f"s{row['thread_id']}" if row["author_id"] == "h2" else row["author_id"]
        staff = who[0] == "s" or who in {"p14", "p16", "p18", "p20"}
        posts.append({**row, "author_id": who, "role": "staff" if staff else "member"})
    return a_club.parts(a_club.community(posts))


def test_members_against_staff_by_hand():
    """Staff give six of 18 first answers, all after a day; members answer half at once."""
    members, staff = roles.role_table(staffed()).frame.to_dict("records")

    assert (members["first answers"], staff["first answers"]) == (12, 6)
    assert staff["of all first answers"] == pytest.approx(6 / 18)
    assert members["after_a_day"] == pytest.approx(12 / 24)
    assert staff["after_a_day"] == 1
    assert members["newcomers wait, median"] == pytest.approx(0.5)
    # h0, h1 and 20 openers, to the ten; ten of staff.
    assert (members["people"], staff["people"]) == (20, 10)


def test_the_work_of_few_people_is_not_shown(club):
    """Where one person is all staff, how many first answers staff gave is that person's work."""
    shown = roles.role_table([club])

    assert isinstance(shown, Note)
    assert (
        "Club: fewer than 10 of its members, or of its staff and moderators, wrote in it, and any "
        "number would be about somebody."
    ) in shown.text


@pytest.mark.parametrize(
    ("role", "why"),
    [
        (None, "its platform does not say who is staff"),
        ("member", "nobody who wrote in it is called staff or moderator"),
    ],
)
def test_without_staff_there_is_a_sentence(role, why):
    """A platform without roles, or a community without staff, is told so."""
    posts = [{**row, "role": role} for row in a_club.club_posts()]

    shown = roles.role_table(a_club.parts(a_club.community(posts)))

    assert shown.text == f"**Members against staff: nothing to show.** Club: {why}."


def test_two_clocks_by_hand(club):
    """On the wall half wait more than an hour and a day; at work, ten wait more than its day."""
    wall, working = clocks.clock_table([club]).frame.to_dict("records")

    assert (wall["its day"], working["its day"]) == ("24 hours", "8 hours")
    assert (wall["after_an_hour"], wall["after_its_day"]) == pytest.approx((12 / 24, 12 / 24))
    # The six that wait 30 hours from 10:00 are of Tue 2, Sat 6, Wed 10, Sun 14, Thu 18, Mon 22
    # January. Two working days give 7 + 7 hours; Saturday none, Sunday the seven of Monday.
    # So four are above eight hours, and the six silent ones.
    assert working["after_its_day"] == pytest.approx((4 + 6) / 24)
    # Above one hour: these and Sunday's.
    assert working["after_an_hour"] == pytest.approx((5 + 6) / 24)


def test_answers_outside_working_hours_are_counted():
    """What is asked and answered in the evening waited 0, which the caption says with its size."""
    late = [
        {**row, "created_us": row["created_us"] + 10 * HOUR} for row in a_club.club_posts()
    ]  # from 20:00 on
    (part,) = a_club.parts(a_club.community(late))
    (assumed,) = a_club.parts(
        a_club.community(late, about=[a_club.described(timezone_source="assumed")])
    )

    # Half an hour of an evening, twelve times; of the six that wait from 20:00 to 2:00 two nights
    # on, thread 5 has Saturday's evening and Sunday alone.
    said = clocks.outside_said(part)
    assert said == "13 of 18 answers came wholly outside working hours, and so waited 0"
    assert said in clocks.clock_table([part]).caption
    assert "nobody's working day" not in clocks.clock_table([part]).caption
    assert "nobody's working day in particular" in clocks.clock_table([assumed]).caption


def test_working_waits_are_never_longer(club):
    """Row by row the working wait is within the wait."""
    assert (clocks.in_working_hours(club)["hours"] <= club.waits["hours"]).all()
    assert clocks.in_working_hours(club)["hours"].max() < (END - START) / HOUR
