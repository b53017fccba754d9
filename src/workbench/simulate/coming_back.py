"""What newcomers write after their first question: elsewhere, which is coming back, and there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.simulate import laws
from workbench.simulate.answering import Whole
from workbench.simulate.laws import Floats
from workbench.simulate.people import Newcomers
from workbench.simulate.settings import Settings

_SHARE_OF_QUESTIONS = 0.4
_RECENT_THREADS = 10.0
_OWN_COMMENTS, _OWN_BY_COMMITMENT = 0.6, 0.3
_OWN_HOURS, _OWN_SPREAD = 2.0, 1.2


@dataclass(frozen=True, eq=False)
class Later:
    """
    One entry a later post: newcomer (place in `Newcomers`), written (hours since the record began).

    thread : where it was written, the place among the helpers' threads; -1 is a new question.
    """

    newcomer: Whole
    written: Floats
    thread: Whole


def elsewhere(
    newcomers: Newcomers,
    waits: Floats,
    helper_threads: Floats,
    settings: Settings,
    *,
    times: np.random.Generator,
    places: np.random.Generator,
) -> Later:
    """
    Posts in other threads: a recurrent Poisson process from the first post to the record's end.

    Given their number the posts fall like independent draws from the cumulative intensity, which
    is inverted. Each is a new question or a comment in a recent thread of a helper, one of those in
    `helper_threads` (hours, in order): neither can answer another newcomer's question.
    """
    rate = laws.return_rate(settings, newcomers.u, newcomers.q, newcomers.availability)
    reach = laws.exposure_by(settings.days * laws.DAY_HOURS - newcomers.arrived, waits, settings)
    who = np.repeat(np.arange(newcomers.count), times.poisson(rate * reach))
    since = laws.hours_by(times.random(len(who)) * reach[who], waits[who], settings)
    written = newcomers.arrived[who] + since
    order = np.argsort(written)
    who, written = who[order], written[order]
    asks = places.random(len(who)) < _SHARE_OF_QUESTIONS
    newest = np.searchsorted(helper_threads, written) - 1
    behind = places.geometric(1 / _RECENT_THREADS, len(who)) - 1
    place = np.where(asks | (newest < 0), -1, np.maximum(newest - behind, 0))
    return Later(who, written, place)


def going_on(newcomers: Newcomers, dice: np.random.Generator) -> tuple[Whole, Floats]:
    """
    Comments of newcomers in their own first thread: not a return, and no cause of one.

    The newcomers' places and the moments; Poisson with mean 0.6 exp(0.3 u), after a log-normal
    time with median 2 hours.
    """
    mean = _OWN_COMMENTS * np.exp(_OWN_BY_COMMITMENT * newcomers.u)
    who = np.repeat(np.arange(newcomers.count), dice.poisson(mean))
    since = dice.lognormal(np.log(_OWN_HOURS), _OWN_SPREAD, len(who))
    return who, newcomers.arrived[who] + since
