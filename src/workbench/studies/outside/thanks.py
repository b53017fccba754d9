"""
The Wikipedia thanks experiment: a published field experiment, computed again from its data.

People were paired, and chance decided who of a pair was thanked. Pairs with a deleted account, or
with somebody thanked several times, are set aside whole, as the authors did.
"""

from __future__ import annotations

import pandas as pd

from workbench import data, plots
from workbench.models.counts import negative_binomial
from workbench.models.meta import Pooled, random_effects
from workbench.models.paired import PairedDifference, paired_difference
from workbench.studies.answers import number
from workbench.studies.outside.checks import PRINTED, Check
from workbench.studies.present import Figure, TableView

NAME = "wikipedia-thanks"
TITLE = "Wikipedia thanks experiment"
GRADE = "A"
PAIR = "randomization.block.id"
DROPPED = ("thanks.not.received.user.deleted", "received.multiple.thanks")
NEW = "bin_0"
LANGUAGES = {"ar": "Arabic", "de": "German", "fa": "Persian", "pl": "Polish"}
OURS = "computed from the published file with R 4.2.2"
PUBLISHED = "the authors' table si_table_pooled_itt, in two digits"


def rows() -> pd.DataFrame | None:
    """One row a person in a whole pair; None where the file is not at hand."""
    files = data.raw_files(NAME)
    if files is None:
        return None
    (path,) = files.values()
    everybody = pd.read_csv(path)
    broken = everybody.loc[everybody[list(DROPPED)].any(axis=1), PAIR]
    kept = everybody[~everybody[PAIR].isin(broken)]
    return kept.assign(
        newcomer=(kept["prev.experience.assignment"] == NEW).astype(float),
        back=kept["two.week.retention"].astype(float),
    ).reset_index(drop=True)


def effect(people: pd.DataFrame) -> PairedDifference:
    """Difference in the share still active after two weeks, thanked minus not."""
    return paired_difference(people, outcome="back", treatment="randomization.arm", pair=PAIR)


def subgroups(people: pd.DataFrame) -> dict[str, PairedDifference]:
    """The same in each language, newcomers and experienced editors apart."""
    return {
        f"{LANGUAGES[str(language)]}, {'newcomers' if new else 'experienced'}": effect(part)
        for (language, new), part in people.groupby(["lang", "newcomer"], sort=True)
    }


def pooled(people: pd.DataFrame) -> Pooled:
    """The subgroups as a meta-analysis."""
    found = subgroups(people)
    return random_effects(
        [one.estimate for one in found.values()],
        [one.std_error for one in found.values()],
        labels=list(found),
    )


def checks(people: pd.DataFrame) -> list[Check]:
    """The numbers of this experiment: the authors' own, and those of another program."""
    whole, groups = effect(people), subgroups(people)
    new = effect(people[people["newcomer"] == 1])
    old = effect(people[people["newcomer"] == 0])
    made = [
        ("people in whole pairs", "15274", whole.n),
        ("pairs", "7637", whole.clusters),
        ("difference in retention", "0.0219982", whole.estimate),
        ("its standard error", "0.0060977", whole.std_error),
        ("t", "3.6076", whole.t),
        ("lower limit", "0.010045", whole.low),
        ("upper limit", "0.033951", whole.high),
        ("retention, not thanked", "0.238052", whole.mean_untreated),
        ("retention, thanked", "0.260050", whole.mean_treated),
        ("difference, newcomers", "0.0200321", new.estimate),
        ("its standard error", "0.0071057", new.std_error),
        ("difference, experienced", "0.0257089", old.estimate),
        ("its standard error", "0.0114087", old.std_error),
    ]
    for name, value, error in (
        ("Arabic, newcomers", "0.0270092", "0.0113737"),
        ("German, newcomers", "0.0169237", "0.0101925"),
        ("Persian, experienced", "0.0535259", "0.0173285"),
        ("Polish, newcomers", "0.0171779", "0.0184473"),
        ("Polish, experienced", "0.0034060", "0.0151300"),
    ):
        made.append((f"difference, {name}", value, groups[name].estimate))
        made.append(("its standard error", error, groups[name].std_error))
    return [*printed(whole), *(Check(TITLE, *values, OURS) for values in made), thanks_sent(people)]


def printed(whole: PairedDifference) -> list[Check]:
    """The two numbers in the authors' own table, which prints two digits."""
    return [
        Check(TITLE, "difference, printed with two digits", "0.02", whole.estimate, PUBLISHED,
              PRINTED),
        Check(TITLE, "standard error, printed with two digits", "0.01", whole.std_error,
              PUBLISHED, PRINTED),
    ]  # fmt: skip


