"""`workbench run` and `lab`: which notebooks and data sets, on what a page depends, how it ends."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from data.fetched import judged, none_embedded, put
from data.local_server import offer

from workbench import data
from workbench.cli import notebooks, running
from workbench.data.places import checkout
from workbench.errors import DataError, ReportError
from workbench.report import BuildResult, PageResult
from workbench.report.folder import put_record


def test_all_notebooks_in_order_or_those_asked_for():
    """Without numbers all notebooks of the project are run, in order; with numbers only these."""
    found = running.notebooks()

    assert [path.name for path in found] == sorted(path.name for path in found)
    assert [path.stem for path in running.notebooks(["01", "00"])] == [
        "00_start_here",
        "01_feedback_speed",
    ]


def test_an_unknown_number_names_those_that_there_are(say):
    """A study that is not there is refused before anything is loaded."""
    numbers = ", ".join(path.stem.split("_")[0] for path in running.notebooks())

    done = say("run", "--study", "99")

    assert done.status == 2
    assert done.err.endswith(
        f"'--study': no notebook is numbered 99; there are {numbers}. Choose one of these.\n"
    )
    assert f"--study [{numbers.replace(', ', '|')}]" in say("run", "--help").out
    assert data.names() == []


def test_without_notebooks_the_folder_is_named(say, home, monkeypatch):
    """Outside a clone, where no folder of notebooks lies, the line says where it was looked for."""
    monkeypatch.setattr(notebooks, "PACKAGE", home / "lib" / "workbench")

    assert say("run").problem == (
        f"run: expected notebooks in {home / 'notebooks'}, found none. "
        "Call workbench in a clone of the project, installed with pip install -e ."
    )
    assert "no notebook is numbered 01; there are none." in say("run", "--study", "01").err


def test_an_unknown_data_set_names_those_that_there_are(say, mine):
    """A name that is neither embedded nor loaded is refused before anything is run."""
    assert say("run", "--datasets", "mine,thine").problem == (
        "run: thine is not loaded; there are college-messages, chit-chat, vader-lexicon, mine. "
        "See workbench load --help"
    )


def test_embedded_data_are_loaded_when_they_are_wanted(mine, capsys):
    """What is embedded is loaded if need be; without names, one's own data come after it."""
    assert running.bring_up_to_date(["vader-lexicon", mine]) == ["vader-lexicon", mine]
    assert data.names() == [mine, "vader-lexicon"]
    assert "vader-lexicon: writing" in capsys.readouterr().err

    assert running.bring_up_to_date(["vader-lexicon"]) == ["vader-lexicon"]
    assert capsys.readouterr().err == ""


def test_what_is_fetched_and_at_hand_is_loaded_by_itself(mine, home, monkeypatch, capsys):
    """It stands between the embedded data sets and one's own; what is absent is left alone."""
    about = judged("votes")
    offer(monkeypatch, about, judged("absent"))
    put(home / "data" / "raw", about)
    none_embedded(monkeypatch)

    assert running.bring_up_to_date(None) == ["votes", mine]
    assert data.names() == [mine, "votes"]
    assert "votes: writing" in capsys.readouterr().err
    assert running.bring_up_to_date(["votes"]) == ["votes"]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["shy"], "shy is not loaded; there are mine. Say: workbench get shy --accept-licence"),
        (["open", "shy"], "open, shy is not loaded; there are mine. "
         "Say: workbench get open; workbench get shy --accept-licence"),
        (["nonsense", "open"], "nonsense is not known, open is not loaded; there are mine. "
         "Say: workbench get open"),
    ],
    ids=len,
)  # fmt: skip
def test_what_can_be_fetched_is_named_with_its_command(mine, monkeypatch, names, said):
    """A data set that is asked for and not at hand is not fetched unasked."""
    offer(monkeypatch, judged("open"), judged("shy", permission="unstated"))
    none_embedded(monkeypatch)

    with pytest.raises(DataError) as error:
        running.bring_up_to_date(names)

    assert str(error.value) == f"run: {said}"


def test_what_was_loaded_stays_when_its_files_are_gone(home, monkeypatch):
    """The stored tables are looked at as they are."""
    about = judged("votes")
    offer(monkeypatch, about)
    none_embedded(monkeypatch)
    path = put(home / "data" / "raw", about)
    running.bring_up_to_date(None)
    path.unlink()

    assert running.bring_up_to_date(None) == ["votes"]


