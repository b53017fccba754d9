"""From the estimates of study 2 to findings, and what its page says of data and limits."""

import numpy as np
import pytest
from invented_groups import alone, choosing, simulated

from workbench.errors import ModelError
from workbench.models.result import Estimate
from workbench.simulate import estimates
from workbench.studies import crowdsourcing as study
from workbench.studies.crowdsourcing import concluding, diversity, estimators_groups, showing
from workbench.studies.finding import Finding
from workbench.studies.hypotheses import hypotheses
from workbench.studies.wording import beyond_grade


@pytest.fixture(autouse=True)
def fewer_draws(monkeypatch):
    """As few regroupings as are allowed."""
    monkeypatch.setattr(diversity, "DRAWS", 100)


@pytest.fixture(scope="module")
def chose():
    """Groups that chose, and came nearer to the right choice."""
    dice = np.random.default_rng(5)
    cards = np.array(["OV", "E", "EV", "O", "V", "C", "CV", "EO"])
    lines = []
    for group in range(60):
        few = dice.integers(2, 8)
        for member in range(3 + group % 2):
            last = "OV" if dice.random() < 0.5 else dice.choice(cards)
            lines.append(f"g{group} m{member} {dice.choice(cards[:few])} {last}")
    return choosing("\n".join(lines))


@pytest.fixture(scope="module")
def guessed():
    """Groups that guessed, and were shown their mean."""
    return simulated(estimates.Settings(influence=0.5, exposed=1.0), name="guesses")


def test_every_hypothesis_of_the_study_has_an_estimator():
    """Nothing is promised in the hypotheses that this package does not estimate."""
    assert set(concluding.ESTIMATORS) == set(hypotheses("02"))


def test_findings_of_groups(chose, guessed):
    """A row a hypothesis and data set that can carry it, none for the others, in plain words."""
    found = study.conclude([chose, guessed], "H2.2", "H2.3a", "H2.3b", "H2.1", "H2.6")

    assert all(isinstance(one, Finding) for one in found)
    assert [(one.hyp_id, one.community) for one in found] == [
        (name, title) for name in ("H2.2", "H2.3a", "H2.3b") for title in ("Club", "Guesses")
    ]
    for one in found:
        assert one.estimate is not None
        assert beyond_grade(one.answer, one.grade) == []
        assert one.community in ("Club", "Guesses")
    by_id = {(one.hyp_id, one.community): one for one in found}
    assert by_id["H2.3b", "Club"].primary
    assert by_id["H2.3b", "Club"].ci_low > 0
    assert by_id["H2.3a", "Guesses"].ci_low > 0
    assert "With them it was" in by_id["H2.3b", "Guesses"].answer
    assert "depend" in by_id["H2.3b", "Guesses"].answer
    assert "With them it was" not in by_id["H2.3b", "Club"].answer
    assert by_id["H2.2", "Club"].spec_share_same_sign is not None
    # Dealing anew is centred on zero whatever the method does: no control, and said as chance.
    assert by_id["H2.2", "Club"].negcontrol_p is None
    assert "negative control" in by_id["H2.2", "Club"].unavailable
    assert "permutation p" in by_id["H2.2", "Club"].technical
    assert "By question it went " in by_id["H2.3b", "Guesses"].answer
    assert "of them for the answer after the talk alone" in by_id["H2.3b", "Guesses"].answer


def test_more_groups_at_few_questions_are_not_asked_for():
    """At four questions no number of groups is named; at sixty tasks of their own it is."""
    wild = simulated(estimates.Settings(second_noise=2.0), name="wild")
    luck = np.random.default_rng(2)
    cards = ["OV", "E", "V", "C"]
    lines = [f"g{n // 3} m{n} {luck.choice(cards)} {luck.choice(cards)}" for n in range(60)]
    own = choosing("\n".join(lines))

    few, many = (
        estimators_groups.ESTIMATORS["H2.3b"](community).needed for community in (wild, own)
    )

    assert few is None
    assert "such groups would be needed" in many


def test_few_raters_decide_nothing():
    """Forty raters are fewer than the hypothesis asks for, however many items they judged."""
    (found,) = study.conclude([alone(people=40, items=80)], "H2.2")

    assert "not enough data" in found.verdict
    assert found.clusters == 40
    assert "the same few raters judged all items" in found.answer


def test_data_too_odd_for_an_estimate_get_a_row_that_says_why():
    """A refusal of the model becomes a finding without a number."""
    (found,) = study.conclude([choosing("a p E OV\na q C OV\nb r E OV\nb s C OV")], "H2.3a")

    assert found.estimate is None
    assert "expected units that differ" in found.technical


def test_an_estimate_without_an_error_is_refused():
    """A number without a standard error is no estimate."""
    with pytest.raises(ModelError) as error:
        estimators_groups.numbers_of(Estimate(0.1, None, None, None, None, 5))
    assert str(error.value) == (
        "study 02: expected an estimate with a standard error above zero, got none. "
        "Load more groups."
    )


def test_figures_of_diversity_say_their_numbers(chose, guessed):
    """Each figure's caption and text hold the estimates."""
    for step in (study.diverse_or_not, study.error_by_diversity, study.specification_curve):
        shown = step([chose, guessed])
        assert "Club" in shown.alt
        assert "Guesses" in shown.caption
    own = diversity.own(chose)
    assert f"Club, as it was: {100 * own.estimate:.1f} %" in study.diverse_or_not([chose]).caption


def test_what_varies_is_about_raters_alone(chose):
    """The table compares items with raters, and groups have no row in it."""
    table = study.what_varies([chose, alone(people=30)]).frame

    assert table["what varies"].tolist() == ["items", "raters"]
    assert table["number"].tolist() == [60, 30]
    refused = study.what_varies([chose])
    assert "expected raters who judged alone" in refused.frame["why"][0]


def test_crowds_here_by_hand():
    """Counts of judgements, items, raters and groups; classes have effective kinds."""
    club = choosing("a p OV OV\na q OV E\nb r E E\nb s E E")
    row = study.crowds_here([club, alone(items=5)]).frame.iloc[0]

    assert (row["judgements"], row["items"], row["raters"], row["groups"]) == (8, 2, 4, 2)
    # First choices OV OV E E: 2 x 1 + 2 x 1 = 4 of 12 ordered pairs alike; 12 / 4 = 3.
    assert row["2"] == pytest.approx(3)
    # Everybody agrees with the other member of the group.
    assert row["agreement, of 100"] == 100
    assert showing.crowds_here([alone(items=5)]).frame.iloc[0]["raters"] <= 60


def test_limits_speak_of_the_data_on_the_page(chose, guessed):
    """Talk, chance agreement, few questions and few raters are named where they apply."""
    both = study.limits([chose, guessed]).text
    few = study.limits([alone(people=12)]).text

    assert "**No group kept silent** (Club, Guesses)" in both
    assert "**Agreement by chance** (Club)" in both
    assert "**Few questions** (Guesses): 4 of them" in both
    assert "**Few raters** (Club): 12 of them" in few
    assert "No group kept silent" not in few
    assert beyond_grade(both, "D") == []
