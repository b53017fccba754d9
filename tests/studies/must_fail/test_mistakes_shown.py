"""The mistakes on a page: what the table and the figure say comes from the kept rows."""

from dataclasses import replace

import pytest

from workbench.errors import StudyError
from workbench.studies.calibration.draws import MISTAKE
from workbench.studies.calibration.running import run
from workbench.studies.calibration.shown import NO_TABLE, STALE, UNFINISHED
from workbench.studies.calibration.table import Table, read_table
from workbench.studies.must_fail import shown
from workbench.studies.must_fail.catalogue import all_demonstrations, demonstrations
from workbench.studies.must_fail.demonstration import errs, holds
from workbench.studies.present import Figure
from workbench.studies.wording import beyond_grade

CHEAP = ("regression to the mean", "pseudo-replication", "Simpson's paradox", "peeking")


@pytest.fixture(scope="module")
def rows():
    """The rows of a few mistakes, over 40 data sets each."""
    return tuple(
        row for one in demonstrations(*CHEAP) for row in run(one.experiment, replicates=40)
    )


def kept(monkeypatch, *rows, fresh=True, complete=True):
    """Let the page find a table of these rows."""
    rows = rows if fresh else tuple(replace(row, code="other") for row in rows)
    waiting = () if complete else (MISTAKE,)
    monkeypatch.setattr(shown, "read_table", lambda: Table(rows, 40, waiting))


def test_the_table_says_errors_as_they_were_kept(monkeypatch, rows):
    """A mean error with its Monte-Carlo error, shares in 100, and whether it was shown."""
    kept(monkeypatch, *rows)
    view = shown.must_fail_table(*CHEAP)
    lines = view.frame.set_index("how it errs")
    naive, better = (row.judged for row in rows[:2])

    assert lines.loc["too high", "its error"] == (
        f"{naive.bias:+.3f} ± {naive.bias_error:.3f}, change of the rating per unit of log feedback"
    )
    assert lines.loc["too high", "its error there"].startswith(f"{better.bias:+.3f} ± ")
    missed = 100 * (1 - rows[2].judged.coverage)
    assert lines.loc["coverage", "its error"].startswith(f"{missed:.0f} of 100 intervals miss")
    flipped = lines.loc["sign flips", "its error"]
    assert flipped.startswith("-0.1")
    assert "where +0.050 is true, " in flipped
    alarms = 100 * rows[6].judged.rejected
    assert lines.loc["false alarms", "its error"].startswith(f"{alarms:.0f} of 100 false")
    assert lines["shown"].all()
    assert "Of 4 mistakes, 4 err as stated" in view.caption
    assert beyond_grade(view.caption, "D") == []


def test_a_mistake_that_does_not_show_is_said(monkeypatch, rows):
    """With the rows of both analyses exchanged, nothing errs as stated, and the page says NO."""
    exchanged = [
        replace(row, key=other.key)
        for pair in zip(rows[::2], rows[1::2], strict=True)
        for row, other in (pair, pair[::-1])
    ]
    kept(monkeypatch, *exchanged)
    view = shown.must_fail_table(*CHEAP)

    assert not view.frame["shown"].any()
    assert "Of 4 mistakes, 0 err as stated" in view.caption
    assert view.to_html().count("NOT SHOWN by these data.") == 4


def test_without_a_table_the_mistakes_are_still_told(monkeypatch):
    """Every mistake has its line, without numbers; there is nothing to draw."""
    monkeypatch.setattr(shown, "read_table", lambda: None)
    view, figure = shown.must_fail_table(), shown.must_fail_figure()

    assert len(view.frame) == len(all_demonstrations())
    assert view.frame["its error"].isna().all()
    assert view.caption.endswith(NO_TABLE)
    assert "–" not in view.to_html()
    assert figure is None


@pytest.mark.parametrize(
    ("how", "said"), [({"fresh": False}, STALE), ({"complete": False}, UNFINISHED)]
)
def test_numbers_of_other_code_or_of_half_a_table_are_not_shown(monkeypatch, rows, how, said):
    """The mistakes stay, the numbers go, and a sentence says why."""
    kept(monkeypatch, *rows, **how)
    view = shown.must_fail_table("peeking")

    assert view.caption.endswith(said)
    assert view.frame["its error"].isna().all()
    assert shown.must_fail_figure("peeking") is None


