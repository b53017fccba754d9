"""Publishing: whole or not at all, nothing that leads to a person, every month readable."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import spoken_forum
from filelock import FileLock
from spoken_forum import NAME, page

from workbench import data, sources
from workbench.data.places import raw_folder
from workbench.data.takedown import take_down
from workbench.errors import DataError, ReportError
from workbench.report import archive
from workbench.report.folder import held, page_digest, put_page, put_record
from workbench.report.publishing import put_out

LINK = '<p><a href="{0}">{0}</a></p>'


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The invented forum, loaded as `garden`; its export lies among the raw files."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    known = {**sources.sources(), "spoken": spoken_forum.SOURCE}
    monkeypatch.setattr(sources, "sources", lambda: known)
    path = spoken_forum.write_export(raw_folder() / "may.spoken")
    data.load("garden", path=path, source="spoken")
    return path


def put(reports: Path, slug: str, body: str, *, used: object = None, **files: str) -> None:
    """A page as a build leaves it, with tables beside it."""
    tables = {f"{name}.csv": content.encode() for name, content in files.items()}
    with held(reports):
        put_page(reports, slug, page(body), tables)
        known = {"digest": page_digest(reports, slug), "title": f"Page {slug}", "built": "2026"}
        about = {} if used is None else {"data": used}
        put_record(reports, slug, {**known, **about, "files": sorted(tables)})


@pytest.fixture
def reports(tmp_path: Path, loaded: Path) -> Path:
    """An index with two pages, one of them made of `garden`, and the ledger."""
    folder = tmp_path / "reports"
    stamp = data.open("garden").manifest["stamp"]
    table = LINK.format("01_waits/counts.csv") + LINK.format("A1_check.html#top")
    put(folder, "01_waits", table, used={"garden": stamp, "fetched": True}, counts="n\n12\n")
    put(folder, "A1_check", LINK.format("index.html"), used={})
    links = map(LINK.format, ("01_waits.html", "A1_check.html", "ledger.csv", "https://doi.org/x"))
    put(folder, "index", "".join(links))
    (folder / "ledger.csv").write_text("study\n", encoding="utf-8")
    return folder


def names(folder: Path) -> list[str]:
    """Every file of a folder, relative to it."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(found)


def test_what_the_index_leads_to_is_published(reports, tmp_path):
    """Pages, ledger and tables go; what nobody links stays behind and is told with its reason."""
    (reports / "README.md").write_text("x", encoding="utf-8")
    (reports / "07_old.failed.html").write_text("x", encoding="utf-8")
    (reports / "profile-garden" / ".cache").mkdir(parents=True)
    (reports / "01_waits" / "stray.csv").write_text("x", encoding="utf-8")

    done = put_out(reports, tmp_path / "site" / "public", day="2026-11-22")

    assert names(tmp_path / "site" / "public") == [
        ".published.json", "01_waits.html", "01_waits/counts.csv", "A1_check.html", "index.html",
        "ledger.csv",
    ]  # fmt: skip
    assert done.pages == ("index.html", "01_waits.html", "A1_check.html")
    assert done.files == ("ledger.csv", "01_waits/counts.csv")
    assert done.left_out == {
        "07_old.failed.html": "what ran of a page that failed",
        "README.md": "no page links it",
        "profile-garden": "a report of its own",
    }
    assert done.scan.compared == ("garden",)
    assert names(tmp_path / "site") == [".public.lock"] + [
        f"public/{name}" for name in names(tmp_path / "site" / "public")
    ]


def test_every_month_keeps_its_last_state(reports, tmp_path):
    """Publishing again in a month replaces; in a later month the earlier one is archived."""
    target = tmp_path / "public"
    for day, said in (
        ("2026-09-30", "first"), ("2026-10-01", "second"), ("2026-10-31", "third"),
        ("2026-11-02", "fourth"), ("2026-11-03", "fifth"),
    ):  # fmt: skip
        put(reports, "A1_check", f"<p>the {said} time</p>", used={})
        done = put_out(reports, target, day=day)

    assert done.months == ("2026-10", "2026-09")
    read = {
        month: (target / "archive" / month / "A1_check.html").read_text() for month in done.months
    }
    assert "the third time" in read["2026-10"]
    assert "the first time" in read["2026-09"]
    assert "the fifth time" in (target / "A1_check.html").read_text(encoding="utf-8")
    listed = (target / "archive" / "index.html").read_text(encoding="utf-8")
    assert listed.index("2026-10/01_waits.html") < listed.index("2026-09/01_waits.html")
    assert "As published on 2026-10-31." in listed
    assert 'href="archive/index.html"' in (target / "index.html").read_text(encoding="utf-8")


