"""The reader of Slack exports: by hand, in every form it comes in, and its errors."""

import json
import re
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from workbench.errors import SourceError
from workbench.schema import TABLES, conform
from workbench.sources import _slack_messages, slack
from workbench.sources._slack_threads import RUNGS

# What must come out of the invented export, a row a message: row in the export, channel and `ts`,
# opener of its thread with --answers next, author, length, code, link, question.
GENERAL, QUESTIONS = "C0GENER01", "C0QUEST01"
ANN, BOB, CEM, DEE, ELSE = "U0ANN0001", "U0BOB0001", "U0CEM0001", "U0DEE0001", "U0ELSE001"
BUILDER = "B0BUILD01"
POSTS = [
    (2, "general", "1709571600.000200", "1709571600.000200", ANN, 30, False, False, True),
    # Half an hour later in the channel: it continues what was said there. 72 characters with the
    # marks of the mention and of the link, whose question mark is not one.
    (3, "general", "1709573400.000300", "1709571600.000200", BOB, 72, False, True, False),
    (4, "general", "1709578800.000400", "1709578800.000400", CEM, 27, True, False, True),
    (6, "general", "1709579400.000500", "1709578800.000400", DEE, 11, False, False, False),
    (7, "general", "1709580000.000600", "1709578800.000400", DEE, 13, False, False, False),
    # 50 minutes after message 4, which is the one before it in the channel. "&amp;" is one sign.
    (8, "general", "1709581800.000700", "1709578800.000400", BOB, 12, False, False, False),
    (9, "general", "1709600000.000800", "1709600000.000800", BUILDER, 19, False, False, False),
    (13, "general", "1709573400.000300", "1709571600.000200", BOB, 72, False, True, False),
    (14, "general", "1709711400.000900", "1709711400.000900", ELSE, 0, False, False, False),
    (16, "questions", "1709661900.001100", "1709661900.001100", DEE, 15, False, False, True),
    (17, "questions", "1709668800.001200", "1709668800.001200", CEM, 8, False, False, True),
    (18, "questions", "1709676000.001300", "1709676000.001300", ANN, 6, False, False, False),
]
EVENT = "channel event, not a contribution: "
REJECTED = {
    1: f"{EVENT}channel_join",
    5: f"{EVENT}channel_join",
    10: "deleted, only its place is left",
    11: "not an object",
    12: "ts is not a number written as text",
    15: f"{EVENT}channel_join",
    19: f"{EVENT}channel_topic",
}
NOTES = {
    "joins_after_a_first_message": 1,  # Bob's: he wrote in general the day before
    "messages_by_people_not_in_the_list": 1,  # row 14
    "messages_of_an_unknown_subtype": 1,  # row 18
    "openers_answered_in_their_thread": 1,  # row 4
    "openers_answered_by_the_next_message": 1,  # row 2, by row 3
    "openers_answered_by_a_reaction_only": 1,  # row 16; the one to row 17 is its author's
    "openers_answered_not_at_all": 3,  # rows 14, 17, 18; row 9 is a program's
    "private_conversations_left_out": 2,
    "reactions_counted_without_a_name": 1,  # to row 2: three counted, two named
    # Rows 9, 10 (16:53 on the Pacific coast is the next day) and 14 (23:50), and row 13, which
    # stands in a later file again.
    "rows_of_another_day_than_their_file_in_utc": 4,
    "rows_of_another_day_than_their_file_in_the_zone_of_most": 1,
    "private_rows_left_out": 3,
}


@pytest.fixture
def export(data, tmp_path):
    """The invented export as a zip."""
    return zipped(data / "slack", tmp_path / "slack.zip")


@pytest.fixture
def folder(data, tmp_path):
    """The invented export as a folder that a test may change."""
    return shutil.copytree(data / "slack", tmp_path / "workspace")


