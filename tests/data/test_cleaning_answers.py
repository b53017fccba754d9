"""Cleaning of ratings, truths, contests and ideas: every rule by hand, and the sum of rows."""

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_forum import COMMUNITY, START

from workbench.data.cleaning import clean
from workbench.data.rows import EARLIEST_US, LATEST_US
from workbench.schema import TABLES
from workbench.sources import REJECTED

NONE = pl.DataFrame(schema=REJECTED)
EMPTY_ANSWER = "neither a number nor a class"


def described(*ids: str) -> pl.DataFrame:
    """Communities of these ids."""
    rows = [{**COMMUNITY, "community_id": one} for one in ids]
    return pl.DataFrame(rows, schema=TABLES["communities"].polars_schema())


def table(name: str, *rows: dict[str, object]) -> pl.DataFrame:
    """Rows of a table of community `c`, as a source gives them; the rest is empty."""
    schema = TABLES[name].polars_schema()
    return pl.DataFrame([{"community_id": "c", **row} for row in rows], schema=schema)


def cleaned(**tables: pl.DataFrame):
    """What cleaning leaves of these tables of community `c`."""
    return clean({"communities": described("c"), **tables}, NONE)


def aside(got, name: str) -> dict[int, str]:
    """Rows of one table that were set aside, with the reason."""
    chosen = got.quarantine.filter(pl.col("table") == name)
    return dict(chosen.select("row", "reason").iter_rows())


def answers(*pairs: tuple[float | None, str | None], name: str = "ratings") -> pl.DataFrame:
    """Ratings (all by ann) or truths, of items 1, 2, ...: a number and a class each."""
    own = {"rater_id": "ann", "scale": "s"} if name == "ratings" else {}
    rows = [
        {"item_id": str(item), "value": value, "label": label, **own}
        for item, (value, label) in enumerate(pairs, start=1)
    ]
    return table(name, *rows)


@pytest.mark.parametrize("name", ["ratings", "truths"])
def test_what_holds_neither_a_number_nor_a_class(name):
    """A blank class and a number that is none are nothing; one of the two is enough."""
    given = answers((1.0, None), (None, "yes"), (None, None), (None, " "), (math.nan, None),
                    (math.inf, "yes"), name=name)  # fmt: skip

    got = cleaned(**{name: given})

    assert aside(got, name) == {3: EMPTY_ANSWER, 4: EMPTY_ANSWER, 5: EMPTY_ANSWER}
    assert got.rules["empty-answers"] == {"choice": "set-aside", "rows": 3}
    assert got.tables[name]["item_id"].to_list() == ["1", "2", "6"]


def test_a_rating_given_twice_stays_and_is_counted():
    """The same rater, item, class and round twice: two rows, one of them a repeat."""
    one = {"item_id": "1", "rater_id": "ann", "scale": "s", "label": "yes", "round": "before"}
    others = [{**one, "round": "after"}, {**one, "label": "no"}, {**one, "rater_id": "bo"}]
    slot = {**one, "rater_id": None}  # whose rating it is, nobody knows: not known to be a repeat

    got = cleaned(ratings=table("ratings", one, one, *others, slot, slot))

    assert got.tables["ratings"].height == 7
    assert got.notes["repeated_ratings"] == got.rules["repeated-ratings"]["rows"] == 1
    assert got.quarantine.is_empty()


def test_ratings_alone_have_their_raters_as_people():
    """Without posts, whoever rated gets a row; the record has no limits."""
    got = cleaned(ratings=answers((1.0, None), (2.0, None)))

    assert got.tables["people"]["person_id"].to_list() == ["ann"]
    assert got.counts["people"]["derived"] == 1
    assert got.tables["communities"]["observed_until_us"].to_list() == [None]


def test_of_two_truths_about_an_item_the_first_stays():
    """One item has one truth; the same said again is a duplicate, another one is a repeated id."""
    rows = [{"item_id": "1", "label": "a"}, {"item_id": "1", "label": "a"},
            {"item_id": "1", "label": "b"}]  # fmt: skip

    got = cleaned(truths=table("truths", *rows))

    assert aside(got, "truths") == {
        2: "exact duplicate",
        3: "item_id used before by another row",
    }
    assert got.tables["truths"]["label"].to_list() == ["a"]


