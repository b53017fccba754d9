"""What a process may no longer do; each in a process of its own, because it holds for good."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbench.report.course.confined import GIGABYTE, _landlock_version

CONFINE = (
    "import sys; from pathlib import Path\n"
    "from workbench.report.course.confined import confine\n"
    f"held = confine(Path(sys.argv[1]), memory={4 * GIGABYTE}, file_size=1000)\n"
)


def after(code, folder):
    """What a confined process prints."""
    done = subprocess.run(
        [sys.executable, "-c", CONFINE + code, str(folder)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems hold less")
def test_it_says_what_holds(tmp_path):
    """Memory is limited on every Linux; writing and network where there is Landlock."""
    more = {0: []}.get(_landlock_version(), ["writing", "network"])

    assert after("print(held)", tmp_path) == str(["memory", *more])


@pytest.mark.skipif(_landlock_version() < 4, reason="needs Linux with Landlock")
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("(Path(sys.argv[1]) / 'in').write_text('x'); print('written')", "written"),
        ("open('/dev/null', 'w').write('x'); print('written')", "written"),
        ("print(len(open(sys.executable, 'rb').read(4)))", "4"),
        ("open('/tmp/out-of-place', 'w')", "PermissionError"),
        ("(Path(sys.argv[1]).parent / 'precious').unlink()", "PermissionError"),
        ("import os; os.truncate(Path(sys.argv[1]).parent / 'precious', 0)", "PermissionError"),
        ("import subprocess; print(subprocess.call(['touch', sys.argv[1] + '/../x']))", "1"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "PermissionError"),
    ],
    ids=range(8),
)  # fmt: skip
def test_only_the_folder_can_be_written(tmp_path, code, said):
    """Inside, devices and reading pass; writing, deleting and cutting elsewhere do not."""
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "precious").write_text("work", encoding="utf-8")

    assert said in after(code, inside)
    assert (tmp_path / "precious").read_text(encoding="utf-8") == "work"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems hold less")
def test_no_file_fills_the_disk(tmp_path):
    """A file ends at its largest size."""
    code = (
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "(Path(sys.argv[1]) / 'big').write_bytes(b'x' * 5000)"
    )

    assert "File too large" in after(code, tmp_path)
    assert (tmp_path / "big").stat().st_size <= 1000
