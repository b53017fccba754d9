"""Ids as somebody types them -> ids as the tables have them, asked of the data set's source."""

from __future__ import annotations

from collections.abc import Iterable

from workbench import sources
from workbench.data.community import open_community
from workbench.errors import DataError


def as_stored(name: str, kind: str, typed: Iterable[str]) -> list[str]:
    """
    Each id in the forms under which the data set has it; as typed where nothing is loaded.

    `kind` is `account` or `post`. Blank ones are left out.
    """
    given = [one.strip() for one in typed if one.strip()]
    try:
        community = open_community(name)
        posts = community.posts["post_id"]
    except DataError:
        return given
    reader = sources.sources().get(community.manifest["source"])
    if reader is None or reader.ids is None:
        return given
    return [form for one in given for form in reader.ids(one, kind, posts)]
