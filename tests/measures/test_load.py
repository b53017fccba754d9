"""What each person writes, and what arrives on the days on which that person is there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import MeasureError
from workbench.measures import collect
from workbench.measures.load import DAY, load


def test_load_by_hand(posts_from, people_from, records):
    """Only active days count, and a thread only from the day of the first own post in it."""
    day = DAY
    posts = posts_from(f"""
        post_id thread_id author_id created_us  is_bot
        a       a         ann       {0 * day + 1} no
        a1      a         bob       {0 * day + 2} no
        a2      a         -         {1 * day + 1} no
        a3      a         cy        {2 * day + 1} no
        b       b         bob       {2 * day + 2} no
        a4      a         ann       {2 * day + 3} no
        a5      a         helper    {2 * day + 4} yes
        b1      b         ann       {3 * day + 1} no
        b2      b         bob       {3 * day + 2} no
    """)
    people = people_from("person_id is_bot\nann no\ncy yes")

    got = records(load(posts, people))

    # ann is there on days 0, 2, 3. In a: bob on day 0; cy and the program on day 2 (a2, of a day
    # without her, is not counted). In b, hers from day 3: b2 alone. 1 + 2 + 1.
    # bob is there on days 0, 2, 3. In a: ann on day 0; cy, ann and the program on day 2; nobody on
    # day 3. In b: nobody on day 2, ann on day 3. 1 + 3 + 1. cy and helper are programs.
    assert got == [
        {"community_id": "c", "person_id": "ann", "posts": 3, "replies": 2, "active_days": 3,
         "arrived": 4},
        {"community_id": "c", "person_id": "bob", "posts": 3, "replies": 2, "active_days": 3,
         "arrived": 5},
    ]  # fmt: skip


@given(data=st.data())
def test_load_equals_its_definition_in_loops(nasty, records, data):
    """On any tables the numbers are those of plain loops over people, days and posts."""
    tables = data.draw(nasty)
    # Moments of 0 to 30 become days, so that there are several of them.
    posts = tables["posts"].with_columns(created_us=tables["posts"]["created_us"] * (DAY // 4))
    programs = {(p["community_id"], p["person_id"]) for p in tables["people"].to_dicts()
                if p["is_bot"]}  # fmt: skip
    programs |= {(p["community_id"], p["author_id"]) for p in posts.to_dicts() if p["is_bot"]}
    by_loops = []
    for community in ("c", "d"):
        here = [p for p in posts.to_dicts() if p["community_id"] == community]
        for person in {p["author_id"] for p in here} - {None}:
            if (community, person) in programs:
                continue
            mine = [p for p in here if p["author_id"] == person]
            days = {p["created_us"] // DAY for p in mine}
            since = {}
            for p in mine:
                day = p["created_us"] // DAY
                since[p["thread_id"]] = min(day, since.get(p["thread_id"], day))
            arrived = sum(
                p["author_id"] != person
                and p["created_us"] // DAY in days
                and p["created_us"] // DAY >= since.get(p["thread_id"], float("inf"))
                for p in here
            )
            by_loops.append(
                {
                    "community_id": community,
                    "person_id": person,
                    "posts": len(mine),
                    "replies": sum(p["post_id"] != p["thread_id"] for p in mine),
                    "active_days": len(days),
                    "arrived": arrived,
                }
            )

    assert records(load(posts, tables["people"])) == records(by_loops)


def test_load_needs_its_columns(posts_from, people_from):
    """A table without authors is refused with the name of the column."""
    posts = posts_from("post_id thread_id author_id created_us\na a ann 1").drop("author_id")
    people = people_from("person_id\nann")

    with pytest.raises(MeasureError) as error:
        load(posts, people)

    assert str(error.value).startswith("load: table posts needs author_id; found community_id, ")
    assert str(error.value).endswith(". Pass the canonical table.")


# Counted once more in plain Python from the file. Exact.
COLLEGE_POSTS, COLLEGE_PEOPLE = 59_835, 1350


def test_every_message_of_the_students_is_somebodys(college):
    """Each message is one own post; a reply arrives only where its addressee is there that day."""
    got = collect(load(college["posts"], college["people"]))

    assert len(got) == COLLEGE_PEOPLE
    assert got["posts"].sum() == COLLEGE_POSTS
    assert (got["active_days"] >= 1).all()
    assert 0 < got["arrived"].sum() < COLLEGE_POSTS
