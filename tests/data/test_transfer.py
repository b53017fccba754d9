"""One file over HTTP, from a server that is slow, cuts off, refuses, or sends something else."""

from __future__ import annotations

import hashlib
import random
import re
import socket
from pathlib import Path

import pytest
from local_server import CONTENT, Answer, Server, quick, serving

from workbench.data.downloads import RawFile
from workbench.data.transfer import ATTEMPTS, TransferError, transfer

SIZE = len(CONTENT)
HALF = SIZE // 2


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    """Attempts follow each other at once."""
    quick(monkeypatch)


@pytest.fixture
def server():
    """A server of this test alone."""
    with serving() as one:
        yield one


@pytest.fixture
def target(tmp_path) -> Path:
    """Where the file is to lie."""
    return tmp_path / "raw" / "numbers" / "a.bin"


def unfinished(target: Path, content: bytes) -> Path:
    """What an earlier run left behind."""
    target.parent.mkdir(parents=True)
    part = target.with_name("a.bin.part")
    part.write_bytes(content)
    return part


def refused(file: RawFile, target: Path) -> str:
    """What is said of a file that cannot be had, which then does not lie there."""
    with pytest.raises(TransferError) as error:
        transfer(file, target)
    assert not target.exists()
    assert "\n" not in str(error.value)
    return str(error.value)


def kept(target: Path) -> list[str]:
    """The names of the files in the folder."""
    return sorted(path.name for path in target.parent.iterdir())


def test_a_file_is_fetched_whole(server: Server, target: Path):
    """Its content is right, nothing else lies beside it, and the last number told is its size."""
    told = []
    transfer(server.put("a.bin"), target, progress=lambda *step: told.append(step))

    assert target.read_bytes() == CONTENT
    assert kept(target) == ["a.bin"]
    assert told[-1] == ("a.bin", SIZE, SIZE)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert server.asked == [("/a.bin", None)]


def test_a_slow_server_is_waited_for(server: Server, target: Path):
    """Pieces that come one by one make one file."""
    transfer(server.put("a.bin", Answer(pause=0.02)), target)

    assert target.read_bytes() == CONTENT


def test_a_silent_server_is_asked_again(server: Server, target: Path, monkeypatch):
    """Without a byte for too long, the connection is given up; the next one may be better."""
    monkeypatch.setattr("workbench.data.transfer.TIMEOUT_SECONDS", (5.0, 0.3))
    transfer(server.put("a.bin", Answer(pause=1.0), Answer()), target)

    assert target.read_bytes() == CONTENT
    assert len(server.asked) > 1


def test_a_cut_connection_goes_on_where_it_ended(server: Server, target: Path):
    """Only the second half is asked for, and no byte is sent twice."""
    transfer(server.put("a.bin", Answer(cut=HALF), Answer()), target)

    assert target.read_bytes() == CONTENT
    assert server.asked == [("/a.bin", None), ("/a.bin", f"bytes={HALF}-")]
    assert server.sent == SIZE


def test_a_server_without_parts_sends_all_again(server: Server, target: Path):
    """The second answer is the whole file, and takes the place of the first half."""
    transfer(server.put("a.bin", Answer(cut=HALF), Answer(ranges=False)), target)

    assert target.read_bytes() == CONTENT
    assert server.asked[1] == ("/a.bin", f"bytes={HALF}-")
    assert server.sent == HALF + SIZE


