"""Ids for a takedown: typed as the export or the screen shows them, found as they are stored."""

from pathlib import Path

import polars as pl
import pytest

import workbench as wb
from workbench import sources
from workbench.data.takedown import take_down

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("source", "kind", "typed", "meant"),
    [
        ("reddit", "account", "u/Ann", ["ann"]),
        ("reddit", "account", "/u/ann", ["ann"]),
        ("reddit", "account", "ANN", ["ann"]),
        ("reddit", "post", "b2", ["t1_b2"]),
        ("reddit", "post", "T1_B2", ["t1_b2"]),
        ("reddit", "post", "zz", ["t3_zz", "t1_zz"]),  # stored is neither: it may come yet
        ("slack", "account", "U1", ["U1"]),
        ("slack", "post", "1700000000.000100", ["C1/1700000000.000100"]),
        ("slack", "post", "C1/1700000000.000100", ["C1/1700000000.000100"]),
        (
            "slack",
            "post",
            "https://club.example/archives/C1/p1700000000000100?thread_ts=1",
            ["C1/1700000000.000100"],
        ),
        ("slack", "post", "1700000009.000100", ["1700000009.000100"]),
        ("twitter", "account", "@7003", ["7003"]),
        ("twitter", "post", "https://club.example/ann/status/71?s=20", ["71"]),
        ("twitter", "post", "71", ["71"]),
    ],
)
def test_what_is_meant_by_an_id(source, kind, typed, meant):
    """Of several forms of an id, those that are stored."""
    posts = pl.Series(["t3_a1", "t1_b2", "C1/1700000000.000100", "71"])

    assert sources.source(source).ids(typed, kind, posts) == meant


@pytest.mark.parametrize(("source", "mark"), [("reddit", "_"), ("slack", "/")])
def test_a_post_leaves_by_the_id_of_the_export(source, mark):
    """Reddit writes ids without `t1_` or `t3_`, Slack without the channel: one post each leaves."""
    wb.load("mine", path=HERE / source, source=source)
    stored = wb.open("mine").posts["post_id"]

    done = take_down("mine", posts=[stored[0].partition(mark)[2], " "])

    assert (done.added, done.unknown, done.removed["posts"]) == (1, 0, 1)
    assert stored[0] not in wb.open("mine").posts["post_id"]


def test_ids_of_what_is_not_loaded_are_taken_as_typed():
    """Nothing tells of which source a later export will be."""
    done = take_down("mine", posts=["b2"], before_load=True)

    assert (done.added, done.listed, done.loaded) == (1, {"account": 0, "post": 1}, False)
