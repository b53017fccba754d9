"""An invented data set that is fetched and has a reader, and its file below a raw folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

from workbench.data import Download, RawFile


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


def put(raw: Path, about: Download) -> Path:
    """Its file below a raw folder, under a name that is not the catalogue's."""
    path = raw / "anywhere" / f"{about.name}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(votes(about.name))
    return path
