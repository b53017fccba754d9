"""Files of tweets: every wrapping, the place of each tweet, and every kind of damage."""

import gzip
import json
import zipfile

import pytest

from workbench.errors import SourceError
from workbench.sources import _twitter_files, twitter
from workbench.sources._twitter_export import members
from workbench.sources._twitter_files import Beside, Damaged, Tweet, found

SCRIPT = b"window.YTD.tweets.part0 = "
DEEP = b"[" * 200_000
ADVICE = "Export it again, or set this part aside with --keep-going."


def things(path, *, keep_going=False):
    """Everything in a file."""
    return list(found(path, where="test", keep_going=keep_going))


def places(path):
    """The place of every tweet, and what it holds."""
    return [(one.place, one.fields) for one in things(path) if isinstance(one, Tweet)]


@pytest.fixture
def holding(tmp_path):
    """A function: bytes -> a file that holds them."""

    def write(content, name="tweets.json"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'[{"id": 1}, {"id": 2}]', [("tweet 1", {"id": 1}), ("tweet 2", {"id": 2})]),
        (b'{"id": 1}\n\n{"id": 2}\n', [("line 1", {"id": 1}), ("line 3", {"id": 2})]),
        (b'\xef\xbb\xbf{"id": 1}\r\n{"id": 2}', [("line 1", {"id": 1}), ("line 2", {"id": 2})]),
        (b'{\n"id": 1\n}', [("", {"id": 1})]),
        (b'{"statuses": [{"id": 1}]}', [("line 1, tweet 1", {"id": 1})]),
        (b'{\n"data": [{"id": 1}, 2]}', [("tweet 1", {"id": 1}), ("tweet 2", 2)]),
        (b'{"data": {"id": 1}}', [("line 1", {"id": 1})]),
        (b'{"data": [\n{"id": 1}\n]}', [("tweet 1", {"id": 1})]),
        (b'[{"data": [{"id": 1}]}]', [("tweet 1, tweet 1", {"id": 1})]),
        (b'{"meta": {"result_count": 0}}', []),
        (b"[]", []),
        (SCRIPT + b'[{"tweet": {"id": 1}}];\n', [("tweet 1", {"id": 1})]),
        (b"\xef\xbb\xbf" + SCRIPT + b'\n[\n{"id": 1}]', [("tweet 1", {"id": 1})]),
    ],
)
def test_every_wrapping(holding, content, expected):
    """A tweet is found in whatever holds it, and its place can be found in the file."""
    assert places(holding(content)) == expected


def test_what_stands_beside_tweets(holding):
    """Accounts of a page go with its tweets; what it shows for context is only counted."""
    page = {
        "data": [{"id": "1"}],
        "includes": {"users": [{"id": "5"}, 7], "tweets": [{"id": "2"}, {"id": "3"}]},
        "errors": [{}],
    }
    tweet, context, refused = things(holding(json.dumps(page).encode()))

    assert tweet.users == {"5": {"id": "5"}}
    assert context == Beside("tweets_shown_only_for_context", 2)
    assert refused == Beside("things_the_platform_did_not_hand_out", 1)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"hello", "no JSON, or only a part of it"),
        (b'[{"id": 1},', "no JSON, or only a part of it"),
        (b'[{"id": "a\0b"}]', "no JSON, or only a part of it"),
        (b'[{"id": ' + b"1" * 5_000 + b"}]", "no JSON, or only a part of it"),
        (b'["\xff"]', "bytes that are no UTF-8"),
        ('[{"id": 1}]'.encode("utf-16"), "bytes that are no UTF-8"),
        (DEEP, "JSON nested too deeply"),
        (SCRIPT + DEEP, "JSON nested too deeply"),
        (SCRIPT + b'[{"id": 1}', "no JSON, or only a part of it"),
        (SCRIPT + b"\xff", "bytes that are no UTF-8"),
        (SCRIPT + b'{"id": 1}', "JavaScript without a list of tweets"),
        (b"window.YTD.like.part0 = []", "JavaScript that sets something other than tweets"),
        (b"Grailbird.data.tweets = []", "JavaScript that sets something other than tweets"),
        (b"var tweets = []", "JavaScript that sets something other than tweets"),
    ],
)
def test_a_file_that_cannot_be_read(holding, content, problem):
    """It is one line with the way on; with that, the file is one row that was set aside."""
    path = holding(content)

    with pytest.raises(SourceError) as caught:
        list(twitter.read(path))
    assert str(caught.value) == (
        f"twitter tweets.json: the whole file: expected tweets as JSON, got {problem}. {ADVICE}"
    )
    batch, _ = twitter.read(path, options={"keep_going": True})
    assert batch.tables["posts"].is_empty()
    assert batch.rejected.rows() == [("posts", 1, problem, "the whole file")]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"id": 2', "no JSON, or only a part of it"),
        (b"\0\0\0", "no JSON, or only a part of it"),
        (b'{"id": "\xff"}', "bytes that are no UTF-8"),
        (DEEP, "JSON nested too deeply"),
    ],
)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_line_that_cannot_be_read(holding, line, problem, at):
    """A damaged line is set aside alone, wherever it stands; the others are read."""
    lines = [b'{"id": 1}', b'{"id": 1}', b'{"id": 1}']
    lines[at] = line
    path = holding(b"\n".join(lines))

    with pytest.raises(SourceError, match=rf"^test: line {at + 1}: expected tweets as JSON, got"):
        things(path)
    read = things(path, keep_going=True)
    assert [one for one in read if isinstance(one, Damaged)] == [Damaged(f"line {at + 1}", problem)]
    assert len(read) == 3


