"""
Measures: canonical tables in, one row per thread, person or month out.

One idea a file. Every measure is a function from narwhals lazy frames to a narwhals lazy frame, so
that the same code runs on Polars and on Spark. It imports `errors` and `schema` and nothing else of
the workbench: no model, no plot, no file.
"""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd


def lazy(frame: Any) -> nw.LazyFrame[Any]:
    """Any engine's table (Polars, Spark) as a narwhals lazy frame."""
    return nw.from_native(frame).lazy()


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
