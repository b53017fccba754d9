"""From estimates to findings: rows, families, controls and sentences."""

import math
import re
from dataclasses import replace

import by_hand
import pytest
import simulated

from workbench import data, simulate
from workbench.errors import ModelError
from workbench.models.power import smallest_detectable_difference
from workbench.studies.answers import Numbers
from workbench.studies.cautions import PAUSES
from workbench.studies.communities import lacks
from workbench.studies.feedback_speed import estimates
from workbench.studies.feedback_speed.cohorts import make
from workbench.studies.feedback_speed.findings import conclude, since_the_first_look
from workbench.studies.hypotheses import hypotheses
from workbench.studies.recovered import (
    NOT_RECOVERED,
    NOTHING_DECIDED,
    RECOVERED,
    TOO_IMPRECISE,
    UNKNOWN,
)
from workbench.studies.scales.feedback_speed import beside
from workbench.studies.verdict import LEANS, METHOD, MONITORING, NOT_ENOUGH, OPPOSITE

IDS = list(hypotheses("01"))


@pytest.fixture
def real(at_embedded, college_cohort, chitchat_cohort):
    """All findings of study 1, by hypothesis and data set."""
    found = conclude([college_cohort, chitchat_cohort])
    return {(row.hyp_id, row.dataset_id): row for row in found}


@pytest.fixture
def own(keep):
    """A cohort that was first loaded after the hypotheses were written."""
    return make(keep(simulated.posts(7, people=900, effect=0.1), **simulated.RECORD))


def primary_here(cohort):
    """How many primary hypotheses, of whatever study, the community of a cohort can carry."""
    rows = hypotheses()
    return sum(row.primary and not lacks(cohort.community, name) for name, row in rows.items())


def test_a_row_a_hypothesis_and_community(real):
    """Every hypothesis meets every community once, hypotheses first."""
    assert list(real) == [
        (hypothesis, name) for hypothesis in IDS for name in ("college-messages", "chit-chat")
    ]
    assert {row.hyp_id for row in real.values() if row.primary} == {"H1.1", "H1.3"}


def test_embedded_data_only_lean(real):
    """Data that were looked at have exploratory words, families, and no adjusted p."""
    for row in real.values():
        assert row.verdict in LEANS.values()
        assert row.family == f"{row.dataset_id}: exploratory"
        assert not row.prespecified
        assert row.p_holm is None
        assert row.code_commit
        assert re.fullmatch("[0-9a-f]{64}", row.config_hash)


def test_named_hypotheses_only(at_embedded, college_cohort):
    """Names choose the hypotheses and their order."""
    found = conclude([college_cohort], "H1.3", "H1.1")

    assert [row.hyp_id for row in found] == ["H1.3", "H1.1"]


def test_controls_are_named_as_they_were_judged(real):
    """What could not be run, what is too weak, what failed and what passed are said."""
    row, other = real["H1.1", "college-messages"], real["H1.1", "chit-chat"]

    assert row.unavailable == ("negative control",)
    assert "Passed: calibration (the method tried on communities" in row.trust
    assert "Too weak to tell: negative control (a check that should find nothing); it" in row.trust
    assert "Failed: specification curve (all defensible variants side by side)." in row.trust
    assert "calibration" not in row.change
    assert "the check “negative control” is too weak to tell" in row.change
    assert "the check “specification curve” failed" in row.change
    assert real["H1.3", "chit-chat"].unavailable == ()
    assert "Failed: negative control (" in other.trust
    assert "specification curve (all defensible variants side by side). Failed:" in other.trust


def test_the_share_of_variants_is_in_the_ledger(real):
    """H1.1 and H1.1w have the share of their variants with the same sign; the others have none."""
    shares = {key: row.spec_share_same_sign for key, row in real.items()}

    assert {name for (name, _), share in shares.items() if share is not None} == {"H1.1", "H1.1w"}
    # 14 of 21 in College messages, for H1.1; in Chit-Chat 25 of 27 for H1.1w.
    assert shares["H1.1", "college-messages"] == pytest.approx(14 / 21)
    assert shares["H1.1w", "chit-chat"] == pytest.approx(25 / 27)
    row = real["H1.1", "college-messages"]
    assert "Of the defensible variants 67% have the same sign." in row.technical
    assert "specification curve" in real["H1.2a", "college-messages"].unavailable


