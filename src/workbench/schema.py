"""The canonical tables as data: column, type, unit, meaning, what may be empty.

Only declarations and checks live here; the room knows no platform and no file.
`docs/data-dictionary.md` is generated from it (`python -m workbench.schema`).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from workbench.errors import SchemaError

SCHEMA_VERSION = 3

KINDS = {
    "text": pl.String,
    "int64": pl.Int64,
    "float64": pl.Float64,
    "bool": pl.Boolean,
}


@dataclass(frozen=True)
class Column:
    """One column: its name, kind (a key of `KINDS`), meaning, and whether it may be empty."""

    name: str
    kind: str
    meaning: str
    optional: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table: what a row is, and its columns in order. `key` is unique."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    def polars_schema(self) -> pl.Schema:
        """The table's columns as a Polars schema."""
        return pl.Schema({column.name: KINDS[column.kind] for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """The table with no rows."""
        return pl.DataFrame(schema=self.polars_schema())


_COMMUNITY = Column("community_id", "text", "The community this row belongs to")

POSTS = Table(
    name="posts",
    row="one contribution: a message, question, answer, comment or idea",
    key=("community_id", "post_id"),
    columns=(
        _COMMUNITY,
        Column("post_id", "text", "Identifier, unique within the community"),
        Column(
            "thread_id",
            "text",
            "post_id of the post that opened the thread; equal to post_id for that post itself. "
            "Where the opening post is not in the record, an identifier that no post has",
        ),
        Column("parent_id", "text", "post_id of the post this one answers directly", True),
        Column("author_id", "text", "Pseudonym; empty once the account is deleted", True),
        Column("recipient_id", "text", "Pseudonym of the addressee of a direct message", True),
        Column("created_us", "int64", "When it appeared, microseconds since 1970 UTC"),
        Column(
            "precision_us",
            "int64",
            "Width of the clock's tick in microseconds (60,000,000: minutes)",
        ),
        Column("kind", "text", "message, question, answer, comment, idea or post"),
        Column("score", "int64", "Points given by others, as of the export", True),
        Column("length", "int64", "Characters in the text, counted while reading", True),
        Column("has_code", "bool", "The text holds code, by the platform's own mark-up", True),
        Column("has_link", "bool", "The text holds a web address", True),
        Column("has_question", "bool", "The text holds a question mark, of any script", True),
        Column("edited_us", "int64", "When it was last changed, microseconds since 1970 UTC", True),
        Column("channel", "text", "The part of the community it was written in", True),
        Column("is_bot", "bool", "Written by a program, by the platform's flag or the name rule"),
        Column("role", "text", "member, staff or moderator, where the platform says so", True),
        Column(
            "is_gone",
            "bool",
            "In an earlier export of this data set and no longer in a later one of the same time; "
            "empty where there was only one export",
            True,
        ),
    ),
)

PEOPLE = Table(
    name="people",
    row="one account",
    key=("community_id", "person_id"),
    columns=(
        _COMMUNITY,
        Column("person_id", "text", "Pseudonym, the same in every table and every file"),
        Column(
            "joined_us", "int64", "When the account was made, microseconds since 1970 UTC", True
        ),
        Column("is_bot", "bool", "A program, by the platform's flag or the name rule"),
    ),
)

COMMUNITIES = Table(
    name="communities",
    row="one community",
    key=("community_id",),
    columns=(
        _COMMUNITY,
        Column("name", "text", "Name shown to readers"),
        Column("platform", "text", "The kind of platform, as its source names it"),
        Column("timezone", "text", "IANA zone of the clock on the wall, for hour-of-day only"),
        Column("timezone_source", "text", "stated, documented or assumed"),
        Column(
            "record_start",
            "text",
            "launch: the record begins with the community; cut: earlier activity may be missing",
        ),
        Column(
            "observed_from_us",
            "int64",
            "First moment the record covers; empty where nothing in it is dated",
            True,
        ),
        Column(
            "observed_until_us",
            "int64",
            "Last moment the record covers: waits end here; empty where nothing in it is dated",
            True,
        ),
        Column("ranking_policy", "text", "How the platform ordered what people saw", True),
    ),
)

RATINGS = Table(
    name="ratings",
    row="one rating or answer: one item, judged by one rater; it has a value or a label",
    key=(),
    columns=(
        _COMMUNITY,
        Column("item_id", "text", "What was rated: a post, a thread, an item, a question"),
        Column(
            "rater_id", "text", "Pseudonym of the rater; empty where slots are not people", True
        ),
        Column("scale", "text", "Name of the scale"),
        Column(
            "value",
            "float64",
            "The rating, on the scale's own units; empty where the rating is a class",
            True,
        ),
        Column("label", "text", "The class that was given, as the export writes it", True),
        Column("round", "text", "before or after: given before or after a talk", True),
        Column("group_id", "text", "The group in which it was given", True),
        Column("seconds", "float64", "Time spent on it, seconds", True),
        Column("created_us", "int64", "When it was given, microseconds since 1970 UTC", True),
        Column("precision_us", "int64", "Width of the clock's tick in microseconds", True),
    ),
)

TAGS = Table(
    name="tags",
    row="one tag, topic or hashtag of one post",
    key=("community_id", "post_id", "tag"),
    columns=(
        _COMMUNITY,
        Column("post_id", "text", "The post that carries the tag"),
        Column("tag", "text", "The tag in small letters, without its sign"),
    ),
)

TRUTHS = Table(
    name="truths",
    row="what is known to be right about one item; it has a value or a label",
    key=("community_id", "item_id"),
    columns=(
        _COMMUNITY,
        Column("item_id", "text", "The item, as in ratings"),
        Column("label", "text", "The class that is right, as the export writes it", True),
        Column("value", "float64", "The number that is right, on the units of the ratings", True),
    ),
)

CONTESTS = Table(
    name="contests",
    row="one contest, challenge or call for ideas",
    key=("community_id", "contest_id"),
    columns=(
        _COMMUNITY,
        Column("contest_id", "text", "Identifier, unique within the community"),
        Column("name", "text", "Name shown to readers", True),
        Column("opened_us", "int64", "When it opened, microseconds since 1970 UTC", True),
        Column("closed_us", "int64", "When it closed, microseconds since 1970 UTC", True),
    ),
)

IDEAS = Table(
    name="ideas",
    row="one idea entered into a contest; its post is in posts, where score counts its applause",
    key=("community_id", "post_id"),
    columns=(
        _COMMUNITY,
        Column("post_id", "text", "The post that holds the idea"),
        Column("contest_id", "text", "The contest that it was entered into"),
        Column("stage", "text", "How far it came, in the platform's own word", True),
        Column("won", "bool", "It was chosen as a winner", True),
        Column("views", "int64", "How often it was looked at, as of the export", True),
    ),
)

TABLES = {
    table.name: table
    for table in (COMMUNITIES, PEOPLE, POSTS, RATINGS, TAGS, TRUTHS, CONTESTS, IDEAS)
}


def conform(frame: pl.DataFrame, table: Table, *, where: str) -> pl.DataFrame:
    """
    Bring `frame` to the table's columns, order and types; optional columns may be absent.

    Raises
    ------
    SchemaError
        A required column is missing or holds empty values, or a value does not fit its type.
    """
    missing = [c.name for c in table.columns if c.name not in frame.columns and not c.optional]
    if missing:
        raise SchemaError(
            f"{where}: table {table.name} needs {', '.join(missing)}; "
            f"found {', '.join(frame.columns) or 'no columns'}. Add them in the source."
        )
    absent = [
        pl.lit(None, KINDS[c.kind]).alias(c.name)
        for c in table.columns
        if c.name not in frame.columns
    ]
    shaped = frame.with_columns(absent).select(table.names)
    for column in table.columns:
        try:
            cast = shaped[column.name].cast(KINDS[column.kind])
        except pl.exceptions.PolarsError:  # its text quotes values, which may be people's
            raise SchemaError(
                f"{where}: column {column.name} of table {table.name} must be {column.kind}, "
                f"got {shaped.schema[column.name]}. Mend the types in the source."
            ) from None
        shaped = shaped.with_columns(cast)
    for column in table.columns:
        empty = shaped[column.name].null_count()
        if empty and not column.optional:
            raise SchemaError(
                f"{where}: column {column.name} of table {table.name} is empty in {empty:,} rows; "
                "it must always be filled. Reject those rows in the source."
            )
    return shaped


def dictionary() -> str:
    """The data dictionary as Markdown, generated from the declarations."""
    lines = [
        "# Data dictionary",
        "",
        f"Schema version {SCHEMA_VERSION}. Generated by `python -m workbench.schema`; "
        "do not edit by hand.",
        "",
        "Times are whole microseconds since 1970 UTC (`_us`), so that a duration is a subtraction. "
        "A data set is a folder of these tables as Parquet files, with `manifest.json` "
        "(hashes, counts, choices, versions) and `quarantine.parquet` (rows set aside, with "
        "reasons).",
    ]
    for table in TABLES.values():
        lines += ["", f"## {table.name}", "", f"A row is {table.row}."]
        if table.key:
            lines += ["", f"Unique: {' + '.join(f'`{name}`' for name in table.key)}."]
        lines += ["", "| column | type | may be empty | meaning |", "| --- | --- | --- | --- |"]
        lines += [
            f"| `{c.name}` | {c.kind} | {'yes' if c.optional else 'no'} | {c.meaning} |"
            for c in table.columns
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(dictionary(), end="")
