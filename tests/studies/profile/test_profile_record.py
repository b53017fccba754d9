"""The data report, what the record cannot show, and the dozen lines for a mail."""

from dataclasses import replace

import a_club
import pandas as pd
import pytest
from a_club import START

from workbench.studies import profile
from workbench.studies.durations import DAY, HOUR, MINUTE
from workbench.studies.profile import in_short, limits, making, record


def days(counts: list[int]) -> pd.Series:
    """Posts by day from Monday 1 January 2024 on."""
    return pd.Series(counts, index=pd.date_range("2024-01-01", periods=len(counts), freq="D"))


def test_a_silent_run_is_a_gap_where_posts_were_to_be_expected():
    """Of ten posts a day, one silent day misses ten, which may be chance; two miss twenty."""
    one = days([10] * 30 + [0] + [10] * 30)
    two = days([10] * 30 + [0, 0] + [10] * 30)

    assert record.gaps(one) == []
    (gap,) = record.gaps(two)
    assert (gap.first, gap.days) == (pd.Timestamp("2024-01-31"), 2)
    assert gap.said == "2024-01-31 to 2024-02-01 (2 days)"


def test_quiet_weekends_are_no_gaps():
    """Where nobody ever writes on Saturdays and Sundays, only a silent weekday is missed."""
    week = [30, 30, 30, 30, 30, 0, 0]
    counts = week * 10
    assert record.gaps(days(counts)) == []

    counts[7 * 4 + 2] = 0  # Wednesday of the fifth week
    (gap,) = record.gaps(days(counts))
    assert gap.said == "2024-01-31"


def test_days_before_a_community_took_off_are_no_gap():
    """Silence between a few early posts and many later ones is not missed."""
    assert record.gaps(days([3, 2, 0, 0, *[90] * 40])) == []


def test_a_silence_at_the_end_is_a_gap():
    """Where the record goes on after the last post, what came before says what is missing."""
    (gap,) = record.gaps(days([30] * 28 + [0] * 9))

    assert gap.said == "2024-01-29 to 2024-02-06 (9 days)"


def test_a_long_silence_is_one_gap():
    """Months without a post are a gap by what came before and after; the longest is told first."""
    counts = [50] * 28 + [0] * 120 + [50] * 28
    counts[10] = 0
    found = record.gaps(days(counts))

    assert [gap.days for gap in found] == [120, 1]
    assert record.gaps_said(days(counts)) == (
        "2 gaps; the longest is 2024-01-29 to 2024-05-27 (120 days)"
    )
    assert record.gaps_said(days([50] * 9 + [0] + [50] * 9)) == "1 gap; it is 2024-01-10"


def test_weeks_by_hand():
    """Weeks begin on Monday; silent days are counted, and a week with a gap is marked."""
    weeks = record.by_week(days([10] * 7 + [10, 0, 0, 10, 10, 10, 10] + [10] * 8))

    assert weeks["week"].dt.strftime("%m-%d").tolist() == ["01-01", "01-08", "01-15", "01-22"]
    assert weeks["posts"].tolist() == [70, 50, 70, 10]
    assert weeks["silent_days"].tolist() == [0, 2, 0, 0]
    assert weeks["gap"].tolist() == [False, True, False, False]


def test_activity_by_hand(club):
    """The drawn weeks hold every post, over all days that the record covers."""
    rows = record.activity([club]).numbers.frame

    assert rows["posts"].sum() == len(a_club.club_posts()) == 24 + 18 + 12
    # From 1 January to 29 February 2024.
    assert len(rows) == 9
    assert rows["week"].tolist()[0] == "2024-01-01"


def test_the_data_report_by_hand(club):
    """Days, clocks and columns, as the tables have them."""
    said = record.facts(club)

    # Openings fill the days to the 24th, the last return is 31 hours after thread 23.
    assert said["days covered"] == "60, of which 35 without a post"
    assert said["posts by the tick of their clock"] == "1 µs: 54"
    assert "tags: community_id, post_id, tag" in said["columns that hold values"]
    assert "score" in said["columns without any"]
    assert "community: " not in " ".join(profile.report_lines(club.whole))
    assert profile.report_lines(club.whole)[0] == "days covered: 60, of which 35 without a post"


