"""The row that says what a community is, as every reader writes it."""

from __future__ import annotations

import re

import polars as pl

from workbench.schema import COMMUNITIES


def community(
    *,
    community_id: str,
    name: str,
    platform: str,
    record_start: str,
    timezone: str,
    timezone_source: str,
    observed_from_us: int | None = None,
    observed_until_us: int | None = None,
) -> pl.DataFrame:
    """One row of `schema.COMMUNITIES`; an empty bound means that of the posts themselves."""
    row = {
        "community_id": community_id,
        "name": name,
        "platform": platform,
        "timezone": timezone,
        "timezone_source": timezone_source,
        "record_start": record_start,
        "observed_from_us": observed_from_us,
        "observed_until_us": observed_until_us,
        "ranking_policy": None,
    }
    return pl.DataFrame([row], schema=COMMUNITIES.polars_schema())


def slug(name: str, *, otherwise: str) -> str:
    """`name` as an id: small letters, digits and hyphens; `otherwise` where none is left."""
    return re.sub(r"\W+", "-", name.lower()).strip("-_") or otherwise
