"""Findings as a page shows them: the box beside each result, and the answer on top.

Works on the JSON of findings as it stands in an executed notebook, so that a page can be made
without running or importing a study.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
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

# What a finding says beside its answer, and its key.
REASONS = (("How far to trust it.", "trust"), ("What would change it.", "change"))

Groups = Mapping[str, Sequence[Mapping[str, Any]]]


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
    return "".join(
        f'<p class="{kind}"><strong>{lead}</strong> {escape(row[kind])}</p>'
        for lead, kind in REASONS
        if row.get(kind)
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


def in_order(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """
    Findings by study and hypothesis, whatever the order in which they were shown.

    H1.2 comes before H1.10; communities stay as they came.
    """
    return sorted(rows, key=lambda row: (str(row.get("study")), _numbers(row["hyp_id"])))


def _numbers(name: str) -> list[tuple[int, str]]:
    parts = re.findall(r"\d+|\D+", name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def by_question(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The rows marked `primary` by their question, in order."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in in_order(row for row in rows if row.get("primary")):
        groups.setdefault(str(row.get("question") or ""), []).append(row)
    return groups


def answer_box(rows: Sequence[Mapping[str, Any]]) -> str:
    """
    The section on top of a page: question, verdict and answer, from the rows marked `primary`.

    What holds for all of them is said once below; the technical lines are folded. Empty where no
    row is primary. The element of class `lead`, after the first question, is where the lead figure
    goes.
    """
    groups = by_question(rows)
    if not groups:
        return ""
    first, *others = (_answers(question, group) for question, group in groups.items())
    lines = "".join(
        f"<dt>{_who(row, groups)}</dt><dd>{escape(row['technical'])}</dd>"
        for group in groups.values()
        for row in group
        if row.get("technical")
    )
    technical = f"<details><summary>Technical lines</summary><dl>{lines}</dl></details>"
    return (
        '<section class="answer" aria-labelledby="answer"><h2 id="answer">The answer</h2>'
        f'{first}<div class="lead"></div>{"".join(others)}{_cautions(groups)}'
        f"{technical if lines else ''}</section>"
    )


def _answers(question: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """One question and its answer in each community."""
    answers = "".join(
        f'<div class="community"><h3>{escape(_community(row))} '
        f"{chip(str(row.get('verdict', '')))}</h3>{_plain(row)}</div>"
        for row in rows
    )
    return (f'<p class="question">{escape(question)}</p>' if question else "") + answers


def _community(row: Mapping[str, Any]) -> str:
    return str(row.get("community") or row["hyp_id"])


def _who(row: Mapping[str, Any], groups: Groups) -> str:
    """The community's name; with two questions, which of them is meant."""
    return escape(f"{_community(row)}, {row['hyp_id']}" if len(groups) > 1 else _community(row))


def sentences(text: str) -> list[str]:
    """The sentences of a text: each ends with a mark, and a capital follows."""
    return re.split(r"(?<=[.!?”])\s+(?=[“\[]?[^\W\d_a-z])", text.strip()) if text.strip() else []


def _shared(texts: Sequence[Sequence[str]]) -> list[str]:
    return [text for text in texts[0] if all(text in one for one in texts)]


def _without(text: Sequence[str], taken: Sequence[str]) -> list[str]:
    return [sentence for sentence in text if sentence not in taken]


def _cautions(groups: Groups) -> str:
    """Both reasons; what all rows share, or all of one question, is said once."""
    parts = []
    for lead, kind in REASONS:
        said = {
            question: [sentences(str(row.get(kind) or "")) for row in rows]
            for question, rows in groups.items()
        }
        if not any(any(texts) for texts in said.values()):
            continue
        everywhere = _shared([one for texts in said.values() for one in texts])
        words = "".join(f" {escape(text)}" for text in everywhere)
        parts.append(f'<p class="{kind}"><strong>{lead}</strong>{words}</p>')
        parts += [
            _own(question if len(groups) > 1 else "", groups[question], texts, everywhere)
            for question, texts in said.items()
        ]
    return f'<div class="cautions">{"".join(parts)}</div>' if parts else ""


def _own(
    question: str,
    rows: Sequence[Mapping[str, Any]],
    texts: Sequence[Sequence[str]],
    everywhere: Sequence[str],
) -> str:
    """What is said of one question, and of each community in it; empty where nothing is."""
    left = [_without(text, everywhere) for text in texts]
    common = _shared(left) if question and len(rows) > 1 else []
    items = "".join(
        f"<dt>{escape(_community(row))}</dt><dd>{escape(' '.join(own))}</dd>"
        for row, text in zip(rows, left, strict=True)
        if (own := _without(text, common))
    )
    head = f"<p><strong>{escape(question)}</strong> {escape(' '.join(common))}</p>"
    listed = f"<dl>{items}</dl>" if items else ""
    return f'<div class="of">{head}{listed}</div>' if question and any(left) else listed