def zipped(folder, path, *, top=""):
    """A zip of a folder, with everything below `top`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*.json")):
            archive.write(file, top + file.relative_to(folder).as_posix())
    return path


def write(path, content):
    """A JSON file, with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def message(ts, user=ANN, **fields):
    """One item of a day file."""
    return {"type": "message", "user": user, "ts": ts, "text": "hello", **fields}


def everything(path, **options):
    """Tables, rejected rows and notes of a whole read."""
    batches = list(slack.read(path, options=options))
    names = {name for batch in batches for name in batch.tables}
    tables = {
        name: pl.concat(batch.tables[name] for batch in batches if name in batch.tables)
        for name in names
    }
    notes: dict[str, int] = {}
    for batch in batches:
        for name, number in batch.notes.items():
            notes[name] = notes.get(name, 0) + number
    rejected = pl.concat(batch.rejected for batch in batches)
    return tables, rejected, {name: number for name, number in notes.items() if number}


def us(*moment):
    """Microseconds since 1970 of a moment in UTC."""
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000


def test_posts_by_hand(export, rows_of):
    """Every message is there with its time, thread and measures, and nothing of its text."""
    kept, rejected, found = rows_of(slack.read(export, options={}), "posts")

    keys = {"general": GENERAL, "questions": QUESTIONS}
    expected = [
        (row, f"{keys[channel]}/{ts}", f"{keys[channel]}/{opener}", channel, *rest)
        for row, channel, ts, opener, *rest in POSTS
    ]
    columns = ["row", "post_id", "thread_id", "channel", "author_id", "length"]
    columns += ["has_code", "has_link", "has_question"]
    assert kept.select(columns).rows() == expected
    assert found == REJECTED
    # 9:00 on the Pacific coast in winter is 17:00 UTC.
    assert kept["created_us"][0] == us(2024, 3, 4, 17) + 200
    assert kept["precision_us"].unique().to_list() == [1]
    assert kept.drop_nulls("edited_us").select("row", "edited_us").rows() == [
        (4, us(2024, 3, 4, 19, 1))
    ]
    assert kept.filter("is_bot")["row"].to_list() == [9]
    roles = dict(kept.select("author_id", "role").unique().iter_rows())
    assert roles == dict.fromkeys([BOB, CEM, DEE], "member") | {
        ANN: "staff",
        BUILDER: None,
        ELSE: None,
    }
    assert kept["place"][0] == "general/2024-03-04.json item 2"
    assert rejected["place"][-1] == "questions/2024-03-05.json item 5"
    conform(kept, TABLES["posts"], where="test")


def test_only_threads_of_slack(export, rows_of):
    """With --answers thread a message in the channel opens a thread of its own."""
    kept, _, _ = rows_of(slack.read(export, options={"answers": "thread"}), "posts")

    own = kept.filter(pl.col("post_id") == pl.col("thread_id"))["row"].to_list()
    assert own == [2, 3, 4, 8, 9, 13, 14, 16, 17, 18]
    assert kept["thread_id"].n_unique() == 9  # rows 3 and 13 are the same message


def test_ratings_by_hand(export, rows_of):
    """A reaction of one account is one rating without a time; one to an event is set aside."""
    kept, _, found = rows_of(slack.read(export, options={}), "ratings")

    assert kept.select("row", "item_id", "rater_id").rows() == [
        (1, f"{GENERAL}/1709571600.000200", BOB),
        (2, f"{GENERAL}/1709571600.000200", CEM),
        (3, f"{QUESTIONS}/1709661900.001100", BOB),
        (4, f"{QUESTIONS}/1709661900.001100", DEE),
        (5, f"{QUESTIONS}/1709668800.001200", CEM),
    ]
    assert kept.select("scale", "value").unique().rows() == [("reaction", 1.0)]
    assert found == {6: "reaction to what is not a contribution"}
    conform(kept, TABLES["ratings"], where="test")


