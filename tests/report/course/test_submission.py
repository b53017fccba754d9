"""What was handed in: whose it is, of which notebook, what was written; nothing raises."""

from __future__ import annotations

import json
import os

import handed
import pytest

from workbench.cli.notebooks import notebook_paths
from workbench.report.course.submission import handed_in, original, read
from workbench.studies.exercises import EXERCISES


@pytest.mark.parametrize(
    ("words", "kept"),
    [("…", ""), ("", ""), ("  \n", ""), ("Weather…", "Weather"), ("a\n\nb", "a\n\nb")],
)
def test_words_are_what_stands_below_the_question(tmp_path, words, kept):
    """The question and the dots are taken away, and nothing else."""
    path = handed.put(tmp_path, "one", handed.notebook(words=words))

    assert read(path, 1, [handed.ORIGINAL]).words == {"w1": kept}


def test_words_written_over_the_question_are_kept(tmp_path):
    """Who replaces the question by the answer has answered."""
    text = handed.notebook().replace("**A threat.** Name one.\\n\\n\\u2026", "Weather")
    assert "Weather" in text

    assert read(handed.put(tmp_path, "one", text), 1, [handed.ORIGINAL]).words == {"w1": "Weather"}


def test_a_cell_that_is_gone_has_no_words(tmp_path):
    """A prompt that was deleted counts as not answered."""
    content = json.loads(handed.notebook("x", words="Weather"))
    content["cells"].pop()

    given = read(handed.put(tmp_path, "one", json.dumps(content)), 1, [handed.ORIGINAL])
    assert given.words == {"w1": ""}


def test_a_copy_knows_its_notebook_under_any_name(tmp_path):
    """The metadata decide; where they are lost, the name of the file."""
    path = handed.put(tmp_path, "one", handed.notebook())
    renamed = path.rename(path.with_name("final version 2.ipynb"))
    plain = handed.put(tmp_path, "two", handed.notebook(of="", student=""))

    assert read(renamed, 1, [handed.ORIGINAL]).original is handed.ORIGINAL
    second = read(plain, 2, [handed.ORIGINAL])
    assert second.original is handed.ORIGINAL
    assert second.student == ""


def test_a_notebook_of_another_course(tmp_path):
    """A notebook that is a copy of none of ours says so in a sentence."""
    path = handed.put(tmp_path, "one", handed.notebook(of="moon"))
    given = read(path.rename(path.with_name("moon.ipynb")), 1, [handed.ORIGINAL])

    assert given.content is None
    assert given.problem == (
        "This is a copy of none of the notebooks: hand in the file that you were given."
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "no json", "[]", "{}", "3", '{"cells": 1, "metadata": {}}', '{"cells": [1]}',
        '{"cells": [{"metadata": 1}], "metadata": {}}', '{"cells": [], "metadata": []}',
        '{"cells": [{"cell_type": "code", "metadata": {}, "source": 7}], "metadata": {}}',
        "[" * 100_000, "\udcff",
    ],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_notebook_never_raises(tmp_path, text):
    """Whatever lies in the file, there is a sentence, and the guess from its name."""
    path = tmp_path / "01_small.ipynb"
    path.write_bytes(text.encode("utf-8", errors="surrogateescape"))

    given = read(path, 1, [handed.ORIGINAL])

    assert given.content is None
    assert given.original is handed.ORIGINAL
    assert given.problem == (
        "This file cannot be read as a notebook: open it in JupyterLab and save it again."
    )


def test_odd_metadata_are_no_reason_to_stop(tmp_path):
    """Metadata of another form are as good as none."""
    content = json.loads(handed.notebook("x"))
    for odd in (3, [], {"copy": 4}, {"copy": {"of": [1], "student": {}}}):
        content["metadata"]["workbench"] = odd
        path = tmp_path / "01_small.ipynb"
        path.write_text(json.dumps(content), encoding="utf-8")

        given = read(path, 1, [handed.ORIGINAL])
        assert (given.original, given.student) == (handed.ORIGINAL, "")


def test_a_link_to_a_file_elsewhere_is_not_followed(tmp_path):
    """A link could lead to any file of the teacher."""
    real = handed.put(tmp_path, "one", handed.notebook())
    link = tmp_path / "01_small.ipynb"
    link.symlink_to(real)

    assert read(link, 1, [handed.ORIGINAL]).content is None


def test_ids_of_cells_may_be_anything(tmp_path):
    """A cell whose id is a list is a cell without words; the others keep theirs."""
    content = json.loads(handed.notebook("x", words="Weather"))
    content["cells"][0]["id"] = [1]

    given = read(handed.put(tmp_path, "one", json.dumps(content)), 1, [handed.ORIGINAL])
    assert given.words == {"w1": "Weather"}


def test_half_a_character_in_words(tmp_path):
    """What JSON can hold and no page can becomes a question mark."""
    text = handed.notebook(words="WORDS").replace("WORDS", r"half \ud800")

    given = read(handed.put(tmp_path, "one", text), 1, [handed.ORIGINAL])
    assert given.words == {"w1": "half ?"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_a_pipe_in_place_of_a_notebook(tmp_path):
    """Reading does not wait for somebody who writes."""
    os.mkfifo(tmp_path / "01_small.ipynb")

    given = read(tmp_path / "01_small.ipynb", 1, [handed.ORIGINAL])
    assert given.content is None
    assert given.problem.startswith("This file cannot be read as a notebook")


def test_outputs_that_were_handed_in_are_not_looked_at(tmp_path):
    """What a submission claims to have shown is thrown away before it runs."""
    content = json.loads(handed.notebook("x"))
    content["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "right"}]

    given = read(handed.put(tmp_path, "one", json.dumps(content)), 1, [handed.ORIGINAL])
    assert given.content["cells"][0]["outputs"] == []


def test_files_are_found_in_order(tmp_path):
    """Folders and single files count, hidden ones do not; the order is that of paths."""
    for name in ("b/01.ipynb", "a/x/02.ipynb", "c.ipynb", ".ipynb_checkpoints/d.ipynb", "e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")

    found = [path.relative_to(tmp_path).as_posix() for path in handed_in(tmp_path)]
    assert found == ["a/x/02.ipynb", "b/01.ipynb", "c.ipynb"]


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_every_exercise_of_a_notebook_is_known(path):
    """The exercises that a notebook checks are those that are graded, in both directions."""
    text = path.read_text(encoding="utf-8")
    known = original(path).exercises

    assert [name for name in EXERCISES if f'check(\\"{name}\\"' in text] == list(known)


@pytest.mark.parametrize(
    "path",
    [path for path in notebook_paths() if original(path).exercises],
    ids=lambda path: path.stem,
)
def test_every_study_asks_for_three_things_in_words(path):
    """What is compared, a threat, and what may not be concluded; each is found again as asked."""
    prompts = original(path).prompts

    assert len(prompts) == 3
    assert all(prompt.asked.startswith(f"**{prompt.title}**") for prompt in prompts)
    assert all(not prompt.asked.endswith("…") for prompt in prompts)
