"""Variants: the same tables under each other choice, by hand, and none where nothing changes."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from small_forum import COMMUNITY, START

from workbench.data.checks import columns_present
from workbench.data.cleaning import clean
from workbench.data.community import in_memory
from workbench.data.rules import SET_ASIDE, chosen
from workbench.data.variants import variants
from workbench.sources import REJECTED

DAY = 86_400_000_000
NONE = pl.DataFrame(schema=REJECTED)


@pytest.fixture
def export(posts_from, communities):
    """Tables of an export in which every rule of the variants has something to decide."""
    posts = posts_from("""
        post_id parent_id author_id minute
        q       -         ann       10
        now     q         bob       10
        gone    q         -         11
        after   now       cat       12
        day     -         dan       20
        left    -         eve       30
        lost    nowhere   fay       40
    """).with_columns(
        precision_us=pl.when(pl.col("post_id") == "day").then(DAY).otherwise("precision_us"),
        is_gone=pl.col("post_id") == "left",
        edited_us=pl.when(pl.col("post_id") == "q").then(START + DAY),
    )
    tags = pl.DataFrame({"community_id": "c", "post_id": ["now", "after"], "tag": "tea"})
    contests = pl.DataFrame({"community_id": ["c"], "contest_id": ["may"]})
    ideas = tags.select("community_id", "post_id", contest_id=pl.lit("may"))
    return {"posts": posts, "tags": tags, "contests": contests, "ideas": ideas,
            "communities": communities}  # fmt: skip


def opened(tables, **more):
    """These tables, cleaned and open."""
    held = clean(tables, NONE, **more).tables
    return in_memory("mine", held, title="Mine", source="tests", options={})


def left_out(community):
    """Rule -> ids of the posts that its variant leaves out."""
    here = set(community.posts["post_id"])
    return {
        one.rule: sorted(here - set(one.community.posts["post_id"])) for one in variants(community)
    }


def test_every_variant_by_hand(export):
    """Each leaves out what its rule speaks of, and nothing else; counts say how many."""
    community = opened(export)

    assert left_out(community) == {
        "day-only-times": ["day"],
        "zero-lag": ["now"],
        "deleted-accounts": ["gone"],
        "edited-after-reply": ["q"],
        "unopened-threads": ["lost"],
        "vanished-posts": ["left"],
    }
    assert {one.rows for one in variants(community)} == {1}
    assert {one.choice for one in variants(community)} == {SET_ASIDE}


def test_what_hangs_on_a_post_goes_with_it(export):
    """Tags and the idea of the post are gone and links to it empty; all else is as it was."""
    community = opened(export)
    (one,) = (each for each in variants(community) if each.rule == "zero-lag")
    got = one.community

    assert got.read("tags")["post_id"].to_list() == ["after"]
    assert got.ideas["post_id"].to_list() == ["after"]
    assert_frame_equal(got.contests, community.contests)
    same = community.posts.filter(pl.col("post_id") != "now")
    answer = pl.col("post_id") == "after"
    assert got.posts.filter(answer)["parent_id"].to_list() == [None]
    assert_frame_equal(got.posts.filter(~answer), same.filter(~answer))
    assert_frame_equal(got.people, community.people)
    assert columns_present(got)["communities"] == columns_present(community)["communities"]


@pytest.mark.parametrize(
    "rule",
    ["day-only-times", "zero-lag", "deleted-accounts", "edited-after-reply", "unopened-threads"],
)
def test_a_variant_is_what_loading_would_have_made(export, rule):
    """The posts are those that cleaning keeps under that choice, but for the authors' table."""
    (one,) = (each for each in variants(opened(export)) if each.rule == rule)

    loaded = opened(export, rules={rule: SET_ASIDE})

    assert_frame_equal(one.community.posts, loaded.posts)
    assert_frame_equal(one.community.read("tags"), loaded.read("tags"))
    assert_frame_equal(one.community.ideas, loaded.ideas)
    assert rule not in left_out(loaded)


def test_suspects_become_programs():
    """Twenty posts an hour apart: people in the data set, programs in its variant."""
    hour = 3_600_000_000
    names = [f"p{number}" for number in range(20)]
    posts = pl.DataFrame(
        {
            "community_id": "c",
            "post_id": names,
            "author_id": "clock",
            "created_us": [START + hour * number for number in range(20)],
            "precision_us": 1,
            "kind": "post",
            "is_bot": False,
        }
    )
    about = pl.DataFrame([{**COMMUNITY, "community_id": "c"}])
    community = opened({"posts": posts, "communities": about})

    (one,) = variants(community)

    assert (one.rule, one.choice, one.rows) == ("regular-bots", "flag", 20)
    assert one.community.posts["is_bot"].all()
    assert one.community.people["is_bot"].all()
    assert not community.posts["is_bot"].any()
    # Flagged when loading, nobody is left to suspect.
    flagged = opened({"posts": posts, "communities": about}, rules={"regular-bots": "flag"})
    assert list(variants(flagged)) == []


def test_the_manifest_says_what_was_chosen(export):
    """The choice, its count and another hash; everything else is the data set's own."""
    community = opened(export)
    hashes = {community.manifest["config_hash"]}
    for one in variants(community):
        about = one.community.manifest
        hashes.add(about["config_hash"])
        assert about["rules"][one.rule] == {"choice": one.choice, "rows": one.rows}
        assert {name for name in about if about[name] != community.manifest[name]} == {
            "rules", "config_hash",
        }  # fmt: skip

    assert len(hashes) == 7
    assert {r: c["choice"] for r, c in community.manifest["rules"].items()} == chosen({})


def test_early_replies_that_were_kept_can_be_left_out(posts_from, communities):
    """Only where they were kept is there something to decide."""
    tables = {
        "posts": posts_from("post_id parent_id author_id minute\nq - ann 10\nr q bob 5"),
        "communities": communities,
    }

    assert left_out(opened(tables, rules={"early-replies": "keep"})) == {"early-replies": ["r"]}
    assert left_out(opened(tables)) == {}
