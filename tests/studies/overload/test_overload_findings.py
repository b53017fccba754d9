"""What study 3 concludes: which data it asks for, its sentences, its limits, its exercises."""

import re
from types import SimpleNamespace

import pytest
from invented_inbox import START, community, message

from workbench.models.result import Estimate
from workbench.studies import overload as study
from workbench.studies.exercises import EXERCISES, check, overload
from workbench.studies.hypotheses import hypotheses
from workbench.studies.overload import needs
from workbench.studies.overload.findings import case
from workbench.studies.overload.tempting import BUSY, RISE, apart, ratios, same_day
from workbench.studies.wording import beyond_grade

STUDY = hypotheses("03")


@pytest.fixture(scope="session")
def findings(club, calls):
    """Every row of both invented communities."""
    return study.conclude([club, calls])


def test_every_hypothesis_is_answered_where_it_can_be(findings, club, calls):
    """Rows are those that the communities can carry: people who write in pairs have no channels."""
    got = {(row.hyp_id, row.community) for row in findings}

    assert {name for name, title in got if title == "Inbox"} == {"H3.1", "H3.1b", "H3.2"}
    assert {name for name, title in got if title == "Contests"} == set(STUDY)


def test_no_sentence_claims_a_cause(findings):
    """Grade C: neither answers nor technical lines say that load brings anything about."""
    for row in findings:
        assert beyond_grade(f"{row.answer} {row.technical}", row.grade) == []


def test_nobody_is_said_to_feel_anything(findings):
    """A record has what was written."""
    for row in findings:
        assert "overwhelm" not in row.answer + row.trust + row.change


def test_the_answer_says_the_estimate(findings):
    """H3.1 of the inbox: the number of the answer is the number of the ledger."""
    row = next(r for r in findings if r.hyp_id == "H3.1" and r.community == "Inbox")

    assert f"{100 * row.estimate:.1f} fewer" in row.answer or f"{100 * row.estimate:.0f} fewer" in (
        row.answer
    )
    assert "Without the 50 people" in row.answer
    assert "own recent posts are not held equal: about" in row.answer
    assert re.search(r"Over \d+ defensible variants: .* fewer", row.answer)
    assert row.primary


def test_the_two_lines_without_a_rise_say_so(findings):
    """A bend that the search only put somewhere is not called one."""
    row = next(r for r in findings if r.hyp_id == "H3.1b" and r.community == "Inbox")

    assert "a bend is only where the search put it" in row.answer


def test_a_kind_without_a_time_limit_is_told():
    """A rating task has no time in which to reply."""
    one = community("ratings", "rating task", [message(0, "000000", "ann", "bob", START)])

    assert needs.lacks(one, "H3.1") == [
        "a time limit for communities of kind 'rating task' (fixed for: direct messages, paired "
        "chat, questions and answers, forum)"
    ]
    assert needs.lacks(one, "H3.4a") == []


def test_a_clock_too_coarse_for_the_time_limit_is_told():
    """An hour to reply cannot be told by a clock of a day."""
    post = message(0, "000000", "ann", "bob", START) | {"precision_us": 86_400_000_000}

    assert needs.lacks(community("days", "direct messages", [post]), "H3.1") == [
        "a finer clock: some posts are dated to 24 hours, and a reply counts within 1 hour"
    ]


def test_what_is_missing_is_named(club):
    """Pairs lack channels and contests."""
    frame = study.what_is_missing([club]).frame.set_index("hypothesis")["missing"]

    assert frame["H3.1"] == "nothing"
    assert "ideas.contest_id" in frame["H3.3"]
    assert case(club, name="H3.3") is None


def test_a_community_without_an_estimate_says_why():
    """Too few turns: not enough data, with the reason of the method."""
    posts = [message(0, "z", "ann", "z", START), message(1, "b", "bob", "ann", START + 60_000_000)]
    rows = study.conclude([community("tiny", "direct messages", posts)], "H3.1")

    assert [row.verdict for row in rows] == ["not enough data"] or [
        row.verdict for row in rows
    ] == ["exploratory: not enough data"]
    assert "got 1" in rows[0].change


def test_limits_speak_of_feelings_and_pairs(club, calls):
    """What a record cannot tell; of pairs only where there are some."""
    assert "*felt* overwhelmed cannot be said" in study.limits([club]).text
    assert "**Pairs** (Inbox)" in study.limits([club, calls]).text
    assert "**Pairs**" not in study.limits([calls]).text
    assert "newcomers" not in study.limits([club]).text


def test_the_dealt_ratio_falls_by_arithmetic(club):
    """With the answered dealt anew nothing goes with anything, and the ratio falls all the same."""
    found, dealt, counts = ratios(club)

    assert dealt.high < 0
    assert dealt.estimate < found.estimate
    assert counts.low > 0


def test_wrong_stands_beside_right(club):
    """Each question with two answers and a reason; where both say the same there is no row."""
    table = study.wrong_and_right([club])
    frame = table.frame

    # The share answered falls while the count rises; nothing turns, by two lines or a parabola.
    assert frame["question"].tolist()[0] == BUSY
    assert RISE not in frame["question"].tolist()
    assert f"have no row: Inbox, “{RISE}”." in table.caption
    assert frame["why"].str.len().min() > 20
    assert same_day(club).estimate != 0
    assert len(study.where_the_truth_is_known().frame) == 2


def test_answers_are_apart_where_one_side_differs():
    """More against fewer, and more against nothing, are apart; more against much more is not."""
    more, much, fewer, open_ = (
        Estimate(1.0, 0.1, low, high, 0.5, 9) for low, high in ((1, 2), (8, 9), (-2, -1), (-1, 1))
    )

    assert apart(more, fewer)
    assert apart(more, open_)
    assert not apart(more, much)
    assert not apart(open_, Estimate(None, None, None, None, None, 0))


@pytest.mark.parametrize("name", ["3a", "3b", "3c"])
def test_exercises_know_their_answers(name, college, monkeypatch):
    """The computed answer is right, and something else is not."""
    monkeypatch.setattr(overload, "data", SimpleNamespace(open=lambda _: college))
    right = EXERCISES[name].answer("")

    assert check(name, right).endswith("right.")
    assert "not yet" in check(name, right + 10 * EXERCISES[name].tolerance)


def test_college_messages_as_they_were_found(college):
    """The embedded record, by a count made apart from this code: 59,835 messages, 43,644 turns."""
    # Runs of messages from one person to the other, cut by every reply, counted with a loop over
    # the file: 43,644. In 14,563 of them the recipient had written in the ten minutes before.
    counts = {one.label: one.count for one in study.stages(college)}

    assert counts["posts kept"] == 59_835
    assert counts["turns that await a reply"] == 43_644
    assert counts["the recipient was there"] == 14_563