def test_detectable_and_people_needed(real):
    """The smallest detectable effect is 2.8 standard errors; the people needed are rounded up."""
    row = real["H1.1", "college-messages"]

    # z(.975) + z(.8) = 1.95996 + 0.84162 = 2.80159
    assert row.detectable == pytest.approx(2.80159 * row.se, rel=1e-5)
    assert "The smallest effect these data could have shown four times out of five is" in row.trust
    needed = int(re.search(r"About ([\d,]+) such newcomers", row.change)[1].replace(",", ""))
    # The error shrinks with the root of the people: n (detectable / .02) squared.
    assert needed == 100 * math.ceil(row.n * (row.detectable / 0.02) ** 2 / 100)
    assert "to see a difference of 2 in 100 four times out of five; there are 336." in row.change


def test_nobody_is_asked_for_where_it_is_decided(real):
    """A row that leans one way says nothing about the people it would take."""
    row = real["H1.2a", "college-messages"]

    assert row.verdict == LEANS[OPPOSITE]
    assert "would be needed" not in row.change


def test_a_method_that_fails_its_calibration_decides_nothing(real):
    """Days sooner states its error too large where the truth is known; the ratio beside passes."""
    days, ratio = real["H1.2a", "chit-chat"], real["H1.2a", "college-messages"]

    assert days.verdict == LEANS[METHOD]
    assert "Failed: calibration (" in days.trust
    assert "calibration" not in ratio.unavailable
    assert "Failed: calibration" not in ratio.trust


def test_the_whole_cohort_stands_beside_the_landmark(real):
    """The answer of H1.1 ends with the contrast of H1.1w."""
    row, whole = (real[name, "chit-chat"] for name in ("H1.1", "H1.1w"))
    numbers = Numbers(whole.estimate, whole.ci_low, whole.ci_high, whole.sesoi)

    assert row.answer.endswith(beside(numbers))


def test_an_effect_that_few_would_find_is_said_to_be_too_large(real):
    """In Chit-Chat the interval excludes zero, and the detectable effect exceeds the estimate."""
    row = real["H1.1", "chit-chat"]

    assert row.ci_low > 0
    assert row.detectable > row.estimate
    assert "probably too large" in row.trust
    assert "probably too large" not in real["H1.1", "college-messages"].trust


def test_a_share_is_compared_with_one_half(real):
    """H1.3 is a share; its people are those who open conversations, not the conversations."""
    row = real["H1.3", "chit-chat"]

    assert row.null_value == 0.5
    assert 0 < row.ci_low < 0.5 < row.estimate < row.ci_high < 1
    assert row.clusters < row.n
    # Clustered by opener the error is about ten times that of independent threads.
    assert row.se == pytest.approx(0.062, abs=0.002)
    assert real["H1.3", "college-messages"].se == pytest.approx(0.0075, abs=0.0002)
    assert "the interval does not exclude one half" in row.change


def test_days_take_over_where_the_ratio_changes(real):
    """In Chit-Chat proportional hazards fail, so H1.2a is in days; in College they hold."""
    days, ratio = real["H1.2a", "chit-chat"], real["H1.2a", "college-messages"]

    assert (days.scale, ratio.scale) == ("days sooner", "log hazard ratio")
    # 3 % of the 8 days less 5 minutes that follow the landmark.
    assert days.sesoi == 0.239896  # 0.03 times the 8 days less 5 minutes, to six digits
    assert ratio.sesoi == pytest.approx(0.09531)
    assert "who had not come back after 5 minutes" in days.answer
    assert "on average up to 8 days after the first post" in days.answer
    assert "over the first 31 days" in ratio.answer
    assert "From the landmark (5 minutes) to 8 days" in days.technical
    assert "restricted mean" in days.technical
    assert (days.evalue_point, days.negcontrol_p) == (None, None)


def test_fixed_beforehand_is_adjusted_by_holm(own):
    """The primary hypotheses of all studies share a family; the smallest p counts for each."""
    size = primary_here(own)
    found = {row.hyp_id: row for row in conclude([own])}
    primary = [found["H1.1"], found["H1.2a"]]

    assert all(row.prespecified for row in found.values())
    assert {row.family for row in primary} == {"club: confirmatory"}
    small, large = sorted(row.p for row in primary)
    adjusted = sorted(row.p_holm for row in primary)
    # Holm: the smallest of m is multiplied by m, the next by m - 1; those not seen here have p = 1.
    assert size > 2
    assert adjusted[0] == pytest.approx(min(1, size * small))
    assert adjusted[1] == pytest.approx(max(adjusted[0], min(1, (size - 1) * large)))
    assert all(row.p_holm is None for row in found.values() if row not in primary)
    assert not any(row.verdict.startswith("exploratory") for row in primary)


