"""H2.4: how often the majority of so many judges is right, and whether models do better."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from workbench import plots
from workbench.data import Community
from workbench.errors import ModelError
from workbench.models.dawid_skene import dawid_skene
from workbench.models.labels import (
    Calibration,
    Labelled,
    calibration_of_confidence,
    majority_vote,
    one_coin,
)
from workbench.models.votes import MajorityCurve, majority_curve
from workbench.models.wisdom import chance_right, votes_needed
from workbench.studies.answers import scale
from workbench.studies.crowdsourcing.judged import judgements, not_counted, truths
from workbench.studies.estimated import Estimated, needed, shared
from workbench.studies.hypotheses import Hypothesis
from workbench.studies.once import once
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible
from workbench.studies.saying import number
from workbench.studies.scales.crowdsourcing import Crowd

SEED, STARTS, TARGET = 20_240, 5, 0.95
SMALLEST, HALF = 3, 0.5
MOST_CLASSES = 30  # a judge's matrix grows with their square, and its errors with the fourth power
FEW_RATERS = 30  # with fewer, an interval over raters is too narrow where they differ in skill
MAJORITY, COIN = "majority", "one skill a judge"
MATRIX, FIRST = "Dawid-Skene, likeliest fit", "Dawid-Skene, started at the votes"


def lacking(community: Community) -> list[str]:
    """What a data set lacks for H2.4 beyond its columns, in words."""
    found, known = judgements(community), truths(community)
    votes = found[found["item"].isin(known.index)].groupby("item").size()
    if len(votes) == 0:
        return ["judged items whose right class is known"]
    if known.loc[votes.index].nunique() < 2:
        return ["items with different right classes: all of them have the same one"]
    if (votes >= SMALLEST).mean() < HALF:
        return [f"{SMALLEST} judges or more for half of the items whose right class is known"]
    return []


@once
def curve(community: Community, *, every: bool = False) -> MajorityCurve:
    """The estimate of H2.4. Raises ModelError as `models.votes.majority_curve` does."""
    return majority_curve(
        judgements(community, every=every), truths(community),
        repeats="count" if every else "refuse",
    )  # fmt: skip


def estimated(community: Community, hypothesis: Hypothesis) -> Estimated:
    """H2.4 on its way to a finding; raises ModelError as `curve` does."""
    found, sesoi = curve(community), hypothesis.sesoi
    first, last = (float(found.curve["share_right"].iloc[place]) for place in (0, -1))
    torn, nobody = not_counted(community)
    return Estimated(
        **shared(hypothesis),
        words=Crowd(who="things", beside=_few(found.clusters)),
        windows=f"Crowds of 1 to {found.largest} raters: {first:.3f} to {last:.3f} right; "
        f"{found.n:,} items, {found.clusters:,} raters; {found.left_out:,} items with fewer "
        f"judgements and {found.without_truth:,} without a known class left out, also {nobody:,} "
        f"with a known class that nobody judged and {torn:,} times a rater gave an item classes "
        "that contradict each other.",
        estimate=found.estimate, std_error=found.std_error, low=found.low, high=found.high,
        p=float(found.p_value or 0.0), n=found.n, clusters=found.clusters,
        df=min(found.n, found.clusters) - 1, people=found.n, events=found.n,
        needed=needed(
            found.std_error, sesoi, found.n, step=scale(hypothesis.scale).step(sesoi),
            what="items, judged by proportionally more raters,",
        ),
        checks={},
        about="mean over all crowds of each odd size, least squares on log2 of the size; error "
        f"over items {found.error_items:.4f} and over raters {found.error_raters:.4f}, two-way",
    )  # fmt: skip


def _few(raters: int) -> str:
    """A warning where an interval over so few raters cannot be trusted to be wide enough."""
    if raters >= FEW_RATERS:
        return ""
    return (
        f"Only {raters:,} judges gave these labels: where so few differ in skill and judge "
        "everything, the range is too narrow."
    )


@where_possible
def majority_figure(communities: Sequence[Community]) -> Figure:
    """The share labelled rightly by majority against the number of judges, odd sizes only."""
    rows = pd.concat(
        curve(one).curve.assign(community=one.title, estimate=lambda rows: rows["share_right"])
        for one in communities
    )
    numbers = ["estimate", "low", "high"]
    rows[numbers] = 100 * rows[numbers]
    figure, (ax,) = plots.canvas(height=5.2)
    plots.curve_with_band(
        rows, x="size", label="community", xlabel="judges who vote", doublings=True,
        ylabel="labelled rightly, of 100", ax=ax,
    )  # fmt: skip
    said = "; ".join(
        f"{title}: {part['estimate'].iloc[0]:.1f} of 100 by one judge, "
        f"{part['estimate'].iloc[-1]:.1f} by {part['size'].iloc[-1]:,}"
        for title, part in rows.groupby("community", sort=False)
    )
    gap = 100 * max(curve(one).even_gap for one in communities)
    return Figure(
        figure,
        name="majority-curve",
        caption="How many of 100 items the majority labels rightly, against the number of judges; "
        "the average over all crowds that can be drawn, with 95 % intervals over items and judges. "
        "The items are the same at every size. Even sizes are left out: of two classes an even "
        "crowd is right exactly as often as one with a judge fewer, because a tie is decided by a "
        f"coin (of more classes the two differ by up to {number(gap, 1)} of 100 here).",
        alt=f"Curves over a doubling axis. {said}.",
    )


@where_possible
def votes_table(communities: Sequence[Community]) -> TableView:
    """What a doubling of the judges brings, and what it would if their errors had no pattern."""
    rows = []
    for community in communities:
        found = curve(community)
        one, most = (float(found.curve["share_right"].iloc[place]) for place in (0, -1))
        two = judgements(community)["label"].nunique() == 2
        rows.append(
            {
                "community": community.title, "items": found.n, "judges": found.clusters,
                "one": one, "largest": found.largest, "many": most,
                "apart": chance_right(found.largest, skill=one) if two else None,
                "needed": _needed(one) if two else None,
                "doubling": _said(found.estimate, found.low, found.high),
                "counted": _said(*_counting(community)),
            }
        )  # fmt: skip
    return TableView(
        pd.DataFrame(rows),
        name="votes",
        caption="One judge, the largest crowd that half of the items have, and what each doubling "
        "brings (of 100 items, with its 95 % interval). Beside them, for two classes: how often "
        "such a crowd would be right, and how many judges would be right 95 times in 100, if every "
        "judge erred on every item alike and apart from the others. A crowd falls short of it "
        "where some items mislead most judges.",
        labels={
            "one": "one right", "largest": "largest crowd", "many": "it is right",
            "apart": "if errors were apart", "needed": "judges for 95 in 100, if so",
            "doubling": "more right for each doubling", "counted": "every repeat counted",
        },
        formats=dict.fromkeys(("one", "many", "apart"), "{:.1%}"),
    )  # fmt: skip


def _needed(skill: float) -> int | None:
    return votes_needed(skill, target=TARGET).votes if skill > HALF else None


def _counting(community: Community) -> tuple[float, float, float]:
    found = curve(community, every=True)
    return found.estimate, found.low, found.high


def _said(middle: float, low: float, high: float) -> str:
    return f"{100 * middle:+.1f} ({100 * low:+.1f} to {100 * high:+.1f})"


@once
def models(community: Community) -> dict[str, tuple[Labelled, pd.Series]]:
    """
    Each way to make one label of many: what it found, and whether it is right, by item.

    On all judgements, also of items whose class is not known. Raises ModelError as the models do,
    and above `MOST_CLASSES` classes.
    """
    rows, known = judgements(community), truths(community)
    classes = rows["label"].nunique()
    if classes > MOST_CLASSES:
        raise ModelError(
            f"models of labels: expected {MOST_CLASSES} classes or fewer, got {classes:,}. Join "
            "the rare ones, or look at the majority."
        )
    made: dict[str, Labelled] = {
        MAJORITY: majority_vote(rows, seed=SEED),
        COIN: one_coin(rows),
        FIRST: dawid_skene(rows, seed=SEED, starts=0),
        MATRIX: dawid_skene(rows, seed=SEED, starts=STARTS),
    }
    right = {}
    for name, found in made.items():
        items = found.items.set_index("item")["label"]
        held = items.index[items.index.isin(known.index)]
        right[name] = items[held] == known[held]
    return {name: (found, right[name]) for name, found in made.items()}


@once
def calibration(community: Community, *, model: str) -> Calibration:
    """How far the stated confidence of one of `models` misses the share that is right."""
    found, right = models(community)[model]
    stated = found.items.set_index("item").loc[right.index, "confidence"]
    return calibration_of_confidence(stated.clip(0, 1), right, seed=SEED)


@where_possible
def models_table(communities: Sequence[Community]) -> TableView:
    """Majority, one skill a judge, and a matrix a judge: right labels and honest confidence."""
    rows = []
    for community in communities:
        for name, (found, right) in models(community).items():
            low, high = proportion_confint(right.sum(), len(right), method="wilson")
            stated = found.items.set_index("item").loc[right.index, "confidence"]
            off = calibration(community, model=name)
            rows.append(
                {
                    "community": community.title, "labels by": name, "right": float(right.mean()),
                    "low": float(low), "high": float(high), "wrong": int((~right).sum()),
                    "items": len(right), "sure": float((stated > 0.99).mean()),
                    "off": _share(off.estimate, off.low, off.high),
                }
            )  # fmt: skip
    shares = ("right", "low", "high", "sure")
    return TableView(
        pd.DataFrame(rows),
        name="label-models",
        caption="Ways to make one label of many, on all judgements: the majority; a model with one "
        "skill a judge; and one with each judge's own mistakes (Dawid & Skene 1979). That one has "
        f"several solutions: the one found from the votes, and the likeliest of {STARTS + 1} "
        "starts; a likelier one need not be righter. Intervals are Wilson's, of the items. The "
        "last columns: on how many items the model says that it is more than 99 % sure, and by "
        "how much its confidence misses the share that is right, freed of what chance adds.",
        labels={
            "low": "from", "high": "to", "sure": "more than 99 % sure",
            "off": "confidence off by",
        },
        formats=dict.fromkeys(shares, "{:.1%}"),
    )  # fmt: skip


def _share(middle: float | None, low: float | None, high: float | None) -> str:
    if middle is None or low is None or high is None:
        raise ModelError(
            "calibration: expected an error with its interval, got none. Bring more items."
        )
    return f"{100 * middle:.1f} ({100 * low:.1f} to {100 * high:.1f}) in 100"


@where_possible
def confidence_figure(communities: Sequence[Community]) -> Figure:
    """Is a label that is 90 % sure right nine times in ten? One panel a model."""
    figure, axes = plots.canvas(height=4.8, panels=2)
    said = []
    for model, ax in zip((MAJORITY, MATRIX), axes, strict=True):
        rows = pd.concat(
            calibration(one, model=model).bins.assign(community=one.title) for one in communities
        ).rename(columns={"confidence": "stated", "correct": "estimate"})
        numbers = ["stated", "estimate", "low", "high"]
        rows[numbers] = 100 * rows[numbers]
        plots.calibration(
            rows, label="community", xlabel="confidence stated, %", ylabel="right, of 100", ax=ax
        )
        ax.set_title(model)
        top = rows.groupby("community", sort=False).last()
        said += [
            f"{model}, {title}: of labels stated at {one['stated']:.0f} % on average, "
            f"{one['estimate']:.0f} of 100 were right"
            for title, one in top.iterrows()
        ]
    return Figure(
        figure,
        name="confidence",
        caption="Stated confidence against the share that is right, in ten classes of confidence "
        "with 95 % intervals. Below the line a model is too sure of itself. For a majority, "
        "confidence is its share of the votes.",
        alt=f"Marks beside a diagonal, highest class: {'; '.join(said)}.",
    )
