"""A finding: one hypothesis in one community, as the ledger keeps it."""

from __future__ import annotations

import html
from dataclasses import asdict, dataclass, field, fields
from typing import Any

MIME = "application/vnd.workbench.finding+json"

LEDGER = (
    "hyp_id", "claim_ids", "study", "dataset_id", "is_simulated", "grade", "prespecified",
    "estimand", "scale", "estimate", "se", "ci_low", "ci_high", "p", "family", "p_holm", "q_bh",
    "sesoi", "tost_p", "evalue_point", "evalue_ci", "spec_share_same_sign", "negcontrol_p",
    "n", "clusters", "verdict", "config_hash", "code_commit", "look",
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """
    One row of the ledger with the sentences that explain it.

    The ledger fields are those of `LEDGER`; `estimate`, `se`, `ci_low`, `ci_high` and `sesoi` share
    the unit named by `scale`. A value that was not computed is None, never zero.
    `detectable` is the smallest effect that these data could have shown at 80 % power.
    `primary` marks the finding that answers the study's question for its community. `look` is
    `first` for the data that a community was first loaded with, `later` for others, and empty where
    no look was noted, as for simulated data.
    """

    hyp_id: str
    claim_ids: str
    study: str
    dataset_id: str
    is_simulated: bool
    grade: str
    prespecified: bool
    estimand: str
    scale: str
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    family: str
    sesoi: float | None
    n: int
    clusters: int | None
    verdict: str
    config_hash: str
    code_commit: str
    look: str = ""
    p_holm: float | None = None
    q_bh: float | None = None
    tost_p: float | None = None
    evalue_point: float | None = None
    evalue_ci: float | None = None
    spec_share_same_sign: float | None = None
    negcontrol_p: float | None = None
    # What the page says; not in the ledger.
    community: str = ""
    question: str = ""
    answer: str = ""
    trust: str = ""
    change: str = ""
    technical: str = ""
    detectable: float | None = None
    null_value: float = 0.0
    primary: bool = False
    unavailable: tuple[str, ...] = field(default_factory=tuple)

    def ledger_row(self) -> dict[str, Any]:
        """The ledger's columns, in order."""
        return {name: getattr(self, name) for name in LEDGER}

    def to_json(self) -> dict[str, Any]:
        """All fields as plain JSON values."""
        return {**asdict(self), "unavailable": list(self.unavailable)}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Finding:
        """Rebuild a finding from `to_json`; keys that are no field of a finding are left out."""
        known = {f.name for f in fields(cls)}
        values = {name: value for name, value in row.items() if name in known}
        return cls(**{**values, "unavailable": tuple(values.get("unavailable", ()))})

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        parts = [("", self.answer), ("How far to trust it. ", self.trust)]
        parts += [("What would change it. ", self.change)]
        body = "".join(
            f"<p>{f'<strong>{lead.strip()}</strong> ' if lead else ''}{html.escape(text)}</p>"
            for lead, text in parts
            if text
        )
        title = html.escape(f"{self.hyp_id} · {self.community}: {self.verdict}")
        verdict = f'<p class="verdict">{title}</p>'
        technical = f'<p class="technical">{html.escape(self.technical)}</p>'
        return {
            "text/plain": f"{self.hyp_id} {self.community}: {self.verdict}\n{self.answer}",
            "text/html": f'<div class="finding">{verdict}{body}{technical}</div>',
            MIME: self.to_json(),
        }
