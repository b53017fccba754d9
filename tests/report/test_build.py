"""Pages are built from notebooks that really run; what has not changed is left alone."""

from __future__ import annotations

import csv
import io
import subprocess
import sys

import authored
import pytest
from authored import make
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import ReportError
from workbench.report import publish
from workbench.report.build import page_key
from workbench.report.folder import pages_using, record_of


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Two notebooks and their finished report; tests of this module must leave it as it is."""
    folder = tmp_path_factory.mktemp("built")
    first = authored.write(
        folder / "notebooks" / "01_first.ipynb",
        "import os, sys\nprint('sets:', os.environ['WORKBENCH_DATASETS'])",
        "print('interpreter:', sys.executable)\nprint('folder:', os.getcwd())",
        authored.show_table("counts", "threads\n12\n"),
        authored.show_figure("waiting"),
        authored.show_finding(),
        title="Quick replies",
        minutes=45,
    )
    second = authored.write(folder / "notebooks" / "A1_second.ipynb", "sum(range(10))")
    output = folder / "reports"
    result = make(
        first,
        second,
        output=output,
        datasets=["garden", "archive"],
        provenance=[("Data", "garden, as of 2024")],
    )
    publish([first, second], output=output, provenance=[("Version", "1")])
    return folder, first, second, output, result


def test_page_holds_what_the_notebook_showed(built):
    """The page has the outputs, the communities asked for, and how it was made."""
    folder, _, _, output, result = built
    page = (output / "01_first.html").read_text(encoding="utf-8")

    assert [(p.slug, p.status) for p in result.pages] == [
        ("01_first", "built"),
        ("A1_second", "built"),
    ]
    assert result.failed == ()
    assert "sets: garden,archive" in page
    assert f"interpreter: {sys.executable}" in page
    assert f"folder: {folder / 'notebooks'}" in page
    assert "garden, as of 2024" in page
    assert "45" in (output / "A1_second.html").read_text(encoding="utf-8")  # 0 + 1 + ... + 9


def test_files_lie_beside_the_page_and_are_linked(built):
    """Every figure is a PNG and every table a CSV in the folder of the page."""
    _, _, _, output, _ = built
    page = (output / "01_first.html").read_text(encoding="utf-8")

    assert sorted(p.name for p in (output / "01_first").iterdir()) == ["counts.csv", "waiting.png"]
    assert (output / "01_first" / "counts.csv").read_bytes() == b"threads\n12\n"
    assert 'href="01_first/counts.csv"' in page
    assert 'href="01_first/waiting.png"' in page
    assert not (output / "A1_second").exists()
    assert not (output / ".building").exists()


def test_ledger_and_index_are_made_of_the_pages(built):
    """The index names both pages with the reading time; the ledger has the finding's row."""
    _, _, _, output, _ = built
    index = (output / "index.html").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO((output / "ledger.csv").read_text(encoding="utf-8"))))

    assert '<a href="01_first.html">Quick replies</a> (45 minutes to read)' in index
    assert 'href="A1_second.html"' in index
    assert [(row["hyp_id"], row["dataset_id"]) for row in rows] == [("H1.1", "garden")]


def test_pages_lead_to_each_other(built):
    """Each page links the notebooks beside it in their folder and the index."""
    _, _, _, output, _ = built
    pages = [(output / f"{name}.html").read_text("utf-8") for name in ("01_first", "A1_second")]

    assert '<a href="A1_second.html" rel="next">A1 second →</a>' in pages[0]
    assert 'rel="prev"' not in pages[0]
    assert '<a href="01_first.html" rel="prev">← 01 first</a>' in pages[1]
    assert 'rel="next"' not in pages[1]


def test_a_page_made_alone_is_the_same(built):
    """What stands beside a notebook counts, not what is built with it."""
    _, first, _, output, _ = built
    alone = make(first, output=output, datasets=["garden", "archive"])

    assert [page.status for page in alone.pages] == ["unchanged"]


