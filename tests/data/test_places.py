"""Places: which folder is meant, which names are allowed."""

import stat
import tomllib
from pathlib import Path

import pytest

from workbench.data import places
from workbench.errors import DataError


def test_the_environment_goes_first(monkeypatch, tmp_path):
    """Both folders can be put anywhere."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "d"))
    monkeypatch.setenv("WORKBENCH_REPORTS", "~/r")

    assert places.data_folder() == tmp_path / "d"
    assert places.reports_folder() == Path.home() / "r"


def test_the_checkout_comes_next_wherever_one_stands(monkeypatch, tmp_path):
    """With an editable installation the folders do not depend on the working directory."""
    monkeypatch.delenv("WORKBENCH_DATA")
    monkeypatch.delenv("WORKBENCH_REPORTS", raising=False)
    monkeypatch.chdir(tmp_path)
    root = Path(__file__).resolve().parents[2]

    assert tomllib.loads((root / "pyproject.toml").read_text())["project"]["name"] == places.PROJECT
    assert places.data_folder() == root / "data"
    assert places.reports_folder() == root / "reports"


@pytest.mark.parametrize(
    ("folder", "project"), [("src", "something-else"), ("site-packages", places.PROJECT)]
)
def test_another_project_is_not_the_checkout(monkeypatch, tmp_path, folder, project):
    """Installed in somebody's project, or in the environment inside a checkout: use ./data."""
    (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "{project}"\n')
    inside = tmp_path / folder / "workbench" / "data" / "places.py"
    monkeypatch.delenv("WORKBENCH_DATA")
    monkeypatch.setattr(places, "__file__", str(inside))
    monkeypatch.chdir(tmp_path)
    places.checkout.cache_clear()
    try:
        assert places.checkout() is None
        assert places.data_folder() == tmp_path / "data"
    finally:
        places.checkout.cache_clear()


def test_the_private_folder_is_for_its_owner_only(data_home):
    """Others on the machine cannot list it."""
    assert places.private_folder() == data_home / "private"
    assert stat.S_IMODE(places.private_folder().stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["mine", "2024", "my-forum"])
def test_allowed_names(name):
    """Small letters, digits and hyphens."""
    assert places.checked_name(name) == name


@pytest.mark.parametrize("name", ["", "-x", "Mine", "a/b", "..", ".new-x", "a b", "a\n", "ü"])
def test_refused_names(name):
    """Nothing that could leave the folder or clash with a name of the store."""
    with pytest.raises(DataError, match="expected small letters, digits and hyphens") as refused:
        places.checked_name(name)
    assert "\n" not in str(refused.value)


def test_what_the_system_refuses_is_one_line():
    """The reason of the operating system is kept."""
    with (
        pytest.raises(
            DataError, match=r"^load mine: cannot read \S+ \(No such file or directory\)"
        ),
        places.disk("load mine", "read", Path("/x")),
    ):
        Path("/nowhere/at/all").read_bytes()


@pytest.mark.parametrize("inside", ["", "inside"])
def test_a_file_is_no_data_folder(monkeypatch, tmp_path, inside):
    """The file in the way is named, with the variable to set."""
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("WORKBENCH_DATA", str(file / inside))

    with pytest.raises(DataError) as refused:
        places.processed_folder()

    assert str(refused.value) == (
        f"data folder {file / inside}: expected a folder, but {file} is not a folder. "
        "Set WORKBENCH_DATA to one, or move that file away."
    )


def test_raw_files_have_a_place_of_their_own(monkeypatch, tmp_path):
    """In the data folder, unless the environment says otherwise."""
    monkeypatch.delenv("WORKBENCH_RAW", raising=False)
    assert places.raw_folder() == places.data_folder() / "raw"

    monkeypatch.setenv("WORKBENCH_RAW", str(tmp_path / "r"))
    assert places.raw_folder() == tmp_path / "r"


@pytest.mark.parametrize(("variable", "inside"), [("WORKBENCH_RAW", ""), ("WORKBENCH_DATA", "raw")])
def test_a_file_is_no_raw_folder(monkeypatch, tmp_path, variable, inside):
    """The file in the way is named, with the variable that put it there."""
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.delenv("WORKBENCH_RAW", raising=False)
    monkeypatch.setenv(variable, str(file))

    with pytest.raises(DataError) as refused:
        places.raw_folder()

    assert str(refused.value) == (
        f"raw folder {file / inside}: expected a folder, but {file} is not a folder. "
        f"Set {variable} to one, or move that file away."
    )


def test_a_private_file_is_whole_or_as_it_was(tmp_path, monkeypatch):
    """A write that is stopped leaves the old content; what is written is seen at once."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    path = places.private_folder() / "kind" / "name.csv"
    places.write_private(path, "one\n")
    assert path.read_bytes() == b"one\n"

    monkeypatch.setattr(places.os, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        places.write_private(path, "two\n")
    assert path.read_bytes() == b"one\n"