@pytest.mark.parametrize(
    ("tick", "words"),
    [(1, "1 µs"), (1000, "1 ms"), (1_000_000, "1 second"), (MINUTE, "1 minute"), (DAY, "24 hours")],
)
def test_ticks_are_said_in_words(tick, words):
    """A tick has the unit in which it reads well."""
    posts = [{**row, "precision_us": tick} for row in a_club.club_posts()]
    (part,) = a_club.parts(a_club.community(posts))

    assert record.precision(part) == {words: 54}


def test_only_rules_that_met_rows_are_listed(club):
    """In memory no rule met a row, which is a sentence; counts come from the manifest."""
    assert record.cleaning_rules([club]).text == "No rule of cleaning met a row."
    assert record.read_notes([club]).text == "Reading the export noted nothing else."

    club.whole.manifest["rules"]["exact-duplicates"] = {"choice": "set-aside", "rows": 3}
    club.whole.manifest["notes"]["posts_by_bots"] = 2
    (rule,) = record.cleaning_rules([club]).frame.to_dict("records")
    assert (rule["rule"], rule["choice"], rule["rows"]) == ("exact-duplicates", "set-aside", 3)
    assert rule["what it does"]
    assert record.read_notes([club]).frame["noted while reading"].tolist() == ["posts by bots"]


def test_a_sound_record_has_few_limits(club):
    """Of the club only silence, a single export, deletion and readers are to be said."""
    said = limits.cannot_show(club)

    assert said[0] == (
        "Still unanswered when the record ended on 2024-02-29: 6 of 24 threads; they are kept as "
        "still waiting."
    )
    # Two posts a day until 25 January make one expect some in the five weeks after it.
    assert said[1].startswith("Posts are missing where some were to be expected: 1 gap; it is ")
    assert said[2] == "Only one export was loaded, so that what disappeared before it is not known."
    assert said[3].startswith("Posts that were deleted before the export")
    assert said[4:] == [limits.READERS]


LIMITS = {
    "cut": "The record begins on 2024-01-01, the community perhaps earlier: of 27 people, none are "
    "known to be new; for the others the first post here may not be their first.",
    "deleted": "By deleted accounts: 1 of 55 posts; they count as answers by somebody, and in "
    "nobody's load or return.",
    "program": "By programs, as far as the platform or their names tell: 1 of 55 posts; other "
    "programs count as people.",
    "daily": "Dated to the day or coarser: 1 of 55 posts; waits of hours mean nothing there, and "
    "the map of the week lacks them.",
    "assumed": "Nothing states the time zone; UTC is assumed, so that hours of the day may be "
    "shifted.",
    "roles": "The record does not say who is staff, so that members and staff cannot be told "
    "apart.",
    "channels": "Posts name neither channels nor tags, so that parts of the community cannot be "
    "compared.",
    "headless": "Without their opening post: 1 of 25 threads; nobody knows how long these waited; "
    "they are left out of waits.",
    "gone": f"In an earlier export and no longer in the latest: 1 posts; {making.GONE}",
    "kind": "For this kind of community no windows were fixed; those of a forum are used: a return "
    "counts from a day to 31 days after the first post.",
    "young": "Still unanswered when the record ended on 2024-01-25: 6 of 24 threads; they are kept "
    "as still waiting, 1 of them for less than 72 hours.",
}


def limited(what: str):
    """The club with one limit more."""
    about, posts = a_club.described(), a_club.club_posts()
    more = a_club.post("x", "t00", "p00", START + HOUR, role="member", channel="help")
    changed = {
        "deleted": {"author_id": None},
        "program": {"author_id": "auto", "is_bot": True},
        "daily": {"precision_us": DAY},
        "headless": {"thread_id": "missing"},
        "gone": {"is_gone": True},
    }
    if what in changed:
        posts = [*posts, {**more, **changed[what]}]
    posts = [{**row, "role": None} if what == "roles" else row for row in posts]
    posts = [{**row, "channel": None} if what == "channels" else row for row in posts]
    about |= {
        "cut": {"record_start": "cut"},
        "assumed": {"timezone_source": "assumed"},
        "kind": {"platform": "notice board"},
        "young": {"observed_until_us": START + 24 * DAY},
    }.get(what, {})
    if what == "young":
        posts = [row for row in posts if row["created_us"] <= about["observed_until_us"]]
    (part,) = a_club.parts(a_club.community(posts, about=[about]))
    return part


