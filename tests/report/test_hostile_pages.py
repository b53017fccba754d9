"""Names that try to become part of a page, or a formula in its tables, stay words."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from executed import code, finding, notebook, shown
from nbformat.v4 import new_markdown_cell

from workbench import data
from workbench.report.exporter import WorkbenchExporter
from workbench.studies import profile
from workbench.studies.present import TABLE_MIME
from workbench.studies.profile.drawn import Drawn

TITLE = "</title></style><script>alert(1)</script>"
CHANNELS = ('"><img src=x onerror=alert(2)>', '=HYPERLINK("http:"&A1)', "<svg onload=alert(3)>")
FLAIRS = ("</style><script>alert(4)</script>", "-1+cmd|x!A0", "+cmd|' C calc'!A0")
HARMLESS = ("a", "b", "c")
START, STEP, PEOPLE, POSTS = 1_709_510_400, 600, 12, 120
STEPS = ("summary", "unanswered_curves", "group_table", "limits_table", "week_maps", "data_report")


def slack(folder: Path, channels: tuple[str, ...]) -> Path:
    """A workspace with these channels, in each of which twelve people wrote and answered."""
    listed = [{"id": f"C0000000{n}", "name": name} for n, name in enumerate(channels)]
    folder.mkdir()
    (folder / "channels.json").write_text(json.dumps(listed))
    for n, name in enumerate(channels):
        messages = [
            {"type": "message", "user": f"U{i % PEOPLE}", "text": "x", "ts": f"{at}.00000{n}"}
            for i in range(POSTS)
            if (at := START + i * STEP)
        ]
        (folder / name).mkdir()
        (folder / name / "2024-03-04.json").write_text(json.dumps(messages))
    return folder


def reddit(path: Path, flairs: tuple[str, ...]) -> Path:
    """Submissions with these marks, each by twelve people."""
    rows = [
        {
            "id": f"s{i}", "subreddit": "garden", "author": f"u{i % PEOPLE}", "title": "t",
            "selftext": "x", "created_utc": START + i * STEP, "score": 1,
            "link_flair_text": flairs[i // PEOPLE % len(flairs)],
        }
        for i in range(POSTS)
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def outputs(name: str) -> list:
    """What the steps of a profile show of a data set."""
    parts = profile.open_parts([name])
    results = [getattr(profile, step)(parts) for step in STEPS]
    each = [(one.figure, one.numbers) if isinstance(one, Drawn) else (one,) for one in results]
    return [shown(view) for views in each for view in views]


def page(results: list, title: str) -> str:
    """A page of them, with a heading and an answer that name the community."""
    cells = [code(f"study.step_{n}()", output) for n, output in enumerate(results)]
    answer = code("study.finding()", shown(finding(community=title)))
    made = notebook(new_markdown_cell("# A community"), *cells, answer)
    given = {"provenance": [("Data", title)], "banner": title, "page": "profile"}
    resources = {"metadata": {"name": "profile"}, "workbench": given}
    return WorkbenchExporter().from_notebook_node(made, resources)[0]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A function: which exports -> what profiles of both show; each is made once."""
    made = {}

    def of(kind, channels, flairs, title):
        if kind not in made:
            home = tmp_path_factory.mktemp(kind)
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("WORKBENCH_DATA", str(home / "data"))
                path = slack(home / "slack", channels)
                data.load("space", path=path, source="slack", options={"title": title})
                data.load("garden", path=reddit(home / "RS.ndjson", flairs), source="reddit")
                made[kind] = [*outputs("space"), *outputs("garden")]
        return made[kind]

    return of


@pytest.fixture(scope="module")
def hostile(results):
    """What is shown of exports whose names are hostile."""
    return results("hostile", CHANNELS, FLAIRS, TITLE)


def elements(html: str) -> Counter[str]:
    """How many elements of each kind a page has."""
    return Counter(tag.name for tag in BeautifulSoup(html, "html.parser").find_all(True))


def test_a_page_has_no_element_of_a_name(results, hostile):
    """With hostile names a page has the same elements as with harmless ones, and no handler."""
    spoilt = page(hostile, TITLE)
    plain = page(results("plain", HARMLESS, HARMLESS, "Space"), "Space")

    assert elements(spoilt) == elements(plain)
    for tag in BeautifulSoup(spoilt, "html.parser").find_all(True):
        assert not any(name.startswith("on") for name in tag.attrs)
        if tag.name in ("script", "style"):
            assert "alert(" not in tag.get_text()


def test_names_stand_on_the_page_as_they_are(hostile):
    """Every channel, every mark and the title can be read, letter by letter."""
    said = BeautifulSoup(page(hostile, TITLE), "html.parser").get_text()

    for name in (*CHANNELS, TITLE):
        assert name in said
    for mark in FLAIRS:
        assert mark.lower() in said


def test_no_table_beside_the_page_holds_a_formula(hostile):
    """What a spreadsheet would run has an apostrophe in front, in every CSV."""
    tables = [
        output["data"][TABLE_MIME]["csv"] for output in hostile if TABLE_MIME in output["data"]
    ]
    whole = "\n".join(tables)

    assert """"'=HYPERLINK(""http:""&A1)""" in whole
    assert "'-1+cmd|" in whole
    assert "'+cmd|" in whole
    cells = [cell for table in tables for row in csv.reader(io.StringIO(table)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+", "-1+"))]
