"""The record of one simulated community: everything that happened in it, as canonical tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from workbench.schema import COMMUNITIES, PEOPLE, POSTS, conform
from workbench.simulate import answering, calendar, coming_back, people
from workbench.simulate.answering import Flags, Replies, Threads, Whole
from workbench.simulate.calendar import BEGIN_US, HOUR_US
from workbench.simulate.laws import Floats
from workbench.simulate.people import HELPER, NEWCOMER, PROGRAM, Newcomers, Veterans
from workbench.simulate.seeds import generator
from workbench.simulate.settings import Settings

PLATFORM = "questions and answers"
PRECISION_US = 1
_HELPERS_ASK = 0.3
_REPLY_LOG_LENGTH, _REPLY_LENGTH_SPREAD = 4.0, 0.8
_SCORE_BY_QUALITY = 0.8
_DELETED_AFTER_HOURS = 720.0
_SHARE_DELETED = 0.25


@dataclass(frozen=True, eq=False)
class Scene:
    """
    What all parts of one community share.

    ahead : hours by which its clock is ahead of UTC. available : availability of answerers in each
    hour. helpers, programs : the accounts older than the record.
    """

    settings: Settings
    name: str
    seed: int
    ahead: int
    available: Floats
    helpers: Veterans
    programs: Veterans

    def stream(self, *names: str) -> np.random.Generator:
        """The random numbers of one part of this community."""
        return generator(self.seed, self.name, *names)

    @property
    def until_us(self) -> int:
        """When the record ends, microseconds since 1970 UTC."""
        return BEGIN_US + self.settings.days * 24 * HOUR_US


def one_community(
    settings: Settings, expected: int, *, seed: int, name: str, title: str
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """
    Simulate one community in which that many newcomers are expected.

    Returns its canonical tables by name, and the latent table: one row a newcomer with
    community_id, person_id, u (commitment), q (quality of the first question) and availability
    (of answerers when it was asked: the instrument).
    """
    ahead = calendar.zone(generator(seed, name, "zone"))
    available = calendar.availability(
        settings, noise=generator(seed, name, "shifts"), shocks=generator(seed, name, "shocks")
    )
    new = people.newcomers(
        settings, expected, ahead=ahead, available=available, seed=seed, name=name
    )
    old = people.helpers(expected, seed=seed, name=name)
    machines = people.programs(settings, new.count + old.count, seed=seed, name=name)
    scene = Scene(settings, name, seed, ahead, available, old, machines)
    tables = {
        "communities": conform(_described(scene, title), COMMUNITIES, where="simulate"),
        "people": conform(_accounts(scene, new), PEOPLE, where="simulate"),
        "posts": _posts(scene, new, expected),
    }
    hidden = {"number": np.arange(new.count), "u": new.u, "q": new.q}
    latent = pl.DataFrame(hidden | {"availability": new.availability}).select(
        _named(scene), _id(NEWCOMER, "number").alias("person_id"), "u", "q", "availability"
    )
    return tables, latent


def _named(scene: Scene) -> pl.Expr:
    return pl.lit(scene.name).alias("community_id")


def _id(prefix: str, column: str) -> pl.Expr:
    """Identifiers such as `newcomer-12` from a column of numbers."""
    return pl.format(prefix + "-{}", column)


def _microseconds(hours: Floats) -> Whole:
    """Hours since the record began as microseconds since 1970."""
    return BEGIN_US + np.rint(hours * HOUR_US).astype(np.int64)


def _described(scene: Scene, title: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "community_id": scene.name,
            "name": title,
            "platform": PLATFORM,
            "timezone": calendar.zone_name(scene.ahead),
            "timezone_source": "stated",
            "record_start": "cut",
            "observed_from_us": BEGIN_US,
            "observed_until_us": scene.until_us,
        }
    )


def _accounts(scene: Scene, new: Newcomers) -> pl.DataFrame:
    """Newcomers join when they first post; helpers and programs had joined before the record."""
    groups = (
        (NEWCOMER, new.arrived),
        (HELPER, scene.helpers.joined),
        (PROGRAM, scene.programs.joined),
    )
    return pl.concat(
        pl.DataFrame({"number": np.arange(len(joined)), "joined_us": _microseconds(joined)}).select(
            _named(scene),
            _id(role, "number").alias("person_id"),
            "joined_us",
            is_bot=pl.lit(role == PROGRAM),
        )
        for role, joined in groups
    )


@dataclass(frozen=True, eq=False)
class Asked:
    """
    Threads of one kind with what became of them, one entry each.

    waits : hours to the first human answer, infinite where there is none. score : points of the
    question. gone : deleted, and not in the record.
    """

    threads: Threads
    waits: Floats
    score: Whole
    gone: Flags


def _posts(scene: Scene, new: Newcomers, expected: int) -> pl.DataFrame:
    """All posts of the record: three kinds of thread, and what newcomers write beside them."""
    first = _asked(
        scene,
        Threads("first", NEWCOMER, np.arange(new.count), new.arrived, new.q, new.availability),
    )
    helped = _asked(scene, _helper_threads(scene, expected))
    later = coming_back.elsewhere(
        new, first.waits, helped.threads.opened, scene.settings,
        times=scene.stream("returns", "times"), places=scene.stream("returns", "places"),
    )  # fmt: skip
    opens = later.thread < 0
    again = _asked(
        scene, _threads(scene, "later", NEWCOMER, later.newcomer[opens], later.written[opens])
    )
    visits = Replies(
        later.thread[~opens], later.newcomer[~opens], later.written[~opens], _none(~opens)
    )
    own, own_at = coming_back.going_on(new, scene.stream("going on"))
    parts = [
        _thread_posts(scene, first),
        _thread_posts(scene, helped),
        _thread_posts(scene, again),
        _replies(scene, "visit", helped, NEWCOMER, visits),
        _replies(scene, "own", first, NEWCOMER, Replies(own, own, own_at, _none(own >= 0))),
    ]
    tick = pl.lit(PRECISION_US, pl.Int64).alias("precision_us")
    rows = pl.concat(parts, how="diagonal").with_columns(_named(scene), tick)
    return conform(rows, POSTS, where="simulate").sort("created_us", "post_id")


def _none(chosen: Flags) -> Flags:
    """As many times no as there are chosen."""
    return np.zeros(int(chosen.sum()), dtype=bool)


def _helper_threads(scene: Scene, expected: int) -> Threads:
    """Helpers ask three questions where newcomers ask ten first ones, in the week's rhythm."""
    opened = calendar.arrivals(
        _HELPERS_ASK * expected,
        ahead=scene.ahead,
        days=scene.settings.days,
        dice=scene.stream("helper", "opened"),
    )
    who = scene.stream("helper", "askers").integers(0, scene.helpers.count, len(opened))
    return _threads(scene, "helper", HELPER, who, opened)


