"""The code that the calibration table is about: whatever decides its numbers, and no words."""

from functools import partial
from pathlib import Path

import pytest

from workbench.models.effects import crude_risk_difference
from workbench.simulate.votes import simulate
from workbench.studies import feedback_speed
from workbench.studies.calibration.covered import STEPS, bare, code_key, reached, starts


@pytest.mark.parametrize("step", STEPS)
def test_the_drawn_steps_of_the_study_are_there(step):
    """Each file of study 1 that decides the numbers exists, and its code is in the hash."""
    path = Path(feedback_speed.__file__).with_name(f"{step}.py")

    assert bare(path.read_text("utf-8"))


def test_words_make_no_table_stale():
    """Docstrings and comments are left out of the hash; a changed number is not."""
    said = 'def f():\n    """One."""\n    return 1, "a word", "key"  # why\n'
    resaid = 'def f():\n    """Two."""\n    return 1, "another word", "key"\n'
    for changed in (said.replace("1", "2"), said.replace('"key"', '"other"')):
        assert bare(said) == bare(resaid) != bare(changed)


def test_what_only_shows_numbers_makes_no_table_stale():
    """A figure or a table may change, and so may imports, whose files count themselves."""
    kept = "def f() -> float:\n    return 1.0\n"
    shows = "def g(x: int) -> Figure | None:\n    return draw(x, {})\n"
    assert bare(f"{kept}{shows.format(1)}") == bare(f"import json\n{kept}{shows.format(2)}")
    assert bare(kept) != bare(kept.replace("1.0", "2.0"))
    assert bare("def h():\n    return 1\n") != bare("def h():\n    return 2\n")


def test_files_are_reached_through_others(tmp_path):
    """Names and modules are followed, also from inside a function; strangers are left alone."""
    package = tmp_path / "pack"
    for name, code in {
        "begin/one.py": "import json\nfrom pack.far import thing, deep\n",
        "far/__init__.py": "thing = 1\n",
        "far/deep.py": "def f():\n    import pack.late\n",
        "late.py": "",
        "idle.py": "",
    }.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")

    found = {path.relative_to(package).as_posix() for path in reached(package, ("begin",))}

    assert found == {"begin/one.py", "far/__init__.py", "far/deep.py", "late.py"}


def test_what_a_package_gathers_is_not_reached(tmp_path):
    """A file imported from a package by name brings that file, and not all that is beside it."""
    package = tmp_path / "pack"
    for name, code in {
        "begin.py": "from pack.study import step\n",
        "study/__init__.py": "from pack.study import page\n",
        "study/step.py": "",
        "study/page.py": "",
    }.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(code, encoding="utf-8")

    found = {path.relative_to(package).as_posix() for path in reached(package, ("begin.py",))}

    assert found == {"begin.py", "study/step.py"}


def test_a_draw_begins_where_its_functions_are_written():
    """Functions in partials, lists and mappings are found; those outside the package are not."""
    inner = partial(crude_risk_difference, level=0.9)
    draw = partial(Path, [inner], how={"world": simulate})

    assert starts(draw) == ("models/effects.py", "simulate/votes.py")
    assert starts(Path) == ()


def test_a_row_is_tied_to_the_code_it_reaches():
    """Files that reach different code have different hashes; the judges count always."""
    keys = {code_key(begin) for begin in ((), ("models/effects.py",), ("simulate/votes.py",))}
    assert len(keys) == 3
