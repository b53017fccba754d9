"""`workbench profile`: what is asked for, where the page goes, the lines for a mail."""

from __future__ import annotations

import csv

import pytest

from workbench.cli import profiling, workbench
from workbench.report import BuildResult, PageResult


@pytest.fixture
def asked(monkeypatch):
    """What was asked of the build, which makes the tables of a page and nothing else."""
    calls = []

    def made(notebooks, *, output, status="built", **given):
        calls.append({"notebooks": notebooks, "output": output, **given})
        folder = output / "community"
        folder.mkdir(parents=True, exist_ok=True)
        tables = {
            "summary": {"community": "Mine", "question": "Who?", "answer": "Ünal & co."},
            "cannot-show": {"community": "Mine", "what the record cannot show": "Readers."},
        }
        for name, row in tables.items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, row)
                writer.writeheader()
                writer.writerow(row)
        return BuildResult((PageResult("community", status),))

    monkeypatch.setattr("workbench.report.build", made)
    return calls


def test_the_page_and_its_lines_for_a_mail(say, mine, asked, home):
    """The page goes to reports/profile-NAME, and a dozen lines stand beside it."""
    done = say("profile", mine)

    folder = home / "reports" / "profile-mine"
    assert done.status == 0
    assert done.out.splitlines() == [
        f"Page: built. Open {folder / 'community.html'}",
        f"To paste into a mail: {folder / 'summary.md'}",
    ]
    assert (folder / "summary.md").read_text("utf-8").splitlines()[:3] == [
        "# Mine", "", "- **Who?** Ünal & co.",
    ]  # fmt: skip
    (call,) = asked
    assert [path.name for path in call["notebooks"]] == ["community.ipynb"]
    assert call["datasets"] == [mine]
    assert call["home"] == ""
    assert call["provenance"][0][0] == "Code"


def test_options_reach_the_notebook(say, mine, asked, home):
    """Hours, days and zone are in the environment of the page, and so in what it depends on."""
    done = say("profile", mine, "--hours", "8-12", "--days", "sun-thu", "--timezone", "Asia/Riyadh",
               "--output", str(home / "there"), "--force")  # fmt: skip

    assert done.status == 0
    (call,) = asked
    assert call["output"] == home / "there"
    assert call["force"] is True
    chosen = {k: v for k, v in call["environment"].items() if k.startswith("WORKBENCH_PROFILE")}
    assert chosen == {
        "WORKBENCH_PROFILE_HOURS": "8-12",
        "WORKBENCH_PROFILE_DAYS": "sun-thu",
        "WORKBENCH_PROFILE_TIMEZONE": "Asia/Riyadh",
    }


def test_the_page_links_the_index_where_there_is_one(say, mine, asked, home):
    """Beside an index of reports the page leads back to it."""
    (home / "reports").mkdir()
    (home / "reports" / "index.html").write_text("index", encoding="utf-8")

    say("profile", mine)

    assert asked[0]["home"] == "../index.html"


def test_an_embedded_data_set_is_loaded_first(say, asked):
    """What comes with the workbench need not be loaded by hand."""
    assert say("profile", "vader-lexicon").status == 0
    assert asked[0]["datasets"] == ["vader-lexicon"]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (
            ("nobody",),
            "nobody: no data set of this name is loaded; there are chit-chat, college-messages, "
            "mine, vader-lexicon. Load it with: workbench load auto PATH --name nobody",
        ),
        (
            ("mine", "--hours", "17-9"),
            "working hours: expected hours of one day such as 9-17 or 8:30-16:30, got '17-9'. "
            "Write the first and the last hour, 0 to 24.",
        ),
        (
            ("mine", "--days", "monday"),
            "working days: expected days such as mon-fri, sun-thu or mon,wed, got 'monday'. "
            "Write them as mon, tue, wed, thu, fri, sat, sun.",
        ),
        (
            ("mine", "--timezone", ""),
            "profile: --timezone: expected an IANA time zone, got ''. "
            "Write it as --timezone Europe/Rome, or --timezone UTC.",
        ),
        (
            ("mine", "--timezone", "tokyo"),
            "profile: --timezone: expected an IANA time zone, got 'tokyo'. "
            "Write it as --timezone Asia/Tokyo, or --timezone UTC.",
        ),
    ],
)
def test_what_cannot_be_is_one_line(say, mine, asked, words, problem):
    """A wrong name, hour, day or zone is refused before anything is made."""
    assert say("profile", *words).problem == problem
    assert asked == []


def test_a_failed_notebook_is_one_line_and_keeps_the_lines(say, mine, home, monkeypatch):
    """What was written for a mail stays as it was when the page fails."""
    folder = home / "reports" / "profile-mine"
    folder.mkdir(parents=True)
    (folder / "summary.md").write_text("of yesterday", encoding="utf-8")
    failed = PageResult("community", "failed", error="community: the kernel ended in cell 4 of 39")
    monkeypatch.setattr("workbench.report.build", lambda *_, **__: BuildResult((failed,)))

    said = say("profile", mine).problem

    assert said.startswith(
        "community: the kernel ended in cell 4 of 39. What it had reached is in "
    )
    assert (folder / "summary.md").read_text("utf-8") == "of yesterday"


def test_an_interrupt_leaves_everything_as_it_was(say, mine, monkeypatch):
    """Stopped by hand, the command ends with 130 and one line."""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("workbench.report.build", interrupted)

    done = say("profile", mine)

    assert done.status == 130
    assert done.err.endswith("workbench: profile: stopped; the page is as it was. Run again.\n")


def test_without_the_notebook_the_place_is_named(say, mine, asked, home, monkeypatch):
    """Outside a clone there is no notebook to run."""
    monkeypatch.setattr("workbench.cli.notebooks.PACKAGE", home / "lib" / "workbench")

    place = home / "notebooks" / "profile" / "community.ipynb"
    assert say("profile", mine).problem == (
        f"profile: expected the notebook {place}, found none. "
        "Call workbench in a clone of the project, installed with pip install -e ."
    )


def test_the_help_says_what_the_page_holds(say):
    """The help has the three answers, the options and examples."""
    said = " ".join(say("profile", "--help").out.split())

    for words in ("Three answers", "--hours", "--days", "--timezone", "summary.md", "sun-thu"):
        assert words in said
    assert profiling.profile in workbench.commands.values()
