"""Reference numbers are found again; what is not at hand is named with its command."""

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
    IDENTITY,
    PRINTED,
    PROGRAM,
    Check,
    Missing,
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
            "assigned": arm.astype(float),
            "thanked": arm * (np.arange(2 * pairs) % 4 == 1).astype(float),
            "lang": language,
            "newcomer": np.isin(language, ["ar", "de"]).astype(float),
            "back": (dice.random(2 * pairs) < 0.3 + effect * arm).astype(float),
        }
    )


def test_a_check_passes_within_its_rounding():
    """Four printed digits allow half a unit of the fourth, and no more."""
    check = Check("data", "share", "0.6364", 0.63638, "paper")

    # 0.6364 stands for what lies between 0.63635 and 0.63645.
    assert check.allowed == 0.00005
    assert check.passed
    assert replace(check, ours=0.63644).passed
    assert not replace(check, ours=0.63646).passed
    assert replace(check, ours=0.637, loose=0.001).passed


def test_whole_numbers_must_be_equal():
    """A count that is off by one is not the count."""
    check = Check("data", "people", "10", 10, "paper")

    assert check.passed
    assert not replace(check, ours=11).passed


def test_two_printed_digits_are_shown_as_two():
    """The reference keeps its digits, ours has two more, and the table says what is allowed."""
    checks = [
        Check("data", "error", "0.01", 0.0060977, "paper"),
        Check("data", "people", "15274", 15274, "paper"),
        Check("data", "fall", "-192.89088", -192.8908824, "paper"),
        Check("data", "rest", "0", 3e-15, "arithmetic", IDENTITY),
    ]
    view = checks_table(checks, name="numbers")
    page = view.to_html()

    assert view.frame["ours, all digits"].iloc[0] == 0.0060977
    assert ">0.01</td>" in page
    assert ">0.0061</td>" in page
    assert ">0.005</td>" in page
    assert page.count(">15,274</td>") == 2
    assert ">-192.8908824</td>" in page
    assert ">3e-15</td>" in page


def test_the_table_counts_what_does_not_pass():
    """A failure is said in the caption and stands in capitals in its row."""
    good = Check("data", "people", "10", 10, "paper")
    checks = [good, replace(good, ours=11), replace(good, source="others")]

    assert "1 does not pass" in summary_table(checks).caption
    assert "2 do not pass" in summary_table([*checks, replace(good, ours=12)]).caption
    assert list(summary_table(checks).frame["result"]) == ["FAIL", "pass"]
    assert list(checks_table(checks, name="numbers").frame["result"]) == ["pass", "FAIL", "pass"]
    assert "All pass." in summary_table([good]).caption


def test_identities_are_not_counted_as_references():
    """Each kind has its own column and number; arithmetic is told apart."""
    made = Check("data", "people", "10", 10, "R")
    printed = replace(made, kind=PRINTED)
    identity = Check("data", "rest", "0", 0.0, "arithmetic", IDENTITY)
    view = summary_table([made, made, printed, identity])

    row = view.frame.iloc[0]
    assert [row[kind] for kind in (PRINTED, PROGRAM, IDENTITY)] == [1, 2, 1]
    assert view.caption.startswith("3 reference numbers, ")
    assert "1 printed by the authors of the data, 2 made by another program" in view.caption
    assert "1 identity of arithmetic is tried too" in view.caption
    assert "2 identities are tried too" in summary_table([made, identity, identity]).caption
    assert "identit" not in summary_table([made]).caption


def test_the_table_of_1979_is_found_again():
    """Every number of the printed table, and of the two patients, agrees."""
    checks = crowd.printed_table()

    assert len(checks) == 12
    assert [check.what for check in checks if not check.passed] == []
    assert [check.what for check in checks][:2] == ["share of class 1", "share of class 2"]


def test_what_is_missing_says_how_to_get_it(nothing_fetched):
    """Each data set that is not at hand is named with its whole command, switches included."""
    table = outside.what_is_missing()

    assert list(table.frame["to get it"]) == [
        "workbench get wikipedia-thanks",
        "workbench get crowd-bluebirds --accept-licence",
        "workbench get crowd-emotion --accept-licence",
    ]
    assert "3 data sets are not at hand" in table.caption


def test_without_the_data_a_section_is_one_sentence(nothing_fetched):
    """The first step of a section says the command; those after it show nothing."""
    assert outside.experiment().text == (
        "*Not shown*: the data are not at hand; `workbench get wikipedia-thanks` fetches them."
    )
    assert outside.experiment_by_language() is outside.experiment_numbers() is None
    assert outside.label_numbers().text == (
        "*Not shown*: the data are not at hand; `workbench get crowd-bluebirds --accept-licence` "
        "and `workbench get crowd-emotion --accept-licence` fetch them."
    )
    assert outside.estimate_numbers() is None
    assert thanks.rows() is None
    assert crowd.bluebirds() == crowd.emotions() == []


def test_one_missing_data_set_is_one():
    """One data set is, several are; and nothing missing is a sentence without a table."""
    one = Missing(thanks.NAME, "this")

    assert missing_table([one]).caption.startswith("1 data set is not at hand, so its numbers")
    assert missing_table([]).text == "Every data set is at hand; nothing is missing."


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
    assert "pooled, all:" in thanks.forest(people).alt
    assert "prediction" in thanks.forest(people).alt
    row = thanks.result(people, people).frame.iloc[0]
    assert row["difference, in 100"] == 100 * found.estimate
    assert row["to"] == 100 * found.high
    # Half of those put forward were thanked, so that the effect on these is twice as large.
    second = thanks.result(people, people).frame.iloc[1]
    assert second["difference, in 100"] == pytest.approx(200 * found.estimate)
    said = thanks.result(people, people).caption
    assert "Only 50% of them were thanked" in said
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
