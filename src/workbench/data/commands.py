"""What to type to load a data set again, put together from what its manifest notes."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from workbench import sources
from workbench.data import rules
from workbench.data.manifest import is_plain
from workbench.data.named import named


def load_command(name: str, manifest: Any) -> str:
    """
    The command that loads `name` with the choices its manifest notes.

    `manifest` is whatever stands in the file, which may be damaged, or None where nothing is
    loaded. Words in capitals are what it does not tell; of a path it knows the last part only.
    """
    force = [] if manifest is None else ["--force"]
    if name in named():
        return " ".join(["workbench load", name, *force])
    about = manifest if isinstance(manifest, dict) else {}
    reader = sources.sources().get(str(about.get("source")))
    chosen = about.get("options")
    choices = _typed(name, reader, chosen) if reader and isinstance(chosen, dict) else []
    words = [reader.name if reader else "SOURCE", _file(about), "--name", name]
    return " ".join(["workbench load", *words, *choices, *_cleaning(about), *force])


def _cleaning(about: Mapping[str, Any]) -> list[str]:
    """Choices of cleaning that are made only if somebody makes them, as they are typed."""
    cleaning = about.get("cleaning")
    chosen = cleaning if isinstance(cleaning, dict) else {}
    given = chosen.get("rules")
    words = ["--same-person", "LIST"] if chosen.get("same_person") else []
    for name, usual in rules.chosen({}).items():
        choice = given.get(name, usual) if isinstance(given, dict) else usual
        if isinstance(choice, str) and choice != usual:
            words += ["--rule", shlex.quote(f"{name}={choice}")]
    return words


def _file(about: Mapping[str, Any]) -> str:
    """The export's name, where it was a single file and the manifest has its name."""
    match about.get("inputs"):
        case [{"name": str(name)}] if is_plain(name):
            return name
    return "PATH"


def _typed(name: str, reader: sources.Source, chosen: Mapping[str, Any]) -> list[str]:
    """Choices that are not the reader's own, as they are typed."""
    words = []
    for option in reader.options:
        given = chosen.get(option.name)
        default = list(option.default) if option.kind == "list" else option.default
        own = option.name == "title" and given == name  # what the command line takes by itself
        if given is None or given == default or own:
            continue
        flag = f"--{option.name.replace('_', '-')}"
        match option.kind, given:
            case "switch", bool():
                words.append(f"--{option.switch[0 if given else 1]}")
            case "pairs", dict():
                pairs = ",".join(f"{key}={value}" for key, value in given.items())
                words += [flag, shlex.quote(pairs)]
            case "list", list():
                words += [flag, shlex.quote(",".join(map(str, given)))]
            case "text", str() | int() | float():
                words += [flag, shlex.quote(str(given))]
    return words
