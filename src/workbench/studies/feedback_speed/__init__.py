"""
Study 1: does quick feedback bring newcomers back?

The notebook calls these steps one by one. `waiting`, `rungs`, `newcomers_waiting` and `months` keep
silent threads as still waiting; `tempting` shows what not to do; `cohorts` and `reaching` say who
is compared; `returning` and `pace` compare them; `breaking`, `sturdiness`, `answerers`, `choices`
and `placebo` try to undo the comparison; `calibrated` says how the method did where the truth is
known; `estimates` and `findings` apply the verdict rule; `forest` and `pooling` set communities
side by side; `limits` asks the first question, and says what the page cannot tell.
"""

from workbench.studies.communities import carrying
from workbench.studies.feedback_speed.answerers import few_answerers
from workbench.studies.feedback_speed.breaking import (
    balance_figure,
    doubly_robust,
    landmark_grid,
    washout_check,
)
from workbench.studies.feedback_speed.calibrated import coverage, recovered
from workbench.studies.feedback_speed.choices import specification_curve, specification_table
from workbench.studies.feedback_speed.cohorts import make_all, selection, words_here
from workbench.studies.feedback_speed.findings import conclude, since_the_first_look
from workbench.studies.feedback_speed.forest import each_can_say, side_by_side
from workbench.studies.feedback_speed.limits import bet, limits
from workbench.studies.feedback_speed.months import within_the_hour
from workbench.studies.feedback_speed.newcomers_waiting import newcomers_against_others
from workbench.studies.feedback_speed.pace import cox_table, proportional, return_curves
from workbench.studies.feedback_speed.placebo import negative_control
from workbench.studies.feedback_speed.pooling import together
from workbench.studies.feedback_speed.reaching import exclusion_flow
from workbench.studies.feedback_speed.returning import contrasts, lead, left_out
from workbench.studies.feedback_speed.rungs import definition_ladder
from workbench.studies.feedback_speed.sturdiness import robustness
from workbench.studies.feedback_speed.tempting import wrong_and_right
from workbench.studies.feedback_speed.waiting import (
    reply_counts,
    waiting_curves,
    waiting_table,
)

__all__ = [
    "balance_figure",
    "bet",
    "carrying",
    "conclude",
    "contrasts",
    "coverage",
    "cox_table",
    "definition_ladder",
    "doubly_robust",
    "each_can_say",
    "exclusion_flow",
    "few_answerers",
    "landmark_grid",
    "lead",
    "left_out",
    "limits",
    "make_all",
    "negative_control",
    "newcomers_against_others",
    "proportional",
    "recovered",
    "reply_counts",
    "return_curves",
    "robustness",
    "selection",
    "side_by_side",
    "since_the_first_look",
    "specification_curve",
    "specification_table",
    "together",
    "waiting_curves",
    "waiting_table",
    "washout_check",
    "within_the_hour",
    "words_here",
    "wrong_and_right",
]