def test_secondary_questions_only_lean(own):
    """Without an adjusted p a row has no verdict, even if it was written beforehand."""
    secondary = [row for row in conclude([own]) if row.hyp_id not in ("H1.1", "H1.2a")]

    assert all(row.prespecified for row in secondary)
    assert all(row.family == "club: exploratory" for row in secondary)
    assert all(row.verdict in LEANS.values() for row in secondary)
    assert all("This is a secondary question" in row.trust for row in secondary)
    assert all("Fixed beforehand" in row.answer for row in secondary)


def test_a_turned_knob_is_exploratory(own):
    """With other windows than the hypothesis fixes, nothing was fixed beforehand."""
    (row,) = conclude([make(own.community, landmark_hours=12)], "H1.1")

    assert not row.prespecified
    assert row.p_holm is None
    assert row.verdict.startswith("exploratory")
    assert "The windows are not those of the hypothesis" in row.trust


def test_a_later_look_has_no_verdict(keep):
    """A community that has grown since its first look is watched, whatever the question."""
    posts = simulated.posts(7, people=900, effect=0.1)
    keep(posts.head(-1), **simulated.RECORD)
    grown = make(keep(posts, **simulated.RECORD))
    rows = conclude([grown])

    for row in rows:
        assert (row.verdict, row.look, row.prespecified) == (MONITORING, "later", False)
        assert row.p_holm is None
        assert row.answer.startswith("Monitoring: this community was looked at before (20")
        assert "; its verdict was not noted then. What stands here shows the trend" in row.answer
        assert row.estimate is not None
    assert list(since_the_first_look([grown]).frame["hypothesis"]) == IDS
    assert "not those of the first look, which holds the verdict" in rows[0].trust
    assert "the first look decides, at other data or with another cleaning." in rows[0].change


def test_a_later_look_says_what_the_first_one_said(keep):
    """The first verdict stands in the answer, also where there is too little to estimate."""
    rows = ["q1 q1 ann 2024-01-10T00:00Z", "a1 q1 bob 2024-01-11T00:00Z"]
    head, record = "post_id thread_id author_id created_at", {"record_start": "launch"}
    first = keep(by_hand.table("\n".join([head, rows[0]])), **record)
    inputs = [file["sha256"] for file in first.manifest["inputs"]]
    data.record_verdicts(first.name, {"H1.1": {"verdict": NOT_ENOUGH}}, inputs=inputs)
    (row,) = conclude([make(keep(by_hand.table("\n".join([head, *rows])), **record))], "H1.1")

    assert row.verdict == MONITORING
    assert "the first look said: not enough data. What stands here" in row.answer
    assert row.answer.endswith("There are not enough data here to answer this question.")


def test_threads_made_by_pauses_cannot_say_who_was_answered_within_the_hour(keep):
    """The hour that cut the threads would decide the question; other rows say how they were cut."""
    posts = by_hand.table("""
        post_id thread_id author_id created_at
        q1      q1        ann       2024-01-10T00:00Z
        a1      q1        bob       2024-01-10T00:10Z
        q2      q2        bob       2024-01-11T00:00Z
        a2      q2        ann       2024-01-12T00:00Z
    """)
    club = keep(posts, observed_until="2024-06-01T00:00Z")
    options = {**club.manifest["options"], "answers": "next"}
    paused = replace(club, manifest={**club.manifest, "options": options})
    (known,), (row, other) = (
        conclude([make(club)], "H1.3"),
        conclude([make(paused)], "H1.3", "H1.1"),
    )

    # Two people are fewer than 50: the verdict's words come before the number.
    assert known.answer.startswith(
        "There are not enough data here to answer this question. What so few people did decides "
        "nothing. Of 100 conversations, about 50"
    )
    assert known.estimate == pytest.approx(0.5)  # a1 after 10 minutes, a2 after a day
    assert PAUSES not in known.trust
    assert (row.estimate, row.verdict) == (None, LEANS[NOT_ENOUGH])
    assert row.answer.startswith("These data cannot answer this question")
    assert "the data lack answers that are known to be answers: threads were made" in row.change
    assert row.trust.endswith(PAUSES)
    assert other.answer == "There are not enough data here to answer this question."
    assert other.trust.endswith(PAUSES)


