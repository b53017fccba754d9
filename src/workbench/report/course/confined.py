"""
What a process may no longer do: fill memory and disk, write elsewhere, open network connections.

Memory and the size of files are limited where the system has limits of that kind (Linux, macOS).
On Linux with Landlock (https://landlock.io) nothing outside the given folder can be written, moved
or deleted, and no TCP connection can be made. What is not there is left out, and `confine` says
what holds. None of it hides files from being read.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from pathlib import Path

GIGABYTE = 1024**3
# The same on every processor that Linux runs on, but for Alpha.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION, PATH_BENEATH, NO_NEW_PRIVILEGES = 1, 1, 38
WRITE_FILE = 1 << 1
# Removing and making of every kind; from later versions on: moving, truncating.
CHANGE = WRITE_FILE | sum(1 << bit for bit in range(4, 13))
MOVE, TRUNCATE = 1 << 13, 1 << 14
TCP = 0b11  # to bind and to connect


def confine(folder: Path, *, memory: int, file_size: int = GIGABYTE) -> list[str]:
    """
    Confine this process and those it starts for good; `memory` and `file_size` are bytes.

    Returns what holds from now on: `memory`, `writing`, `network`, as far as the system can. Call
    it before there are other threads, because each thread is confined by itself.
    """
    held = ["memory"] if _limits(memory, file_size) else []
    version = _landlock_version()
    if version and _landlock(folder, version):
        held += ["writing", "network"] if version >= 4 else ["writing"]
    return held


def _limits(memory: int, file_size: int) -> bool:
    if sys.platform == "win32":
        return False
    import resource  # noqa: PLC0415 (not on Windows)

    wanted = {"RLIMIT_AS": memory, "RLIMIT_FSIZE": file_size, "RLIMIT_CORE": 0}
    try:
        for name, most in wanted.items():
            _, hard = resource.getrlimit(getattr(resource, name))
            allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(getattr(resource, name), (allowed, allowed))
    except (OSError, ValueError):  # macOS knows the names and refuses some
        return False
    return True


def _landlock_version() -> int:
    """The version of Landlock, 0 where there is none."""
    if platform.system() != "Linux" or struct.calcsize("P") != 8:
        return 0
    return max(0, _call(CREATE_RULESET, None, 0, ASK_VERSION))


def _landlock(folder: Path, version: int) -> bool:
    """Allow writing below `folder` and to devices only; whether the system took it."""
    rights = CHANGE | (MOVE if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    rules = struct.pack("=QQ", rights, TCP) if version >= 4 else struct.pack("=Q", rights)
    ruleset = _call(CREATE_RULESET, rules, len(rules), 0)
    if ruleset < 0:
        return False
    try:
        _allow(ruleset, folder, rights)
        _allow(ruleset, Path("/dev/shm"), rights)
        _allow(ruleset, Path("/dev"), WRITE_FILE)
        ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return _call(RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _allow(ruleset: int, folder: Path, rights: int) -> None:
    if not folder.is_dir():
        return
    place = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        _call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


def _call(number: int, *arguments: int | bytes | None) -> int:
    """A call of the system by its number; -1 where it refuses."""
    return int(ctypes.CDLL(None).syscall(ctypes.c_long(number), *arguments))