def test_ideas_without_their_post_or_contest(posts_from):
    """An idea is of a post and of a contest that are there; it stands once."""
    posts = posts_from("post_id minute\na 0\nb 1\nc 2\n")
    rows = [("a", "spring"), ("a", "spring"), ("a", "autumn"), ("b", "none"), ("x", "spring"),
            ("c", "autumn"), (None, "spring"), ("c", None)]  # fmt: skip
    ideas = table("ideas", *({"post_id": post, "contest_id": one} for post, one in rows))
    contests = table("contests", {"contest_id": "spring"}, {"contest_id": "autumn"})

    got = cleaned(posts=posts, ideas=ideas, contests=contests)

    assert got.tables["ideas"].select("post_id", "contest_id").rows() == [
        ("a", "spring"),
        ("c", "autumn"),
    ]
    assert aside(got, "ideas") == {
        2: "exact duplicate",
        3: "post_id used before by another row",
        4: "its contest is not described",
        5: "its post is not in the record",
        7: "post_id is empty",
        8: "contest_id is empty",
    }
    assert got.rules["stray-ideas"]["rows"] == 1
    assert got.tables["posts"].height == 3


def test_contests_lose_dates_that_cannot_be_and_names_that_lead_to_somebody():
    """The contest itself stays, so that its ideas do; a long question is a name like any other."""
    question = "How might we " + "better " * 12 + "share what we know?"
    rows = [
        {"contest_id": "a", "opened_us": EARLIEST_US - 1, "closed_us": LATEST_US},
        {"contest_id": "b", "opened_us": START, "name": "Write to ann@example.org"},
        {"contest_id": "c", "name": question},
    ]

    got = cleaned(contests=table("contests", *rows))

    assert got.tables["contests"].select("opened_us", "closed_us", "name").rows() == [
        (None, None, None),
        (START, None, None),
        (None, None, question),
    ]
    assert got.notes["contest_dates_emptied"] == 2
    assert got.notes["contest_names_emptied"] == 1
    assert got.quarantine.is_empty()


def test_what_belongs_to_no_described_community_is_set_aside():
    """Truths, contests and ratings of a community that the export does not describe."""
    elsewhere = {"community_id": "d"}
    tables = {
        "ratings": table("ratings", {"item_id": "1", "scale": "s", "value": 1.0, **elsewhere}),
        "truths": table("truths", {"item_id": "1", "value": 1.0, **elsewhere}),
        "contests": table("contests", {"contest_id": "a", **elsewhere}),
    }

    got = cleaned(**tables)

    assert got.quarantine["reason"].unique().to_list() == ["its community is not described"]
    assert set(got.quarantine["table"]) == set(tables)


def some(*values: object) -> st.SearchStrategy:
    """One of these."""
    return st.sampled_from(values)


@settings(max_examples=8)
@given(
    st.lists(st.tuples(some("1", "2", None), some("a", None), some(1.0, None)), max_size=6),
    st.lists(st.tuples(some("p", "q", "x"), some("k", "m", None)), max_size=6),
)
def test_every_row_is_kept_or_set_aside(judged, entered):
    """In every table, rows read = kept + quarantined, and no key of a table is used twice."""
    given_rows = [{"item_id": item, "label": one, "value": two} for item, one, two in judged]
    ideas = [{"post_id": post, "contest_id": contest} for post, contest in entered]
    post = {"created_us": START, "precision_us": 1, "kind": "idea", "is_bot": False}

    got = cleaned(
        ratings=table("ratings", *({"scale": "s", **row} for row in given_rows)),
        truths=table("truths", *given_rows),
        contests=table("contests", {"contest_id": "k"}, {"contest_id": "k"}),
        ideas=table("ideas", *ideas),
        posts=table("posts", *({"post_id": one, **post} for one in "pq")),
    )

    for count in got.counts.values():
        assert count["read"] == count["kept"] + count["quarantined"]
    for name, one in TABLES.items():
        keys = got.tables[name].select(one.key)
        assert not one.key or not keys.is_duplicated().any()
