"""The list of variants: what it holds, in which order, and that it moves only on purpose."""

from dataclasses import replace

import numpy as np
import pytest
import simulated

from workbench.studies.durations import DAY, HOUR
from workbench.studies.feedback_speed import variants
from workbench.studies.feedback_speed.cohorts import make
from workbench.studies.hypotheses import platforms, windows

OTHERS = (variants.AWAKE, variants.SILENT)


def test_the_landmark_stands_between_its_neighbours():
    """Itself first, then the nearest earlier and the nearest later one of the grid."""
    fixed = windows("direct messages")
    # The grid is 1, 6, 24 and 72 hours.
    assert variants.landmarks(fixed) == (24 * HOUR, 6 * HOUR, 3 * DAY)
    assert variants.landmarks(replace(fixed, landmark=2 * HOUR)) == (2 * HOUR, HOUR, 6 * HOUR)
    assert variants.landmarks(replace(fixed, landmark=HOUR)) == (HOUR, 6 * HOUR)
    assert variants.landmarks(replace(fixed, landmark=9 * DAY)) == (9 * DAY, 3 * DAY)


def test_the_list_by_hand():
    """3 landmarks x 3 outcomes x 2 sets of covariates, 3 weighted, 3 for each choice of people."""
    listed = variants.listed(windows("forum"), OTHERS)

    assert len(listed) == 3 * 3 * 2 + 3 + 2 * 3
    assert len({tuple(one.items()) for one in listed}) == len(listed)
    assert listed[0] == {
        "answered within": "24 hours",
        "coming back is to": "post in another thread",
        "adjusted for": "all covariates",
        "by": "g-computation",
        "compared are": "all newcomers",
    }
    weighted = [one for one in listed if one["by"] == "weighting"]
    assert [one["answered within"] for one in weighted] == ["24 hours", "6 hours", "3 days"]
    assert {one["coming back is to"] for one in weighted} == {"post in another thread"}
    assert len(variants.listed(windows("forum"), ())) == 21


@pytest.mark.parametrize("platform", platforms())
def test_the_list_fits_the_budget(platform):
    """At most 48 variants, whatever the kind of community."""
    assert len(variants.listed(windows(platform), OTHERS)) <= 48


@pytest.mark.parametrize(
    ("platform", "begins"),
    [
        ("forum", "23ddcc74b4f7"),
        ("paired chat", "eacbc0b9d419"),
    ],
)
def test_the_list_moves_only_on_purpose(platform, begins):
    """Another option, order or word is another hash: change it here, and say so in the docs."""
    assert variants.list_hash(variants.listed(windows(platform), OTHERS)).startswith(begins)


def test_covariates_of_the_calendar(college_cohort):
    """The calendar leaves out what the record says of crowd and person."""
    everything = variants.covariates(college_cohort, variants.ALL)
    left = set(everything) - set(variants.covariates(college_cohort, variants.MOMENT))

    assert everything == college_cohort.covariates
    assert left == {"posts in the day before (log)", "messages received before (log)"}


def test_other_people_leave_somebody_out(college_cohort, chitchat_cohort):
    """No washout matters where the record begins with the community; elsewhere it does."""
    assert variants.other_people(college_cohort) == {}

    stay = variants.other_people(chitchat_cohort)
    people = chitchat_cohort.people
    begin = int(chitchat_cohort.community.communities["observed_from_us"][0])

    assert list(stay) == list(OTHERS)
    # Nobody's joining date is known, so that only silence makes a newcomer.
    late = people["first_us"] >= begin + 2 * chitchat_cohort.windows.washout
    assert (stay[variants.SILENT] == late.to_numpy()).all()
    assert 0 < np.count_nonzero(~stay[variants.AWAKE]) < len(people) / 10


def test_variants_on_the_same_data_fall_together(keep, monkeypatch):
    """Every return there opens a thread, so that three outcomes are one; the first stays."""
    club = keep(simulated.posts(3, people=300, effect=0.2), **simulated.RECORD)
    one = make(club)
    names = (variants.LANDMARK, variants.COVARIATES, variants.MODEL, variants.PEOPLE)

    for whole in (False, True):
        left = variants.different(one, whole=whole)
        # 3 landmarks x 2 sets of covariates, 3 weighted, 3 without the silence at the end of the
        # record; 3 x 2 x 2 other outcomes are dropped.
        assert len(left) == len({tuple(kept[name] for name in names) for kept in left}) == 12
        assert {kept[variants.OUTCOME] for kept in left} == {"post in another thread"}
        assert variants.fallen(one, whole=whole) == 12
        assert left[0] == variants.setting(one).listed[0]

    # Somebody is left out at the own landmark only; at the two others everybody stays.
    own = one.windows
    monkeypatch.setattr(
        variants, "other_people",
        lambda at: {variants.AWAKE: np.arange(len(at.people)) > 40} if at.windows == own else {},
    )  # fmt: skip
    fewer = make(club)
    awake = [
        kept for kept in variants.different(fewer, whole=True) if variants.AWAKE in kept.values()
    ]
    assert [kept[variants.LANDMARK] for kept in awake] == ["24 hours"]
    assert variants.fallen(fewer, whole=True) == 12 + 2


def test_what_differs_stays(chitchat_cohort):
    """Of what is left no two rest on the same data, and the list itself is as long as before."""
    found = variants.setting(chitchat_cohort)

    assert len(found.listed) == 27
    for whole in (False, True):
        left = variants.different(chitchat_cohort, whole=whole)
        made = [variants._made_of(found, variant, whole=whole) for variant in left]
        assert len(set(made)) == len(made)
        assert len(left) + variants.fallen(chitchat_cohort, whole=whole) == 27