def test_old_rows_take_only_the_numbers_of_their_own_mistake(monkeypatch, rows):
    """Of four mistakes one was tried with other code: three keep their numbers, and it is said."""
    kept(monkeypatch, *(replace(row, code="other") for row in rows[:2]), *rows[2:])
    view, figure = shown.must_fail_table(*CHEAP), shown.must_fail_figure(*CHEAP)

    assert view.frame["its error"].isna().tolist() == [True, False, False, False]
    assert view.frame["not shown because"].dropna().to_dict() == {0: STALE}
    for caption in (view.caption, figure.caption):
        assert "Of 3 mistakes, 3 err as stated" in caption
        assert caption.endswith("Without numbers: 1, tried with other code than this.")


def test_one_mistake_is_told_in_the_singular(monkeypatch, rows):
    """One that shows and one that does not (rows exchanged) each have their sentence."""
    kept(monkeypatch, *rows)
    assert "The mistake errs as stated where" in shown.must_fail_table(CHEAP[0]).caption

    kept(monkeypatch, replace(rows[0], key=rows[1].key), replace(rows[1], key=rows[0].key))
    assert "The mistake does not err as stated where" in shown.must_fail_table(CHEAP[0]).caption


def test_a_mistake_without_rows_beside_others_is_counted(monkeypatch, rows):
    """Two mistakes are in the table, two are not, and the caption counts the two."""
    kept(monkeypatch, *rows[:4])

    assert shown.must_fail_table(*CHEAP).caption.endswith("Without numbers: 2, not tried yet.")


def test_mistakes_that_the_table_does_not_have_are_told_without_numbers(monkeypatch):
    """A complete table without this mistake has nothing to say of it."""
    kept(monkeypatch)

    assert shown.must_fail_table("peeking").caption.endswith(NO_TABLE)


def test_the_table_is_three_columns_wide(monkeypatch, rows):
    """What a mistake is, and the two analyses with how far they were off below them."""
    kept(monkeypatch, *rows)

    assert shown.must_fail_table(*CHEAP).to_html().count("<th ") == 3


@pytest.mark.parametrize(
    ("keys", "panels"),
    [(CHEAP, 2), (("regression to the mean",), 1), (("peeking", "pseudo-replication"), 1)],
)
def test_the_figure_has_a_panel_for_each_kind_of_error(monkeypatch, rows, keys, panels):
    """One panel of mean errors, one of shares; its text says the numbers."""
    kept(monkeypatch, *rows)
    figure = shown.must_fail_figure(*keys)

    assert isinstance(figure, Figure)
    assert len(figure.drawn.axes) == panels
    assert all(f"{key}: " in figure.alt for key in keys)
    assert beyond_grade(figure.caption + figure.alt, "D") == []


def test_mean_errors_are_drawn_in_standard_errors_of_the_tempting_analysis(monkeypatch, rows):
    """The dot of the tempting analysis stands at its bias over its own spread."""
    kept(monkeypatch, *rows)
    figure = shown.must_fail_figure("regression to the mean")
    naive, better = (row.judged for row in rows[:2])
    (ax,) = figure.drawn.axes
    drawn = {line.get_label(): line.get_xdata()[0] for line in ax.lines}

    assert drawn[shown.TEMPTING] == pytest.approx(naive.bias / naive.spread)
    assert drawn[shown.INSTEAD] == pytest.approx(better.bias / naive.spread)


def test_tables_of_different_mistakes_can_stand_on_one_page(monkeypatch):
    """The name of a table, which is that of its file, has the mistakes in it."""
    kept(monkeypatch)

    assert shown.must_fail_table().name == "must-fail"
    assert shown.must_fail_table("Simpson's paradox", "peeking").name == (
        "must-fail-simpson-s-paradox-peeking"
    )


def test_an_unknown_mistake_is_refused():
    """Table and figure refuse it alike."""
    for make in (shown.must_fail_table, shown.must_fail_figure):
        with pytest.raises(StudyError, match=r"must fail: expected one of .*'luck'"):
            make("luck")


def test_the_kept_table_shows_every_mistake():
    """In the table of the repository each errs as stated, and the better analysis holds."""
    table = read_table()
    if table is None:
        pytest.skip("no calibration table; its own test says so")
    found = {(row.experiment, row.key): row for row in table.rows}
    for one in all_demonstrations():
        assert errs(one, found[one.experiment.name, "naive"]), one.key
        assert holds(one, found[one.experiment.name, "better"]), one.key
