"""How often the intervals of retention hold what they should: made-up books, and what is withheld.

`make coverage` simulates and writes the tables of `docs/how-sure.md`. The formulas are those of
`docs/specification/revenue.md#2.4-intervals`, written again in NumPy; tests compare them with what
the macros give.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "how-sure.md"
SEED = 15
BEGIN, END = "<!-- coverage: begin -->", "<!-- coverage: end -->"

Numbers = NDArray[np.float64]

SIZES = (5, 10, 20, 30, 50, 100, 200, 500)
# Share of the opening that the largest account has; 0: as the book has it.
SHARES = (0.0, 0.05, 0.1, 0.2, 0.25, 0.3, 0.5, 0.8)
BOOKS = ("lognormal", "pareto")
CHURN = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3)
# How many accounts grow, by how much on average, and how uneven that is (sigma of a lognormal).
GROWTH = {
    "none": (0.0, 0.0, 0.0),
    "some": (0.15, 0.2, 0.6),
    "many": (0.4, 0.25, 0.6),
    "uneven": (0.1, 0.4, 1.0),
}
LEANS = ("none", "large")


def rules() -> dict[str, float]:
    """The seed `interval_rules`."""
    with (PROJECT / "seeds" / "interval_rules.csv").open(encoding="utf-8") as file:
        return {row["rule"]: float(row["value"]) for row in csv.DictReader(file)}


@dataclass(frozen=True)
class Books:
    """Both ends of many books, a row each; and what retention would be on average."""

    opening: Numbers
    closing: Numbers
    true_nrr: Numbers
    true_grr: Numbers


def made_up(
    rng: np.random.Generator,
    count: int,
    accounts: int,
    *,
    book: str = "lognormal",
    share: float = 0.0,
    churn: float = 0.1,
    growth: str = "some",
    lean: str = "none",
) -> Books:
    """Books of one kind. `lean` large: accounts above the median leave four times as often."""
    shape = (count, accounts)
    opening = rng.lognormal(0, 1, shape) if book == "lognormal" else rng.pareto(1.5, shape) + 1
    if share:
        opening[:, 0] = opening[:, 1:].sum(1) * share / (1 - share)
    leaving = np.full(shape, churn)
    if lean == "large":
        above = opening > np.median(opening, axis=1, keepdims=True)
        leaving = np.where(above, 1.6 * churn, 0.4 * churn)
    shrinking = 0.1 if churn else 0.02
    growing, mean, sigma = GROWTH[growth]
    drawn = rng.random(shape)
    kept = np.ones(shape)
    kept[drawn < leaving] = 0
    shrunk = (drawn >= leaving) & (drawn < leaving + shrinking)
    kept[shrunk] = rng.uniform(0.4, 1, shrunk.sum())
    factor = kept.copy()
    grown = drawn > 1 - growing
    factor[grown] = 1 + mean * rng.lognormal(-sigma * sigma / 2, sigma, grown.sum())
    weights = opening / opening.sum(1, keepdims=True)
    true_grr = (weights * (1 - leaving - 0.3 * shrinking)).sum(1)
    return Books(opening, opening * factor, true_grr + growing * mean, true_grr)


@dataclass(frozen=True)
class Intervals:
    """What is said of many books; NaN where it is withheld."""

    nrr: Numbers
    nrr_low: Numbers
    nrr_high: Numbers
    grr: Numbers
    grr_low: Numbers
    grr_high: Numbers


def share_bounds(hits: Numbers, trials: Numbers, z: float) -> tuple[Numbers, Numbers]:
    """Wilson's bounds."""
    middle = hits + z * z / 2
    reach = z * np.sqrt(np.maximum(hits * (trials - hits), 0) / trials + z * z / 4)
    return (middle - reach) / (trials + z * z), (middle + reach) / (trials + z * z)


def student(z: float, freedom: Numbers) -> Numbers:
    """Student's quantile from the normal one: the first terms of Cornish and Fisher's series."""
    return np.asarray(
        z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    )


