"""
Study 2: do crowds find better ideas and better answers?

The notebook calls these steps one by one. `identity` shows what is true of any numbers; `groups`,
`subcrowds` and `diversity` ask whether unlike groups err less, and `showing` draws it; `talking`
sets answers before and after a talk side by side, and `talk_mistakes` what not to make of it.
`crowd_size`, `voting`, `serial` and `winning` are about contests and judges. `concluding` applies
the verdict rule; `limits` says what the page cannot tell.
"""

from workbench.studies.crowdsourcing.concluding import able, carrying, conclude
from workbench.studies.crowdsourcing.crowd_curve import size_figure
from workbench.studies.crowdsourcing.crowd_size import size_table, size_variants
from workbench.studies.crowdsourcing.group_flow import exclusion_flow
from workbench.studies.crowdsourcing.identity import identity_table, more_slots
from workbench.studies.crowdsourcing.limits import limits, recovered
from workbench.studies.crowdsourcing.serial import after_a_win_figure, after_a_win_table
from workbench.studies.crowdsourcing.showing import (
    crowds_here,
    diverse_or_not,
    error_by_diversity,
    specification_curve,
    what_varies,
)
from workbench.studies.crowdsourcing.talk_mistakes import (
    best_member,
    nothing_learnt,
    people_are_no_groups,
    worst_gain_most,
    worst_gain_most_by_chance,
)
from workbench.studies.crowdsourcing.talking import before_and_after, talk_figure, who_was_right
from workbench.studies.crowdsourcing.voting import (
    confidence_figure,
    majority_figure,
    models_table,
    votes_table,
)
from workbench.studies.crowdsourcing.winning import early_comment_figure, early_comment_table

__all__ = [
    "able",
    "after_a_win_figure",
    "after_a_win_table",
    "before_and_after",
    "best_member",
    "carrying",
    "conclude",
    "confidence_figure",
    "crowds_here",
    "diverse_or_not",
    "early_comment_figure",
    "early_comment_table",
    "error_by_diversity",
    "exclusion_flow",
    "identity_table",
    "limits",
    "majority_figure",
    "models_table",
    "more_slots",
    "nothing_learnt",
    "people_are_no_groups",
    "recovered",
    "size_figure",
    "size_table",
    "size_variants",
    "specification_curve",
    "talk_figure",
    "votes_table",
    "what_varies",
    "who_was_right",
    "worst_gain_most",
    "worst_gain_most_by_chance",
]
