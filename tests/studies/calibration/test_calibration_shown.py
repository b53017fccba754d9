"""The calibration table on a page: whole words, one sentence where there is nothing to show."""

from dataclasses import replace

import pytest

from workbench.studies.calibration import shown
from workbench.studies.calibration.covered import code_key
from workbench.studies.calibration.draws import (
    INTERVAL,
    NEITHER,
    OBSERVED,
    PROXIES,
    SHOWN,
    Target,
)
from workbench.studies.calibration.experiments import experiments
from workbench.studies.calibration.judging import Judged
from workbench.studies.calibration.table import Row, Table
from workbench.studies.present import Figure, Note
from workbench.studies.wording import beyond_grade

JUDGED = Judged(
    400, 0, 0.0, 0.0002, 0.0002, 0.0022, 0.044, 0.98, 0.945, 0.928, 0.972, 0.055, 0.03, 0.08, ()
)
WORLD = "nothing planted"


def row(name="H1.1", way=OBSERVED, *, truth=0.0, null=0.0, faults=(), **judged):
    """One row of study 1; with proxies it is shown only."""
    held_to = SHOWN if way == PROXIES else INTERVAL
    target = Target(name.split(",")[0], WORLD, way, truth, null=null, held_to=held_to)
    judged = replace(JUDGED, faults=faults, **judged)
    return Row("world", f"{name}, {way}", target, judged, code=code_key(()))


def kept(monkeypatch, *rows, **how):
    """Let the page find a table of these rows."""
    table = Table(rows, 400, **how)
    monkeypatch.setattr(shown, "read_table", lambda: table)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (None, shown.NO_TABLE),
        (Table((replace(row(), code="other"),), 400), shown.STALE),
        (Table((row(),), 400, waiting=("H1.1",)), shown.UNFINISHED),
        (Table((), 400), shown.NO_TABLE),
    ],
)
def test_without_a_table_of_this_code_there_is_one_sentence(monkeypatch, table, said):
    """No table, a stale, an unfinished or an empty one: a sentence, and no figure after it."""
    monkeypatch.setattr(shown, "read_table", lambda: table)

    assert shown.recovery_table("H1.1") == Note(said)
    assert shown.coverage_figure("H1.1") is None


def test_every_estimator_of_the_table_has_words():
    """No row of an experiment is called by its key, and no two rows of a world look alike."""
    for one in experiments():
        if one.name.startswith("must fail"):
            continue
        rows = [Row(one.name, key, target, JUDGED) for key, target in one.targets.items()]
        called = [(shown.words(each).said, each.target.adjusted) for each in rows]
        assert len(set(called)) == len(rows)
        assert all(shown.words(each).said != each.key and shown.words(each).unit for each in rows)


def test_an_estimator_without_words_keeps_its_key():
    """A row that nobody named is still shown."""
    assert shown.words(row("H9.9")) == shown.Words("H9.9", "H9.9", "")


def test_a_row_is_told_in_the_unit_of_its_question(monkeypatch):
    """A risk difference of 0.0002 ± 0.0022 is 0.02 ± 0.22 in 100; the file keeps the number."""
    kept(monkeypatch, row())
    view = shown.recovery_table("H1.1")
    line = view.frame.iloc[0]

    assert list(view.frame)[2] == "result"
    assert (line["bias"], line["give or take"]) == ("+0.02", "± 0.22")
    assert line["truth"] == "truth: 0.00"
    assert line["mean_error"] == 0.0002
    assert ">94.5%<" in view.to_html()
    assert "mean_error" not in view.to_html()
    assert view.caption.startswith("Is the method right where the truth is known? All 1 judged")


def test_a_rounded_zero_has_no_sign(monkeypatch):
    """-0.000001 ± 0.022 is 0, not -0."""
    kept(monkeypatch, row("H1.2a", bias=-1e-6, bias_error=0.022))

    assert shown.recovery_table().frame.loc[0, "bias"] == "0.000"


@pytest.mark.parametrize(
    ("truth", "null", "share", "meaning"),
    [(1e-17, 0.0, 0.055, "false alarms"), (0.1, 0.0, 0.055, "power"), (0.0, None, None, None)],
)
def test_false_alarms_and_power_are_told_apart(monkeypatch, truth, null, share, meaning):
    """Where the null is true up to a rounding, p below 0.05 is a false alarm; elsewhere power."""
    kept(monkeypatch, row(truth=truth, null=null))
    line = shown.recovery_table().frame.iloc[0]

    assert line["p below 0.05"] == share
    assert line["meaning"] == meaning


