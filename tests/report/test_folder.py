"""The report folder: one build at a time, the old page until the new one is whole."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import authored
import pytest
from authored import make

from workbench.errors import ReportError
from workbench.report.folder import held, put_page


def test_second_build_says_who_is_at_work(tmp_path):
    """While one build holds the folder another one stops with one line."""
    path = authored.write(tmp_path / "14_page.ipynb", "1")
    output = tmp_path / "reports"
    with held(output), pytest.raises(ReportError) as caught:
        make(path, output=output)

    assert f"got process {os.getpid()} on " in str(caught.value)
    assert str(caught.value).endswith("Wait until it is done, or stop it.")
    assert make(path, output=output).failed == ()  # free again


def test_folder_that_cannot_be_written_is_one_line(tmp_path):
    """A file in the place of the report folder is told with what to do."""
    path = authored.write(tmp_path / "15_page.ipynb", "1")
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match=r"expected a folder to write to, got: .*WORKBENCH_REPO"):
        make(path, output=tmp_path / "file" / "reports")


def test_full_disk_leaves_the_old_page(tmp_path, monkeypatch):
    """When a new page does not fit, the old one and its files stay, and the error is one line."""
    output = tmp_path / "reports"
    with held(output):
        put_page(output, "16_page", "old", {"t.csv": b"1"})

        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(Path, "write_bytes", full)
        with pytest.raises(ReportError, match=r"No space left on device\. Free space there"):
            put_page(output, "16_page", "new", {"t.csv": b"2"})

    assert (output / "16_page.html").read_text() == "old"
    assert (output / "16_page" / "t.csv").read_bytes() == b"1"
    assert not (output / ".building").exists()


def wait_for(path: Path, *, seconds: float = 60) -> str:
    """The text of a file that another process is about to write."""
    until = time.monotonic() + seconds
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < until, f"{path} did not appear"
        time.sleep(0.05)
    return path.read_text()


def gone(pid: int, *, seconds: float = 30) -> bool:
    """Whether the process ends in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_build_keeps_the_page_and_leaves_no_kernel(tmp_path, how):
    """After Ctrl-C or a kill the last page is there, the kernel is not, and the next run works."""
    path, output, pid = tmp_path / "17_long.ipynb", tmp_path / "reports", tmp_path / "pid"
    authored.write(path, "'the good page'")
    make(path, output=output)
    page = (output / "17_long.html").read_bytes()
    authored.write(
        path,
        f"import os, time\nopen({str(pid)!r}, 'w').write(str(os.getpid()))",
        "time.sleep(600)",
    )
    program = (
        "from pathlib import Path; from workbench.report import build\n"
        f"build([Path({str(path)!r})], output=Path({str(output)!r}), datasets=[], environment={{}},"
        " key_parts={})"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE)
    kernel = int(wait_for(pid))
    process.send_signal(how)
    _, errors = process.communicate(timeout=30)

    assert process.returncode != 0
    assert (b"KeyboardInterrupt" in errors) == (how == signal.SIGINT)
    assert gone(kernel)
    assert (output / "17_long.html").read_bytes() == page
    assert (output / ".building").exists() == (how == signal.SIGKILL)
    authored.write(path, "'the next page'")
    assert make(path, output=output).pages[0].status == "built"
    assert not (output / ".building").exists()
