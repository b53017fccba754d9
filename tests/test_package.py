"""The package's face: quick to import, and everything there when it is used."""

import subprocess
import sys
from importlib import metadata

import pytest

import workbench as wb
from workbench import data


def test_names_are_those_of_the_room_data():
    """`wb.open` is the room's own function."""
    assert wb.open is data.open
    assert wb.load is data.load
    assert wb.__version__ == metadata.version("community-workbench")


def test_an_unknown_name_is_an_attribute_error():
    """A misspelt name fails like that of any module."""
    with pytest.raises(AttributeError, match="module 'workbench' has no attribute 'opne'"):
        wb.opne  # noqa: B018


def test_importing_is_quick():
    """Under 0.05 CPU seconds, best of three, and without Polars."""
    code = (
        "import time, sys; t = time.process_time(); import workbench;"
        "print(time.process_time() - t, 'polars' in sys.modules)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(3)
    ]

    assert min(float(run.stdout.split()[0]) for run in runs) < 0.05
    assert all(run.stdout.split()[1] == "False" for run in runs)
