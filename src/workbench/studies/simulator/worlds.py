"""One simulated community: how large it is, how it answers, and what was planted in it."""

from __future__ import annotations

import pandas as pd

from workbench import plots, simulate
from workbench.models.survival import quantile
from workbench.simulate import Settings, Simulated
from workbench.simulate.truths import Truth
from workbench.studies.durations import about
from workbench.studies.feedback_speed.waiting import (
    answered_within,
    curve,
    waiting_curves,
    waits,
)
from workbench.studies.present import Figure, TableView
from workbench.studies.saying import number

# The true value -> its question, what it says in words, how many decimals, and how many times the
# value; last, whether study 1 estimates it.
PLAIN = {
    "landmark": (
        "H1.1", "of 100 not yet back after a day, so many more come back if answered by then", 1,
        100, True,
    ),
    "principal_stratum": (
        "H1.1", "the same, of 100 who are not back after a day, answered or not", 1, 100, False,
    ),
    "never": ("H1.1", "the same, against never being answered", 1, 100, False),
    "whole": ("H1.1w", "of 100, so many more come back if answered within a day", 1, 100, True),
    "log_hazard_ratio": (
        "H1.2a", "the planted effect itself: log hazard ratio of coming back once answered", 2, 1,
        True,
    ),
    "days_sooner": (
        "H1.2a in days", "days sooner, on average, if answered within a day", 2, 1, True,
    ),
    "per_halving": (
        "H1.2b", "log hazard ratio more for each halving of the wait", 2, 1, True,
    ),
    "within_hour": ("H1.3", "of 100 threads, so many are answered within an hour", 1, 100, True),
}  # fmt: skip


def make(*, effect: float, seed: int) -> Simulated:
    """
    A small simulated community; `effect` is the log hazard ratio of coming back once answered.

    Raises SimulationError for an effect or a seed out of range.
    """
    return simulate.community(Settings(tau=effect), seed=seed)


def meet(made: Simulated) -> TableView:
    """Size, answers and waits of the community, as any page would describe a real one."""
    one = simulate.opened(made, made.names[0])
    found = waits(one)
    still = curve(found)
    middle = quantile(still, 0.5).estimate
    rows = [
        ("newcomers", f"{made.latent.height:,}"),
        ("posts", f"{one.posts.height:,}"),
        ("threads", f"{len(found):,}"),
        ("answered within the record", f"{found['answered'].mean():.0%}"),
        ("median wait, silence kept as waiting", about(middle) if middle else "not reached"),
        ("days of the record", f"{made.settings.days:,}"),
        ("seed", f"{made.seed}"),
    ]
    return TableView(
        pd.DataFrame(rows, columns=["what", "how much"]),
        name="simulated-community",
        caption="One simulated question-and-answer community. Nothing in it happened: it decides "
        "no claim, and shows only whether a method finds what was put in.",
    )


def planted(made: Simulated) -> TableView:
    """Every true value of the community, in plain words, and whether study 1 estimates it."""
    return TableView(
        pd.DataFrame([_said(name, made.truth[name]) for name in PLAIN]),
        name="planted",
        caption="What is true in this community, computed from its law and not from its people. "
        "One planted effect has several true values, because each question compares other people: "
        "a page must say which of them it estimates.",
        hidden=["value"],
    )


def _said(name: str, truth: Truth) -> dict[str, object]:
    question, meaning, places, times, estimated = PLAIN[name]
    return {
        "question": question,
        "how many": number(times * float(truth.value or 0.0), places),
        "of what": meaning,
        "study 1 estimates it": estimated,
        "value": truth.value,
    }


def arrivals(made: Simulated) -> Figure:
    """How long threads wait for an answer: the law that was planted, as a curve of the record."""
    one = simulate.opened(made, made.names[0])
    seen = answered_within(waits(one), 1.0)
    share, low, high = (100 * float(part or 0.0) for part in (seen.estimate, seen.low, seen.high))
    truth = 100 * float(made.truth["within_hour"].value or 0.0)
    figure = waiting_curves([one])
    assert isinstance(figure, Figure)  # a community that was made has answers
    plots.planted(figure.drawn.axes[0], 1.0, truth, label="planted, by one hour")
    said = (
        f"After one hour {share:.1f} of 100 threads are answered (95 % interval {low:.1f} to "
        f"{high:.1f}); planted were {truth:.1f}"
    )
    return Figure(
        figure.drawn,
        name="answers-arrive",
        caption="Answers arrive: share of threads answered by another human in the simulated "
        "community, with 95 % intervals; each step of the time axis is many times longer than the "
        f"one before. {said}.",
        alt=f"A rising curve with a narrow band and one square at one hour. {said}.",
        lead=True,
    )
