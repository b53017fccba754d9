"""The reader of any table: by hand, on any cells, and one test for each refusal."""

import csv
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import SourceError
from workbench.schema import POSTS, conform
from workbench.sources import _grid, table

MAP = {
    "post_id": "id", "thread_id": "topic", "parent_id": "reply_to", "author_id": "user",
    "created_at": "when", "text": "body", "score": "votes",
}  # fmt: skip


def us(*moment):
    """Microseconds since 1970 of a moment in UTC."""
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.fixture
def read(tmp_path, rows_of):
    """A function: text of a CSV, options -> kept rows, rejected rows, reasons."""

    def run(content, **options):
        path = tmp_path / "Some Forum.csv"
        path.write_text(content, newline="")
        return rows_of(table.read(path, options=options), "posts")

    return run


@pytest.fixture
def forum(data, rows_of):
    """Kept rows, rejected rows and reasons of the invented export."""
    options = {"map": MAP, "timezone": "Europe/Rome"}
    return rows_of(table.read(data / "table/forum.csv", options=options), "posts")


def test_posts_by_hand(forum):
    """A day above 12 settles the order; precision, bots, lengths and places follow the rows."""
    kept, _, _ = forum

    assert kept["post_id"].to_list() == ["1", "2", "3", "10"]
    # 13 May 10:00 in Rome is 08:00 UTC; 5 November is winter: its midnight is 23:00 of the 4th.
    assert kept["created_us"].to_list() == [
        us(2024, 5, 13, 8), us(2024, 5, 13, 8, 1), us(2024, 5, 14, 7, 30, 15), us(2024, 11, 4, 23),
    ]  # fmt: skip
    assert kept["precision_us"].to_list() == [60_000_000, 60_000_000, 1_000_000, 86_400_000_000]
    assert kept["author_id"].to_list() == ["ann", "helper-bot", None, "bob"]
    assert kept["is_bot"].to_list() == [False, True, False, False]
    # "a question", a line break that counts once, "on two; lines": 10 + 1 + 13.
    assert kept["length"].to_list() == [24, 5, 0, 4]
    assert kept["score"].to_list() == [3, None, -1, 1]
    assert kept["parent_id"].to_list() == [None, "1", "2", "4"]
    assert kept["place"].to_list() == ["line 2", "line 4", "line 5", "line 12"]
    conform(kept, POSTS, where="test")


def test_rejected_by_hand(forum):
    """Each row that cannot be used says why, and none is lost."""
    _, rejected, found = forum

    assert found == {
        4: "local time does not exist",
        5: "local time occurs twice",
        6: "too few cells",
        7: "too many cells",
        8: "score is not a whole number",
        9: "no post_id",
    }
    assert rejected["place"][0] == "line 6"


def test_nothing_of_a_text_is_kept(data):
    """No cell of a text is in any table or in the rejected rows."""
    batches = list(table.read(data / "table/forum.csv", options={"map": MAP, "timezone": "UTC"}))

    for batch in batches:
        for frame in (*batch.tables.values(), batch.rejected):
            assert "question" not in frame.write_csv()


def test_canonical_names_need_no_map(read):
    """Columns with canonical names are taken; a table without post_id is numbered by row."""
    kept, _, _ = read(
        "thread_id,author_id,created_at,role,kind,recipient_id,length,is_bot\n"
        "t1,ann,2024-01-01T00:00Z,Staff,Question,bob,7,no\n"
        "t1,helper-bot,1704067200,,,,,\n"
        "t1,helper-bot,1704067200,,,,,0\n"
        "t1,ann,1704067200,,,,,Yes\n"
    )

    assert kept["post_id"].to_list() == [f"000000000{n}" for n in range(1, 5)]
    assert kept["created_us"].unique().to_list() == [us(2024, 1, 1)]
    assert kept.select("role", "kind", "recipient_id", "length").row(0) == (
        "staff", "question", "bob", 7,
    )  # fmt: skip
    assert kept.select("role", "kind", "recipient_id", "length").row(1) == (
        None,
        "post",
        None,
        None,
    )
    # The flag wins over the name; without a flag the name decides.
    assert kept["is_bot"].to_list() == [False, True, False, True]


