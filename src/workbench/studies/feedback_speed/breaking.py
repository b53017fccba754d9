"""Attempts to break the comparison: balance, another method, other landmarks, a later start."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench import data, plots
from workbench.measures import collect
from workbench.measures.newcomers import invented_share
from workbench.models.effects import Effect, aipw
from workbench.models.weighting import balance, propensity
from workbench.studies.cells import SMALLEST, UNDER
from workbench.studies.durations import DAY, exactly
from workbench.studies.feedback_speed.cohorts import Cohort, at_landmark, with_windows
from workbench.studies.feedback_speed.returning import in_100, landmark_difference
from workbench.studies.present import Figure, TableView
from workbench.studies.refusals import where_possible

BALANCE_LIMIT = 0.1  # Austin (2009), doi:10.1002/sim.3697
WASHOUTS = (7 * DAY, 14 * DAY, 30 * DAY)


@where_possible
def balance_figure(cohorts: Sequence[Cohort]) -> Figure:
    """Did the two groups look alike, before and after weighting? One panel a community."""
    figure, axes = plots.canvas(height=3.6, panels=len(cohorts))
    said = []
    for one, ax in zip(cohorts, axes, strict=True):
        people = one.at_landmark
        weights = propensity(people, exposure="responded", covariates=one.covariates).weights
        table = balance(people, exposure="responded", covariates=one.covariates, weights=weights)
        rows = table.rename(
            columns={"covariate": "label", "smd_before": "before", "smd_after": "after"}
        )
        plots.before_after(rows, limit=BALANCE_LIMIT, unit="standardised mean difference", ax=ax)
        ax.set_title(one.community.title, loc="left")
        before, after = (rows[column].abs().max() for column in ("before", "after"))
        said.append(f"{one.community.title}: largest {before:.2f} before, {after:.2f} after")
    return Figure(
        figure,
        name="balance",
        caption="How different the answered and the unanswered newcomers were, in standard "
        f"deviations, before and after weighting. {'; '.join(said)}.",
        alt=f"Pairs of points a covariate, before and after weighting. {'; '.join(said)}.",
    )


@where_possible
def doubly_robust(cohorts: Sequence[Cohort]) -> TableView:
    """AIPW beside g-computation: two ways to adjust that fail in different ways."""
    rows = []
    for one in cohorts:
        plain, robust = landmark_difference(one), _aipw(one)
        rows.append(
            {
                "community": one.community.title,
                "g-computation, in 100": in_100(plain),
                "AIPW, in 100": in_100(robust),
                "scores trimmed": robust.trimmed_share,
                "effective answered": robust.effective_exposed,
                "effective not": robust.effective_unexposed,
                "largest weight": robust.max_weight,
                "model": plain.specification,
            }
        )
    return TableView(
        pd.DataFrame(rows),
        name="doubly-robust",
        caption="Two ways to adjust. AIPW is right if either the model of coming back or the model "
        "of being answered is right; the effective numbers say how many people the weights leave.",
        formats={
            "scores trimmed": "{:.1%}",
            "effective answered": "{:.0f}",
            "effective not": "{:.0f}",
        },
    )


def _aipw(one: Cohort) -> Effect:
    return aipw(
        one.at_landmark, outcome="returned", exposure="responded",
        covariates=one.covariates, clusters="day",
    )  # fmt: skip


def grid_of(one: Cohort) -> pd.DataFrame:
    """
    The adjusted difference at each landmark of the grid, by two methods.

    One row a landmark and method: landmark, counts_from (when returns begin to count: never before
    the begin that the hypothesis fixed), method, estimate, low, high (in 100).
    """
    rows = []
    for landmark in one.windows.grid:
        chosen = at_landmark(one.windows, landmark)
        other = with_windows(one.community, chosen, known=one.known)
        for name, effect in (("g-computation", landmark_difference(other)), ("AIPW", _aipw(other))):
            rows.append(
                {
                    "landmark": exactly(landmark),
                    "counts_from": exactly(chosen.outcome_from),
                    "method": name,
                    "estimate": 100 * effect.estimate,
                    "low": 100 * effect.low,
                    "high": 100 * effect.high,
                }
            )
    return pd.DataFrame(rows)


@where_possible
def landmark_grid(cohorts: Sequence[Cohort]) -> Figure:
    """The same comparison at other landmarks: does the answer hang on the choice?"""
    figure, axes = plots.canvas(height=2.9, panels=len(cohorts))
    said = []
    for one, ax in zip(cohorts, axes, strict=True):
        table = grid_of(one)
        plots.points(
            table, x="landmark", label="method", xlabel="answered within",
            ylabel="difference in 100", line=0, ax=ax,
        )  # fmt: skip
        ax.set_title(one.community.title, loc="left")
        said.append(
            f"{one.community.title}: from {table['estimate'].min():.1f} to "
            f"{table['estimate'].max():.1f} in 100; {_clear(table)}; {_counts_from(table)}"
        )
    return Figure(
        figure,
        name="landmark-grid",
        caption="The adjusted difference at other landmarks, by two methods, with 95 % intervals; "
        "each landmark asks about other people, those not back by then. "
        f"{'. '.join(said)}.",
        alt=f"Points with intervals for each landmark against zero. {'. '.join(said)}.",
    )


def _clear(table: pd.DataFrame) -> str:
    """The landmarks at which the interval excludes zero, by method."""
    found = table[(table["low"] > 0) | (table["high"] < 0)]
    if found.empty:
        return "no interval excludes zero"
    by_method = found.groupby("method", sort=False)["landmark"].agg(", ".join)
    parts = " and ".join(f"at {marks} by {method}" for method, marks in by_method.items())
    return f"the interval excludes zero {parts}"


def _counts_from(table: pd.DataFrame) -> str:
    """From when returns count at each landmark."""
    begins = table.drop_duplicates("landmark").groupby("counts_from", sort=False)["landmark"]
    if begins.ngroups == 1:
        return f"returns count from {table['counts_from'].iloc[0]} after the first post"
    parts = [f"from {begin} (landmark {', '.join(marks)})" for begin, marks in begins]
    return f"returns count, after the first post, {' or '.join(parts)}"


@where_possible
def washout_check(cohorts: Sequence[Cohort]) -> TableView:
    """How many newcomers would a later start of the record invent, for several washouts?"""
    rows = []
    for one in cohorts:
        moments = one.community.posts["created_us"].sort()
        cut = int(moments[len(moments) // 4])  # a quarter of the posts are dated before it
        for washout in WASHOUTS:
            found = collect(
                invented_share(
                    one.community.lazy("posts"), one.community.lazy("communities"),
                    cut_us=cut, washout_us=washout,
                )
            )  # fmt: skip
            counted, invented = (int(found[c].iloc[0]) for c in ("newcomers", "invented"))
            rows.append(
                {
                    "community": one.community.title,
                    "washout": exactly(washout),
                    "counted as new": counted,
                    "had posted before": invented,
                    "share": invented / counted if counted else None,
                }
            )
    return TableView(
        _no_small_groups(pd.DataFrame(rows), cohorts),
        name="washout",
        caption="If the first quarter of the posts were missing: people counted as new because "
        "they were silent for that long after the cut, and how many of them had in fact posted "
        "before it. Of data that somebody loaded, groups of fewer than ten people are not counted "
        "out.",
        formats={"share": "{:.1%}"},
    )


def _no_small_groups(frame: pd.DataFrame, cohorts: Sequence[Cohort]) -> pd.DataFrame:
    """Words in place of small counts of loaded communities, and no share made of them."""
    embedded = data.catalogue()
    loaded = [
        one.community.title
        for one in cohorts
        if one.community.name not in embedded and not one.community.manifest["is_simulated"]
    ]
    own = frame["community"].isin(loaded)
    counts = ["counted as new", "had posted before"]
    small = {name: own & frame[name].between(1, SMALLEST - 1) for name in counts}
    words = {
        name: frame[name].astype(object).mask(small[name], UNDER.format(SMALLEST))
        for name in counts
        if small[name].any()
    }
    share = frame["share"].astype(float).mask(small[counts[0]] | small[counts[1]])
    return frame.assign(**words, share=share)
