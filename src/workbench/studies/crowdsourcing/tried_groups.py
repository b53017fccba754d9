"""The methods of H2.2 and H2.3 tried where the truth is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd

from workbench.errors import ModelError
from workbench.simulate import estimates
from workbench.simulate.seeds import generator
from workbench.studies.calibration.draws import (
    INTERVAL,
    NEITHER,
    SHOWN,
    Draw,
    Experiment,
    Target,
    drawn,
)
from workbench.studies.calibration.shown import Words
from workbench.studies.crowdsourcing.diversity import fitted, habits_of
from workbench.studies.crowdsourcing.groups import table_of
from workbench.studies.crowdsourcing.subcrowds import LENIENT, SIZE_OWN, jackknifed, paneled
from workbench.studies.crowdsourcing.talking import ERROR, SPREAD, less_of
from workbench.studies.hypotheses import hypotheses

CROWDS, MEMBERS, QUESTIONS = 250, 5, 4
ITEMS, JUDGES, RATERS = 150, 6, 40

WORDS = {
    "H2.2": Words("H2.2 diversity", "Do unlike groups err less? (H2.2)",
                  "% of the error for each standard deviation", 100),
    "H2.3a": Words("H2.3a spread", "Do members differ less after a talk? (H2.3a)",
                   "% of the spread", 100),
    "H2.3b": Words("H2.3b error", "Are groups nearer after a talk? (H2.3b)",
                   "% of the error", 100),
}  # fmt: skip


def experiments() -> tuple[Experiment, ...]:
    """Worlds with and without an effect for each of the three methods."""
    alike = estimates.Settings(group_bias=0.0)
    return (
        _world("H2.2", "joint results, members of one kind err together",
               partial(_joint, estimates.Settings(group_bias=0.8)), null=None),
        _world("H2.2", "joint results, kinds do not matter", partial(_joint, alike)),
        _world("H2.2", "numbers, diversity elsewhere does not matter", partial(_elsewhere, alike)),
        _world("H2.2", "raters alone, without habits", _alone, held_to=SHOWN),
        _talk("H2.3b", "a talk teaches a fifth of the way", ERROR, learning=0.2),
        _talk("H2.3b", "a talk teaches nothing, for the group", ERROR, learning=None),
        _talk("H2.3a", "members go half of the way to the mean", SPREAD, influence=0.5),
        _talk("H2.3a", "members answer anew, as far apart as before", SPREAD, influence=None),
    )  # fmt: skip


def _world(
    hypothesis: str,
    scenario: str,
    draw: Callable[[int], Draw],
    *,
    truth: float = 0.0,
    null: float | None = 0.0,
    held_to: str = INTERVAL,
) -> Experiment:
    """A world of one target; `null` is None where what is true differs from draw to draw."""
    worth = hypotheses("02")[hypothesis].sesoi
    target = Target(hypothesis, scenario, NEITHER, truth, null=null, sesoi=worth, held_to=held_to)
    return Experiment(f"{hypothesis}, {scenario}", {hypothesis: target},
                      partial(_only, hypothesis, draw))  # fmt: skip


def _only(name: str, draw: Callable[[int], Draw], seed: int) -> Mapping[str, Draw]:
    try:
        return {name: draw(seed)}
    except ModelError as error:
        return {name: Draw(failed=str(error))}


def _joint(planted: estimates.Settings, seed: int) -> Draw:
    """One result a crowd against how mixed it is; the true mean error is a line in diversity."""
    made = estimates.simulate(planted, seed=seed, crowds=CROWDS, members=MEMBERS, questions=1)
    part = made.estimates.groupby("crowd")
    error = (part["before"].mean() - part["truth"].first()) ** 2
    table = pd.DataFrame({"error": error, "diversity": made.crowds["diversity"]})
    true = estimates.expected_squared_error(planted, table["diversity"], members=MEMBERS)
    aim = planted.group_bias**2 * float(table["diversity"].std()) / float(true.mean())
    return drawn(fitted(table, [], gamma=False), aim=aim)


def _elsewhere(planted: estimates.Settings, seed: int) -> Draw:
    """Numbers of groups at several questions, by the gamma model."""
    made = estimates.simulate(
        planted, seed=seed, crowds=CROWDS, members=MEMBERS, questions=QUESTIONS
    ).estimates
    first = pd.DataFrame(
        {
            "group": made["crowd"], "item": made["question"].astype(str), "person": made["person"],
            "value_before": np.exp(made["before"]), "true_value": np.exp(made["truth"]),
        }
    )  # fmt: skip
    table = habits_of(first, keep_far=True).rename(columns={"deviation": "diversity"})
    return drawn(fitted(table, ["item"], gamma=True))


def _alone(seed: int) -> Draw:
    """
    Raters who differ by luck alone, so that unlike ones err neither more nor less.

    Only shown: leaving a rater out leaves fewer crowds, too, so that the jackknife is on the
    careful side here.
    """
    luck = generator(seed, "calibration", "raters alone")
    who = np.argsort(luck.random((ITEMS, RATERS)), axis=1)[:, :JUDGES]
    told = pd.DataFrame(
        {
            "item": np.repeat(np.arange(ITEMS), JUDGES),
            "person": who.ravel(),
            "value": luck.normal(size=ITEMS * JUDGES),
            "true_value": 0.0,
        }
    )
    return drawn(jackknifed(paneled(told), habit=LENIENT, size=SIZE_OWN))


def _talk(
    hypothesis: str,
    scenario: str,
    what: str,
    *,
    learning: float | None = 0.0,
    influence: float | None = 0.0,
) -> Experiment:
    """
    Groups before and after, all shown their mean; None: what second thoughts add is taken away.

    With learning l, influence w and second noise s the error of a group's mean is (1 - l)^2 times
    that before plus s^2 / members; for members of one kind the variance within a group is
    (1 - l)^2 (1 - w)^2 times that before plus s^2.
    """
    noise = estimates.Settings(group_bias=0.0)
    again = noise.second_noise**2 / noise.noise**2
    still = 1 - float(np.sqrt(1 - again))  # takes away as much as the second noise adds
    planted = estimates.Settings(
        group_bias=0.0,
        exposed=1.0,
        learning=still if learning is None else learning,
        influence=still if influence is None else influence,
    )
    if what == ERROR:
        truth = 1 - ((1 - planted.learning) ** 2 + again)
    else:
        kept = (1 - planted.learning) * (1 - planted.influence)
        truth = 1 - float(np.sqrt(kept**2 + again))
    return _world(hypothesis, scenario, partial(_before_and_after, planted, what), truth=truth)


def _before_and_after(planted: estimates.Settings, what: str, seed: int) -> Draw:
    made = estimates.simulate(
        planted, seed=seed, crowds=CROWDS, members=MEMBERS, questions=QUESTIONS
    ).estimates
    people = made.drop(columns="group").rename(columns={"crowd": "group", "question": "item"})
    return drawn(less_of(table_of(people), what))
