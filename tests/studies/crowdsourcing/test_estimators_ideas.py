"""The estimates of contests and judges by hypothesis, and what a data set may lack for them."""

from __future__ import annotations

import pytest
from invented_contests import judged_by, of_ideas, simulated, simulated_judges

from workbench.studies import crowdsourcing as study
from workbench.studies.communities import lacks
from workbench.studies.crowdsourcing.estimators_ideas import ESTIMATORS
from workbench.studies.hypotheses import hypotheses
from workbench.studies.wording import beyond_grade

OF_CONTESTS = ("H2.1", "H2.5", "H2.6")


@pytest.fixture(scope="module")
def contests():
    """Forty contests with winners and comments."""
    return simulated(7, people=120)


@pytest.mark.parametrize("name", OF_CONTESTS)
def test_contests_carry_their_hypotheses(name, contests):
    """Contests with points and winners lack nothing, and their estimate is that of its scale."""
    assert lacks(contests, name) == []
    got = ESTIMATORS[name](contests)

    assert got.scale == hypotheses("02")[name].scale
    assert got.sesoi == hypotheses("02")[name].sesoi
    assert got.low < got.estimate < got.high
    assert 0 < got.people <= got.n


def test_judges_carry_theirs():
    """Judged items lack nothing for H2.4, and contests for the others."""
    judges = simulated_judges(2)

    assert lacks(judges, "H2.4") == []
    assert ESTIMATORS["H2.4"](judges).n == 120
    assert all(lacks(judges, name) for name in OF_CONTESTS)
    assert "ratings.label" in lacks(judged_by([(1, "x", None)], {1: None}), "H2.4")


def test_too_few_contests_are_said():
    """One small contest is too little for any of the three, in words."""
    one = of_ideas(
        [
            {"post": f"i{k}", "author": f"p{k}", "at": k, "contest": "k", "won": k == 1, "score": k}
            for k in range(12)
        ]
    )

    assert "1 are there" in lacks(one, "H2.1")[0]
    assert "4 contests with a winner or more; 1 are known" in lacks(one, "H2.5")[0]
    assert lacks(one, "H2.6") == lacks(one, "H2.5")


def test_findings_say_no_more_than_their_grade(contests):
    """Every row has an answer in words, and no verb that its design does not bear."""
    found = study.conclude([contests, simulated_judges(2)], *OF_CONTESTS, "H2.4")

    assert [one.hyp_id for one in found] == [*OF_CONTESTS, "H2.4"]
    for one in found:
        assert one.estimate is not None
        assert beyond_grade(one.answer, one.grade) == []
    assert "nobody judged the ideas" in found[0].answer
    assert "after a first win" in found[1].answer
    assert "commented on within 24 hours" in found[2].answer
    assert "labelled rightly by majority" in found[3].answer