def thanks_sent(people: pd.DataFrame) -> Check:
    """A second outcome: how many thanks people sent themselves, as a ratio of rates (logarithm)."""
    given = people.assign(
        sent=people["thanks.sent"].astype(float),
        thanked=people["randomization.arm"].astype(float),
        pair=people[PAIR].astype(str),
    )
    fit = negative_binomial(
        given, outcome="sent", covariates=["thanked", "lang", "newcomer"], clusters="pair"
    )
    ours = fit.term("thanked").estimate
    assert ours is not None  # a fitted term has an estimate
    # Five digits: as far as two programs that iterate agree.
    return Check(TITLE, "thanks sent, log ratio", "0.47450", ours, "R 4.2.2, MASS glm.nb")


def said(found: PairedDifference) -> str:
    """The result in plain words; the verb is earned by the draw that decided who was thanked."""
    middle, low, high = (number(100 * v, 1) for v in (found.estimate, found.low, found.high))
    return (
        f"Being thanked raised the chance of still editing two weeks later: of 100 people who were "
        f"thanked, about {middle} more were active than of 100 who were not; the data are "
        f"compatible with anything from {low} to {high} more. Chance decided who was thanked, so "
        "that nothing else can explain more than the play of chance that the interval allows for."
    )


def result(people: pd.DataFrame) -> TableView:
    """The whole experiment in one row, with the sentence that a randomised design allows."""
    found = effect(people)
    row = {
        "people": found.n, "pairs": found.clusters,
        "active of 100, not thanked": 100 * found.mean_untreated,
        "active of 100, thanked": 100 * found.mean_treated,
        "difference, in 100": 100 * found.estimate, "standard error": 100 * found.std_error,
        "from": 100 * found.low, "to": 100 * found.high, "p": found.p_value,
    }  # fmt: skip
    one = {name: "{:.1f}" for name, value in row.items() if isinstance(value, float)}
    return TableView(
        pd.DataFrame([row]),
        name="thanks",
        caption=f"{said(found)} Design grade {GRADE}: randomised in pairs; {found.clusters:,} "
        "pairs, t test of the differences within pairs. All but people, pairs and p are counted "
        "in 100 people.",
        formats={**one, "standard error": "{:.2f}", "p": "{:.2g}"},
    )


def forest(people: pd.DataFrame) -> Figure:
    """Languages and experience apart, and pooled as a meta-analysis."""
    mean = pooled(people)
    groups = mean.table[["term", "estimate", "low", "high"]].rename(columns={"term": "label"})
    drawn = pd.concat([groups, pd.DataFrame(_below(mean))], ignore_index=True)
    drawn[["estimate", "low", "high"]] *= 100
    figure, (ax,) = plots.canvas(height=1.4 + 0.5 * len(drawn))
    plots.forest(drawn, unit="more (right) or fewer (left) still active, in 100", ax=ax)
    numbers = "; ".join(
        f"{row.label}: {row.estimate:.1f} ({row.low:.1f} to {row.high:.1f})"
        for row in drawn.dropna().itertuples()
    )
    return Figure(
        figure,
        name="thanks-by-language",
        caption="Thanked against not thanked, in each language, and set off below them all groups "
        "pooled as a meta-analysis: difference in how many of 100 were still active, with 95 % "
        f"intervals. {numbers}. {_differ(mean)}",
        alt=f"Dots on intervals against a zero line. {numbers}. {_foreseen(mean)}",
        lead=True,
    )


def _below(mean: Pooled) -> list[dict[str, object]]:
    """Under the groups, after a gap: their mean, and the line on which a further one would lie."""
    nothing = float("nan")
    return [
        {"label": "", "estimate": nothing, "low": nothing, "high": nothing},
        {"label": "pooled, all", "estimate": mean.estimate, "low": mean.low, "high": mean.high},
        {
            "label": "a further group",
            "estimate": nothing,
            "low": mean.prediction_low,
            "high": mean.prediction_high,
        },
    ]


def _differ(mean: Pooled) -> str:
    return (
        f"Pooled by restricted maximum likelihood with a Hartung-Knapp interval; {mean.i2:.0%} of "
        f"the variance of the estimates lies between the groups (interval {mean.i2_low:.0%} to "
        f"{mean.i2_high:.0%}). {_foreseen(mean)}"
    )


def _foreseen(mean: Pooled) -> str:
    low, high = (100 * (value or 0.0) for value in (mean.prediction_low, mean.prediction_high))
    return (
        "The line without a dot is the prediction: in a further group like these the difference "
        f"would plausibly lie between {low:.1f} and {high:.1f} in 100."
    )
