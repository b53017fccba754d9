"""From a CSV to pages and a ledger through the command line, as a user types it."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import invented_forum as forum
import polars as pl
import pytest

from workbench.studies.hypotheses import hypotheses

LONGEST_SECONDS = 300


@dataclass(frozen=True)
class Desk:
    """A folder with exports, data and reports of its own, and the command line beside them."""

    home: Path

    @property
    def reports(self) -> Path:
        """Where the pages go."""
        return self.home / "reports"

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of a run: nothing outside this folder is read or written."""
        own = {"WORKBENCH_DATA": str(self.home / "data"), "WORKBENCH_REPORTS": str(self.reports)}
        return {**os.environ, **own}

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start `workbench WORDS` and do not wait for it."""
        return subprocess.Popen(
            [sys.executable, "-m", "workbench", *words], cwd=self.home, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip

    def say(self, *words: str) -> str:
        """Run `workbench WORDS` and give what it printed; it must end well."""
        process = self.start(*words)
        out, err = process.communicate(timeout=LONGEST_SECONDS)
        assert process.returncode == 0, err
        return out

    def load(self, name: str, posts: list[forum.Post]) -> str:
        """Load the posts as the data set `name`."""
        path = forum.write(self.home / f"{name}.csv", posts)
        options = ["--name", name, "--record-start", "launch", "--map", forum.MAP]
        return self.say("load", "table", str(path), *options)

    def pages(self) -> dict[str, bytes]:
        """Everything a reader can see in the reports folder, by its path there."""
        return {
            str(path.relative_to(self.reports)): path.read_bytes()
            for path in sorted(self.reports.rglob("*"))
            if path.is_file() and not path.relative_to(self.reports).parts[0].startswith(".")
        }


def ledger(desk: Desk) -> list[dict[str, str]]:
    """The rows of the ledger."""
    with (desk.reports / "ledger.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with a forum of 300 people, one of 20, and the page on feedback speed about both."""
    made = Desk(tmp_path_factory.mktemp("desk"))
    made.load("mine", forum.with_flaws(forum.posts(people=300, days=240, threads=1500)))
    made.load("small", forum.posts(people=20, days=120, threads=60))
    made.say("run", "--study", "01", "--datasets", "mine,small")
    return made


def test_loading_accounts_for_every_row(desk):
    """The flaws of the export are found and counted, and rows read are rows kept and set aside."""
    posts = forum.with_flaws(forum.posts(people=300, days=240, threads=1500))
    twice = len(posts) - len(set(posts))
    nobody = sum(not post.user for post in set(posts))

    said = desk.say("check", "mine")

    assert f"posts: {len(posts):,} read = {len(set(posts)):,} kept + {twice} set aside" in said
    assert f"posts, exact duplicate: {twice}" in said
    assert f"posts by deleted authors: {nobody}" in said
    assert "threads without opening post" in said
    assert all(name in said.split("lacks")[0] for name in hypotheses("01"))


def test_the_ledger_has_a_row_for_every_hypothesis(desk):
    """Each hypothesis of the study has one row a data set, fixed before the data were loaded."""
    rows = ledger(desk)

    wanted = {(name, dataset) for name in hypotheses("01") for dataset in ("mine", "small")}
    assert {(row["hyp_id"], row["dataset_id"]) for row in rows} == wanted
    assert len(rows) == len(wanted)
    assert {row["prespecified"] for row in rows} == {"true"}


def test_fixed_hypotheses_get_plain_verdicts(desk):
    """Primary rows of data that nobody had looked at get a verdict, the others a direction."""
    rows = [row for row in ledger(desk) if row["dataset_id"] == "mine"]
    plain = ("supported", "not supported", "inconclusive")

    for row in rows:
        primary = hypotheses("01")[row["hyp_id"]].primary
        assert row["verdict"].startswith(plain if primary else "exploratory: ")


def test_confirmatory_rows_share_one_error_rate(desk):
    """Primary hypotheses have a Holm-adjusted p, the others a false discovery rate."""
    for row in ledger(desk):
        primary = hypotheses("01")[row["hyp_id"]].primary
        assert bool(row["p_holm"]) == (primary and row["p"] != "")
        assert bool(row["q_bh"]) == (not primary and row["p"] != "")


