"""Which name an export may be stored under: none that is taken, and none that means other data."""

from __future__ import annotations

from workbench.data import store
from workbench.data.downloads import downloads
from workbench.data.entries import catalogue
from workbench.data.places import checked_name
from workbench.errors import DataError


def own_name(name: str) -> str:
    """
    `name`, if somebody's own export may be called so.

    Raises
    ------
    DataError
        It cannot be a name, or it is that of a data set that is embedded or can be fetched.
    """
    taken = "the embedded data set" if name in catalogue() else None
    if name in downloads():
        taken = "a data set that `workbench get` fetches"
    if taken is not None:
        raise DataError(
            f"load {name}: expected a name of your own, got that of {taken}. Choose another name."
        )
    return checked_name(name)


def refuse_other_kind(name: str, *, simulated: bool) -> None:
    """
    Return unless `name` is loaded with real data and simulated ones are to come, or the reverse.

    Raises
    ------
    DataError
        One would take the place of the other.
    """
    if not store.folder(name).is_dir():
        return
    try:
        stored = store.read_manifest(name) or {}
    except DataError:
        return  # what is damaged tells nothing, and is to be loaded again
    if bool(stored.get("is_simulated")) != simulated:
        kinds = ("real data", "simulated data")
        raise DataError(
            f"data set {name}: expected a name that is free for {kinds[simulated]}, got that of "
            f"{kinds[not simulated]}. Choose another name, or say: workbench remove {name}"
        )
