"""First responses against their definitions written as plain loops."""

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.measures.response import DEFINITIONS, first_response, reply_facts

# Collecting is as slow as the machine is busy: its time is not what is tested.
UNTIMED = settings(deadline=None, max_examples=60)


def by_other(post, opening):
    """Whether two posts are known to be of different accounts, in plain Python."""
    if post["author_id"] is None and opening["author_id"] is None:
        return False
    return post["author_id"] != opening["author_id"]


def first_response_by_loops(posts, communities, definition, kinds):
    """The definition of `first_response`, thread by thread."""
    until = {row["community_id"]: row["observed_until_us"] for row in communities}
    rows = []
    for opening in posts:
        if opening["post_id"] != opening["thread_id"]:
            continue
        counted = [
            post
            for post in posts
            if post["community_id"] == opening["community_id"]
            and post["thread_id"] == opening["thread_id"]
            and post["post_id"] != opening["post_id"]
            and (kinds is None or post["kind"] in kinds)
            and (definition == "any" or by_other(post, opening))
            and not (definition == "human" and post["is_bot"])
        ]
        at = min((post["created_us"] for post in counted), default=None)
        ticks = [post["precision_us"] for post in counted if post["created_us"] == at]
        end = until[opening["community_id"]] if at is None else at
        wait = end - opening["created_us"]
        rows.append(
            {
                "community_id": opening["community_id"],
                "thread_id": opening["thread_id"],
                "asker_id": opening["author_id"],
                "asker_is_bot": opening["is_bot"],
                "opened_us": opening["created_us"],
                "response_us": at,
                "answered": at is not None,
                "wait_us": wait if at is None else max(wait, 0),
                "tick_us": max([opening["precision_us"], *ticks]),
            }
        )
    return rows


@UNTIMED
@given(
    data=st.data(),
    definition=st.sampled_from(DEFINITIONS),
    kinds=st.sampled_from([None, ["answer"]]),
)
def test_first_response_equals_its_definition_in_loops(nasty, records, data, definition, kinds):
    """On any tables the expressions give what plain loops over the definition give."""
    tables = data.draw(nasty)
    posts, communities = tables["posts"], tables["communities"]

    got = records(first_response(posts, communities, definition=definition, kinds=kinds))

    assert got == records(
        first_response_by_loops(posts.to_dicts(), communities.to_dicts(), definition, kinds)
    )


def reply_facts_by_loops(posts):
    """The definition of `reply_facts`, community by community."""
    rows = []
    for community in sorted({post["community_id"] for post in posts}):
        mine = [post for post in posts if post["community_id"] == community]
        opening = {post["thread_id"]: post for post in mine if post["post_id"] == post["thread_id"]}
        replies = [post for post in mine if post["post_id"] != post["thread_id"]]
        known = [
            (post, opening[post["thread_id"]]) for post in replies if post["thread_id"] in opening
        ]
        lags = [post["created_us"] - to["created_us"] for post, to in known if by_other(post, to)]
        named = {post["thread_id"] for post in mine}
        rows.append(
            {
                "community_id": community,
                "threads": len(named),
                "threads_without_opening_post": len(named - opening.keys()),
                "opened_by_deleted": sum(post["author_id"] is None for post in opening.values()),
                "opened_by_bot": sum(post["is_bot"] for post in opening.values()),
                "replies": len(replies),
                "self_replies": sum(
                    post["author_id"] is not None and post["author_id"] == to["author_id"]
                    for post, to in known
                ),
                "by_deleted": sum(post["author_id"] is None for post in replies),
                "by_bot": sum(post["is_bot"] for post in replies),
                "zero_lag": sum(lag == 0 for lag in lags),
                "negative_lag": sum(lag < 0 for lag in lags),
            }
        )
    return rows


@UNTIMED
@given(data=st.data())
def test_reply_facts_equal_their_definition_in_loops(nasty, records, data):
    """On any tables the counts are those of plain loops."""
    posts = data.draw(nasty)["posts"]

    assert records(reply_facts(posts)) == records(reply_facts_by_loops(posts.to_dicts()))
