"""
End a run with all that it started, also what left the family and cleared its environment.

On Linux this process adopts what a run leaves behind (man 2 prctl, PR_SET_CHILD_SUBREAPER), so that
all of it stays below this process. Elsewhere it is known by its folder for temporary files.
"""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

SET_ADOPTING, ASK_ADOPTING = 36, 37
MOST_ROUNDS = 20  # what is being ended may start more meanwhile
LONGEST_WAIT = 1  # seconds a round


@contextmanager
def adopting(*, passing: str) -> Iterator[None]:
    """
    Afterwards nothing is left of what was started within: neither by this process nor below it.

    `passing` is the folder for temporary files of what is started. Processes that were there before
    and those in the session of this process are let alone.
    """
    before, was = set(_children()), _adopt(adopt=True)
    try:
        yield
    finally:
        for _ in range(MOST_ROUNDS):
            left = [*_left_behind(before), *_strays(passing)]
            if not left:
                break
            _kill(left)
            psutil.wait_procs(left, timeout=LONGEST_WAIT)  # not for what the system holds on to
        _adopt(adopt=was)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its descendants."""
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(process.pid)
        _kill([*parent.children(recursive=True), parent])
    process.wait()


def _adopt(*, adopt: bool) -> bool:
    """Adopt what loses its parent, or no longer; returns what held before."""
    if platform.system() != "Linux":
        return False
    was, system = ctypes.c_int(0), ctypes.CDLL(None)
    system.prctl(ASK_ADOPTING, ctypes.byref(was), 0, 0, 0)
    system.prctl(SET_ADOPTING, int(adopt), 0, 0, 0)
    return bool(was.value)


def _children() -> list[psutil.Process]:
    return list(psutil.Process().children())


def _left_behind(before: set[psutil.Process]) -> Iterator[psutil.Process]:
    """New children in a session of their own, with what is below them."""
    if not hasattr(os, "getsid"):
        return
    own = os.getsid(0)
    for one in _children():
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            if one not in before and os.getsid(one.pid) != own:
                yield from one.children(recursive=True)
                yield one


def _kill(running: list[psutil.Process]) -> None:
    for one in running:
        with suppress(psutil.Error):
            one.kill()


def _strays(passing: str) -> Iterator[psutil.Process]:
    """Processes whose folder for temporary files is that of this run."""
    for one in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if one.environ().get("TMPDIR") == passing:
                yield one
