"""Threads and what others write in them: the first answer, further answers, and programs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbench.simulate import laws
from workbench.simulate.laws import Floats
from workbench.simulate.people import HELPER, Veterans
from workbench.simulate.settings import Settings

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_FURTHER_AT_TYPICAL, _FURTHER_BY_QUALITY = 1.5, 0.3
_FURTHER_HOURS = 12.0
_SHARE_WITH_PROGRAM = 0.3
_PROGRAM_SECONDS = (2.0, 30.0)


@dataclass(frozen=True, eq=False)
class Threads:
    """
    Threads of one kind, one entry each.

    name : of the kind, for its random numbers and identifiers. asked_by : role of the askers.
    asker : the asker's place among the accounts of that role. opened : hours since the record
    began. quality, availability : of the question, and of answerers at that hour.
    """

    name: str
    asked_by: str
    asker: Whole
    opened: Floats
    quality: Floats
    availability: Floats


@dataclass(frozen=True, eq=False)
class Replies:
    """
    One entry a reply: its thread's and its author's place, and hours since the record began.

    is_answer : an answer; else a comment.
    """

    thread: Whole
    author: Whole
    written: Floats
    is_answer: Flags


def first_waits(threads: Threads, settings: Settings, dice: np.random.Generator) -> Floats:
    """
    Hours from each question to its first human answer; infinite where none ever comes.

    The hazard is h0 A exp(th_q q) (1 + t / scale) ** -1.2. For simplicity A is the availability
    at the hour of the question for the whole life of its thread.
    """
    strength = laws.answer_strength(settings, threads.quality, threads.availability)
    # Numbers above 0: nobody waits for the last of all.
    unanswered = 1 - dice.random(len(threads.opened))
    return laws.answer_wait(unanswered, strength, settings)


def answers(
    threads: Threads, waits: Floats, helpers: Veterans, dice: np.random.Generator
) -> Replies:
    """
    The answers by helpers: the first one, and further ones.

    Of those with a first answer, further ones are Poisson with mean 1.5 exp(0.3 q) and follow the
    first after 12 hours on average. A helper never answers in a thread of their own.
    """
    answered = np.flatnonzero(np.isfinite(waits))
    more = dice.poisson(_FURTHER_AT_TYPICAL * np.exp(_FURTHER_BY_QUALITY * threads.quality))
    thread = np.concatenate([answered, np.repeat(answered, more[answered])])
    later = dice.exponential(_FURTHER_HOURS, len(thread))
    later[: len(answered)] = 0.0
    who = dice.choice(helpers.count, len(thread), p=helpers.weight)
    own = (threads.asked_by == HELPER) & (who == threads.asker[thread])
    who = np.where(own, (who + 1) % helpers.count, who)
    written = threads.opened[thread] + waits[thread] + later
    return Replies(thread, who, written, np.ones(len(thread), dtype=bool))


def program_posts(threads: Threads, programs: Veterans, dice: np.random.Generator) -> Replies:
    """Posts by programs within seconds of three questions in ten, every other one an answer."""
    count = len(threads.opened)
    thread = np.flatnonzero(dice.random(count) < _SHARE_WITH_PROGRAM)
    if not programs.count:
        thread = thread[:0]
    author = dice.integers(0, max(1, programs.count), len(thread))
    seconds = dice.uniform(*_PROGRAM_SECONDS, len(thread))
    return Replies(
        thread,
        author,
        threads.opened[thread] + seconds / 3600,
        dice.random(len(thread)) < 0.5,
    )
