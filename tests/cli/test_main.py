"""The command itself: help that is quick and whole, exit statuses, one line for a problem."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import click
import pytest

from workbench.cli import text, workbench

COMMANDS = (
    "run", "load", "profile", "simulate", "get", "list", "check", "remove",
    "takedown", "scan", "publish", "calibrate", "lab", "copy", "student", "grade", "doctor",
)  # fmt: skip
HEAVY = {"polars", "pandas", "numpy", "matplotlib", "scipy", "statsmodels", "nbclient", "pyarrow"}


def python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a line of Python in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["load", "--help"], *([name, "--help"] for name in COMMANDS)],
    ids=" ".join,
)
def test_help_loads_nothing_heavy(words):
    """Help must answer at once, so that no numerical package is imported for it."""
    code = (
        "import sys; from workbench.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as stop: assert not stop.code\n"
        "print('LOADED', *{name.split('.')[0] for name in sys.modules})"
    )
    done = python(code, *words)

    assert done.returncode == 0, done.stderr
    assert not HEAVY & set(done.stdout.rpartition("LOADED")[2].split())


def test_help_names_every_command(say):
    """The overview has one whole line a command, in the order a newcomer needs them."""
    said = say("--help")
    listed = re.findall(r"^  (\w+) +(\S.*)$", said.out.partition("Commands:")[2], re.MULTILINE)

    assert said.status == 0
    assert tuple(name for name, _ in listed if name != "workbench") == COMMANDS
    assert all(line.endswith(".") for name, line in listed if name != "workbench")
    assert not [line for name, line in listed if line.endswith("...")]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_every_command_has_an_example(say, name):
    """`workbench NAME --help` shows the command as one types it."""
    said = say(name, "--help")

    assert said.status == 0
    assert f"  workbench {name}" in said.out.partition("Example")[2]


def examples() -> list[str]:
    """Every line that the help texts tell a user to type."""
    pages = [page for name, page in vars(text).items() if name.endswith("EXAMPLES")]
    joined = "\n".join(pages).replace("\\\n", " ")
    lines = re.findall(r"^  (workbench .+)$", joined, re.MULTILINE)
    return sorted({re.split(r"   +(?=[a-z])(?!\s*--)", line)[0] for line in lines})


@pytest.mark.parametrize("line", examples())
def test_examples_can_be_typed(line):
    """Every example names commands and options that there are."""
    words = line.split()[1:]
    context = click.Context(workbench)
    command: click.Command = workbench
    while isinstance(command, click.Group):
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found is not None, name
        command = found
    if "--help" not in words:
        command.make_context(command.name, words)


def test_python_m_workbench_is_the_command():
    """`python -m workbench` does what `workbench` does."""
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "--version"], capture_output=True, text=True, check=True
    )

    assert re.fullmatch(r"workbench, version [0-9.]+\n", done.stdout)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bogus"], "No such command 'bogus'"),
        (["check"], "Missing argument 'NAME'"),
        (["run", "--jobs", "0"], "Invalid value for '--jobs'"),
        (["list", "--colour"], "No such option"),
        (["load", "table", "x.csv"], "Missing option '--name'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_call_is_status_2(say, words, said):
    """A call that cannot be understood says what is wrong with it, on stderr."""
    done = say(*words)

    assert done.status == 2
    assert done.out == ""
    assert said in done.err


def test_a_missing_package_is_one_line():
    """Where a package is gone, the line says which, and how to find the others."""
    code = (
        "import sys; sys.modules['polars'] = None; from workbench.cli import main; main(['list'])"
    )
    done = python(code)

    assert done.returncode == 1
    assert done.stderr == (
        "workbench: expected the package polars, found none. Install the workbench again: "
        "pip install -e . (workbench doctor names everything that is missing)\n"
    )


def test_a_fault_of_the_code_is_not_hidden(monkeypatch, say):
    """An error that is no known problem keeps its traceback."""
    monkeypatch.setattr("workbench.cli.listing.listing", lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        say("list")


def test_output_is_utf_8_whatever_the_terminal():
    """Names with letters of any language are printed where the terminal's own coding lacks them."""
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "check", "größe"],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert "größe".encode() in done.stderr
