"""What a finding or a page rests on: the code, the data, the hash of hypothesis and choices."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from workbench import data
from workbench.data import Community
from workbench.data.downloads import Download
from workbench.studies.hypotheses import Hypothesis

NAMED_FILES = 8


@cache
def code_commit() -> str:
    """The commit of the checkout the code runs from; else the installed version."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=Path(__file__).parent, capture_output=True, text=True, check=True, timeout=10,
        )  # fmt: skip
        return found.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return f"version {metadata.version('community-workbench')}"


def config_hash(hypothesis: Hypothesis, community: Community, choices: Any) -> str:
    """
    One hash over the hypothesis, the export, the choices of loading, and those of the study.

    `choices` are windows and knobs: a dataclass or a mapping of plain values.

    The stored tables are not in it: they hold pseudonyms, which differ from machine to machine.
    """
    content = {
        "hypothesis": hypothesis.hash,
        "data": community.manifest["config_hash"],
        "inputs": [file["sha256"] for file in community.manifest["inputs"]],
        "windows": dict(choices) if isinstance(choices, Mapping) else asdict(choices),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def data_rows(names: Sequence[str]) -> list[tuple[str, str]]:
    """
    What the foot of a page says of its data: (label, value), files with the start of their hash.

    `names` are those of communities and of data sets that can be fetched; what is neither loaded
    nor at hand was not used, and is left out. Without a name the page uses no data.
    """
    if not names:
        return [("Data", "none, simulated")]
    loaded, fetched = set(data.names()), data.downloads()
    rows = []
    for name in names:
        if name in loaded:
            rows += _community_rows(data.open(name).manifest)
        elif name in fetched and data.raw_files(name) is not None:
            rows += _download_rows(fetched[name])
    return rows


def _community_rows(about: Mapping[str, Any]) -> list[tuple[str, str]]:
    files = [(file["name"], file["sha256"]) for file in about["inputs"]]
    # A name that the analyst or the platform gave may be a person's; those in packages are not.
    said = _hashes(files, named=about["package"] is not None)
    licence = f"; licence {about['licence']}" if about["licence"] else ""
    return _rows(about["title"], f"{said}{licence}", about["citation"])


def _download_rows(about: Download) -> list[tuple[str, str]]:
    files = [(file.name, file.sha256) for file in about.files]
    said = f"{_hashes(files, named=True)}; licence {about.licence}. {about.terms}"
    return _rows(about.title, said, about.citation)


def _hashes(files: Sequence[tuple[str, str]], *, named: bool) -> str:
    """Files, or only their number, with the start of each hash; of many one hash over all."""
    number = f"{len(files):,} file{'' if len(files) == 1 else 's'}"
    if len(files) > NAMED_FILES:
        digest = hashlib.sha256("".join(digest for _, digest in files).encode()).hexdigest()
        return f"{number}, together sha256 {digest[:16]}…"
    if not named:
        return f"{number}, sha256 {', '.join(f'{digest[:16]}…' for _, digest in files)}"
    return "; ".join(f"{name} sha256 {digest[:16]}…" for name, digest in files)


def _rows(title: str, said: str, citation: str) -> list[tuple[str, str]]:
    return [(f"Data: {title}", said), *([("Cite", citation)] if citation else [])]
