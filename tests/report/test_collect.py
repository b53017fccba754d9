"""Findings, files and the ledger out of executed notebooks."""

from __future__ import annotations

import base64
import csv
import random

import authored
import executed
import pytest
from nbformat.v4 import new_markdown_cell, new_output

from workbench.errors import ReportError
from workbench.report.collect import About, about, adjusted, collect, write_ledger
from workbench.studies.finding import LEDGER, MIME
from workbench.studies.present import FIGURE_MIME, TABLE_MIME


def row(**changes: object) -> dict[str, object]:
    """A finding as a page keeps it."""
    return executed.finding(**changes).to_json()


def table(name: str, csv_text: str = "a\n1\n"):
    """An output with a table."""
    about_table = {"name": name, "caption": "c", "csv": csv_text}
    return new_output("display_data", data={"text/html": "<table/>", TABLE_MIME: about_table})


def figure(name: str, png: str = authored.PIXEL):
    """An output with a figure."""
    data = {"image/png": png, FIGURE_MIME: {"name": name, "caption": "c", "alt": "a"}}
    return new_output("display_data", data=data)


def page(*outputs):
    """An executed notebook with these outputs in its second cell."""
    return executed.notebook(new_markdown_cell("# Title"), executed.code("1", *outputs))


def test_everything_that_was_shown_is_collected():
    """Three findings, two figures and two tables of a page, as the objects made them."""
    got = collect(executed.everything(), page="rich")

    assert [f["hyp_id"] for f in got.findings] == ["H1.1", "H1.2", "H1.1"]
    assert sorted(got.files) == ["other.png", "tags.csv", "waiting.png", "wide.csv"]
    assert got.files["other.png"].startswith(b"\x89PNG")
    assert got.files["tags.csv"] == b"tag,threads\n<script>alert(2)</script>,1200\npython,31\n"


def test_a_figure_and_a_table_may_share_a_name():
    """Their files differ in the ending."""
    got = collect(page(table("waits"), figure("waits")), page="p")
    assert got.files == {"waits.csv": b"a\n1\n", "waits.png": base64.b64decode(authored.PIXEL)}


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        (
            [table("t"), table("t")],
            "p, cell 2: expected a new name, got a second table called 't'. Rename one.",
        ),
        (
            [figure("f"), figure("f")],
            "p, cell 2: expected a new name, got a second figure called 'f'. Rename one.",
        ),
        (
            [table("../index")],
            "p, cell 2: expected a name of small letters, digits, - and _, got '../index'. "
            "Rename it.",
        ),
        (
            [figure("f", png="")],
            "p, cell 2: expected a PNG with the figure, got none. Show it as a Figure.",
        ),
        (
            [new_output("display_data", data={MIME: {"hyp_id": "H1"}})],
            "p, cell 2: expected a finding with all ledger columns, got one without "
            + ", ".join(LEDGER[1:])
            + ". Make it with workbench.studies.finding.Finding.",
        ),
        *(
            (
                [new_output("display_data", data={MIME: {**row(), "ci_low": value}})],
                "p, cell 2: ci_low of H1.1 is not a number. Use None for what was not computed.",
            )
            for value in (float("nan"), "nan", True)
        ),
    ],
)
def test_what_cannot_be_kept_is_refused(outputs, message):
    """Two of one name, unsafe names, empty pictures and findings without numbers are errors."""
    with pytest.raises(ReportError) as caught:
        collect(page(*outputs), page="p")
    assert str(caught.value) == message


def test_about_reads_heading_and_metadata():
    """Title from the first heading; reading time and part from the metadata, else by name."""
    plain = page()
    given = executed.notebook(new_markdown_cell("No heading\n\n## Second"))
    given.metadata["workbench"] = {"minutes": 30, "part": "data"}

    assert about(plain, slug="01_a") == About("Title", None, "learn")
    assert about(plain, slug="A2_checks") == About("Title", None, "check")
    assert about(given, slug="00_own") == About("00_own", 30, "data")


