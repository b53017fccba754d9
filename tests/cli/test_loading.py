"""`workbench load`: what it says, what it refuses, and that nothing is read twice."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from data.fetched import judged, put
from data.local_server import offer

from workbench import data, sources
from workbench.cli.loading import load
from workbench.studies.hypotheses import platforms

MAP = "post_id=id,thread_id=topic,author_id=user,created_at=when"
EXPORTS = Path(__file__).parents[1] / "data"
TABLE = ("load", "table", "posts.csv", "--name", "mine")


def write(*lines: str) -> Path:
    """A CSV in the working folder with the head of the small export."""
    path = Path("posts.csv")
    path.write_text("\n".join(("id,topic,user,when", *lines)) + "\n", encoding="utf-8")
    return path


def test_a_load_accounts_for_its_rows(say, export):
    """Rows read are rows kept and rows set aside, with reasons; progress is on stderr."""
    said = say(*TABLE, "--map", MAP)

    assert said.status == 0
    # Five rows: the second once more, and the last without a time that can be read.
    assert "posts: 5 read = 3 kept + 2 set aside" in said.out
    assert "posts, exact duplicate: 1" in said.out
    assert "posts by deleted authors: 1" in said.out
    met = "(docs/cleaning.md): unusable-rows=set-aside 1, exact-duplicates=set-aside 1, deleted-"
    assert met in said.out
    assert "workbench check mine" in said.out
    assert "mine: writing" in said.err
    assert "Quackenbush" not in said.out + said.err


def test_loading_twice_reads_nothing(say, mine, export):
    """The same export with the same choices is not read again, unless one insists."""
    manifest = data.open(mine).folder / "manifest.json"
    before = manifest.stat().st_mtime_ns

    again = say(*TABLE, "--map", MAP)
    assert again.out.startswith("mine: unchanged, nothing was read\n")
    assert again.err == ""
    assert manifest.stat().st_mtime_ns == before

    forced = say(*TABLE, "--map", MAP, "--force")
    assert forced.out.startswith("mine: loaded\n")
    assert manifest.stat().st_mtime_ns != before


def test_a_data_set_of_the_catalogue_is_loaded_by_name(say):
    """What comes with the workbench needs no path and no choices."""
    said = say("load", "vader-lexicon")

    assert said.status == 0
    assert "ratings: 75,200 read = 75,200 kept + 0 set aside" in said.out
    assert data.names() == ["vader-lexicon"]


@pytest.mark.parametrize("words", [["nowhere"], ["nowhere", "x.csv"]], ids=len)
def test_an_unknown_source_is_named(say, words):
    """A name that is neither a source nor a data set is refused, with those that there are."""
    done = say("load", *words)

    assert done.status == 2
    readers, known = ", ".join(sources.sources()), ", ".join(data.named())
    assert done.err.endswith(
        f"Error: load: expected a source ({readers}) or a data set that is known by name "
        f"({known}), got 'nowhere'. Choose one of these.\n"
    )


def test_a_fetched_data_set_is_loaded_by_name(say, home, monkeypatch):
    """What is at hand needs no path; what is not says what to type, and fetches nothing."""
    about = judged("votes")
    offer(monkeypatch, about, judged("shy", permission="unstated"))
    put(home / "data" / "raw", about)

    assert "ratings: 4 read = 4 kept + 0 set aside" in say("load", "votes").out
    assert "Votes: unchanged, nothing was read" in say("load", "votes").out
    assert say("load", "shy").problem == (
        f"load shy: expected its files below {data.raw_folder()}, got none or not all. "
        "Say workbench get shy --accept-licence"
    )


def test_a_data_set_may_be_called_like_its_source(say, home, monkeypatch, export):
    """With PATH and --name it is the reader, without both the data set; with one, neither."""
    about = judged("judgments")
    offer(monkeypatch, about)
    path = put(home / "data" / "raw", about)

    assert "Votes: loaded" in say("load", "judgments").out
    assert "mine: loaded" in say("load", "judgments", str(path), "--name", "mine").out
    assert sorted(data.names()) == ["judgments", "mine"]
    for words, alone in (([str(path)], "a path"), (["--name", "mine"], "a name")):
        done = say("load", "judgments", *words)
        assert done.status == 2
        assert done.err.endswith(
            "Error: load judgments: expected PATH and --name for an export of your own, or neither "
            f"for the data set judgments; got {alone} alone. Add the other one, or leave it out.\n"
        )


def test_help_lists_every_source(say):
    """`load --help` has a line for each reader, found in its folder."""
    said = say("load", "--help")

    assert all(f"  {name} " in said.out for name in load.list_commands(None))
    with pytest.raises(click.UsageError, match="got 'absent'"):
        load.get_command(None, "absent")


def test_help_of_a_source_lists_its_choices(say):
    """`load table --help` says what a table may look like, and every choice of its reader."""
    said = say("load", "table", "--help")

    assert "--map NAME=COLUMN" in said.out
    assert "--day-first / --month-first" in said.out
    assert "--deleted A,B,..." in said.out
    assert "Times are never guessed" in said.out
    shown = " ".join(said.out.split())
    assert "accounts, as empty ones always do [default: [deleted]]" in shown
    assert "--thread-ids [detect|post|topic]" in shown
    assert "--record-start [cut|launch]" in shown
    assert f"studies have fixed windows for {', '.join(platforms())} [default: forum]" in shown


@pytest.mark.parametrize("name", [*load.list_commands(None), *data.catalogue()])
def test_help_of_a_source_has_its_own_example(say, name):
    """What stands below the help of a reader or of a data set calls it, and no other."""
    said = say("load", name, "--help")
    below = said.out.rpartition("Example")[2]
    typed = re.findall(r"^ +workbench load (\S+)", below, re.MULTILINE)

    assert said.status == 0
    assert set(typed) == {name}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--thread-ids", "posts"], "'posts' is not one of 'detect', 'post', 'topic'"),
        (
            ["--rule", "zero-lag=keep", "--rule", "zero-lag=set-aside"],
            "expected one choice a rule; zero-lag is given two.",
        ),
        (["--record-start", "2024"], "'2024' is not one of 'cut', 'launch'"),
        (
            ["--map", "post_id=id,post_id=topic,author_id=user"],
            "expected every name once; post_id is given two columns.",
        ),
    ],
)
def test_a_choice_that_there_is_not_is_a_wrong_call(say, export, words, said):
    """The choices that there are stand in the message."""
    done = say(*TABLE, *words)

    assert done.status == 2
    assert said in done.err


@pytest.mark.parametrize("source", ["auto", "table"])
def test_an_empty_path_is_a_wrong_call(say, export, source):
    """It is not taken for the folder in which the command was typed."""
    done = say("load", source, "", "--name", "mine")

    assert done.status == 2
    assert "expected a path, got an empty one. Name a file or a folder." in done.err


def test_the_name_of_an_embedded_data_set_is_refused(say, export):
    """An export of one's own gets a name of its own."""
    words = ("load", "table", "posts.csv", "--name", "chit-chat", "--map", MAP)

    assert say(*words).problem == (
        "load chit-chat: expected a name of your own, got that of the embedded data set. "
        "Choose another name."
    )


