"""How often the intervals of retention hold what they should: made-up books, and what is withheld.

`python -m interval_coverage` (or `make coverage`) simulates and writes the tables of
`docs/how-sure.md`. The formulas are those of `docs/specification/revenue.md#2.4-intervals`, written
again in NumPy; tests compare them with the macros.
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
BEGIN, END = "<!-- coverage: begin -->", "<!-- coverage: end -->"

Numbers = NDArray[np.float64]

SIZES = (5, 10, 20, 50, 100, 200, 500)
# Share of the opening that the largest account has; 0: as the book has it.
SHARES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
BOOKS = ("lognormal", "pareto")
CHURN = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3)
# How many accounts grow, by how much on average, and how uneven that is (sigma of a lognormal).
GROWTH = {"none": (0.0, 0.0, 0.0), "some": (0.15, 0.2, 0.6), "many": (0.4, 0.25, 0.6),
          "uneven": (0.1, 0.4, 1.0)}
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
        movers = moved.sum(1) ** 2 / (moved**2).sum(1)
        grown = closing > opening
        growing = np.where(grown, opening, 0).sum(1) / total
        size = np.where(growing > 0, (left - held) / total / growing, 0)
        grr_low, grr_high = share_bounds(grr * trials, trials, z)
        grow_low, grow_high = share_bounds(growing * effective, effective, z)
        reach = student(z, np.minimum(effective, movers) - 1) * np.sqrt(nrr_variance)
    down = np.hypot(grr - grr_low, (growing - grow_low) * size)
    up = np.hypot(grr_high - grr, (grow_high - growing) * size)
    few = opening.shape[1] < rule["min_accounts"]
    withheld = few | (opening.max(1) / total > rule["max_opening_share"])
    unsure = withheld | (grown.sum(1) < rule["min_gains"])
    return Intervals(
        nrr,
        np.where(unsure, np.nan, np.maximum(0, nrr - np.maximum(reach, down))),
        np.where(unsure, np.nan, nrr + np.maximum(reach, up)),
        grr,
        np.where(withheld, np.nan, np.maximum(0, grr_low)),
        np.where(withheld, np.nan, np.minimum(1, grr_high)),
    )
