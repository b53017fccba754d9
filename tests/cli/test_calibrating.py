"""`workbench calibrate`: thin over `studies.calibration`, and what it says in the end."""

from dataclasses import replace

from click.testing import CliRunner

from workbench.cli import workbench
from workbench.cli.calibrating import summary
from workbench.studies.calibration.draws import NEITHER, SHOWN, Target
from workbench.studies.calibration.judging import Judged
from workbench.studies.calibration.table import Row, Table

GOOD = Judged(400, 0, 0.0, 0.0, 0.0, 0.1, 1.0, 1.0, 0.95, 0.928, 0.972, 0.05, 0.03, 0.07, ())


def row(*faults, held_to="interval"):
    """A row of the table with these faults."""
    target = Target("H", "world", NEITHER, 0.0, held_to=held_to)
    return Row("world", "H, key", target, replace(GOOD, faults=faults))


def test_the_summary_names_what_fails():
    """One line with the counts, and one for each row that is out of a band."""
    table = Table((row(), row("coverage 0.8"), row(held_to=SHOWN)), 400)

    assert summary(table) == ["2 rows are judged, 1 of them fail.", "  world: H, key: coverage 0.8"]


def test_replicates_and_jobs_are_handed_on(monkeypatch):
    """The command runs what it was asked for, and tells the result."""
    asked = {}

    def run(**how):
        asked.update(how)
        how["told"]("world", 1, 2)
        how["told"]("world", 2, 2)
        return Table((row(),), how["replicates"])

    monkeypatch.setattr("workbench.studies.calibration.running.calibrate", run)
    result = CliRunner().invoke(workbench, ["calibrate", "--replicates", "50", "--jobs", "3"])

    assert result.exit_code == 0
    assert (asked["replicates"], asked["jobs"]) == (50, 3)
    assert "1 rows are judged, 0 of them fail." in result.output


def test_too_few_replicates_are_a_wrong_call():
    """Below forty nothing can be said, and the command says so with status 2."""
    result = CliRunner().invoke(workbench, ["calibrate", "--replicates", "3"])

    assert result.exit_code == 2
    assert "40" in result.output