def test_what_thread_ids_were_taken_for(say):
    """Ids of posts, or numbers of topics; a guess that makes replies come too early is doubted."""
    day = "2024-05-0{}T10:00Z"
    # Topics 1 to 3 name posts that carry the same number, but posts 4 to 6 are older than those.
    late = [f"{i},{i},ann,{day.format(9)}" for i in (1, 2, 3)]
    early = [f"{i + 3},{i},bob,{day.format(1)}" for i in (1, 2, 3)]
    write(*late, *early)

    assert (
        "  thread ids read as: post ids (3 posts are older than the post so named: "
        "try --thread-ids topic)\n"
    ) in say(*TABLE, "--map", MAP).out
    said = say(*TABLE, "--map", MAP, "--thread-ids", "topic").out
    assert "  thread ids read as: topic numbers\n" in said
    assert "6 read = 6 kept" in said
    assert (
        "  thread ids read as: post ids\n" in say(*TABLE, "--map", MAP, "--thread-ids", "post").out
    )


def test_an_author_called_like_a_placeholder(say):
    """The line names the word and the option; after the option there is nothing to say."""
    write("1,1,None,2024-05-01T10:00Z", "2,1,ann,2024-05-01T11:00Z")
    line = "  posts by an author called None: 1 (if that is nobody, add it to --deleted)\n"

    assert line in say(*TABLE, "--map", MAP).out
    assert line in say("check", "mine").out
    said = say(*TABLE, "--map", MAP, "--deleted", "[deleted],None").out
    assert "called None" not in said
    assert "posts by deleted authors: 1" in said


def test_a_map_without_a_column_is_a_wrong_call(say, export):
    """`--map` takes pairs; a lonely name is a wrong call."""
    done = say(*TABLE, "--map", "thread_id")

    assert done.status == 2
    assert "expected NAME=COLUMN,NAME=COLUMN; 'thread_id' has no column" in done.err


def test_a_missing_column_names_those_found(say, export):
    """Without a map, the line names what is missing and what the file has."""
    assert say(*TABLE).problem == (
        "table posts.csv: expected a column for author_id, got id, topic, user, when. "
        "Say which one it is: --map author_id=COLUMN."
    )


def test_a_misspelt_column_is_pointed_out(say, export):
    """A map to a column that is not there names the nearest that is."""
    assert say(*TABLE, "--map", MAP.replace("=user", "=uesr")).problem == (
        "table posts.csv: expected a column uesr for author_id, got id, topic, user, when. "
        "Say which one it is: --map author_id=user."
    )


@pytest.mark.parametrize(
    ("time", "options", "flags"),
    [
        ("2024-05-01 10:00", [], ["--timezone Europe/Rome"]),
        ("3/4/2024 10:00", ["--timezone", "UTC"], ["--day-first", "--month-first"]),
    ],
)
def test_ambiguous_times_name_the_flag(say, time, options, flags):
    """A time that could mean two moments is refused with the option that decides."""
    write(f"1,1,Rosalind,{time}")
    problem = say(*TABLE, "--map", MAP, *options).problem

    assert all(flag in problem for flag in flags)
    assert "Rosalind" not in problem


