"""What a Slack export holds before its messages: lists, folders, the zone of most people."""

import io
import json
from collections import Counter
from datetime import date

import pytest

from workbench.errors import SourceError
from workbench.sources._archives import Member
from workbench.sources._slack_workspace import MASKED, day_of, is_text, parsed, workspace

DAY = "2024-03-04.json"


def member(name, content=()):
    """A file of an export, with what it holds as JSON."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Member(name, len(raw), lambda: io.BytesIO(raw))


def opened(files, *, keep_going=False):
    """The workspace of these files: name -> content."""
    listed = [member(name, content) for name, content in sorted(files.items())]
    return workspace(listed, where="test", keep_going=keep_going)


def zone(*users):
    """The zone found for people with these entries."""
    entries = [{"id": f"U{n}", **user} for n, user in enumerate(users)]
    return opened({"users.json": entries, f"general/{DAY}": []}).timezone


def test_day_of():
    """A folder and a date; another depth, another form and an impossible date are none."""
    assert day_of("general/2024-02-29.json") == ("general", date(2024, 2, 29))
    assert day_of("a b/2024-03-04.json") == ("a b", date(2024, 3, 4))
    for name in (
        "2024-03-04.json",
        "a/b/2024-03-04.json",
        "a/2023-02-29.json",
        "a/2024-3-4.json",
        "a/2024-03-04.json.bak",
        "a/2024-03-04.JSON",
        "a/٢٠٢٤-03-04.json",
    ):
        assert day_of(name) is None


def test_is_text():
    """Half a character is none, however it came."""
    assert is_text("é\0\N{GRINNING FACE}")
    assert not is_text("\ud83d")
    assert not is_text(7)
    assert not is_text(None)


def test_parsed():
    """A list in UTF-8, with or without a mark at its beginning; nothing else."""
    assert parsed(member("x", b"\xef\xbb\xbf[1]"), place="test") == [1]
    for raw in (b"{}", b"null", b"[1", b"[1]]", b"", b'["\xe9"]', b"[" * 100_000):
        with pytest.raises(SourceError, match=r"^test: expected a list in JSON, got .*keep-going"):
            parsed(member("x", raw), place="test")


def test_a_list_decides_what_is_private():
    """Channels by name, direct messages by id; what two lists name is private."""
    space = opened(
        {
            "channels.json": [
                {"id": "C0000001", "name": "general"},
                {"id": "C0000002", "name": "both"},
                {"id": "C0000003", "name": "flagged", "is_private": True},
                {"id": "C0000004"},
                {"name": "nameless"},
                "x",
                {},
            ],
            "groups.json": [{"id": "C0000002", "name": "both"}],
            "dms.json": [{"id": "D0000001", "members": []}],
            "mpims.json": [{"id": "G0000001", "name": "mpdm-ann--bob-1"}, {"name": "mpdm-x--y-1"}],
            **{
                f"{folder}/{DAY}": []
                for folder in (
                    "general",
                    "both",
                    "flagged",
                    "C0000004",
                    "nameless",
                    "D0000001",
                    "mpdm-ann--bob-1",
                    "mpdm-x--y-1",
                    "unlisted",
                )
            },
        }
    )

    found = sorted((one.key, one.channel, one.shown, one.is_private) for one in space.conversations)
    assert [one for one in found if not one[3]] == [
        ("C0000001", "general", "general", False),
        ("C0000004", "C0000004", "C0000004", False),
        ("nameless", "nameless", "nameless", False),
    ]
    private = [one for one in found if one[3]]
    assert {one[2] for one in private} == {MASKED}
    assert Counter(one[1] for one in private) == {"private channel": 3, "direct messages": 3}
    keys = [one[0] for one in private]
    assert len(set(keys)) == 6
    assert {"C0000002", "C0000003", "D0000001", "G0000001"} < set(keys)
    assert not any("mpdm" in key or "unlisted" in key for key in keys)
    assert space.notes == {"people_list_missing": 1, "folders_in_no_list": 1, "files_not_read": 0}


def test_one_conversation_in_two_folders():
    """A folder by name and one by id are the same channel, its days in order."""
    space = opened(
        {
            "channels.json": [{"id": "C0000001", "name": "general"}],
            "general/2024-03-05.json": [],
            "C0000001/2024-03-04.json": [],
        }
    )

    (one,) = space.conversations
    assert [day.day for day, _ in one.days] == [4, 5]


def test_other_files_are_counted():
    """What the reader knows and leaves is not counted, what it does not know is."""
    space = opened(
        {
            "users.json": [],
            "integration_logs.json": [],
            "canvases.json": [],
            "notes.txt": [],
            "general/list.json": [],
            f"general/{DAY}": [],
        }
    )

    assert space.notes["files_not_read"] == 2


def test_people():
    """Ids without blanks; entries without one, and second ones, are counted."""
    entries = [{"id": " U1 "}, {"id": "U1", "x": 1}, {"id": ""}, {"id": 7}, {"id": "\ud800"}, "U2"]
    space = opened({"users.json": entries, f"general/{DAY}": []})

    assert space.users == {"U1": {"id": " U1 "}}
    assert space.notes["people_listed_twice"] == 1
    assert space.notes["people_that_could_not_be_read"] == 4


def test_people_of_a_whole_organisation():
    """There the list has another name."""
    space = opened({"org_users.json": [{"id": "U1"}], f"general/{DAY}": []})

    assert list(space.users) == ["U1"]


def test_the_zone_of_most_people():
    """Programs and closed accounts do not count, unknown zones neither; ties go by the alphabet."""
    rome, tokyo = {"tz": "Europe/Rome"}, {"tz": "Asia/Tokyo"}

    assert zone(rome, rome, tokyo) == "Europe/Rome"
    assert zone(rome, tokyo) == "Asia/Tokyo"
    assert zone(rome, {**tokyo, "is_bot": True}, {**tokyo, "deleted": True}) == "Europe/Rome"
    assert zone({"tz": "Mars/Base"}, {"tz": "Mars/Base"}, rome) == "Europe/Rome"
    assert zone({"tz": "../../etc/passwd"}, {"tz": ""}, {"tz": None}, {"tz": 7}, {}) is None


def test_a_damaged_list_of_channels_opens_no_private_folder():
    """Folders count as channels only where the private ones are known to be listed."""
    files = {"channels.json": b"{", f"general/{DAY}": [], f"D0000001/{DAY}": []}

    with pytest.raises(SourceError, match=r"^test: channels\.json: expected a list in JSON"):
        opened(files)
    found = opened(files, keep_going=True).conversations
    assert sorted((one.channel, one.is_private) for one in found) == [
        ("direct messages", True),
        ("general", False),
    ]
    found = opened({**files, "groups.json": b"{"}, keep_going=True).conversations
    assert all(one.is_private for one in found)


@pytest.mark.parametrize("folder", ["a\nb", "a\0b", "a\x1b[31mb", "a\u2028b", "a\udcffb"])
def test_names_of_folders_stay_on_one_line(folder):
    """A name that would tear a message or a page is shown with question marks."""
    by_folder = opened({f"{folder}/{DAY}": []}).conversations
    listed = opened({f"{folder}/{DAY}": [], "channels.json": [{"name": folder}]}).conversations

    for one in (*by_folder, *listed):
        assert all(part.isprintable() for part in (one.key, one.channel, one.shown))
    assert by_folder[0].channel.startswith("a?")


def test_names_of_channels_are_no_longer_than_folders():
    """A list can name a channel at any length, and every row's place would repeat it."""
    listed = [{"name": "x" * 10_000, "id": "C00000001"}]

    (one,) = opened({f"C00000001/{DAY}": [], "channels.json": listed}).conversations

    assert (one.key, len(one.channel), len(one.shown)) == ("C00000001", 255, 255)
