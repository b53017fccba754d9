"""Ending: what a run leaves behind goes with it, whatever it did; other processes stay."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from workbench.report.course.ending import adopting, end

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems adopt nothing")
# The first process starts a second one, in a session of its own and without environment, says its
# number, and is gone.
LEAVE = (
    "import subprocess\n"
    "gone = subprocess.Popen(['/bin/sleep', '300'], env={}, start_new_session=True,"
    " stdout=subprocess.DEVNULL)\n"
    "print(gone.pid, flush=True)"
)


def started(code, **more):
    """A Python process of this code, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code], start_new_session=True, stdout=subprocess.PIPE, **more
    )


@linux
def test_who_left_the_family_and_its_environment_is_ended(tmp_path):
    """Its parent is gone before, so that nothing else leads to it."""
    with adopting(passing=str(tmp_path)):
        process = started(LEAVE)
        left = psutil.Process(int(process.communicate()[0]))
        assert left.is_running()

    assert not left.is_running()


@linux
def test_others_are_let_alone(tmp_path):
    """A process that was there before stays, and so does one in this process's own session."""
    before = started("import time; time.sleep(300)")
    with adopting(passing=str(tmp_path)):
        own = subprocess.Popen(["/bin/sleep", "300"])
        run = started("import time; time.sleep(300)")
        end(run)
    left_alone = (before.poll(), own.poll())
    for one in (before, own):
        end(one)
    before.stdout.close()
    run.stdout.close()

    assert left_alone == (None, None)
    assert run.returncode < 0


@linux
def test_children_are_adopted_only_meanwhile(tmp_path):
    """Afterwards, a process that loses its parent is again not this one's."""
    with adopting(passing=str(tmp_path)):
        pass
    process = started(LEAVE)
    left = psutil.Process(int(process.communicate()[0]))

    assert left.ppid() != psutil.Process().pid
    left.kill()


def test_known_by_its_folder_for_temporary_files(tmp_path):
    """The folder ends a process also where its session is this one's."""
    with adopting(passing=str(tmp_path)):
        sleeping = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(300)"], env={"TMPDIR": str(tmp_path)}
        )
        known = psutil.Process(sleeping.pid)

    assert not known.is_running()
    sleeping.wait()