def test_choices_reach_the_reader(say):
    """Switches, lists and texts of the command line are what the reader is given."""
    write("1,1,ghost,3/4/2024 10:00", "2,1,ann,4/4/2024 10:00")
    options = ["--timezone", "UTC", "--day-first", "--deleted", "ghost, gone", "--title", "Ours"]

    assert say(*TABLE, "--map", MAP, *options).status == 0
    stored = data.open("mine")
    assert stored.title == "Ours"
    assert stored.manifest["options"]["deleted"] == ["ghost", "gone"]
    assert stored.posts["author_id"].null_count() == 1
    # 3 April 2024, 10:00 UTC, is 1,712,138,400 seconds after 1970.
    assert stored.posts["created_us"].min() == 1_712_138_400_000_000


def test_without_a_title_the_name_is_shown(say, mine, export):
    """Readers see what the data set is called, not what the file happens to be called."""
    assert data.open(mine).title == "mine"


def test_an_empty_file_is_refused(say):
    """A file without bytes has no rows."""
    Path("posts.csv").touch()

    assert say(*TABLE, "--map", MAP).problem == (
        "table posts.csv: expected rows, got an empty file. Export it again."
    )


def test_a_folder_is_no_file(say):
    """A folder in place of a table is refused."""
    Path("posts.csv").mkdir()

    assert say(*TABLE, "--map", MAP).problem == (
        "table posts.csv: expected a file, got a directory. Name one file inside it."
    )


def test_a_file_that_is_not_there(say):
    """A wrong path is named."""
    assert say(*TABLE, "--map", MAP).problem == (
        "load mine: expected an export at posts.csv, found nothing. Mend the path."
    )


def test_a_file_that_cannot_be_read(say, export, monkeypatch):
    """What the operating system refuses is said in one line."""
    real = Path.open

    def refused(path, *rest, **more):
        if path.name == "posts.csv":
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **more)

    monkeypatch.setattr(Path, "open", refused)

    assert say(*TABLE, "--map", MAP).problem == (
        "load mine: cannot read posts.csv (Permission denied). "
        "Check the path, its permissions and the free space; nothing was changed."
    )


def test_a_name_that_cannot_be_a_folder(say, export):
    """A data set's name is small letters, digits and hyphens."""
    words = ("load", "table", "posts.csv", "--name", "My Forum", "--map", MAP)

    assert "expected small letters, digits and hyphens" in say(*words).problem


def test_any_export_is_recognised(say):
    """`load auto` says which source it took and why, and loads as that source would."""
    said = say("load", "auto", str(EXPORTS / "slack"), "--name", "club", "--internal")

    assert said.status == 0
    assert said.err.startswith("club: read as slack, because it holds channels.json")
    assert said.out.startswith("club: loaded\n")
    assert data.open("club").manifest["internal"]


def test_rules_are_chosen(say, export):
    """`--rule` reaches cleaning under its name; what cannot be one is a wrong call."""
    done = say(*TABLE, "--map", MAP, "--rule", "zero-lag=set-aside")
    wrong = say(*TABLE, "--map", MAP, "--rule", "zero-lag")
    absent = say(*TABLE, "--map", MAP, "--rule", "zero=keep")

    assert done.status == 0
    assert data.open("mine").manifest["rules"]["zero-lag"]["choice"] == "set-aside"
    assert wrong.status == 2
    assert "expected RULE=CHOICE, such as zero-lag=set-aside; got 'zero-lag'." in wrong.err
    assert absent.problem.startswith("rules: expected names of rules, got 'zero'; there are ")


def test_accounts_of_one_person_are_joined(say, export):
    """A list of merged accounts is applied, and posts that change their author are counted."""
    Path("same.csv").write_text("account,is_now\nbob,ann\n", encoding="utf-8")

    said = say(*TABLE, "--map", MAP, "--same-person", "same.csv")

    assert "posts of merged accounts: 2" in said.out
    assert data.open("mine").manifest["cleaning"]["same_person"]


def test_a_newer_export_is_merged_and_counted(say, mine, export):
    """What is new is told beside what was stored; other choices are refused until asked for."""
    rows = export.read_text(encoding="utf-8").splitlines()
    export.write_text("\n".join([*rows, "p9,p9,ann,2024-06-01 10:00Z"]) + "\n", encoding="utf-8")

    said = say(*TABLE, "--map", MAP)
    other = say(*TABLE, "--map", MAP, "--timezone", "UTC")
    forgotten = say(*TABLE, "--map", MAP, "--timezone", "UTC", "--replace", "--force")

    assert "posts, beside what was stored: 1 new" in said.out
    assert (other.status, "got another choice of timezone" in other.err) == (1, True)
    assert forgotten.out.startswith(
        "REPLACED: what was loaded as mine before is not merged in, because that was asked for\n"
    )