def test_links_to_pages_that_are_not_there_are_words(tmp_path):
    """A linked notebook without a page keeps its title; once it is made, the link is there."""
    text = "from IPython.display import Markdown\nMarkdown('[First words](01_a.ipynb#main)')"
    second = authored.write(tmp_path / "02_b.ipynb", text)
    first = authored.write(tmp_path / "01_a.ipynb", "1")
    output = tmp_path / "out"
    make(second, output=output)
    alone = (output / "02_b.html").read_text("utf-8")
    both = make(first, second, output=output)
    page = (output / "02_b.html").read_text("utf-8")

    assert "First words" in alone
    assert "01_a.html" not in alone
    assert [p.status for p in both.pages] == ["built", "built"]
    assert '<a href="01_a.html#main">First words</a>' in page
    assert '<a href="01_a.html" rel="prev">' in page


def test_unchanged_pages_are_skipped_without_loading_jupyter(built):
    """A second run changes no byte, and loads nothing that runs notebooks or draws."""
    _, first, second, output, _ = built
    before = {p: p.read_bytes() for p in output.rglob("*") if p.is_file()}
    program = (
        "import sys; from pathlib import Path; from workbench.report import build, publish\n"
        f"paths, output = [Path({str(first)!r}), Path({str(second)!r})], Path({str(output)!r})\n"
        "result = build(paths, output=output, datasets=['garden', 'archive'], environment={},"
        " key_parts={'package': '1'})\n"
        "publish(paths, output=output, provenance=[('Version', '1')])\n"
        "print([p.status for p in result.pages])\n"
        "heavy = 'nbformat nbclient nbconvert bs4 numpy pandas polars matplotlib tqdm'.split()\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stdout.splitlines() == ["['unchanged', 'unchanged']", "[]"], done.stderr
    assert {p: p.read_bytes() for p in output.rglob("*") if p.is_file()} == before


def test_forced_build_gives_the_same_bytes(built, tmp_path):
    """The same notebooks give the same page, files, ledger and index wherever they are written."""
    _, first, second, output, _ = built
    again = tmp_path / "reports"
    make(
        first,
        second,
        output=again,
        datasets=["garden", "archive"],
        provenance=[("Data", "garden, as of 2024")],
        force=True,
    )
    publish([first, second], output=again, provenance=[("Version", "1")])

    for name in ("01_first.html", "01_first/counts.csv", "ledger.csv", "index.html"):
        assert (again / name).read_bytes() == (output / name).read_bytes(), name


def test_changed_notebook_is_built_and_its_old_files_go(tmp_path):
    """A change to the notebook is seen; what it no longer shows leaves no file."""
    path, output = tmp_path / "02_page.ipynb", tmp_path / "reports"
    authored.write(path, authored.show_table("old", "a\n1\n"))
    make(path, output=output)
    authored.write(path, authored.show_table("new", "a\n2\n"))

    assert make(path, output=output).pages[0].status == "built"
    assert [p.name for p in (output / "02_page").iterdir()] == ["new.csv"]

    authored.write(path, "1 + 1")
    make(path, output=output)
    assert not (output / "02_page").exists()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda _: None, "unchanged"),
        (lambda output: (output / "03_page" / "t.csv").unlink(), "built"),
        (lambda output: (output / "03_page.html").write_text("edited"), "built"),
        (lambda output: (output / ".cache" / "03_page.json").write_text("{"), "built"),
    ],
)
def test_page_that_is_not_as_it_was_made_is_built_again(tmp_path, change, status):
    """A lost file, an edited page or a damaged record is mended by the next run."""
    path, output = tmp_path / "03_page.ipynb", tmp_path / "reports"
    authored.write(path, authored.show_table("t", "a\n1\n"))
    make(path, output=output)
    change(output)

    assert make(path, output=output).pages[0].status == status
    assert "table" in (output / "03_page.html").read_text(encoding="utf-8")