def test_a_page_depends_on_code_data_and_versions(mine, say, export):
    """What is loaded from another export, and a first look, change what a page depends on."""
    before = running.depends_on([mine])
    assert running.depends_on([mine]) == before
    assert before["versions"].keys() >= {"python", "polars", "statsmodels"}

    export.write_text(export.read_text("utf-8") + "5,5,eve,2024-05-03T10:00Z\n", encoding="utf-8")
    options = ["--map", "post_id=id,thread_id=topic,author_id=user,created_at=when"]
    assert say("load", "table", str(export), "--name", mine, *options).status == 0

    after = running.depends_on([mine])
    assert after["code"] == before["code"]
    assert after["data"] != before["data"]


def kept(folder, name, **changes):
    """A page's record with one finding on data of the first look."""
    row = {
        "dataset_id": name, "hyp_id": "H1.1", "look": "first", "prespecified": True,
        "verdict": "inconclusive", "estimate": 0.1, "ci_low": 0.0, "ci_high": 0.2, "scale": "x",
    }  # fmt: skip
    (folder / ".cache").mkdir(exist_ok=True)
    put_record(folder, "01_b", {"findings": [{**row, **changes}]})


def test_verdicts_of_the_first_look_are_kept(home, mine):
    """Once, of pages that are up to date, and without making any page out of date."""
    before, made = running.depends_on([mine]), BuildResult((PageResult("01_b", "built"),))
    kept(home, mine)

    running.note_verdicts(FAILED, home, before["data"])
    assert "verdicts" not in data.first_look(mine)
    running.note_verdicts(made, home, before["data"])
    assert data.first_look(mine)["verdicts"]["H1.1"]["verdict"] == "inconclusive"
    kept(home, mine, verdict="supported")
    running.note_verdicts(made, home, before["data"])
    assert data.first_look(mine)["verdicts"]["H1.1"]["verdict"] == "inconclusive"
    assert running.depends_on([mine]) == before


def test_no_verdict_is_kept_of_data_that_have_changed_since(home, mine):
    """A load while pages were made is noticed by its stamp; what is embedded never grows."""
    made = BuildResult((PageResult("01_b", "built"),))
    kept(home, mine)
    running.note_verdicts(made, home, {mine: "another"})
    assert "verdicts" not in data.first_look(mine)

    running.bring_up_to_date(["vader-lexicon"])
    kept(home, "vader-lexicon")
    stamps = running.depends_on(["vader-lexicon"])["data"]
    running.note_verdicts(made, home, stamps)
    assert "verdicts" not in data.first_look("vader-lexicon")


def test_pages_of_a_later_look_depend_on_the_first_verdict(home, mine, say, export):
    """What the first look said stands on them."""
    kept(home, mine)
    made = BuildResult((PageResult("01_b", "unchanged"),))
    running.note_verdicts(made, home, running.depends_on([mine])["data"])
    export.write_text(export.read_text("utf-8") + "5,5,eve,2024-05-03T10:00Z\n", encoding="utf-8")
    options = ["--map", "post_id=id,thread_id=topic,author_id=user,created_at=when"]
    assert say("load", "table", str(export), "--name", mine, *options).status == 0

    assert running.depends_on([mine])["first looks"][mine]["verdicts"].keys() == {"H1.1"}


def test_the_foot_of_a_page_names_code_data_and_versions(mine):
    """The foot says which commit, which files by their hash, and which versions."""
    foot = dict(running.provenance([mine]))
    digest = data.open(mine).manifest["inputs"][0]["sha256"]

    assert foot["Code"]
    assert foot["Data: mine"] == f"1 file, sha256 {digest[:16]}…"
    assert foot["Versions"].startswith("python 3.")
    assert "Cite" not in foot


def listing(folder, *names):
    """A notebook that lists these data sets, or has no list if none is given at all."""
    about = {"data": list(names)} if names != (None,) else {}
    path = folder / "09_x.ipynb"
    path.write_text(json.dumps({"cells": [], "metadata": {"workbench": about}}), encoding="utf-8")
    return path


def test_a_notebook_may_list_its_own_data(home, mine, monkeypatch):
    """The foot and the key of its page are about these; without a list, about all asked for."""
    monkeypatch.setenv("WORKBENCH_RAW", str(home))
    parts = running.depends_on([mine])

    everything = listing(home, None)
    assert dict(running._foot(everything, [mine]))["Data: mine"]
    assert running._own(everything, parts) == parts

    nothing = listing(home)
    assert dict(running._foot(nothing, [mine]))["Data"] == "none, simulated"
    assert running._own(nothing, parts)["data"] == {}

    fetched = listing(home, "wikipedia-thanks", mine)
    assert running._own(fetched, parts)["data"] == {"wikipedia-thanks": False, **parts["data"]}
    assert list(dict(running._foot(fetched, []))) == ["Code", "Data: mine", "Versions"]


