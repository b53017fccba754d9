"""One number for several communities: of like kind only, and from five of them on."""

from types import SimpleNamespace

import pytest
from estimates_by_hand import estimated

from workbench.models.meta import fixed_effect
from workbench.studies.feedback_speed import pooling


@pytest.fixture
def communities(monkeypatch):
    """A function: kind, H1.1's estimates and what differs -> communities, errors of .02."""
    numbers = {}

    def made(kind, estimates, *, program=False, as_fixed=True, people=60):
        found = []
        for value in estimates:
            about = SimpleNamespace(
                title=f"{kind} {len(numbers)}", platform=kind, manifest={"is_simulated": program}
            )
            one = SimpleNamespace(community=about, as_fixed=as_fixed)
            numbers[id(one)] = estimated(
                "H1.1", estimate=value, low=value - 0.04, high=value + 0.04, people=people
            )
            found.append(one)
        return found

    monkeypatch.setattr(pooling, "results", lambda one: {"H1.1": numbers[id(one)]})
    return made


FIVE = (0.0, 0.02, 0.04, 0.06, 0.08)


def test_five_alike_by_hand(communities):
    """With equal errors the mean is the plain one, and its error that of five numbers."""
    view = pooling.together(communities("forum", FIVE))
    rows = view.frame.set_index("community")

    # Mean .04; deviation of the five .0316228, by the root of 5 .0141421; t on 4 df 2.776445.
    mean = rows.loc["mean of such communities"]
    assert mean["estimate"] == pytest.approx(0.04)
    assert mean["high"] == pytest.approx(0.04 + 2.776445 * 0.0141421, abs=1e-6)
    assert rows["weight"].dropna().tolist() == pytest.approx([0.2] * 5)
    last = rows.loc["one more such community"]
    assert last["low"] < mean["low"]
    assert last["high"] > mean["high"]
    assert "Forum: 5 communities" in view.caption


def test_less_scatter_than_chance(communities):
    """Where the mean seems surer than its parts allow, the fixed effect stands beside it."""
    estimates = (0.04, 0.041, 0.039, 0.0405, 0.0395)
    view = pooling.together(communities("forum", estimates))
    rows = view.frame.set_index("community")
    fixed = fixed_effect(estimates, [0.02] * 5)

    assert rows.loc["mean of these alone (fixed effect)", "high"] == pytest.approx(fixed.high)
    assert rows.loc["mean of such communities", "high"] < fixed.high
    assert "which is luck and no precision" in view.caption


@pytest.mark.parametrize(
    "odd", [{"program": True}, {"as_fixed": False}, {"people": 49}], ids=lambda odd: next(iter(odd))
)
def test_what_is_not_alike(communities, odd):
    """Programs, other windows and small groups do not make up the five."""
    given = communities("forum", FIVE[:4]) + communities("forum", FIVE[4:], **odd)

    note = pooling.together(given)

    assert note.text.startswith("Nothing is pooled over communities that are not alike")
    assert note.text.endswith("by kind, forum: 4.")


def test_kinds_are_not_mixed(communities):
    """Three and three of two kinds are no five of one; only a kind that has five is pooled."""
    two = communities("forum", FIVE[:3]) + communities("paired chat", FIVE[:3])
    assert pooling.together(two).text.endswith("by kind, forum: 3; paired chat: 3.")

    view = pooling.together(communities("forum", FIVE) + communities("paired chat", (0.1,)))
    assert set(view.frame["kind"]) == {"forum"}
    assert "by kind, paired chat: 1." in view.caption


def test_two_kinds_and_none(communities):
    """Two communities of two kinds have no mean, and neither has an empty page."""
    two = communities("direct messages", (0.1,)) + communities("paired chat", (0.2,))

    assert pooling.together(two).text.endswith("by kind, direct messages: 1; paired chat: 1.")
    assert pooling.together([]).text.endswith("by kind, none.")
