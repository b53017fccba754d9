"""Worlds of days: one row a person, and what each analysis is told."""

import numpy as np
import pytest

from workbench.simulate import attention, panels
from workbench.studies.must_fail.days import PEOPLE, TIMES, _responses, measured, one_day


def test_one_day_a_person():
    """Rows are people who were online and had something to read."""
    rows = one_day(attention.Settings(), 200, seed=1)

    assert rows["person"].is_unique
    assert rows["online"].all()
    assert rows["log_inflow"].to_numpy() == pytest.approx(np.log(2) * rows["inflow"].to_numpy())


def test_a_ratio_takes_one_off_the_slope():
    """Divided by inflow, the log ratio for a doubling is smaller by log 2, exactly."""
    rows = one_day(attention.Settings(capacity=10.0), 200, seed=1)
    ratio, count = (_responses(rows, offset=offset) for offset in ("log_inflow", None))

    assert count.estimate - ratio.estimate == pytest.approx(np.log(2))


def test_people_are_measured_again_and_again():
    """As many rows a person as there are times."""
    rows = measured(panels.Settings(), seed=1)

    assert (rows.groupby("person").size() == TIMES).all()
    assert rows["person"].nunique() == PEOPLE