def test_many_cuts_are_no_failure_while_bytes_come(server: Server, target: Path):
    """More cuts than attempts, each after a sixteenth of the file: it comes to an end."""
    cuts = [Answer(cut=SIZE // 16)] * (ATTEMPTS + 3)
    transfer(server.put("a.bin", *cuts, Answer()), target)

    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_on_the_way_the_content_is_right(server: Server, target: Path, seed):
    """Cuts anywhere, with and without parts, and troubles between: the file is the same."""
    chance = random.Random(seed)
    way = []
    for _ in range(ATTEMPTS - 1):
        cut, ranges = chance.randrange(SIZE), chance.random() < 0.5
        way.append(chance.choice([Answer(cut=cut, ranges=ranges), Answer(b"", 503)]))
    transfer(server.put("a.bin", *way, Answer(ranges=chance.random() < 0.5)), target)

    assert target.read_bytes() == CONTENT
    assert kept(target) == ["a.bin"]
    assert len(server.asked) == ATTEMPTS


@pytest.mark.parametrize("ranges", [True, False])
def test_always_cut_at_the_same_place(server: Server, target: Path, ranges):
    """After some attempts that bring nothing new it is given up; whole chunks are kept."""
    first = Answer(cut=9_000)
    later = Answer(cut=0) if ranges else Answer(cut=9_000, ranges=False)
    said = refused(server.put("a.bin", first, later), target)

    assert re.fullmatch(
        r"expected 127\.0\.0\.1:\d+ to send it, got no whole answer \(\w+\), 4 times; "
        r"8,192 of 131,072 bytes are kept for the next try",
        said,
    )
    assert kept(target) == ["a.bin.part"]
    assert len(server.asked) == ATTEMPTS


def test_a_later_run_goes_on(server: Server, target: Path):
    """What an earlier run left behind is not fetched again."""
    unfinished(target, CONTENT[:HALF])
    transfer(server.put("a.bin"), target)

    assert target.read_bytes() == CONTENT
    assert server.asked == [("/a.bin", f"bytes={HALF}-")]


def test_a_run_that_ended_before_the_renaming(server: Server, target: Path):
    """A whole unfinished file needs no request."""
    unfinished(target, CONTENT)
    transfer(server.put("a.bin"), target)

    assert kept(target) == ["a.bin"]
    assert server.asked == []


@pytest.mark.parametrize("length", [HALF, SIZE, SIZE + 1])
def test_a_beginning_of_something_else_is_thrown_away(server: Server, target: Path, length):
    """The file is fetched from its first byte."""
    unfinished(target, b"x" * length)
    transfer(server.put("a.bin"), target)

    assert target.read_bytes() == CONTENT
    assert server.asked[-1] == ("/a.bin", None)


@pytest.mark.parametrize("content", [b"y" * SIZE, b"y" * HALF], ids=["same size", "shorter"])
def test_another_content_is_deleted(server: Server, target: Path, content):
    """Both hashes are named, and nothing stays."""
    file = server.put("a.bin", Answer(content))
    got = hashlib.sha256(content).hexdigest()

    assert refused(file, target) == (
        f"expected 131,072 bytes with sha256 {file.sha256}, got {len(content):,} bytes with sha256 "
        f"{got}, which were deleted"
    )
    assert kept(target) == []
    assert len(server.asked) == 1


def test_a_rest_that_the_server_does_not_have(server: Server, target: Path):
    """The beginning was of another content: it is dropped, and all is asked for."""
    unfinished(target, b"x" * HALF)
    transfer(server.put("a.bin", Answer(b"", 416), Answer()), target)

    assert target.read_bytes() == CONTENT
    assert [asked for _, asked in server.asked] == [f"bytes={HALF}-", None]


def test_more_bytes_than_expected_are_not_waited_for(server: Server, target: Path):
    """A body without an end is left as soon as it is too long."""
    file = server.put("a.bin", Answer(CONTENT * 100))

    assert refused(file, target).startswith("expected 131,072 bytes with sha256")
    assert kept(target) == []


def test_a_moved_file_is_followed(server: Server, target: Path):
    """The address that a server sends one to is used, also for a part."""
    file = server.put("a.bin", Answer(b"", 302, headers={"Location": "/new/a.bin"}))
    server.put("new/a.bin", Answer(cut=HALF), Answer())
    transfer(file, target)

    assert target.read_bytes() == CONTENT
    assert server.asked[-1] == ("/new/a.bin", f"bytes={HALF}-")


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_refusal_is_not_repeated(server: Server, target: Path, status):
    """A file that is not there will not be there a second later."""
    file = server.put("a.bin", Answer(b"gone", status))

    assert refused(file, target).endswith(f"to send it, got HTTP status {status}")
    assert len(server.asked) == 1
    assert target.parent.is_dir()


@pytest.mark.parametrize(
    "first", [Answer(b"", 500), Answer(b"", 503), Answer(b"", 429, headers={"Retry-After": "9"})]
)
def test_a_passing_trouble_passes(server: Server, target: Path, first):
    """A server in trouble is asked again."""
    transfer(server.put("a.bin", first, Answer()), target)

    assert target.read_bytes() == CONTENT
    assert len(server.asked) == 2


@pytest.mark.parametrize(("stated", "waited"), [("9", 9.0), ("7200", 60.0), ("soon", 1.0)])
def test_a_server_says_when_to_come_back(server: Server, target: Path, monkeypatch, stated, waited):
    """The seconds it states are waited, up to a minute; a date is taken for nothing."""
    pauses = []
    monkeypatch.setattr("workbench.data.transfer.PAUSE_SECONDS", 1.0)
    monkeypatch.setattr("workbench.data.transfer.LONGEST_PAUSE_SECONDS", 60.0)
    monkeypatch.setattr("workbench.data.transfer.time.sleep", pauses.append)
    transfer(
        server.put("a.bin", Answer(b"", 429, headers={"Retry-After": stated}), Answer()), target
    )

    assert waited in pauses


def test_without_a_network(target: Path):
    """Nobody listens on the port: some attempts, then one line."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    file = RawFile("a.bin", SIZE, "0" * 64, f"http://127.0.0.1:{port}/a.bin")

    assert refused(file, target) == (
        f"expected 127.0.0.1:{port} to send it, got no whole answer (ConnectionError), 4 times"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_one_line(server: Server, target: Path):
    """The reason of the operating system is kept, and no further attempt is made."""
    target.parent.mkdir(parents=True)
    target.with_name("a.bin.part").symlink_to("/dev/full")

    assert refused(server.put("a.bin"), target) == (
        f"cannot write {target}.part (No space left on device)"
    )
    assert len(server.asked) == 1


def test_a_file_in_place_of_the_folder(server: Server, target: Path):
    """Nothing is asked of the server."""
    target.parent.parent.mkdir(parents=True)
    target.parent.write_text("")

    assert refused(server.put("a.bin"), target) == f"cannot write {target}.part (File exists)"
    assert server.asked == []
