"""Simulated data sets: the tables of all communities, what was hidden, and what is true."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from workbench.data.community import Community, in_memory
from workbench.errors import SimulationError
from workbench.simulate.record import one_community
from workbench.simulate.settings import Settings, size_of
from workbench.simulate.truths import Truth, truths


@dataclass(frozen=True, eq=False)
class Simulated:
    """
    A simulated data set.

    tables : communities, people and posts as `schema.TABLES` has them, by name.
    latent : one row a newcomer, with what nobody could observe: community_id, person_id, u
        (commitment), q (quality of the first question), availability (of answerers when it was
        asked: the instrument). settings, size, seed : what it was made from.
    """

    tables: dict[str, pl.DataFrame]
    latent: pl.DataFrame
    settings: Settings
    size: str
    seed: int

    @property
    def names(self) -> tuple[str, ...]:
        """The communities, for `opened`."""
        return tuple(self.tables["communities"]["community_id"])

    @property
    def truth(self) -> dict[str, Truth]:
        """The true value of every hypothesis: see `truths`."""
        return truths(self.settings)


def community(settings: Settings | None = None, *, size: str = "tiny", seed: int) -> Simulated:
    """
    Simulate question-and-answer communities whose truth is known.

    Newcomers arrive in the rhythm of the week and open a thread with a question; helpers, whose
    accounts are older than the record, write all answers; newcomers come back elsewhere in a
    Poisson process that an answer speeds up by what was planted. The same settings, size and seed
    give the same tables, bit for bit.

    Parameters
    ----------
    settings : what is planted. size : a key of `settings.SIZES`. seed : a whole number, 0 or more.

    Raises
    ------
    SimulationError
        The settings are no `Settings`, the size is unknown, or the seed is not a whole number, 0
        or more.
    """
    if not isinstance(settings, Settings | None):
        raise SimulationError(
            f"simulate: settings must be a simulate.Settings, got {type(settings).__name__}. "
            "Write Settings(tau=0.1), say."
        )
    chosen, wanted = Settings() if settings is None else settings, size_of(size)
    made = [
        one_community(
            chosen, wanted.newcomers, seed=seed, name=f"simulated-{number}",
            title=f"Simulated community {number}",
        )
        for number in range(1, wanted.communities + 1)
    ]  # fmt: skip
    tables = {name: pl.concat(tables[name] for tables, _ in made) for name in made[0][0]}
    return Simulated(tables, pl.concat(latent for _, latent in made), chosen, size, seed)


def opened(simulated: Simulated, name: str) -> Community:
    """
    One of the simulated communities, open for measures and studies like a loaded data set.

    Its manifest says that it is simulated, from which settings, and what is true.

    Raises
    ------
    SimulationError
        There is no such community.
    """
    if name not in simulated.names:
        raise SimulationError(
            f"simulate: no community {name!r}; there are {', '.join(simulated.names)}. "
            "Choose one of these."
        )
    own = pl.col("community_id") == name
    tables = {table: rows.filter(own) for table, rows in simulated.tables.items()}
    made: dict[str, Any] = {"size": simulated.size, "seed": simulated.seed}
    settings = asdict(simulated.settings)
    values = {what: asdict(truth) for what, truth in simulated.truth.items()}
    return in_memory(
        name, tables, title=tables["communities"]["name"].item(), source="simulated",
        options={**settings, **made, "community": name},
        truth={"settings": settings, **made, "true_values": values},
    )  # fmt: skip
