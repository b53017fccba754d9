"""The questions of the studies with their answers, side by side; then each community's answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from workbench.report.answer import by_question, chip, sentences
from workbench.report.listed import Page, link
from workbench.report.results import Finding, forests, interval, thumbnail, unit
from workbench.studies.hypotheses import Hypothesis, hypotheses
from workbench.studies.monitoring import LATER

# Study -> its subject. A study without one is called by its number.
SUBJECTS = {"01": "Feedback speed", "02": "Crowdsourcing outcomes", "03": "Information overload"}
# Headline hypothesis -> a data set that can answer it, and whether it must be fetched.
CARRIERS = {
    "H1.1": ("college-messages", False),
    "H1.3": ("college-messages", False),
    "H2.3b": ("delidata", True),
    "H2.4": ("crowd-bluebirds", True),
    "H3.1": ("college-messages", False),
}
# The first beginning that fits a verdict says what one data set says, and what several say.
TALLY = (
    ("supported", "says yes", "say yes"),
    ("exploratory: leans towards", "leans towards yes", "lean towards yes"),
    ("not supported", "says no", "say no"),
    ("exploratory: leans against", "leans towards no", "lean towards no"),
    ("not enough data", "has too few data", "have too few data"),
    ("exploratory: not enough data", "has too few data", "have too few data"),
    ("monitoring", "is only watched again", "are only watched again"),
    ("", "leaves it open", "leave it open"),
)
RULE = (
    "Where several communities answer, the sentence is that of the largest one (the most people, "
    "groups or things compared), whatever it says, and the count says how all of them lean."
)


def overview(pages: Sequence[Page], findings: Sequence[Finding]) -> str:
    """Each study with its questions, one answer each, how sure it is, and where to read on."""
    groups: dict[str, list[Hypothesis]] = {}
    for row in hypotheses().values():
        if row.fields.get("headline"):
            groups.setdefault(row.study, []).append(row)
    cards = "".join(_study(study, rows, pages, findings) for study, rows in groups.items())
    return f'<div class="studies">{cards}</div><p class="technical">{RULE}</p>'


def each_answer(pages: Sequence[Page], findings: Sequence[Finding]) -> str:
    """Every question with the answer of each community, folded; simulated ones answer nothing."""
    groups = by_question(row for row in findings if not row["is_simulated"])
    if not groups:
        simulated = any(row.get("primary") for row in findings)
        reason = ": no community other than simulated ones" if simulated else ""
        return f"<p>No question has been answered yet{reason}.</p>"
    titles = {page.slug: page for page in pages}
    return "".join(
        f'<details class="question"><summary>{escape(question)} '
        f'<span class="count">{_how_many(rows)}</span></summary>'
        f"{''.join(map(_answer, rows))}{forests(rows)}{_read_on(rows, titles.values())}</details>"
        for question, rows in groups.items()
    )


def _how_many(rows: Sequence[Finding]) -> str:
    return "1 data set" if len(rows) == 1 else f"{len(rows)} data sets"


def _answer(row: Finding) -> str:
    return (
        f"<p><strong>{escape(row['community'])}</strong> {chip(row['verdict'])}</p>"
        f"<p>{escape(row['answer'])}</p>"
        f'<p class="technical">{escape(unit(row))}: {interval(row)}, 95 % interval</p>'
    )


def _read_on(rows: Sequence[Finding], pages: Iterable[Page]) -> str:
    known = {str(row.get("page")) for row in rows}
    return "".join(f"<p>{link(page)}</p>" for page in pages if page.slug in known)


def _study(
    study: str, rows: Sequence[Hypothesis], pages: Sequence[Page], findings: Sequence[Finding]
) -> str:
    """One study as a card: its first question in full, the others in short."""
    real = [row for row in findings if not row["is_simulated"]]
    first, *others = rows
    subject = f"{study.lstrip('0')} · {SUBJECTS[study]}" if study in SUBJECTS else f"Study {study}"
    own = [page for page in pages if page.slug.startswith(f"{study}_")]
    parts = [
        f'<p class="subject">{escape(subject)}</p>',
        _question(first, real, own, in_full=True),
        *(_question(row, real, own, in_full=False) for row in others),
        *(f'<p class="more">{link(page)}</p>' for page in own if not page.missing),
    ]
    return f'<section class="study">{"".join(parts)}</section>'


def _question(
    hypothesis: Hypothesis, findings: Sequence[Finding], own: Sequence[Page], *, in_full: bool
) -> str:
    rows = [row for row in findings if row["hyp_id"] == hypothesis.id]
    head = f"<h3>{escape(hypothesis.question)}</h3>"
    if not rows:
        return head + f'<p class="lacking">{_lacking(hypothesis, own)}</p>'
    chosen = largest(rows)
    of = f", the largest of {len(rows)}" if len(rows) > 1 else ""
    parts = [
        f'<p class="tally">{escape(tally(rows))}</p>' if len(rows) > 1 else "",
        f'<p class="who"><b>{escape(chosen["community"])}</b>{of} {chip(chosen["verdict"])}</p>',
    ]
    if in_full:
        spoken = sentences(str(chosen["answer"]))
        parts.append(f'<p class="said">{escape(spoken[0] if spoken else "")}</p>')
        parts.append(thumbnail(rows, beside=chosen))
    return head + "".join(parts)


def largest(rows: Sequence[Finding]) -> Finding:
    """
    The finding that speaks for several communities: of the most people, whatever it says.

    One with an estimate comes before one without, a first look before a later one; of equals the
    first in the order of the page.
    """
    return max(
        rows,
        key=lambda row: (row["estimate"] is not None, row.get("look") != LATER, row["n"]),
    )


def tally(rows: Sequence[Finding]) -> str:
    """`Of 5 data sets 1 leans towards yes, 4 leave it open.`, always in the same order."""
    said = [
        next(words for start, *words in TALLY if str(row["verdict"]).startswith(start))
        for row in rows
    ]
    kinds = [words for _, *words in TALLY if words in said]
    distinct = [words for place, words in enumerate(kinds) if words not in kinds[:place]]
    counts = [(said.count(words), words) for words in distinct]
    parts = (f"{count} {one if count == 1 else several}" for count, (one, several) in counts)
    return f"Of {len(rows)} data sets {', '.join(parts)}."


def _lacking(hypothesis: Hypothesis, own: Sequence[Page]) -> str:
    """Why there is no answer, and what to type."""
    failed = [page for page in own if page.missing]
    if failed:
        return f"{link(failed[0])}, so this question is not answered here."
    number = f"<code>workbench run --study {escape(hypothesis.study)}</code>"
    if not own:
        return f"Its page has not been made. Type {number}."
    name, fetched = CARRIERS.get(hypothesis.id, ("", False))
    why = "No data set here that nobody simulated can answer this"
    if not name:
        return f"{why}. <code>workbench check NAME</code> says what one lacks."
    get = f"<code>workbench get {name}</code>, then " if fetched else ""
    return f"{why}; {name} can. Type {get}{number}."
