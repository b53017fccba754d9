"""Findings as a page shows them: the box beside each result, and the answer on top.

Works on the JSON of findings as it stands in an executed notebook, so that a page can be made
without running or importing a study.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

FINDING = "application/vnd.workbench.finding+json"

# The first beginning that fits gives the chip's look; the sign says the same without colour.
_LOOKS = (
    ("supported", "for", "✓"),
    ("recovered", "for", "✓"),
    ("not ", "against", "✕"),
    ("exploratory: leans towards", "for leaning", "↗"),
    ("exploratory: leans against", "against leaning", "↘"),
)
_OTHER = ("open", "?")


def findings_in(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The findings among the outputs of an executed notebook, in order."""
    return [
        dict(output["data"][FINDING])
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if FINDING in output.get("data", {})
    ]


def chip(verdict: str) -> str:
    """The verdict as a small label: its words, a sign, and a colour."""
    # "not enough data" is no verdict against anything, though it begins like one.
    decided = not verdict.startswith("not enough data")
    look, sign = next(
        ((look, sign) for start, look, sign in _LOOKS if decided and verdict.startswith(start)),
        _OTHER,
    )
    mark = f'<span aria-hidden="true">{sign}</span>'
    return f'<span class="chip {look}">{mark} {escape(verdict)}</span>'


def _plain(row: Mapping[str, Any]) -> str:
    text = str(row.get("answer") or "")
    return f'<p class="plain">{escape(text)}</p>' if text else ""


def _reasons(row: Mapping[str, Any]) -> str:
    parts = (
        ("How far to trust it.", row.get("trust"), "trust"),
        ("What would change it.", row.get("change"), "change"),
    )
    return "".join(
        f'<p class="{kind}"><strong>{lead}</strong> {escape(text)}</p>'
        for lead, text, kind in parts
        if text
    )


def box(row: Mapping[str, Any]) -> str:
    """
    One finding where the notebook shows it: verdict and answer, the rest folded.

    The same cautions come with every row of a page, and would drown the answers if all stood open.
    """
    name = escape(f"{row.get('hyp_id', '')} · {row.get('community', '')}".strip(" ·"))
    technical = escape(str(row.get("technical") or ""))
    folded = _reasons(row) + (f'<p class="technical">{technical}</p>' if technical else "")
    summary = "How far to trust it, what would change it, the technical line"
    return (
        f'<div class="finding"><p class="verdict"><b>{name}</b> {chip(str(row.get("verdict", "")))}'
        f"</p>{_plain(row)}"
        + (f"<details><summary>{summary}</summary>{folded}</details>" if folded else "")
        + "</div>"
    )


def answer_box(rows: Sequence[Mapping[str, Any]]) -> str:
    """
    The section on top of a page: one answer a community, from the rows marked `primary`.

    Empty where no row is primary. The element of class `lead` is where the lead figure goes.
    """
    primary = [row for row in rows if row.get("primary")]
    if not primary:
        return ""
    parts, question = [], ""
    for row in primary:
        if row.get("question") and row["question"] != question:
            question = row["question"]
            parts.append(f'<p class="question">{escape(question)}</p>')
        parts.append(
            f'<div class="community"><h3>{escape(str(row.get("community") or row["hyp_id"]))} '
            f"{chip(str(row.get('verdict', '')))}</h3>{_plain(row)}{_reasons(row)}</div>"
        )
    lines = "".join(
        f"<dt>{escape(str(row.get('community') or row['hyp_id']))}</dt>"
        f"<dd>{escape(row['technical'])}</dd>"
        for row in primary
        if row.get("technical")
    )
    technical = f"<details><summary>Technical lines</summary><dl>{lines}</dl></details>"
    return (
        '<section class="answer" aria-labelledby="answer"><h2 id="answer">The answer</h2>'
        f'{"".join(parts)}<div class="lead"></div>{technical if lines else ""}</section>'
    )
