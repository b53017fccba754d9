"""H2.6: ideas with and without an early comment, within contests."""

from __future__ import annotations

import pytest
from invented_contests import of_ideas, simulated

from workbench.errors import ModelError
from workbench.studies.crowdsourcing import winning
from workbench.studies.hypotheses import hypotheses
from workbench.studies.present import TableView


@pytest.fixture(scope="module")
def lifted():
    """Contests in which an early comment adds a quarter to the chance of winning."""
    return simulated(5, lift=0.25)


RECORD = of_ideas(
    [
        {"post": "a", "author": "ann", "at": 10, "contest": "k", "won": True, "length": 7},
        {"post": "a1", "thread": "a", "author": "ann", "at": 11},
        {"post": "a2", "thread": "a", "author": "dee", "at": 30},
        {"post": "b", "author": "bob", "at": 34, "contest": "k", "won": False},
        {"post": "b1", "thread": "b", "author": "ann", "at": 58.5},
        {"post": "c", "author": "cy", "at": 35, "contest": "k", "won": False},
        {"post": "n", "author": None, "at": 36, "contest": "k", "won": False},
        {"post": "d", "author": "dee", "at": 40, "contest": "nobody won", "won": False},
    ]
)


def test_watched_by_hand():
    """Own comments, late ones, unknown authors and contests without a winner do not count."""
    got = winning.watched(RECORD)

    # a: own comment after an hour, dee's after 20; b: ann's after 24.5 hours; c: none.
    assert got["person"].tolist() == ["ann", "bob", "cy"]
    assert got["early"].tolist() == [1, 0, 0]
    assert got["won"].tolist() == [1, 0, 0]
    assert got["day"].tolist() == pytest.approx([0, 1, 25 / 24])
    assert got["next_early"].fillna(-1).tolist() == [0, 0, -1]
    assert winning.watched(RECORD, hours=72.0)["early"].tolist() == [1, 1, 0]


def test_watched_without_the_busiest():
    """Comments by the busiest first commenter can be left out; accounts are only counted."""
    assert sorted(winning.busiest(RECORD)) == [0.5, 0.5]
    assert winning.watched(RECORD, without=2)["early"].tolist() == [0, 0, 0]


def test_difference_finds_what_was_planted(lifted):
    """The planted quarter is inside the interval, which is far from zero."""
    found = winning.difference(lifted)

    # A tenth wins anyway, so that a quarter is added to nine tenths of the ideas.
    assert found.low < 0.25 * 0.9 < found.high
    assert found.low > 0.1


def test_control_finds_nothing(lifted):
    """A comment on the next idea goes with nothing."""
    found = winning.control(lifted)

    assert found.low < 0 < found.high
    assert winning.judged(found, estimate=0.225, sesoi=0.01) == "passed"


def test_estimate_counts_the_smaller_arm(lifted):
    """People and wins are those of the arm with fewer; every variant has a sign."""
    got = winning.estimated(lifted, hypotheses("02")["H2.6"])
    rows = winning.watched(lifted)

    assert got.people == rows["early"].value_counts().min()
    assert got.estimate == winning.difference(lifted).estimate
    assert got.same_sign == 1
    assert got.checks == {"negative control": "passed", "specification curve": "passed"}
    assert got.evalue[0] > got.evalue[1] > 1
    assert len(winning.tried(lifted).table) == 36


def test_nothing_planted_nothing_found():
    """Without an effect the interval holds zero."""
    found = winning.difference(simulated(6))

    assert found.low < 0 < found.high


def test_pages_say_shares_and_never_names(lifted):
    """The table tells how much of the commenting a few accounts did; no account is shown."""
    table, figure = winning.early_comment_table([lifted]), winning.early_comment_figure([lifted])

    assert "one account wrote" in table.caption
    assert table.frame["way"].iloc[-1] == "check: a comment on the next idea"
    names = set(winning.busiest(lifted).index)
    shown = f"{table.to_html()} {figure.alt} {figure.caption}"
    assert not any(f" {name} " in shown for name in names)


def test_one_contest_is_refused():
    """With one contest nothing can be told apart from chance."""
    with pytest.raises(ModelError, match="two different labels in contest, got one"):
        winning.difference(RECORD)
    assert isinstance(winning.early_comment_table([RECORD]), TableView)
