"""
Written times as whole microseconds since 1970 UTC, with the width of the tick they were written in.

Nothing is guessed here: a clock without a zone, or day and month in unknown order, is a problem of
its row; `_clock` decides for a whole file what its times mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import polars as pl

from workbench.errors import SourceError

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE

UNPARSABLE = "unparsable time"
SERIAL = "Excel serial date: save the column as ISO text"
FOREIGN_DIGITS = "digits other than 0 to 9: save the column as ISO text"
UNREAD = (UNPARSABLE, SERIAL, FOREIGN_DIGITS)
ZONELESS = "time without a zone"
REPEATED = "local time occurs twice"
SKIPPED = "local time does not exist"

# A bare number is a time only from 1995 to 2035: there seconds, milliseconds and microseconds
# cannot be taken for one another.
EARLIEST = int(datetime(1995, 1, 1, tzinfo=UTC).timestamp())
LATEST = int(datetime(2036, 1, 1, tzinfo=UTC).timestamp())

# Days since 1900 as spreadsheets count them: 20000 is a day of 1954, 60000 one of 2064.
_SERIAL = r"^[2-5][0-9]{4}(?:[.,][0-9]+)?$"
_FOREIGN = r"[\p{Nd}&&[^0-9]]"

# Digits of other scripts are matched by \d, but cannot be turned into numbers.
_EPOCH = r"^(?P<number>[0-9]{1,17})(?:\.(?P<decimals>[0-9]{1,9}))?$"
_WRITTEN = (
    r"(?i)^(?:(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})"
    r"|(?P<first>[0-9]{1,2})[-/.](?P<second>[0-9]{1,2})[-/.](?P<late>[0-9]{4}|[0-9]{2}))"
    r"(?:(?:T|,?\s+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<seconds>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"(?:\s?(?P<half>[ap])\.?m\.?)?\s?(?P<zone>Z|UTC|GMT"
    r"|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?)?$"
)


@dataclass(frozen=True)
class Clock:
    """
    How the times of one file are to be read.

    timezone : IANA zone of times that carry none; None where they must carry one.
    day_first : order of day and month in dates such as 3/4/2024; None where it is not known.
    time_format : a `datetime.strptime` format that all times have, instead of the known forms.
    """

    timezone: str | None = None
    day_first: bool | None = None
    time_format: str | None = None


def known_zone(zone: str, *, where: str) -> str:
    """The zone's name, if it is one of the IANA database; otherwise a SourceError."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SourceError(
            f"{where}: expected an IANA time zone, got {zone!r}. "
            f"Write it as --timezone {likely_zone(zone) or 'Europe/Rome'}, or --timezone UTC."
        ) from None
    return zone


def likely_zone(town: str) -> str:
    """The only IANA zone whose last part is this name (`rome`, `New York`); empty if none is."""
    wanted = town.strip().replace(" ", "_").casefold()
    found = [zone for zone in available_timezones() if zone.split("/")[-1].casefold() == wanted]
    return found[0] if len(found) == 1 else ""


def local_to_utc(local: pl.Series, *, zone: str) -> pl.DataFrame:
    """
    Wall-clock times of one zone as UTC.

    Returns one row per time: `us` (microseconds since 1970 UTC) and `problem`, one of which is
    empty. An hour that the clock showed twice or skipped is a problem, never a guess.
    """
    wall = pl.col("wall").dt
    once = wall.replace_time_zone(zone, ambiguous="null", non_existent="null").dt.epoch("us")
    either = wall.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.epoch("us")
    problem = (
        pl.when(pl.col("wall").is_null())
        .then(pl.lit(UNPARSABLE))
        .when(either.is_null())
        .then(pl.lit(SKIPPED))
        .when(once.is_null())
        .then(pl.lit(REPEATED))
    )
    frame = pl.DataFrame({"wall": local.cast(pl.Datetime("us"))})
    return frame.select(us=once, problem=problem)


