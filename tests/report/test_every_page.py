"""Every page of a report, found by itself and opened offline: wide and narrow, light and dark."""

from __future__ import annotations

import os
from pathlib import Path

import executed
import pytest

from workbench.report.exporter import WorkbenchExporter
from workbench.report.folder import put_page
from workbench.report.front import write_front
from workbench.studies.hypotheses import hypotheses

pytestmark = pytest.mark.browser
# A folder of pages to look at in place of the small report made here; `make look` sets it.
LOOK = "WORKBENCH_LOOK"
LONG = "Quantum Computing, a Stack Exchange of people who ask and answer"
ANSWER = (
    "Among people who had not come back after 24 hours (3,421 of 3,900): of 100 who had been "
    "answered by then, about 5 more came back in the next 30 days than of 100 similar people; the "
    "data are compatible with anything from 3 to 8 more."
)
WORDS = ("exploratory: leans against (too small to matter)", "exploratory: unclear")


def findings(study: str) -> list[dict[str, object]]:
    """Invented findings on every hypothesis of a study, of a long and of a short name."""
    return [
        executed.finding(
            hyp_id=row.id, study=study, question=row.question, community=name, verdict=word,
            dataset_id=name, scale=row.scale, sesoi=row.sesoi, answer=ANSWER,
            primary=bool(row.fields.get("headline")),
        ).to_json()
        for row in hypotheses(study).values()
        for name, word in zip((LONG, "Club"), WORDS, strict=True)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def folder(rich, tmp_path_factory) -> Path:
    """The folder to look at: the one that was named, or a small report with one of everything."""
    if os.environ.get(LOOK):
        return Path(os.environ[LOOK])
    output = tmp_path_factory.mktemp("reports")
    (output / ".building").mkdir()
    (output / ".cache").mkdir()
    document, _ = WorkbenchExporter().from_notebook_node(rich, {"workbench": {"page": ""}})
    put_page(output, "01_page", document, {})
    known = {
        f"{study}_page": {
            "title": f"{study} · A question of this study?", "part": "study", "minutes": 45,
            "built": "2026-01-02", "findings": findings(study),
        }
        for study in dict.fromkeys(row.study for row in hypotheses().values())
    }  # fmt: skip
    write_front(output, known, failed=(), provenance=[("Versions", "1")], key="k")
    return output


def test_there_is_something_to_look_at(folder):
    """The folder has an index and the pages that are made with it."""
    assert {"index.html", "checks.html"} <= {path.name for path in folder.glob("*.html")}


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_clean(audit, folder, scheme, width):
    """No request, message, overflow, axe violation or undescribed image on any page found."""
    faults = {}
    for path in sorted(folder.rglob("*.html")):
        seen = audit(path, scheme, width)
        found = [*seen.requests, *seen.console, *dict.fromkeys(seen.violations)]
        found += [f"{seen.overflow} px too wide"] if seen.overflow else []
        found += [f"{seen.undescribed} images without words"] if seen.undescribed else []
        if found:
            faults[path.relative_to(folder).as_posix()] = found

    assert faults == {}


def test_three_answers_fit_one_screen(browser, folder):
    """At 1280 x 800 every card of the index ends above the fold, and nothing scrolls sideways."""
    sheet = browser.new_page(viewport={"width": 1280, "height": 800})
    sheet.goto((folder / "index.html").resolve().as_uri())
    ends = sheet.evaluate(
        "[...document.querySelectorAll('.study')].map(e => e.getBoundingClientRect().bottom)"
    )
    scrolls = sheet.evaluate(
        "[...document.querySelectorAll('.scroll')].map(e => e.scrollWidth > e.clientWidth)"
    )
    sheet.close()

    assert len(ends) == len({row.study for row in hypotheses().values()})
    assert max(ends) <= 800
    assert not any(scrolls)
