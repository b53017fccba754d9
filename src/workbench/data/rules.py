"""
The rules of cleaning: what was chosen for each, and how many rows each met.

`docs/cleaning.md` holds the table of them, and every load counts each of them in its manifest, the
ones that met no row too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from workbench.data._cleaning_rules import FLAG, KEEP, RULES, SET_ASIDE, Rule
from workbench.errors import DataError

__all__ = [
    "FLAG",
    "KEEP",
    "NAMES",
    "REASONS",
    "RULES",
    "SET_ASIDE",
    "Rule",
    "chosen",
    "counted",
    "recounted",
    "rule_of",
    "table",
    "untouched",
]

NAMES = tuple(rule.name for rule in RULES)
UNUSABLE, VANISHED = "unusable-rows", "vanished-posts"
# With which words a rule sets rows aside.
REASONS = {rule.name: rule.aside[0] for rule in RULES if rule.aside}


def chosen(given: Mapping[str, str]) -> dict[str, str]:
    """
    The choice of every rule: the given ones, and the first of each other; blanks may be hyphens.

    Raises
    ------
    DataError
        There is no such rule, or it has no such choice, or it is required.
    """
    if not isinstance(given, Mapping):
        raise DataError(
            f"rules: expected names of rules with a choice each, got {type(given).__name__}. "
            "Write them as zero-lag=set-aside."
        )
    asked = {_kebab(name): _kebab(choice) for name, choice in given.items()}
    unknown = [name for name in asked if name not in NAMES]
    if unknown:
        raise DataError(
            f"rules: expected names of rules, got {unknown[0]!r}; there are {', '.join(NAMES)}. "
            "Choose one of these."
        )
    for rule in RULES:
        _check(rule, asked.get(rule.name, rule.choices[0]))
    return {rule.name: asked.get(rule.name, rule.choices[0]) for rule in RULES}


def _kebab(word: object) -> str:
    return str(word).strip().lower().replace(" ", "-")


def _check(rule: Rule, choice: str) -> None:
    if choice in rule.choices:
        return
    listed = " or ".join(rule.choices)
    if len(rule.choices) == 1:
        raise DataError(
            f"rule {rule.name}: expected {listed}, got {choice!r}. It cannot be switched off: "
            f"{rule.required}."
        )
    raise DataError(f"rule {rule.name}: expected {listed}, got {choice!r}. Choose one of these.")


def rule_of(reason: str) -> str:
    """The rule that sets rows aside for this reason; `unusable-rows` where it is a reader's own."""
    named = (rule.name for rule in RULES if rule.aside and reason.endswith(rule.aside))
    return next(named, UNUSABLE)


def counted(
    choices: Mapping[str, str], quarantine: pl.DataFrame, met: Mapping[str, int]
) -> dict[str, dict[str, Any]]:
    """
    For every rule its `choice` and `rows`: those it set aside, and those that it `met` and kept.

    `quarantine` has a `reason` in each row. Rows of all tables count.
    """
    rows = dict.fromkeys(NAMES, 0)
    for reason, number in quarantine.group_by("reason").len().iter_rows():
        rows[rule_of(reason)] += number
    for name, number in met.items():
        rows[name] += number
    return {name: {"choice": choices[name], "rows": rows[name]} for name in NAMES}


def recounted(
    met: Mapping[str, Mapping[str, Any]], posts: pl.DataFrame
) -> dict[str, dict[str, Any]]:
    """The same counts for merged exports, whose `posts` alone tell which of them have vanished."""
    vanished = {"rows": int(posts["is_gone"].sum())}
    return {name: {**one, **(vanished if name == VANISHED else {})} for name, one in met.items()}


def untouched() -> dict[str, dict[str, Any]]:
    """The same for tables that were made and not read, so that no rule met a row."""
    return {rule.name: {"choice": rule.choices[0], "rows": 0} for rule in RULES}


def table() -> str:
    """All rules as a table in Markdown."""
    lines = ["| rule | what it does | why | choices |", "| --- | --- | --- | --- |"]
    for rule in RULES:
        first, *others = (f"`{choice}`" for choice in rule.choices)
        also = f", {', '.join(others)}" if others else f"; required: {rule.required}"
        lines.append(f"| `{rule.name}` | {rule.says} | {rule.reason} | {first}{also} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