def read_times(written: pl.Series, clock: Clock) -> pl.DataFrame:
    """
    Read times in any known form: ISO 8601, day/month/year, or a number of seconds since 1970.

    Returns
    -------
    DataFrame, one row per value, in order
        us : Int64, microseconds since 1970 UTC, empty where there is a problem.
        precision_us : Int64, width of the tick the value was written in: a day for a date alone,
            a minute, a second, or a decimal part of one.
        problem : String, one of `UNREAD`, `ZONELESS`, `REPEATED`, `SKIPPED`, or empty.
        zoneless : Boolean, the value names no zone.
        two_orders : Boolean, the value's day and month stand in the order `clock` says.
    """
    text = pl.DataFrame({"text": written.cast(pl.String).str.strip_chars()})
    if clock.time_format is None:
        dated = _by_known_forms(text, day_first=clock.day_first)
    else:
        dated = _by_format(text["text"].to_list(), clock.time_format)
    placed = local_to_utc(dated["wall"], zone=clock.timezone or "UTC")
    local = pl.col("problem") if clock.timezone else pl.lit(ZONELESS)
    problem = (
        pl.when(pl.col("whole").is_null())
        .then(_unread(text["text"]))
        .when(pl.col("zoneless"))
        .then(local)
    )
    good = pl.col("problem").is_null()
    whole = pl.when("zoneless").then("us").otherwise(pl.col("whole") - pl.col("offset"))
    return (
        pl.concat([dated, placed], how="horizontal")
        .with_columns(problem=problem)
        .select(
            us=pl.when(good).then(whole + pl.col("part")),
            precision_us=pl.when(good).then("precision_us"),
            problem="problem",
            zoneless="zoneless",
            two_orders="two_orders",
        )
    )


def _unread(text: pl.Series) -> pl.Series:
    """What kind of unreadable each value is, were it one."""
    kinds = (
        pl.when(pl.col("text").str.contains(_SERIAL))
        .then(pl.lit(SERIAL))
        .when(pl.col("text").str.contains(_FOREIGN))
        .then(pl.lit(FOREIGN_DIGITS))
        .otherwise(pl.lit(UNPARSABLE))
    )
    return text.to_frame().select(kinds).to_series()


def _by_known_forms(text: pl.DataFrame, *, day_first: bool | None) -> pl.DataFrame:
    """Parts of each value: wall clock, whole microseconds, decimal part, offset, precision."""
    names = text.with_columns(
        pl.col("text").str.extract_groups(_WRITTEN).struct.unnest(),
        pl.col("text").str.extract_groups(_EPOCH).struct.unnest(),
    )
    wall = _wall(day_first).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    scale = _scale()
    is_number = pl.col("number").is_not_null()
    decimals = pl.when(pl.col("decimals").str.contains("[1-9]")).then(pl.col("decimals"))
    digits = pl.coalesce("fraction", decimals)
    whole = pl.when(is_number).then(pl.col("number").cast(pl.Int64, strict=False) * scale)
    return names.with_columns(wall=wall).select(
        "wall",
        whole=whole.otherwise(pl.col("wall").dt.epoch("us")),
        part=(pl.concat_str(pl.lit("0."), digits).cast(pl.Float64) * pl.coalesce(scale, SECOND))
        .fill_null(0)
        .round()
        .cast(pl.Int64),
        offset=_offset().fill_null(0),
        precision_us=_precision(digits, scale),
        zoneless=~is_number & pl.col("zone").is_null() & pl.col("wall").is_not_null(),
        two_orders=pl.col("late").is_not_null(),
    )


