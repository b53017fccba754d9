"""The page that a student gets back: what is right, what helps, and the own words beside points."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workbench.report.course.marks import NO_ANSWER, RIGHT, Mark
from workbench.report.course.submission import Submission
from workbench.report.page import shell

MOST_POINTS = 2
SCROLL = '<div class="scroll" role="region" tabindex="0" aria-label="{label}">{table}</div>'


def page(given: Submission, found: Sequence[Mark]) -> str:
    """
    The feedback on one submission: one offline page; what the student wrote is text on it.

    Prompts stand beside what was written, with room for points; the table of grades has the rows.
    """
    name = given.original.name if given.original else "no notebook of this course"
    title = f"Feedback: {given.student or f'submission {given.number}'}, {name.replace('_', ' ')}"
    body = f"<h1>{escape(title)}</h1><p>{escape(_in_short(given, found))}</p>"
    if given.content is not None:
        body += _checks(found) + _words(given)
    return shell(title=title, main_html=body, home="")


def _in_short(given: Submission, found: Sequence[Mark]) -> str:
    """The first sentence: what went well comes first."""
    if given.content is None:
        return given.problem
    right, total = sum(mark.state == RIGHT for mark in found), len(found)
    if right == total:
        return f"All {total} exercises are right. Well done."
    few = "exercise is" if right == 1 else "exercises are"
    open_ones = ", ".join(mark.exercise for mark in found if mark.state != RIGHT)
    start = f"{right} of {total} {few} right. " if right else "None is right so far. "
    return f"{start}Below each of the others stands what may help: {open_ones}."


def _checks(found: Sequence[Mark]) -> str:
    head = ("Exercise", "How it went", "Your answer", "What may help")
    body = "".join(
        f'<tr><th scope="row">{escape(mark.exercise)}</th><td>{escape(mark.state)}</td>'
        f"<td>{escape(mark.answer or '–')}</td>"
        f'<td class="prose">{escape(mark.note or "–")}</td></tr>'
        for mark in found
    )
    return f"<h2>Checked by the program</h2>{_table('Exercises', head, body)}"


def _words(given: Submission) -> str:
    """What was asked, what was written, and room for points."""
    assert given.original is not None
    if not given.original.prompts:
        return ""
    head = ("Asked", "Written", f"Points, 0 to {MOST_POINTS}")
    body = "".join(
        f'<tr><th scope="row" class="prose">{_paragraphs(prompt.asked.replace("**", ""))}</th>'
        f'<td class="long">{_paragraphs(given.words[prompt.cell] or NO_ANSWER)}</td>'
        f'<td class="figures">____ of {MOST_POINTS}</td></tr>'
        for prompt in given.original.prompts
    )
    return f"<h2>In your own words</h2>{_table('Own words', head, body)}"


def _paragraphs(text: str) -> str:
    """Text as escaped paragraphs: nothing in it is markup."""
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    return "<br><br>".join(map(escape, parts))


def _table(label: str, head: Sequence[str], body: str) -> str:
    heads = "".join(f'<th scope="col">{escape(one)}</th>' for one in head)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return SCROLL.format(label=escape(label), table=table)
