"""Copies of notebooks: without solutions, made out to an id, and never in place of work."""

import json
import os

import pytest

from workbench.cli.notebooks import notebook_paths
from workbench.errors import ReportError, StudyError
from workbench.report.course.copies import NOTE, own_copy, student_copies
from workbench.report.course.submission import original
from workbench.studies.exercises import EXERCISES

FIRST = {
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {},
         "source": ["# 1 · First\n", "See [0](00_start.ipynb#how) and [9](09_far.ipynb)."]},
        {"cell_type": "code", "id": "b", "metadata": {"tags": ["parameters"]},
         "source": "SEED = 1  # another seed", "outputs": [], "execution_count": None},
        {"cell_type": "code", "id": "c", "metadata": {"tags": ["student"]},
         "source": ['STUDENT = "example-1"  # whose\n', "mine = STUDENT"],
         "outputs": [], "execution_count": None},
        {"cell_type": "code", "id": "d", "metadata": {}, "source": "SEED = 1",
         "outputs": [], "execution_count": None},
        {"cell_type": "code", "id": "e", "metadata": {"tags": ["solution"]}, "source": "42",
         "outputs": [], "execution_count": None},
        {"cell_type": "markdown", "id": "f", "metadata": {"tags": ["solution"]}, "source": "why"},
    ],
    "metadata": {"workbench": {"minutes": 5, "part": "study"}},
    "nbformat": 4, "nbformat_minor": 5,
}  # fmt: skip


@pytest.fixture
def notebooks(tmp_path):
    """Two notebooks that link each other and one that is not there."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    zero = {**FIRST, "cells": FIRST["cells"][:1]}
    for name, content in (("00_start", zero), ("01_first", FIRST)):
        (folder / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")
    return sorted(folder.glob("*.ipynb"))


def text(cell):
    """What stands in a cell."""
    return "".join(cell["source"])


def read(path):
    """A written copy, and its cells by id."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return content, {cell["id"]: cell for cell in content["cells"]}


def test_a_student_gets_no_solution(notebooks, tmp_path):
    """Cells tagged as solution stay behind, code and words; all others come along in order."""
    _, path = student_copies(notebooks, folder=tmp_path / "class" / "s-042", student="s-042")
    content, _ = read(path)

    assert [cell["id"] for cell in content["cells"]] == ["a", NOTE, "b", "c", "d"]
    assert "solution" not in path.read_text(encoding="utf-8").replace("Solutions", "")


def test_a_copy_is_made_out_to_its_id(notebooks, tmp_path):
    """The id stands in the cell of the student, below the title and in the metadata."""
    _, path = student_copies(notebooks, folder=tmp_path / "s", student="s-042")
    content, cells = read(path)

    assert text(cells["c"]).splitlines() == [
        'STUDENT = "s-042"  # whose copy this is; the checks go by it', "mine = STUDENT",
    ]  # fmt: skip
    assert text(cells[NOTE]).startswith("*Copy of **s-042**, from 01_first, version ")
    about = content["metadata"]["workbench"]
    assert about["minutes"] == 5
    assert about["copy"].keys() == {"of", "student", "version", "code", "day"}
    assert (about["copy"]["of"], about["copy"]["student"]) == ("01_first", "s-042")


def test_the_seed_among_the_knobs_is_the_copys_own(notebooks, tmp_path):
    """The knob SEED follows from the id; a line of that name elsewhere stays."""
    seeds = []
    for student in ("s-1", "s-2"):
        _, path = student_copies(notebooks, folder=tmp_path / student, student=student)
        _, cells = read(path)
        seeds.append(text(cells["b"]))
        assert text(cells["d"]) == "SEED = 1"

    assert seeds[0] != seeds[1]
    assert all(seed.endswith("  # another seed") for seed in seeds)


def test_links_lead_to_what_was_handed_out(notebooks, tmp_path):
    """A link to a notebook of the same folder stays; one to another becomes its words."""
    _, both = student_copies(notebooks, folder=tmp_path / "both", student="s-1")
    (alone,) = student_copies(notebooks[1:], folder=tmp_path / "alone", student="s-1")

    assert text(read(both)[1]["a"]).endswith("See [0](00_start.ipynb#how) and 9.")
    assert text(read(alone)[1]["a"]).endswith("See 0 and 9.")


def test_the_originals_stay_as_they_were(notebooks, tmp_path):
    """Copying changes no byte of the notebooks."""
    before = [path.read_bytes() for path in notebooks]
    student_copies(notebooks, folder=tmp_path / "s", student="s-1")
    own_copy(notebooks[0], folder=tmp_path / "mine")

    assert [path.read_bytes() for path in notebooks] == before


