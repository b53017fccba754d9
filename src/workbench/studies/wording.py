"""Which verbs a design has earned: sentences that claim a cause, held against the design grade.

A randomised experiment (grade A) may say that something raises something; a quasi-experiment (B)
that there is evidence of it; other designs may not. Questions, quotations, and sentences that say
what may, would or cannot be so are no claims.
"""

from __future__ import annotations

import re

from workbench.errors import StudyError

GRADES = ("A", "B", "C", "D")

# Stems of verbs that state a cause, and the phrases that do the same without a verb.
_VERBS = (
    r"caus(?:e|es|ed|ing)", r"(?:lead|leads|led|leading) to", r"rais(?:e|es|ed|ing)",
    r"increas(?:es|ed|ing) the", r"decreas(?:es|ed|ing) the", r"reduc(?:e|es|ed|ing)",
    r"improv(?:e|es|ed|ing)", r"boost(?:s|ed|ing)?", r"driv(?:es|ing)|drove|driven by",
    r"(?:bring|brings|brought|bringing) (?:about|back|newcomers|people|them)",
    r"(?:make|makes|made|making) (?:newcomers|people|users|members|them) \w+",
    r"(?:result|results|resulted|resulting) in", r"prevent(?:s|ed|ing)?", r"affect(?:s|ed|ing)?",
    r"influenc(?:e|es|ed|ing) (?:the|how|whether|what)", r"produc(?:es|ed|ing)",
    r"lower(?:s|ed|ing) the", r"promot(?:e|es|ed|ing)", r"hinder(?:s|ed|ing)?",
    r"enabl(?:e|es|ed|ing)", r"help(?:s|ed|ing)? (?:newcomers|people|them|to)",
    r"because of", r"due to", r"thanks to", r"(?:has|have|had) an? (?:\w+ )?effect",
)  # fmt: skip
_CAUSAL = re.compile(rf"\b(?:{'|'.join(_VERBS)})\b", re.IGNORECASE)
_OPEN = re.compile(
    r"\b(?:may|might|could|would|cannot|can't|not|no|nobody|nothing|never|neither|nor|without|"
    r"whether|if|suppose|imagine|should|claims?|claimed)\b",
    re.IGNORECASE,
)
_EVIDENCE = re.compile(r"\bevidence that\b", re.IGNORECASE)
_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"\n]*\"|`[^`]*`|```.*?```", re.DOTALL)
_SENTENCE = re.compile(r"[^.!?:;\n]+(?:\n(?!\n)[^.!?:;\n]+)*[.!?:;]?")


def beyond_grade(text: str, grade: str) -> list[str]:
    """
    The sentences of `text` that claim a cause which a design of this grade has not earned.

    Raises
    ------
    StudyError
        The grade is none of A, B, C, D.
    """
    if grade not in GRADES:
        raise StudyError(
            f"wording: expected a design grade among {', '.join(GRADES)}, got {grade!r}. "
            "Mend the hypothesis."
        )
    if grade == "A":
        return []
    plain = _QUOTED.sub(" ", text)
    sentences = (" ".join(found.group().split()) for found in _SENTENCE.finditer(plain))
    return [one for one in sentences if _claims_a_cause(one, grade)]


def _claims_a_cause(sentence: str, grade: str) -> bool:
    if not _CAUSAL.search(sentence) or sentence.endswith("?") or _OPEN.search(sentence):
        return False
    return not (grade == "B" and _EVIDENCE.search(sentence))
