"""What a finding rests on: the code's commit and the hash of data, hypothesis and choices."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path

from workbench.data import Community
from workbench.studies.hypotheses import Hypothesis, Windows


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


def config_hash(hypothesis: Hypothesis, community: Community, windows: Windows) -> str:
    """
    One hash over the hypothesis, the export, the choices of loading, and the windows used.

    The stored tables are not in it: they hold pseudonyms, which differ from machine to machine.
    """
    content = {
        "hypothesis": hypothesis.hash,
        "data": community.manifest["config_hash"],
        "inputs": [file["sha256"] for file in community.manifest["inputs"]],
        "windows": asdict(windows),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
