"""H3.1, its bend, its controls and variants, where the truth was planted."""

import numpy as np
import polars as pl
import pytest
from invented_inbox import FALL, MINUTE, START, community, message

from workbench.models.result import Estimate
from workbench.studies.overload import choices, placebo
from workbench.studies.overload.awaiting import at_hand
from workbench.studies.overload.bending import (
    alone,
    apart_from_usual,
    bend,
    bend_figure,
    bend_table,
)
from workbench.studies.overload.replying import (
    BINS,
    FEWEST,
    binned,
    fall,
    fewer_replies,
    in_100,
    lead,
    replies_table,
    slower,
    turned,
    wait_levels,
    waits_figure,
    without_heaviest,
)
from workbench.studies.overload.tempting import ratios
from workbench.studies.verdict import FAILED, PASSED


def test_the_planted_fall_is_found(club):
    """Ten fewer of 100 for each doubling, within three standard errors, which are small."""
    found = fewer_replies(club).fall

    assert abs(found.estimate - FALL) < 3 * found.std_error
    assert found.std_error < FALL / 5
    assert found.clusters == 70


def test_the_fall_is_the_within_slope(club):
    """With people alone held equal, the estimate is least squares on deviations from means."""
    frame = at_hand(club)
    columns = frame[["replied", "inflow"]]
    own = columns - columns.groupby(frame["person"]).transform("mean")
    slope = (own["replied"] * own["inflow"]).sum() / (own["inflow"] ** 2).sum()

    assert fall(frame, covariates=(), absorb=("person",)).fall.estimate == pytest.approx(-slope)


def test_turned_by_hand():
    """A slope of -2 (-5 to 1) is a fall of 2 (-1 to 5); what is not there stays away."""
    got = turned(Estimate(-2.0, 1.0, -5.0, 1.0, 0.1, 9, 3))

    assert (got.estimate, got.low, got.high, got.p_value, got.clusters) == (2.0, -1.0, 5.0, 0.1, 3)
    assert turned(Estimate(None, None, None, None, None, 0)).low is None
    assert in_100(got) == "200.0 (-100.0 to 500.0)"
    assert in_100(Estimate(None, None, None, None, None, 0)) == "not estimated"


def test_bins_start_at_the_plain_share_and_fall(club):
    """The first level is the share with no load; the last lies where it was planted."""
    rows, frame = binned(club), at_hand(club)

    assert rows["estimate"][0] == frame.loc[frame["load"] == 0, "replied"].mean()
    assert rows["turns"].sum() == len(frame)
    assert rows["turns"].min() >= FEWEST
    # Levels 5 to 7: load 5 or 6, log2(6.5) = 2.7 doublings, 27 of 100 fewer than at none.
    last = rows.iloc[-1]
    assert last["load"] == f"{BINS[4]}–{BINS[5] - 1}"
    assert last["low"] < rows["estimate"][0] - 2.7 * FALL < last["high"]


def test_waits_are_of_the_answered_alone(club):
    """The quartiles are in order and the turns those that were answered."""
    rows = wait_levels(club)

    assert (rows["low"] <= rows["estimate"]).all()
    assert rows["turns"].sum() <= at_hand(club)["replied"].sum()
    assert slower(at_hand(club)).n <= at_hand(club)["replied"].sum()


def test_tables_and_figures_say_the_numbers(club):
    """Captions and texts for who cannot see the figure carry numbers of the data."""
    table = replies_table([club]).frame

    assert table["people"].tolist()[0] == "everybody"
    assert in_100(fewer_replies(club).fall) == table["fewer answered"][0]
    for figure in (lead([club]), waits_figure([club]), bend_figure([club])):
        assert "Inbox" in figure.alt
        assert any(letter.isdigit() for letter in figure.alt)


def test_without_the_heaviest_there_are_fewer_turns(club):
    """Ten people less are ten clusters less."""
    assert without_heaviest(club, number=10).clusters == 60


