"""H2.5: entries in the order of time, and what follows a first win."""

from __future__ import annotations

import re

import pytest
from invented_contests import of_ideas, simulated

from workbench.errors import ModelError
from workbench.simulate import contests as worlds
from workbench.studies.crowdsourcing import serial
from workbench.studies.hypotheses import hypotheses
from workbench.studies.present import Figure, TableView


def idea(post, author, at, contest, **more):
    """One idea as a row."""
    return {"post": post, "author": author, "at": at, "contest": contest, **more}


RECORD = of_ideas(
    [
        idea("a1", "ann", 1, "one", won=True, stage="concept"),
        idea("a2", "ann", 2, "one", won=False, stage="concept"),
        idea("b1", "bob", 3, "one", won=False, stage="concept"),
        idea("b2", "bob", 3, "one", won=False, stage="inspiration"),
        idea("a3", "ann", 12, "two", won=True, stage="concept"),
        idea("b3", "bob", 11, "two", won=True, stage="concept"),
        idea("a4", "ann", 21, "three", won=False, stage="concept"),
        idea("b4", "bob", 22, "three", won=False, stage="concept"),
        idea("c4", "cy", 23, "three", won=True, stage="concept"),
        idea("n4", None, 23, "three", won=False, stage="concept"),
        idea("a5", "ann", 31, "nobody won", won=False, stage="concept"),
    ]
)


def test_entries_by_hand():
    """One entry a contest; inspirations, unknown accounts and contests without a winner are not."""
    got = serial.entries(RECORD).set_index(["person", "contest"])

    won = {("ann", "one"): 1, ("ann", "two"): 1, ("ann", "three"): 0, ("bob", "one"): 0,
           ("bob", "two"): 1, ("bob", "three"): 0, ("cy", "three"): 1}  # fmt: skip
    assert got["won"].to_dict() == won
    # A win counts from the next contest on: ann's second idea in the same one comes not after it.
    after = {key for key, value in got["has_won"].items() if value}
    assert after == {("ann", "two"), ("ann", "three"), ("bob", "three")}


def test_entries_idea_by_idea():
    """Idea by idea the second one of a contest follows the first."""
    got = serial.entries(RECORD, unit=serial.BY_IDEA)

    assert len(got) == 8
    ann = got[got["person"] == "ann"]
    assert ann["has_won"].tolist() == [0, 1, 1, 1]


def test_after_a_win_by_hand():
    """Of three entries after a first win one was won; the means are those of all orders."""
    found = serial.after_a_win(RECORD)

    assert (found.n, found.successes, found.clusters) == (3, 1, 3)
    # ann 2 wins of 3: (k + 1) / (w + 1) = 4/3, 5/3 follow; bob 1 of 3: 1 follows; cy 1 of 1: none.
    assert found.expected_attempts == pytest.approx(8 / 3)


def test_tempting_comparisons_err_where_a_win_changes_nothing():
    """Winners look better than others, and worse than themselves before; the order says nothing."""
    community = simulated(
        2, settings=worlds.Settings(fixation=0.0, expertise_effect=1.5), size=60, people=60
    )
    table = serial.after_a_win_table([community]).frame
    found = serial.after_a_win(community)

    assert table["after a win"].iloc[0] > table["compared with"].iloc[0]
    assert float(table["says"].iloc[1].split()[1]) < 1
    assert found.low <= 0 <= found.high


def test_estimate_is_the_mean_order_less_what_was_seen():
    """The estimate points to fewer wins, and counts people who went on."""
    community = simulated(4, size=50, people=80)
    got = serial.estimated(community, hypotheses("02")["H2.5"])
    found = serial.after_a_win(community)

    assert got.estimate == pytest.approx(found.expected - found.observed)
    assert got.low < got.estimate < got.high
    assert got.events == found.successes
    assert got.people <= got.clusters <= found.clusters


def test_who_entered_once_is_no_cluster():
    """Who won the only contest entered has one order, and is counted apart."""
    more = [
        idea(f"{who}{at}", who, at, contest, won=won, stage="concept")
        for who, at, contest, won in (
            ("dee", 1, "one", True), ("dee", 12, "two", False), ("dee", 22, "three", True),
            ("eve", 1, "one", False), ("eve", 12, "two", True), ("eve", 22, "three", True),
            ("fay", 1, "one", True), ("guy", 12, "two", True),
        )
    ]  # fmt: skip
    got = serial.estimated(of_ideas(more), hypotheses("02")["H2.5"])

    # Four won; fay and guy entered one contest each.
    assert got.clusters == 2
    assert "4 people won once or more, of whom 2 entered two contests or more." in got.windows


def test_figure_says_both_units():
    """Entries by contest and idea by idea stand on lines of their own, with numbers in words."""
    figure = serial.after_a_win_figure([simulated(4, size=50, people=80)])

    assert isinstance(figure, Figure)
    assert serial.BY_CONTEST in figure.alt
    assert serial.BY_IDEA in figure.alt
    assert re.search(r"if order meant nothing, that is \d+\.\d (fewer|more) \(\d", figure.alt)


def test_nobody_who_won_again_is_refused():
    """Where nobody went on after a win there is a reason in place of a number."""
    record = of_ideas([idea("a", "ann", 1, "one", won=True), idea("b", "bob", 1, "one", won=False)])

    with pytest.raises(ModelError, match="succeeded again after a first success"):
        serial.after_a_win(record)
    assert isinstance(serial.after_a_win_figure([record]), TableView)
