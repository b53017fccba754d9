"""Every mistake errs as stated where the truth is known, and the better analysis does not."""

import pickle
from functools import cache

import pytest

from workbench.errors import StudyError
from workbench.studies.calibration.draws import SHOWN
from workbench.studies.calibration.running import run
from workbench.studies.must_fail.catalogue import (
    all_demonstrations,
    demonstrations,
    must_fail_experiments,
)
from workbench.studies.must_fail.demonstration import BETTER, NAIVE, errs, holds
from workbench.studies.wording import beyond_grade

# So few data sets make each error certain: the smallest lies three Monte-Carlo errors further out.
REPLICATES = 40
KEYS = [one.key for one in all_demonstrations()]


@cache
def tried(key):
    """A demonstration with its two rows: the naive one and the better one."""
    (one,) = demonstrations(key)
    rows = {row.key: row for row in run(one.experiment, replicates=REPLICATES)}
    return one, rows[NAIVE], rows[BETTER]


@pytest.mark.parametrize("key", KEYS)
def test_the_naive_analysis_errs_as_stated_and_the_better_one_does_not(key):
    """Beyond two Monte-Carlo errors in the stated direction; the better one within its band."""
    one, naive, better = tried(key)

    assert errs(one, naive)
    assert holds(one, better)
    assert not holds(one, naive)
    assert (naive.judged.failed, better.judged.failed) == (0, 0)


@pytest.mark.parametrize(
    "key", ["confounding", "ratio on its denominator", "Simpson's paradox", "p-hacking", "collider"]
)
def test_a_better_analysis_is_not_said_to_err(key):
    """The check of an error fails where there is none: handed the better row, it says no."""
    one, _, better = tried(key)

    assert not errs(one, better)


def test_a_seed_gives_the_same_draw_again():
    """Nothing depends on what was drawn before."""
    for one in demonstrations("immortal time", "a prior win", "peeking"):
        assert one.experiment.draw(7) == one.experiment.draw(7)
        assert one.experiment.draw(7) != one.experiment.draw(8)


def test_their_rows_are_only_shown():
    """None of them can fail a method in the calibration table, and their names differ."""
    made = must_fail_experiments()

    assert {target.held_to for one in made for target in one.targets.values()} == {SHOWN}
    assert len({one.name for one in made}) == len(made)
    assert all(one.name.startswith("must fail: ") for one in made)


def test_experiments_travel_to_another_process():
    """Every experiment is read back from its bytes, and draws the same."""
    for one in must_fail_experiments():
        assert pickle.loads(pickle.dumps(one)).name == one.name


@pytest.mark.parametrize("key", KEYS)
def test_texts_claim_no_cause(key):
    """What is said of a mistake keeps to what a description may say."""
    (one,) = demonstrations(key)

    for text in (one.title, one.naive, one.why, one.better, one.refusal):
        assert beyond_grade(text, "D") == []


def test_an_unknown_mistake_is_refused():
    """The message lists those there are."""
    with pytest.raises(StudyError, match=r"must fail: expected one of confounding, .*'luck'"):
        demonstrations("luck")
