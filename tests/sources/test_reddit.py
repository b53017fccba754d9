"""The reader of Reddit: by hand, on files of every packing, its errors, and the samples."""

import bz2
import gzip
import json
import lzma
import os
import tracemalloc
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import data
from workbench.errors import SourceError
from workbench.schema import POSTS, TAGS, conform
from workbench.sources import _ndjson, reddit

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared" / "raw" / "reddit" / "pushshift_ndjson"

# 2015-03-01 00:00 UTC is 1425168000; seconds after that, and minus signs for empty values. The
# submissions were fetched later, so that their file is read first and its rows have the first
# numbers. Of cq00003 the fourth line was fetched later than the third, so that the lines stand in
# the order of their fetches: 4, then the others, then line 7, which does not say.
EXPECTED = """
place          post_id    thread_id parent_id  author        at    score length code link question
file_2,_line_1 t3_2abc01  t3_2abc01 -          ann_example   0     12    32     yes  no   yes
file_2,_line_2 t3_2abc02  t3_2abc02 -          -             3600  -     -      -    -    -
file_2,_line_3 t3_2abc03  t3_2abc03 -          rule-bot      7200  3     0      no   no   no
file_2,_line_6 t3_2abc06  t3_2abc06 -          bea           10800 1     5      no   no   no
file_1,_line_4 t1_cq00003 t3_2abc01 t3_2abc01  bea           120   9     6      yes  no   no
file_1,_line_1 t1_cq00001 t3_2abc01 t3_2abc01  automoderator 5     1     24     no   yes  no
file_1,_line_2 t1_cq00002 t3_2abc01 t1_cq00001 bea           60    4     -      -    -    -
file_1,_line_3 t1_cq00003 t3_2abc01 t3_2abc01  bea           120   5     6      yes  no   no
file_1,_line_7 t1_cq00006 t3_1zzzzz t1_cp99999 cyd           300   -2    2      no   no   no
"""
START = 1425168000
ROW = {
    "id": "a1", "subreddit": "Town", "author": "Ann", "body": "x", "link_id": "t3_s1",
    "parent_id": "t3_s1", "created_utc": START, "score": 1, "retrieved_on": 1440000000,
}  # fmt: skip


