"""
Measures: canonical tables in, one row per thread, person or post out.

One idea a file. Every measure is a function from canonical tables to a narwhals lazy frame, written
in narwhals expressions, so that the same code runs on Polars and on Spark. It takes whatever `lazy`
takes: an engine's own table or a lazy frame made of one; all tables of a call belong to one engine.
Rows come in no order. The room imports `errors` and `schema` and nothing else of the workbench: no
model, no plot, no file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from workbench.errors import MeasureError
from workbench.schema import Table


def lazy(frame: Any) -> nw.LazyFrame[Any]:
    """Any engine's table (Polars, Spark) as a narwhals lazy frame; a lazy frame stays as it is."""
    return nw.from_native(frame).lazy()


def need(frame: Any, table: Table, names: Sequence[str], *, where: str) -> nw.LazyFrame[Any]:
    """
    The columns `names` of a canonical table, and no others, as a lazy frame.

    Raises
    ------
    MeasureError
        A column is missing; `where` names the measure that needs it.
    """
    known = lazy(frame)
    found = known.collect_schema().names()
    missing = [name for name in names if name not in found]
    if missing:
        raise MeasureError(
            f"{where}: table {table.name} needs {', '.join(missing)}; "
            f"found {', '.join(found) or 'no columns'}. Pass the canonical table."
        )
    return known.select(*names)


def collect(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
    """
    Bring a measure's rows into pandas, with missing values kept as missing.

    Whole numbers stay `Int64`, yes/no `boolean`, text `str`: through Arrow, because Spark's own way
    to pandas turns an empty integer into NaN.
    """
    table = frame.collect(backend="pyarrow").to_native()
    types = {"int64": pd.Int64Dtype(), "int32": pd.Int64Dtype(), "bool": pd.BooleanDtype()}
    types |= {"uint32": pd.Int64Dtype(), "double": pd.Float64Dtype()}
    return table.to_pandas(types_mapper=lambda kind: types.get(str(kind)))
