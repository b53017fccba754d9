"""Files that others made: nothing waits, no link is followed, every text can be stored."""

from __future__ import annotations

import os

import pytest

from workbench.report.course.untrusted import content, parsed


def test_a_plain_file_is_read_up_to_a_size(tmp_path):
    """The first bytes, as many as there may be."""
    path = tmp_path / "x"
    path.write_bytes(b"12345")

    assert content(path, most=3) == b"123"
    assert content(path, most=9) == b"12345"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_a_pipe_is_refused_at_once(tmp_path):
    """Nobody ever writes into it, so that who waits would wait for ever."""
    os.mkfifo(tmp_path / "x")

    with pytest.raises(OSError, match="no plain file"):
        content(tmp_path / "x", most=9)


def test_links_folders_and_nothing_are_refused(tmp_path):
    """A link could lead to any file; a folder has no content; what is not there is said so."""
    (tmp_path / "real").write_bytes(b"1")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    for name in ("link", ".", "nothing"):
        with pytest.raises(OSError, match=r"link|directory|No such file"):
            content(tmp_path / name, most=9)


def test_half_characters_are_mended():
    """Keys and texts at any depth; a whole character of two halves stays."""
    assert parsed(r'{"\ud800": ["a\udfffb", {"x": "\ud83d\ude00"}]}') == {
        "?": ["a?b", {"x": "\N{GRINNING FACE}"}]
    }


@pytest.mark.parametrize("written", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_raises(written):
    """Callers know what to do about it."""
    with pytest.raises((ValueError, RecursionError)):
        parsed(written)
