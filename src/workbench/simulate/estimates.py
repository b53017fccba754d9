"""
Crowds that estimate quantities, before and after they see what the others think.

Members belong to groups, and each group errs in its own direction, so that a mixed crowd errs less
than one of a kind. In crowds that are shown the mean, members move towards it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.simulate._asked import array, whole, within
from workbench.simulate.seeds import generator

EFFECTS = ("group_bias", "noise", "influence", "learning", "confidence_gain")
MOST_ROWS = 10_000_000

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """
    What is planted. Estimates are in units of the spread of one group's members on one question.

    Attributes
    ----------
    group_bias : deviation of the groups' errors on a question. With 0 diversity has no effect.
    shared_bias : share of the variance of a group's error that is the same in every crowd that
        answers the question; the rest is of this crowd alone. With more than 0 the crowds of a
        question depend on each other.
    noise : deviation of members around the mean of their group.
    influence : share of the way to the shown mean that members of exposed crowds go.
    learning : share of the way to the true value that everybody goes, exposed or not.
    second_noise : deviation of what is added when the question is asked again.
    confidence_gain : rise of confidence, in standard deviations, in exposed crowds.
    exposed : share of crowds that are shown the mean; drawn at random.
    groups : number of groups in the population, as a whole number.
    mixing : concentration of the crowds' mixtures (Dirichlet): small, and most crowds are of one
        group; large, and all have every group.
    truth_sd : spread of the true values over questions.
    """

    group_bias: float = 0.8
    shared_bias: float = 0.0
    noise: float = 1.0
    influence: float = 0.0
    learning: float = 0.0
    second_noise: float = 0.2
    confidence_gain: float = 0.3
    exposed: float = 0.5
    groups: int = 5
    mixing: float = 0.3
    truth_sd: float = 2.0

    def __post_init__(self) -> None:
        """Refuse what no crowd can have."""
        within(
            self,
            where="estimates",
            group_bias=(0, 10),
            shared_bias=(0, 1),
            noise=(0, 10),
            influence=(0, 1),
            learning=(0, 1),
            second_noise=(0, 10),
            confidence_gain=(-3, 3),
            exposed=(0, 1),
            mixing=(0.05, 1000),
            truth_sd=(0, 100),
        )
        whole(self.groups, where="estimates", name="groups", least=1, most=50)


@dataclass(frozen=True)
class Estimates:
    """
    Simulated estimates.

    Attributes
    ----------
    estimates : one row a person and question: question, crowd, person, group, exposed (whether the
        crowd saw its mean), before, after (the estimates), confidence_before, confidence_after
        (standard deviations), truth (of the question). Every crowd answers every question.
    crowds : one row a crowd: crowd, exposed, diversity (Simpson's index: the chance that two
        members drawn with replacement are of different groups), members.
    truth : the planted effects, named as in `Settings`, and variance_ratio: the variance of
        estimates after over before within an exposed crowd, without second_noise.
    """

    estimates: pd.DataFrame
    crowds: pd.DataFrame
    truth: dict[str, float]
    settings: Settings
    seed: int


def simulate(
    settings: Settings, *, seed: int, crowds: int = 200, members: int = 12, questions: int = 10
) -> Estimates:
    """
    Draw `crowds` of as many `members`, who all estimate the same `questions`.

    Raises
    ------
    SimulationError
        A size or the seed is no whole number in its range.
    """
    where = "estimates"
    whole(crowds, where=where, name="crowds", least=1, most=MOST_ROWS)
    whole(members, where=where, name="members", least=1, most=MOST_ROWS // crowds)
    whole(questions, where=where, name="questions", least=1, most=MOST_ROWS // (crowds * members))
    group = _groups(settings, seed, crowds, members)
    shown = np.arange(crowds) < round(settings.exposed * crowds)
    exposed = generator(seed, where, "exposed").permutation(shown)
    theta = settings.truth_sd * generator(seed, where, "truth").normal(size=questions)
    before = _before(settings, seed, group, theta)
    after = _after(settings, seed, before, exposed, theta)
    shape = before.shape
    confidence = generator(seed, where, "confidence").normal(size=shape)
    gain = settings.confidence_gain * exposed[None, :, None]
    question, crowd, member = (axis.ravel() for axis in np.indices(shape))
    rows = pd.DataFrame(
        {
            "question": question,
            "crowd": crowd,
            "person": crowd * members + member,
            "group": group[crowd, member],
            "exposed": exposed[crowd],
            "before": before.ravel(),
            "after": after.ravel(),
            "confidence_before": confidence.ravel(),
            "confidence_after": (confidence + gain).ravel(),
            "truth": theta[question],
        }
    )
    return Estimates(rows, _crowds(settings, group, exposed), _truth(settings), settings, seed)


def expected_squared_error(settings: Settings, diversity: Any, *, members: int) -> Floats:
    """
    The true mean square of a crowd's error before influence, by the diversity of its members.

    The groups' errors are independent, so that those of a crowd add up to
    group_bias ** 2 x (1 - diversity) + noise ** 2 / members.

    Raises
    ------
    SimulationError
        A diversity is not a number from 0 to 1, or the members are no whole number.
    """
    whole(members, where="expected_squared_error", name="members", least=1, most=MOST_ROWS)
    mixed = array(diversity, where="expected_squared_error", name="diversity", least=0, most=1)
    return settings.group_bias**2 * (1 - mixed) + settings.noise**2 / members


def _truth(settings: Settings) -> dict[str, float]:
    """The planted effects, and what they do to the variance within an exposed crowd."""
    kept = (1 - settings.influence) * (1 - settings.learning)
    return {name: float(getattr(settings, name)) for name in EFFECTS} | {
        "variance_ratio": float(kept**2)
    }


def _groups(settings: Settings, seed: int, crowds: int, members: int) -> npt.NDArray[np.int64]:
    """The group of each member, crowds in rows; every crowd has its own mixture."""
    weights = np.full(settings.groups, settings.mixing)
    mixture = generator(seed, "estimates", "mixtures").dirichlet(weights, size=crowds)
    steps = mixture.cumsum(axis=1)[:, None, :-1]
    drawn = generator(seed, "estimates", "members").random((crowds, members, 1))
    return (drawn > steps).sum(axis=2)


def _before(settings: Settings, seed: int, group: npt.NDArray[np.int64], theta: Floats) -> Floats:
    """Estimates by question, crowd and member: truth, error of the group, own error."""
    crowds = len(group)
    draw = {
        name: generator(seed, "estimates", name) for name in ("shared bias", "own bias", "noise")
    }
    shared = draw["shared bias"].normal(size=(len(theta), 1, settings.groups))
    own = draw["own bias"].normal(size=(len(theta), crowds, settings.groups))
    part = settings.shared_bias
    bias = settings.group_bias * (np.sqrt(part) * shared + np.sqrt(1 - part) * own)
    noise = settings.noise * draw["noise"].normal(size=(len(theta), *group.shape))
    return theta[:, None, None] + bias[:, np.arange(crowds)[:, None], group] + noise


def _after(
    settings: Settings,
    seed: int,
    before: Floats,
    exposed: npt.NDArray[np.bool_],
    theta: Floats,
) -> Floats:
    """The second estimates: towards the crowd's mean if it was shown, then towards the truth."""
    pull = settings.influence * exposed[None, :, None]
    moved = (1 - pull) * before + pull * before.mean(axis=2, keepdims=True)
    learnt = moved + settings.learning * (theta[:, None, None] - moved)
    again = generator(seed, "estimates", "second noise").normal(size=before.shape)
    return learnt + settings.second_noise * again


def _crowds(
    settings: Settings, group: npt.NDArray[np.int64], exposed: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """One row a crowd."""
    share = (group[:, :, None] == np.arange(settings.groups)).mean(axis=1)
    return pd.DataFrame(
        {
            "crowd": np.arange(len(group)),
            "exposed": exposed,
            "diversity": 1 - (share**2).sum(axis=1),
            "members": group.shape[1],
        }
    )
