"""What `workbench run` fetches by itself: small data sets that anybody may pass on."""

from __future__ import annotations

import os

import click

from workbench import data
from workbench.data import Download
from workbench.errors import DataError

OFFLINE = "WORKBENCH_OFFLINE"
LIMIT_SECONDS = 60.0  # a slow network must not keep the pages back


def fetch_along(*, offline: bool) -> None:
    """
    Fetch the data sets that come with the report and are neither loaded nor at hand.

    One that cannot be had is left out, in one line; nothing is fetched where `offline` or
    WORKBENCH_OFFLINE forbids it.
    """
    forbidden = "--offline" if offline else _by_variable()
    for about in wanting():
        if forbidden:
            _tell(about, f"left out, because {forbidden} forbids fetching it ({_size(about)})")
            continue
        _tell(about, f"fetching {_size(about)}, licence {about.licence}; to forbid it: "
              "workbench run --offline")  # fmt: skip
        try:
            data.get(about.name, seconds=LIMIT_SECONDS)
        except DataError as error:
            _tell(about, f"left out. {error}")


def wanting() -> list[Download]:
    """Data sets that come with the report and are neither loaded nor at hand."""
    loaded, there = data.names(), data.at_hand()
    return [
        about
        for name, about in data.downloads().items()
        if about.with_report and name not in loaded and not there[name]
    ]


def _by_variable() -> str:
    return OFFLINE if os.environ.get(OFFLINE, "") not in ("", "0") else ""


def _size(about: Download) -> str:
    fetched = about.wheel.itself.bytes if about.wheel else about.bytes
    return f"{fetched / 1e6:.0f} MB"


def _tell(about: Download, what: str) -> None:
    click.echo(f"{about.name}: {what}", err=True)
