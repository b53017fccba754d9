"""
Raters who label items whose true class is known: skilled, severe, or not looking at all.

Each item is judged by a few raters drawn at random. On a nominal scale a rater errs by a confusion
matrix; on an ordinal one by a shift of all cut points, which makes the rater severe or mild.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.special import expit

from workbench.errors import SimulationError
from workbench.simulate._asked import one_of, whole, within
from workbench.simulate.seeds import generator

SCALES = ("nominal", "ordinal")
POINTS_IN_A_CLASS = 200
MOST_CLASSES = 20
MOST_CELLS = 10_000_000

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Settings:
    """
    What is planted.

    Attributes
    ----------
    prevalence : share of each true class; two to 20, which add up to 1. Classes are numbered
        from 0; on an ordinal scale in rising order.
    scale : "nominal" or "ordinal".
    accuracy_right, accuracy_wrong : parameters of the Beta law of a rater's chance of the right
        label, drawn for each true class; wrong labels are equally likely. Nominal scale only.
    severity_sd : spread of raters' severity, in standard deviations of the items. Severe raters
        give lower classes. Ordinal scale only.
    sharpness : log-odds of passing a cut point per standard deviation above it. Ordinal only.
    spammers : share of raters whose labels do not depend on the item; each has a random mixture
        of labels (Dirichlet), the same for every true class.
    """

    prevalence: Sequence[float] = (0.5, 0.5)
    scale: str = "nominal"
    accuracy_right: float = 8.0
    accuracy_wrong: float = 3.0
    severity_sd: float = 0.5
    sharpness: float = 4.0
    spammers: float = 0.08

    def __post_init__(self) -> None:
        """Refuse what no scale and no rater can have."""
        one_of(self.scale, where="raters", name="scale", allowed=SCALES)
        within(
            self,
            where="raters",
            accuracy_right=(0.01, 10_000),
            accuracy_wrong=(0.01, 10_000),
            severity_sd=(0, 5),
            sharpness=(0, 100),
            spammers=(0, 1),
        )
        if not _are_shares(self.prevalence):
            raise SimulationError(
                f"raters: expected prevalence to be 2 to {MOST_CLASSES} shares above 0 that add "
                f"up to 1, got {self.prevalence!r}. Give one share for each class."
            )


def _are_shares(values: object) -> bool:
    """Whether these are shares of the whole, none of them empty."""
    try:
        shares = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        return False
    proper = shares.ndim == 1 and 2 <= len(shares) <= MOST_CLASSES and (shares > 0).all()
    return bool(proper) and math.isclose(shares.sum(), 1, abs_tol=1e-9)


@dataclass(frozen=True)
class Judgements:
    """
    Simulated judgements and what is true behind them.

    Attributes
    ----------
    judgements : one row an item and rater: item, rater, label (0, 1, ...). Which raters judge an
        item depends on nothing, so that the missing ones are missing completely at random.
    items : one row an item: item, true_class; on an ordinal scale also position (standard
        deviations).
    raters : one row a rater: rater, spammer, severity (0 on a nominal scale), skill (the chance of
        the right label for an item drawn at random).
    confusion : one row a rater, true class and label: rater, true_class, label, probability.
    truth : mean_skill (of these raters), spammers (share of these raters), and the planted
        accuracy (mean of the Beta law; nominal) or severity_sd and sharpness (ordinal).
    """

    judgements: pd.DataFrame
    items: pd.DataFrame
    raters: pd.DataFrame
    confusion: pd.DataFrame
    truth: dict[str, float]
    settings: Settings
    seed: int


def simulate(
    settings: Settings, *, seed: int, items: int = 500, raters: int = 30, per_item: int = 5
) -> Judgements:
    """
    Draw judgements of `items` by `raters`, of whom `per_item` different ones see each item.

    Raises
    ------
    SimulationError
        A size or the seed is no whole number in its range.
    """
    whole(items, where="raters", name="items", least=1, most=MOST_CELLS)
    whole(raters, where="raters", name="raters", least=1, most=MOST_CELLS // items)
    whole(per_item, where="raters", name="per_item", least=1, most=raters)
    spammer = generator(seed, "raters", "spammers").random(raters) < settings.spammers
    severity = settings.severity_sd * generator(seed, "raters", "severity").normal(size=raters)
    severity = severity if settings.scale == "ordinal" else np.zeros(raters)
    confusion = _confusion(settings, seed, severity, spammer)
    listed = _items(settings, seed, items)
    drawn = assigned(seed, "raters", items=items, raters=raters, per_item=per_item).ravel()
    item = np.repeat(np.arange(items), per_item)
    chances = confusion[drawn, listed["true_class"].to_numpy()[item]]
    if settings.scale == "ordinal":
        passing = _passing(settings, listed["position"].to_numpy()[item], severity[drawn])
        chances = np.where(spammer[drawn][:, None], chances, _by_label(passing))
    skill = confusion.diagonal(axis1=1, axis2=2) @ np.asarray(settings.prevalence)
    label = _labels(seed, chances)
    who = {"rater": np.arange(raters), "spammer": spammer, "severity": severity, "skill": skill}
    return Judgements(
        judgements=pd.DataFrame({"item": item, "rater": drawn, "label": label}),
        items=listed,
        raters=pd.DataFrame(who),
        confusion=_tidy(confusion),
        truth=_truth(settings, skill, spammer),
        settings=settings,
        seed=seed,
    )


def assigned(seed: int, part: str, *, items: int, raters: int, per_item: int) -> Whole:
    """Raters of each item, one row an item: `per_item` different ones, at random, in any order."""
    luck = generator(seed, part, "assignment").random((items, raters))
    return np.argsort(luck, axis=1)[:, :per_item]


def _items(settings: Settings, seed: int, items: int) -> pd.DataFrame:
    """One row an item; its class is the part of the unit interval into which its draw falls."""
    share = generator(seed, "raters", "items").random(items)
    bounds = np.cumsum(settings.prevalence)[:-1]
    listed = pd.DataFrame({"item": np.arange(items), "true_class": np.searchsorted(bounds, share)})
    if settings.scale == "ordinal":
        listed["position"] = stats.norm.ppf(share)
    return listed


def _confusion(settings: Settings, seed: int, severity: Floats, spammer: Flags) -> Floats:
    """Chance of each label (last axis) by rater and true class (first two axes)."""
    classes, raters = len(settings.prevalence), len(severity)
    if settings.scale == "ordinal":
        honest = _ordinal_confusion(settings, severity)
    else:
        right = generator(seed, "raters", "accuracy").beta(
            settings.accuracy_right, settings.accuracy_wrong, size=(raters, classes)
        )
        wrong = ((1 - right) / (classes - 1))[:, :, None]
        honest = np.where(np.eye(classes, dtype=bool), right[:, :, None], wrong)
    mixture = generator(seed, "raters", "mixtures").dirichlet(np.ones(classes), size=raters)
    return np.where(spammer[:, None, None], mixture[:, None, :], honest)


def _ordinal_confusion(settings: Settings, severity: Floats) -> Floats:
    """The same on an ordinal scale: means over the positions of the items of a class."""
    bounds = np.concatenate([[0.0], np.cumsum(settings.prevalence)])
    middles = (np.arange(POINTS_IN_A_CLASS) + 0.5) / POINTS_IN_A_CLASS
    rows = []
    for low, high in pairwise(bounds):
        position = stats.norm.ppf(low + (high - low) * middles)
        passing = _passing(settings, position[None, :], severity[:, None])
        rows.append(_by_label(passing).mean(axis=1))
    return np.stack(rows, axis=1)


def _passing(settings: Settings, position: Floats, severity: Floats) -> Floats:
    """Chance of a label above each cut point (last axis)."""
    cuts = stats.norm.ppf(np.cumsum(settings.prevalence)[:-1])
    return expit(settings.sharpness * ((position - severity)[..., None] - cuts))


def _by_label(passing: Floats) -> Floats:
    """Chances of the labels from the chances of passing the cut points between them."""
    ends = (*passing.shape[:-1], 1)
    return -np.diff(np.concatenate([np.ones(ends), passing, np.zeros(ends)], axis=-1), axis=-1)


def _labels(seed: int, chances: Floats) -> Whole:
    """One label a row, by inversion."""
    luck = generator(seed, "raters", "labels").random(len(chances))
    return (luck[:, None] > chances.cumsum(axis=1)[:, :-1]).sum(axis=1)


def _tidy(confusion: Floats) -> pd.DataFrame:
    """One row a rater, true class and label."""
    rater, true_class, label = (axis.ravel() for axis in np.indices(confusion.shape))
    return pd.DataFrame(
        {
            "rater": rater,
            "true_class": true_class,
            "label": label,
            "probability": confusion.ravel(),
        }
    )


def _truth(settings: Settings, skill: Floats, spammer: Flags) -> dict[str, float]:
    """What was planted and what came of it in these raters."""
    truth = {"mean_skill": float(skill.mean()), "spammers": float(spammer.mean())}
    if settings.scale == "ordinal":
        planted = {"severity_sd": settings.severity_sd, "sharpness": settings.sharpness}
    else:
        beta = settings.accuracy_right, settings.accuracy_wrong
        planted = {"accuracy": beta[0] / sum(beta)}
    return truth | {name: float(value) for name, value in planted.items()}
