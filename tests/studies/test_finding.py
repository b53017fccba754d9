"""A finding as the ledger and the page keep it."""

import json

import pytest

from workbench.studies.finding import LEDGER, MIME, Finding

FINDING = Finding(
    hyp_id="H1.1", claim_ids="C15 C25", study="01", dataset_id="club", is_simulated=False,
    grade="C", prespecified=False, estimand="what exactly", scale="risk difference",
    estimate=0.01, se=0.02, ci_low=-0.03, ci_high=0.05, p=0.6, family="club: exploratory",
    sesoi=0.02, n=100, clusters=None, verdict="exploratory: unclear", config_hash="c",
    code_commit="d", community="Ann & <Bob>", answer="<i>Ten</i> more.", trust="Little.",
    change="More people.", technical="n < 5", unavailable=("calibration", "specification curve"),
)  # fmt: skip


def test_json_and_back():
    """A finding survives the way through the notebook's JSON unchanged."""
    row = json.loads(json.dumps(FINDING.to_json()))

    assert Finding.from_json(row) == FINDING


def test_json_with_unknown_keys():
    """Keys that are no field are left out; a missing field is the caller's mistake."""
    row = FINDING.to_json()

    assert Finding.from_json({**row, "weather": "fine"}) == FINDING
    del row["verdict"]
    with pytest.raises(TypeError, match="verdict"):
        Finding.from_json(row)


def test_ledger_row_has_the_columns_in_order():
    """The ledger has 29 columns; what was not computed is None and the sentences stay out."""
    row = FINDING.ledger_row()

    assert tuple(row) == LEDGER
    assert len(LEDGER) == len(set(LEDGER)) == 29
    assert row["p_holm"] is None
    assert row["estimate"] == 0.01
    assert "answer" not in row


def test_html_escapes_and_says_all():
    """Names and sentences are text; the leads of the paragraphs stand before them."""
    bundle = FINDING._repr_mimebundle_()
    page = bundle["text/html"]

    assert set(bundle) == {"text/plain", "text/html", MIME}
    assert "H1.1 · Ann &amp; &lt;Bob&gt;: exploratory: unclear" in page
    assert "<p>&lt;i&gt;Ten&lt;/i&gt; more.</p>" in page
    assert "<strong>How far to trust it.</strong> Little." in page
    assert "<strong>What would change it.</strong> More people." in page
    assert "n &lt; 5" in page
    assert bundle["text/plain"].startswith("H1.1 Ann & <Bob>: exploratory: unclear\n")
