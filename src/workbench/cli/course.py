"""`workbench student`, `grade` and `copy`: teach with the notebooks, or go on with one alone."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from workbench.cli.notebooks import Number, notebook_folder, notebook_paths, number
from workbench.errors import ReportError

STUDENT_EXAMPLES = """\b
Examples:
  workbench student --seed s-042 course/s-042
  workbench student --studies 00,01 first-week
Hand the folder to one student. Another seed, another truth in the simulated exercises.
"""
COPY_EXAMPLES = """\b
Examples:
  workbench copy 01 mine                 notebooks/mine/01_feedback_speed.ipynb
  workbench copy 01 ~/thesis/notebooks
"""
GRADE_EXAMPLES = """\b
Examples:
  workbench grade handed-in              grades.csv and a page each, in handed-in-graded
  workbench grade handed-in --timeout 300 --out ~/course/week-3
Points of what was written in words are for you to fill in: they are empty in grades.csv.
"""
TAKEN = "profile"  # a folder of the project itself


@click.command(short_help="Copies of the notebooks for a student.", epilog=STUDENT_EXAMPLES)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--seed",
    "student",
    metavar="ID",
    help="Whose copies: letters, digits, - and _, with a digit; no name. Drawn by lot otherwise.",
)
@click.option("--studies", help="Comma list of numbers, such as 01,02; all notebooks otherwise.")
def student(folder: Path, student: str | None, studies: str | None) -> None:
    """Write the notebooks without solutions into DIR, made out to one ID.

    In each study one exercise is about a simulated world whose truth follows from the ID, so that
    every student has another right answer. Nothing that lies in DIR is overwritten.
    """
    from workbench.report.course.copies import student_copies  # noqa: PLC0415

    whose = f"s-{secrets.randbelow(10**6):06d}" if student is None else student
    chosen = _chosen(studies)
    made = student_copies(chosen, folder=folder.expanduser().absolute(), student=whose)
    few = "notebook" if len(made) == 1 else "notebooks"
    click.echo(f"{whose}: {len(made)} {few} without solutions in {made[0].parent}")


def _chosen(studies: str | None) -> list[Path]:
    """The notebooks of a comma list of numbers; all where there is no list."""
    there = {number(path): path for path in notebook_paths()}
    asked = list(there) if studies is None else [one.strip() for one in studies.split(",")]
    wrong = [one for one in asked if one not in there]
    if wrong or not asked:
        raise ReportError(
            f"student: expected numbers of notebooks ({', '.join(there) or 'there are none'}), got "
            f"{', '.join(wrong) or 'none'}. Choose of these, such as --studies 01,02."
        )
    return [there[one] for one in dict.fromkeys(asked)]


@click.command(short_help="A notebook of your own, which nothing overwrites.", epilog=COPY_EXAMPLES)
@click.argument("notebook", type=Number())
@click.argument("folder", metavar="NAME|DIR")
def copy(notebook: str, folder: str) -> None:
    """Copy a notebook to go on with it alone.

    A NAME becomes a folder beside the notebooks; with a slash it is any folder. The copy says which
    version it was made from. `workbench run` and updates never touch it; nothing is overwritten.
    """
    from workbench.report.course.copies import own_copy  # noqa: PLC0415

    if folder == TAKEN:
        raise ReportError(
            f"copy: expected a name of your own, got {TAKEN}, which is a folder of the project. "
            "Choose another, such as mine."
        )
    bare = Path(folder).name == folder and folder not in (".", "..", "~")
    target = notebook_folder() / folder if bare else Path(folder).expanduser().absolute()
    (source,) = (path for path in notebook_paths() if number(path) == notebook)
    click.echo(f"Your copy: {own_copy(source, folder=target)}")


@click.command(short_help="Run and mark the notebooks that were handed in.", epilog=GRADE_EXAMPLES)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=900,
    show_default=True,
    help="Seconds that one notebook may take.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="New folder for the results; DIR-graded otherwise.",
)
def grade(folder: Path, timeout: float, out: Path | None) -> None:
    """Run every notebook in DIR by itself, and write grades.csv with a feedback page each.

    Each runs in a process and a temporary folder of its own, with copies of the public data sets
    that are loaded; yours are not among them. What a check printed is compared again. A notebook
    that is broken, never ends or prints without end gets its row and a sentence like any other.
    """
    from workbench.report.course.grading import grade as run  # noqa: PLC0415
    from workbench.report.course.submission import original  # noqa: PLC0415

    place = folder.expanduser().absolute()
    done = run(
        place,
        [original(path) for path in notebook_paths()],
        out=(out or place.with_name(f"{place.name}-graded")).expanduser().absolute(),
        timeout=timeout,
        datasets=_public(),
        tell=lambda line: click.echo(line, err=True),
    )
    few = "notebook" if done.submissions == 1 else "notebooks"
    click.echo(f"{done.submissions:,} {few}; open {done.folder / 'grades.csv'}")
    if done.problems:
        click.echo(f"Not read or not run to the end: {done.problems:,}; the rows say why.")
    if done.without_id:
        which = ", ".join(map(str, done.without_id))
        click.echo(f"Without the id of a copy, counted in the order of the files: {which}.")


def _public() -> list[str]:
    """The loaded data sets that everybody can have; those that come with the workbench for sure."""
    from workbench import data  # noqa: PLC0415
    from workbench.cli.running import bring_up_to_date  # noqa: PLC0415

    bring_up_to_date(list(data.catalogue()))
    public = {*data.catalogue(), *data.downloads()}
    return [name for name in data.names() if name in public]
