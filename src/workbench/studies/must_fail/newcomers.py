"""Mistakes about newcomers: confounding, immortal time, censoring, deletion, instruments."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from workbench.models.cox import cox
from workbench.models.effects import crude_risk_difference, risk_difference
from workbench.models.instruments import two_stage_least_squares
from workbench.models.survival import kaplan_meier, quantile, survival_at
from workbench.simulate import (
    Settings,
    answering,
    calendar,
    coming_back,
    community,
    laws,
    opened,
    people,
    truths,
)
from workbench.simulate.seeds import generator
from workbench.simulate.truths import LANDMARK_HOURS, UNTIL_HOURS
from workbench.studies.calibration.draws import Draw, drawn
from workbench.studies.feedback_speed.waiting import waits
from workbench.studies.must_fail.demonstration import (
    TOO_HIGH,
    TOO_LOW,
    Demonstration,
    experiment,
)

PLACE = "must fail"
_PARTS = ("noise", "shocks", "waits", "times", "places", "lengths")
FEW, SOME, MANY = 400, 1000, 2000  # the fewest newcomers with which each error is certain
WORTH_RISK = 0.02  # the smallest difference in risk worth acting on, as in study 1
WORTH_RATIO = math.log(1.1)
WORTH_DOUBLINGS = 0.5
HIDDEN_DAYS = 30  # unanswered questions of low score are deleted after as many days

SHARE = "difference in the share that comes back"


def newcomers(settings: Settings, expected: int, seed: int) -> pd.DataFrame:
    """
    Newcomers of one simulated community, without the posts of everybody else.

    One row a newcomer: u, q, log_availability, length (log characters of the first question),
    answered and back (hours from the first question to its first answer and to the first post
    elsewhere; infinite for never), watched (hours until the record ends), shift.
    """
    dice = {part: generator(seed, PLACE, part) for part in _PARTS}
    available = calendar.availability(settings, noise=dice["noise"], shocks=dice["shocks"])
    new = people.newcomers(settings, expected, ahead=0, available=available, seed=seed, name=PLACE)
    threads = answering.Threads(
        "first", people.NEWCOMER, np.arange(new.count), new.arrived, new.q, new.availability
    )
    answered = answering.first_waits(threads, settings, dice["waits"])
    later = coming_back.elsewhere(
        new, answered, np.empty(0), settings, times=dice["times"], places=dice["places"]
    )
    back = np.full(new.count, np.inf)
    np.minimum.at(back, later.newcomer, later.written - new.arrived[later.newcomer])
    return pd.DataFrame(
        {
            "u": new.u,
            "q": new.q,
            "log_availability": np.log(new.availability),
            "length": np.log(people.lengths(new.q, settings, dice["lengths"])),
            "answered": answered,
            "back": back,
            "watched": settings.days * laws.DAY_HOURS - new.arrived,
            "shift": new.arrived // calendar.SHIFT_HOURS,
        }
    )


def at_landmark(settings: Settings, expected: int, seed: int) -> pd.DataFrame:
    """Those not back after a day and watched for a month: early (answered by then), returned."""
    rows = newcomers(settings, expected, seed)
    rows = rows[(rows["back"] > LANDMARK_HOURS) & (rows["watched"] >= UNTIL_HOURS)]
    return rows.assign(
        early=rows["answered"] <= LANDMARK_HOURS, returned=rows["back"] <= UNTIL_HOURS
    )


def _crude(rows: pd.DataFrame) -> Draw:
    return drawn(
        crude_risk_difference(rows, outcome="returned", exposure="early", clusters="shift")
    )


def _adjusted(rows: pd.DataFrame, *, by: tuple[str, ...]) -> Draw:
    return drawn(
        risk_difference(rows, outcome="returned", exposure="early", covariates=by, clusters="shift")
    )


def _instrumented(rows: pd.DataFrame) -> Draw:
    numbers = rows.assign(
        early=rows["early"].astype(float), returned=rows["returned"].astype(float)
    )
    return drawn(
        two_stage_least_squares(
            numbers, outcome="returned", exposure="early", instruments=["log_availability"],
            clusters="shift",
        )
    )  # fmt: skip


def _until_back(rows: pd.DataFrame) -> pd.DataFrame:
    """Follow-up to the return or to the end of the month, and whether an answer came before."""
    end = np.minimum(rows["watched"], UNTIL_HOURS)
    stop = np.minimum(rows["back"], end)
    return rows.assign(
        stop=stop, event=rows["back"] <= end, answered_before=rows["answered"] < stop
    )


def _ever_answered(rows: pd.DataFrame) -> Draw:
    held = _until_back(rows)
    trait = pd.DataFrame({"answered": held["answered_before"].astype(float)})
    return drawn(cox(None, held["stop"], held["event"], trait).term("answered"))


def _answered_by_now(rows: pd.DataFrame) -> Draw:
    """The answer counts from the moment at which it came."""
    held = _until_back(rows).assign(person=np.arange(len(rows)))
    late = held[held["answered_before"]]
    first = held.assign(
        start=0.0, now=0.0, event=held["event"] & ~held["answered_before"],
        stop=np.where(held["answered_before"], held["answered"], held["stop"]),
    )  # fmt: skip
    both = pd.concat([first, late.assign(start=late["answered"], now=1.0)])
    return drawn(
        cox(
            both["start"], both["stop"], both["event"], both[["now"]], clusters=both["person"]
        ).term("now")
    )


def _median_of_answered(rows: pd.DataFrame) -> Draw:
    seen = rows.loc[rows["answered"] <= rows["watched"], "answered"]
    return Draw(math.log2(float(seen.median())))


def _median_with_silence(rows: pd.DataFrame) -> Draw:
    seen = rows["answered"] <= rows["watched"]
    found = quantile(kaplan_meier(rows["answered"].where(seen, rows["watched"]), seen), 0.5)
    return Draw(math.log2(float(found.estimate or math.nan)))


def _threads(settings: Settings, seed: int) -> pd.DataFrame:
    """The waits of all threads left in the record of a tiny community, with their age in days."""
    made = community(settings, size="tiny", seed=seed)
    rows = waits(opened(made, made.names[0]))
    asked_hours = (rows["opened_us"].astype("int64") - calendar.BEGIN_US) / calendar.HOUR_US
    return rows.assign(age=settings.days - asked_hours / laws.DAY_HOURS)


def _within_hour(rows: pd.DataFrame) -> Draw:
    still = survival_at(kaplan_meier(rows["hours"], rows["answered"]), 1.0)
    return Draw(1 - float(still.estimate or 0.0))


def _within_hour_of_young(rows: pd.DataFrame) -> Draw:
    """Of questions so young that none of them can have been deleted."""
    return _within_hour(rows[rows["age"] < HIDDEN_DAYS])


def about_newcomers() -> tuple[Demonstration, ...]:
    """The mistakes about newcomers and their waits."""
    return (*_who_is_answered(), *_what_is_not_seen(), *_instruments())


def _who_is_answered() -> tuple[Demonstration, ...]:
    nothing = Settings(tau=0.0)
    alike = Settings(tau=0.0, b_u=0.0, b_q=0.0)
    return (
        Demonstration(
            key="confounding",
            title="Good questions are answered sooner, and their askers return anyway",
            naive="compare the share that comes back of those answered within a day and of the "
            "others",
            why="Keenness and quality stand behind both the answer and the return.",
            better="compare newcomers alike in keenness and quality (here both are known)",
            error=TOO_HIGH,
            unit=SHARE,
            experiment=experiment(
                "confounding", partial(at_landmark, nothing, SOME), naive=_crude,
                better=partial(_adjusted, by=("u", "q")), worth=WORTH_RISK,
                scenario="answers change nothing",
            ),
        ),
        Demonstration(
            key="immortal time",
            title="Whoever was answered must first have waited for the answer",
            naive="follow those answered before they came back, and all others, from the first "
            "post on",
            why="Until the answer the answered cannot have come back: that time is immortal.",
            better="count people as answered from the moment of the answer on",
            error=TOO_LOW,
            unit="log hazard ratio of coming back",
            experiment=experiment(
                "immortal time", partial(newcomers, alike, FEW), naive=_ever_answered,
                better=_answered_by_now, worth=WORTH_RATIO,
                scenario="answers change nothing, and all newcomers are alike",
            ),
        ),
    )  # fmt: skip


def _what_is_not_seen() -> tuple[Demonstration, ...]:
    even = Settings(th_q=0.0, availability_spread=0.0, shocks_per_year=0.0)
    strength = laws.answer_strength(even, np.zeros(1), np.ones(1))
    median = math.log2(float(laws.answer_wait(np.array([0.5]), strength, even)[0]))
    deleting = Settings(pace="slow", th_q=2.0, survivor=True)
    within_hour = truths(deleting)["within_hour"].value
    assert within_hour is not None  # a share of all threads always has a value
    return (
        Demonstration(
            key="censoring",
            title="Silent threads are the slowest",
            naive="take the median wait of the threads that were answered",
            why="Threads without an answer are still waiting, and leaving them out shortens every "
            "wait.",
            better="keep silence as waiting: the Kaplan-Meier median",
            error=TOO_LOW,
            unit="median wait, doublings of an hour",
            experiment=experiment(
                "censoring", partial(newcomers, even, FEW), naive=_median_of_answered,
                better=_median_with_silence, truth=median, worth=WORTH_DOUBLINGS,
                scenario="one question in five is never answered",
            ),
        ),
        Demonstration(
            key="survivorship",
            title="What was deleted is not in the record",
            naive="take the share answered within an hour of all questions in the record",
            why="Unanswered questions of low score are deleted after a month, and are missing "
            "below the line.",
            better="take it of questions asked in the last month, none of which can be deleted yet",
            error=TOO_HIGH,
            unit="share answered within an hour",
            experiment=experiment(
                "survivorship", partial(_threads, deleting), naive=_within_hour,
                better=_within_hour_of_young, truth=within_hour,
                worth=0.05, scenario="one in four silent questions of low score is deleted",
            ),
        ),
    )  # fmt: skip


def _instruments() -> tuple[Demonstration, ...]:
    clean = Settings(tau=0.0, proxy_strength=0.0, availability_spread=1.0, th_q=1.0)
    broken = replace(clean, xi=0.3)
    return (
        Demonstration(
            key="hidden confounder",
            title="Adjusting for what the record shows is not enough where it shows too little",
            naive="compare newcomers alike in the length of their question",
            why="Length says nothing here about quality and keenness, so that nothing is "
            "adjusted for.",
            better="use how many could answer at that hour, which is as good as random, as an "
            "instrument",
            error=TOO_HIGH,
            unit=SHARE,
            experiment=experiment(
                "hidden confounder", partial(at_landmark, clean, MANY),
                naive=partial(_adjusted, by=("length",)), better=_instrumented, worth=WORTH_RISK,
                scenario="answers change nothing, and length does not show quality",
            ),
        ),
        Demonstration(
            key="broken instrument",
            title="An instrument with a second way to the outcome, which no test reveals",
            naive="use how many could answer at that hour as an instrument",
            why="Busy hours also bring newcomers back by themselves, and one instrument leaves "
            "nothing to test that with.",
            better="compare newcomers alike in keenness, quality and hour",
            error=TOO_HIGH,
            unit=SHARE,
            experiment=experiment(
                "broken instrument", partial(at_landmark, broken, MANY), naive=_instrumented,
                better=partial(_adjusted, by=("u", "q", "log_availability")), worth=WORTH_RISK,
                scenario="answers change nothing, but availability does",
            ),
            refusal="keenness and quality, which only a simulation knows",
        ),
    )  # fmt: skip
