"""What is loaded, what comes with the workbench, and what one data set can carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench import data
from workbench.cli.told import count_lines, note_lines, rule_lines, thread_line
from workbench.errors import DataError
from workbench.studies.carried import answerable, lacking_of
from workbench.studies.communities import missing
from workbench.studies.hypotheses import hypotheses


def listing() -> str:
    """Loaded data sets, embedded ones and those to fetch, with size, licence and citation."""
    loaded = data.names()
    lines = (
        ["Loaded:"] if loaded else ["Nothing is loaded yet; workbench run loads what is at hand."]
    )
    for name in loaded:
        try:
            community = data.open(name)
        except DataError as error:
            lines.append(f"  {name}: {error}")
            continue
        counts = community.manifest["counts"]
        rows = ", ".join(
            f"{c['kept']:,} {t}" for t, c in counts.items() if c["kept"] and t != "communities"
        )
        lines.append(f"  {name}: {community.title}; {rows}")
    lines.append("Embedded, load by name:")
    for entry in data.catalogue().values():
        lines += [
            f"  {entry.name}: {entry.title} ({entry.package} {entry.version}, {entry.licence})",
            f"    cite: {entry.citation}",
        ]
    return "\n".join(lines + _fetchable(loaded))


def _fetchable(loaded: Sequence[str]) -> list[str]:
    """Data sets of the catalogue of downloads: loaded, at hand, or how large they are."""
    lines = ["Fetched by workbench get, then loaded by name:"]
    there = data.at_hand()
    for name, about in data.downloads().items():
        state = "at hand" if there[name] else f"{about.bytes:,} bytes to fetch"
        if name in loaded:
            state = "loaded" if there[name] else "loaded; its files are not at hand"
        lines += [
            f"  {name}: {about.title} ({state}; {about.licence}; passing it on: "
            f"{about.permission})",
            f"    cite: {about.citation}",
        ]
    return lines


def checked(name: str) -> tuple[str, bool]:
    """What `workbench check` prints, and whether the data set is sound."""
    report = data.check(name)
    community = data.open(name)
    lines = [f"{report.title} ({name}): {'sound' if not report.problems else 'NOT sound'}"]
    lines += [f"  problem: {problem}" for problem in report.problems]
    about = community.manifest
    lines.append(f"  source {about['source']}; record {_window(about)}")
    if about["is_simulated"]:
        lines.append("  simulated: it shows what methods recover, and decides no claim")
    lines += count_lines(report.counts, report.quarantine)
    lines += thread_line(about["cleaning"], report.counts, report.quarantine)
    lines += note_lines(report.notes)
    lines += rule_lines(about.get("rules", {}))
    lines += _data_report(community) if not report.problems else []
    columns = {table: set(filled) for table, filled in report.columns.items()}
    # A damaged table is not read again.
    sound = not report.problems
    lacking = (
        lacking_of(community) if sound else {name: missing(columns, name) for name in hypotheses()}
    )
    people = community.people.height if sound else None
    lines += _questions(lacking, people)
    return "\n".join(lines), not report.problems


def _questions(lacking: Mapping[str, Sequence[str]], people: int | None) -> list[str]:
    """The questions that can be answered, a line each; the others together by what is lacking."""
    can, cannot = answerable(lacking)
    able = [name for name, lack in lacking.items() if not lack]
    few = [_too_few(people, hypotheses()[name].minimum_people) for name in able]
    lines = [f"  {said}{warning}" for said, warning in zip(can, few, strict=True)]
    return [
        "Questions it can answer:", *(lines or ["  none"]),
        *(["Questions it cannot answer:"] if cannot else []), *(f"  {line}" for line in cannot),
    ]  # fmt: skip


def _too_few(people: int | None, least: int) -> str:
    """Fewer people in all than a hypothesis asks for in each of two groups give no answer."""
    if people is None or people >= least:
        return ""
    who = "1 person is" if people == 1 else f"{people:,} people are"
    return f", but {who} fewer than the {least:,} it asks for"


def _data_report(community: data.Community) -> list[str]:
    """Days, gaps and clocks of the record; nothing where no post is in it."""
    from workbench.studies.profile import report_lines  # noqa: PLC0415 (figures cost seconds)

    return [f"  {line}" for line in report_lines(community)]


def _window(manifest: dict[str, object]) -> str:
    windows = manifest.get("observed", {})
    if not isinstance(windows, dict) or not windows:
        return "without dates"
    dated = [f"{w['from']} to {w['until']}" for w in windows.values() if w.get("from")]
    return "; ".join(dated) or "without dates"
