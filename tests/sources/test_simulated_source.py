"""The reader of simulated communities: every quirk by hand, its notes, and its errors."""

import gzip
import shutil
from datetime import UTC, datetime

import pytest

from workbench.errors import SourceError
from workbench.schema import COMMUNITIES, PEOPLE, POSTS, RATINGS, conform
from workbench.sources import simulated


def us(*moment):
    """Microseconds since 1970 of a moment in UTC."""
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.fixture
def folder(data, tmp_path):
    """A copy of the invented export, to be spoiled."""
    return shutil.copytree(data / "simulated", tmp_path / "square")


def spoil(folder, name, old, new):
    """Replace a piece of one file."""
    path = folder / name
    written = path.read_text(encoding="utf-8")
    assert old in written
    path.write_text(written.replace(old, new), encoding="utf-8")


def refused(folder):
    """The message with which the folder is refused."""
    with pytest.raises(SourceError) as raised:
        list(simulated.read(folder))
    return str(raised.value)


def test_posts_by_hand(data, rows_of):
    """Local times are converted, the hour shown twice is rejected, merged accounts are mapped."""
    kept, _, reasons = rows_of(simulated.read(data / "simulated"), "posts")

    # 10:00:00.5 in Rome's summer is 8:00:00.5 UTC; the answer came five minutes later.
    assert reasons == {4: "local time occurs twice", 6: "time without a zone"}
    asked = us(2024, 10, 2, 8) + 500_000
    answered = us(2024, 10, 2, 8, 5)
    assert kept["created_us"].to_list() == [asked, answered, answered, us(2024, 10, 27, 0, 30)]
    assert kept["precision_us"].to_list() == [1, 1_000_000, 1_000_000, 1]
    assert kept["author_id"].to_list() == ["newcomer-1", "helper-1", "helper-1", None]
    assert kept["recipient_id"].to_list() == [None, "newcomer-1", "newcomer-1", None]
    assert kept["length"].to_list() == [10, 8, 8, 3]
    assert kept["place"].to_list() == ["line 1", "line 2", "line 3", "line 5"]
    conform(kept, POSTS, where="test")


def test_people_and_ratings_by_hand(data, rows_of):
    """A merged account is no row of people; a rating may name its day only, or no time."""
    batches = list(simulated.read(data / "simulated"))
    people, _, people_reasons = rows_of(batches, "people")
    ratings, _, ratings_reasons = rows_of(batches, "ratings")

    assert people["person_id"].to_list() == ["newcomer-1", "helper-1"]
    assert people["joined_us"].to_list() == [us(2024, 10, 2, 8), None]
    assert people_reasons == {2: "merged into another account", 4: "unparsable time"}
    assert ratings["rater_id"].to_list() == ["newcomer-1", None]
    assert ratings["created_us"].to_list() == [us(2024, 10, 3), None]
    assert ratings_reasons == {3: "unparsable time"}
    conform(people, PEOPLE, where="test")
    conform(ratings, RATINGS, where="test")


def test_notes_truth_and_communities_by_hand(data):
    """A post written twice is noted once; the limits of the record are read; the truth is told."""
    (batch,) = simulated.read(data / "simulated")

    assert batch.notes == {
        "local_times_converted": 2,
        "posts_of_merged_accounts": 1,
        "posts_edited": 1,
        "posts_beyond_ascii": 2,
        "posts_with_right_to_left_text": 1,
        "ratings_dated_to_the_day": 1,
    }
    assert batch.truth["settings"] == {"tau": 0.1}
    communities = conform(batch.tables["communities"], COMMUNITIES, where="test")
    assert communities["observed_from_us"].unique().to_list() == [us(2024, 10, 1)]
    assert simulated.SOURCE.simulated


def test_ratings_and_posts_may_lack(folder):
    """Without the file of ratings, and without any post, the tables are empty."""
    (folder / "ratings.ndjson").unlink()
    (folder / "posts.ndjson").write_text("\n")

    (batch,) = simulated.read(folder)

    assert batch.tables["ratings"].is_empty()
    assert batch.tables["posts"].is_empty()
    conform(batch.tables["posts"], POSTS, where="test")


def test_detection(data, folder):
    """A folder with posts and a truth is one; without the truth, or as a file, it is not."""
    assert simulated.detect(folder)
    assert not simulated.detect(folder / "posts.ndjson")
    (folder / "truth.json").unlink()
    assert not simulated.detect(folder)