def intervals(opening: Numbers, closing: Numbers, rule: dict[str, float]) -> Intervals:
    """Intervals of books, a row each."""
    z = rule["z"]
    kept = np.minimum(opening, closing)
    total, left, held = opening.sum(1), closing.sum(1), kept.sum(1)
    nrr, grr = left / total, held / total
    effective = total**2 / (opening**2).sum(1)
    scale = effective / (effective - 1) / total**2

    def variance(ends: Numbers, rate: Numbers) -> Numbers:
        return np.asarray(((ends - rate[:, None] * opening) ** 2).sum(1) * scale)

    nrr_variance, grr_variance = variance(closing, nrr), variance(kept, grr)
    with np.errstate(divide="ignore", invalid="ignore"):
        trials = np.where(grr_variance > 1e-18, grr * (1 - grr) / grr_variance, effective)
        trials = np.minimum(effective, trials)
        moved = np.abs(closing - opening)
        movers = np.nan_to_num(moved.sum(1) ** 2 / (moved**2).sum(1), nan=1)
        grown = closing > opening
        growing = np.where(grown, opening, 0).sum(1) / total
        size = np.where(growing > 0, (left - held) / total / growing, 0)
        grr_low, grr_high = share_bounds(grr * trials, trials, z)
        grow_low, grow_high = share_bounds(growing * effective, effective, z)
        freedom = np.maximum(1, np.minimum(effective, movers) - 1)
        reach = student(z, freedom) * np.sqrt(nrr_variance)
    down = np.hypot(grr - grr_low, (growing - grow_low) * size)
    up = np.hypot(grr_high - grr, (grow_high - growing) * size)
    few = opening.shape[1] < rule["min_accounts"]
    withheld = few | (opening.max(1) / total > rule["max_opening_share"])
    unsure = withheld | (grown.sum(1) < rule["min_growths"])
    shown = np.where(unsure, np.nan, 1.0)
    return Intervals(
        nrr,
        shown * np.maximum(0, nrr - np.maximum(reach, down)),
        shown * (nrr + np.maximum(reach, up)),
        grr,
        np.where(withheld, np.nan, np.maximum(0, np.minimum(grr, grr_low))),
        np.where(withheld, np.nan, np.minimum(1, np.maximum(grr, grr_high))),
    )


@dataclass(frozen=True)
class Kind:
    """One kind of book."""

    accounts: int
    share: float
    book: str
    churn: float
    growth: str
    lean: str


@dataclass(frozen=True)
class Held:
    """Of the books of one kind: how many were given an interval, and how many of these hold."""

    kind: Kind
    books: int
    given: int
    holds: int

    @property
    def coverage(self) -> float:
        """Share of the given intervals that hold what retention is on average."""
        return self.holds / self.given if self.given else np.nan


def kinds() -> Iterator[Kind]:
    """Every kind; a share below that of an even book is none."""
    for accounts, share in itertools.product(SIZES, SHARES):
        if share and share * accounts < 1.2:
            continue
        for book, churn, growth, lean in itertools.product(BOOKS, CHURN, GROWTH, LEANS):
            if lean == "none" or churn in (0.05, 0.3):
                yield Kind(accounts, share, book, churn, growth, lean)


def holding(low: Numbers, high: Numbers, true: Numbers) -> tuple[int, int]:
    """How many intervals are given, and how many of them hold."""
    given = ~np.isnan(low)
    holds = (low[given] <= true[given] + 1e-12) & (true[given] - 1e-12 <= high[given])
    return int(given.sum()), int(holds.sum())


def simulated(
    kind: Kind, count: int, rule: dict[str, float], rng: np.random.Generator
) -> tuple[Held, Held]:
    """NRR and GRR of so many books of a kind."""
    made = made_up(
        rng,
        count,
        kind.accounts,
        book=kind.book,
        share=kind.share,
        churn=kind.churn,
        growth=kind.growth,
        lean=kind.lean,
    )
    said = intervals(made.opening, made.closing, rule)
    return (
        Held(kind, count, *holding(said.nrr_low, said.nrr_high, made.true_nrr)),
        Held(kind, count, *holding(said.grr_low, said.grr_high, made.true_grr)),
    )