def test_people_and_community_by_hand(export):
    """Listed people are there, closed accounts too; a join counts unless somebody wrote earlier."""
    tables, _, notes = everything(export)

    assert tables["people"].select("person_id", "joined_us", "is_bot").rows() == [
        (ANN, us(2024, 3, 4, 9) + 100, False),
        (BOB, None, False),
        (CEM, None, False),
        (DEE, us(2024, 3, 4, 19, 5) + 450, False),
        ("U0APP0001", None, True),
        ("USLACKBOT", None, True),
    ]
    about = tables["communities"].row(0, named=True)
    assert (about["name"], about["platform"], about["record_start"]) == ("slack", "forum", "cut")
    assert (about["timezone"], about["timezone_source"]) == ("America/Los_Angeles", "stated")
    # From midnight on the Pacific coast to row 14.
    assert about["observed_from_us"] == us(2024, 3, 4, 8)
    assert about["observed_until_us"] == us(2024, 3, 6, 7, 50) + 900
    assert notes == NOTES
    for name in ("people", "communities"):
        conform(tables[name], TABLES[name], where="test")


def test_a_folder_and_a_wrapped_zip_give_the_same(export, data, tmp_path):
    """It does not matter whether the export was unpacked, or zipped again with its folder."""
    wrapped = zipped(data / "slack", tmp_path / "wrapped.zip", top="Workspace/")
    options = {"title": "Invented"}
    first, *others = [everything(path, **options) for path in (export, data / "slack", wrapped)]

    for other in others:
        assert all(other[0][name].equals(first[0][name]) for name in first[0])
        assert other[1].equals(first[1])
        assert other[2] == first[2]
    assert first[0]["communities"]["name"].to_list() == ["Invented"]


def test_private_conversations(export):
    """They are read when asked for, under names that lead to nobody."""
    tables, rejected, notes = everything(export, private=True)

    private = tables["posts"].filter(~pl.col("channel").is_in(["general", "questions"]))
    assert sorted(private.select("post_id", "channel").rows()) == [
        ("D0DIREC01/1709575000.001500", "direct messages"),
        ("D0DIREC01/1709575060.001600", "direct messages"),
        ("G0PLANS01/1709665000.001700", "private channel"),
    ]
    assert set(private["place"].str.extract("^(.*)/")) == {"a private conversation"}
    assert "private_conversations_left_out" not in notes
    assert "plans" not in str(tables) + str(rejected) + str(notes)


def test_only_private_conversations(folder):
    """An export of nothing else says how to read it, and does not unless asked."""
    for channel in ("general", "questions"):
        shutil.rmtree(folder / channel)

    with pytest.raises(SourceError, match=r"got private conversations only\. Add --private if"):
        everything(folder)
    assert everything(folder, private=True)[0]["posts"].height == 3


def test_nothing_of_a_text_leaves_the_reader(export):
    """No table, rejected row or note holds a name, a text or a token of a link."""
    tables, rejected, notes = everything(export, private=True)
    shown = "\n".join(frame.write_csv() for frame in (*tables.values(), rejected)) + str(notes)

    for secret in ("xoxe", "invented", "Invented", "Welcome", "between", "builder", "poll_opened"):
        assert secret not in shown


def test_what_was_said(export):
    """For comparing pages with: texts as typed, and all names, of private ones only when asked."""
    parts = list(slack.said(export, options={}))
    texts = pl.concat(part.texts for part in parts)
    names = set(pl.concat(part.names for part in parts))

    assert "Thanks & bye" in texts
    assert "Just between us" not in texts
    assert {"ann.invented", "Ann Invented", "ann", "builder"} <= names
    more = pl.concat(part.texts for part in slack.said(export, options={"private": True}))
    assert "Just between us" in more