def test_p_values_are_adjusted_by_hand():
    """Holm for what was specified beforehand, Benjamini-Hochberg for the rest, per data set."""
    confirmatory = {"dataset_id": "a", "family": "confirmatory", "prespecified": True}
    rows = [
        row(**confirmatory, hyp_id="H1", p=0.01),
        row(**confirmatory, hyp_id="H2", p=0.03),
        row(**confirmatory, hyp_id="H3", p=None),
        row(**{**confirmatory, "prespecified": False}, hyp_id="H4", p=0.02),
        row(**{**confirmatory, "family": "exploratory"}, hyp_id="H5", p=0.01),
        row(**{**confirmatory, "family": "exploratory"}, hyp_id="H6", p=0.04),
        row(**{**confirmatory, "dataset_id": "b"}, hyp_id="H1", p=0.04),
    ]
    got = {(r["dataset_id"], r["hyp_id"]): (r["p_holm"], r["q_bh"]) for r in adjusted(rows)}

    # a, confirmatory: two tests, 0.01 * 2 = 0.02 and max(0.02, 0.03 * 1) = 0.03; H3 is no test.
    assert got["a", "H1"] == (pytest.approx(0.02), None)
    assert got["a", "H2"] == (pytest.approx(0.03), None)
    assert got["a", "H3"] == (None, None)
    # Not specified beforehand: never in Holm, and alone in its family.
    assert got["a", "H4"] == (None, pytest.approx(0.02))
    # a, exploratory: 0.01 * 2 / 1 = 0.02 and 0.04 * 2 / 2 = 0.04.
    assert got["a", "H5"] == (None, pytest.approx(0.02))
    assert got["a", "H6"] == (None, pytest.approx(0.04))
    # Another data set is another family.
    assert got["b", "H1"] == (pytest.approx(0.04), None)


def test_adjusting_keeps_verdicts_and_input():
    """The study's verdict and its rows stay as they were."""
    given = row(p_holm=0.5, verdict="supported")
    [got] = adjusted([given])
    assert got["verdict"] == "supported"
    assert got["p_holm"] == pytest.approx(0.21)  # one test: its own p
    assert given == row(p_holm=0.5, verdict="supported")


def test_a_finding_on_two_pages_counts_once_and_must_agree():
    """The same row twice is one row; two results of one question are an error."""
    other = row(hyp_id="H1.2", p=0.03)
    assert [r["p_holm"] for r in adjusted([row(p=0.5), other, other])] == [0.5, 0.06]
    with pytest.raises(ReportError) as caught:
        adjusted([other, {**other, "estimate": 0.9}])
    assert str(caught.value) == (
        "ledger: expected one result of H1.2 on garden (risk difference), got two that differ. "
        "Build all pages again with --force."
    )


@pytest.mark.parametrize("seed", range(5))
def test_ledger_is_the_same_whatever_the_order(tmp_path, seed):
    """The columns are the ledger's, rows are sorted, and the order of pages does not matter."""
    rows = [
        row(hyp_id=f"H{n}", dataset_id=name, p=n / 100, evalue_point=None)
        for n in range(1, 6)
        for name in ("b", "a")
    ]
    write_ledger(rows, tmp_path / "one.csv")
    random.Random(seed).shuffle(rows)
    write_ledger(rows, tmp_path / "two.csv")

    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    with (tmp_path / "one.csv").open(encoding="utf-8", newline="") as file:
        got = list(csv.DictReader(file))
    assert tuple(got[0]) == LEDGER
    assert [(r["hyp_id"], r["dataset_id"]) for r in got[:3]] == [
        ("H1", "a"),
        ("H1", "b"),
        ("H2", "a"),
    ]
    assert (got[0]["is_simulated"], got[0]["evalue_point"]) == ("false", "")


def test_numbers_keep_all_their_digits(tmp_path):
    """What is read back from the ledger equals what was found; a comma in a verdict is quoted."""
    write_ledger([row(estimate=0.1 + 0.2, verdict="so, so", n=10**9)], tmp_path / "ledger.csv")
    with (tmp_path / "ledger.csv").open(encoding="utf-8", newline="") as file:
        [got] = list(csv.DictReader(file))
    assert float(got["estimate"]) == 0.1 + 0.2
    assert (got["verdict"], got["n"]) == ("so, so", "1000000000")


def test_ledger_without_findings_has_its_header(tmp_path):
    """No finding is an empty table, not a missing one."""
    write_ledger([], tmp_path / "ledger.csv")
    assert (tmp_path / "ledger.csv").read_text(encoding="utf-8") == ",".join(LEDGER) + "\n"
    assert [p.name for p in tmp_path.iterdir()] == ["ledger.csv"]
