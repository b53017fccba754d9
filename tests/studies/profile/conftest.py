"""The club of these tests, open."""

from __future__ import annotations

import a_club
import pytest

from workbench.studies.profile.parts import Part


@pytest.fixture
def club() -> Part:
    """The club with its channels, roles and tags."""
    (part,) = a_club.parts(a_club.community(a_club.club_posts(), tags=a_club.club_tags()))
    return part
