"""Ideas and comments of a challenge: those below comments, references, and what is set aside."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.sources._openideo_graph import Challenge
from workbench.sources._openideo_rows import UNRESOLVED, contributions, words

ANN, BEN = "3f" * 16, "ab12" * 8
CREATED = {
    "py/object": "datetime.datetime",
    "__reduce__": [{"py/type": "datetime.datetime"}, ["B9sBGxUlAAAAAA=="]],
}
WRITTEN = "January 27, 2011, 09:37PM"


def comment(text="hm", below=None, user=BEN, date=WRITTEN, **more):
    """A comment as the export writes it."""
    return {"user": user, "date": date, "text": text, "sub_comments": below, **more}


def idea(*comments, **more):
    """An idea as the export writes it."""
    about = {"creator": ANN, "created": CREATED, "type": "concept", "description": "an idea"}
    return {**about, "applause": 3, "views": 9, "comments": list(comments), **more}


def read(*ideas):
    """The rows of a challenge with these ideas, called i1, i2 and so on, and its notes."""
    named = {f"i{number}": one for number, one in enumerate(ideas, start=1)}
    return contributions(Challenge("c", None, 0, None, None, named, {}), file="f")


def aside(rows):
    """Place -> reason of the rows that cannot be used."""
    return {place: why for place, why in rows.select("place", "reason").iter_rows() if why}


def test_an_idea_and_its_comment_by_hand():
    """Both have an id, a minute and a length; the text itself is nowhere."""
    rows, notes = read(idea(comment("who?", applause=2), winner=True))

    first, second = rows.rows(named=True)
    assert first["created_us"] == second["created_us"] == 1_296_164_220_000_000
    assert (first["post_id"], first["thread_id"], first["parent_id"]) == ("c/i1", "c/i1", None)
    assert (second["post_id"], second["thread_id"], second["parent_id"]) == (
        "c/i1#1",
        "c/i1",
        "c/i1",
    )
    assert (first["length"], second["length"], second["has_question"]) == (7, 4, True)
    assert (first["score"], first["won"], first["views"], second["score"]) == (3, True, 9, 2)
    assert set(rows["precision_us"]) == {60_000_000}
    assert not {"text", "written"} & set(rows.columns)
    assert +notes == {}


def test_below_a_comment():
    """A sub-comment answers its comment, at any depth, in the order of the file."""
    rows, _ = read(idea(comment("a", [comment("b", [comment("c")]), comment("d")]), comment("e")))

    assert rows["post_id"].to_list()[1:] == [
        "c/i1#1",
        "c/i1#1.1",
        "c/i1#1.1.1",
        "c/i1#1.2",
        "c/i1#2",
    ]
    assert rows["parent_id"].to_list()[1:] == ["c/i1", "c/i1#1", "c/i1#1.1", "c/i1#1", "c/i1"]
    assert set(rows["thread_id"]) == {"c/i1"}
    assert aside(rows) == {}


@pytest.mark.parametrize("shared", [{"py/id": 4}, [{"py/id": 4}]])
def test_one_shared_list(shared):
    """References to the one list that is written out, bare or in a list, are that list."""
    rows, _ = read(idea(comment("a", shared), comment("b", [])), idea(comment("c", shared)))

    assert rows.height == 5
    assert aside(rows) == {}


@pytest.mark.parametrize(
    "lists",
    [
        ({"py/id": 4}, {"py/id": 5}, []),  # two numbers
        ({"py/id": 4}, [], []),  # two lists that number 4 may be
        ({"py/id": 4}, None, None),  # no list at all
    ],
)
def test_references_that_may_mean_several_things(lists):
    """What cannot be resolved may hide comments, so that each reference is a rejected row."""
    rows, _ = read(idea(*(comment(str(n), below) for n, below in enumerate(lists))))

    referring = sum(isinstance(below, dict) for below in lists)
    assert list(aside(rows).values()) == [UNRESOLVED] * referring
    assert aside(rows)["f, idea 1, below comment 1"] == UNRESOLVED


def test_what_is_set_aside():
    """Every part that cannot be used is a row with its place and its reason."""
    rows, _ = read(
        7,
        idea(created={"py/id": 2}),
        idea(creator="Ann Other"),
        idea(comments={"py/id": 9}),
        idea(
            "text",
            comment(date="27/01/2011"),
            comment(date=None),
            comment(user="Ben Other"),
            comment(below="x"),
        ),
    )

    assert aside(rows) == {
        "f, idea 1": "not an idea",
        "f, idea 2": "unparsable time",
        "f, idea 3": "author is not the number of an account",
        "f, idea 4, comments": "comments are not a list",
        "f, idea 5, comment 1": "not a comment",
        "f, idea 5, comment 2": "unparsable time",
        "f, idea 5, comment 3": "unparsable time",
        "f, idea 5, comment 4": "author is not the number of an account",
        "f, idea 5, below comment 5": UNRESOLVED,
    }


def test_a_comment_written_twice():
    """The same words by the same account in the same minute are one comment, below one idea."""
    rows, _ = read(idea(comment("a"), comment("a"), comment("b")), idea(comment("a")))

    assert aside(rows) == {"f, idea 1, comment 2": "exact duplicate"}


def test_an_author_who_is_gone():
    """An empty author is kept as nobody; half an emoji becomes a sign."""
    rows, _ = read(idea(comment("\ud83d", user="", date="\ud83d"), creator=None))

    assert rows["author_id"].to_list() == [None, None]
    assert rows["length"].to_list() == [7, 1]


def test_notes():
    """Ideas without a list of comments, and counts that are none, are counted."""
    lacking = idea(applause="many", views=2.5)
    del lacking["comments"]

    rows, notes = read(lacking, idea(comments=None, applause=None, views=10**30))

    assert +notes == {"ideas_without_a_list_of_comments": 2, "counts_that_are_no_whole_numbers": 3}
    assert rows["score"].to_list() == rows["views"].to_list() == [None, None]


def test_words():
    """What people wrote and are called, for comparing pages with: titles, texts, sub-comments."""
    one = idea(comment("a", [comment("b", user_url="/ben")]), title="T")
    found = Challenge("c", None, 0, None, None, {"i": one, "j": 5}, {"listed": {}})

    texts, names = words(found)

    assert sorted(texts) == ["T", "a", "an idea", "b"]
    assert names == sorted(["/ben", ANN, BEN, "listed"])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["user", "date", "text", "sub_comments", "py/id", "comments"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60, database=None)
@given(ideas=st.lists(VALUES | st.builds(lambda v: idea(comments=v), VALUES), max_size=3))
def test_any_values(ideas):
    """Whatever stands in the place of ideas and comments, each idea is a row, used or not."""
    rows, _ = read(*ideas)

    assert (rows["kind"] == "idea").sum() == len(ideas)
    used = rows.filter(rows["reason"].is_null())
    assert used["created_us"].null_count() == 0
    assert used["post_id"].is_unique().all()
