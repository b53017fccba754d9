"""Standard errors of skill: with known truth by the textbook, else by numerical derivatives."""

from __future__ import annotations

import numpy as np
import pytest
from crowds import coins, crowd
from scipy import stats
from statsmodels.tools.numdiff import approx_hess

from workbench.models import _label_em, _labels, _rater_skill

PREVALENCE = np.array([0.5, 0.3, 0.2])


def fitted(seed, rates):
    """Judgements, and where EM leads with the given kind of rates."""
    table, _ = crowd(seed, items=300, rates=coins([0.8] * 6, 3), prevalence=PREVALENCE, votes=4)
    given = _labels.read(table, where="test")
    start, incidence = _labels.vote_shares(given), _labels.incidence(given)
    return given, _label_em.climb(incidence, start, rates=rates, smoothing=0)


def test_known_truth_gives_the_textbook_error():
    """With certain classes the variance is that of shares, half a right and half a wrong more."""
    given, found = fitted(1, _label_em.one_accuracy)
    truth = np.eye(3)[found.posterior.argmax(axis=1)]
    right = np.bincount(given.rater, truth[given.item, given.label])
    number = np.bincount(given.rater)
    centre, variance = _rater_skill.coin_skill(given, truth, right / number)
    assert centre == pytest.approx((right + 0.5) / (number + 1))
    assert variance == pytest.approx(centre * (1 - centre) / (number + 1))
    table = _rater_skill.raters_table(given, right / number, centre, variance, level=0.9)
    jeffreys = stats.beta.ppf([[0.05], [0.95]], right + 0.5, number - right + 0.5)
    assert table["low"].to_numpy() == pytest.approx(jeffreys[0])
    assert table["high"].to_numpy() == pytest.approx(jeffreys[1])
    assert table["effective"].to_numpy() == pytest.approx(number)


def test_known_truth_and_matrices():
    """With certain classes: prevalence squared times E (1 - E) / n, and that of the prevalences."""
    given, found = fitted(2, _label_em.confusion)
    truth = np.eye(3)[found.posterior.argmax(axis=1)]
    share = truth.mean(axis=0)
    counts = _labels.incidence(given) @ truth
    rates = _label_em.confusion(counts.reshape(-1, 3, 3), 0)
    centre, variance = _rater_skill.confusion_skill(given, truth, rates, share)
    seen = np.asarray(counts).reshape(-1, 3, 3).sum(axis=1)
    diagonal = np.einsum("rjj->rj", rates)
    drawn = (diagonal * seen + share / 2) / (seen + share)
    inside = (share**2 * drawn * (1 - drawn) / (seen + share)).sum(axis=1)
    between = (drawn**2 @ share - (drawn @ share) ** 2) / 300
    assert centre == pytest.approx(drawn @ share)
    assert variance == pytest.approx(inside + between)


def test_uncertain_truth_agrees_with_numerical_derivatives():
    """A rater's information is minus the second derivative of the likelihood, plus half counts."""
    given, found = fitted(3, _label_em.one_accuracy)
    skill = found.rates[:, 0, 0]
    incidence = _labels.incidence(given).T.tocsr()

    def log_likelihood(x, rater):
        moved = coins(np.where(np.arange(6) == rater, x[0], skill), 3).transpose(0, 2, 1)
        joint = _label_em.log_joint(incidence, moved, found.prevalence)
        return np.log(np.exp(joint).sum(axis=1)).sum()

    centre, variance = _rater_skill.coin_skill(given, found.posterior, skill)
    for rater in range(6):
        second = -approx_hess(skill[[rater]], log_likelihood, args=(rater,))[0, 0]
        halves = 0.5 / centre[rater] ** 2 + 0.5 / (1 - centre[rater]) ** 2
        # The half counts also move the point at which the information is taken.
        assert 1 / variance[rater] == pytest.approx(second + halves, rel=0.05)
        known = centre[rater] * (1 - centre[rater]) / (np.sum(given.rater == rater) + 1)
        assert variance[rater] > known * 1.02


def test_matrix_cells_agree_with_numerical_derivatives():
    """The information on all cells of a rater's matrix is minus the second derivatives."""
    given, found = fitted(4, _label_em.confusion)
    incidence = _labels.incidence(given).T.tocsr()

    def log_likelihood(x):
        moved = found.rates.copy()
        moved[0] = x.reshape(3, 3)
        joint = _label_em.log_joint(incidence, moved, found.prevalence)
        return np.log(np.exp(joint).sum(axis=1)).sum()

    inwards = np.maximum(found.rates, 1e-3)
    found.rates[:] = inwards
    joint = np.exp(_label_em.log_joint(incidence, inwards, found.prevalence))
    posterior = joint / joint.sum(axis=1, keepdims=True)
    ours = _rater_skill._own_information(given, posterior, inwards)[0]
    numeric = -approx_hess(inwards[0].ravel(), log_likelihood).reshape(3, 3, 3, 3)
    for label in range(3):
        assert ours[label] == pytest.approx(numeric[label, :, label, :], rel=1e-2, abs=0.5)
    assert numeric[0, :, 1, :] == pytest.approx(np.zeros((3, 3)), abs=0.5)
