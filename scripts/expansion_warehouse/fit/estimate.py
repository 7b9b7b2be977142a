"""Weights by regularised logistic regression, and scores and AUC as the models compute them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

# Strength of the ridge: half the sum of the squared coefficients, of points from 0 to 1.
PENALTY = 1.0
# Weights are whole hundredths: a book of this size tells no finer ones apart.
PARTS = 100
NO_SCORE = -1
# The weights stay when none moves by more than this, or after so many rounds.
_STILL = 1e-6
_ROUNDS = 100

# Points are decimals with ten places, weights with four: whole numbers, so that sums are exact.
_POINT, _WEIGHT = 10**10, 10**4

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Estimate:
    """Weights in hundredths, in the order of the components, and where they come from.

    `free` are the coefficients of all components together, `coefficients` those that are left
    when what speaks for a loss has been taken out.
    """

    weights: tuple[int, ...]
    coefficients: tuple[float, ...]
    free: tuple[float, ...]
    rounds: int

    @property
    def shares(self) -> Numbers:
        """The weights as fractions."""
        return np.array(self.weights) / PARTS


def estimate(points: Numbers, lost: Numbers, start: Numbers) -> Estimate | None:
    """Weights under which a high score tells who stays; None where no component does.

    `points` has a row per account and month and a column per component, NaN where one is missing.
    A missing component stands at the score that the others give: that is what weighing it out
    means. Since the score depends on the weights, both are computed in turn, from `start` on,
    until the weights stay.
    """
    # A component that never speaks, or always says the same, would be judged by the others.
    telling = [place for place, column in enumerate(points.T) if _varies(column)]
    if not telling or lost.all() or not lost.any():
        return None
    weights = start
    rounds = 0
    moved = np.inf
    while moved > _STILL and rounds < _ROUNDS:
        free, kept = _coefficients(_filled(points, weights) / 100, ~lost, telling)
        if not kept.any():
            return None
        moved = np.abs(kept / kept.sum() - weights).max()
        weights = kept / kept.sum()
        rounds += 1
    return Estimate(in_parts(weights), _plain(kept), _plain(free), rounds)


def _varies(column: Numbers) -> bool:
    known = column[~np.isnan(column)]
    return bool(known.size) and bool((known != known[0]).any())


def _plain(numbers: Numbers) -> tuple[float, ...]:
    return tuple(float(number) for number in numbers)


def _filled(points: Numbers, weights: Numbers) -> Numbers:
    present = ~np.isnan(points)
    known = np.where(present, points, 0)
    weighed = present * weights
    # Where only components without weight are there, each counts alike.
    weighed = np.where(weighed.sum(axis=1, keepdims=True) > 0, weighed, present)
    score = (known * weighed).sum(axis=1) / weighed.sum(axis=1)
    return np.where(present, points, score[:, None])


def _coefficients(
    filled: Numbers, stayed: Numbers, telling: Sequence[int]
) -> tuple[Numbers, Numbers]:
    """Coefficients of the telling components, and without those that speak for a loss."""
    chosen = list(telling)
    free = _regressed(filled, stayed, chosen)
    kept = free
    while (kept < 0).any():
        chosen.remove(int(np.argmin(kept)))
        kept = _regressed(filled, stayed, chosen)
    return free, kept


def _regressed(filled: Numbers, stayed: Numbers, chosen: Sequence[int]) -> Numbers:
    found = np.zeros(filled.shape[1])
    if chosen:
        model = LogisticRegression(C=1 / PENALTY, solver="lbfgs", tol=1e-8, max_iter=10_000)
        # One thread: sums in one order, on any number of cores.
        with threadpool_limits(1):
            found[chosen] = model.fit(filled[:, chosen], stayed).coef_[0]
    return found


def in_parts(shares: Numbers) -> tuple[int, ...]:
    """Hundredths that add up to 100, by the largest remainder; ties go to the first component."""
    exact = shares / shares.sum() * PARTS
    whole = np.floor(exact).astype(int)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: PARTS - int(whole.sum())]] += 1
    return tuple(int(part) for part in whole)


def scores(points: Numbers, weights: Numbers) -> Numbers:
    """Scores in tenths of a point of rows that have one, NO_SCORE where no weight has data."""
    present = ~np.isnan(points)
    exact_points = np.rint(np.where(present, points, 0) * _POINT).astype(np.int64)
    exact_weights = np.rint(weights * _WEIGHT).astype(np.int64)
    coverage = (present * exact_weights).sum(axis=1) / _WEIGHT
    weighted = (exact_points * exact_weights).sum(axis=1) / (_POINT * _WEIGHT)
    has_score = coverage > 0
    mean = weighted / np.where(has_score, coverage, 1)
    # Eight decimals, then one, each rounded half up, as the models do.
    tenths = (np.rint(mean * 10**8).astype(np.int64) + 5_000_000) // 10_000_000
    return np.where(has_score, tenths, NO_SCORE)


def auc(lost: Numbers, scored: Numbers, times: Numbers | None = None) -> float | None:
    """Chance that of a lost and a kept row the lost one has the lower score, ties half.

    `times` says how often each row counts. None where nobody was lost, or nobody kept.
    """
    counted = np.ones(len(lost)) if times is None else times
    _, place = np.unique(scored, return_inverse=True)
    left = np.bincount(place, weights=counted * lost)
    stayed = np.bincount(place, weights=counted * ~lost)
    pairs = left.sum() * stayed.sum()
    if not pairs:
        return None
    not_below = stayed[::-1].cumsum()[::-1]
    return float((left * (2 * not_below - stayed)).sum() / (2 * pairs))


def interval(values: Sequence[float], share: float) -> tuple[float, float] | None:
    """The two values between which `share` of them lie, at whole places as in the backtest."""
    ordered = sorted(values)
    if not ordered:
        return None
    low = int(np.floor((len(ordered) + 1) * (1 - share) / 2))
    high = int(np.ceil((len(ordered) + 1) * (1 + share) / 2))
    return ordered[max(low, 1) - 1], ordered[min(high, len(ordered)) - 1]
