"""
Idea contests: prizes and appeal draw crowds, crowds draw ideas, and the best idea wins.

Contests follow one another. People take part in many of them, so that what a first success does to
their later ideas (fixation) can be told from regression to the mean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from workbench.errors import SimulationError
from workbench.simulate._asked import array, whole, within
from workbench.simulate._quadrature import normal_nodes
from workbench.simulate.seeds import generator

EFFECTS = (
    "effort_loss", "appeal_quality", "prize_entrants", "appeal_entrants", "expertise_effect",
    "outsider_bonus", "outsider_variance", "fixation",
)  # fmt: skip
IDEA_COLUMNS = (
    "contest", "idea", "day", "person", "outsider", "blind_quality", "popularity", "success",
    "earlier_successes", "quality", "expertise",
)  # fmt: skip
DAYS_APART = 7
VOTES_LOG_MEAN, VOTES_PER_POINT, VOTE_NOISE, LARGEST_LOG_MEAN = 0.5, 0.5, 0.8, 12.0
MOST_CONTESTS = 5_000
MOST_CELLS = 50_000_000

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Settings:
    """
    What is planted. Quality is in points, of which the usual idea's luck has a deviation of one.

    The quality of an idea is appeal_quality x appeal + expertise_effect x expertise
    - effort_loss x log2(entrants) + outsider_bonus for an outsider + uncertainty x luck
    - fixation after the author's first success.

    Attributes
    ----------
    effort_loss : points that every idea loses for each doubling of the entrants. The arithmetic of
        drawing more ideas comes on top; beyond it, the truth per doubling is minus this number.
    appeal_quality : points per standard deviation of a contest's appeal, which is not observed and
        draws entrants too: the confounder.
    prize_entrants, appeal_entrants : rise of the log mean of entrants per standard deviation of
        prize and of appeal.
    log_entrants : log of the mean number of entrants beyond the first, at mean prize and appeal.
    entrants_shape : of the negative binomial; the variance is mean + mean squared / shape.
    uncertainty_sd : spread of the log of the contests' uncertainty, whose median is 1.
    expertise_effect : points per standard deviation of expertise.
    outsiders : share of ideas by outsiders. outsider_bonus : points that they have on average.
    outsider_variance : the variance of an outsider's luck over that of an insider.
    fixation : points that a person loses for good after the first success.
    winners : share of a contest's ideas that succeed, rounded up: at least one.
    judge_noise : deviation of the jury's blind mark from quality, points.
    applause : rise of the log of mean votes per doubling of entrants: crowds applaud more.
    activity_sd : spread of how readily people enter, as log odds.
    """

    effort_loss: float = 0.0
    appeal_quality: float = 0.3
    prize_entrants: float = 0.5
    appeal_entrants: float = 0.4
    log_entrants: float = 2.2
    entrants_shape: float = 1.2
    uncertainty_sd: float = 0.4
    expertise_effect: float = 0.5
    outsiders: float = 0.3
    outsider_bonus: float = 0.0
    outsider_variance: float = 1.0
    fixation: float = 0.0
    winners: float = 0.1
    judge_noise: float = 0.5
    applause: float = 0.3
    activity_sd: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what no contest can have."""
        within(
            self,
            where="contests",
            effort_loss=(0, 2),
            appeal_quality=(-2, 2),
            prize_entrants=(-2, 2),
            appeal_entrants=(-2, 2),
            log_entrants=(-3, 6),
            entrants_shape=(0.1, 1000),
            uncertainty_sd=(0, 1),
            expertise_effect=(0, 3),
            outsiders=(0, 1),
            outsider_bonus=(-3, 3),
            outsider_variance=(0.01, 10),
            fixation=(-3, 3),
            winners=(0, 1),
            judge_noise=(0, 3),
            applause=(0, 1),
            activity_sd=(0, 3),
        )


