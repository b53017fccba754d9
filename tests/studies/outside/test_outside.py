"""Published numbers are found again; what is not at hand is named with its command."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench import data
from workbench.studies import outside
from workbench.studies.outside import crowd, steps, thanks
from workbench.studies.outside.checks import (
    Check,
    absent,
    checks_table,
    missing_table,
    summary_table,
)
from workbench.studies.wording import beyond_grade

RAW = Path(__file__).resolve().parents[3].parent / "shared" / "raw"
shared = pytest.mark.skipif(not RAW.is_dir(), reason="the samples are not beside the project")


@pytest.fixture
def nothing_fetched(tmp_path, monkeypatch):
    """A raw folder with nothing in it."""
    monkeypatch.setenv("WORKBENCH_RAW", str(tmp_path))


@pytest.fixture
def everything_fetched(monkeypatch):
    """The samples beside the project as the raw folder."""
    monkeypatch.setenv("WORKBENCH_RAW", str(RAW))


def experiment(pairs=200, *, effect=0.2, seed=1):
    """An invented experiment in the columns of the real one: pairs, arms, languages."""
    dice = np.random.default_rng(seed)
    arm = np.tile([0, 1], pairs)
    language = np.repeat(dice.choice(["ar", "de", "fa", "pl"], pairs), 2)
    return pd.DataFrame(
        {
            thanks.PAIR: np.repeat(np.arange(pairs), 2),
            "randomization.arm": arm,
            "lang": language,
            "newcomer": np.isin(language, ["ar", "de"]).astype(float),
            "back": (dice.random(2 * pairs) < 0.3 + effect * arm).astype(float),
        }
    )


def test_a_check_passes_within_its_rounding():
    """Four printed digits allow half a unit of the fourth, and no more."""
    check = Check("data", "share", 0.6364, 0.63638, 5e-5, "paper")

    assert check.passed
    assert not replace(check, ours=0.6365).passed


def test_the_table_counts_what_does_not_pass():
    """A failure is said in the caption and stands in capitals in its row."""
    good = Check("data", "people", 10, 10, 0, "paper")
    checks = [good, replace(good, ours=11), replace(good, source="others")]

    assert "1 of them do not pass" in summary_table(checks).caption
    assert list(summary_table(checks).frame["result"]) == ["FAIL", "pass"]
    assert list(checks_table(checks, name="numbers").frame["result"]) == ["pass", "FAIL", "pass"]
    assert "all pass" in summary_table([good]).caption


def test_the_table_of_1979_is_found_again():
    """Every number of the printed table, and of the two patients, agrees."""
    checks = crowd.printed_table()

    assert len(checks) == 12
    assert [check.what for check in checks if not check.passed] == []


def test_what_is_missing_says_how_to_get_it(nothing_fetched):
    """Each data set that is not at hand is named with its whole command, switches included."""
    table = outside.what_is_missing()

    assert list(table.frame["to get it"]) == [
        "workbench get wikipedia-thanks",
        "workbench get crowd-bluebirds --accept-licence",
        "workbench get crowd-emotion --accept-licence",
    ]
    assert "3 data sets are not at hand" in table.caption


def test_without_the_data_the_experiment_says_so(nothing_fetched):
    """In place of the result stands what to do, and nothing is invented."""
    steps_of_it = (
        outside.experiment, outside.experiment_by_language, outside.experiment_numbers,
    )  # fmt: skip
    for shown in (step() for step in steps_of_it):
        assert shown.caption.startswith("Not shown: 1 data sets are not at hand")
        assert "workbench get wikipedia-thanks" in shown.to_html()
    assert thanks.rows() is None
    assert crowd.bluebirds() == crowd.emotions() == []


def test_nothing_missing_is_said_too():
    """An empty list is a sentence, not an empty caption."""
    assert missing_table([]).caption == "Every data set is at hand; nothing is missing."


def test_embedded_data_are_checked_everywhere(nothing_fetched, at_embedded):
    """Without any download the messages, the ratings and the printed table are checked."""
    checks = [*steps.thanks_checks(), *steps.crowd_checks(), *steps.message_checks()]

    assert {check.source for check in checks} == {
        "College messages", "VADER lexicon", "Five anaesthetists, 45 patients",
    }  # fmt: skip
    assert all(check.passed for check in checks)


def test_the_raters_of_1979_are_drawn():
    """Five observers, each with an interval that its sentence says."""
    figure = outside.who_labels_well()

    assert figure.alt.count("observer") == 5
    # Right in each class times how often the class occurs, from the printed table:
    # .8895 x .3996 + .8764 x .4220 + .6612 x .1118 + .4444 x .0667 = .829
    assert "observer 1: 83 (" in figure.caption


def test_an_invented_experiment_goes_the_whole_way():
    """A planted difference of 20 in 100 is found, in each language too, and worded as earned."""
    people = experiment()
    found = thanks.effect(people)

    assert found.low < 0.2 < found.high
    assert set(thanks.subgroups(people)) == {
        "Arabic, newcomers", "German, newcomers", "Persian, experienced", "Polish, experienced",
    }  # fmt: skip
    assert "4 of" not in thanks.forest(people).caption
    assert "pooled:" in thanks.forest(people).alt
    said = thanks.result(people).caption
    assert "Design grade A" in said
    assert beyond_grade(said, "A") == []
    assert beyond_grade(said, "C") != []


def test_entries_of_the_checks_are_in_the_catalogue():
    """What a check asks for can be fetched under the same name."""
    assert {thanks.NAME, crowd.BLUEBIRDS, crowd.EMOTION} <= set(data.downloads())


@pytest.mark.shared
@shared
def test_every_published_number_is_found_again(everything_fetched, at_embedded):
    """With all data at hand every check passes, the field experiment among them."""
    checks = [*steps.thanks_checks(), *steps.crowd_checks(), *steps.message_checks()]

    assert absent(thanks.NAME, "") == []
    assert [f"{check.source}: {check.what}" for check in checks if not check.passed] == []
    assert len({check.source for check in checks}) == 6
    assert {"difference in retention", "log likelihood"} <= {check.what for check in checks}
    assert os.environ["WORKBENCH_RAW"] == str(RAW)


@pytest.mark.shared
@shared
def test_whole_pairs_only(everything_fetched):
    """Pairs with a deleted account or several thanks are set aside whole."""
    people = thanks.rows()

    assert people is not None
    assert (people.groupby(thanks.PAIR).size() == 2).all()
    assert not people[list(thanks.DROPPED)].any(axis=None)
