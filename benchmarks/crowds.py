"""CPU seconds of the resampling of study 2, beside the obvious loops that give the same numbers."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import statsmodels.api as sm

from workbench.models.orders import after_first
from workbench.models.votes import majority_curve
from workbench.models.wild import WEIGHTS, wild_bootstrap
from workbench.simulate import contests, raters

SEED = 1
ITEMS, JUDGES, EACH, LOOP_DRAWS = 300, 40, 9, 20
ROWS, CLUSTERS, WILD_DRAWS = 2_000, 19, 999
ORDERS, LOOP_ORDERS = 19_999, 20
GOAL_RATIO = 10


def cpu(work: Callable[[], float]) -> tuple[float, float]:
    """What `work` gives, and its CPU seconds."""
    began = time.process_time()
    found = work()
    return found, time.process_time() - began


def majority_loop(table: pd.DataFrame, truth: pd.Series) -> float:
    """Share right at the largest odd size but one: crowds drawn from every item, ties by lot."""
    dice = np.random.default_rng(SEED)
    right = []
    for _ in range(LOOP_DRAWS):
        for item, part in table.groupby("item"):
            drawn = part["label"].sample(EACH - 2, random_state=dice)
            counts = drawn.value_counts()
            best = counts.index[counts == counts.max()]
            right.append((truth[item] in best) / len(best))
    return float(np.mean(right))


def majority() -> tuple[float, float, float]:
    """Seconds of all sizes exactly, of one size by a loop, and by how much they differ."""
    made = raters.simulate(raters.Settings(), seed=SEED, items=ITEMS, raters=JUDGES, per_item=EACH)
    table, truth = made.judgements, made.items.set_index("item")["true_class"]
    exact, ours = cpu(lambda: float(majority_curve(table, truth).curve["share_right"].iloc[-2]))
    drawn, loop = cpu(lambda: majority_loop(table, truth))
    return ours, loop, abs(exact - drawn)


def wild_loop(data: pd.DataFrame) -> float:
    """The p-value with a fit by statsmodels for every draw."""
    dice = np.random.default_rng(SEED)
    weights = dice.choice(WEIGHTS["webb"].ravel(), size=(WILD_DRAWS, CLUSTERS))
    groups = data["g"].to_numpy()
    full = np.column_stack([data["x"], np.ones(ROWS)])
    y = data["y"].to_numpy()

    def t(outcome: np.ndarray) -> float:
        found = sm.OLS(outcome, full).fit(cov_type="cluster", cov_kwds={"groups": groups})
        return float(found.params[0] / found.bse[0])

    centre, observed = y.mean(), abs(t(y))
    again = [abs(t(centre + (y - centre) * one[groups])) >= observed for one in weights]
    return (1 + sum(again)) / (1 + WILD_DRAWS)


def wild() -> tuple[float, float, float]:
    """Seconds of p-value and limits together, of the p-value by a loop, and their difference."""
    dice = np.random.default_rng(SEED)
    data = pd.DataFrame({"g": np.arange(ROWS) % CLUSTERS, "x": dice.normal(size=ROWS)})
    level = dice.normal(size=CLUSTERS)[data["g"]]
    data["y"] = 0.03 * data["x"] + level + dice.normal(size=ROWS)
    p, ours = cpu(
        lambda: (
            wild_bootstrap(
                data, outcome="y", term="x", clusters="g", draws=WILD_DRAWS, seed=SEED
            ).p_value
        )
    )
    again, loop = cpu(lambda: wild_loop(data))
    return ours, loop, abs(p - again)


def orders_loop(entries: pd.DataFrame) -> float:
    """The mean share of wins after a first one over shuffled orders."""
    shares = []
    for draw in range(LOOP_ORDERS):
        mixed = entries.sample(frac=1, random_state=draw)
        before = mixed.groupby("person")["success"].cumsum() - mixed["success"]
        shares.append(float(mixed.loc[before > 0, "success"].mean()))
    return float(np.mean(shares))


def orders() -> tuple[float, float, float]:
    """Seconds of all orders, of as many by a loop (from fewer), and by how much they differ."""
    made = contests.simulate(contests.Settings(), seed=SEED, contests=200, people=500).ideas
    entries = made[["person", "success"]].astype(int)
    mean, ours = cpu(
        lambda: after_first(entries["success"], entries["person"], seed=SEED, draws=ORDERS).expected
    )
    again, loop = cpu(lambda: orders_loop(entries))
    return ours, loop * ORDERS / LOOP_ORDERS, abs(mean - again)


def main() -> None:
    """Print one line a task: seconds, how many times as long the loop takes, the difference."""
    majority()  # the first call pays for imports
    for name, task in (("majority of judges", majority), ("wild bootstrap", wild),
                       ("orders of entries", orders)):  # fmt: skip
        ours, loop, apart = task()
        ratio = loop / max(ours, 1e-4)
        goal = "reached" if ratio >= GOAL_RATIO else "NOT REACHED"
        print(
            f"{name}: {ours:.3f} s, the loop {loop:.2f} s, {ratio:.0f} times as long "
            f"(goal {GOAL_RATIO}: {goal}); results {apart:.4f} apart"
        )


if __name__ == "__main__":
    main()
