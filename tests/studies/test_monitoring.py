"""Looking again: which look it is, what the first one said, and what is kept of it."""

import json
from dataclasses import replace

import by_hand
import pytest

from workbench import data
from workbench.data.community import in_memory
from workbench.studies.finding import Finding
from workbench.studies.monitoring import first_verdicts, look, said, trend

ONE = "post_id thread_id author_id created_at\nq q ann 2024-01-10T00:00Z"
TWO = f"{ONE}\na q bob 2024-01-10T01:00Z"


@pytest.fixture
def grown(keep):
    """A club with one post at the first look, and two at the second."""
    first = keep(by_hand.table(ONE))
    return first, keep(by_hand.table(TWO))


def test_the_first_look_and_a_later_one(grown):
    """The data of the first look are those that it was loaded with; more of them are others."""
    first, later = grown

    assert (look(first), look(later)) == ("first", "later")
    # Loaded again alone, they are those of the first look again.
    assert look(replace(later, manifest=first.manifest)) == "first"


def test_without_a_record_there_is_no_look(grown, data_home):
    """Simulated data are not looked at, and a lost record tells nothing."""
    _, later = grown
    simulated = replace(later, manifest={**later.manifest, "is_simulated": True})
    tables = {"communities": later.communities}
    other = in_memory("other", tables, title="Other", source="made", options={})

    assert (look(simulated), look(other)) == ("", "")
    (data_home / "private" / "first_looks" / f"{later.name}.json").unlink()
    assert look(later) == ""


def test_what_is_said_before_the_answer(grown):
    """The date of the first look and its verdict, or that none was noted."""
    first, later = grown
    date = data.first_look("club")["date"][:10]
    inputs = [file["sha256"] for file in first.manifest["inputs"]]
    data.record_verdicts("club", {"H1.1": {"verdict": "inconclusive"}}, inputs=inputs)

    assert said(later, "H1.1") == (
        f"Monitoring: this community was looked at before ({date}); the first look said: "
        "inconclusive. What stands here shows the trend and carries no verdict."
    )
    assert said(later, "H1.2") == (
        f"Monitoring: this community was looked at before ({date}); its verdict was not noted "
        "then. What stands here shows the trend and carries no verdict."
    )


def noted(community):
    """Keep a verdict on the data as they stand, as `workbench run` does."""
    about = community.manifest
    data.record_verdicts(
        community.name,
        {"H1.1": {"verdict": "inconclusive"}},
        inputs=[file["sha256"] for file in about["inputs"]],
        config=about["config_hash"],
    )


def test_cleaning_again_after_the_verdict_is_a_later_look(keep):
    """Until a verdict is noted any choice may be made; then another one is looked at again."""
    rule = {"rules": {"zero-lag": "set-aside"}}
    as_first, otherwise = keep(by_hand.table(TWO)), keep(by_hand.table(TWO), **rule)
    assert look(otherwise) == "first"

    noted(otherwise)
    date = data.first_look("club")["date"][:10]
    # The verdict is of the data as they were cleaned then, not as they were loaded first.
    assert (look(otherwise), look(as_first)) == ("first", "later")
    assert said(as_first, "H1.1") == (
        "Monitoring: this community was looked at before with other choices of cleaning "
        f"({date}); the first look said: inconclusive. What stands here shows the trend and "
        "carries no verdict."
    )


def test_an_old_record_does_not_say_how_it_was_cleaned(keep, data_home):
    """Where neither the record nor its verdicts know the choices, the files alone count."""
    as_first, otherwise = keep(by_hand.table(TWO)), keep(by_hand.table(TWO), thread_ids="post")
    noted(as_first)
    assert look(otherwise) == "later"

    path = data_home / "private" / "first_looks" / "club.json"
    record = json.loads(path.read_text())
    del record["config"], record["verdicts"]["H1.1"]["config"]
    path.write_text(json.dumps(record))
    assert look(otherwise) == "first"


