"""Columns found by the words that people use for what they hold."""

from workbench.sources._named import called


def test_called_by_hand():
    """Case, blanks and hyphens are no matter; the order is that of the words."""
    columns = ["Worker-ID", " Item id ", "task", "text"]

    assert called(columns, ["item", "item_id", "task"]) == [" Item id ", "task"]
    assert called(columns, ["worker_id"]) == ["Worker-ID"]
    assert called(columns, ["label"]) == []


def test_of_two_alike_the_first():
    """Where two columns differ only in case the first is meant."""
    assert called(["Item", "item"], ["item"]) == ["Item"]
