"""One simulated community: how large it is, how it answers, and what was planted in it."""

from __future__ import annotations

import pandas as pd

from workbench import plots, simulate
from workbench.models.survival import quantile
from workbench.simulate import Settings, Simulated
from workbench.studies.durations import about
from workbench.studies.feedback_speed.waiting import curve, waits
from workbench.studies.present import Figure, TableView

NAMES = {
    "principal_stratum": "the same people, answered early or late",
    "never": "answered early against never",
    "landmark": "among those not back by the landmark",
    "whole": "among everybody",
}


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
    """Every true value of the community, in the scale of its hypothesis."""
    rows = [
        {
            "hypothesis": truth.hypothesis,
            "meaning": NAMES.get(name, truth.meaning),
            "scale": truth.meaning.split(",")[0] if name in NAMES else None,
            "true value": truth.value,
            "computed to within": truth.error or None,
            "why there is none": truth.reason or None,
        }
        for name, truth in made.truth.items()
    ]
    return TableView(
        pd.DataFrame(rows),
        name="planted",
        caption="What is true in this community, computed from its law and not from its people. "
        "One planted effect has several true values, because each question compares other people: "
        "a page must say which of them it estimates.",
        formats={"true value": "{:.4f}", "computed to within": "{:.0e}"},
    )


def arrivals(made: Simulated) -> Figure:
    """How long threads wait for an answer: the law that was planted, as a curve of the record."""
    one = simulate.opened(made, made.names[0])
    still = curve(waits(one))
    table = still.table[still.table["time"] <= 72]
    drawn = pd.DataFrame(
        {
            "kind": "answered",
            "hours": table["time"],
            "estimate": 100 * (1 - table["survival"]),
            "low": 100 * (1 - table["high"]),
            "high": 100 * (1 - table["low"]),
        }
    )
    figure, (ax,) = plots.canvas(height=3.4)
    truth = made.truth["within_hour"].value or 0.0
    ax.plot([1], [100 * truth], "s", color=plots.COLOURS[1], label="planted, by one hour", zorder=3)
    unit = "hours since it was opened"
    plots.curves(drawn, x="hours", y="answered, of 100", label="kind", unit=unit, ax=ax)
    ax.set(ylim=(0, 100))
    seen = 100 * (1 - float(table.loc[table["time"] <= 1, "survival"].iloc[-1]))
    said = f"After one hour {seen:.1f} of 100 threads are answered; planted were {100 * truth:.1f}"
    return Figure(
        figure,
        name="answers-arrive",
        caption=f"Answers arrive: share of threads answered by another human in the simulated "
        f"community, with a 95 % interval. {said}.",
        alt=f"A rising curve with a narrow band and one square on it at one hour. {said}.",
        lead=True,
    )
