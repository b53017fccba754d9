"""Every measure gives the same rows on Polars and on Spark."""

import importlib
import inspect
import pkgutil
import random
from functools import partial

import narwhals.stable.v2 as nw
import pandas as pd
import pytest

import workbench.measures
from workbench.measures import collect
from workbench.measures.channels import channel_days
from workbench.measures.cohort import cohort
from workbench.measures.context import received_before, volume_before
from workbench.measures.crowd_ideas import contests, marginality
from workbench.measures.crowds import agreement, disagreement, diversity
from workbench.measures.ideas import entries, first_comments
from workbench.measures.inbound import inbound
from workbench.measures.load import load
from workbench.measures.newcomers import invented_share, newcomers
from workbench.measures.response import first_response, reply_facts, threads
from workbench.measures.turns import RECIPIENTS, turns, turns_by_day

HOUR = 3_600_000_000
DAY = 24 * HOUR
START = 1_700_000_000_000_000
TABLES = ("posts", "people", "communities")


def first_three(tables):
    """The three tables that measures of newcomers take, by name."""
    return {name: tables[name] for name in TABLES}


def _turns(tables, recipient="opener"):
    """The turns of these tables, as `inbound` takes them."""
    return turns(tables["posts"], tables["people"], recipient=recipient)


def _channelled(posts):
    """The posts as if all were written in one channel."""
    return nw.from_native(posts).with_columns(channel=nw.lit("hall")).to_native()


# One or more ways to call each measure, from the tables.
CASES = {
    "threads": (threads, lambda t: threads(t["posts"])),
    "first_response any": (
        first_response,
        lambda t: first_response(t["posts"], t["communities"], definition="any"),
    ),
    "first_response other": (
        first_response,
        lambda t: first_response(t["posts"], t["communities"], definition="other"),
    ),
    "first_response human answers": (
        first_response,
        lambda t: first_response(
            t["posts"], t["communities"], definition="human", kinds=["answer"]
        ),
    ),
    "reply_facts": (reply_facts, lambda t: reply_facts(t["posts"])),
    "newcomers": (newcomers, lambda t: newcomers(**first_three(t), washout_us=5 * DAY)),
    "invented_share": (
        invented_share,
        lambda t: invented_share(
            t["posts"], t["communities"], cut_us=START + 10 * DAY, washout_us=2 * DAY
        ),
    ),
    "cohort": (
        cohort,
        lambda t: cohort(
            **first_three(t), landmark_us=DAY, from_us=DAY, until_us=8 * DAY, washout_us=3 * DAY
        ),
    ),
    "volume_before": (volume_before, lambda t: volume_before(t["posts"], window_us=HOUR)),
    "received_before": (received_before, lambda t: received_before(t["posts"])),
    **{f"turns of {kind}": (turns, partial(_turns, recipient=kind)) for kind in RECIPIENTS},
    "channel_days": (channel_days, lambda t: channel_days(_channelled(t["posts"]))),
    "turns_by_day": (turns_by_day, lambda t: turns_by_day(_turns(t), within_us=HOUR)),
    "inbound": (
        inbound,
        lambda t: inbound(
            _turns(t), t["posts"], window_us=DAY, online_us=HOUR, horizon_us=DAY, within_us=HOUR
        ),
    ),
    "load": (load, lambda t: load(t["posts"], t["people"])),
    "diversity": (
        diversity,
        lambda t: diversity(t["ratings"], kind="label", by=["community_id", "group_id"]),
    ),
    "disagreement": (
        disagreement,
        lambda t: disagreement(t["ratings"], by=["community_id", "item_id", "group_id"]),
    ),
    "agreement": (agreement, lambda t: agreement(t["ratings"])),
    "contests": (contests, lambda t: contests(t["ideas"], t["posts"])),
    "marginality": (marginality, lambda t: marginality(t["ideas"], t["posts"])),
    "entries": (entries, lambda t: entries(t["ideas"], t["posts"])),
    "first_comments": (first_comments, lambda t: first_comments(t["posts"], without=["p7"])),
}


def random_post(draw, community, number, opened):
    """One post: two in ten open a thread, some answer a thread that is not in the record."""
    name = f"{number:04d}"
    # Minutes, so that many posts share one; a few are dated before what they answer.
    created = START + (number * 40 + draw.randrange(-90, 90)) * HOUR // 60
    if not opened or draw.random() < 0.2:
        thread = name
    else:
        thread = draw.choice([*list(opened)[-30:], "lost"])
        created = opened.get(thread, created) if draw.random() < 0.05 else created
    return {
        "community_id": community,
        "post_id": name,
        "thread_id": thread,
        "author_id": draw.choice([None, *(f"p{number // 6 + k}" for k in range(30))]),
        "recipient_id": draw.choice([None, f"p{number // 6 + draw.randrange(40)}"]),
        "created_us": created,
        "precision_us": draw.choice([1, 60_000_000]),
        "kind": draw.choice(["question", "answer", "comment"]),
        "is_bot": draw.random() < 0.02,
    }