def lines(*rows: dict) -> bytes:
    """Rows as the lines of a file."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.fixture
def file(tmp_path):
    """A function: bytes and a name -> a file in an empty folder."""

    def write(content: bytes, name: str = "export.ndjson") -> Path:
        path = tmp_path / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write


def notes(batches) -> dict[str, int]:
    """The notes of all batches together."""
    return dict(sum((Counter(batch.notes) for batch in batches), Counter()))


def table(batches, name: str) -> pl.DataFrame:
    """One table of all batches together."""
    return pl.concat([batch.tables[name] for batch in batches if name in batch.tables])


def test_a_folder_by_hand(data, rows_of):
    """Every row of two files is what the worked table says, or is rejected with its reason."""
    batches = list(reddit.read(data / "reddit"))
    kept, rejected, _ = rows_of(batches, "posts")

    words = {True: "yes", False: "no", None: "-"}
    got = [
        [
            row["place"].replace(" ", "_"),
            *(row[name] or "-" for name in ("post_id", "thread_id", "parent_id", "author_id")),
            str(row["created_us"] // 1_000_000 - START),
            *("-" if row[name] is None else str(row[name]) for name in ("score", "length")),
            *(words[row[name]] for name in ("has_code", "has_link", "has_question")),
        ]
        for row in kept.sort("row").iter_rows(named=True)
    ]
    assert got == [line.split() for line in EXPECTED.strip().splitlines()[1:]]
    assert dict(rejected.select("place", "reason").iter_rows()) == {
        "file 2, line 4": "not JSON",
        "file 2, line 5": "written on a person's own page",
        "file 1, line 5": "created_utc is no time from 1995 to 2035",
        "file 1, line 6": "body is not text",
        "file 1, line 8": "a text holds a NUL character",
        "file 1, line 10": "not a JSON object",
    }
    conform(kept, POSTS, where="test")


def test_what_else_is_known_by_hand(data):
    """Edits, programs, roles, kinds, flairs, and the counts worth knowing."""
    batches = list(reddit.read(data / "reddit"))
    posts = table(batches, "posts").sort("row")

    assert posts["edited_us"].drop_nulls().to_list() == [(START + 7200) * 1_000_000]
    assert posts.filter("is_bot")["author_id"].to_list() == ["rule-bot", "automoderator"]
    assert posts["role"].to_list() == [None, None, "staff", None, None, "moderator", *[None] * 3]
    assert posts["kind"].to_list() == ["post"] * 4 + ["comment"] * 5
    tags = conform(table(batches, "tags"), TAGS, where="test")
    assert tags.rows() == [("exampletown", "t3_2abc01", "food")]
    assert notes(batches) == {
        "texts_deleted_by_their_authors": 1,  # line 2 of the submissions
        "texts_removed_by_moderators": 1,  # line 2 of the comments
        "edits_without_a_time": 1,  # line 3 of the submissions
        "crossposts": 1,  # the same
        "scores_fetched_within_a_day": 1,  # the same: 100 seconds after it was written
        "posts_gone_at_the_second_fetch": 1,  # line 6 of the submissions
        "scores_without_a_time_of_fetch": 1,  # line 7 of the comments
    }


def test_communities_by_hand(data):
    """A subreddit in any letters is one community; its clock is UTC, as Reddit says."""
    about = table(reddit.read(data / "reddit"), "communities")

    assert about.select("community_id", "name").rows() == [
        ("exampletown", "r/ExampleTown"),
        ("otherplace", "r/OtherPlace"),
    ]
    assert set(about["platform"]) == {"forum"}
    assert set(about["timezone"] + " " + about["timezone_source"]) == {"UTC documented"}
    assert set(about["record_start"]) == {"cut"}


@pytest.mark.parametrize("asked", ["OtherPlace", "r/otherplace", "/r/OtherPlace/"])
def test_subreddits_leave_others_out(asked, data, rows_of):
    """Rows of other subreddits are counted and have no number; broken lines stay rejected."""
    options = {"subreddits": (asked,), "record_start": "launch"}
    batches = list(reddit.read(data / "reddit", options=options))
    kept, rejected, _ = rows_of(batches, "posts")

    assert kept["post_id"].to_list() == ["t3_2abc06"]
    about = table(batches, "communities")
    assert about.select("name", "record_start").rows() == [("r/OtherPlace", "launch")]
    # 15 lines are not blank; one of them is kept, and four lines say nothing of their subreddit.
    assert notes(batches)["rows_of_other_subreddits"] == 15 - 1 - rejected.height
    assert set(rejected["reason"]) == {
        "not JSON", "body is not text", "a text holds a NUL character", "not a JSON object",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("RC_2015-03.zst", zstandard.ZstdCompressor().compress),
        ("RC_2015-03.bz2", bz2.compress),
        ("RC_2015-03.xz", lzma.compress),
        (
            "Town_comments.jsonl.gz",
            lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:]),
        ),
        ("RC_2015-03", bytes),
    ],
)
def test_every_packing(name, pack, data, file):
    """The same rows come from a file however it is packed, named by itself or by its folder."""
    plain = data / "reddit" / "RC_2015-03.ndjson"
    expected = table(reddit.read(plain), "posts")
    path = file(pack(plain.read_bytes()), name)

    assert table(reddit.read(path), "posts").equals(expected)
    assert table(reddit.read(path.parent), "posts").drop("place").equals(expected.drop("place"))
    assert reddit.detect(path) == reddit.detect(path.parent) != ""


def test_the_later_fetch_stands_first(file):
    """Between files, and near each other in one file; where no time is said, the first line."""
    file(lines(ROW | {"score": 1, "retrieved_on": 1440000000}), "a.ndjson")
    file(lines(ROW | {"score": 2, "_meta": {"retrieved_2nd_on": 1450000000}}), "b.ndjson")
    late = [{"score": 3}, {"score": 4, "retrieved_on": None, "retrieved_utc": "1460000000"}]
    folder = file(lines(*(ROW | one for one in late)), "c.ndjson").parent

    posts = table(reddit.read(folder), "posts").sort("row")

    # Files by their first row: b (1450000000), then a and c (1440000000); within c the second line.
    assert posts["score"].to_list()[0] == 2
    assert posts.filter(pl.col("place").str.starts_with("file 3"))["score"].to_list() == [4, 3]


def test_numbers_go_on_over_batches(file, rows_of, monkeypatch):
    """Rows are numbered through all chunks, and a community is told once."""
    monkeypatch.setattr(_ndjson, "CHUNK", 1)
    monkeypatch.setattr("workbench.sources._compressed.BLOCK", 300)
    path = file(lines(*(ROW | {"id": f"a{n}", "author": f"p{n}"} for n in range(50))))
    batches = list(reddit.read(path))

    kept, _, _ = rows_of(batches, "posts")
    assert len(batches) > 10
    assert kept["post_id"].to_list() == [f"t1_a{n}" for n in range(50)]
    assert table(batches, "communities").height == 1


@pytest.mark.parametrize(
    ("observed", "aside", "kept"),
    [("both", {"dated outside the record": 60}, 60), ("either", {}, 120)],
)
def test_submissions_that_go_on_without_comments(observed, aside, kept, file):
    """Ninety days of submissions, thirty of comments: none is unanswered for lack of a file."""
    day = 86_400
    opened = [
        {"id": f"s{n}", "title": "t", "created_utc": START + n * day, "link_id": None}
        for n in range(90)
    ]
    answers = [
        {"id": f"c{n}", "link_id": f"t3_s{n}", "created_utc": START + n * day + 3600}
        for n in range(30)
    ]
    file(lines(*(ROW | one | {"body": None, "parent_id": None} for one in opened)), "RS.ndjson")
    folder = file(lines(*(ROW | one | {"parent_id": None} for one in answers)), "RC.ndjson").parent
    options = {"observed": observed, "record_start": "cut"}

    report = data.load("town", path=folder, source="reddit", options=options)

    # The last comment is of 01:00 on the thirtieth day: submissions 31 to 90 are beyond it.
    assert report.counts["posts"]["read"] == 120
    assert report.counts["posts"]["kept"] == kept
    assert report.quarantine.get("posts", {}) == aside
    # From that hour to midnight of the ninetieth day: 59 days and 23 hours.
    assert report.notes["days_of_submissions_without_comments"] == 59
    ends = data.open("town").communities["observed_until_us"].item()
    last = {"both": 29 * day + 3600, "either": 89 * day}[observed]
    assert ends == (START + last) * 1_000_000


def test_memory_does_not_grow_with_the_file(file, monkeypatch):
    """A packed file that unpacks to eighty chunks of rows takes about what eight of them take."""
    monkeypatch.setattr(_ndjson, "CHUNK", 2**22)
    row = lines(ROW | {"body": "x" * 2000})
    peaks = []
    for times in (15_000, 150_000):
        path = file(
            b"".join(zstandard.ZstdCompressor().compress(row * 3000) for _ in range(times // 3000))
        )
        tracemalloc.start()
        for _ in _ndjson.chunks(path, where="x", keep_going=False):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < 1.2 * peaks[0]


@given(
    rows=st.lists(
        st.binary(max_size=12).map(lambda part: part.replace(b"\n", b""))
        | st.dictionaries(
            st.sampled_from([*ROW, "title", "selftext", "edited", "_meta"]),
            st.none() | st.integers() | st.text(max_size=4) | st.sampled_from([*ROW.values()]),
        ).map(lambda changed: json.dumps(ROW | changed).encode()),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=60)
def test_no_row_is_lost(rows, rows_of, tmp_path_factory):
    """Whatever the lines hold, each that is not blank is kept or rejected, with its number."""
    path = tmp_path_factory.mktemp("any") / "export.ndjson"
    path.write_bytes(lines(ROW) + b"\n".join(rows))

    kept, rejected, _ = rows_of(reddit.read(path), "posts")

    blank = sum(not row.strip(b" \t\r") for row in rows)
    assert kept.height + rejected.height == 1 + len(rows) - blank
    assert rejected["reason"].null_count() == 0
    conform(kept, POSTS, where="test")


def test_what_was_said(data):
    """Titles and texts of every row that can be read, kept or not, and names as typed."""
    said = list(reddit.said(data / "reddit"))
    texts = [text for part in said for text in part.texts]
    names = {name for part in said for name in part.names}

    # Submissions: five titles and five texts. Comments: six bodies (two lines hold none).
    assert len(texts) == 5 + 5 + 6
    assert "Hello" in texts
    assert names == {"ann_example", "Rule-Bot", "Bea", "bea", "AutoModerator", "cyd"}


def test_detect(data, file, tmp_path):
    """A first row with subreddit and created_utc; no other file, and no folder without one."""
    because = "its first row is a post of a subreddit"
    assert reddit.detect(data / "reddit") == because
    assert reddit.detect(data / "reddit" / "RS_2015-03.ndjson") == because
    assert reddit.detect(file(b"\xef\xbb\xbf\n" + lines(ROW), "bom.json")) == because
    for other in (b"", b"{}\n", b"[1]", b'{"subreddit": "x"}\n', b"PK\3\4", b"[" * 100_000):
        assert reddit.detect(file(other, "other.json")) == ""
    assert reddit.detect(data / "simulated") == ""
    assert reddit.detect(tmp_path / "nothing") == ""


def refused(path: Path, **options) -> str:
    """The message with which an export is refused."""
    with pytest.raises(SourceError) as caught:
        list(reddit.read(path, options=options))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("content", [b"\n\n", b"<html>\n", b'{"id": "a"}\n', b'{"subreddit": "a"}'])
def test_a_file_without_posts_is_refused(content, file):
    """Whatever else it holds, it says what was expected."""
    expected = (
        "reddit export.ndjson: expected rows with subreddit, id and created_utc, got none. "
        "Take a dump of submissions or comments: one JSON object a line."
    )
    assert refused(file(content)) == expected
    assert refused(file(content).parent).startswith("reddit export: expected rows with subreddit")


def test_an_empty_file_is_refused_by_itself_only(file):
    """In a folder with others it is a month without comments."""
    empty = file(b"", "RC_2005-01.ndjson")
    assert refused(empty) == "reddit RC_2005-01.ndjson: expected rows, got an empty file. " + (
        "Export it again."
    )
    assert refused(empty.parent) == (
        "reddit export: expected files such as RS_2015-03.zst or comments.ndjson, got none with "
        "anything in it. Name the folder that holds them."
    )
    file(lines(ROW), "RC_2015-03.ndjson")
    file(b"", "what this is.txt")
    batches = list(reddit.read(empty.parent))
    assert table(batches, "posts").height == 1
    assert notes(batches) == {
        "no_submissions_in_the_export": 1,
        "files_without_rows": 1,
        "files_not_read": 1,
    }


def test_a_cut_file_is_refused_or_kept_so_far(file, rows_of):
    """The message names the way on; with it, what is lost is one rejected row."""
    rows = [ROW | {"id": f"a{n}", "body": os.urandom(40).hex()} for n in range(20_000)]
    packed = zstandard.ZstdCompressor().compress(lines(*rows))
    path = file(packed[: len(packed) // 2], "RC_2015-03.zst")

    assert refused(path) == (
        "reddit RC_2015-03.zst: expected a whole file, got a Zstandard stream that ends too early."
        " Fetch it again, or read what can be read of it: --keep-going."
    )
    assert refused(path.parent).startswith("reddit export, file 1 by name: expected a whole file")
    kept, rejected, _ = rows_of(reddit.read(path, options={"keep_going": True}), "posts")
    assert kept["post_id"].to_list() == [f"t1_a{n}" for n in range(kept.height)]
    assert kept.height > 5_000
    assert rejected["reason"].to_list() == ["the rest of the file is damaged"]


def test_options_are_checked(file):
    """Subreddits that are not there, and another word for the start of the record."""
    path = file(lines(ROW, ROW | {"id": "a2", "subreddit": "City"}))

    assert refused(path, subreddits=["Village"]) == (
        "reddit export.ndjson: expected posts of village, got only those of other subreddits. "
        "Check the names of option subreddits, or leave it out."
    )
    assert refused(path, observed="all") == (
        "reddit export.ndjson: option observed expected both or either, got 'all'. "
        "Choose one of these."
    )
    assert refused(path, record_start="end") == (
        "reddit export.ndjson: option record_start expected cut or launch, got 'end'. "
        "Choose one of these."
    )


@pytest.mark.shared
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the project")
def test_samples(rows_of):
    """31 submissions, one of them on a person's page, and 27 comments; all others are kept."""
    batches = list(reddit.read(SAMPLES))
    kept, rejected, _ = rows_of(batches, "posts")

    assert dict(Counter(kept["kind"])) == {"comment": 27, "post": 30}
    assert rejected["reason"].to_list() == ["written on a person's own page"]
    assert notes(batches) == {
        "texts_removed_by_moderators": 3,
        "texts_deleted_by_their_authors": 2,
        "posts_gone_at_the_second_fetch": 3,
        "scores_fetched_within_a_day": 1,
        "scores_without_a_time_of_fetch": 5,
    }
