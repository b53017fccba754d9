"""H2.3: spread and error before and after a talk, and the tempting readings of them."""

import math

import pytest
from invented_groups import alone, choosing, guessing, simulated

from workbench.errors import ModelError
from workbench.simulate import estimates
from workbench.studies.crowdsourcing import talk_mistakes, talking
from workbench.studies.crowdsourcing.group_flow import exclusion_flow
from workbench.studies.present import Figure, TableView

CHOSEN = """
    a ann OV OV
    a bob E  OV
    a cy  E  OV
    b dee C  O
    b eve V  V
    c fay V  O
    c gil E  E
"""
GUESSED = """
    a ann q 10   20
    a bob q 80   40
    b cy  q 20   20
    b dee q 40   20
    a ann r 10   10
    a bob r 20   10
    b cy  r 10   20
    b dee r 30   30
    c eve q 5    10
    c fay q 30   9000
    c eve r 10   11
    c fay r 12   12
"""


@pytest.fixture
def chose():
    """Three groups that chose."""
    return choosing(CHOSEN)


@pytest.fixture
def guessed():
    """Three groups that guessed at two questions; one member is far off once."""
    return guessing(GUESSED, {"q": 25.0, "r": 12.0})


def test_share_less_by_hand(chose):
    """Means over groups before and after, as one share."""
    spread, error = (talking.less(chose, what=what) for what in ("spread", "error"))

    # Spread before: 2/3, 1, 1; after: 0, 1, 1. Mean 8/9 and 2/3: 1 - 3/4.
    assert spread.estimate == pytest.approx(0.25)
    # Scores before: a 1 1/4 1/4, b 1/4 3/4, c 3/4 1/4: errors 1/2 1/2 1/2. After: 0, 1/4, 1/2.
    assert error.estimate == pytest.approx(0.5)
    assert error.clusters == 3


def test_choices_have_one_row_and_numbers_one_a_question_and_rule(chose, guessed):
    """The table shows all groups, and of numbers each question with and without far answers."""
    view = talking.before_and_after([chose, guessed])

    of_club = view.frame["which"].tolist()
    assert isinstance(view, TableView)
    assert of_club[0] == "as fixed"
    assert of_club[1:] == [
        "as fixed", "far first answers set aside", "far last answers set aside",
        "far answers kept", "question q, as fixed", "question r, as fixed",
        "question q, far answers kept", "question r, far answers kept",
    ]  # fmt: skip
    assert "more than 10 times above or below the median of all first answers" in view.caption
    groups = view.frame.set_index("which")["groups"]
    # fay is far by the last answer at q alone, so that c is there by first answers only.
    assert (groups["far first answers set aside"], groups["far last answers set aside"]) == (6, 5)
    assert (groups["question q, as fixed"], groups["question q, far answers kept"]) == (2, 3)


def test_the_figure_says_its_numbers(chose, guessed):
    """Every share stands in the caption and in the text for who cannot see it."""
    shown = talking.talk_figure([chose, guessed])

    assert isinstance(shown, Figure)
    assert shown.lead
    for said in (shown.caption, shown.alt):
        assert "Club, spread: 25 % (" in said
        assert "Club, error: 50 % (" in said
        assert "error, far answers kept: " in said


def test_the_flow_loses_nobody(guessed):
    """From the rows read to the groups: whoever leaves is counted with the reason."""
    shown = exclusion_flow([guessed])

    # 24 ratings of 12 people at a question; one is far off, and then the other one is alone.
    assert "ratings read 24" in shown.alt
    assert (
        "people, each at each question 12 (1 leave: more than 10 times above or below the median "
        "first answer after the talk alone)" in shown.alt
    )
    assert "within 10 times the median first answer 11 (1 leave: alone in a group)" in shown.alt
    assert "with another member 10; groups at a question 5" in shown.alt


