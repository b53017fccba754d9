"""Mistakes about crowds and their ideas: order statistics, regression, selection, a prior win."""

from __future__ import annotations

import math
from functools import cache, partial

import numpy as np
import pandas as pd
from scipy import stats

from workbench.models.matched import conditional_logit
from workbench.models.wisdom import expected_maximum
from workbench.simulate import cascades, contests, versions
from workbench.simulate.seeds import generator
from workbench.studies.calibration.draws import Draw, drawn
from workbench.studies.must_fail.demonstration import (
    TOO_HIGH,
    TOO_LOW,
    Demonstration,
    experiment,
    least_squares,
)

CONTESTS, CROWD, REGULARS, SEASON = 100, 300, 40, 25
STORIES, AUDITED = 4000, 0.1
PROJECTS, RELEASES = 100, 4
_REACH = float(stats.norm.ppf(0.975))
WORTH_POINTS = 0.10  # a tenth of an idea's usual luck, for each doubling of the crowd


def best_ideas(settings: contests.Settings, seed: int) -> pd.DataFrame:
    """
    The best idea of every contest.

    One row a contest: doublings (log2 of its ideas), best (quality), beyond (best less what so many
    ideas bring by arithmetic: the mean of the largest of as many normal draws).
    """
    made = contests.simulate(settings, seed=seed, contests=CONTESTS, people=CROWD)
    quality = made.ideas["quality"]
    found = made.ideas.groupby("contest")["quality"].agg(["max", "size"])
    largest = np.array([_expected_maximum(int(size)) for size in found["size"]])
    return pd.DataFrame(
        {
            "contest": found.index,
            "doublings": np.log2(found["size"]),
            "best": found["max"],
            "beyond": found["max"] - quality.mean() - quality.std() * largest,
        }
    )


_expected_maximum = cache(expected_maximum)


def next_ratings(settings: versions.Settings, seed: int) -> pd.DataFrame:
    """One row a version but the last: log feedback, and the change to the next rating, a and b."""
    made = versions.simulate(settings, seed=seed, projects=PROJECTS, versions=RELEASES)
    rows = made.versions
    following = rows.groupby("project")[["rating_a", "rating_b"]].shift(-1)
    return pd.DataFrame(
        {
            "project": rows["project"],
            "feedback": np.log1p(rows["feedback"]),
            "change_a": following["rating_a"] - rows["rating_a"],
            "change_b": following["rating_b"] - rows["rating_b"],
        }
    ).dropna()


def stories(settings: cascades.Settings, seed: int) -> pd.DataFrame:
    """One row a story: false, checked, audited (a tenth, drawn at random), size (doublings)."""
    rows = cascades.simulate(settings, seed=seed, stories=STORIES).cascades
    chance = generator(seed, "must fail", "audit").random(len(rows))
    return rows.assign(size=np.log2(rows["size"]), audited=chance < AUDITED)


def season(settings: contests.Settings, seed: int) -> pd.DataFrame:
    """One row an idea of a regular, in the order of time: person, won, has_won (before it)."""
    ideas = contests.simulate(settings, seed=seed, contests=SEASON, people=REGULARS).ideas
    ideas = ideas.sort_values(["person", "day"], kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "person": ideas["person"],
            "won": ideas["success"].astype(float),
            "has_won": (ideas["earlier_successes"] > 0).astype(float),
        }
    )


def _prior_win(rows: pd.DataFrame) -> Draw:
    fit = conditional_logit(rows, outcome="won", group="person", covariates=["has_won"])
    return drawn(fit.term("has_won"))


def _any_order(rows: pd.DataFrame) -> Draw:
    """
    Log odds of winning after a first win, against all orders in which the same wins could come.

    Of a person's w wins among k ideas, w - 1 come after the first one in any order; what the order
    decides is how many losses do. The place of the first win has mean (k + 1) / (w + 1) and
    variance w (k + 1) (k - w) / ((w + 1)^2 (w + 2)). Winners of one contest exclude each other, so
    that the error is on the careful side.
    """
    each = rows.groupby("person").agg(k=("won", "size"), w=("won", "sum"))
    k, w = each[each["w"] > 0].to_numpy(dtype=float).T
    place = (k + 1) / (w + 1)
    expected = float((k - place - (w - 1)).sum())
    variance = float((w * (k + 1) * (k - w) / ((w + 1) ** 2 * (w + 2))).sum())
    losses = float(((rows["has_won"] == 1) & (rows["won"] == 0)).sum())
    off, error = math.log(expected / losses), math.sqrt(variance) / expected
    p = 2 * float(stats.norm.sf(abs(expected - losses) / math.sqrt(variance)))
    return Draw(off, error, off - _REACH * error, off + _REACH * error, p)


