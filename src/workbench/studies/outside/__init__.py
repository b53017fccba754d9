"""
Outside checks (notebook A2): numbers that are known from elsewhere, computed again with this code.

`thanks` is a randomised field experiment, `crowd` a table printed in 1979 and label sets with a
known truth, `messages` the embedded record that others have counted. Where a data set is not at
hand the page says which command fetches it, and checks the rest.
"""

from workbench.studies.outside.steps import (
    estimate_numbers,
    everything,
    experiment,
    experiment_by_language,
    experiment_numbers,
    label_numbers,
    message_numbers,
    observer_numbers,
    rating_numbers,
    what_is_missing,
    who_labels_well,
)

__all__ = [
    "estimate_numbers",
    "everything",
    "experiment",
    "experiment_by_language",
    "experiment_numbers",
    "label_numbers",
    "message_numbers",
    "observer_numbers",
    "rating_numbers",
    "what_is_missing",
    "who_labels_well",
]