def test_the_first_look_is_in_the_ledger(real, own):
    """Data as they were first loaded say so, and those that nobody lived have no look."""
    assert {row.look for row in real.values()} == {"first"}
    assert {row.look for row in conclude([own])} == {"first"}
    assert since_the_first_look([own]).text.startswith("No community on this page is looked")


def test_equal_findings_twice(own):
    """The same community gives the same findings, bootstrap included."""
    again = make(own.community)

    assert conclude([own]) == conclude([again])
    assert replace(own) is not own


@pytest.fixture
def few(keep):
    """Two newcomers, one of them answered after a day, nobody back."""
    posts = by_hand.table("""
        post_id thread_id author_id created_at
        q1      q1        ann       2024-01-10T00:00Z
        a1      q1        bob       2024-01-11T00:00Z
        q2      q2        cat       2024-01-10T00:00Z
    """)
    return make(keep(posts, record_start="launch", observed_until="2024-03-30T00:00Z"))


def test_too_few_people_are_said(few):
    """Every hypothesis has a row that says why nothing was estimated, with empty numbers."""
    found = {row.hyp_id: row for row in conclude([few])}

    assert list(found) == IDS
    for row in found.values():
        assert row.verdict in (NOT_ENOUGH, LEANS[NOT_ENOUGH])
        assert (row.estimate, row.se, row.p, row.p_holm) == (None, None, None, None)
        assert row.answer == "There are not enough data here to answer this question."
        assert "nothing could be estimated: the method expected " in row.change
    # One thread waits for a day and one for ever, so after an hour the share is 1 for certain.
    assert found["H1.3"].technical.endswith(
        "within the hour: expected threads answered within the hour and threads that were not, "
        "got 2 that are all alike. Load a longer record."
    )


def test_too_few_simulated_people_get_no_word_either(few):
    """Simulated data have no verdict, not even that of too few."""
    manifest = {**few.community.manifest, "is_simulated": True}
    one = replace(few, community=replace(few.community, manifest=manifest))

    (row,) = conclude([one], "H1.3")

    assert (row.verdict, row.is_simulated) == (UNKNOWN, True)


def test_a_simulated_row_says_whether_the_truth_was_recovered():
    """Nothing planted, confounders hidden: every row has its truth, and no word of the rule."""
    made = simulate.community(simulate.Settings(tau=0.0), seed=3)
    rows = conclude([make(simulate.opened(made, made.names[0]))])

    assert [row.hyp_id for row in rows] == IDS
    for row in rows:
        assert row.verdict in {RECOVERED, TOO_IMPRECISE, NOT_RECOVERED}
        assert row.verdict not in {*LEANS, *LEANS.values()}
        assert row.change == NOTHING_DECIDED
        assert "A program made this community" in row.trust
        assert (row.p_holm, row.prespecified, row.is_simulated) == (None, False, True)


def test_a_hypothesis_that_fails_stays_in_the_family(own, monkeypatch):
    """If H1.2a cannot be estimated, the p of H1.1 is adjusted as if it could."""

    def refuse(one, row):
        raise ModelError("pace: expected more.")

    monkeypatch.setitem(estimates.ESTIMATORS, "H1.2a", refuse)
    first, second = conclude([make(own.community)], "H1.1", "H1.2a")

    assert first.p_holm == pytest.approx(min(1, primary_here(own) * first.p))
    assert second.estimate is None
    assert second.p_holm is None


def test_numbers_are_the_models(at_embedded, college_cohort):
    """The row of H1.1 is g-computation's; its technical line repeats it."""
    (row,) = conclude([college_cohort], "H1.1")
    effect = estimates.landmark_difference(college_cohort)

    assert (row.estimate, row.se, row.p) == (effect.estimate, effect.std_error, effect.p_value)
    assert row.detectable == smallest_detectable_difference(effect.std_error)
    assert f"Risk difference {effect.estimate:.4f} (95 % CI {effect.low:.4f} to" in row.technical
    assert "Landmark 24 hours; returns counted after 24 hours and up to 31 days" in row.technical