def test_the_same_export_under_another_name(keep):
    """Its first look was the other one's, whose verdict is said; the other keeps its own."""
    first = keep(by_hand.table(TWO))
    again = keep(by_hand.table(TWO), "zebra")
    noted(first)
    date = data.first_look("club")["date"][:10]

    assert (look(first), look(again)) == ("first", "later")
    assert said(again, "H1.1") == (
        f"Monitoring: this export was first looked at under the name club ({date}); the first "
        "look said: inconclusive. What stands here shows the trend and carries no verdict."
    )


def finding(**changes):
    """A row of a page, with what is kept of it."""
    row = {
        "dataset_id": "club", "hyp_id": "H1.1", "look": "first", "prespecified": True,
        "verdict": "supported", "estimate": 0.2, "ci_low": 0.1, "ci_high": 0.3,
        "scale": "risk difference",
    }  # fmt: skip
    return {**row, **changes}


def test_which_verdicts_are_those_of_the_first_look():
    """Later looks, what was not fixed beforehand, and a second row of a question are left out."""
    rows = [
        finding(),
        finding(verdict="inconclusive"),
        finding(hyp_id="H1.2", look="later"),
        finding(hyp_id="H1.3", prespecified=False),
        finding(dataset_id="b", estimate=None, ci_low=None, ci_high=None),
    ]
    without = finding(hyp_id="H1.4")
    del without["look"]  # a page of an earlier version

    assert first_verdicts([*rows, without]) == {
        "club": {
            "H1.1": {
                "verdict": "supported", "estimate": 0.2, "low": 0.1, "high": 0.3,
                "scale": "risk difference",
            }
        },
        "b": {
            "H1.1": {
                "verdict": "supported", "estimate": None, "low": None, "high": None,
                "scale": "risk difference",
            }
        },
    }  # fmt: skip


def estimated(hyp_id, estimate, low, high, **changes):
    """A finding of the club on later data."""
    fields = {
        "claim_ids": "C15", "study": "01", "dataset_id": "club", "is_simulated": False,
        "grade": "C", "prespecified": False, "estimand": "x", "scale": "risk difference",
        "se": None, "p": None, "family": "club: exploratory", "sesoi": None, "n": 9,
        "clusters": None, "verdict": "m", "config_hash": "c", "code_commit": "d",
        "community": "Club", "look": "later",
    }  # fmt: skip
    numbers = {"estimate": estimate, "ci_low": low, "ci_high": high}
    return Finding(**{**fields, **changes, "hyp_id": hyp_id, **numbers})


def test_then_and_now(grown):
    """Estimates stand side by side, as far as there were any; another scale is named."""
    first, _ = grown
    inputs = [file["sha256"] for file in first.manifest["inputs"]]
    told = {"verdict": "inconclusive", "scale": "risk difference"}
    noted = {
        "H1": {**told, "estimate": 0.0123, "low": -0.1, "high": 0.12},
        "H2": {**told, "estimate": None, "low": None, "high": None, "scale": "days sooner"},
    }
    data.record_verdicts("club", noted, inputs=inputs)
    rows = [
        estimated("H1", 0.021, -0.04, 0.08),
        estimated("H2", None, None, None),
        estimated("H3", 0.5, 0.25, 0.75),
        estimated("H4", 0.5, 0.25, 0.75, look="first"),
    ]

    frame = trend(rows).frame.drop(columns="community").astype(object)
    # Widths of 0.22 and 0.12 deserve two decimals; so does 0.5.
    assert frame.where(frame.notna(), None).to_numpy().tolist() == [
        ["H1", "inconclusive", "0.01 [-0.10 to 0.12]", "0.02 [-0.04 to 0.08]", "risk difference"],
        ["H2", "inconclusive", None, None, "days sooner; now risk difference"],
        ["H3", None, None, "0.50 [0.25 to 0.75]", "risk difference"],
    ]


def test_nothing_has_grown():
    """Without a later look one sentence stands in the table's place."""
    assert trend([estimated("H1", 0.1, 0.0, 0.2, look="first")]).text == (
        "No community on this page is looked at again: with more data, or cleaned otherwise."
    )
