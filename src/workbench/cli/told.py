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
    if report.replaced_because:
        lines.insert(0, f"REPLACED: what was loaded as {report.name} before is not merged in, "
                     f"because {report.replaced_because}")  # fmt: skip
    lines += count_lines(report.counts, report.quarantine)
    lines += change_lines(report.changes)
    lines += thread_line(report.cleaning, report.counts, report.quarantine)
    lines += note_lines(report.notes)
    lines += rule_lines(report.rules)
    lines.append(
        f"Look closer: workbench check {report.name}   One page about it: workbench profile "
        f"{report.name}   The studies: workbench run --datasets {report.name}"
    )
    return "\n".join(lines)


def count_lines(
    counts: Mapping[str, Mapping[str, int]], quarantine: Mapping[str, Mapping[str, int]]
) -> list[str]:
    """Rows read, kept and set aside, table by table, with the reasons; none of a takedown."""
    from workbench.data.takedown import NOT_COUNTED, untold  # noqa: PLC0415 (polars takes long)

    shown, reasons = untold(counts, quarantine)
    lines = [
        f"  {table}: {count['read']:,} read = {count['kept']:,} kept "
        f"+ {count['quarantined']:,} set aside"
        for table, count in shown.items()
        if count["read"] or count["kept"]
    ]
    for table, why in reasons.items():
        lines += [f"    {table}, {reason}: {rows:,}" for reason, rows in why.items()]
    return [*lines, *([f"    {NOT_COUNTED}"] if shown != counts else [])]


def change_lines(changes: Mapping[str, Mapping[str, int]]) -> list[str]:
    """What became of the rows of earlier exports that this one was merged with."""
    lines = []
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