def test_values_that_cannot_be_used(read, reasons):
    """Unknown words and broken numbers are rejected, never turned into something else."""
    head = "thread_id,author_id,created_at,role,kind,score,length,is_bot\n"
    good = ["t", "ann", "2024-01-01T00:00Z", "member", "post", "1.0", "2", "true"]
    faults = {3: "owner", 4: "poll", 5: "1.5", 6: "-1", 7: "maybe", 2: "soon"}
    rows = [good, *([*good[:i], bad, *good[i + 1 :]] for i, bad in faults.items())]

    kept, rejected, _ = read(head + "".join(",".join(row) + "\n" for row in rows))

    assert kept["score"].to_list() == [1]
    assert reasons(rejected) == {
        "role is none of member, staff, moderator": 1,
        "kind is none of message, question, answer, comment, idea, post": 1,
        "score is not a whole number": 1,
        "length is not a whole number from 0": 1,
        "is_bot is neither yes nor no": 1,
        "unparsable time": 1,
    }


def test_threads_left_open(read):
    """Thread ids are passed on as they are; with parents alone there is no such column."""
    kept, _, _ = read(
        "post_id,parent_id,author_id,created_at\n"
        "7,,ann,2024-01-01T00:00Z\n8,7.0,bob,2024-01-01T00:01Z\n"
    )

    assert "thread_id" not in kept.columns
    assert kept["parent_id"].to_list() == [None, "7"]


def test_deleted_accounts(read):
    """Placeholders of deleted accounts can be named; their posts are kept."""
    text = "thread_id,author_id,created_at\nt,-1,2024-01-01T00:00Z\nt,ann,2024-01-01T00:00Z\n"

    assert read(text)[0]["author_id"].to_list() == ["-1", "ann"]
    assert read(text, deleted=["-1", "gone"])[0]["author_id"].to_list() == [None, "ann"]


def test_community(tmp_path):
    """The community is described once, by the options; a last day counts to its end."""
    path = tmp_path / "Some Forum.csv"
    path.write_text("thread_id,author_id,created_at\n" + "t,ann,2024-01-01 00:00\n" * 3)
    options = {
        "timezone": "UTC", "title": "A forum", "platform": "board", "record_start": "launch",
        "observed_from": "2024-01-01T00:00Z", "observed_until": "2024-01-31", "thread_ids": "topic",
    }  # fmt: skip

    (batch,) = table.read(path, options=options)

    about = batch.tables["communities"].row(0, named=True)
    assert about["community_id"] == "some-forum"
    assert (about["name"], about["platform"]) == ("A forum", "board")
    assert (about["timezone"], about["timezone_source"]) == ("UTC", "stated")
    assert about["record_start"] == "launch"
    assert about["observed_from_us"] == us(2024, 1, 1)
    assert about["observed_until_us"] == us(2024, 2, 1) - 1


def test_community_by_default(tmp_path):
    """Without options the file names the community, and the record is cut on both sides."""
    path = tmp_path / "___.csv"
    path.write_text("thread_id,author_id,created_at\nt,ann,2024-01-01 00:00Z\n")

    (batch,) = table.read(path, options={})

    about = batch.tables["communities"].row(0, named=True)
    assert (about["community_id"], about["name"]) == ("table", "___")
    assert (about["timezone"], about["timezone_source"]) == ("UTC", "assumed")
    assert (about["record_start"], about["observed_from_us"]) == ("cut", None)


def test_batches(tmp_path, monkeypatch, rows_of):
    """A file of several batches gives the same rows as in one, and describes itself once."""
    path = tmp_path / "x.csv"
    lines = [f"t{i % 3},p{i},{1704067200 + i}" if i % 5 else "short" for i in range(50)]
    path.write_text("thread_id,author_id,created_at\n" + "\n".join(lines) + "\n")
    whole, out, _ = rows_of(table.read(path, options={}), "posts")

    monkeypatch.setattr(_grid, "BATCH_ROWS", 7)
    batches = list(table.read(path, options={}))
    parts, parts_out, _ = rows_of(batches, "posts")

    assert parts.equals(whole)
    assert parts_out.equals(out)
    assert len(batches) == 8
    assert sum("communities" in batch.tables for batch in batches) == 1