def _wall(day_first: bool | None) -> pl.Expr:
    """The date and time as `YYYY-MM-DD HH:MM:SS`; empty where the order of the date is unknown."""
    turned = {True: ("first", "second"), False: ("second", "first"), None: ("day", "month")}
    day, month = turned[day_first]
    late = pl.col("late")
    century = (
        pl.when(late.cast(pl.Int32, strict=False) < 69).then(pl.lit("20")).otherwise(pl.lit("19"))
    )
    year = pl.when(late.str.len_chars() == 2).then(pl.concat_str(century, late)).otherwise(late)
    clock, half = pl.col("hour").cast(pl.Int32), pl.col("half").str.to_lowercase()
    afternoon = pl.when(half == "p").then(12).otherwise(0)
    hour = (
        pl.when(half.is_null())
        .then(clock)
        .when(clock.is_between(1, 12))
        .then(clock % 12 + afternoon)
        .otherwise(99)
    )
    date = [pl.coalesce("year", year), pl.coalesce("month", month), pl.coalesce("day", day)]
    time = [
        hour.cast(pl.String).fill_null("0"),
        *(pl.col(c).fill_null("0") for c in ("minute", "seconds")),
    ]
    padded = [part.str.zfill(2) for part in (*date[1:], *time)]
    return pl.format("{}-{}-{} {}:{}:{}", date[0], *padded)


def _scale() -> pl.Expr:
    """Microseconds in one unit of a bare number, by its magnitude; empty outside 1995 to 2035."""
    number = pl.col("number").cast(pl.Int64, strict=False)
    units = [(SECOND, 1), (1_000, 1_000), (1, SECOND)]
    scale = pl.lit(None, pl.Int64)
    for microseconds, times in units:
        fits = number.is_between(EARLIEST * times, LATEST * times, closed="left")
        scale = pl.when(fits).then(microseconds).otherwise(scale)
    return scale


def _offset() -> pl.Expr:
    """Microseconds by which the written clock is ahead of UTC."""
    zone = pl.col("zone").str.replace(":", "", literal=True)
    hours = zone.str.slice(1, 2).cast(pl.Int64, strict=False)
    minutes = zone.str.slice(3, 2).cast(pl.Int64, strict=False).fill_null(0)
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    return sign * (hours * 60 + minutes) * MINUTE


def _precision(digits: pl.Expr, scale: pl.Expr) -> pl.Expr:
    """Width of the tick in which a value was written; never below a microsecond."""
    unit = pl.coalesce(scale, SECOND)
    places = digits.str.len_chars().cast(pl.Int64)
    tenths = pl.lit(10, pl.Int64).pow(pl.min_horizontal(places, pl.lit(6, pl.Int64)))
    is_number = pl.col("number").is_not_null()
    return (
        pl.when(~is_number & pl.col("hour").is_null())
        .then(DAY)
        .when(~is_number & pl.col("seconds").is_null())
        .then(MINUTE)
        .when(digits.is_null())
        .then(unit)
        .otherwise(pl.max_horizontal(unit // tenths, pl.lit(1, pl.Int64)))
    )


def _by_format(values: list[str | None], form: str) -> pl.DataFrame:
    """The same columns as `_by_known_forms`, by a strptime format."""
    read = [_strptime(value, form) for value in values]
    wall = pl.Series([v and v.replace(tzinfo=None) for v in read], dtype=pl.Datetime("us"))
    offset = pl.Series([v.utcoffset() if v else None for v in read], dtype=pl.Duration("us"))
    return pl.DataFrame({"wall": wall, "offset": offset.dt.total_microseconds()}).select(
        "wall",
        whole=pl.col("wall").dt.epoch("us"),
        part=pl.lit(0, pl.Int64),
        offset=pl.col("offset").fill_null(0),
        precision_us=pl.lit(_format_tick(form), pl.Int64),
        zoneless=pl.col("wall").is_not_null() & pl.col("offset").is_null(),
        two_orders=pl.lit(False),
    )


def _strptime(value: str | None, form: str) -> datetime | None:
    try:
        return datetime.strptime((value or "").strip(), form)
    except ValueError:
        return None


def _format_tick(form: str) -> int:
    """Microseconds between two times that a strptime format can tell apart."""
    for directives, tick in (
        (("%f",), 1),
        (("%S", "%T", "%c", "%X", "%s"), SECOND),
        (("%M",), MINUTE),
    ):
        if any(directive in form for directive in directives):
            return tick
    return 60 * MINUTE if "%H" in form or "%I" in form else DAY
