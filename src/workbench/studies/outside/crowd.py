"""Crowds of raters: a table printed in 1979, and label sets with a known truth."""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
import pandas as pd

from workbench import data
from workbench.data import Community
from workbench.models.dawid_skene import DawidSkene, dawid_skene
from workbench.models.labels import majority_vote
from workbench.models.wisdom import Diversity, diversity_identity
from workbench.studies.outside.checks import IDENTITY, Check

ANAESTHETISTS = "Five anaesthetists, 45 patients"
PAPER = "table 1 of Dawid & Skene (1979), doi:10.2307/2346806; EM on it by another program"
BLUEBIRDS, EMOTION = "crowd-bluebirds", "crowd-emotion"
ZHENG = "Zheng et al. (2017), recomputed from their files by another program"
SEED = 1979

# Rows are true classes, columns the class given; one block an observer, in order.
MATRICES = (
    ".8895 .1105 0 0  .0706 .8764 .0530 0  0 .3388 .6612 0  0 0 .5556 .4444",
    ".8342 .1658 0 0  .0527 .6329 .3143 0  0 0 1 0  0 0 0 1",
    "1 0 0 0  .1064 .7883 .1053 0  0 .4037 .1988 .3976  0 0 .6667 .3333",
    ".9444 .0556 0 0  .0537 .8426 .1037 0  0 0 .8012 .1988  0 0 .3333 .6667",
    "1 0 0 0  .1590 .7345 .1064 0  0 .2091 .7909 0  0 0 .3333 .6667",
)


@cache
def anaesthetists() -> DawidSkene:
    """The model of the paper on the table of the paper, from the vote shares as it began."""
    place = resources.files(__package__).joinpath("dawid_skene_1979.csv")
    with resources.as_file(place) as path:
        table = pd.read_csv(path)
    named = table.rename(columns={"patient": "item", "observer": "rater"})
    return dawid_skene(named, seed=SEED, starts=0, smoothing=0.0, repeats="count")


def printed_table() -> list[Check]:
    """Prevalence, error rates, likelihood and labels that another program finds in the table."""
    found = anaesthetists()
    reference = np.array([float(v) for block in MATRICES for v in block.split()])
    ours = found.confusion.sort_values(["rater", "true", "given"])["estimate"].to_numpy()
    label = found.items.set_index("item")["label"]
    made: list[tuple[str, str, float]] = [
        (f"share of class {int(row['class'])}", share, float(row["estimate"]))
        for share, (_, row) in zip(
            ("0.3996", "0.4220", "0.1118", "0.0667"), found.prevalence.iterrows(), strict=True
        )
    ]
    made += [
        ("largest difference in the 80 error rates of observers 1 to 5", "0.0000",
         float(np.abs(ours - reference).max())),
        # Five decimals: as far as two programs that iterate agree.
        ("log likelihood", "-192.89088", found.log_likelihood or 0.0),
        *((f"patients in class {k}", n, int((label == k).sum()))
          for k, n in zip((1, 2, 3, 4), ("18", "19", "5", "3"), strict=True)),
        ("class of patient 3", "2", int(label[3])),
        ("class of patient 6", "2", int(label[6])),
    ]  # fmt: skip
    return [Check(ANAESTHETISTS, *values, PAPER) for values in made]


def judgements(name: str) -> tuple[pd.DataFrame, pd.Series] | None:
    """Answers (item, rater, label) and the truth by item; None where the files are not at hand."""
    files = data.raw_files(name)
    if files is None:
        return None
    answers = pd.read_csv(files["answer.csv"])
    truth = pd.read_csv(files["truth.csv"]).set_index("question")["truth"]
    named = {"question": "item", "worker": "rater", "answer": "label"}
    return answers.rename(columns=named), truth


def bluebirds() -> list[Check]:
    """Majority and Dawid-Skene against the truth; nothing where the files are not at hand."""
    found = judgements(BLUEBIRDS)
    if found is None:
        return []
    answers, truth = found
    model = dawid_skene(answers, seed=SEED, starts=10, smoothing=0.0)
    right = [
        float((one.items["label"] == one.items["item"].map(truth)).mean())
        for one in (majority_vote(answers, seed=SEED), model)
    ]
    title = data.downloads()[BLUEBIRDS].title
    made: tuple[tuple[str, str, float], ...] = (
        ("judgements", "4212", len(answers)),
        ("majority, share right", "0.7593", right[0]),
        ("Dawid-Skene, share right", "0.8981", right[1]),
        ("log likelihood", "-1888.117", model.log_likelihood or 0.0),
    )
    return [Check(title, *values, ZHENG) for values in made]


def emotions() -> list[Check]:
    """Errors of mean and median, and the identity of diversity, over 700 questions."""
    found = judgements(EMOTION)
    if found is None:
        return []
    answers, truth = found
    by_item = answers.groupby("item")["label"]
    title = data.downloads()[EMOTION].title
    made: list[tuple[str, str, float]] = []
    for name, middle, absolute, squared in (
        ("mean", by_item.mean(), "12.0220", "17.8353"),
        ("median", by_item.median(), "13.5293", "21.2641"),
    ):
        off = (middle - truth).to_numpy(dtype=float)
        made += [
            (f"{name} of ten, mean absolute error", absolute, float(np.abs(off).mean())),
            (f"{name} of ten, root mean square error", squared, float(np.sqrt((off**2).mean()))),
        ]
    each = diversity_identity(answers.rename(columns={"label": "estimate"}), truth)
    made += [
        ("squared error of the crowd", "318.0995", each.collective_error),
        ("mean squared error of a member", "884.7966", each.individual_error),
        ("diversity", "566.6970", each.diversity),
    ]
    return [*(Check(title, *values, ZHENG) for values in made), residual(title, each)]


def residual(title: str, found: Diversity) -> Check:
    """What is left of: error of the crowd = mean error of its members - their diversity."""
    what = "largest residual of the diversity identity"
    return Check(title, what, "0", found.residual, "arithmetic", IDENTITY)


def ratings_identity(one: Community) -> Check:
    """The identity in ratings that come with the workbench; any number may stand as the truth."""
    ratings = one.ratings.to_pandas().rename(columns={"item_id": "item", "value": "estimate"})
    truth = dict.fromkeys(ratings["item"].unique(), 0.0)
    return residual(one.title, diversity_identity(ratings, truth))