@settings(deadline=None)  # writes files
@given(
    st.dictionaries(st.text(), st.integers() | st.text() | st.booleans() | st.none(), max_size=6)
)
def test_key_knows_content_and_not_order(tmp_path_factory, parts):
    """The order of what a page depends on is not part of its key; every value is."""
    notebook = tmp_path_factory.getbasetemp() / "key.ipynb"
    notebook.write_bytes(b"{}")
    key = page_key(notebook, parts)

    assert page_key(notebook, dict(reversed(parts.items()))) == key
    for name in parts:
        assert page_key(notebook, parts | {name: ["another"]}) != key
    notebook.write_bytes(b"{} ")
    assert page_key(notebook, parts) != key


def test_key_parts_may_differ_by_notebook(tmp_path):
    """Only the page whose own data changed is built again."""
    a = authored.write(tmp_path / "04_a.ipynb", "1")
    b = authored.write(tmp_path / "05_b.ipynb", "2")
    data = {"04_a": "1", "05_b": "1"}
    make(a, b, output=tmp_path / "out", key_parts=lambda path: {"stamp": data[path.stem]})
    data["05_b"] = "2"
    result = make(a, b, output=tmp_path / "out", key_parts=lambda path: {"stamp": data[path.stem]})

    assert [p.status for p in result.pages] == ["unchanged", "built"]


def test_a_page_knows_which_data_it_used(tmp_path):
    """What stands under `data` is kept with the page, and names it when somebody is taken down."""
    a = authored.write(tmp_path / "04_a.ipynb", "1")
    b = authored.write(tmp_path / "05_b.ipynb", "2")
    output = tmp_path / "out"
    used = {"04_a": {"garden": "stamp 1"}, "05_b": {}}
    make(a, b, output=output, key_parts=lambda path: {"data": used[path.stem]})
    publish([a, b], output=output)

    assert record_of(output, "04_a")["data"] == {"garden": "stamp 1"}
    assert pages_using(output, "garden") == ["04_a.html", "index.html", "ledger.csv"]
    assert pages_using(output, "orchard") == []
    assert pages_using(tmp_path, "garden") == [
        "out/04_a.html", "out/index.html", "out/ledger.csv"
    ]  # fmt: skip


def test_failed_notebook_keeps_its_last_good_page(tmp_path):
    """The last page stays with a banner, what ran is beside it, the other notebook is built."""
    output = tmp_path / "reports"
    bad = authored.write(tmp_path / "06_bad.ipynb", authored.show_finding(), title="Good so far")
    make(bad, output=output)
    publish([bad], output=output)
    ledger = (output / "ledger.csv").read_bytes()
    authored.write(bad, "print('this ran')", "row = {}\nrow['waits']", "print('never')")
    other = authored.write(tmp_path / "07_other.ipynb", "1")

    result = make(bad, other, output=output)
    publish([bad, other], output=output)
    page = (output / "06_bad.html").read_text(encoding="utf-8")
    failed = (output / "06_bad.failed.html").read_text(encoding="utf-8")

    assert [p.status for p in result.pages] == ["failed", "built"]
    assert result.failed[0].error == "06_bad: cell 3 of 4 stopped with KeyError: 'waits'"
    assert "Good so far" in page
    assert "Not refreshed since" in page
    assert "06_bad.failed.html" in page
    assert "this ran" in failed
    assert "never" not in failed.replace("print(&#39;never&#39;)", "").replace("'never'", "")
    assert "stopped with KeyError" in failed
    assert (output / "ledger.csv").read_bytes() == ledger
    assert "not refreshed since" in (output / "index.html").read_text(encoding="utf-8")

    # A second failure says so again, once.
    make(bad, output=output)
    assert (output / "06_bad.html").read_text(encoding="utf-8").count("Not refreshed since") == 1

    # The page was made from this very notebook; it must lose the banner all the same.
    authored.write(bad, authored.show_finding(), title="Good so far")
    assert make(bad, output=output).pages[0].status == "built"
    assert "Not refreshed since" not in (output / "06_bad.html").read_text(encoding="utf-8")
    assert not (output / "06_bad.failed.html").exists()