def test_detect(export, folder, data, tmp_path):
    """A list of people or channels and a day of messages, in a folder or a zip."""
    words = "it holds channels.json and days of messages"

    assert slack.detect(export) == slack.detect(folder) == words
    assert slack.detect(zipped(folder, tmp_path / "x.zip", top="top/")) == words
    outer = tmp_path / "outer"
    shutil.copytree(folder, outer / "workspace")
    (outer / ".DS_Store").write_bytes(b"x")
    assert slack.detect(outer) == words
    assert everything(outer)[2] == NOTES
    assert slack.detect(folder.parent / "absent") == ""
    (folder / "channels.json").unlink()
    assert slack.detect(folder) == "it holds users.json and days of messages"
    (folder / "users.json").unlink()
    assert slack.detect(folder) == ""
    (tmp_path / "broken.zip").write_bytes(export.read_bytes()[40:90])
    assert slack.detect(tmp_path / "broken.zip") == ""
    assert slack.detect(data / "table/forum.csv") == ""


def test_detect_does_not_show_a_refusal(tmp_path):
    """An archive that must not be read is not recognised; naming the source tells why."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in ("users.json", "general/2024-03-04.json", "../out"):
            archive.writestr(name, "[]")

    assert slack.detect(tmp_path / "x.zip") == ""
    with pytest.raises(SourceError, match="a name that leads outside the archive"):
        everything(tmp_path / "x.zip")


def test_without_lists(folder):
    """Folders are channels then, but not those named as direct messages; nobody has a role."""
    for name in ("users", "channels", "groups", "dms", "mpims"):
        (folder / f"{name}.json").unlink()
    write(folder / "mpdm-ann--bob-1/2024-03-04.json", [message("1709571600.000200")])

    tables, _, notes = everything(folder)

    assert set(tables["posts"]["channel"]) == {"general", "questions", "private-plans"}
    assert tables["posts"]["post_id"][0] == "general/1709571600.000200"
    assert tables["posts"]["role"].is_null().all()
    assert tables["people"].select("person_id", "is_bot").rows() == [
        (ANN, False),
        (BOB, False),
        (DEE, False),
    ]
    assert tables["communities"]["timezone_source"].to_list() == ["assumed"]
    assert notes["channels_named_by_folder"] == 3
    assert notes["people_list_missing"] == 1
    assert notes["private_conversations_left_out"] == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{}",
        b'[{"ts": "1709571600.000200"',
        b"[\0]",
        b'["\xff"]',
        b"[" * 200_000,
        b'["' + b"9" * 10 + b'", ' + b"9" * 5_000 + b"]",
        "[]".encode("utf-16"),
    ],
    ids=["empty", "cut", "object", "cut later", "nul", "latin", "deep", "long number", "utf-16"],
)
def test_a_damaged_day_file(folder, content):
    """One line says which file and how to go on; then the file is one row set aside."""
    (folder / "general/2024-03-04.json").write_bytes(content)

    with pytest.raises(SourceError) as caught:
        everything(folder)
    assert str(caught.value) == (
        "slack workspace: general/2024-03-04.json: expected a list in JSON, got something else or "
        "a damaged file. Export it again, or add --keep-going to set the file aside and read the "
        "rest."
    )
    tables, rejected, _ = everything(folder, keep_going=True)
    assert rejected.row(0) == ("posts", 1, "damaged file", "general/2024-03-04.json")
    assert tables["posts"].height == 2 + 3


def test_a_damaged_private_file_keeps_its_name(folder):
    """Also where it is only to be counted, the message does not say whose conversation it is."""
    (folder / "private-plans/2024-03-05.json").write_text("{")

    with pytest.raises(SourceError, match=r"a private conversation/2024-03-05\.json: expected"):
        everything(folder)
    assert everything(folder, keep_going=True)[2]["private_rows_left_out"] == 3


def test_a_damaged_list(folder):
    """A list that cannot be read is an error; going on, its folders count as unlisted."""
    (folder / "users.json").write_text("nothing")
    (folder / "groups.json").write_text("{}")

    with pytest.raises(SourceError, match=r"slack workspace: groups\.json: expected a list"):
        everything(folder)
    tables, _, notes = everything(folder, keep_going=True)
    assert notes["damaged_lists"] == 2
    assert notes["folders_in_no_list"] == 1  # private-plans stays private
    assert set(tables["posts"]["channel"]) == {"general", "questions"}


def test_a_damaged_member_of_a_zip(export):
    """Bytes that were changed inside the archive are damage of that file alone."""
    with zipfile.ZipFile(export) as archive:
        start = archive.getinfo("general/2024-03-05.json").header_offset
    raw = bytearray(export.read_bytes())
    raw[start + 80] ^= 255
    export.write_bytes(raw)

    with pytest.raises(SourceError, match=r"general/2024-03-05\.json: expected a list in JSON"):
        everything(export)
    assert "damaged file" in set(everything(export, keep_going=True)[1]["reason"])


def test_no_day_files(tmp_path):
    """Another folder, and another zip, are told what is expected."""
    write(tmp_path / "x/users.json", [])
    zipped(tmp_path / "x", tmp_path / "x.zip")

    for path in (tmp_path / "x", tmp_path / "x.zip"):
        with pytest.raises(SourceError, match=r"expected files such as general/2024-03-01\.json"):
            everything(path)


@pytest.mark.parametrize(
    ("option", "value", "match"),
    [
        ("answers", "guess", "option answers expected next or thread, got 'guess'"),
        ("record_start", "birth", "option record_start expected cut or launch, got 'birth'"),
        ("speed", 1, "unknown option speed"),
    ],
)
def test_options_that_cannot_be_followed(export, option, value, match):
    """Each says what it may be."""
    with pytest.raises(SourceError, match=match):
        everything(export, **{option: value})
    with pytest.raises(SourceError, match=match):
        list(slack.said(export, options={option: value}))


def described():
    """The page that tells users about this reader."""
    return (Path(__file__).parents[2] / "docs/platforms/slack.md").read_text("utf-8")


def test_the_page_tells_what_the_invented_export_gives(export):
    """The numbers at the end of the page are those of a read."""
    tables, rejected, notes = everything(export)
    posts, ratings, people = (tables[name] for name in ("posts", "ratings", "people"))
    aside = rejected.filter(pl.col("table") == "posts")
    events = aside["reason"].str.starts_with(EVENT).sum()
    deleted = aside["reason"].str.starts_with("deleted").sum()
    found = [
        posts.height + aside.height,
        posts.height,
        posts.height - posts["post_id"].n_unique(),
        posts["is_bot"].sum(),
        events,
        deleted,
        aside.height - events - deleted,
        ratings.height,
        rejected.height - aside.height,
        people.height,
        people["joined_us"].count(),
        posts["thread_id"].n_unique(),
        everything(export, answers="thread")[0]["posts"]["thread_id"].n_unique(),
        notes["private_conversations_left_out"],
        notes["private_rows_left_out"],
    ]

    table = described().partition("## What the invented export gives")[2]
    assert [int(number) for number in re.findall(r"\| (\d+) \|", table)] == found


def test_the_page_names_every_kind_of_row():
    """What becomes of each kind is on the page; those of private channels stand in one sentence."""
    kinds = {*_slack_messages.CONTRIBUTIONS, *_slack_messages.EVENTS, _slack_messages.DELETED} - {
        ""
    }
    plain = {kind for kind in kinds if not kind.startswith("group_")} | {"group_join"}

    assert {kind for kind in plain if f"`{kind}`" not in described()} == set()


def test_the_page_names_every_note():
    """The rungs and the notes that ask for a look are called there as a load calls them."""
    words = " ".join(described().split())
    for rung in RUNGS:
        assert f"`openers answered {rung.replace('_', ' ')}`" in words
    for note in ("channels named by folder", "files not read", "messages of an unknown subtype"):
        assert f"`{note}`" in words
