"""The methods of H3.1 and H3.1b tried where the truth is known: simulated feeds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import expit

from workbench.errors import ModelError
from workbench.models.result import Estimate
from workbench.models.split_lines import split_lines
from workbench.models.two_lines import projected
from workbench.simulate import attention
from workbench.simulate.attention_law import log_odds
from workbench.studies.calibration.draws import (
    COVERAGE,
    INTERVAL,
    NEITHER,
    Draw,
    Experiment,
    Target,
    drawn,
)
from workbench.studies.calibration.shown import Words
from workbench.studies.hypotheses import hypotheses
from workbench.studies.overload.bending import GRAINS
from workbench.studies.overload.replying import INFLOW, fall, turned

PEOPLE, DAYS = 60, 12
WORLDS = {"load does not matter": 0.0, "beyond a threshold people reply less": 0.8}

WORDS = {
    "H3.1": Words("H3.1 fewer replies", "Are fewer answered where more arrives? (H3.1)",
                  "in 100 for each doubling", 100),
    "H3.1b": Words("H3.1b above the bend", "Are fewer answered above the bend? (H3.1b)",
                   "in 100 for each doubling", 100),
}  # fmt: skip


def experiments() -> tuple[Experiment, ...]:
    """A feed in which load does not matter, and one in which it does beyond a threshold."""
    return tuple(_feed(said, overload) for said, overload in WORLDS.items())


def _feed(said: str, overload: float) -> Experiment:
    """The slope of H3.1, and that above the bend, which is chosen by the data."""
    settings = attention.Settings(overload=overload, self_selection=0.5)
    targets = {
        name: Target(
            name, said, NEITHER, truth=0.0, null=0.0 if overload == 0 else None,
            sesoi=hypotheses()[name].sesoi, held_to=held,
        )
        for name, held in (("H3.1", INTERVAL), ("H3.1b", COVERAGE))
    }  # fmt: skip
    return Experiment(f"overload, {said}", targets, partial(tried, settings))


def turns_of(settings: attention.Settings, seed: int) -> pd.DataFrame:
    """
    One row per item that somebody looked at: person, inflow (doublings), replied, chance (true).

    What was looked at stands for turns that reach somebody who is there.
    """
    world = attention.simulate(settings, seed=seed, people=PEOPLE, days=DAYS, items=True)
    assert world.items is not None
    arrived = world.days[["person", "day", "inflow"]]
    seen = world.items[world.items["viewed"]].merge(arrived, on=["person", "day"])
    eager = world.people["eagerness"].to_numpy()[seen["person"]]
    odds = log_odds(settings, seen["inflow"].to_numpy(), seen["quality"].to_numpy())
    return pd.DataFrame(
        {
            "person": seen["person"].astype(str),
            INFLOW: np.log2(1 + seen["inflow"].to_numpy(dtype=float)),
            "replied": seen["responded"].astype(float),
            "chance": expit(odds + eager),
        }
    )


def tried(settings: attention.Settings, seed: int) -> Mapping[str, Draw]:
    """Both estimates of one feed, each aimed at the same lines through the true chances."""
    frame = turns_of(settings, seed)
    columns = [INFLOW, "replied", "chance"]
    own = frame[columns] - frame.groupby("person")[columns].transform("mean")
    slope = (own[INFLOW] * own["chance"]).sum() / (own[INFLOW] ** 2).sum()
    found = fall(frame, covariates=(), absorb=("person",)).fall
    made = {"H3.1": drawn(found, aim=-float(slope))}
    load = own[INFLOW].round(GRAINS)
    try:
        lines = split_lines(load, own["replied"], seed=seed, clusters=frame["person"])
    except ModelError as error:
        return made | {"H3.1b": Draw(failed=str(error))}
    above = lines.above
    term = Estimate(above.estimate, above.std_error, above.low, above.high, above.p_value, len(own))
    slopes = [projected(load, own["chance"], at=at)[1] for at in lines.at]
    return made | {"H3.1b": drawn(turned(term), aim=-sum(slopes) / len(slopes))}
