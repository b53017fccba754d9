"""The rules of cleaning: what can be chosen, what is refused, and whose a reason is."""

from pathlib import Path

import polars as pl
import pytest
from small_forum import write_export

import workbench as wb
from workbench.data import rules
from workbench.data.variants import variants
from workbench.errors import DataError

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_rule_says_what_why_and_whether_it_can_be_switched():
    """Names are words with hyphens, each once; one choice alone is required, and says why."""
    assert len(set(rules.NAMES)) == len(rules.RULES)
    for rule in rules.RULES:
        assert set(rule.name) <= set("abcdefghijklmnopqrstuvwxyz-")
        assert rule.says.endswith(".")
        assert rule.reason.endswith(".")
        assert bool(rule.required) == (len(rule.choices) == 1)


def test_whatever_is_not_chosen_is_the_first_choice():
    """The given choice, written with blanks or hyphens, and the first one of every other rule."""
    usual = rules.chosen({})
    other = rules.chosen({"zero lag": "set aside", "early-replies": "keep"})

    assert usual["zero-lag"] == "keep"
    assert usual["early-replies"] == "set-aside"
    assert other == {**usual, "zero-lag": "set-aside", "early-replies": "keep"}


def test_the_choice_that_a_required_rule_has_may_be_said():
    """A list of all choices, as a manifest has it, can be given back."""
    assert rules.chosen(rules.chosen({})) == rules.chosen({})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"zero-lags": "keep"},
            "rules: expected names of rules, got 'zero-lags'; there are "
            f"{', '.join(rules.NAMES)}. Choose one of these.",
        ),
        (
            {"zero-lag": "drop"},
            "rule zero-lag: expected keep or set-aside, got 'drop'. Choose one of these.",
        ),
        (
            {"cycles": "keep"},
            "rule cycles: expected set-aside, got 'keep'. It cannot be switched off: such posts "
            "belong to no thread.",
        ),
        (
            ["zero-lag"],
            "rules: expected names of rules with a choice each, got list. "
            "Write them as zero-lag=set-aside.",
        ),
    ],
)
def test_what_cannot_be_chosen(given, said):
    """One line says what there is, or why there is nothing to choose."""
    with pytest.raises(DataError) as refused:
        rules.chosen(given)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        ("post_id is empty", "empty-values"),
        ("exact duplicate", "exact-duplicates"),
        ("post_id and tag used before by another row", "repeated-ids"),
        ("person_id used again by a later row", "repeated-ids"),
        ("parent links form a cycle", "cycles"),
        ("thread links form a cycle", "cycles"),
        ("merged into another account", "merged-accounts"),
        ("three cells where two are due", "unusable-rows"),
    ],
)
def test_a_reason_belongs_to_a_rule(reason, name):
    """By how it ends; what no rule says is a reader's own."""
    assert rules.rule_of(reason) == name


def test_rows_are_counted_for_every_rule():
    """Set aside by a rule (2), met by it (5), both (1 + 4), or neither."""
    aside = pl.DataFrame({"reason": ["exact duplicate"] * 2 + ["dated outside the record"]})

    got = rules.counted(rules.chosen({}), aside, {"clock-repair": 5, "outside-record": 4})

    assert {name: one["rows"] for name, one in got.items() if one["rows"]} == {
        "exact-duplicates": 2, "clock-repair": 5, "outside-record": 5,
    }  # fmt: skip
    assert list(got) == list(rules.NAMES)
    assert got["zero-lag"] == rules.untouched()["zero-lag"] == {"choice": "keep", "rows": 0}


def test_vanished_posts_are_counted_once_exports_are_merged(export):
    """The second export ends later and lacks one of three posts: it stays, and is counted."""
    wb.load("mine", path=export)
    first = wb.open("mine").manifest["rules"]["vanished-posts"]
    lines = write_export(export, lines=6).read_text().splitlines()
    export.write_text("\n".join(line for line in lines if '"a2"' not in line) + "\n")
    wb.load("mine", path=export)
    merged = wb.open("mine")

    assert first == {"choice": "keep", "rows": 0}
    assert merged.manifest["rules"]["vanished-posts"] == {"choice": "keep", "rows": 1}
    assert merged.posts.filter("is_gone")["post_id"].to_list() == ["a2"]
    (one,) = (each for each in variants(merged) if each.rule == "vanished-posts")
    assert "a2" not in one.community.posts["post_id"]


def test_the_page_of_rules_holds_the_table():
    """docs/cleaning.md holds what `python -m workbench.data.rules` prints."""
    page = (DOCS / "cleaning.md").read_text("utf-8")

    assert rules.table() in page
