"""Mistakes about chance and totals: many tries, many looks, and communities thrown together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from workbench.models.effects import crude_risk_difference, risk_difference
from workbench.simulate.seeds import generator
from workbench.studies.calibration.draws import Draw, drawn
from workbench.studies.calibration.judging import ALPHA
from workbench.studies.must_fail.demonstration import (
    FALSE_ALARMS,
    SIGN,
    Demonstration,
    experiment,
)

TRIES, ARM = 20, 50
DAYS, A_DAY = 30, 10
WITHIN = 0.05
# Community -> newcomers, share answered, share of the unanswered who come back.
COMMUNITIES = {"quick": (800, 0.85, 0.15), "slow": (800, 0.25, 0.55)}


def outcomes(seed: int) -> pd.DataFrame:
    """One row an outcome that was tried: difference of two arms that differ in nothing, and p."""
    arms = generator(seed, "must fail", "outcomes").normal(size=(2, TRIES, ARM))
    found = stats.ttest_ind(arms[0], arms[1], axis=1)
    return pd.DataFrame({"difference": arms[0].mean(axis=1) - arms[1].mean(axis=1),
                         "p": found.pvalue})  # fmt: skip


def _best_tried(rows: pd.DataFrame) -> Draw:
    return _told(rows.iloc[int(rows["p"].argmin())])


def _all_tried(rows: pd.DataFrame) -> Draw:
    """Bonferroni's p-values: each as often as there were tries."""
    return _best_tried(rows.assign(p=np.minimum(1.0, len(rows) * rows["p"])))


def looks(seed: int) -> pd.DataFrame:
    """One row a day: difference of two arms that differ in nothing, all days so far, and p."""
    arms = generator(seed, "must fail", "looks").normal(size=(2, DAYS, A_DAY)).sum(axis=2)
    count = A_DAY * np.arange(1, DAYS + 1)
    difference = (arms[0] - arms[1]).cumsum() / count
    z = difference / np.sqrt(2 / count)
    return pd.DataFrame({"difference": difference, "p": 2 * stats.norm.sf(np.abs(z))})


def _first_alarm(rows: pd.DataFrame) -> Draw:
    alarms = rows[rows["p"] < ALPHA]
    return _told((alarms if len(alarms) else rows.iloc[[-1]]).iloc[0])


def _last_day(rows: pd.DataFrame) -> Draw:
    return _told(rows.iloc[-1])


def _told(row: pd.Series[float]) -> Draw:
    return Draw(float(row["difference"]), p_value=float(row["p"]))


def two_communities(seed: int) -> pd.DataFrame:
    """
    One row a newcomer of two communities: community, early (answered), returned, person.

    In both, the answered come back more often by `WITHIN`; where answers are quick, fewer do.
    """
    dice = generator(seed, "must fail", "two communities")
    parts = []
    for name, (size, answered, back) in COMMUNITIES.items():
        early = dice.random(size) < answered
        returned = dice.random(size) < back + WITHIN * early
        parts.append(pd.DataFrame({"community": name, "early": early, "returned": returned}))
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(person=np.arange(len(rows)))


def _thrown_together(rows: pd.DataFrame) -> Draw:
    return drawn(
        crude_risk_difference(rows, outcome="returned", exposure="early", clusters="person")
    )


def _within(rows: pd.DataFrame) -> Draw:
    return drawn(
        risk_difference(
            rows, outcome="returned", exposure="early", covariates=["community"],
            clusters="person",
        )
    )  # fmt: skip


def about_chance() -> tuple[Demonstration, ...]:
    """The mistakes about totals, many tries and many looks."""
    return (_simpson(), _many_tries(), _many_looks())


def _simpson() -> Demonstration:
    return Demonstration(
        key="Simpson's paradox",
        title="In each community the answered return more often, in all together less often",
        naive="throw all newcomers of both communities together",
        why="Most of the answered are from the community to which few come back at all.",
        better="compare within communities, and average the differences",
        error=SIGN,
        unit="difference in the share that comes back",
        experiment=experiment(
            "Simpson's paradox", two_communities, naive=_thrown_together, better=_within,
            truth=WITHIN, worth=0.02,
            scenario=f"{WITHIN:.0%} more come back of the answered, in both",
        ),
    )  # fmt: skip


def _many_tries() -> Demonstration:
    return Demonstration(
        key="p-hacking",
        title=f"The best of {TRIES} tries",
        naive=f"try {TRIES} outcomes and tell the one with the smallest p",
        why=f"One in twenty tries looks like something by chance, and here are {TRIES} tries.",
        better="tell all of them, each p-value times their number (Bonferroni)",
        error=FALSE_ALARMS,
        unit="p below 0.05",
        experiment=experiment(
            "p-hacking", outcomes, naive=_best_tried, better=_all_tried,
            scenario="the arms differ in nothing",
        ),
    )  # fmt: skip


def _many_looks() -> Demonstration:
    return Demonstration(
        key="peeking",
        title="Look every day, and stop when p is small",
        naive=f"test on each of {DAYS} days, and stop at the first p below 0.05",
        why="Every look is another chance for an alarm, and only an alarm ends the looking.",
        better="fix the last day beforehand, and test once",
        error=FALSE_ALARMS,
        unit="p below 0.05",
        experiment=experiment(
            "peeking", looks, naive=_first_alarm, better=_last_day,
            scenario="the arms differ in nothing",
        ),
    )  # fmt: skip
