"""
A community on one page, before any hypothesis.

The notebook of `workbench profile` calls these steps one by one. `parts` opens the communities of a
data set, `unanswered`, `coming_back` and `loads` hold the three answers, `monthly`, `groups`,
`week`, `roles` and `clocks` take them apart, `limits` says what the record cannot show, `record` is
the data report, `in_short` the dozen lines for a mail, and `working` the clock of working hours.
"""

from workbench.studies.profile.clocks import clock_table
from workbench.studies.profile.coming_back import returning_curves, returning_table
from workbench.studies.profile.groups import group_table
from workbench.studies.profile.in_short import mail, summary
from workbench.studies.profile.limits import limits_table
from workbench.studies.profile.loads import load_figure, load_table
from workbench.studies.profile.monthly import monthly_trend
from workbench.studies.profile.parts import open_parts, wholes
from workbench.studies.profile.record import (
    activity,
    cleaning_rules,
    data_report,
    read_notes,
    report_lines,
)
from workbench.studies.profile.roles import role_table
from workbench.studies.profile.unanswered import unanswered_curves, unanswered_table
from workbench.studies.profile.week import week_maps

__all__ = [
    "activity",
    "cleaning_rules",
    "clock_table",
    "data_report",
    "group_table",
    "limits_table",
    "load_figure",
    "load_table",
    "mail",
    "monthly_trend",
    "open_parts",
    "read_notes",
    "report_lines",
    "returning_curves",
    "returning_table",
    "role_table",
    "summary",
    "unanswered_curves",
    "unanswered_table",
    "week_maps",
    "wholes",
]
