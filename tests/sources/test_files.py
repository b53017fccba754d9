"""A path that cannot be read is one line that says what was expected, found, and can be done."""

import io
import os
from pathlib import Path

import pytest

from workbench.errors import SourceError
from workbench.sources import sources
from workbench.sources._files import check, head, whole


def test_not_there(tmp_path):
    """A path with nothing at it."""
    with pytest.raises(SourceError, match="test: expected a file, got nothing at that path"):
        check(tmp_path / "absent", where="test")


def test_directory(tmp_path):
    """A directory where a file is wanted."""
    with pytest.raises(SourceError, match="test: expected a file, got a directory"):
        check(tmp_path, where="test")


def test_pipe(tmp_path):
    """A pipe is refused without being opened, because nobody may ever write into it."""
    path = tmp_path / "x"
    os.mkfifo(path)

    with pytest.raises(SourceError, match="test: expected a file, got a pipe or a device"):
        check(path, where="test")
    assert head(path, size=10) == b""


def test_link_to_itself(tmp_path):
    """A link that leads nowhere but to itself cannot be opened."""
    path = tmp_path / "x"
    path.symlink_to(path)

    with pytest.raises(SourceError, match="expected a readable file, got 'Too many levels"):
        check(path, where="test")
    assert head(path, size=10) == b""


def test_empty(tmp_path):
    """A file without a byte."""
    path = tmp_path / "x"
    path.touch()

    with pytest.raises(SourceError, match="test: expected rows, got an empty file"):
        check(path, where="test")


def test_unreadable(tmp_path, monkeypatch):
    """A file that the system refuses to open."""
    path = tmp_path / "x"
    path.write_text("x")

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(SourceError, match="expected a readable file, got 'Permission denied'"):
        check(path, where="test")
    assert head(path, size=10) == b""


def test_whole():
    """What can only be read at once is read up to a size, and not an inch further."""
    stream = io.BytesIO(b"x" * (2**20 + 100))

    assert whole(io.BytesIO(b"x" * 2**20), where="test", most=2**20) == b"x" * 2**20
    with pytest.raises(SourceError, match="test: expected at most 1 MiB in one file, got more"):
        whole(stream, where="test", most=2**20)
    assert stream.tell() == 2**20 + 1


def test_every_reader_refuses_the_same_way(tmp_path):
    """All readers say in one line that a path is absent, a directory or empty."""
    empty = tmp_path / "empty.csv"
    empty.touch()

    for reader in sources().values():
        for path in (tmp_path / "absent", tmp_path, empty):
            with pytest.raises(SourceError, match=r"^[^\n]*expected [^\n]*, got [^\n]*\.$"):
                next(iter(reader.read(path, options={})))
            assert not reader.detect(tmp_path)
