"""How far to trust an answer, and what would change it: the sentences below the answer."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.studies.answers import scale

GRADES = {
    "A": "People were put into groups at random, so the difference can be put down to the answer.",
    "B": "Something outside people's choice decided who was answered; the difference is evidence "
    "of what the answer does, as far as that holds.",
    "C": "People were compared with others who look alike in what the record shows; what it does "
    "not show, such as how keen somebody was, may explain the difference.",
    "D": "This describes what was seen; it compares nobody with anybody.",
}

STANDINGS = {
    "fixed": "The hypothesis was written, in these words, before the data were first loaded.",
    "secondary": "This is a secondary question, so the row is exploratory: it says which way the "
    "data lean and confirms nothing.",
    "looked at": "These data had been looked at when the hypothesis was written, so the row is "
    "exploratory: it says which way the data lean and confirms nothing.",
    "knobs": "The windows are not those of the hypothesis, so the row is exploratory: it says "
    "which way the data lean and confirms nothing.",
    "monitoring": "The data are not those of the first look, which holds the verdict, or were "
    "cleaned otherwise then: looking again until something shows would find something in the end. "
    "So the row shows the trend and carries no verdict.",
    "changed": "The hypothesis is not the one that stood when the data were first loaded, so the "
    "row is exploratory: it says which way the data lean and confirms nothing.",
}


PAUSES = (
    "How threads were made: a message within an hour of the one before it in its channel counts as "
    "a reply to it, whoever it was meant for, so that chance neighbours look like answers, and "
    "quick ones. Load again with --answers thread, and trust what holds in both."
)

CHECKS = {
    "calibration": "calibration (the method tried on communities whose truth is known, with what "
    "confounds them in sight)",
    "specification curve": "specification curve (all defensible variants side by side)",
    "negative control": "negative control (a check that should find nothing)",
}


def _explained(checks: Sequence[str]) -> str:
    return ", ".join(CHECKS.get(name, name) for name in checks)


def trust(
    name: str,
    *,
    grade: str,
    standing: str,
    detectable: float,
    exaggerated: bool,
    missing: Sequence[str],
    weak: Sequence[str],
    failed: Sequence[str],
    passed: Sequence[str],
    design: str | None = None,
) -> str:
    """
    How far to trust the answer: the design, the order of looking, the checks, the power.

    passed, failed : checks that were run. missing : checks that could not be run. weak : checks
    that were run and could not have found an effect of this size. exaggerated : an effect was found
    that these data would mostly miss. design : what was compared with what, where the hypothesis
    says it in words of its own.
    """
    step = scale(name).step(detectable)
    parts = [
        f"Design grade {grade} (A is best, D is weakest). {design or GRADES[grade]}",
        STANDINGS[standing],
    ]
    parts.append(
        f"The smallest effect these data could have shown four times out of five is {step}."
    )
    if exaggerated:
        parts.append("An effect found with so few is probably too large.")
    if passed:
        parts.append(f"Passed: {_explained(passed)}.")
    if failed:
        parts.append(f"Failed: {_explained(failed)}.")
    if weak:
        parts.append(
            f"Too weak to tell: {_explained(weak)}; it found nothing, but could have missed an "
            "effect of this size."
        )
    if missing:
        parts.append(
            f"Missing: {_explained(missing)}; so it cannot count as supported, whatever "
            "the numbers say."
        )
    return " ".join(parts)


def change(reasons: Sequence[str], *, against: str, needed: str | None) -> str:
    """What would change the answer: the people it takes, the rule against, what decided now."""
    parts = [needed] if needed else []
    parts.append(f"What would count against the claim was written down: {against}")
    parts.append(f"It stands where it does because {'; '.join(reasons)}.")
    return " ".join(parts)
