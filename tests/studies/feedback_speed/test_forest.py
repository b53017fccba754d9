"""Communities side by side: rows, scales, and what each of them can and cannot say."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from estimates_by_hand import estimated

from workbench.studies.feedback_speed import forest
from workbench.studies.feedback_speed.estimates import results

UNSEEN = "whether the answer made the difference: nobody was answered at random"


@pytest.fixture
def said(monkeypatch):
    """A function: numbers of H1.1 (estimate, low, high and others) -> the line of a community."""

    def line(estimate=0.05, low=0.01, high=0.09, *, title="Club", program=False, **others):
        found = estimated("H1.1", estimate=estimate, low=low, high=high, **others)
        monkeypatch.setattr(forest, "results", lambda _: {"H1.1": found})
        manifest = {"is_simulated": program}
        one = SimpleNamespace(community=SimpleNamespace(title=title, manifest=manifest))
        head, text = forest.each_can_say([one]).text.split("\n\n")
        assert head == "Of H1.1, with 95 % intervals:"
        assert text.startswith(f"- **{title}**: ")
        return text.partition("**: ")[2]

    return line


def test_can_say_more(said):
    """An interval above zero that reaches below 2 in 100 leaves the size open."""
    assert said() == (
        "shows answered newcomers coming back more often than similar ones who were not answered "
        "by then (1.0 to 9.0 more, of 100); it cannot say whether it is as much as 2 in 100, nor "
        f"{UNSEEN}. Whether other choices undo it is asked below."
    )


def test_can_say_less(said):
    """An interval below -2 in 100 leaves open only what nobody measured."""
    assert said(-0.05, -0.09, -0.03) == (
        "shows answered newcomers coming back less often than similar ones who were not answered "
        f"by then (3.0 to 9.0 fewer, of 100); it cannot say {UNSEEN}. Whether other choices undo "
        "it is asked below."
    )


def test_a_failed_check_is_named(said):
    """Whatever the interval, a check that should find nothing and found something is told."""
    text = said(checks={"negative control": "failed", "specification curve": "passed"})

    assert text.endswith(
        "It failed a check of its own (negative control), so that it is not to be relied on."
    )
    assert "failed" not in said(checks={"negative control": "passed"})


def test_can_rule_out(said):
    """An interval inside the band rules out what is worth acting on, and no more."""
    assert said(0.0, -0.01, 0.015) == (
        "can rule out a difference of 2 in 100 or more (1.0 fewer to 1.5 more, of 100); it cannot "
        "say that there is none at all."
    )


def test_cannot_tell_the_side(said):
    """A wide interval around zero says how many people it would take."""
    text = said(0.0, -0.2, 0.3, needed="About 900 would be needed.")

    assert text == (
        "can rule out differences beyond 20 fewer to 30 more, of 100; it cannot say whether the "
        f"answered came back more often or less often, still less {UNSEEN}. "
        "About 900 would be needed."
    )


def test_too_few(said):
    """With few people a community describes; of fewer than ten no count is told."""
    assert "has 40 people and fewer than 10 came back in one of them (at least 50 and 20" in said(
        people=40, events=9
    )


def test_a_program_says_nothing_about_people(said):
    """Simulated data show what a method finds, whatever their numbers."""
    assert "nothing about people" in said(program=True)


def test_refused(monkeypatch):
    """A community without an estimate says why; nothing to show is a sentence too."""
    monkeypatch.setattr(forest, "results", lambda _: {})
    monkeypatch.setattr(forest, "refusals", lambda _: {"H1.1": "x: expected two arms, got one."})
    about = SimpleNamespace(title="Club", manifest={"is_simulated": False})

    text = forest.each_can_say([SimpleNamespace(community=about)]).text

    assert text.endswith("cannot compare the answered with the others: the method expected two "
                         "arms, got one.")  # fmt: skip
    assert forest.each_can_say([]).text == "No community here has what this study needs."


def test_rows_by_hand(monkeypatch):
    """Numbers go through the function given; small groups and refusals have kinds of their own."""
    found = {
        "Large": {"H1.1": estimated("H1.1")}, "Small": {"H1.1": estimated("H1.1", people=49)},
        "Club": {},
    }  # fmt: skip
    monkeypatch.setattr(forest, "results", lambda one: found[one.community.title])
    cohorts = [SimpleNamespace(community=SimpleNamespace(title=title)) for title in found]

    rows = forest.rows_of(cohorts, "H1.1", turned=lambda value: -value)

    assert rows["label"].tolist() == ["Large (n 336)", "Small (n 336)", "Club (no estimate)"]
    assert rows["kind"].tolist() == [forest.ENOUGH, forest.FEW, forest.NONE]
    assert rows[["estimate", "low", "high"]].iloc[0].tolist() == [-0.05, -0.01, -0.09]
    assert math.isnan(rows["low"].iloc[2])


def test_side_by_side(college_cohort):
    """A real community: H1.1 as on the rest of the page, and the pace of coming back beside it."""
    figure = forest.side_by_side([college_cohort])
    own, pace = (results(college_cohort)[name] for name in ("H1.1", "H1.2a"))

    assert pace.scale == forest.RATIO
    assert len(figure.drawn.axes) == 2
    assert f"College messages (n {own.n:,}) {100 * own.estimate:.0f} (" in figure.caption
    assert f"in per cent: College messages (n {pace.n:,}) -" in figure.caption
    assert "H1.1, in 100" in figure.alt


def test_alone_on_another_scale(monkeypatch, college_cohort):
    """Without a ratio that stays the same there is one panel, and the reason in its caption."""
    own = results(college_cohort)
    days = replace(own["H1.2a"], scale="days sooner")
    monkeypatch.setattr(forest, "results", lambda _: own | {"H1.2a": days})

    figure = forest.side_by_side([college_cohort])

    assert len(figure.drawn.axes) == 1
    assert "H1.2a is in another unit (days sooner) and has no row" in figure.caption