def test_first_failure_is_listed_as_not_run(tmp_path):
    """Leaving with SystemExit is a failure; without any page the index says it did not run."""
    path = authored.write(tmp_path / "08_never.ipynb", "import sys\nsys.exit(3)", "1")
    result = make(path, output=tmp_path / "reports")
    publish([path], output=tmp_path / "reports")

    assert result.failed[0].error == "08_never: cell 2 of 3 stopped with SystemExit: 3"
    assert not (tmp_path / "reports" / "08_never.html").exists()
    index = (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")
    assert '<a href="08_never.failed.html">8 · Never</a> (did not run)' in index


def test_page_that_leads_to_a_person_is_not_published(tmp_path):
    """An e-mail address in an output or a table fails the page, and is nowhere in the report."""
    output = tmp_path / "reports"
    shown = authored.write(tmp_path / "11_shown.ipynb", "print('ann' + '@' + 'mail.net')")
    # The cell's own text must not hold the address, so it is put together while it runs.
    cell = authored.show_table("people", "who\nbob#mail.net\n")
    cell = cell.replace("'), raw", "'.replace('#', '@')), raw")
    table = authored.write(tmp_path / "12_table.ipynb", cell)
    result = make(shown, table, output=output)

    assert [p.error for p in result.pages] == [
        "11_shown: expected a page that leads back to nobody, got an e-mail address under heading "
        "1. Take it out of the notebook or of what it shows.",
        "12_table: expected a page that leads back to nobody, got an e-mail address in people.csv. "
        "Take it out of the notebook or of what it shows.",
    ]
    files = [p for p in output.rglob("*") if p.is_file()]
    assert not any(b"mail.net" in p.read_bytes() for p in files)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["gone.ipynb"], r"gone.ipynb: expected a notebook, found none. Check its name."),
        (["Index.ipynb"], r"Index.ipynb: expected another name, Index is a page of the report"),
        (["a/x.ipynb", "b/X.ipynb"], r"notebooks: expected one of each name, got x twice"),
    ],
)
def test_names_must_be_usable(tmp_path, names, message):
    """A missing notebook, a reserved name and two of one name are refused before anything runs."""
    paths = [tmp_path / name for name in names]
    for path in paths[: 0 if "gone" in names[0] else None]:
        authored.write(path, "1")
    with pytest.raises(ReportError, match=message):
        make(*paths, output=tmp_path / "reports")


def test_removed_notebook_leaves_no_result(tmp_path):
    """The ledger and index are made of the notebooks that are named, whatever lies there."""
    output = tmp_path / "reports"
    kept = authored.write(tmp_path / "20_kept.ipynb", authored.show_finding())
    removed = authored.write(
        tmp_path / "21_removed.ipynb", authored.show_finding(dataset_id="archive")
    )
    make(kept, removed, output=output)
    publish([kept, removed], output=output)
    assert "archive" in (output / "ledger.csv").read_text()
    publish([kept], output=output)

    assert "archive" not in (output / "ledger.csv").read_text()
    assert "21_removed" not in (output / "index.html").read_text(encoding="utf-8")


def test_index_that_leads_to_a_person_is_not_published(tmp_path):
    """The index passes the same check as every page, what it says of its making included."""
    path = authored.write(tmp_path / "22_page.ipynb", "1")
    output = tmp_path / "reports"
    make(path, output=output)
    with pytest.raises(ReportError, match=r"index: expected a page that leads back to nobody, got"):
        publish([path], output=output, provenance=[("Steward", "ann@mail.net")])
    assert not (output / "index.html").exists()