def logo_coverage(accounts: int, rule: dict[str, float]) -> tuple[float, float]:
    """Least and mean coverage of the interval of a count, over all shares; no chance, but sums."""
    seen = np.arange(accounts + 1)
    low, high = count_bounds(seen, accounts, rule)
    shares = np.arange(1, 2000) / 2000
    logs = np.concatenate([[0], np.cumsum(np.log(np.arange(1, accounts + 1)))])
    ways = logs[accounts] - logs[seen] - logs[accounts - seen]
    chance = np.exp(
        ways + np.outer(np.log(shares), seen) + np.outer(np.log1p(-shares), accounts - seen)
    )
    holds = (low <= shares[:, None] + 1e-12) & (shares[:, None] - 1e-12 <= high)
    covered = (chance * holds).sum(1)
    return float(covered.min()), float(covered.mean())


def count_bounds(
    seen: NDArray[np.int64], trials: int, rule: dict[str, float]
) -> tuple[Numbers, Numbers]:
    """Bounds of counts: Wilson's, but for one or two of a kind."""
    low, high = share_bounds(seen.astype(np.float64), np.full(len(seen), float(trials)), rule["z"])
    for events, name in ((1, "one_event"), (2, "two_events")):
        low = np.where(seen == events, np.minimum(low, rule[name] / trials), low)
        high = np.where(trials - seen == events, np.maximum(high, 1 - rule[name] / trials), high)
    return np.maximum(0, low), np.minimum(1, high)


# Withheld by its nature, and by the rules: a cell of the table below this share of books is empty.
RARE = 0.1


def table(held: list[Held]) -> list[str]:
    """Coverage by size and share: least of all kinds / of all together / share given."""
    heads = ["as it comes" if not share else f"{share:.0%}".replace("%", " %") for share in SHARES]
    lines = [f"| accounts | {' | '.join(heads)} |", "|---|" + "---|" * len(SHARES)]
    for accounts in SIZES:
        cells = [
            cell([row for row in held if (row.kind.accounts, row.kind.share) == (accounts, share)])
            for share in SHARES
        ]
        lines.append(f"| {accounts} | {' | '.join(cells)} |")
    return lines


def cell(rows: list[Held]) -> str:
    """One cell of the table."""
    if not rows:
        return ""
    given = sum(row.given for row in rows) / sum(row.books for row in rows)
    often = [row for row in rows if row.given >= RARE * row.books]
    if not often:
        return "withheld"
    together = sum(row.holds for row in often) / sum(row.given for row in often)
    return f"{min(row.coverage for row in often):.0%}, {together:.0%} ({given:.0%})".replace(
        "%", " %"
    )


def unprotected(rule: dict[str, float]) -> dict[str, float]:
    """The same formulas, given wherever they can be computed."""
    return {**rule, "min_accounts": 0, "max_opening_share": 1, "min_growths": 0}


def page(count: int) -> str:
    """The tables, simulated."""
    rule = rules()
    parts = []
    for title, used in (("as published", rule), ("if nothing were withheld", unprotected(rule))):
        rng = np.random.default_rng(SEED)
        found = [simulated(kind, count, used, rng) for kind in kinds()]
        for place, name in enumerate(("NRR", "GRR")):
            parts += [f"**{name}, {title}**", "", *table([pair[place] for pair in found]), ""]
    parts += ["**Counts** (logo retention, win rates)", "", "| of | least | on average |"]
    parts.append("|---|---|---|")
    for trials in (10, 20, 50, 100, 200, 500):
        least, mean = logo_coverage(trials, rule)
        parts.append(f"| {trials} | {least:.1%} | {mean:.1%} |".replace("%", " %"))
    return "\n".join(parts)


def main(count: int = 400) -> None:
    """Write the tables into the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{page(count)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