def test_parquet(tmp_path, rows_of):
    """Parquet with typed columns: whole ids saved as decimals, times with and without a zone."""
    path = tmp_path / "x.parquet"
    frame = pl.DataFrame(
        {
            "post_id": [1, 2],
            "parent_id": [None, 1.0],
            "author_id": ["ann", "bob"],
            "at": [datetime(2024, 5, 13, 10), datetime(2024, 5, 13, 10, 0, 0, 500_000)],
            "day": [date(2024, 5, 13)] * 2,
        }
    )
    frame.with_columns(zoned=pl.col("at").dt.replace_time_zone("Asia/Tokyo")).write_parquet(path)

    def times(column, **options):
        kept, _, _ = rows_of(
            table.read(path, options={"map": {"created_at": column}, **options}), "posts"
        )
        assert kept["parent_id"].to_list() == [None, "1"]
        return kept.select("created_us", "precision_us").rows()

    # Tokyo is nine hours ahead of UTC, Rome two in May.
    assert times("zoned")[0] == (us(2024, 5, 13, 1), 1_000_000)
    assert times("at", timezone="Europe/Rome") == [
        (us(2024, 5, 13, 8), 1_000_000), (us(2024, 5, 13, 8) + 500_000, 100_000),
    ]  # fmt: skip
    assert times("day", timezone="UTC")[0] == (us(2024, 5, 13), 86_400_000_000)


CELL = st.one_of(
    st.sampled_from(["", "1", "2", "[deleted]", "13/1/2024 10:00", "2024-01-01T00:00Z", "-1"]),
    st.text(st.characters(min_codepoint=32, codec="utf-8"), max_size=5),
)


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.lists(CELL, min_size=3, max_size=6), min_size=1, max_size=15))
def test_any_cells_are_kept_rejected_or_refused(tmp_path_factory, rows_of, cells):
    """Rows read = rows kept + rows rejected, unless the file as a whole is refused in one line."""
    path = tmp_path_factory.mktemp("table") / "x.csv"
    names = ["created_at", "post_id", "thread_id", "author_id", "score"]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([names, *cells])
    batches, refusal = [], ""
    try:
        batches = list(table.read(path, options={"timezone": "Europe/Rome", "separator": ","}))
    except SourceError as error:
        refusal = str(error)
    if refusal:
        assert "\n" not in refusal
        return

    kept, rejected, _ = rows_of(batches, "posts")

    assert kept.height + rejected.height == len(cells)
    assert kept["post_id"].null_count() == 0
    assert rejected["reason"].null_count() == 0


def test_detect(data, tmp_path):
    """Any file called CSV or Parquet may be a table."""
    assert table.detect(data / "table/forum.csv")
    assert not table.detect(data / "vader/vader_lexicon.txt")
    assert not table.detect(tmp_path / "absent.csv")