def test_a_yes_or_no_has_no_bias(monkeypatch):
    """What has no interval is told by its alarms alone."""
    kept(monkeypatch, row("two_lines, inverted U declared", NEITHER, coverage=None))
    line = shown.recovery_table().frame.iloc[0]

    assert line[["truth", "bias", "give or take", "adjusted for"]].isna().all()
    assert (line["p below 0.05"], line["meaning"]) == (0.055, "false alarms")


def test_what_fails_is_named_and_data_sets_without_estimate_are_counted(monkeypatch):
    """The caption says which row is out of its band, and by what."""
    kept(monkeypatch, row(), row("H1.2a", faults=("coverage 0.900",), failed=3))
    view = shown.recovery_table()

    assert "1 of 2 judged rows pass. Out of the band: H1.2a pace (nothing planted): coverage 0" in (
        view.caption
    )
    assert view.frame.loc[1, "result"] == "FAIL, 3 of 400 without estimate"


@pytest.mark.parametrize(
    ("biases", "said"),
    [
        (
            (0.06, 0.05),
            "2 of 2 estimates miss the truth by more than 2 such errors, always upwards",
        ),
        ((-0.06, 0.0), "1 of 2 estimates miss the truth by more than 2 such errors, always downw"),
        ((-0.06, 0.06), "2 of 2 estimates miss the truth by more than 2 such errors: a record"),
    ],
)
def test_what_a_record_leaves_is_said_by_the_numbers(monkeypatch, biases, said):
    """Biases beyond two errors are counted, with their direction where it is one."""
    kept(monkeypatch, *(row(way=PROXIES, bias=bias) for bias in biases))
    caption = shown.recovery_table().caption

    assert said in caption
    assert "No row is judged here." in caption
    assert beyond_grade(caption, "C") == []


def test_nothing_is_said_of_a_record_that_shows_enough(monkeypatch):
    """Proxies without a bias beyond chance are not called biased."""
    kept(monkeypatch, row(way=PROXIES))

    assert "miss the truth" not in shown.recovery_table().caption


def test_few_data_sets_are_called_few(monkeypatch):
    """Below the number on which a verdict may rest, the caption says so."""
    kept(monkeypatch, row(replicates=1600), row("H1.2a", replicates=100))

    assert "rests on 100 or 1,600 simulated data sets, fewer than the 400" in (
        shown.recovery_table().caption
    )


def test_the_figure_has_one_line_a_question_and_two_marks(monkeypatch):
    """Filled lie in the band, hollow left of it; the crude difference is in the table only."""
    kept(
        monkeypatch, row(), row(way=PROXIES, coverage=0.7), row(way="nothing: crude", coverage=0.1)
    )
    figure = shown.coverage_figure("H1.1")

    assert isinstance(figure, Figure)
    (ax,) = figure.drawn.axes
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["H1.1 more often"]
    assert [text.get_text() for text in ax.texts] == [WORLD]
    assert "Of 1 filled marks 1 lie in the band." in figure.caption
    assert (
        "Of 1 hollow marks 0 lie in the band; outside: H1.1 more often (nothing planted) at 70"
        in (figure.alt)
    )
    assert ax.get_xlim()[0] > 50


def test_many_marks_out_of_the_band_are_told_as_a_range(monkeypatch):
    """Beyond three, the caption says from where to where."""
    shares = (0.5, 0.6, 0.7, 0.8)
    kept(monkeypatch, *(row(way=PROXIES, coverage=share) for share in shares))
    figure = shown.coverage_figure()

    assert figure is not None
    assert "0 lie in the band; outside: 4, at 50 to 80." in figure.caption


def test_intervals_of_shares_stay_between_0_and_100():
    """Wilson: all of 40 is 100, with a lower limit of 40 / (40 + 1.96 ** 2) = 91.2."""
    share, low, high = shown.in_100(1.0, 40)

    assert (share, high) == (100.0, 100.0)
    assert low == pytest.approx(91.24, abs=0.01)
