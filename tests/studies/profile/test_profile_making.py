"""How a record was made: answers by the next message, kinds that end apart, several exports."""

import a_club
import pytest
from a_club import START

from workbench.studies.durations import DAY, HOUR
from workbench.studies.profile import changing, limits, making, monthly

QUESTIONS = "questions and answers"


def asked(*, answers: tuple[int, int], comments: tuple[int, int]):
    """A question a day for a hundred days; answers and comments daily from one day to another."""
    posts = [
        a_club.post(f"q{day}", f"q{day}", f"p{day % 20}", START + day * DAY, kind="question")
        for day in range(100)
    ]
    for kind, days in (("answer", answers), ("comment", comments)):
        posts += [
            a_club.post(f"{kind}{day}", f"q{day}", "h", START + day * DAY + HOUR, kind=kind)
            for day in range(*days)
        ]
    about = a_club.described(platform=QUESTIONS, observed_until_us=START + 100 * DAY)
    (part,) = a_club.parts(a_club.community(posts, about=[about]))
    return part


def test_kinds_that_end_together_are_no_limit():
    """Up to three days, or a twentieth of the record, apart is chance; so are few posts."""
    assert making.ends_apart(asked(answers=(0, 100), comments=(3, 95))) == []
    # Five comments on five days in the middle: a comment a day misses forty, but of four that are
    # months apart none can be missed.
    few = asked(answers=(0, 100), comments=(0, 91))
    few.community.held["posts"] = few.community.posts.filter(
        ~few.community.posts["post_id"].is_in([f"comment{k}" for k in range(91) if k % 30])
    )
    assert making.ends_apart(few) == []


def test_kinds_that_end_apart_have_a_sentence():
    """Answers that end on day 59 and comments that begin on day 40 leave threads unanswered."""
    part = asked(answers=(0, 60), comments=(40, 100))

    said = making.ends_apart(part)

    # 1 January and 59 days: 29 February. The last question is of day 99, answers an hour later.
    assert said == [
        "Answers end on 2024-02-29, 39 days before the questions that open threads: threads "
        "opened after that look unanswered.",
        "Comments begin on 2024-02-10, 40 days after the questions that open threads: threads "
        "opened before that look unanswered, or answered late.",
    ]
    assert set(said) <= set(limits.cannot_show(part))


def test_replies_of_the_same_kind_end_too():
    """Where all posts are of one kind the sentence speaks of replies."""
    posts = [
        a_club.post(f"t{day}", f"t{day}", f"p{day % 20}", START + day * DAY // 4)
        for day in range(200)
    ]
    posts += [
        a_club.post(f"r{day}", f"t{day}", "h", START + day * DAY // 4 + HOUR) for day in range(100)
    ]
    (part,) = a_club.parts(a_club.community(posts))

    (said,) = making.ends_apart(part)

    assert said.startswith("Replies end on 2024-01-26, 24 days before the posts that open threads:")


def test_answers_by_the_next_message_are_a_rule_that_is_told(club):
    """Where a load took the next message as the answer, the rule and its counts are told."""
    assert making.by_next(club) == ""

    club.whole.manifest["options"]["answers"] = "next"
    assert making.by_next(club) == making.BY_NEXT
    club.whole.manifest["notes"] |= {
        "openers_answered_in_their_thread": 20,
        "openers_answered_by_the_next_message": 1300,
        "openers_answered_not_at_all": 7,
    }
    assert making.by_next(club) == (
        f"{making.BY_NEXT} Of 1,327 openers by people were answered: 20 in their thread on the "
        "platform, 1,300 by a next message of the channel alone, 0 by a reaction alone, 7 not at "
        "all."
    )
    club.whole.manifest["options"]["answers"] = "thread"
    assert making.by_next(club) == ""


def test_days_that_no_export_covers_are_told(club):
    """Days between two exports are days of which nothing is known."""
    club.whole.manifest["notes"]["days_between_exports"] = 12

    said = "Between the exports lie 12 days that none of them covers: what was written then is "
    assert any(line.startswith(said) for line in limits.cannot_show(club))


def test_the_trend_leaves_gone_posts_out(monkeypatch):
    """A thread that is gone is in no month; one whose answer is gone waits."""
    monkeypatch.setattr(changing, "FEWEST_THREADS", 20)
    posts = [{**row, "is_gone": row["post_id"] in {"t02", "t00a"}} for row in a_club.club_posts()]
    (part,) = a_club.parts(a_club.community(posts))

    (january,) = monthly.by_month(part)

    assert len(part.waits) == 24
    # Of 23 threads eleven of the twelve quick ones are left.
    assert january["estimate"] == pytest.approx(12 / 23)
