"""Is it changing: two halves of whole months, their difference, and what cannot be told."""

import a_club
import pytest
from a_club import START

from workbench.models.result import Estimate
from workbench.studies import profile
from workbench.studies.durations import DAY, HOUR
from workbench.studies.profile import changing


def over_months(*, silent_late: int):
    """Forty threads in each of four months by forty people; every tenth is silent, or more late."""
    posts = []
    for month, first_day in enumerate((0, 31, 60, 91)):
        silent = silent_late if month > 1 else 4
        for k in range(40):
            name, at = f"t{month}-{k}", START + first_day * DAY + k * HOUR // 2
            posts.append(a_club.post(name, name, f"p{month}-{k}", at))
            if k >= silent:
                posts.append(a_club.post(f"{name}a", name, f"h{k % 12}", at + HOUR))
    about = a_club.described(observed_until_us=START + 121 * DAY)
    return a_club.parts(a_club.community(posts, about=[about]))


def test_a_difference_by_hand():
    """0.5 and 0.3 with errors 0.03 and 0.04: 0.2 less, and an error of 0.05."""
    early = Estimate(0.5, 0.03, 0.44, 0.56, None, 300, 200)
    late = Estimate(0.3, 0.04, 0.22, 0.38, None, 200, 120)

    found = changing.difference(early, late)

    assert found.estimate == pytest.approx(-0.2)
    assert found.std_error == pytest.approx(0.05)
    # Student's t on 119 degrees of freedom: 1.9801.
    assert (found.low, found.high) == pytest.approx((-0.2 - 0.099, -0.2 + 0.099), abs=5e-5)


def test_a_change_by_hand():
    """From 8 of 80 silent threads to 48 of 80: fifty points more, beyond chance."""
    (part,) = over_months(silent_late=24)

    found = changing.change(part)

    assert (found.first, found.last) == (("2024-01", "2024-02"), ("2024-03", "2024-04"))
    assert found.early.estimate == pytest.approx(8 / 80)
    assert found.late.estimate == pytest.approx(48 / 80)
    # Every thread is by another person, all watched: errors of shares on n - 1.
    error = (0.1 * 0.9 / 79 + 0.6 * 0.4 / 79) ** 0.5
    assert found.difference.std_error == pytest.approx(error)
    said = changing.change_said(part)
    assert said.startswith("10 % (")
    assert "2024-03 to 2024-04: it rose by more than chance brings (difference +50.0 points" in said
    assert said in profile.monthly_trend([part]).figure.caption


def test_without_a_change_nothing_is_told_apart_from_chance():
    """Two more silent threads a month are within chance, whatever the extreme months are."""
    (part,) = over_months(silent_late=6)

    said = changing.change_said(part)

    assert "no change can be told apart from chance (difference +5.0 points, from −" in said
    assert "rose" not in said


def test_months_that_are_cut_are_in_neither_half():
    """A record that ends on 10 April has three whole months: January against March."""
    (whole,) = over_months(silent_late=24)
    posts = whole.community.posts
    kept = posts.filter(posts["created_us"] < START + 100 * DAY).to_dicts()
    about = a_club.described(observed_until_us=START + 100 * DAY)
    (part,) = a_club.parts(a_club.community(kept, about=[about]))

    found = changing.change(part)

    assert (found.first, found.last) == (("2024-01",), ("2024-03",))


def test_what_cannot_be_compared_says_why():
    """One month has no halves, and a clock of weeks knows no day."""
    (club,) = a_club.parts(a_club.community(a_club.club_posts()))
    weeks = [{**row, "precision_us": 7 * DAY} for row in a_club.club_posts()]
    (coarse,) = a_club.parts(a_club.community(weeks))

    assert changing.change_said(club) == (
        "whether it changes cannot be told: two halves of whole months, each with 30 threads by 10 "
        "people of which some but not all are answered in time, are needed, and are not there"
    )
    assert changing.change_said(coarse) == (
        "whether it changes cannot be told: the clock is too coarse for waits of 24 h"
    )


def test_sums_on_one_page_do_not_give_a_hidden_count():
    """Three of 123 people are not known to be new; neither months nor totals tell how many."""
    early = [a_club.post(f"e{k}", f"e{k}", f"old{k}", START) for k in range(3)]
    new = [a_club.post(f"n{k}", f"n{k}", f"p{k}", START + 35 * DAY) for k in range(120)]
    about = a_club.described(record_start="cut", observed_until_us=START + 59 * DAY)
    (part,) = a_club.parts(a_club.community([*early, *new], about=[about]))

    total = profile.returning_table([part]).frame.iloc[0]
    months = profile.monthly_trend([part]).numbers.frame
    limits = " ".join(profile.limits_table([part]).frame["what the record cannot show"])

    # Shown are 123 people and about 120 newcomers, which 115 to 124 would be too.
    assert (total["people who wrote"], total["known to be new"]) == (123, 120)
    assert months["newcomers"].tolist() == [0, 120]
    assert months["people"].tolist() == ["under 10", 120]
    assert "of 123 people, about 120 are known to be new" in limits
    more = [a_club.post("one", "one", "p200", START + 35 * DAY)]
    (other,) = a_club.parts(a_club.community([*early[:2], *new, *more], about=[about]))
    # Two and 121 instead of three and 120: the page's counts are the same.
    again = profile.returning_table([other]).frame.iloc[0]
    assert again.iloc[1:5].tolist() == total.iloc[1:5].tolist()
    assert profile.monthly_trend([other]).numbers.frame["newcomers"].tolist() == [0, 120]
