"""Names: whose they are, and which kind of data may take the place of which."""

import pytest

from workbench.data.downloads import downloads
from workbench.data.entries import catalogue
from workbench.data.reserved import own_name
from workbench.errors import DataError


def test_a_free_name():
    """Any other name is one's own."""
    assert own_name("my-forum") == "my-forum"


@pytest.mark.parametrize("name", ["chit-chat", "crowd-cf"])
def test_every_name_of_the_workbench_is_taken(name):
    """Embedded data sets and those that can be fetched, each in its own words."""
    whose = {
        "chit-chat": "the embedded data set",
        "crowd-cf": "a data set that `workbench get` fetches",
    }
    assert name in {**catalogue(), **downloads()}

    with pytest.raises(DataError) as refused:
        own_name(name)

    assert str(refused.value) == (
        f"load {name}: expected a name of your own, got that of {whose[name]}. Choose another name."
    )


def test_what_is_no_name():
    """A name becomes a folder's."""
    with pytest.raises(DataError, match="expected small letters, digits and hyphens"):
        own_name("My forum")
