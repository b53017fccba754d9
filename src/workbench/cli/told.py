"""What a load did, in words for somebody who wants to know where her rows went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.data import LoadReport

THREAD_IDS = {"post": "post ids", "topic": "topic numbers"}
PLACEHOLDER = "author_called"  # in the notes of `data.placeholders`


def said(report: LoadReport) -> str:
    """What a load did, for somebody who wants to know where her rows went."""
    lines = [f"{report.title}: {'unchanged, nothing was read' if report.unchanged else 'loaded'}"]
    for table, count in report.counts.items():
        if count["read"]:
            lines.append(
                f"  {table}: {count['read']:,} read = {count['kept']:,} kept "
                f"+ {count['quarantined']:,} set aside"
            )
    for table, reasons in report.quarantine.items():
        lines += [f"    {table}, {reason}: {rows:,}" for reason, rows in reasons.items()]
    lines += change_lines(report.changes, report.replaced_because)
    lines += thread_line(report.cleaning, report.counts, report.quarantine)
    lines += note_lines(report.notes)
    lines += rule_lines(report.rules)
    only = f" --datasets {report.name}" if report.is_simulated else ""
    lines.append(
        f"Look closer: workbench check {report.name}   Make the pages: workbench run{only}"
    )
    return "\n".join(lines)


def change_lines(changes: Mapping[str, Mapping[str, int]], because: str) -> list[str]:
    """What became of the rows of earlier exports, or why they are not there any more."""
    lines = [f"  earlier exports are not merged in, because {because}"] if because else []
    for table, counts in changes.items():
        told = [f"{count:,} {what.replace('_', ' ')}" for what, count in counts.items() if count]
        if told:
            lines.append(f"  {table}, beside what was stored: {', '.join(told)}")
    return lines


def thread_line(
    cleaning: Mapping[str, Any],
    counts: Mapping[str, Mapping[str, int]],
    quarantine: Mapping[str, Mapping[str, int]],
) -> list[str]:
    """What thread ids were taken for, and what to try where that made replies come too early."""
    if not counts["posts"]["kept"]:
        return []
    found, asked = cleaning["thread_ids_found"], cleaning["thread_ids"]
    line = f"  thread ids read as: {THREAD_IDS.get(found, found)}"
    early = quarantine.get("posts", {}).get("dated before its thread opened", 0)
    if early and asked == "detect" and found == "post":
        line += f" ({early:,} posts are older than the post so named: try --thread-ids topic)"
    return [line]


def note_lines(notes: Mapping[str, int]) -> list[str]:
    """What was repaired or is worth knowing, one line each."""
    lines = []
    for what, count in notes.items():
        cure = " (if that is nobody, add it to --deleted)" if PLACEHOLDER in what else ""
        lines += [f"  {what.replace('_', ' ')}: {count:,}{cure}"] if count else []
    return lines


def rule_lines(rules: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The rules of cleaning that met rows, each with its choice, as `--rule` takes it."""
    met = [f"{name}={one['choice']} {one['rows']:,}" for name, one in rules.items() if one["rows"]]
    return [f"  rules that met rows (docs/cleaning.md): {', '.join(met)}"] if met else []
