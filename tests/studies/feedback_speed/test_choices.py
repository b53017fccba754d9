"""The specification curve of study 1: its estimates, its rule, and what chance gives."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import simulated

from workbench.errors import ModelError
from workbench.models.effects import ipw, risk_difference
from workbench.models.specification_curve import Curve
from workbench.studies.feedback_speed import choices, variants
from workbench.studies.feedback_speed.cohorts import CALENDAR, at_landmark, make, with_windows
from workbench.studies.feedback_speed.returning import (
    difference_of,
    landmark_difference,
    whole_difference,
)


def curve_of(*estimates, failed=0):
    """A curve of which only the estimates matter."""
    table = pd.DataFrame({"estimate": [*estimates, *[np.nan] * failed]})
    table["failed"] = [*[None] * len(estimates), *["too few"] * failed]
    return Curve(table, 0.1, 1.0, 1.0, 0.5, None, None, len(table), failed, 0, 0, 1, 0.05)


def row(one, *, whole=False, **chosen):
    """The row of the variant that differs from the hypothesis in what is named."""
    table = choices.tried(one, whole=whole).table
    wanted = variants.setting(one).listed[0] | {getattr(variants, k): v for k, v in chosen.items()}
    (found,) = table[(table[list(wanted)] == pd.Series(wanted)).all(axis=1)].itertuples()
    return found


def same(found, effect):
    """Whether a row has the numbers of an effect."""
    return (found.estimate, found.std_error, found.n) == (
        pytest.approx(effect.estimate), pytest.approx(effect.std_error), effect.n,
    )  # fmt: skip


@pytest.mark.parametrize("whole", [False, True])
def test_the_first_variant_is_the_hypothesis(college_cohort, whole):
    """The first row is H1.1, or H1.1w, to the last digit."""
    effect = whole_difference(college_cohort) if whole else landmark_difference(college_cohort)
    first = choices.tried(college_cohort, whole=whole).table.iloc[0]

    assert (first["estimate"], first["std_error"]) == (effect.estimate, effect.std_error)
    assert (first["n"], first["failed"]) == (effect.n, None)


def test_variants_are_what_they_say(chitchat_cohort):
    """Outcome, landmark, covariates, model and people are those of the words."""
    one = chitchat_cohort
    minute = with_windows(one.community, at_landmark(one.windows, 60_000_000))
    names = {"outcome": "returned", "exposure": "responded", "clusters": "day"}
    calendar = risk_difference(one.at_landmark, covariates=CALENDAR, **names)
    weights = ipw(one.at_landmark, covariates=one.covariates, **names)
    stay = variants.other_people(one)[variants.SILENT]
    rows = one.people[stay & one.people["complete"] & ~one.people["returned_early"]]

    assert same(row(one, OUTCOME="post anywhere"), difference_of(one, "contributed"))
    assert same(row(one, OUTCOME="open another thread"), difference_of(one, "opened_again"))
    assert same(row(one, LANDMARK="1 minute"), landmark_difference(minute))
    assert same(row(one, LANDMARK="1 minute", whole=True), whole_difference(minute))
    assert same(row(one, COVARIATES=variants.MOMENT), calendar)
    assert same(row(one, MODEL="weighting"), weights)
    new = risk_difference(rows, covariates=one.covariates, **names)
    assert same(row(one, PEOPLE=variants.SILENT), new)


def test_newcomers_are_in_one_order_at_every_landmark(chitchat_cohort):
    """What is dealt anew is dealt to the same people at every landmark."""
    for cohort in variants.setting(chitchat_cohort).cohorts.values():
        assert cohort.people["person_id"].equals(chitchat_cohort.people["person_id"])


def test_the_rule_by_hand():
    """Four of five with the sign pass, three of four do not; nor do four estimates of six."""
    # Below zero like the first: 4 of 5 = 80 %; then 3 of 4 = 75 %; then 4 of 4, but 4 of 6 = 67 %.
    assert choices.judged(curve_of(-0.1, -0.2, -0.1, -0.3, 0.1)) == "passed"
    assert choices.judged(curve_of(-0.1, -0.2, -0.1, 0.1)) == "failed"
    assert choices.judged(curve_of(0.1, 0.2, 0.1, 0.1, failed=2)) == "failed"
    assert choices.judged(curve_of(0.1, 0.2, 0.1, 0.1, failed=1)) == "passed"
    assert choices.same_sign(curve_of(0.1, 0.2, -0.1, -0.4, failed=3)) == 0.5


@pytest.fixture
def fewer(monkeypatch):
    """Twenty made-up records and two variants, so that the tests are quick."""
    listed = variants.listed
    monkeypatch.setattr(choices, "NULL_DRAWS", 20)
    monkeypatch.setattr(variants, "listed", lambda *given: listed(*given)[:7:6])


def club(keep, *, effect):
    """A cohort of 700 people, about five a day, whose effect is known."""
    return make(keep(simulated.posts(3, people=700, effect=effect, weekend=0), **simulated.RECORD))


def test_a_large_effect_is_unlike_chance(keep, fewer):
    """No draw of twenty is as far from zero as a planted .3: both chances are 1 of 21."""
    view = choices.specification_table([club(keep, effect=0.3)])
    table = view.frame.set_index("hypothesis")

    assert table["p_median"].tolist() == pytest.approx([1 / 21, 1 / 21])
    assert table["p_above"].tolist() == pytest.approx([1 / 21, 1 / 21])
    assert table["same sign"].tolist() == [1, 1]
    assert table["above zero"].tolist() == [1, 1]
    assert table["median"].between(0.2, 0.4).all()
    assert table["why not estimated"].isna().all()
    assert "20 made-up records" in view.caption
    assert (
        "They were shortened once, for the time they take, with the first results" in view.caption
    )
    assert "their hashes: Simulated forum " in view.caption
    assert "a bias that all variants share makes them agree too" in view.caption
    assert "0 fell together with an earlier one" in view.caption
    assert (table["median_t"] > 2).all()


def test_without_an_effect_chance_gives_as_much(keep, fewer):
    """Where answers do nothing, the draws are as far from zero, and they are the same twice."""
    first, again = (club(keep, effect=0.0) for _ in range(2))
    found = choices.against_chance(first, whole=True)

    assert found.p_median > 0.1
    assert found.null_draws == 20
    assert found.p_median == choices.against_chance(again, whole=True).p_median


def test_no_variant_votes_twice(keep):
    """Where every return opens a thread, 12 of 24 variants are left, and no two are alike."""
    one = club(keep, effect=0.3)
    found = choices.tried(one, whole=True)

    assert (found.n, len(variants.setting(one).listed)) == (12, 24)
    assert not found.table.duplicated(["estimate", "std_error"]).any()


def test_reasons_have_no_names_of_functions():
    """A reader is told what the method expected, and not what the function is called."""
    found = curve_of(0.1, failed=0)
    table = found.table.assign(failed="reassigned: expected both arms, got one.")

    assert choices._reasons(replace(found, table=table)) == (
        "1: the method expected both arms, got one"
    )


def test_reasons_are_counted():
    """Each reason stands once, with the number of variants it stopped."""
    assert choices._reasons(curve_of(0.1, failed=2)) == "2: too few"
    assert choices._reasons(curve_of(0.1)) is None


def test_too_few_for_the_own_variant(keep, monkeypatch):
    """Without an estimate of the hypothesis there is nothing to compare the others with."""
    one = club(keep, effect=0.0)

    def run(one, *, whole, chance):
        found = curve_of(0.1, failed=1)
        return replace(found, table=found.table[::-1])

    monkeypatch.setattr(choices, "_run", run)
    with pytest.raises(ModelError, match=r"^specification curve: expected an estimate of the hypo"):
        choices.tried(one, whole=False)
    assert choices.possible(one, whole=False) is None
    view = choices.specification_curve([one])
    assert "It says: too few" in view.frame.to_string()


def test_one_variant_without_an_estimate(keep, fewer, monkeypatch):
    """A reason in another row takes nothing away from the hypothesis's own variant."""
    one, refit = club(keep, effect=0.3), choices._refit

    def refused(found, variant, *, whole):
        if variant != found.listed[0]:
            raise ModelError("too few")
        return refit(found, variant, whole=whole)

    monkeypatch.setattr(choices, "_refit", refused)
    found = choices.tried(one, whole=False)

    assert (found.n, found.n_failed) == (2, 1)
    assert choices._reasons(found) == "1: too few"
    assert choices.judged(found) == "failed"  # 1 of 2 = 50 %


def test_the_figure_shows_every_variant(college_cohort):
    """One point a variant above, one mark a choice below, and only choices that differ."""
    figure = choices.specification_curve([college_cohort])
    upper, lower = figure.drawn.axes

    estimates = sorted(choices.tried(college_cohort, whole=False).table["estimate"])
    drawn = np.concatenate([line.get_ydata() for line in upper.lines[1:]])
    assert sorted(drawn) == pytest.approx([100 * value for value in estimates])
    assert sum(len(line.get_xdata()) for line in lower.lines) == 4 * len(estimates)
    labels = [text.get_text() for text in lower.get_yticklabels()]
    assert labels[:4] == ["answered within", "6 hours", "24 hours", "3 days"]
    assert "compared are" not in labels
    assert "College messages: 21 variants, from -14.4 to 2.0 in 100" in figure.caption
    assert "fixes, and 0 more fell together with another" in figure.caption
    assert "nothing follows about an effect" in figure.caption