def _threads(scene: Scene, name: str, role: str, asker: Whole, opened: Floats) -> Threads:
    """
    Threads opened at given moments, those of the record only.

    Their quality is standard normal like that of first questions, whoever asks, so that the law of
    the first answer is the same for all threads.
    """
    within = opened < scene.settings.days * 24
    opened, asker = opened[within], asker[within]
    quality = scene.stream(name, "quality").standard_normal(len(opened))
    return Threads(name, role, asker, opened, quality, people.at_hour(scene.available, opened))


def _asked(scene: Scene, threads: Threads) -> Asked:
    """
    Draw the waits and scores of threads, and which of them are deleted.

    Deleted, where `survivor` is on: one in four of those that are unanswered 30 days later and have
    a score of 0 or less.
    """
    waits = answering.first_waits(threads, scene.settings, scene.stream(threads.name, "waits"))
    noise = scene.stream(threads.name, "scores").standard_normal(len(waits))
    score = np.rint(_SCORE_BY_QUALITY * threads.quality + noise).astype(np.int64)
    chosen = scene.stream(threads.name, "deleted").random(len(waits)) < _SHARE_DELETED
    aged = threads.opened + _DELETED_AFTER_HOURS <= scene.settings.days * 24
    gone = chosen & aged & (waits > _DELETED_AFTER_HOURS) & (score <= 0)
    return Asked(threads, waits, score, gone & scene.settings.survivor)


def _thread_posts(scene: Scene, asked: Asked) -> pl.DataFrame:
    """The questions of one kind of thread with the answers of helpers and the posts of programs."""
    threads, name = asked.threads, asked.threads.name
    answers = answering.answers(threads, asked.waits, scene.helpers, scene.stream(name, "answers"))
    machines = answering.program_posts(threads, scene.programs, scene.stream(name, "programs"))
    parts = [
        _questions(scene, asked),
        _replies(scene, f"{name}-answer", asked, HELPER, answers),
        _replies(scene, f"{name}-program", asked, PROGRAM, machines),
    ]
    return pl.concat(parts, how="diagonal")


def _questions(scene: Scene, asked: Asked) -> pl.DataFrame:
    """One row a question that is not deleted."""
    threads, kept = asked.threads, ~asked.gone
    length = people.lengths(threads.quality, scene.settings, scene.stream(threads.name, "lengths"))
    rows = pl.DataFrame(
        {
            "thread": np.flatnonzero(kept),
            "author": threads.asker[kept],
            "created_us": _microseconds(threads.opened[kept]),
            "score": asked.score[kept],
            "length": length[kept].astype(np.int64),
        }
    )
    question = _id(threads.name, "thread")
    return rows.select(
        question.alias("post_id"),
        question.alias("thread_id"),
        _id(threads.asked_by, "author").alias("author_id"),
        "created_us",
        "score",
        "length",
        kind=pl.lit("question"),
        is_bot=pl.lit(False),
    )


def _replies(scene: Scene, part: str, asked: Asked, role: str, replies: Replies) -> pl.DataFrame:
    """One row a reply within the record to a question that is not deleted."""
    size = scene.stream(part, "lengths").lognormal(
        _REPLY_LOG_LENGTH, _REPLY_LENGTH_SPREAD, len(replies.thread)
    )
    # An answer may be due after ages of which no clock has the microseconds.
    kept = (replies.written <= scene.settings.days * 24) & ~asked.gone[replies.thread]
    rows = pl.DataFrame(
        {
            "number": np.flatnonzero(kept),
            "thread": replies.thread[kept],
            "author": replies.author[kept],
            "created_us": _microseconds(replies.written[kept]),
            "answer": replies.is_answer[kept],
            "length": np.maximum(1, np.rint(size[kept])).astype(np.int64),
        }
    )
    question = _id(asked.threads.name, "thread")
    return rows.select(
        _id(part, "number").alias("post_id"),
        question.alias("thread_id"),
        question.alias("parent_id"),
        _id(role, "author").alias("author_id"),
        "created_us",
        "length",
        kind=pl.when("answer").then(pl.lit("answer")).otherwise(pl.lit("comment")),
        is_bot=pl.lit(role == PROGRAM),
    )