def test_links_of_published_folders_lead_somewhere(reports, tmp_path):
    """From every page, of this month and of earlier ones, every link finds its file."""
    target = tmp_path / "public"
    for day in ("2026-08-01", "2026-09-01", "2026-10-01"):
        put_out(reports, target, day=day)

    from workbench.report.publishing import _links  # noqa: PLC0415

    pages = list(target.rglob("*.html"))
    assert len(pages) == 3 * 3 + 1
    for one in pages:
        for link in _links(one):
            assert (one.parent / link).resolve().is_file(), f"{one.name} links {link}"


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda r: (r / "01_waits.failed.html").write_text("x"), "01_waits.html was not refreshed"),
        (lambda r: (r / "01_waits.html").write_text("x"), "01_waits.html was not refreshed, or"),
        (lambda r: (r / "A1_check.html").unlink(), "A1_check.html is linked and not there"),
        (lambda r: (r / ".cache" / "A1_check.json").unlink(), "A1_check.html was not made by"),
        (lambda r: put(r, "A1_check", "x"), "A1_check.html does not tell which data it used"),
        (lambda r: put(r, "A1_check", "x", used={"lost": "s"}), "uses lost, which can no longer"),
        (lambda r: put(r, "A1_check", "x", used={"garden": "s"}), "was made before garden changed"),
        (lambda r: (r / "01_waits" / "counts.csv").unlink(), "01_waits.html links 01_waits/counts"),
        (
            lambda r: put(r, "index", LINK.format("08_x.failed.html")),
            "08_x.failed.html is what ran of a page that failed",
        ),
        (lambda _: take_down("garden", posts=["q2"]), "was made before garden changed"),
    ],
)  # fmt: skip
def test_pages_that_are_not_up_to_date_are_refused(reports, tmp_path, spoil, reason):
    """The page and what is wrong with it are named, and what was published stays as it was."""
    target = tmp_path / "public"
    put_out(reports, target, day="2026-10-01")
    before = {name: (target / name).read_bytes() for name in names(target)}
    spoil(reports)

    with pytest.raises(ReportError, match="expected pages that are up to date") as refused:
        put_out(reports, target, day="2026-11-01")

    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)
    assert {name: (target / name).read_bytes() for name in names(target)} == before
    assert not (tmp_path / ".public.part").exists()


def test_internal_data_are_not_published(reports, tmp_path, loaded):
    """A page that uses a data set marked as internal is named with it, until the mark is gone."""
    data.load("garden", path=loaded, source="spoken", internal=True)
    with pytest.raises(
        ReportError, match=r"01_waits.html uses garden, which is marked as internal"
    ):
        put_out(reports, tmp_path / "public")
    assert not (tmp_path / "public").exists()

    data.load("garden", path=loaded, source="spoken", internal=False)
    assert put_out(reports, tmp_path / "public").pages


def test_somebody_listed_and_not_removed_stops_it(reports, tmp_path, monkeypatch):
    """A takedown that was stopped halfway is finished before anything is published."""
    monkeypatch.setattr("workbench.data.takedown.digest", lambda _: "x")
    monkeypatch.setattr("workbench.data._takedown_list.digest", lambda _: "x")

    with pytest.raises(ReportError, match="somebody listed was not removed yet"):
        put_out(reports, tmp_path / "public")


def test_what_leads_to_a_person_stops_it(reports, tmp_path):
    """The scan looks at what would be published; kind and place are named, nothing is shown."""
    put(reports, "A1_check", f"<p>asked by {NAME}</p>", used={})

    with pytest.raises(ReportError) as refused:
        put_out(reports, tmp_path / "public")
    said = str(refused.value)
    assert "A1_check.html: the name of an account of garden under heading 2" in said
    assert NAME.split()[0] not in said
    assert not (tmp_path / "public").exists()


def test_more_reasons_than_one_reads_are_counted(reports, tmp_path):
    """Three reasons are named and the others counted."""
    links = [f"0{n}_x.html" for n in range(2, 8)]
    put(reports, "index", "".join(map(LINK.format, links)))

    with pytest.raises(ReportError, match=r"is linked and not there; and 3 more\. Say workbench"):
        put_out(reports, tmp_path / "public")