def test_work_is_never_overwritten(notebooks, tmp_path):
    """Where one of the files is there, none is written, and the work in it stays."""
    folder = tmp_path / "s"
    folder.mkdir()
    (folder / "01_first.ipynb").write_text("hours of work", encoding="utf-8")

    with pytest.raises(ReportError) as refused:
        student_copies(notebooks, folder=folder, student="s-1")

    assert str(refused.value) == (
        f"student: expected no 01_first.ipynb in {folder}, got one. Somebody's work may be in it: "
        "choose another folder, or move it away."
    )
    assert os.listdir(folder) == ["01_first.ipynb"]
    assert (folder / "01_first.ipynb").read_text(encoding="utf-8") == "hours of work"


def test_several_files_in_the_way_are_counted(notebooks, tmp_path):
    """The message names the first and says how many more there are."""
    student_copies(notebooks, folder=tmp_path / "s", student="s-1")

    with pytest.raises(ReportError, match=r"no 00_start.ipynb in .*, got one and 1 more\."):
        student_copies(notebooks, folder=tmp_path / "s", student="s-1")


def test_a_link_that_leads_nowhere_is_in_the_way_too(notebooks, tmp_path):
    """A dangling link is not followed and not replaced."""
    folder = tmp_path / "s"
    folder.mkdir()
    (folder / "01_first.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")

    with pytest.raises(ReportError, match="got one"):
        student_copies(notebooks, folder=folder, student="s-1")
    assert not (tmp_path / "elsewhere.ipynb").exists()


def test_a_name_is_no_id(notebooks, tmp_path):
    """Nothing is written for what could be a name."""
    with pytest.raises(StudyError, match="student: --seed: expected an id of up to 32 letters"):
        student_copies(notebooks, folder=tmp_path / "s", student="mary")
    assert not (tmp_path / "s").exists()


def test_a_file_where_the_folder_should_be(notebooks, tmp_path):
    """What the disk refuses is one line, and what was written before is taken back."""
    (tmp_path / "s").write_text("a file", encoding="utf-8")

    with pytest.raises(ReportError) as refused:
        own_copy(notebooks[1], folder=tmp_path / "s")

    said = str(refused.value)
    assert said.startswith(f"copy: expected a folder to write to at {tmp_path / 's'}, got: ")
    assert said.endswith("Choose another one.")


@pytest.mark.parametrize("content", ["no json", "[]", "{}", '{"cells": 3, "metadata": {}}'])
def test_what_is_no_notebook_is_named(tmp_path, content):
    """A file of another kind among the notebooks stops the copy in one line."""
    path = tmp_path / "01_odd.ipynb"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(ReportError) as refused:
        student_copies([path], folder=tmp_path / "s", student="s-1")

    assert str(refused.value) == (
        f"student: expected a Jupyter notebook at {path}, got another kind of file. "
        "Save it again, or move it away."
    )


def test_a_copy_of_ones_own_is_whole(notebooks, tmp_path):
    """Solutions and knobs stay; a note says what it was made from; links lead to the originals."""
    beside = notebooks[1].parent / "mine"
    content, cells = read(own_copy(notebooks[1], folder=beside))

    assert list(cells) == ["a", NOTE, "b", "c", "d", "e", "f"]
    assert text(cells[NOTE]).startswith("*Your own copy of 01_first, version ")
    assert content["metadata"]["workbench"]["copy"]["of"] == "01_first"
    assert "[0](../00_start.ipynb#how)" in text(cells["a"])
    with pytest.raises(ReportError, match=r"copy: expected no 01_first\.ipynb in"):
        own_copy(notebooks[1], folder=beside)


def test_a_copy_elsewhere_names_no_folder_of_the_machine(notebooks, tmp_path):
    """Outside the folder of notebooks, links become words."""
    _, cells = read(own_copy(notebooks[1], folder=tmp_path / "thesis"))

    assert text(cells["a"]).endswith("See 0 and 9.")


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_the_notebooks_themselves_become_copies(path, tmp_path):
    """No solution is left, the id stands where a world is made, and every cell keeps its id."""
    (made,) = student_copies([path], folder=tmp_path, student="s-042")
    content, cells = read(made)
    before = json.loads(path.read_text(encoding="utf-8"))["cells"]

    own = [name for name in original(path).exercises if EXERCISES[name].own]
    worlds = [text(cell) for cell in cells.values() if "world(" in text(cell)]
    assert len(worlds) == len(own)
    assert all('STUDENT = "s-042"' in world for world in worlds)
    assert not any("solution" in cell["metadata"].get("tags", []) for cell in content["cells"])
    kept = [c["id"] for c in before if "solution" not in c["metadata"].get("tags", [])]
    assert [name for name in cells if name != NOTE] == kept