def packed(path, **files):
    """A zip with these files below data/."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"data/{name.replace('_', '-')}.js", content)
        archive.writestr("Your archive.html", "")
    return path


@pytest.mark.parametrize(
    ("content", "kept"),
    [(b'{"id": 1}\n' + b" " * 101, 1), (b"[" + b"1," * 60 + b"1]", 0), (b"[\n" + b"1,\n" * 60, 0)],
    ids=["line", "document", "lines of a document"],
)
def test_more_than_fits_into_memory(holding, content, kept, monkeypatch):
    """A line or a document without end is not held; what stood before it is kept."""
    monkeypatch.setattr(_twitter_files, "LARGEST_WHOLE", 100)

    read = things(holding(content), keep_going=True)

    assert [type(one) for one in read] == [Tweet] * kept + [Damaged]
    assert read[-1] == Damaged("the rest of the file", _twitter_files.TOO_LARGE)
    with pytest.raises(SourceError, match="got more than 128 MiB in one line or one document"):
        things(holding(content))


def test_parts_are_read_in_their_order(tmp_path):
    """Part 10 comes after part 2, and only files of tweets are parts."""
    names = ("tweets", "tweets_part10", "tweets_part2", "tweet_headers", "likes")
    path = packed(tmp_path / "x.zip", **dict.fromkeys(names, SCRIPT + b"[]"))

    assert [one.name for one in members(path, where="test")] == [
        "data/tweets.js",
        "data/tweets-part2.js",
        "data/tweets-part10.js",
    ]


def test_a_damaged_part_of_an_archive(tmp_path):
    """Bytes that changed stop the load; with the way on, that part is one row set aside."""
    good, bad = SCRIPT + b'[{"id": 1}]', SCRIPT + b'[{"id": 77777}]'
    path = packed(tmp_path / "x.zip", tweets=good, tweets_part1=bad)
    path.write_bytes(path.read_bytes().replace(b"77777", b"77776", 1))

    with pytest.raises(SourceError, match=r"^test: file 2 of the archive: expected what"):
        things(path)
    assert things(path, keep_going=True) == [
        Tweet("data/tweets.js, tweet 1", {"id": 1}, owned=True),
        Damaged("data/tweets-part1.js", "damaged bytes"),
    ]


def test_a_packed_file(data, holding):
    """A packed file is what it holds; cut off, it gives what comes before, and one row."""
    plain = data / "twitter/tweets.jsonl"
    lines = b"".join(b'{"id": %d, "text": "%d"}\n' % (n, n**9) for n in range(5_000))
    whole = holding(gzip.compress(plain.read_bytes()), "whole.gz")
    torn = holding(gzip.compress(lines)[:-5_000], "torn.gz")

    assert twitter.detect(whole) == twitter.detect(plain) != ""
    assert things(whole) == things(plain)
    with pytest.raises(
        SourceError, match=r"^test: expected a whole file, got a gzip stream that e"
    ):
        things(torn)
    *before, last = things(torn, keep_going=True)
    assert last == Damaged("the rest of the file", "damaged bytes")
    assert [one.fields["id"] for one in before] == list(range(len(before)))
    assert len(before) > 1_000


def test_an_archive_without_tweets(tmp_path):
    """A folder or zip of other things is refused, with what to name instead."""
    path = packed(tmp_path / "x.zip", likes=b"")
    said = "expected data/tweets.js in the archive, got none. Name the archive's own folder"

    for other in (path, tmp_path):
        with pytest.raises(SourceError, match=said):
            next(twitter.read(other))
        assert not twitter.detect(other)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (SCRIPT + b"[]", "it begins as tweets.js of an archive does"),
        (b'[{"edit_history_tweet_ids": ["1"], "id": "1"', "it holds tweets with their versions"),
        (
            b'{"id": "1", "author_id": "2", "conversation_id": "1"}',
            "it holds tweets as interface 2 writes them",
        ),
        (
            b'[{"created_at": "Sun Mar 01 12:00:00 +0000 2020", "id_str": "1"}]',
            "it holds tweets as interface 1.1 writes them",
        ),
        (b"window.YTD.like.part0 = []", ""),
        (b'[{"created_at": "2020-03-01T12:00:00Z", "id_str": "1"}]', ""),
        (b"id_str,created_at", ""),
        (b"", ""),
        (b"PK\x03\x04 torn", ""),
    ],
)
def test_detect(holding, content, why):
    """Tweets are known by how they begin; likes, other JSON, tables and torn zips are not."""
    assert twitter.detect(holding(content)) == why


def test_detect_nothing(tmp_path):
    """A path at which nothing is, is nobody's."""
    assert twitter.detect(tmp_path / "absent") == ""
    with pytest.raises(SourceError, match="expected a file, got nothing at that path"):
        next(twitter.read(tmp_path / "absent"))