def test_who_was_right_by_hand(chose):
    """Shares of members and of groups with the full score."""
    table = talking.who_was_right([chose]).frame.set_index("share")["of 100"]

    # Ann of seven before; ann, bob and cy after. Only a had somebody right, and all were after.
    assert table["members right before"] == pytest.approx(100 / 7)
    assert table["members right after"] == pytest.approx(300 / 7)
    assert table["most members right before"] == 0
    assert table["most members right after"] == pytest.approx(100 / 3)
    assert table["somebody right before"] == pytest.approx(100 / 3)
    assert table["all right after, somebody was before"] == 100
    assert table["all right after, nobody was before"] == 0


def test_nobody_right_is_an_empty_share_and_no_error():
    """Where no group had somebody right, the share among such groups is not there."""
    table = talking.who_was_right([choosing("a p E E\na q C O\nb r E O\nb s V V")]).frame

    assert math.isnan(table.set_index("share")["of 100"]["all right after, somebody was before"])


def test_numbers_are_neither_right_nor_wrong(chose, guessed):
    """Numbers are left out of what is right or wrong, and the caption says why."""
    alone, beside = talking.who_was_right([guessed]), talking.who_was_right([chose, guessed])

    assert "expected answers that are right or wrong, got numbers" in alone.frame["why"][0]
    assert beside.frame.equals(talking.who_was_right([chose]).frame)
    assert beside.caption.endswith(
        f" Left out: {guessed.title}, whose answers are numbers, neither right nor wrong."
    )


def test_thirds_by_hand():
    """Three groups, one a third, sorted by the error before and by the error after."""
    club = choosing("a p OV E\na q OV E\nb r O O\nb s V V\nc t E OV\nc u C OV")
    table = talk_mistakes.worst_gain_most([club]).frame
    less = table.set_index(["groups by their error", "third"])["less by"]

    # Errors before: a 0, b 1/4, c 3/4; after: a 3/4, b 1/4, c 0.
    assert less["before the talk"].to_dict() == {"smallest": -0.75, "middle": 0, "largest": 0.75}
    assert less["after the talk"].to_dict() == {"smallest": 0.75, "middle": 0, "largest": -0.75}


def test_where_nothing_is_learnt_the_worst_gain_all_the_same():
    """Where nothing is learnt the worst third gains, forwards and backwards, the mean does not."""
    table = talk_mistakes.nothing_learnt()
    view = talk_mistakes.worst_gain_most_by_chance()
    less = view.frame.set_index(["groups by their error", "third"])["less by"]

    assert (view.labels["before"], view.labels["after"]) == ("first try", "second try")

    assert less["on the first try", "largest"] > 0.3
    assert less["on the second try", "largest"] < -0.3
    # 300 groups, each error with a deviation near 0.8: the two means differ by 0.065 or so by luck.
    assert abs(table["error_before"].mean() - table["error_after"].mean()) < 0.2


def test_members_who_end_alike_are_counted_as_groups():
    """Where a talk makes members alike, groups are less sure than people."""
    club = simulated(
        estimates.Settings(influence=0.9, exposed=1.0, group_bias=1.5, second_noise=0.1)
    )
    table = talk_mistakes.people_are_no_groups([club]).frame.set_index("what varies")

    assert table.loc["groups", "number"] == 60
    assert table.loc["people", "number"] > 800
    assert table.loc["groups", "standard error"] > table.loc["people", "standard error"]


def test_the_best_member_by_hand(chose):
    """The best first answer of each group, beside what the group came to."""
    row = talk_mistakes.best_member([chose]).frame.iloc[0]

    # Best scores 1, 3/4, 3/4: errors 0, 1/4, 1/4. After: 0, 1/4, 1/2: two of three as good.
    assert row["error of the best first answer"] == pytest.approx(1 / 6)
    assert row["groups at or beyond their best"] == pytest.approx(200 / 3)


def test_raters_alone_did_not_talk():
    """A data set without a talk is left out with the reason, and no traceback."""
    shown = talking.talk_figure([alone(items=4)])

    assert "groups that answered before and after a talk" in shown.frame["why"][0]
    with pytest.raises(ModelError):
        talking.less(alone(items=4), what="error")
