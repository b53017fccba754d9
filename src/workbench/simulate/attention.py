"""People who read a feed with limited attention: inflow, capacity and responses, day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.special import expit

from workbench.errors import SimulationError
from workbench.simulate._asked import whole
from workbench.simulate.attention_law import (
    HOURS,
    Floats,
    Settings,
    expected_auc,
    expected_responses,
    log_odds,
)
from workbench.simulate.seeds import generator

__all__ = ["Attention", "Settings", "expected_auc", "expected_responses", "simulate"]

EFFECTS = ("overload", "capacity", "discrimination_loss", "quality_effect", "threshold")
MOST_DAYS = 5_000_000
MOST_ITEMS = 30_000_000


@dataclass(frozen=True)
class Attention:
    """
    A simulated feed.

    Attributes
    ----------
    days : one row a person and day: person, day, inflow (items that arrived), online (a visit),
        viewed and responses (items looked at and responded to; 0 without a visit).
    people : one row a person, what no data set would show: person, capacity, eagerness
        (log-odds, 0 on average), hourly_inflow (of a median day).
    items : if asked, one row an item that reached a person who was online: person, day, item (in
        the order of arrival, from 1), depth (place in the feed as shown, from 1), age (hours at
        the visit), quality (standard deviations), viewed, responded. None if not asked.
    truth : the planted effects, named as in `Settings`.
    """

    days: pd.DataFrame
    people: pd.DataFrame
    items: pd.DataFrame | None
    truth: dict[str, float]
    settings: Settings
    seed: int


def simulate(
    settings: Settings, *, seed: int, people: int = 200, days: int = 30, items: bool = False
) -> Attention:
    """
    Draw `people` over `days`; the same seed gives the same rows, with or without `items`.

    Raises
    ------
    SimulationError
        A size or the seed is no whole number in its range, or there are too many rows to hold.
    """
    whole(people, where="attention", name="people", least=1, most=MOST_DAYS)
    whole(days, where="attention", name="days", least=1, most=MOST_DAYS // people)
    crowd = _people(settings, seed, people)
    frame = _days(settings, seed, crowd, days)
    viewed = frame["viewed"].to_numpy()
    quality = generator(seed, "attention", "quality").normal(size=viewed.sum())
    eagerness = np.repeat(crowd["eagerness"].to_numpy(), days)
    odds = log_odds(settings, np.repeat(frame["inflow"].to_numpy(), viewed), quality)
    chance = expit(odds + np.repeat(eagerness, viewed))
    responded = generator(seed, "attention", "responses").random(len(chance)) < chance
    rows = np.repeat(np.arange(len(frame)), viewed)
    frame["responses"] = np.bincount(rows[responded], minlength=len(frame))
    listed = _items(settings, seed, frame, quality, responded) if items else None
    truth = {name: float(getattr(settings, name)) for name in EFFECTS}
    return Attention(frame, crowd, listed, truth, settings, seed)


def _people(settings: Settings, seed: int, people: int) -> pd.DataFrame:
    """One row a person; every column has a stream of its own."""
    follows, own, attention = (
        generator(seed, "attention", name).normal(size=people)
        for name in ("people inflow", "people eagerness", "people capacity")
    )
    rho = settings.self_selection
    eager = rho * follows + np.sqrt(1 - rho**2) * own
    return pd.DataFrame(
        {
            "person": np.arange(people),
            "capacity": settings.capacity * np.exp(settings.capacity_sd * attention),
            "eagerness": settings.eagerness_sd * eager,
            "hourly_inflow": settings.inflow * np.exp(settings.inflow_sd_people * follows),
        }
    )


def _days(settings: Settings, seed: int, people: pd.DataFrame, days: int) -> pd.DataFrame:
    """One row a person and day, without the responses."""
    shape = (len(people), days)
    shock, activity = (
        generator(seed, "attention", name).normal(size=shape) for name in ("day inflow", "activity")
    )
    usual = np.log(people["hourly_inflow"].to_numpy())[:, None]
    rate = np.exp(usual + settings.inflow_sd_days * shock + settings.simultaneity * activity)
    inflow = generator(seed, "attention", "arrivals").poisson(HOURS * rate)
    # A visit happens on the most active days, so that its share is exactly as planted.
    online = activity > stats.norm.isf(settings.online)
    capacity = np.broadcast_to(people["capacity"].to_numpy()[:, None], shape)
    attention = generator(seed, "attention", "attention").poisson(capacity)
    return pd.DataFrame(
        {
            "person": np.repeat(people["person"].to_numpy(), days),
            "day": np.tile(np.arange(days), len(people)),
            "inflow": inflow.ravel(),
            "online": online.ravel(),
            "viewed": np.where(online, np.minimum(inflow, attention), 0).ravel(),
        }
    )


def _items(
    settings: Settings,
    seed: int,
    days: pd.DataFrame,
    quality: Floats,
    responded: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    """One row an item of the days with a visit; unseen items get a quality of their own stream."""
    shown = days[days["online"]]
    inflow = shown["inflow"].to_numpy()
    if inflow.sum() > MOST_ITEMS:
        raise SimulationError(
            f"attention: expected at most {MOST_ITEMS:,} items, got {inflow.sum():,}. "
            "Ask for fewer people or days, or for no items."
        )
    row = np.repeat(np.arange(len(shown)), inflow)
    item = np.arange(len(row)) - np.repeat(np.cumsum(inflow) - inflow, inflow) + 1
    depth = np.repeat(inflow, inflow) + 1 - item if settings.policy == "LIFO" else item
    ages = generator(seed, "attention", "ages").random(len(row)) * HOURS
    ages = ages[np.lexsort((-ages, row))]  # item 1 is the oldest
    viewed = depth <= np.repeat(shown["viewed"].to_numpy(), inflow)
    worth = generator(seed, "attention", "unseen quality").normal(size=len(row))
    worth[viewed] = quality
    reply = np.zeros(len(row), dtype=bool)
    reply[viewed] = responded
    return pd.DataFrame(
        {
            "person": np.repeat(shown["person"].to_numpy(), inflow),
            "day": np.repeat(shown["day"].to_numpy(), inflow),
            "item": item,
            "depth": depth,
            "age": ages,
            "quality": worth,
            "viewed": viewed,
            "responded": reply,
        }
    )
