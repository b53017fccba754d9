"""How well a rater's skill is known when the truth itself is only estimated."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from workbench.models._labels import Judgements
from workbench.models.inputs import Floats


def raters_table(
    given: Judgements, skill: Floats, centre: Floats, variance: Floats, *, level: float
) -> pd.DataFrame:
    """
    One row a rater: skill with standard error, limits, and the judgements it is worth.

    `centre` and `variance` belong to the skill drawn half a right and half a wrong judgement
    inwards. Limits are quantiles of the beta distribution with that mean and as many judgements as
    give that variance; were the truth known, this is Jeffreys' interval (Brown, Cai & DasGupta
    2001, doi:10.1214/ss/1009213286).
    """
    effective = centre * (1 - centre) / variance
    a, b = centre * effective, (1 - centre) * effective
    low, high = (stats.beta.ppf(share, a, b) for share in ((1 - level) / 2, (1 + level) / 2))
    return pd.DataFrame(
        {
            "rater": given.raters,
            "judgements": np.bincount(given.rater, minlength=len(given.raters)),
            "skill": skill,
            "std_error": np.sqrt(variance),
            "low": np.minimum(low, skill),
            "high": np.maximum(high, skill),
            "effective": np.maximum(effective - 1, 0.0),
        }
    )


def coin_skill(given: Judgements, posterior: Floats, accuracy: Floats) -> tuple[Floats, Floats]:
    """
    Centre and variance of one accuracy a rater, the other raters' taken as known.

    The information is the sum of squared scores, which for a mixture of known parts is also minus
    the second derivative of the log-likelihood.
    """
    raters = len(given.raters)
    number = np.bincount(given.rater, minlength=raters)
    centre = (number * accuracy + 0.5) / (number + 1)
    right = posterior[given.item, given.label]
    own = centre[given.rater]
    score = right / own - (1 - right) / (1 - own)
    added = 0.5 / centre**2 + 0.5 / (1 - centre) ** 2
    return centre, 1 / (np.bincount(given.rater, score**2, minlength=raters) + added)


def confusion_skill(
    given: Judgements, posterior: Floats, rates: Floats, prevalence: Floats
) -> tuple[Floats, Floats]:
    """
    Centre and variance of the prevalence-weighted diagonal of each rater's confusion matrix.

    As `coin_skill`, with all cells of the rater's matrix unknown, and with the multinomial variance
    of the prevalences.
    """
    drawn, parts = _inwards(given, posterior, rates, prevalence)
    centre = np.einsum("rjj,j->r", drawn, prevalence)
    information = _own_information(given, posterior, drawn)
    each = np.arange(len(prevalence))
    information[:, :, each, each] += parts / drawn**2
    of_matrix = np.array([_weighted_diagonal(one, prevalence) for one in information])
    of_classes = (drawn[:, each, each] ** 2 @ prevalence - centre**2) / len(given.items)
    return centre, of_matrix + np.maximum(of_classes, 0.0)


def _own_information(given: Judgements, posterior: Floats, rates: Floats) -> Floats:
    """Sums of products of scores [rater, label, true, true]: cells of other labels never meet."""
    raters, classes = rates.shape[:2]
    # One class at a time: tables of judgements by classes would be the largest thing in memory.
    weights = [
        posterior[given.item, j] / rates[given.rater, given.label, j] for j in range(classes)
    ]
    cell = given.rater * classes + given.label
    information = np.zeros((raters, classes, classes, classes))
    for j in range(classes):
        for k in range(j, classes):
            sums = np.bincount(cell, weights[j] * weights[k], minlength=raters * classes)
            information[:, :, j, k] = information[:, :, k, j] = sums.reshape(raters, classes)
    return information


def _inwards(
    given: Judgements, posterior: Floats, rates: Floats, prevalence: Floats
) -> tuple[Floats, Floats]:
    """Rates with one more judgement a rater, half right and half wrong; and its parts by cell."""
    classes = len(prevalence)
    share = np.maximum(prevalence, 1e-6)
    parts = np.where(np.eye(classes, dtype=bool), 0.5, 0.5 / (classes - 1)) * share
    seen = expected_judged(given, posterior)
    return (rates * seen[:, None, :] + parts) / (seen + share)[:, None, :], parts


def expected_judged(given: Judgements, posterior: Floats) -> Floats:
    """Expected number of judgements by each rater (rows) of items of each true class (columns)."""
    columns = [
        np.bincount(given.rater, chance[given.item], minlength=len(given.raters))
        for chance in posterior.T
    ]
    return np.column_stack(columns)


def _weighted_diagonal(information: Floats, prevalence: Floats) -> float:
    """
    Variance of sum_j prevalence_j E_jj, each row of E (true class j) summing to one.

    A free cell (true j, another label l) moves E_jl up and E_jj down.
    """
    true, label = np.nonzero(~np.eye(len(prevalence), dtype=bool))
    cells = information[label[:, None], true[:, None], true]
    cross = np.where(label[:, None] == true, cells, 0.0)
    matrix = np.where(label[:, None] == label, cells, 0.0) - cross - cross.T
    matrix += np.where(true[:, None] == true, information[true, true, true], 0.0)
    slope = -prevalence[true]
    return float(slope @ np.linalg.solve(matrix, slope))