def about_crowds() -> tuple[Demonstration, ...]:
    """The mistakes about ideas, versions and stories."""
    return (_order_statistics(), _regression_to_the_mean(), _collider(), _a_prior_win())


def _order_statistics() -> Demonstration:
    planted = contests.Settings(effort_loss=0.0, appeal_quality=0.0, uncertainty_sd=0.0)
    return Demonstration(
        key="order statistics",
        title="The best of many is better, even where crowds are no better",
        naive="regress the best idea of a contest on the logarithm of the number of ideas",
        why="The largest of more draws is larger by arithmetic alone.",
        better="take off what as many random draws bring, and ask what lies beyond",
        error=TOO_HIGH,
        unit="quality of the best idea beyond arithmetic, points for each doubling",
        experiment=experiment(
            "order statistics", partial(best_ideas, planted),
            naive=partial(
                least_squares, outcome="best", exposure="doublings", clusters="contest"
            ),
            better=partial(
                least_squares, outcome="beyond", exposure="doublings", clusters="contest"
            ),
            worth=WORTH_POINTS, scenario="ideas are no better and no worse in larger crowds",
        ),
    )  # fmt: skip


def _regression_to_the_mean() -> Demonstration:
    return Demonstration(
        key="regression to the mean",
        title="After a bad rating a better one follows, with feedback or without",
        naive="regress the change of the rating on the feedback that it drew",
        why="Bad luck draws comments, and luck does not last.",
        better="measure the change by other raters, whose luck drew no comments",
        error=TOO_HIGH,
        unit="change of the rating per unit of log feedback",
        experiment=experiment(
            "regression to the mean", partial(next_ratings, versions.Settings(improvement=0.0)),
            naive=partial(
                least_squares, outcome="change_a", exposure="feedback", clusters="project"
            ),
            better=partial(
                least_squares, outcome="change_b", exposure="feedback", clusters="project"
            ),
            worth=WORTH_POINTS, scenario="feedback changes nothing",
        ),
    )  # fmt: skip


def _collider() -> Demonstration:
    compare = partial(least_squares, outcome="size", exposure="false")
    planted = cascades.Settings(false_spread=0.0, check_false=2.0)
    return Demonstration(
        key="collider",
        title="Among checked stories false ones look small",
        naive="compare the sizes of false and true stories among those that were checked",
        why="Large stories are checked, and so are small ones if they look false.",
        better="have a random tenth of all stories checked",
        error=TOO_LOW,
        unit="size of false against true stories, doublings",
        experiment=experiment(
            "collider", partial(stories, planted), naive=partial(_among, compare, "checked"),
            better=partial(_among, compare, "audited"), worth=0.5,
            scenario="false and true stories spread alike",
        ),
        refusal="checks of stories drawn at random; the checked ones alone cannot answer",
    )  # fmt: skip


def _among(compare: partial[Draw], which: str, rows: pd.DataFrame) -> Draw:
    return compare(rows[rows[which]])


def _a_prior_win() -> Demonstration:
    return Demonstration(
        key="a prior win",
        title="Within a person a win has to come after fewer wins",
        naive="compare each person's ideas before and after the first win by conditional logit",
        why="The first win always belongs to the time before, so that the time after looks poor.",
        better="compare with all orders in which the same wins could have come",
        error=TOO_LOW,
        unit="log odds of winning again",
        experiment=experiment(
            "a prior win", partial(season, contests.Settings(fixation=0.0)), naive=_prior_win,
            better=_any_order, worth=0.5, scenario="a win changes nothing later",
        ),
    )  # fmt: skip