@dataclass(frozen=True)
class Contests:
    """
    Simulated contests.

    Attributes
    ----------
    contests : one row a contest: contest, opened (days), prize (standardised), entrants, appeal
        and uncertainty (neither is observed in real data).
    ideas : one row an idea in the order of time: contest, idea (from 1 in each contest), day,
        person, outsider, blind_quality (the jury's mark), popularity (votes, which grow with the
        crowd), success, earlier_successes (of this person), and quality and expertise (neither is
        observed in real data).
    truth : the planted effects, named as in `Settings`, and beyond_arithmetic: points of the best
        idea per doubling of entrants beyond what drawing more ideas brings.
    """

    contests: pd.DataFrame
    ideas: pd.DataFrame
    truth: dict[str, float]
    settings: Settings
    seed: int


def simulate(settings: Settings, *, seed: int, contests: int = 300, people: int = 2000) -> Contests:
    """
    Draw `contests` in which `people` may enter, each at most once in a contest.

    No contest has more entrants than there are people. People enter whatever their expertise and
    their earlier successes.

    Raises
    ------
    SimulationError
        A size or the seed is no whole number in its range.
    """
    whole(contests, where="contests", name="contests", least=1, most=MOST_CONTESTS)
    whole(people, where="contests", name="people", least=1, most=MOST_CELLS // contests)
    held = _contests(settings, seed, contests, people)
    entrants = held["entrants"].to_numpy()
    contest = np.repeat(np.arange(contests), entrants)
    person = _entries(settings, seed, entrants, people)
    expertise = generator(seed, "contests", "expertise").normal(size=people)[person]
    ideas = pd.DataFrame({"contest": contest, "person": person, "expertise": expertise})
    ideas = _conceived(settings, seed, ideas, held.iloc[contest])
    ideas = _judged(settings, seed, ideas, people)
    ideas["popularity"] = _votes(settings, seed, ideas, held["entrants"].to_numpy()[contest])
    ideas = ideas[list(IDEA_COLUMNS)]
    truth = {name: float(getattr(settings, name)) for name in EFFECTS}
    truth["beyond_arithmetic"] = -truth["effort_loss"]
    return Contests(held, ideas, truth, settings, seed)


def expected_best(settings: Settings, entrants: Any) -> Floats:
    """
    The true mean quality, in points, of the best idea of a contest of mean appeal, by its entrants.

    The mean, over contests' uncertainty, of the largest of independent draws, whose distribution
    function is that of one draw to the power of their number; insiders and outsiders are mixed.

    Raises
    ------
    SimulationError
        There is fixation, with which ideas depend on the past; or numbers of entrants below 1.
    """
    if settings.fixation:
        raise SimulationError(
            "expected_best: expected no fixation, with which ideas depend on earlier contests, "
            f"got {settings.fixation:g}. Set fixation to 0."
        )
    crowd = array(entrants, where="expected_best", name="entrants", least=1)
    sizes, rows = np.unique(crowd, return_inverse=True)
    nodes, weights = normal_nodes()
    spreads = np.exp(settings.uncertainty_sd * nodes)
    by_spread = np.array([_largest(settings, spread, sizes) for spread in spreads])
    best = weights @ by_spread - settings.effort_loss * np.log2(sizes)
    return best[rows].reshape(crowd.shape)


def _largest(settings: Settings, uncertainty: float, sizes: Floats) -> Floats:
    """Mean of the largest of each number of ideas, without appeal and effort loss."""
    inside = math.hypot(settings.expertise_effect, uncertainty)
    outside = math.hypot(
        settings.expertise_effect, uncertainty * math.sqrt(settings.outsider_variance)
    )
    reach = abs(settings.outsider_bonus) + 9 * max(inside, outside)
    points = np.linspace(-reach, reach, 2001)
    below = (1 - settings.outsiders) * stats.norm.cdf(points / inside)
    below += settings.outsiders * stats.norm.cdf((points - settings.outsider_bonus) / outside)
    # From -reach, where F is 0, E max = reach - the integral of F ** n.
    return reach - np.trapezoid(below ** sizes[:, None], points, axis=1)


def _contests(settings: Settings, seed: int, contests: int, people: int) -> pd.DataFrame:
    """One row a contest."""
    prize, appeal, uncertain = (
        generator(seed, "contests", name).normal(size=contests)
        for name in ("prize", "appeal", "uncertainty")
    )
    mean = np.exp(
        settings.log_entrants + settings.prize_entrants * prize + settings.appeal_entrants * appeal
    )
    shape = settings.entrants_shape
    others = generator(seed, "contests", "entrants").negative_binomial(
        shape, shape / (shape + mean)
    )
    return pd.DataFrame(
        {
            "contest": np.arange(contests),
            "opened": DAYS_APART * np.arange(contests),
            "prize": prize,
            "entrants": np.minimum(1 + others, people),
            "appeal": appeal,
            "uncertainty": np.exp(settings.uncertainty_sd * uncertain),
        }
    )


def _entries(settings: Settings, seed: int, entrants: Whole, people: int) -> Whole:
    """The people of each contest in random order, drawn without replacement by their activity."""
    activity = settings.activity_sd * generator(seed, "contests", "activity").normal(size=people)
    rng = generator(seed, "contests", "entries")
    # The largest values of log-weight plus Gumbel noise are a weighted draw without replacement.
    drawn = [np.argsort(-(activity + rng.gumbel(size=people)))[:n] for n in entrants]
    return np.concatenate([rng.permutation(chosen) for chosen in drawn])


def _conceived(
    settings: Settings, seed: int, ideas: pd.DataFrame, own: pd.DataFrame
) -> pd.DataFrame:
    """Ideas with the quality they would have without fixation; `own` is the contest of each."""
    size = len(ideas)
    outsider = generator(seed, "contests", "outsiders").random(size) < settings.outsiders
    luck = generator(seed, "contests", "luck").normal(size=size)
    luck = luck * np.where(outsider, np.sqrt(settings.outsider_variance), 1.0)
    moment = generator(seed, "contests", "time").random(size) * DAYS_APART
    contest = ideas["contest"].to_numpy()
    quality = (
        settings.appeal_quality * own["appeal"].to_numpy()
        + settings.expertise_effect * ideas["expertise"].to_numpy()
        - settings.effort_loss * np.log2(own["entrants"].to_numpy())
        + settings.outsider_bonus * outsider
        + own["uncertainty"].to_numpy() * luck
    )
    return ideas.assign(
        idea=ideas.groupby("contest").cumcount() + 1,
        day=own["opened"].to_numpy() + moment[np.lexsort((moment, contest))],
        outsider=outsider,
        quality=quality,
    )


def _judged(settings: Settings, seed: int, ideas: pd.DataFrame, people: int) -> pd.DataFrame:
    """Contest by contest: fixation by what was won so far, the jury's marks, who succeeds."""
    noise = settings.judge_noise * generator(seed, "contests", "jury").normal(size=len(ideas))
    quality, person = ideas["quality"].to_numpy().copy(), ideas["person"].to_numpy()
    success, earlier = np.zeros(len(ideas), dtype=bool), np.zeros(len(ideas), dtype=np.int64)
    won = np.zeros(people, dtype=np.int64)
    starts = np.flatnonzero(ideas["idea"].to_numpy() == 1)
    for start, end in zip(starts, [*starts[1:], len(ideas)], strict=True):
        rows = slice(start, end)
        earlier[rows] = won[person[rows]]
        quality[rows] -= settings.fixation * (earlier[rows] > 0)
        places = max(1, math.ceil(settings.winners * (end - start)))
        best = start + np.argsort(-(quality[rows] + noise[rows]))[:places]
        success[best] = True
        won[person[best]] += 1
    return ideas.assign(
        quality=quality, blind_quality=quality + noise, success=success, earlier_successes=earlier
    )


def _votes(settings: Settings, seed: int, ideas: pd.DataFrame, entrants: Whole) -> Whole:
    """Votes for each idea: Poisson around a noisy view of quality, more in a large crowd."""
    taste = VOTE_NOISE * generator(seed, "contests", "taste").normal(size=len(ideas))
    logs = VOTES_LOG_MEAN + VOTES_PER_POINT * ideas["quality"].to_numpy() + taste
    logs = logs + settings.applause * np.log2(entrants)
    # By inversion, so that a change of one idea's mean leaves the votes of the others alone.
    chance = generator(seed, "contests", "votes").random(len(ideas))
    return stats.poisson.ppf(chance, np.exp(np.minimum(logs, LARGEST_LOG_MEAN))).astype(np.int64)