def test_wrong_folders_are_refused(reports, tmp_path):
    """Without an index, into the pages themselves, over something else, or into a file."""
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "letter.txt").write_text("x", encoding="utf-8")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for from_, to, message in (
        (tmp_path / "none", tmp_path / "public", "expected index.html in"),
        (reports, reports / "public", "expected a folder outside"),
        (reports, tmp_path, "expected a folder outside"),
        (reports, taken, "expected a folder that is new, empty, or was published"),
        (reports, tmp_path / "file", "expected a folder that is new, empty, or was published"),
    ):
        with pytest.raises(ReportError, match=message):
            put_out(from_, to)
    assert (taken / "letter.txt").read_text(encoding="utf-8") == "x"
    with pytest.raises(DataError, match="cannot write to"):
        put_out(reports, tmp_path / "file" / "public")


def test_two_runs_do_not_meet(reports, tmp_path):
    """While another run publishes there, or builds, this one stops with one line."""
    with FileLock(tmp_path / ".public.lock"), pytest.raises(ReportError, match="is publishing"):
        put_out(reports, tmp_path / "public")
    with held(reports), pytest.raises(ReportError, match="expected nobody at work there"):
        put_out(reports, tmp_path / "public")


@pytest.mark.parametrize("in_one_step", [True, False])
def test_an_interrupt_leaves_the_old_or_the_new(tmp_path, monkeypatch, in_one_step):
    """Wherever a run is killed, the folder is whole, or made so by the next run."""
    target = tmp_path / "public"
    if not in_one_step:
        monkeypatch.setattr(archive, "_exchanged", lambda *_: False)
    with archive.replacing(target) as staging:
        (staging / "a.html").write_text("old", encoding="utf-8")
        archive_note(staging)
    code = (
        "import os, signal, shutil, sys\nfrom pathlib import Path\n"
        "from workbench.report import archive\n"
        f"calls = [0]\nwhole = {in_one_step}\n"
        "def stopping(do):\n"
        "    def done(*given, **named):\n"
        "        calls[0] += 1\n"
        "        if calls[0] == int(sys.argv[1]): os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return do(*given, **named)\n"
        "    return done\n"
        "if not whole: archive._exchanged = lambda *_: False\n"
        "Path.rename = stopping(Path.rename)\n"
        "shutil.rmtree = stopping(shutil.rmtree)\n"
        "archive._exchanged = stopping(archive._exchanged)\n"
        f"with archive.replacing(Path({str(target)!r})) as staging:\n"
        "    (staging / 'a.html').write_text('new')\n"
        "    archive._write_mark(staging, '2026-01-01', [])\n"
    )
    seen = set()
    for moment in range(1, 6):
        done = subprocess.run([sys.executable, "-c", code, str(moment)], check=False)
        if not in_one_step and not target.exists():
            with archive.replacing(target) as staging:  # the next run puts it back first
                assert (target / "a.html").read_text(encoding="utf-8") == "old"
                (staging / "a.html").write_text("old", encoding="utf-8")
                archive_note(staging)
        seen.add((target / "a.html").read_text(encoding="utf-8"))
        assert (target / archive.MARK).is_file()
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert seen == {"old", "new"}
    assert done.returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [".public.lock", "public"]


def archive_note(staging: Path) -> None:
    """What marks a folder as published."""
    archive._write_mark(staging, "2026-01-01", [])


def test_a_damaged_mark_is_no_mark(reports, tmp_path):
    """A folder whose mark cannot be read is not taken for one of ours."""
    target = tmp_path / "public"
    put_out(reports, target)
    for content in (
        "", "[]", '{"day": 1}', '{"day": "2026-01-01", "pages": []}', "[" * 5000,
        '{"day": "../../../x", "pages": [], "files": {}}',
        '{"day": "2026-01-01", "pages": [3], "files": {}}',
        '{"day": "2026-01-01", "pages": [["a"]], "files": {}}',
        '{"day": "2026-01-01", "pages": [], "files": ["a"]}',
        '{"day": "2026-01-01", "pages": [], "files": {"letter.txt": ""}}',
    ):  # fmt: skip
        (target / archive.MARK).write_text(content, encoding="utf-8")
        with pytest.raises(ReportError, match=r"folder that is new|nothing but what was published"):
            put_out(reports, target)
        assert (target / "index.html").is_file()


