"""Who is in a group, what its spread and error are, and who is left out."""

import math

import pandas as pd
import pytest
from invented_groups import alone, choosing, guessing, stored

from workbench.errors import ModelError
from workbench.studies.crowdsourcing.groups import (
    ALONE,
    CHOICES,
    NUMBERS,
    TOO_FAR,
    TOO_FAR_LATER,
    groups,
    kind,
)
from workbench.studies.crowdsourcing.needs import lacks

CHOSEN = """
    a ann OV OV
    a bob E  OV
    a cy  E  E
    b dee C  O
    b eve V  -
    c fay V  O
    c gil V  O
"""


def test_groups_that_choose_by_hand():
    """Spread is the share of pairs that differ; error is one less the mean score."""
    found = groups(choosing(CHOSEN))

    # Group b has one member with both answers; it is left out with the two answers.
    assert found.table["group"].tolist() == ["a", "c"]
    assert found.left_out == {
        "without an answer before or without one after": 1,
        "alone in a group": 1,
    }
    table = found.table.set_index("group")
    # a before: OV E E, 2 of 3 pairs differ. after: OV OV E, 2 of 3. c: alike both times.
    assert table["spread_before"].to_dict() == pytest.approx({"a": 2 / 3, "c": 0})
    assert table["spread_after"].to_dict() == pytest.approx({"a": 2 / 3, "c": 0})
    # Scores: OV 1; E: C left, E taken, O and V left: 1/4; V: 3/4; O: 3/4.
    assert table["error_before"].to_dict() == pytest.approx({"a": 1 - 0.5, "c": 0.25})
    assert table["error_after"].to_dict() == pytest.approx({"a": 1 - 0.75, "c": 0.25})
    assert table["best_before"].to_dict() == {"a": 1.0, "c": 0.75}


def test_without_scores_a_choice_is_right_or_wrong():
    """Where the data set gives no scores, the right class counts 1 and any other 0."""
    table = groups(choosing(CHOSEN, scores=False)).table.set_index("group")

    assert table["error_before"].to_dict() == pytest.approx({"a": 2 / 3, "c": 1})
    assert table["error_after"].to_dict() == pytest.approx({"a": 1 / 3, "c": 1})


GUESSED = """
    a ann q 10   20
    a bob q 40   20
    a cy  q 900  20
    b dee q 20   40
    b eve q 20   10
    b fay q 0    30
    b gil q -    30
"""


def test_groups_that_guess_by_hand():
    """Numbers count by their logarithms; far ones go with their person, either way."""
    club = guessing(GUESSED, {"q": 20.0})
    found = groups(club)

    # First answers 10 40 900 20 20 0: median 20. 900 is 45 times above it.
    assert found.left_out == {
        "without an answer before or without one after": 1,
        "zero or below, without a logarithm": 1,
        "more than 10 times above or below the median first answer": 1,
    }
    table = found.table.set_index("group")
    two = math.log(2)
    # a: logs of 10 and 40 about 20: -log 2, +log 2: mean right, deviation sqrt(2) log 2.
    assert table.loc["a", "error_before"] == pytest.approx(0, abs=1e-12)
    assert table.loc["a", "spread_before"] == pytest.approx(math.sqrt(2) * two)
    assert table.loc["a", "spread_after"] == pytest.approx(0)
    assert table.loc["b", "spread_before"] == pytest.approx(0)
    assert table.loc["b", "spread_after"] == pytest.approx(math.sqrt(2) * two)
    assert table["best_before"].to_dict() == pytest.approx({"a": two**2, "b": 0})
    assert table["people"].to_dict() == {"a": 2, "b": 2}

    kept = groups(club, keep_far=True)
    assert kept.table.set_index("group").loc["a", "people"] == 3
    assert "more than 10 times above or below the median first answer" not in kept.left_out


def test_a_far_answer_after_the_talk_counts_as_far():
    """Who was near before and far after is set aside with both answers."""
    club = guessing("a ann q 20 20\na bob q 20 9000\na cy q 20 20", {"q": 20.0})

    assert len(groups(club).people) == 2
    assert groups(club).left_out == {TOO_FAR_LATER: 1}
    assert len(groups(club, far_by=("before",)).people) == 3
    assert groups(club, far_by=("after",)).left_out == {TOO_FAR_LATER: 1}


def test_far_before_and_after_counts_once():
    """Who is far in both rounds is counted for the first answer."""
    club = guessing("a ann q 20 20\na bob q 9000 9000\na cy q 20 20", {"q": 20.0})

    assert groups(club).left_out == {TOO_FAR: 1}


def test_kinds_are_told_apart():
    """Choices, numbers in groups, numbers alone; ratings without a known answer are none."""
    nothing = stored(
        pd.DataFrame({"item_id": ["x"], "rater_id": ["p"], "value": [1.0]}),
        pd.DataFrame({"item_id": ["y"], "value": [1.0]}),
    )

    assert kind(choosing(CHOSEN)) == CHOICES
    assert kind(guessing(GUESSED, {"q": 20.0})) == NUMBERS
    assert kind(alone(items=3)) == ALONE
    assert kind(nothing) is None


def test_a_result_belongs_to_its_community():
    """Two communities of one name never share what was made of them."""
    one, other = choosing("a ann OV OV\na bob E OV"), choosing("a ann OV OV\na bob E E")

    assert groups(one) is groups(one)
    assert groups(one).table["spread_after"].tolist() == [0]
    assert groups(other).table["spread_after"].tolist() == [1]


def test_no_groups_are_refused():
    """Without a talk, or with nobody left, there is one line and no traceback."""
    with pytest.raises(ModelError) as error:
        groups(alone(items=3))
    assert str(error.value) == (
        "groups: expected groups that answered before and after a talk, got none. Bring ratings "
        "with rounds, groups and known answers."
    )
    with pytest.raises(ModelError) as error:
        groups(choosing("a ann OV OV\nb bob E OV"))
    assert str(error.value) == (
        "groups: expected groups of two members or more with both answers, got none. Look at what "
        "was set aside."
    )


def test_what_is_lacking_is_said():
    """Each hypothesis about groups says in words what a data set has not got."""
    both = ["answers of the same groups before and after a talk"]
    one_question = guessing(GUESSED, {"q": 20.0})

    assert lacks(alone(items=3), "H2.3b") == lacks(alone(items=3), "H2.3a") == both
    assert lacks(alone(items=3), "H2.2") == []
    assert lacks(alone(items=3, raters=4), "H2.2") == ["items that 6 raters or more judged"]
    assert lacks(one_question, "H2.2") == [
        "groups that answered two questions or more: one tells no habits"
    ]
    assert lacks(one_question, "H2.3b") == []
    nothing = stored(
        pd.DataFrame({"item_id": ["x"], "rater_id": ["p"], "value": [1.0]}),
        pd.DataFrame({"item_id": ["y"], "value": [1.0]}),
    )
    assert lacks(nothing, "H2.2") == [
        "known answers to what groups decided, or numbers with a known true number"
    ]
