"""
The Wikipedia thanks experiment: a published field experiment, computed again from its data.

People were paired, and chance decided who of a pair was put forward to be thanked; volunteers then
thanked some of these and not others. What chance decided is the assignment, so that its effect is
what the experiment shows (intention to treat). Pairs with a deleted account, or with somebody
thanked several times, are set aside whole, as the authors did.
"""

from __future__ import annotations

import pandas as pd

from workbench import data, plots
from workbench.models.counts import negative_binomial
from workbench.models.instruments import two_stage_least_squares
from workbench.models.meta import Pooled, random_effects
from workbench.models.paired import PairedDifference, paired_difference
from workbench.models.result import Estimate
from workbench.studies.outside.checks import PRINTED, Check
from workbench.studies.present import Figure, TableView
from workbench.studies.saying import number

NAME = "wikipedia-thanks"
TITLE = "Wikipedia thanks experiment"
GRADE = "A"
PAIR = "randomization.block.id"
DROPPED = ("thanks.not.received.user.deleted", "received.multiple.thanks")
NEW = "bin_0"
LANGUAGES = {"ar": "Arabic", "de": "German", "fa": "Persian", "pl": "Polish"}
OURS = "computed from the published file with R 4.2.2"
GLM = "with glm.nb of R's package MASS"
PUBLISHED = "the authors' table si_table_pooled_itt, in two digits"


def rows() -> pd.DataFrame | None:
    """One row a person in a pair that is kept; None where the file is not at hand."""
    found = everybody()
    if found is None:
        return None
    broken = found.loc[found[list(DROPPED)].any(axis=1), PAIR]
    return found[~found[PAIR].isin(broken)].reset_index(drop=True)


def everybody() -> pd.DataFrame | None:
    """One row a person, pairs that are set aside included; None where the file is not at hand."""
    files = data.raw_files(NAME)
    if files is None:
        return None
    (path,) = files.values()
    found = pd.read_csv(path)
    return found.assign(
        newcomer=(found["prev.experience.assignment"] == NEW).astype(float),
        back=found["two.week.retention"].astype(float),
        assigned=found["randomization.arm"].astype(float),
        thanked=(found["number.thanks.received"] > 0).astype(float),
    )


def effect(people: pd.DataFrame) -> PairedDifference:
    """Difference in the share still active after two weeks, by assignment."""
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
        ("retention, not put forward", "0.238052", whole.mean_untreated),
        ("retention, put forward", "0.260050", whole.mean_treated),
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
    return Check(TITLE, "thanks sent, log ratio", "0.47450", ours, GLM)


def said(found: PairedDifference, *, thanked: float) -> str:
    """The result in plain words; the verb is earned by the draw of who was put forward."""
    middle, low, high = (number(100 * v, 1) for v in (found.estimate, found.low, found.high))
    return (
        "Being put forward to be thanked raised the chance of still editing two weeks later: of "
        f"100 people put forward, about {middle} more were active than of 100 who were not; the "
        f"data are compatible with anything from {low} to {high} more. Chance decided who was put "
        f"forward. Only {thanked:.0%} of them were thanked in fact, so that the effect on those "
        "who were is larger (second row), if being put forward did nothing else."
    )


def result(people: pd.DataFrame, all_pairs: pd.DataFrame) -> TableView:
    """The experiment in three rows: by assignment, on those thanked, and with nobody set aside."""
    found, whole = effect(people), effect(all_pairs)
    given = people.assign(pair=people[PAIR].astype(str))
    on_thanked = two_stage_least_squares(
        given, outcome="back", exposure="thanked", instruments=["assigned"], clusters="pair"
    )
    share = float(people.loc[people["assigned"] == 1, "thanked"].mean())
    frame = pd.DataFrame(
        [
            _row("put forward against not", found, found.n),
            _row("thanked because put forward, against not", on_thanked, on_thanked.n),
            _row("put forward against not, no pair set aside", whole, whole.n),
        ]
    )
    numbers = dict.fromkeys(("difference, in 100", "from", "to"), "{:.1f}")
    return TableView(
        frame,
        name="thanks",
        caption=f"{said(found, thanked=share)} Design grade {GRADE}: randomised in pairs; "
        f"{found.clusters:,} pairs, t test of the differences within pairs. Second row: two-stage "
        "least squares with the assignment as the instrument, clustered by pair. Third row: all "
        f"{whole.clusters:,} pairs, because pairs were set aside by what happened after the draw.",
        formats={**numbers, "standard error": "{:.2f}", "p": "{:.2g}"},
    )


def _row(name: str, found: Estimate, people: int) -> dict[str, object]:
    in_100 = (100 * float(v or 0.0) for v in (found.estimate, found.std_error, found.low,
                                              found.high))  # fmt: skip
    columns = ("difference, in 100", "standard error", "from", "to")
    return {"comparison": name, "people": people, **dict(zip(columns, in_100, strict=True)),
            "p": found.p_value}  # fmt: skip


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
        caption="Put forward to be thanked against not, in each language, and set off below them "
        "all groups pooled as a meta-analysis: difference in how many of 100 were still active, "
        f"with 95 % intervals. {numbers}. {_differ(mean)}",
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
        "The line without a dot is the prediction for a further group like these, "
        f"{low:.1f} to {high:.1f} in 100; from so few groups it is too short (see A1)."
    )
