"""`workbench takedown` and `workbench scan` as somebody types them."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from workbench import data
from workbench.cli.privacy import scan, takedown
from workbench.cli.publishing import publish
from workbench.errors import WorkbenchError
from workbench.report.folder import held, page_digest, put_page, put_record


def typed(command: click.Command, *words: str) -> tuple[int, str]:
    """Exit status and output of a command; a known problem is its one line."""
    done = CliRunner().invoke(command, words)
    if isinstance(done.exception, WorkbenchError):
        assert "\n" not in str(done.exception)
        return 1, str(done.exception)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_takedown_by_hand(mine):
    """Rows go, are counted, and whoever runs it is told what to do next."""
    status, said = typed(takedown, mine, "--account", "Rosalind Quackenbush", "--post", "99")

    # Post 1 is hers; post 99 is in no row.
    assert status == 0
    assert said.splitlines() == [
        "mine: 1 account and 1 post listed, 2 of them new.",
        "In no stored row so far: 1 of the new ones. They stay listed, because a later export may "
        "have them. An id is what the export writes, often not the name on the screen: "
        "docs/platforms.md says where it stands.",
        "Rows removed: people 1, posts 1.",
        "No page of mine is in the reports folder; pages kept elsewhere still hold numbers that "
        "include these rows.",
    ]
    assert "Rosalind" not in said
    assert data.open(mine).posts["post_id"].to_list() == ["2", "3"]
    again = typed(takedown, mine)[1].splitlines()[0]
    assert again == "NOBODY WAS REMOVED: no stored row of mine has an id that is listed."


@pytest.mark.parametrize(
    ("ids", "what"), [(("Rosalind",), "this id"), (("Rosalind", "R. Q."), "these ids")]
)
def test_a_name_that_is_no_id_removes_nobody_and_says_so_first(mine, ids, what):
    """Whoever types what stands on the screen is not left to believe that it worked."""
    said = typed(takedown, mine, *(word for one in ids for word in ("--account", one)))[1]

    assert said.startswith(f"NOBODY WAS REMOVED: no stored row of mine has {what}.\n")
    assert "docs/platforms.md says where it stands" in said
    assert "Rosalind" not in said


def test_how_much_somebody_wrote_is_not_told_afterwards(say, mine):
    """Neither `check` nor a load counts what was taken down; it says that it does not."""
    typed(takedown, mine, "--account", "Rosalind Quackenbush")
    again = ("load", "table", "posts.csv", "--name", mine, "--force", "--map")
    columns = "post_id=id,thread_id=topic,author_id=user,created_at=when"
    for said in (say("check", mine).out, say(*again, columns).out):
        # 5 rows were read, 1 of them hers; 2 are kept, 2 set aside for other reasons.
        assert "  posts: 4 read = 2 kept + 2 set aside\n" in said
        assert "taken down:" not in said
        assert "  rows that were taken down are not counted here\n" in said


def test_takedown_names_the_pages_made_before(mine, home):
    """Pages that say what they used are named; those that do not may have used anything."""
    cache = home / "reports" / ".cache"
    cache.mkdir(parents=True)
    (cache / "01_a.json").write_text('{"data": {"mine": "s"}}', encoding="utf-8")
    (cache / "02_b.json").write_text('{"data": {"other": "s"}}', encoding="utf-8")
    (cache / "03_c.json").write_text("{}", encoding="utf-8")

    said = typed(takedown, mine, "--post", "1")[1]

    assert said.endswith(
        "numbers that include these rows: 01_a.html, 03_c.html.\nMake them anew: workbench run.\n"
    )


def test_takedown_names_the_commands_that_make_each_page_anew(mine, home):
    """A page of its own is made by another command than those of the studies; its mail counts."""
    reports = home / "reports"
    for folder, slug in (("", "01_a"), ("profile-mine", "community"), ("march", "community"),
                         ("old", "01_a")):  # fmt: skip
        cache = reports / folder / ".cache"
        cache.mkdir(parents=True)
        (cache / f"{slug}.json").write_text('{"data": {"mine": "s"}}', encoding="utf-8")

    said = typed(takedown, mine, "--post", "1")[1].splitlines()

    assert said[-2].endswith(
        "these rows: 01_a.html, march/community.html, march/summary.md, old/01_a.html, "
        "profile-mine/community.html, profile-mine/summary.md."
    )
    assert said[-1] == (
        "Make them anew: workbench run and workbench profile mine --output "
        f"{reports / 'march'} and workbench profile mine."
    )


def test_takedown_of_many_from_a_file(mine, home):
    """A file holds one id a line, with its kind before it."""
    (home / "ids.txt").write_text("account,Rosalind Quackenbush\n\npost,3\n", encoding="utf-8")

    status, said = typed(takedown, mine, "--file", "ids.txt")
    assert status == 0
    assert "mine: 1 account and 1 post listed, 2 of them new." in said
    assert data.open(mine).posts["post_id"].to_list() == ["2"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"account,a\nRosalind\n", "got something else in line 2. Mend the line"),
        (b"person,Rosalind\n", "got something else in line 1"),
        (b"account,\n", "got something else in line 1"),
        (b"\xff\xfe", "got none that can be read"),
        (None, "got none that can be read"),
    ],
)
def test_a_file_of_another_form_lists_nobody(mine, home, content, problem):
    """A line that names no kind is told by its number, never shown, and nothing is listed."""
    if content is not None:
        (home / "ids.txt").write_bytes(content)
    status, said = typed(takedown, mine, "--file", "ids.txt")

    assert status == 1
    assert problem in said
    assert "Rosalind" not in said
    assert typed(takedown, mine, "--list")[1] == "mine: nobody is listed.\n"


def test_the_list_is_told_in_numbers(mine):
    """`--list` says how many and since when, and takes no ids."""
    typed(takedown, mine, "--account", "bob", "--account", "eve", "--post", "1")

    lines = typed(takedown, mine, "--list")[1].splitlines()
    assert lines[0] == "mine: listed, by day"
    assert [line.split(": ")[1] for line in lines[1:]] == ["2 accounts", "1 post"]
    status, said = typed(takedown, mine, "--list", "--post", "1")
    assert status == 2
    assert "--list changes nothing" in said


def test_takedown_before_the_load(home):
    """A data set that is not loaded yet can have a list."""
    status, said = typed(takedown, "later", "--account", "bob")
    assert (status, said.count("Nobody was listed")) == (1, 1)

    said = typed(takedown, "later", "--account", "bob", "--before-load")[1]
    assert said.endswith("later is not loaded now; they are left out when it is.\n")


def test_nothing_to_take_down_is_said(mine):
    """Without ids and without a list there is nothing to do."""
    assert typed(takedown, mine) == (
        1,
        "takedown mine: expected ids to list, got none. Name them with --account, --post or "
        "--file.",
    )


def test_scan_of_clean_pages(mine, home):
    """Nothing found ends well, and says what could not be checked."""
    (home / "reports").mkdir()
    (home / "reports" / "index.html").write_text("<h1>A</h1><p>12</p>", encoding="utf-8")
    (home / "reports" / "film.mp4").write_bytes(b"")
    status, said = typed(scan)

    assert status == 0
    assert said.splitlines() == [
        "quotations and names of mine: not checked (its export is not at hand; --raw mine=PATH)",
        "film.mp4: not looked at, because of its kind",
        f"Looked through 1 file in {home / 'reports'}; 1 file not. Found nothing.",
    ]


def test_scan_of_pages_that_lead_to_somebody(home):
    """One line a file, and status 1; the words are not shown."""
    (home / "out").mkdir()
    page = "<p>ann@mail.net</p><h1>A</h1><p>@ann_k</p>"
    (home / "out" / "a.html").write_text(page, encoding="utf-8")
    status, said = typed(scan, str(home / "out"))

    assert status == 1
    assert said.splitlines() == [
        "a.html: an e-mail address before the first heading; an @handle under heading 1",
        f"Looked through 1 file in {home / 'out'}. Found something in 1 file.",
    ]


def test_scan_with_wrong_words(mine, home):
    """What --raw takes is said."""
    Path("reports").mkdir()
    status, said = typed(scan, "--raw", "mine")
    assert status == 2
    assert "expected NAME=PATH, got 'mine'" in said
    status, said = typed(scan, "--raw", "other=posts.csv")
    assert status == 1
    assert said.startswith("scan: --raw: expected names of loaded data sets (mine), got other.")
    assert typed(scan, str(home / "none"))[0] == 1


def test_scan_takes_the_export_that_was_loaded(mine, home):
    """Another file than the one that was loaded is no export of the data set."""
    Path("reports").mkdir()
    (home / "other.csv").write_text("id\n", encoding="utf-8")

    assert typed(scan, "--raw", f"mine={home / 'posts.csv'}")[0] == 0
    status, said = typed(scan, "--raw", f"mine={home / 'other.csv'}")
    assert status == 1
    assert "expected an export that it was loaded from, got another one" in said


def test_publish_by_hand(home):
    """A page that leads to nobody is put where others may see it."""
    reports = home / "reports"
    with held(reports):
        put_page(reports, "index", "<title>x</title><main>\n</main>", {})
        put_record(reports, "index", {"digest": page_digest(reports, "index")})
    (reports / "notes.md").write_text("x", encoding="utf-8")
    (home / "site").mkdir()
    (home / "site" / "CNAME").write_text("pages.example.org", encoding="utf-8")

    status, said = typed(publish, "site")

    assert status == 0
    assert said.splitlines() == [
        "left out: notes.md (no page links it)",
        "kept as it was, not looked through: CNAME",
        f"Published 1 page and 0 files beside them: {home / 'site'}",
    ]
    assert (home / "site" / "index.html").is_file()
    status, said = typed(publish, "site", "--reports", "none")
    assert status == 1
    assert said.startswith("publish: expected index.html in")
