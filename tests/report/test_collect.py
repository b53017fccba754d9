"""Findings and files out of executed notebooks."""

from __future__ import annotations

import base64

import authored
import executed
import pytest
from nbformat.v4 import new_markdown_cell, new_output

from workbench.errors import ReportError
from workbench.report.collect import About, about, collect
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