@pytest.mark.parametrize("what", LIMITS)
def test_each_limit_is_said_where_it_applies(club, what):
    """A limit has its sentence with its size, which a record without it has not."""
    assert LIMITS[what] in limits.cannot_show(limited(what))
    assert LIMITS[what] not in limits.cannot_show(club)


def test_gaps_and_rows_set_aside_are_limits(club):
    """Missing days, and rows that were set aside, come with their numbers."""
    busy = [
        a_club.post(f"b{day}-{k}", "t00", f"p{k:02}", START + day * DAY + k)
        for day in range(60)
        for k in range(20)
        if day != 30
    ]
    (part,) = a_club.parts(a_club.community([*a_club.club_posts(), *busy]))
    part.whole.manifest["quarantine"]["posts"] = {"empty message": 2, "exact duplicate": 1}

    said = " ".join(limits.cannot_show(part))

    assert "1 gap; it is 2024-01-31. Whether nobody wrote" in said
    assert "Rows of posts that were set aside: 3 (empty message: 2; exact duplicate: 1)." in said


def test_rows_that_were_taken_down_are_no_number_of_a_limit(club):
    """Their number would be how much one person wrote; that they are left out is said."""
    told = "Rows that were taken down are not counted here."
    counts, aside = (dict(club.whole.manifest[name]) for name in ("counts", "quarantine"))
    counts["posts"] = {**counts["posts"], "read": 99, "quarantined": 44}
    for others, limit in (
        ({}, told),
        ({"empty message": 2}, f"Rows of posts that were set aside: 2 (empty message: 2). {told}"),
    ):
        reasons = {**aside, "posts": {"taken down": 42, **others}}
        manifest = {**club.whole.manifest, "counts": counts, "quarantine": reasons}
        part = replace(club, whole=replace(club.whole, manifest=manifest))
        assert limit in limits.cannot_show(part)


def test_the_answers_in_short(club):
    """Every question of the page is answered with its numbers and intervals."""
    said = dict(in_short.answers(club))

    assert list(said) == list(in_short.QUESTIONS.values())
    assert said["What is it?"] == (
        "54 posts by 27 people from 2024-01-01 to 2024-01-25; 24 threads opened by people. "
        "Kind: forum."
    )
    waits = said["How many threads stay unanswered?"]
    assert waits.startswith("Still unanswered: 50 % (")
    assert "Among the answered only it looks like 0 % after 72 h" in waits
    assert "50 % (31 to 69) did from 24 hours to 31 days" in said["Do newcomers come back?"]
    assert "The busiest ten people wrote 83 % (" in said[in_short.QUESTIONS["load"]]
    assert "whether it changes cannot be told" in said["Is it changing?"]
    assert "orking" not in said["Is it changing?"]
    # On Saturdays and Sundays: threads 5, 12, 19 and 20 are asked and answered.
    assert "are unanswered after one working day of 8 hours; 4 of 18 answers came wholly" in waits
    assert said[in_short.QUESTIONS["load"]].startswith(
        "Half of the people get, on average, at most "
    )
    assert "Of about 20 newcomers" in said["Do newcomers come back?"]


def test_a_working_clock_of_nobody_is_not_in_short():
    """Where nothing states the zone, the dozen lines leave the working clock out."""
    for source in ("documented", "assumed"):
        about = a_club.described(timezone_source=source)
        (part,) = a_club.parts(a_club.community(a_club.club_posts(), about=[about]))

        assert "orking" not in " ".join(dict(in_short.answers(part)).values())


def test_a_mail_holds_the_answers_and_the_limits():
    """One heading a community, a line a question and a limit, and what the brackets are."""
    rows = [
        {"community": "A", "question": "Who?", "answer": "We."},
        {"community": "B", "question": "Who?", "answer": "They."},
    ]
    text = profile.mail(rows, [{"community": "B", limits.CANNOT_SHOW: "Readers."}])

    assert text.splitlines() == [
        "# A", "", "- **Who?** We.", "", "What the record cannot show:", "", "",
        "# B", "", "- **Who?** They.", "", "What the record cannot show:", "", "- Readers.", "",
        "Intervals in brackets are 95 % intervals. No person and no post can be told.",
    ]  # fmt: skip