def random_ratings(draw, communities):
    """Classes, numbers or both, few of each, so that raters agree; some slots are nobody's."""
    return [
        {
            "community_id": draw.choice(communities),
            "item_id": f"i{draw.randrange(12)}",
            "rater_id": draw.choice([None, *(f"p{k}" for k in range(15))]),
            "scale": "test",
            "value": draw.choice([None, 1.0, 2.5, -3.0]),
            "label": draw.choice([None, "A", "B", "C"]),
            "group_id": draw.choice([None, "g", "h"]),
        }
        for _ in range(400)
    ]


def random_ideas(draw, posts):
    """Every seventh post is an idea in one of six contests, and a few ideas have no post."""
    entered = [(post["community_id"], post["post_id"]) for post in posts[::7]]
    lost = [("a", f"lost{k}") for k in range(5)]
    return [
        {"community_id": community, "post_id": post, "contest_id": f"k{draw.randrange(6)}"}
        for community, post in [*entered, *lost]
    ]


@pytest.fixture(scope="module")
def polars_tables(frame):
    """Three communities with 900 posts each, and everything that may be empty sometimes empty."""
    draw = random.Random(20240229)
    names = ["a", "b", "c"]
    posts = []
    for community in names:
        opened = {}
        for number in range(900):
            post = random_post(draw, community, number, opened)
            if community == "c":
                post["recipient_id"] = None
            if post["thread_id"] == post["post_id"]:
                opened[post["post_id"]] = post["created_us"]
            posts.append(post)
    people = [
        {
            "community_id": community,
            "person_id": f"p{k}",
            "joined_us": draw.choice([None, START - DAY, START + 3 * k * HOUR]),
            "is_bot": draw.random() < 0.05,
        }
        for community in names
        for k in range(100)
    ]
    communities = [
        {
            "community_id": community,
            "record_start": "launch" if community == "a" else "cut",
            "observed_from_us": START - 2 * HOUR,
            "observed_until_us": START + 26 * DAY,
        }
        for community in names
    ]
    rows = dict(zip(TABLES, (posts, people, communities), strict=True))
    rows |= {"ratings": random_ratings(draw, names), "ideas": random_ideas(draw, posts)}
    return {name: frame(table, name) for name, table in rows.items()}


@pytest.fixture(scope="module")
def spark_tables(spark, polars_tables):
    """The same tables on Spark, in several partitions."""
    return {
        name: spark.createDataFrame(table.to_arrow()).repartition(3)
        for name, table in polars_tables.items()
    }


def in_order(table):
    """Rows sorted by all columns, since a measure promises no order."""
    return table.sort_values(list(table.columns), ignore_index=True)


@pytest.mark.spark
@pytest.mark.parametrize("case", CASES)
def test_spark_gives_the_rows_of_polars(case, polars_tables, spark_tables):
    """The same call gives the same rows, types and empty values on both engines."""
    _, call = CASES[case]
    here, there = collect(call(polars_tables)), collect(call(spark_tables))

    assert len(here) >= 3
    pd.testing.assert_frame_equal(in_order(there), in_order(here))


def test_random_tables_reach_every_corner(polars_tables):
    """The compared tables hold what makes engines differ: gaps, ties, all reasons, both flags."""
    got = {name: collect(call(polars_tables)) for name, (_, call) in CASES.items()}

    assert len(polars_tables["posts"]) >= 2000
    assert polars_tables["posts"]["author_id"].null_count() > 0
    facts = got["reply_facts"].drop(columns="community_id")
    assert (facts > 0).all(axis=None)
    assert got["newcomers"]["because"].nunique() == 4
    for flag in ("responded", "returned_early", "returned", "contributed", "complete"):
        assert got["cohort"][flag].nunique() == 2
    assert got["first_response human answers"]["response_us"].isna().any()
    assert (got["received_before"]["received"] > 0).any()
    assert (got["load"]["arrived"] > 0).any()
    assert set(got["received_before"]["community_id"]) == {"a", "b"}
    assert got["disagreement"]["group_id"].isna().any()
    assert (got["contests"]["nameless"] > 0).any()
    assert got["marginality"]["marginality"].between(0.1, 0.9).any()
    assert got["entries"]["author_id"].isna().any()
    assert (got["first_comments"]["waited_us"] == 0).any()
    assert got["first_comments"]["commenter_id"].isna().any()


def public_measures():
    """Every public function of the room's files that returns a lazy frame."""
    found = set()
    for info in pkgutil.iter_modules(workbench.measures.__path__):
        module = importlib.import_module(f"workbench.measures.{info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and "LazyFrame" in str(inspect.signature(function).return_annotation):
                found.add(function)
    return found


def test_every_measure_is_compared():
    """A new measure without a case here fails, by its name."""
    compared = {function for function, _ in CASES.values()}
    missing = sorted(function.__name__ for function in public_measures() - compared)

    assert not missing, f"no comparison with Spark for {', '.join(missing)}: add it to CASES"
    assert compared <= public_measures()