def test_a_link_to_a_folder_is_followed(reports, tmp_path):
    """Publishing to a link fills the folder that it leads to, again and again; the link stays."""
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to("real")

    for _ in range(2):
        assert put_out(reports, link).folder == real
    assert link.is_symlink()
    assert (real / "index.html").is_file()
    assert sorted(path.name for path in tmp_path.glob(".*")) == [".real.lock"]
    link.unlink()
    link.symlink_to("reports")
    with pytest.raises(ReportError, match="expected a folder outside"):
        put_out(reports, link)


def test_what_a_host_of_pages_needs_stays(reports, tmp_path):
    """A version control, empty folders in it, an address and hidden files are kept and named."""
    target = tmp_path / "public"
    (target / ".git" / "refs").mkdir(parents=True)
    (target / ".git" / "HEAD").write_text("main", encoding="utf-8")
    (target / ".nojekyll").write_text("", encoding="utf-8")
    (target / ".link").symlink_to("nowhere")
    (target / "CNAME").write_text("pages.example.org", encoding="utf-8")

    kept = (".git", ".link", ".nojekyll", "CNAME")
    assert put_out(reports, target, day="2026-10-01").kept == kept
    (target / "01_waits" / ".seen").write_text("", encoding="utf-8")
    assert put_out(reports, target, day="2026-11-01").kept == (*kept[:3], "01_waits/.seen", "CNAME")

    assert (target / ".git" / "HEAD").read_text(encoding="utf-8") == "main"
    assert (target / ".git" / "refs").is_dir()
    assert (target / ".link").is_symlink()
    assert (target / "CNAME").read_text(encoding="utf-8") == "pages.example.org"
    assert names(target / "archive" / "2026-10") == [
        ".published.json", "01_waits.html", "01_waits/counts.csv", "A1_check.html", "index.html",
        "ledger.csv",
    ]  # fmt: skip


def test_files_that_were_not_published_stop_it(reports, tmp_path):
    """What somebody added or changed is named and stays; once it is gone, publishing goes on."""
    target = tmp_path / "public"
    put_out(reports, target, day="2026-10-01")
    put_out(reports, target, day="2026-11-01")
    page_of_october = target / "archive" / "2026-10" / "A1_check.html"
    added = [target / name for name in ("letter.txt", "01_waits/notes.csv", "archive/x.html")]
    for path in added:
        path.write_text("mine", encoding="utf-8")
    page_of_october.write_text("changed", encoding="utf-8")

    with pytest.raises(ReportError, match="expected nothing but what was published") as refused:
        put_out(reports, target)
    assert (
        "01_waits/notes.csv, archive/2026-10/A1_check.html, archive/x.html and 1 more. Move"
    ) in str(refused.value)
    assert [path.read_text(encoding="utf-8") for path in added] == ["mine"] * 3
    for path in (*added, page_of_october):
        path.unlink()
    assert put_out(reports, target, day="2026-11-02").months == ("2026-10",)
    assert not page_of_october.exists()
    listed = (target / "archive" / "index.html").read_text(encoding="utf-8")
    assert "2026-10/A1_check.html" not in listed
    assert "2026-10/01_waits.html" in listed


def test_a_copied_note_makes_no_published_folder(reports, tmp_path):
    """A note that lists other files does not let anything be taken for published."""
    put_out(reports, tmp_path / "public")
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "index.html").write_text("mine", encoding="utf-8")
    (taken / archive.MARK).write_bytes((tmp_path / "public" / archive.MARK).read_bytes())

    with pytest.raises(ReportError, match=r"added or changed since: index\.html\."):
        put_out(reports, taken)
    assert (taken / "index.html").read_text(encoding="utf-8") == "mine"


def test_months_without_an_index_are_kept(reports, tmp_path):
    """Where somebody deleted the index of a month, its other pages go to the archive."""
    target = tmp_path / "public"
    put_out(reports, target, day="2026-10-01")
    (target / "index.html").unlink()

    assert put_out(reports, target, day="2026-11-01").months == ("2026-10",)
    assert (target / "archive" / "2026-10" / "A1_check.html").is_file()


@pytest.mark.skipif(os.name == "nt", reason="folders change places in two steps there")
def test_folders_change_places_in_one_step(tmp_path):
    """What the system call does is what it is used for."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).write_text("", encoding="utf-8")

    if archive._exchanged(tmp_path / "one", tmp_path / "two"):
        assert (tmp_path / "one" / "two").is_file()
        assert (tmp_path / "two" / "one").is_file()
    assert not archive._exchanged(tmp_path / "one", tmp_path / "three")
