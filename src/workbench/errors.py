"""Errors that a user can mend. Each message is one line: where, expected, got, what to do."""

from __future__ import annotations

import re

# What ends a line, turns it round, or cannot be printed: names of files may hold all of it.
_TORN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class WorkbenchError(Exception):
    """A known problem; the command line prints it as one line and exits with status 1."""

    def __init__(self, message: str) -> None:
        """Signs that would tear the line stand as question marks in it."""
        super().__init__(_TORN.sub("?", message))


class SourceError(WorkbenchError):
    """An export cannot be read: wrong file, wrong columns, ambiguous times."""


class DataError(WorkbenchError):
    """A stored community is missing, damaged, outdated or in use."""


class SchemaError(WorkbenchError):
    """A table does not fit the canonical schema."""


class MeasureError(WorkbenchError):
    """A measure was asked for something that the tables cannot carry."""


class ModelError(WorkbenchError):
    """Numbers do not allow the model: empty values, one arm only, no convergence."""


class StudyError(WorkbenchError):
    """A hypothesis or a study is not well defined, or not for this community."""


class ReportError(WorkbenchError):
    """A page cannot be built: a figure without alternative text, a failed notebook."""


class SimulationError(WorkbenchError):
    """A simulated community was asked for with settings that it cannot have."""
