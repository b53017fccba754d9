"""The page about platforms has a row for every source, and leads to the page of each."""

import re
from pathlib import Path

from workbench.sources import sources

DOCS = Path(__file__).parents[2] / "docs"


def test_every_source_has_a_row():
    """Sources and the first cells of the page's tables are the same names."""
    rows = re.findall(r"^\| \[?`(\w+)`", (DOCS / "platforms.md").read_text("utf-8"), re.MULTILINE)

    assert sorted(rows) == sorted(sources())


def test_every_page_of_a_platform_is_listed():
    """Each page below docs/platforms is linked, and is called after a source."""
    linked = re.findall(r"\]\(platforms/(\w+)\.md\)", (DOCS / "platforms.md").read_text("utf-8"))

    assert {path.stem for path in (DOCS / "platforms").glob("*.md")} <= set(linked)
    assert set(linked) <= set(sources())
