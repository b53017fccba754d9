"""The three answers of a profile: waits, returns and load, by hand on the club."""

import a_club
import pandas as pd
import pytest
from a_club import START

from workbench.studies.durations import DAY, HOUR
from workbench.studies.present import Note
from workbench.studies.profile import coming_back, loads, unanswered
from workbench.studies.profile.drawn import Drawn


def test_still_unanswered_by_hand(club):
    """Twelve of 24 wait half an hour, six 30 hours, six for ever; silence stays in."""
    table = unanswered.unanswered_table([club]).frame

    assert table["after"].tolist() == ["1 hour", "24 hours", "72 hours"]
    assert table["human"].tolist() == pytest.approx([12 / 24, 12 / 24, 6 / 24])
    # Of the 18 answered, six waited 30 hours.
    assert table["naive"].tolist() == pytest.approx([6 / 18, 6 / 18, 0])
    assert (table["human_low"] < table["human"]).all()
    assert (table["human"] < table["human_high"]).all()
    assert table["still unanswered"][0].startswith("50 % (")


def test_the_ladder_loosens_what_an_answer_is():
    """Programs count first, then an asker's own post too; without kinds no rung is of comments."""
    own = a_club.post("own", "t02", "p02", START + 2 * DAY + HOUR // 4)
    program = a_club.post("auto", "t06", "auto", START + 6 * DAY + HOUR // 4, is_bot=True)
    (part,) = a_club.parts(a_club.community([*a_club.club_posts(), own, program]))

    row = unanswered.unanswered_table([part]).frame.iloc[0]

    # After an hour 12 of 24 have no human answer; one of these has a program's, one its own.
    assert (row["human"], row["other"], row["any"]) == pytest.approx((12 / 24, 11 / 24, 10 / 24))
    assert "comments" not in row


def test_on_questions_and_answers_comments_are_a_rung_of_their_own():
    """A person's comment is no program's: each rung of the ladder changes one thing."""
    posts = [
        {**row, "kind": "question" if row["post_id"] == row["thread_id"] else "answer"}
        for row in a_club.club_posts()
    ]
    posts += [
        a_club.post("c", "t02", "h1", START + 2 * DAY + HOUR // 4, kind="comment"),
        a_club.post("d", "t06", "h1", START + 6 * DAY + HOUR // 4, kind="comment"),
        a_club.post("e", "t10", "auto", START + 10 * DAY + HOUR // 4, kind="comment", is_bot=True),
        a_club.post("f", "t14", "p14", START + 14 * DAY + HOUR // 4, kind="comment"),
    ]
    about = a_club.described(platform="questions and answers")
    (part,) = a_club.parts(a_club.community(posts, about=[about]))

    table = unanswered.unanswered_table([part])
    row = table.frame.iloc[0]

    # Twelve have no answer within the hour; two of these have a person's comment, one a program's,
    # one the asker's own.
    rungs = [row[name] for name in ("human", "comments", "other", "any")]
    assert rungs == pytest.approx([12 / 24, 10 / 24, 9 / 24, 8 / 24])
    assert table.labels["comments"] == "if comments count too"
    assert table.labels["other"] == "if programs count too"


def test_the_curve_keeps_silence_and_the_naive_one_does_not(club):
    """The drawn line ends at six of 24, the naive one at none of the answered."""
    shown = unanswered.unanswered_curves([club])

    assert isinstance(shown, Drawn)
    last = shown.numbers.frame.groupby("line")["estimate"].last()
    assert last[unanswered.ALL] == pytest.approx(25)
    assert last[unanswered.NAIVE] == 0
    assert "50 % (" in shown.figure.alt
    assert "after 24 hours" in shown.figure.caption


def test_a_wait_that_nobody_was_watched_for_is_not_known(club):
    """A share after longer than the record is empty, not a guess."""
    share = unanswered.unanswered_after(club.waits, 24 * 365)

    assert (share.estimate, share.low, share.high) == (None, None, None)


@pytest.mark.parametrize(
    ("hours", "answered", "said"),
    [
        # 3 of 4, then 2 of 4 still wait: exactly half, until the third answer.
        ([1, 2, 3, 4], "yyyy", "half were answered within 2 h (among the answered only, 2.5 h; "
         "exactly half still wait until 3 h)"),
        # 2 of 3, then 1 of 3.
        ([1, 2, 9], "yyn", "half were answered within 2 h (among the answered only, 1.5 h)"),
        # Silence to the end: of two threads one waits for ever, and no answer ends the half.
        ([1, 9], "yn", "half were answered within 1 h (among the answered only, 1 h)"),
        ([1, 9, 9], "ynn", "fewer than half were ever answered (among the answered only, 1 h)"),
        ([9, 9], "nn", "no thread was answered"),
    ],
)  # fmt: skip
def test_half_of_the_threads(hours, answered, said):
    """The median keeps silence as waiting; where exactly half wait for a while both ends stand."""
    rows = pd.DataFrame({"hours": map(float, hours), "answered": [a == "y" for a in answered]})

    assert unanswered.half_answered(rows.assign(tick_us=1)) == said


def test_newcomers_returning_by_hand(club):
    """Twelve of 24 openers post in another thread 55 hours after their first post."""
    (row,) = coming_back.returning_table([club]).frame.to_dict("records")

    assert row["people who wrote"] == 27
    assert row["known to be new"] == 30  # 27 to the ten
    assert row["of these, opened a thread first"] == 20  # 24
    assert row["watched to the end"] == 20
    assert row["in_window"] == row["within"] == pytest.approx(12 / 24)
    # Wilson for 12 of 24: (12 + z²/2 ± z sqrt(6 + z²/4)) / (24 + z²) with z = 1.96: 0.314, 0.686.
    assert (row["in_window_low"], row["in_window_high"]) == pytest.approx((0.314, 0.686), abs=5e-4)
    assert row["window of a return"] == "from 24 hours to 31 days after the first post"


def test_the_curve_of_returns_steps_when_they_come(club):
    """Before day 2.25 nobody is back, from 55 hours on half are."""
    shown = coming_back.returning_curves([club]).numbers.frame.set_index("days")["estimate"]

    assert shown[2.25] == 0
    assert shown[2.5] == pytest.approx(50)
    assert shown[30] == pytest.approx(50)


def test_those_not_watched_long_enough_are_left_out_or_kept_waiting():
    """Whoever arrives just before the end is in neither the count of returned nor of gone."""
    late = [
        a_club.post(f"z{k}", f"z{k}", f"late{k}", a_club.END - (k + 1) * HOUR) for k in range(10)
    ]
    (part,) = a_club.parts(a_club.community([*a_club.club_posts(), *late]))

    (row,) = coming_back.returning_table([part]).frame.to_dict("records")

    assert (row["of these, opened a thread first"], row["watched to the end"]) == (30, 20)
    assert row["in_window"] == pytest.approx(12 / 24)
    # The ten are watched for ten hours at most, when nobody was back yet.
    assert row["within"] == pytest.approx(12 / 24)


def test_newcomers_watched_for_less_than_thirty_days_are_still_counted():
    """A record of 26 days knows no return within thirty; the table says how many there are."""
    about = a_club.described(observed_until_us=START + 26 * DAY)
    found = a_club.parts(a_club.community(a_club.club_posts(), about=[about]))

    (row,) = coming_back.returning_table(found).frame.to_dict("records")

    assert (row["of these, opened a thread first"], row["within"]) == (20, None)


def test_a_share_that_would_tell_of_few_people_is_not_told():
    """Nine of 24 who came back, or nine who did not, are under ten people."""
    assert coming_back.share_of(9, 24).estimate is None
    assert coming_back.share_of(15, 24).estimate is None
    assert coming_back.share_of(5, 9).estimate is None
    assert coming_back.share_of(10, 24).estimate == pytest.approx(10 / 24)
    assert coming_back.share_of(0, 24).estimate == 0


def test_few_returns_are_a_sentence_not_a_curve():
    """Without a return nobody's curve is drawn, and the page says why."""
    posts = [row for row in a_club.club_posts() if not row["post_id"].endswith("b")][:-1]
    one = a_club.post("x", "t23", "p00", START + 26 * DAY)
    shown = coming_back.returning_curves(a_club.parts(a_club.community([*posts, one])))

    assert isinstance(shown, Note)
    assert "fewer than 10 newcomers came back, or fewer than that did not" in shown.text


def test_load_by_hand(club):
    """Ten of 27 people write 25 of 30 replies: the helpers six each, seven others one each."""
    (row,) = loads.load_table([club]).frame.to_dict("records")

    assert (row["people"], row["replies"]) == (27, 30)
    assert row["busiest"] == "ten people"
    assert row["top"] == pytest.approx(25 / 30)
    assert row["top_low"] <= row["top"] <= row["top_high"]
    # A tenth of 27 is fewer than ten people, so that nobody's load is told.
    assert row["ninety"] is None


def test_quantiles_need_ten_people_on_either_side():
    """The median of 20 has ten on a side, that of 19 has not; limits are values that occur."""
    assert loads.load_quantile(pd.Series(range(19), dtype=float), 0.5).estimate is None
    found = loads.load_quantile(pd.Series(range(20), dtype=float), 0.5)
    assert found.estimate == pytest.approx(9.5)
    assert found.low < found.estimate < found.high
    assert loads.load_quantile(pd.Series(range(99), dtype=float), 0.9).estimate is None


def test_the_busiest_are_never_fewer_than_ten():
    """A tenth from a hundred people on, ten people below, nobody of fewer than twenty."""
    assert loads.busiest(200) == 0.1
    assert loads.busiest(40) == 0.25
    few = pd.DataFrame({"replies": [3] * 19})
    assert loads.busiest_share(few).estimate is None
    # Of 20 people with equal shares the busiest ten hold half.
    even = pd.DataFrame({"replies": [3] * 20})
    assert loads.busiest_share(even).estimate == pytest.approx(0.5)


def test_the_figure_of_load_names_its_quantiles(club):
    """Quantiles that would tell of few people keep their row, empty."""
    rows = loads.load_figure([club]).numbers.frame

    assert rows["label"].tolist() == list(loads.QUANTILES.values())
    assert rows["estimate"].notna().tolist() == [False, True, False, False]