GOOD = "id,topic,user,when\n1,1,ann,2024-01-01T00:00Z\n"


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (GOOD, {}, r"expected a column for author_id, got id, topic, user, when\. Say which"),
        (
            "post_id,topic,authorid,created_at\n1,1,a,b\n",
            {},
            r"expected a column for author_id, got .* --map author_id=authorid\.",
        ),
        (
            GOOD,
            {"map": {"author_id": "usr"}},
            r"expected a column usr for author_id, got .* --map author_id=user\.",
        ),
        (
            GOOD,
            {"map": {"writer": "user"}},
            r"the map expected post_id, .*, is_bot, got writer\. Write it as canonical name = col",
        ),
        (GOOD, {"map": {"author_id": "user"}}, "expected a column for created_at, got"),
        (
            GOOD,
            {"map": {"author_id": "user", "created_at": "when"}},
            "expected a column for thread_id or parent_id, got",
        ),
        (
            GOOD,
            {"map": {"author_id": "user", "created_at": "when", "parent_id": "topic"}},
            "expected post_id beside parent_id, got",
        ),
        (GOOD, {"speed": 1}, "source table: unknown option speed; it takes map, timezone"),
        (GOOD, {"thread_ids": "x"}, "option thread_ids expected detect, post, topic, got 'x'"),
        (GOOD, {"record_start": "x"}, "option record_start expected cut, launch, got 'x'"),
        (GOOD, {"day_first": "x"}, "option day_first expected none, true, false, got 'x'"),
        (GOOD, {"separator": ", "}, "separator expected 'tab' or one character that .*, got ', '"),
        (
            GOOD,
            {"separator": '"'},
            "one character that is no quotation mark and no line",
        ),
        (GOOD, {"separator": "\n"}, r"mark and no line break, got '\\n'\. Leave it out to have"),
        (GOOD, {"separator": "\0"}, "option separator expected 'tab' or one character"),
        (GOOD, {"platform": "a\udcff"}, "option platform expected text, got characters that are"),
        (GOOD, {"deleted": ["\udcff"]}, "option deleted expected text, got characters that are no"),
        (
            GOOD,
            {"map": {"post_id": "\udcff"}},
            r"option map expected text.* Type it again",
        ),
        (
            "Author,thread_id,created_at\na,b,c\n",
            {},
            r"expected a column for author_id, got .* --map author_id=Author\.$",
        ),
        (
            "ann,said this,2024-05-13\nbob,that,2024-05-14\n",
            {},
            r"author_id, got values in place of names\. .*=COLUMN\. Or write a line with the names",
        ),
        (
            "post_id,thread,author,time\n1,2,3,4\n",
            {"map": {"author_id": "author"}},
            r"expected a column for created_at, got .* --map created_at=COLUMN\.$",
        ),
        (
            "id,author,created_at\n1,2,3\n",
            {"map": {"thread_id": "author_id"}},
            r"expected a column author_id for thread_id, got .* --map thread_id=author\.$",
        ),
        (
            "author,created_at\n2,3\n",
            {"map": {"author_id": "author", "thread_id": "Autor"}},
            r"expected a column Autor for thread_id, got .* --map thread_id=COLUMN\.$",
        ),
        (
            GOOD,
            {"map": {"post_id": "id", "thread_id": "id", "author_id": "user"}},
            r"another column for each of post_id, thread_id, got id for all\. Mend the map; where",
        ),
        (
            "post_id,author_id,created_at\n1,2,3\n",
            {"map": {"thread_id": "post_id"}},
            "expected another column for each of post_id, thread_id, got post_id for all",
        ),
        (
            "Export of May,,,\nid,topic,user,when\n1,1,ann,2024\n",
            {},
            r"COLUMN\. Or delete the lines above the header\.$",
        ),
        (GOOD, {"timezone": "Rome"}, "expected an IANA time zone, got 'Rome'"),
    ],
)
def test_refusals(content, options, message, read):
    """Wrong columns and options are one line that says what was there and what to write."""
    with pytest.raises(SourceError, match=message) as refusal:
        read(content, **options)

    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"observed_from": "spring"}, r"observed_from expected a moment .* \(unparsable time\)"),
        ({"observed_until": "2024-01-31"}, r"got '2024-01-31' \(time without a zone\)"),
        (
            {"observed_from": "2024-02-01T00:00Z", "observed_until": "2024-01-01T00:00Z"},
            "expected observed_until after observed_from, got an earlier moment",
        ),
    ],
)
def test_refused_windows(options, message, read):
    """The ends of the record must be moments, in order."""
    columns = {"author_id": "user", "created_at": "when", "thread_id": "topic"}

    with pytest.raises(SourceError, match=message):
        read(GOOD, map=columns, **options)


def test_ambiguous_times_name_the_flags(read):
    """Day and month that cannot be told apart, and a missing zone, are refused with their flags."""
    text = "thread_id,author_id,created_at\nt,ann,3/4/2024 10:00\n"

    with pytest.raises(SourceError, match="Say which: --day-first or --month-first"):
        read(text)
    with pytest.raises(SourceError, match="--timezone Europe/Rome"):
        read(text, day_first=True)
    kept, _, _ = read(text, day_first=False, timezone="UTC")
    assert kept["created_us"].to_list() == [us(2024, 3, 4, 10)]
    kept, _, _ = read(text, time_format="%d/%m/%Y %H:%M", timezone="UTC")
    assert kept["created_us"].to_list() == [us(2024, 4, 3, 10)]


def test_tab_by_name(read):
    """The tab, which is hard to type, can be named."""
    kept, _, _ = read("thread_id\tauthor_id\tcreated_at\nt\ta,b\t1704067200\n", separator="tab")

    assert kept["author_id"].to_list() == ["a,b"]


def test_what_was_said(tmp_path):
    """Texts and names for comparing pages with; a number is nobody's name, and no text is none."""
    path = tmp_path / "posts.csv"
    path.write_text(
        "id,topic,user,to,when,body\n1,1,Ann Oddname,7,2024-05-01T10:00Z,so it is\n"
        "2,1,12,Bo,2024-05-01T11:00Z,\n",
        encoding="utf-8",
    )
    columns = {"post_id": "id", "thread_id": "topic", "author_id": "user", "created_at": "when"}

    (bare,) = table.said(path, options={"map": columns})
    (said,) = table.said(path, options={"map": {**columns, "recipient_id": "to", "text": "body"}})

    assert said.texts.to_list() == ["so it is", ""]
    assert said.names.to_list() == ["Ann Oddname", "Bo"]
    assert bare.texts.to_list() == []
