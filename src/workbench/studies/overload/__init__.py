"""
Study 3: do people answer less where more comes in?

The notebook calls these steps one by one. `awaiting` says which turns are compared; `tempting`
shows what not to do; `replying` and `bending` compare a person at busy and quiet moments;
`capacity` asks for a limit; `choosing` and `busy_channels` look at contests and channels;
`choices` and `placebo` try to undo the comparison; `calibrated` says how the methods did where the
truth is known; `estimates` and `findings` apply the verdict rule; `limits` says what the page
cannot tell.
"""

from workbench.studies.overload.awaiting import selection, settings_here, stages, turns_table
from workbench.studies.overload.bending import bend_figure, bend_table
from workbench.studies.overload.busy_channels import channels_table
from workbench.studies.overload.calibrated import coverage, recovered
from workbench.studies.overload.capacity import capacity_figure, capacity_table, newest_first
from workbench.studies.overload.choices import specification_curve, specification_table
from workbench.studies.overload.choosing import choosing_figure, choosing_table
from workbench.studies.overload.findings import able, carrying, conclude, what_is_missing
from workbench.studies.overload.limits import limits
from workbench.studies.overload.placebo import negative_control
from workbench.studies.overload.replying import lead, replies_table, waits_figure
from workbench.studies.overload.tempting import where_the_truth_is_known, wrong_and_right

__all__ = [
    "able",
    "bend_figure",
    "bend_table",
    "capacity_figure",
    "capacity_table",
    "carrying",
    "channels_table",
    "choosing_figure",
    "choosing_table",
    "conclude",
    "coverage",
    "lead",
    "limits",
    "negative_control",
    "newest_first",
    "recovered",
    "replies_table",
    "selection",
    "settings_here",
    "specification_curve",
    "specification_table",
    "stages",
    "turns_table",
    "waits_figure",
    "what_is_missing",
    "where_the_truth_is_known",
    "wrong_and_right",
]