def test_twenty_people_are_not_enough(desk):
    """A small forum ends with the words for it, and not with a failed page."""
    rows = [row for row in ledger(desk) if row["dataset_id"] == "small"]

    assert {row["verdict"].removeprefix("exploratory: ") for row in rows} == {"not enough data"}


def test_the_page_stands_with_its_files(desk):
    """There is a page, an index that leads to it, and a file beside it for what it shows."""
    page = (desk.reports / "01_feedback_speed.html").read_text("utf-8")
    index = (desk.reports / "index.html").read_text("utf-8")
    shown = {path.suffix for path in (desk.reports / "01_feedback_speed").iterdir()}

    assert "Does a quick answer bring newcomers back?" in page
    assert 'href="01_feedback_speed.html"' in index
    assert shown == {".csv", ".png"}


def values(folder: Path) -> Iterator[str]:
    """Every text in every stored table."""
    for path in sorted(folder.rglob("*.parquet")):
        frame = pl.read_parquet(path)
        for column in frame.select(pl.col(pl.String)):
            yield from column.drop_nulls()


def test_no_name_and_no_word_is_written(desk):
    """Neither people's names nor what they wrote is in any byte of the tables or of the reports."""
    hidden = [*forum.NAME.split(), *forum.WORDS]
    processed = desk.home / "data" / "processed"
    written = [p for folder in (processed, desk.reports) for p in folder.rglob("*") if p.is_file()]
    stored = "\n".join(values(processed))

    assert len(written) > 10
    assert not [word for word in hidden if word in stored]
    for path in written:
        content = path.read_bytes()
        assert not [word for word in hidden if word.encode() in content], path.name


def test_an_unchanged_run_makes_nothing(desk):
    """A second run says so, and touches no page."""
    before = {path: path.stat().st_mtime_ns for path in desk.reports.rglob("*.html")}

    said = desk.say("run", "--study", "01", "--datasets", "mine,small")

    assert "1 unchanged" in said
    assert {path: path.stat().st_mtime_ns for path in desk.reports.rglob("*.html")} == before


def test_the_same_again_gives_the_same_bytes(desk):
    """Run anew from the same data, pages, pictures, tables, ledger and index are equal in bytes."""
    before = desk.pages()

    said = desk.say("run", "--study", "01", "--datasets", "mine,small", "--force")

    after = desk.pages()
    assert "1 built" in said
    assert after.keys() == before.keys()
    assert [name for name in after if after[name] != before[name]] == []


def wait_until_building(desk: Desk, process: subprocess.Popen[str]) -> None:
    """Wait until the run holds the report folder."""
    for _ in range(LONGEST_SECONDS * 20):
        if (desk.reports / ".builder").exists() or process.poll() is not None:
            return
        time.sleep(0.05)
    raise AssertionError("the run did not begin")


def test_an_interrupted_run_leaves_the_old_pages(desk):
    """After an interrupt nothing is half written, and the next run finds all as it was."""
    before = desk.pages()
    process = desk.start("run", "--study", "01", "--datasets", "mine,small", "--force")
    wait_until_building(desk, process)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=LONGEST_SECONDS)

    assert process.returncode == 130  # as a shell expects of a command that was interrupted
    assert "Traceback" not in err
    assert desk.pages() == before
    assert not (desk.reports / ".builder").exists()
    assert "1 unchanged" in desk.say("run", "--study", "01", "--datasets", "mine,small")


def test_a_second_run_at_once_is_refused(desk):
    """While one run makes pages, another says who is at work, and the first one ends well."""
    words = ["run", "--study", "00", "--datasets", "small"]
    first = desk.start(*words)
    wait_until_building(desk, first)
    second = desk.start(*words)
    _, refused = second.communicate(timeout=LONGEST_SECONDS)
    _, problem = first.communicate(timeout=LONGEST_SECONDS)

    assert first.returncode == 0, problem
    assert second.returncode == 1
    assert "expected nobody at work there" in refused
    assert refused.count("\n") == 1
