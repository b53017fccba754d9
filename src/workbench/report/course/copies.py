"""Copies of notebooks: for a student without the solutions, or for oneself; nothing is lost."""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Callable, Collection, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from workbench.data.manifest import today
from workbench.errors import ReportError
from workbench.studies.exercises.practice import require_id, seed_of
from workbench.studies.provenance import code_commit

Notebook = dict[str, Any]
NOTE = "whose-copy"  # id of the cell that says it
_LINK = re.compile(r"\[([^\]]*)\]\(([\w-]+)\.ipynb(#[^)\s]*)?\)")
_STUDENT = re.compile(r"^STUDENT = .*$", re.MULTILINE)
_SEED = re.compile(r"^SEED = \d+", re.MULTILINE)


def student_copies(notebooks: Sequence[Path], *, folder: Path, student: str) -> list[Path]:
    """
    Write copies without solutions into `folder`, made out to the id `student`; returns their paths.

    The worlds of their simulated exercises are those of the id. Either all are written or none.

    Raises
    ------
    StudyError
        The id is none.
    ReportError
        A file of that name is there already, or nothing can be written there.
    """
    require_id(student, where="student: --seed")
    names = {path.stem for path in notebooks}
    made = {
        folder / path.name: _for_student(
            _read(path, where="student"), path.stem, student, among=names
        )
        for path in notebooks
    }
    return _put(made, where="student")


def own_copy(notebook: Path, *, folder: Path) -> Path:
    """
    Write a copy of one's own into `folder`, whole, with a note of what it was made from.

    Raises
    ------
    ReportError
        A file of that name is there already, or nothing can be written there.
    """
    target, beside = folder / notebook.name, notebook.parent in folder.parents
    original = os.path.relpath(notebook.parent, folder).replace(os.sep, "/")
    # Elsewhere a link would name folders of this machine, and break when the copy moves.
    content = _relinked(
        _read(notebook, where="copy"),
        lambda name: f"{original}/{name}.ipynb" if beside else None,
    )
    said = (
        f"*Your own copy of {notebook.stem}, {_made_from()}. Change what you like: `workbench run` "
        "and updates leave it alone.*"
    )
    (path,) = _put({target: _noted(content, said, {"of": notebook.stem})}, where="copy")
    return path


def _read(path: Path, *, where: str) -> Notebook:
    """A notebook of the project as Jupyter writes it."""
    try:
        content: Notebook = json.loads(path.read_text(encoding="utf-8"))
        if all(
            isinstance(content[part], kind) for part, kind in (("cells", list), ("metadata", dict))
        ):
            return content
    except (ValueError, KeyError, TypeError):
        pass
    raise ReportError(
        f"{where}: expected a Jupyter notebook at {path}, got another kind of file. "
        "Save it again, or move it away."
    )


def _source(cell: Notebook) -> str:
    return "".join(cell["source"])


def tags(cell: Notebook) -> list[str]:
    """The tags of a cell; none where they are not what Jupyter writes."""
    given = cell.get("metadata", {}).get("tags", [])
    return [str(tag) for tag in given] if isinstance(given, list) else []


def _for_student(content: Notebook, name: str, student: str, *, among: Collection[str]) -> Notebook:
    """A notebook without its solutions, made out to an id."""
    cells = [cell for cell in content["cells"] if "solution" not in tags(cell)]
    done = _relinked(
        {**content, "cells": cells}, lambda other: f"{other}.ipynb" if other in among else None
    )
    for cell in done["cells"]:
        if "student" in tags(cell):
            line = f'STUDENT = "{student}"  # whose copy this is; the checks go by it'
            cell["source"] = _STUDENT.sub(line, _source(cell)).splitlines(keepends=True)
        elif "parameters" in tags(cell):
            line = f"SEED = {seed_of(student) % 1000}"
            cell["source"] = _SEED.sub(line, _source(cell)).splitlines(keepends=True)
    said = (
        f"*Copy of **{student}**, from {name}, {_made_from()}. Solutions are left out; what stands "
        "below an exercise says how it went. Keep the name of the file, and save before you hand "
        "it in.*"
    )
    return _noted(done, said, {"of": name, "student": student})


def _relinked(content: Notebook, place: Callable[[str], str | None]) -> Notebook:
    """A copy whose links to other notebooks lead where `place` says, or are words."""

    def link(found: re.Match[str]) -> str:
        words, name, part = found[1], found[2], found[3] or ""
        address = place(name)
        return words if address is None else f"[{words}]({address}{part})"

    done = copy.deepcopy(content)
    for cell in done["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = _LINK.sub(link, _source(cell)).splitlines(keepends=True)
    return done


def _noted(content: Notebook, said: str, about: dict[str, str]) -> Notebook:
    """The notebook with a note below its title, and with the same in its metadata."""
    note = {"cell_type": "markdown", "id": NOTE, "metadata": {}, "source": [said]}
    cells = [*content["cells"][:1], note, *content["cells"][1:]]
    known = content["metadata"].get("workbench", {})
    made = {**about, "version": _version(), "code": code_commit(), "day": today()}
    return {
        **content,
        "cells": cells,
        "metadata": {**content["metadata"], "workbench": {**known, "copy": made}},
    }


def _version() -> str:
    return metadata.version("community-workbench")


def _made_from() -> str:
    return f"version {_version()} ({code_commit()}), {today()}"


def _put(made: dict[Path, Notebook], *, where: str) -> list[Path]:
    """Write all files or, where one is there already, none."""
    there = [path for path in made if os.path.lexists(path)]
    if there:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise ReportError(
            f"{where}: expected no {there[0].name} in {there[0].parent}, got one{more}. Somebody's "
            "work may be in it: choose another folder, or move it away."
        )
    written: list[Path] = []
    for path, content in made.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        except OSError as error:
            for one in written:
                one.unlink(missing_ok=True)
            raise ReportError(
                f"{where}: expected a folder to write to at {path.parent}, got: "
                f"{error.strerror or error}. Choose another one."
            ) from error
    return written