def test_files_that_are_not_there(folder):
    """The missing file is named."""
    (folder / "people.ndjson").unlink()

    assert refused(folder) == (
        "simulated square: people.ndjson: expected a file, got nothing at that path. "
        "Check how it is written."
    )


@pytest.mark.parametrize("line", ['{"score": "many"}', "{", "[1]"], ids=["type", "half", "list"])
def test_lines_that_are_no_posts(folder, line):
    """A value of a wrong type, a broken line and a list are refused, and no value is shown."""
    (folder / "posts.ndjson").write_text(line + "\n")

    said = refused(folder)
    assert "expected lines of JSON objects with community_id, post_id" in said
    assert said.endswith("in posts.ndjson, got something else. Simulate the community again.")
    assert "many" not in said


def test_a_packed_file(folder):
    """What is packed is no line of JSON, and is not unpacked to see how large it would become."""
    posts = folder / "posts.ndjson"
    posts.write_bytes(gzip.compress(posts.read_bytes()))

    assert "in posts.ndjson, got something else" in refused(folder)


def test_chains_of_merged_accounts(folder):
    """An account merged into a merged one leaves open who is left."""
    spoil(folder, "people.ndjson", '"merged_into":"newcomer-1"', '"merged_into":"newcomer-1-old"')

    assert refused(folder) == (
        "simulated square: expected merged_into to name an account that was not merged itself, "
        "got 1 that were. Name the one that is left."
    )


@pytest.mark.parametrize("column", ["stamps_in", "timezone"])
def test_an_unknown_zone(folder, column):
    """A clock in no known zone cannot be read, nor can the hour of the day be told by one."""
    spoil(folder, "communities.ndjson", f'"{column}":"Europe/Rome"', f'"{column}":"Plum/Square"')

    assert refused(folder) == (
        f"simulated square: communities.ndjson: {column}: expected an IANA time zone, got "
        "aaaa/aaaaaa. Simulate the community again."
    )


@pytest.mark.parametrize("limit", ["observed_from", "observed_until"])
def test_a_limit_that_is_no_moment(folder, limit):
    """Where the record begins and ends must be readable: waits end there."""
    moment = "2024-10-01" if limit == "observed_from" else "2024-11-30"
    spoil(folder, "communities.ndjson", f'"{limit}":"{moment}T00:00:00Z"', f'"{limit}":"soon"')

    assert refused(folder) == (
        f"simulated square: communities.ndjson: {limit}: expected a moment such as "
        "2024-01-31T00:00:00Z, got 2 that cannot be read as one. Simulate the community again."
    )


@pytest.mark.parametrize("flag", ["false", "null"])
def test_communities_that_are_not_simulated(folder, flag):
    """What does not say that it is simulated is not read as if it were."""
    spoil(folder, "communities.ndjson", '"simulated":true', f'"simulated":{flag}')

    assert refused(folder) == (
        "simulated square: communities.ndjson: expected simulated to be true of every community, "
        "got 2 of which it is not. Load data of people with their own source."
    )


def test_posts_of_an_unknown_kind(folder, rows_of):
    """A post is of a kind of the schema, or it is set aside."""
    spoil(folder, "posts.ndjson", '"kind":"answer","score":null', '"kind":"riddle","score":null')

    kept, _, reasons = rows_of(simulated.read(folder), "posts")

    assert reasons[2] == "kind is none of message, question, answer, comment, idea, post"
    assert kept["kind"].unique().to_list() == ["question"]


def test_accounts_merged_into_nobody(folder, rows_of):
    """Without the account that is left, the posts stay with the one that wrote them."""
    spoil(folder, "people.ndjson", '"merged_into":"newcomer-1"', '"merged_into":"newcomer-9"')

    batches = list(simulated.read(folder))
    _, _, reasons = rows_of(batches, "people")
    posts, _, _ = rows_of(batches, "posts")

    assert reasons[2] == "merged into an account that is not in the export"
    assert posts["author_id"].to_list()[0] == "newcomer-1-old"
    assert batches[0].notes["posts_of_merged_accounts"] == 0


def test_an_unknown_option(folder):
    """The reader offers no choices."""
    with pytest.raises(SourceError, match="source simulated: unknown option zone; it takes none"):
        list(simulated.read(folder, options={"zone": "UTC"}))