def test_what_a_notebook_lists_is_loaded_for_it(home, capsys):
    """An embedded data set that a page uses is there, whatever communities are asked for."""
    running._load_listed([listing(home), listing(home, None)])
    assert data.names() == []

    running._load_listed([listing(home, "vader-lexicon", "wikipedia-thanks")])
    assert data.names() == ["vader-lexicon"]
    assert "vader-lexicon: writing" in capsys.readouterr().err


FAILED = BuildResult(
    (
        PageResult("00_a", "built"),
        PageResult("01_b", "failed", 1.0, "01_b: cell 3 of 9 stopped with KeyError: 'x'"),
        PageResult("02_c", "failed", 1.0, "02_c: cell 1 of 2 stopped with DataError: gone. Load."),
        PageResult("03_d", "failed", 1.0, "03_d: an e-mail address in Methods. Take it out."),
    )
)
LINES = [
    "01_b: cell 3 of 9 stopped with KeyError: 'x'. What it had reached is in /r/01_b.failed.html; "
    "mend the notebook and run again.",
    "02_c: cell 1 of 2 stopped with DataError: gone. Load. "
    "What it had reached is in /r/02_c.failed.html.",
    "03_d: an e-mail address in Methods. Take it out. "
    "What it had reached is in /r/03_d.failed.html.",
]


def test_failed_pages_are_status_1(capsys):
    """A line a page; only an error of the notebook's code is mended in the notebook."""
    with pytest.raises(ReportError) as raised:
        running.report(FAILED, Path("/r"))

    assert str(raised.value) == LINES[0]
    printed = capsys.readouterr()
    assert printed.out == "Pages: 1 built, 3 failed. Open /r/index.html\n"
    assert printed.err.splitlines() == [f"workbench: {line}" for line in LINES[1:]]


def test_failed_pages_are_told_though_the_index_fails(say, mine, monkeypatch, home):
    """A problem of the index comes after the pages that failed, and hides none of them."""

    def refuse(*_, **__):
        raise ReportError("index: no.")

    monkeypatch.setattr(running, "build", lambda *_, **__: FAILED)
    monkeypatch.setattr(running, "_load_listed", lambda _: None)
    monkeypatch.setattr(running, "publish", refuse)
    done = say("run", "--datasets", mine, "--output", "/r")

    assert done.status == 1
    assert done.err.splitlines() == [f"workbench: {line}" for line in (*LINES, "index: no.")]


def test_an_interrupt_is_one_line(say, mine, monkeypatch):
    """Whoever stops a run is told that nothing is half done."""

    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "build", stopped)
    monkeypatch.setattr(running, "_load_listed", lambda _: None)
    done = say("run", "--datasets", mine)

    assert done.status == 130
    assert done.err == (
        "workbench: run: stopped; pages that were not finished are unchanged. Run again to go on.\n"
    )


@pytest.mark.parametrize("names", ["", " , "])
def test_no_data_set_is_a_wrong_call(say, names):
    """An empty list is not the same as none."""
    done = say("run", "--datasets", names)

    assert done.status == 2
    assert "'--datasets'" not in done.out
    assert "expected names of data sets, got none. Leave it out for all" in done.err


def test_lab_opens_the_notebooks_with_these_data(monkeypatch, home, say):
    """JupyterLab is started in the folder of notebooks, and its status is handed on."""
    started = {}

    def run(command, *, env, check):
        started.update(command=command, env=env)
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(running.subprocess, "run", run)
    monkeypatch.setattr(running.util, "find_spec", lambda _: object())

    assert say("lab", "--port", "9000").status == 3
    root = checkout()
    assert root is not None
    folder = str(root / "notebooks")
    assert started["command"][1:] == ["-m", "jupyterlab", folder, "--port", "9000"]
    assert started["env"]["WORKBENCH_DATA"] == str(home / "data")


def test_lab_without_jupyterlab(monkeypatch, say):
    """Where JupyterLab is not installed, the line says how to get it."""
    monkeypatch.setattr(running.util, "find_spec", lambda _: None)

    assert say("lab").problem == (
        "lab: expected JupyterLab, found none. Say make lab, or pip install -e '.[lab]'."
    )
