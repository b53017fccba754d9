"""What the times of one file mean, decided from all of them before the first row is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from workbench.errors import SourceError
from workbench.sources._times import UNPARSABLE, UNREAD, Clock, read_times

FORM_LENGTH = 40
SAMPLE = 100


def form(value: str | None) -> str:
    """The shape of a value that may be shown: digits become 9, letters a, and it is cut short."""
    if not value:
        return "(empty)"
    begun = value[: FORM_LENGTH + 1]  # a cell may be as long as a file
    shape = "".join("9" if c.isdigit() else "a" if c.isalpha() else c for c in begun)
    printable = "".join(c if c.isprintable() else "?" for c in shape)
    return printable if len(printable) <= FORM_LENGTH else printable[: FORM_LENGTH - 1] + "…"


class _Tally:
    """How many values there were, and the forms of some of them."""

    def __init__(self) -> None:
        self.total = 0
        self.forms: Counter[str] = Counter()

    def add(self, values: pl.Series) -> None:
        self.total += values.len()
        self.forms.update(form(value) for value in values.head(SAMPLE))

    def commonest(self) -> str:
        return self.forms.most_common(1)[0][0]


def settle(batches: Iterable[pl.Series], clock: Clock, *, where: str) -> Clock:
    """
    Complete `clock` from all written times of a file, in one pass.

    The order of day and month is settled by any value that only one order can read, such as
    13/4/2024; where both orders read every value to the same moment, it does not matter.

    Raises
    ------
    SourceError
        More than half of the times cannot be read, some name no zone and none was given, or the
        order of day and month stays open or is contradictory. Values are shown by their `form`.
    """
    rows, unread, zoneless, open_order = 0, _Tally(), _Tally(), _Tally()
    only, kinds = {True: 0, False: 0}, Counter[str]()
    # The zone is asked for below; until then any will do, because only readability is looked at.
    trial = replace(clock, timezone=clock.timezone or "UTC")
    for written in batches:
        first, second = _both_orders(written, trial)
        fails, fails_turned = (
            read["problem"].is_in(UNREAD).fill_null(False) for read in (first, second)
        )
        rows += written.len()
        unread.add(written.filter(fails & fails_turned))
        kinds.update(first["problem"].filter(fails & fails_turned))
        zoneless.add(written.filter(first["zoneless"] | second["zoneless"]))
        only[True] += int((fails_turned & ~fails).sum())
        only[False] += int((fails & ~fails_turned).sum())
        open_order.add(written.filter((first["us"] != second["us"]).fill_null(False)))
    if unread.total * 2 > rows:
        kind = kinds.most_common(1)[0][0]
        cure = "Give --time-format, or another column for created_at"
        raise SourceError(
            f"{where}: {unread.total:,} of {rows:,} times cannot be read, most of them like "
            f"{unread.commonest()}. {cure if kind == UNPARSABLE else kind[0].upper() + kind[1:]}."
        )
    day_first = _order(clock, only, open_order, where=where)
    if zoneless.total and not clock.timezone:
        raise SourceError(
            f"{where}: {zoneless.total:,} of {rows:,} times name no time zone, "
            f"such as {zoneless.commonest()}. Say whose clock it was: --timezone Europe/Rome, "
            "or --timezone UTC."
        )
    return replace(clock, day_first=day_first)


def _both_orders(written: pl.Series, trial: Clock) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The times read with the day first and with the month first, or twice in the order given."""
    if trial.day_first is not None:
        read = read_times(written, trial)
        return read, read
    day = read_times(written, replace(trial, day_first=True))
    if not day["two_orders"].any():
        return day, day
    return day, read_times(written, replace(trial, day_first=False))


def _order(clock: Clock, only: dict[bool, int], open_order: _Tally, *, where: str) -> bool | None:
    """True where the day stands first, False where the month does, None where no date asks."""
    if clock.day_first is not None or clock.time_format is not None:
        return clock.day_first
    if only[True] and only[False]:
        raise SourceError(
            f"{where}: {only[True]:,} times can only have the day first and {only[False]:,} only "
            "the month first. Split the file, or say which: --day-first or --month-first."
        )
    if only[True] or only[False]:
        return only[True] > 0
    if open_order.total:
        raise SourceError(
            f"{where}: day and month cannot be told apart in times such as "
            f"{open_order.commonest()}. Say which: --day-first or --month-first."
        )
    return True
