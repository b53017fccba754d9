"""`workbench doctor`: each problem is found, and comes with its cure."""

from __future__ import annotations

from importlib import metadata

import pytest
from data.fetched import judged, put
from data.local_server import offer

from workbench import data
from workbench.cli import doctor

REAL = metadata.version
MAP = "post_id=id,thread_id=topic,author_id=user,created_at=when"


def lines(say, status: int) -> list[str]:
    """What the doctor says, as lines."""
    said = say("doctor")
    assert said.status == status, said.out
    return said.out.splitlines()


def problems(say) -> list[str]:
    """The lines of problems, of which there are some."""
    found = [line for line in lines(say, 1) if line.startswith("PROBLEM")]
    assert found
    return found


def pretend(monkeypatch, package: str, version: str | None) -> None:
    """Let `package` look as if it had this version, or as if it were not there."""

    def found(name: str) -> str:
        if name != package:
            return REAL(name)
        if version is None:
            raise metadata.PackageNotFoundError(name)
        return version

    monkeypatch.setattr(doctor.metadata, "version", found)


def test_a_sound_installation(say, mine):
    """Everything that is needed is there, and status is 0."""
    found = lines(say, 0)

    assert any(line.startswith("ok      packages: all there") for line in found)
    assert any(line.startswith("ok      data set mine: sound") for line in found)
    for entry in data.catalogue().values():
        assert f"ok      data {entry.name}: {entry.package} {entry.version}" in found


def test_a_missing_package(say, monkeypatch):
    """The package is named with the command that installs it; what needs packages is left out."""
    pretend(monkeypatch, "nbclient", None)

    assert problems(say) == [
        "PROBLEM package nbclient: not installed -> pip install 'nbclient>=0.10.2'"
    ]
    assert "note    data and folders: not looked at -> mend the packages first" in lines(say, 1)


def test_a_wrong_version(say, monkeypatch):
    """A version outside the allowed range is a problem too."""
    pretend(monkeypatch, "pandas", "2.2.3")

    assert problems(say) == ["PROBLEM package pandas: 2.2.3 -> pip install 'pandas>=3.0'"]


def test_two_packages_that_overwrite_each_other(say, monkeypatch):
    """pyspark-client beside pyspark is a problem, because its files take the place of others."""
    versions = {"pyspark": "4.0.0", "pyspark-client": "4.0.0"}
    monkeypatch.setattr(
        doctor.metadata, "version", lambda name: versions[name] if name in versions else REAL(name)
    )

    assert problems(say) == [
        "PROBLEM package pyspark-client: installed beside pyspark, whose files it overwrites -> "
        "pip uninstall pyspark-client, then install pyspark again"
    ]


def test_an_old_python(say, monkeypatch):
    """A Python that is too old is a problem."""
    monkeypatch.setattr(doctor.sys, "version_info", (3, 10, 2))

    assert "PROBLEM Python: 3.10.2 -> install Python 3.11 or newer" in problems(say)


def test_data_that_changed_inside_its_package(say, monkeypatch):
    """A package whose file is not the one described is a problem with the way to mend it."""
    monkeypatch.setattr("workbench.data.entries.file_hash", lambda _: "0" * 64)
    found = problems(say)

    assert len(found) == len(data.catalogue())
    assert all("pip install --force-reinstall" in line for line in found)


@pytest.mark.parametrize("variable", ["WORKBENCH_DATA", "WORKBENCH_REPORTS"])
def test_a_folder_that_cannot_be_written(say, home, monkeypatch, variable):
    """A file in the place of a folder is a problem; the variable to change is named."""
    (home / "file").write_text("")
    for folder in (home / "file", home / "file" / "inside"):
        monkeypatch.setenv(variable, str(folder))

        assert problems(say) == [
            f"PROBLEM folder {folder}: {home / 'file'} is not a folder -> "
            f"set {variable} to another folder"
        ]


def test_a_foreign_folder_is_a_note(say, mine, home):
    """A folder whose name no data set can have is passed over, and mentioned."""
    (home / "data" / "processed" / "Old Forum").mkdir()
    found = lines(say, 0)

    assert (
        f"note    folder {home / 'data' / 'processed' / 'Old Forum'}: "
        "no data set can be called so -> move it elsewhere"
    ) in found
    assert "ok      data set mine: sound" in found


def test_a_manifest_changed_by_hand(say, mine, export, home):
    """The damaged data set is a problem with its cure; the others are looked at as before."""
    words = ("load", "table", str(export), "--name", "other", "--map", MAP)
    assert say(*words).status == 0
    path = home / "data" / "processed" / "mine" / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"counts": {', '"counts": 3, "x": {'))

    (found,) = problems(say)
    assert "got one whose counts cannot be right. Load again: workbench load table " in found
    assert "ok      data set other: sound" in lines(say, 1)


def test_looking_makes_no_key(say, mine, home):
    """A lost key is a problem, and no other takes its place."""
    path = home / "data" / "private" / "pseudonym.key"
    path.unlink()

    (found,) = problems(say)
    assert f"the pseudonym key is missing: restore {path} from a copy." in found
    assert not path.exists()


def test_a_folder_without_permission(say, home, monkeypatch):
    """A folder that the operating system keeps closed is a problem."""
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)

    assert len(problems(say)) == 2


def test_a_damaged_data_set(say, mine):
    """A loaded data set that is not sound is a problem."""
    (data.open(mine).folder / "posts.parquet").write_bytes(b"")
    (found,) = problems(say)

    assert found.startswith("PROBLEM data set mine: ")
    assert found.endswith("-> workbench check mine")


def test_what_is_nice_to_have_is_a_note(say, monkeypatch):
    """Without JupyterLab, Spark, Java and a browser the workbench works, so that status is 0."""
    monkeypatch.setattr(doctor.util, "find_spec", lambda _: None)
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    monkeypatch.delenv("CHROMIUM", raising=False)
    pretend(monkeypatch, "pyspark", None)

    found = [line for line in lines(say, 0) if line.startswith("note")]
    assert [line for line in found if "workbench get" not in line] == [
        "note    JupyterLab: not installed -> make lab",
        "note    Spark, for more than one machine: pyspark not installed, Java not found -> "
        "pip install -e '.[spark]' and install Java 17 or newer, on Debian: default-jre-headless",
        "note    Chromium, for the browser tests: not found -> on Debian: apt-get install chromium",
    ]


def test_what_is_at_hand_and_what_can_be_fetched(say, home, monkeypatch):
    """Three fetched data sets: one is loaded, one waits to be, and one is not there yet."""
    place = home / "raw"
    monkeypatch.setenv("WORKBENCH_RAW", str(place))
    about = [judged(name) for name in ("done", "waiting", "absent")]
    offer(monkeypatch, *about)
    for one in about[:2]:
        put(place / one.name, one)
    say("load", "done")

    found = lines(say, 0)

    assert "note    data at hand, not loaded: waiting -> workbench load NAME" in found
    assert "note    data to be fetched: absent -> workbench get NAME" in found
    assert "ok      data set done: sound" in found
