"""A notebook runs in a kernel of this interpreter, and its end is one line."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import authored
import pytest
from authored import make

from workbench.report.run import Kernels, execute, kernel_environment
from workbench.studies import durations


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import os\nos._exit(1)", "09_odd: the kernel ended in cell 2 of 2"),
        (
            "words = 'my cat is ill'.split()\nfloat(chr(99) + 'at and dog')",
            "09_odd: cell 2 of 2 stopped with ValueError: could not convert string to float: '…'",
        ),
        (
            "import pandas as pd\npd.Series([chr(9731)], dtype=object).mean()",
            "09_odd: cell 2 of 2 stopped with TypeError: Could not convert '…' to numeric",
        ),
        (
            "from workbench.errors import ModelError\nraise ModelError('cox: \"a\" is ' + chr(98))",
            '09_odd: cell 2 of 2 stopped with ModelError: cox: "a" is b',
        ),
    ],
)
def test_error_is_one_line_without_data(tmp_path, source, message):
    """A dead kernel is told; words from outside the cell are masked; our own errors are whole."""
    path = authored.write(tmp_path / "09_odd.ipynb", source)
    assert make(path, output=tmp_path / "reports").failed[0].error == message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "len.colour",
            "AttributeError: 'builtin_function_or_method' object has no attribute 'colour'",
        ),
        ("from workbench.errors import Nothing", "ImportError: cannot import name 'Nothing' from"),
        ("__import__('no' + 'where')", "ModuleNotFoundError: No module named 'nowhere'"),
        ("eval('wa' + 'its')", "NameError: name 'waits' is not defined"),
        (
            "sum(1, **{'s' + 'ize': 2})",
            "TypeError: 'size' is an invalid keyword argument for sum()",
        ),
    ],
)
def test_names_of_code_are_not_masked(tmp_path, source, message):
    """What these errors quote are identifiers, without which nobody could mend the cell."""
    path = authored.write(tmp_path / "09_odd.ipynb", source)
    error = make(path, output=tmp_path / "reports").failed[0].error

    assert error.startswith(f"09_odd: cell 2 of 2 stopped with {message}")
    assert "…" not in error


def test_function_of_the_package_is_named(tmp_path):
    """Where a function of the package gave up is said: its file, line and name, and no value."""
    source = "from workbench.studies.durations import exactly\nexactly({'a' + 'nn': 1})"
    path = authored.write(tmp_path / "09_odd.ipynb", source)
    error = make(path, output=tmp_path / "reports").failed[0].error
    place = re.search(r" \(in studies/durations\.py:(\d+), exactly\)$", error)
    lines = Path(durations.__file__).read_text(encoding="utf-8").splitlines()

    assert place is not None
    assert lines[int(place[1]) - 1].startswith("    ")
    assert "ann" not in error


def test_kernel_that_cannot_start_is_told(tmp_path, monkeypatch):
    """Where the kernel does not come up the line says that no cell ran."""
    path = authored.write(tmp_path / "09_odd.ipynb", "1")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "ipykernel_launcher.py").write_text("raise SystemExit(1)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))
    result = make(path, output=tmp_path / "reports")
    assert result.failed[0].error == "09_odd: the kernel ended before its first cell"


def test_file_that_is_no_notebook_is_told(tmp_path):
    """A text file with a notebook's name fails in one line, and the page says why."""
    path = tmp_path / "10_text.ipynb"
    path.write_text("not a notebook")
    result = make(path, output=tmp_path / "reports")

    assert result.failed[0].error == (
        "10_text.ipynb: expected a Jupyter notebook, got another kind of file (NotJSONError). "
        "Open it in JupyterLab and save it again."
    )
    assert (
        "expected a Jupyter notebook" in (tmp_path / "reports" / "10_text.failed.html").read_text()
    )


def test_kernel_is_this_interpreter_whatever_is_installed(tmp_path, monkeypatch):
    """A kernel `python3` of somebody else, and the user's start-up files, do not matter."""
    spec = tmp_path / "share" / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(
        json.dumps({"argv": ["/no/such/python"], "display_name": "x", "language": "python"})
    )
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("raise RuntimeError('mine')")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("MPLBACKEND", "no such backend")
    path = authored.write(tmp_path / "nb" / "13_mine.ipynb", "import sys\nsys.executable")
    monkeypatch.chdir(tmp_path)

    result = make(Path("nb/13_mine.ipynb"), output=Path("reports"))

    assert result.failed == ()
    assert sys.executable in (tmp_path / "reports" / "13_mine.html").read_text(encoding="utf-8")
    assert path.parent.joinpath("13_mine.ipynb").read_text().count("sys.executable") == 1


def test_relative_data_folder_is_the_callers(tmp_path, monkeypatch):
    """Kernels work in the notebook's folder, so a relative data folder is made absolute."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_REPORTS", "out")
    monkeypatch.setenv("WORKBENCH_RAW", "received")
    got = kernel_environment(["a", "b"], {"WORKBENCH_DATA": "data"}, profile=tmp_path)

    assert got["WORKBENCH_DATA"] == str(tmp_path / "data")
    assert got["WORKBENCH_REPORTS"] == str(tmp_path / "out")
    assert got["WORKBENCH_RAW"] == str(tmp_path / "received")
    assert got["WORKBENCH_DATASETS"] == "a,b"


def test_stopped_kernels_start_no_cell(tmp_path):
    """A notebook that starts while the build is being stopped runs nothing."""
    path = authored.write(tmp_path / "18_late.ipynb", f"open({str(tmp_path / 'ran')!r}, 'w')")
    kernels = Kernels()
    kernels.stop()
    environment = kernel_environment([], {}, profile=tmp_path)
    run = execute(path, environment=environment, kernels=kernels, on_cell=lambda *_: None)

    assert run.problem == "18_late: the kernel ended before its first cell"
    assert not (tmp_path / "ran").exists()
