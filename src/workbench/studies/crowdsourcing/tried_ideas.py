"""The methods of H2.1, H2.4, H2.5 and H2.6 tried where the truth is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from workbench.errors import ModelError
from workbench.models.orders import after_first
from workbench.models.votes import majority_curve
from workbench.simulate import contests, raters
from workbench.simulate.seeds import generator
from workbench.studies.calibration.draws import (
    INTERVAL,
    NEITHER,
    OBSERVED,
    PROXIES,
    SHOWN,
    Draw,
    Experiment,
    Target,
    drawn,
)
from workbench.studies.calibration.shown import Words
from workbench.studies.crowdsourcing.crowd_size import by_contest, slope
from workbench.studies.crowdsourcing.ideas import standings
from workbench.studies.crowdsourcing.winning import COVARIATES, EARLY, TIME, compared
from workbench.studies.hypotheses import hypotheses

CONTESTS, CROWD = 20, 1_500
SEASONS, REGULARS = 60, 60
JUDGED, JUDGES, EACH = 300, 40, 9
FEW_JUDGED, FEW_JUDGES = 200, 20  # each of whom judges everything
# Log of the mean size of contests, for ideas that can win and for all; how even sizes are.
SOME, ALL, EVEN = 4.5, 5.5, 5.0
SHARE_EARLY, LIFT, ATTENTION = 0.6, 0.05, 0.8
ABOVE = 20.0  # points, far above any quality, so that no logarithm is cut off

WORDS = {
    "H2.1": Words("H2.1 best idea", "Is the best idea better beyond arithmetic? (H2.1)",
                  "standard deviations for each doubling"),
    "H2.4": Words("H2.4 majority", "Are more judges right more often? (H2.4)",
                  "in 100 things for each doubling", 100),
    "H2.5": Words("H2.5 after a win", "Do winners win less afterwards? (H2.5)",
                  "in 100 entries", 100),
    "H2.6": Words("H2.6 early comment", "Do ideas with an early comment win more? (H2.6)",
                  "in 100 ideas", 100),
}  # fmt: skip


def experiments() -> tuple[Experiment, ...]:
    """One or more worlds for each of the four methods."""
    return (
        _best("ideas are no better and no worse in larger crowds", 0.0),
        _best("ideas lose a fifth of a point with each doubling", 0.2),
        _best("appealing contests draw crowds and better ideas", 0.0, appeal=0.6, held_to=SHOWN),
        _labels("judges are right in seven of ten cases", 8.0, 3.0),
        _labels("judges guess", 500.0, 500.0, spammers=0.0),
        # The logarithm of a judge's odds has a standard deviation of 0.8 with this law.
        _labels(
            "few judges of unlike skill judge everything",
            6.5,
            2.5,
            spammers=0.0,
            sizes=(FEW_JUDGED, FEW_JUDGES, FEW_JUDGES),
            held_to=SHOWN,
        ),
        _serial("a win changes nothing later"),
        _comments("comments change nothing", 0.0, attention=0.0),
        _comments("an early comment adds five in a hundred", LIFT, attention=0.0),
        _comments("good looks draw comments and wins", 0.0, attention=ATTENTION, held_to=SHOWN),
    )


def _world(
    hypothesis: str,
    scenario: str,
    draw: Callable[[int], Draw],
    *,
    truth: float,
    held_to: str = INTERVAL,
    adjusted: str = NEITHER,
) -> Experiment:
    worth = hypotheses("02")[hypothesis].sesoi
    target = Target(hypothesis, scenario, adjusted, truth, sesoi=worth, held_to=held_to)
    return Experiment(f"{hypothesis}, {scenario}", {hypothesis: target},
                      partial(_only, hypothesis, draw))  # fmt: skip


def _only(name: str, draw: Callable[[int], Draw], seed: int) -> Mapping[str, Draw]:
    try:
        return {name: draw(seed)}
    except ModelError as error:
        return {name: Draw(failed=str(error))}


def _best(
    scenario: str, effort_loss: float, *, appeal: float = 0.0, held_to: str = INTERVAL
) -> Experiment:
    """Quality as the jury marks it; in deviations of ideas of one contest."""
    planted = contests.Settings(
        effort_loss=effort_loss,
        appeal_quality=appeal,
        uncertainty_sd=0.0,
        log_entrants=ALL,
        entrants_shape=EVEN,
        prize_entrants=0.2,
        appeal_entrants=0.2,
    )
    spread = np.sqrt(1 + planted.expertise_effect**2 + planted.judge_noise**2)
    return _world(
        "H2.1", scenario, partial(_draw_best, planted), truth=-effort_loss / spread,
        held_to=held_to, adjusted=PROXIES if held_to == SHOWN else NEITHER,
    )  # fmt: skip


def _draw_best(planted: contests.Settings, seed: int) -> Draw:
    made = contests.simulate(planted, seed=seed, contests=CONTESTS, people=CROWD).ideas
    rows = made.assign(score=np.expm1(made["blind_quality"] + ABOVE))
    return drawn(slope(by_contest(standings(rows)), "beyond"))


def _labels(
    scenario: str,
    right: float,
    wrong: float,
    *,
    spammers: float = 0.08,
    sizes: tuple[int, int, int] = (JUDGED, JUDGES, EACH),
    held_to: str = INTERVAL,
) -> Experiment:
    """
    Two classes. Fresh raters of an item are alike and independent, so that the truth is binomial.

    A rater with a mixture of labels of its own is right with mean one half. `sizes`: items, raters,
    raters of an item.
    """
    planted = raters.Settings(accuracy_right=right, accuracy_wrong=wrong, spammers=spammers)
    skill = (1 - spammers) * right / (right + wrong) + spammers / 2
    crowds = np.arange(1, sizes[2] + 1, 2)
    along = np.log2(crowds) - np.log2(crowds).mean()
    truth = stats.binom.sf(crowds // 2, crowds, skill) @ along / (along @ along)
    return _world(
        "H2.4", scenario, partial(_draw_labels, planted, sizes), truth=float(truth), held_to=held_to
    )


def _draw_labels(planted: raters.Settings, sizes: tuple[int, int, int], seed: int) -> Draw:
    items, judges, each = sizes
    made = raters.simulate(planted, seed=seed, items=items, raters=judges, per_item=each)
    return drawn(majority_curve(made.judgements, made.items.set_index("item")["true_class"]))


def _serial(scenario: str) -> Experiment:
    planted = contests.Settings(fixation=0.0, expertise_effect=1.0)
    return _world("H2.5", scenario, partial(_draw_serial, planted), truth=0.0)


def _draw_serial(planted: contests.Settings, seed: int) -> Draw:
    made = contests.simulate(planted, seed=seed, contests=SEASONS, people=REGULARS).ideas
    made = made.sort_values(["person", "contest"], ignore_index=True)
    return drawn(after_first(made["success"], made["person"], seed=seed, draws=1_999))


def _comments(
    scenario: str, lift: float, *, attention: float, held_to: str = INTERVAL
) -> Experiment:
    """Six ideas in ten get a comment within a day, by their looks where `attention` is above 0."""
    planted = contests.Settings(
        log_entrants=SOME, entrants_shape=EVEN, prize_entrants=0.2, appeal_entrants=0.2
    )
    return _world(
        "H2.6", scenario, partial(_draw_comments, planted, lift, attention), truth=lift,
        held_to=held_to, adjusted=PROXIES if attention else OBSERVED,
    )  # fmt: skip


def _draw_comments(planted: contests.Settings, lift: float, attention: float, seed: int) -> Draw:
    made = contests.simulate(planted, seed=seed, contests=CONTESTS, people=CROWD).ideas
    luck = generator(seed, "calibration", "early comments")
    usual = stats.norm.ppf(SHARE_EARLY)
    early = luck.normal(size=len(made)) < usual + attention * made["quality"]
    first = made["success"].to_numpy()
    also = ~first & early.to_numpy() & (luck.random(len(made)) < lift)
    day = made["day"] - made.groupby("contest")["day"].transform("min")
    rows = pd.DataFrame(
        {
            "contest": made["contest"], "won": (first | also).astype(float),
            EARLY: early.astype(float), "day": day, "day_squared": day**2,
            "length": luck.normal(size=len(made)),
        }
    )  # fmt: skip
    found = compared(rows, COVARIATES[TIME], draws=999)
    # A lift reaches only those who would not have won without it.
    return drawn(found, aim=lift * float(1 - first.mean()))