def test_two_lines_fall_where_the_world_only_falls(club):
    """No rise was planted, so that no turn is declared, and the second slope is below zero."""
    found = bend(club)

    assert not found.inverted_u
    assert found.above.high < 0
    assert bend_table([club]).frame["two lines"].tolist() == ["no turn shown"]


def test_deviations_have_no_mean(club):
    """Load, posts and replies are less the person's own means."""
    means = apart_from_usual(club).groupby("person").mean()

    assert np.abs(means.to_numpy()).max() < 1e-3  # load is rounded to three decimals


def test_later_load_finds_nothing_where_nothing_was_planted(club):
    """After the hour nobody else comes, so that the control has no estimate and says so."""
    assert placebo.possible(club) is None
    assert placebo.control(club) == ({}, None)
    assert placebo.negative_control([club]).name == "negative-control"


def test_later_load_that_goes_with_replies_fails(club, monkeypatch):
    """A control far from zero is a failed one."""
    monkeypatch.setattr(placebo, "possible", lambda _: Estimate(0.05, 0.01, 0.03, 0.07, 1e-4, 99))

    assert placebo.control(club) == ({"negative control": FAILED}, 1e-4)


def test_the_list_of_variants_is_fixed_and_small():
    """No variant twice, at most 48, and the first is the hypothesis's own."""
    found = choices.listed()

    assert len({tuple(one.values()) for one in found}) == len(found) <= 48
    assert all(
        value == next(iter(options))
        for value, options in zip(
            found[0].values(),
            (choices.WINDOWS, choices.PEOPLES, choices.OWNS, choices.TIMES, choices.TIMES,
             choices.HELDS, (choices.DOUBLINGS,)),
            strict=True,
        )
    )  # fmt: skip


def test_the_first_variant_is_the_estimate_of_the_hypothesis(club):
    """The curve begins where H3.1 is, and passes in a world with one sign."""
    found = choices.tried(club)

    assert found.table["estimate"][0] == pytest.approx(fewer_replies(club).fall.estimate)
    assert choices.judged(found) == PASSED
    assert choices.specification_table([club]).frame["variants"].tolist() == [found.n]
    assert "Inbox" in choices.specification_curve([club]).alt


def test_people_with_one_turn_bend_nothing(club):
    """Less its own mean a lone turn is (0, 0) whatever happened: it is left out and counted."""
    often = at_hand(club)["person"].value_counts()

    assert alone(club) == int((often == 1).sum())
    assert len(apart_from_usual(club)) == int(often[often > 1].sum())


def test_a_lone_turn_is_counted():
    """Ann has two turns and Bob has one, while both are there: Bob is left out."""
    one = community("lone", "direct messages", [
        message(0, "ann-z", "ann", "z", START),
        message(1, "bob-z", "bob", "z", START),
        message(2, "a", "s", "ann", START + MINUTE),
        message(3, "b", "t", "ann", START + 2 * MINUTE),
        message(4, "c", "u", "bob", START + MINUTE),
        message(5, "a", "ann", "s", START + 15 * MINUTE),  # the sender is there no more
    ])  # fmt: skip

    assert alone(one) == 1
    assert len(apart_from_usual(one)) == 2


def test_what_is_dealt_does_not_hang_on_pseudonyms(club):
    """With other names for the same people the halves, and so the slopes, are the same."""
    turn = pl.col("author_id", "recipient_id").str.replace("^p", "q").str.reverse()
    other = community("inbox", "direct messages", club.posts.with_columns(turn).to_dicts())

    assert at_hand(other)["person"].tolist() != at_hand(club)["person"].tolist()
    assert bend(other).at == bend(club).at
    assert bend(other).above.estimate == pytest.approx(bend(club).above.estimate)
    for one, same in zip(ratios(club), ratios(other), strict=True):
        assert one.estimate == pytest.approx(same.estimate)
