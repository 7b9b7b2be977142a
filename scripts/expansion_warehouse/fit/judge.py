"""A fit on the earlier months of a book, judged on the later ones, each account by the others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from expansion_warehouse.fit.book import Book, Row
from expansion_warehouse.fit.estimate import (
    NO_SCORE,
    Estimate,
    Numbers,
    auc,
    estimate,
    interval,
    scores,
)

# The last third of the months is judged; accounts are dealt into five groups.
JUDGED = 3
GROUPS = 5


@dataclass(frozen=True)
class Part:
    """The rows of one side of the split."""

    rows: int
    accounts: int
    lost_rows: int
    losses: int
    first_month: date | None
    last_month: date | None


@dataclass(frozen=True)
class Measured:
    """A number with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Fit:
    """What was estimated from what, how it was judged, and the verdict.

    `verdict` is signal or no_signal, `reason` says the latter in words. `outcomes_until` is the
    last day of which training knows anything.
    """

    version: str
    horizon: int
    components: tuple[str, ...]
    present: tuple[float, ...]
    estimated: Estimate | None
    # Per group of accounts, the weights in hundredths that it is judged by.
    by_group: tuple[tuple[int, ...], ...]
    training: Part
    judging: Part
    outcomes_until: date | None
    with_data: tuple[int, ...]
    present_auc: Measured | None
    fitted_auc: Measured | None
    difference: Measured | None
    verdict: str
    reason: str

    @property
    def weights(self) -> Mapping[str, int]:
        """The estimated weights in hundredths."""
        assert self.estimated is not None
        return dict(zip(self.components, self.estimated.weights, strict=True))


def group_of(payer: str) -> int:
    """The group of an account, from a hash of its id: the same in every book and order."""
    digest = hashlib.md5(payer.encode(), usedforsecurity=False).hexdigest()
    return int(digest[:8], 16) % GROUPS


def fit_and_judge(book: Book, components: Sequence[str]) -> Fit:
    """Estimate weights of `components` from the earlier months and judge them on the later ones.

    Training knows no outcome after the first judged month-end. An account is judged by the weights
    that the other groups of accounts give, so that none stands on both sides.
    """
    months = sorted({row.month for row in book.rows})
    judged_months = months[len(months) - len(months) // JUDGED :]
    until = min((row.month_end for row in book.rows if row.month in judged_months), default=None)
    training = [row for row in book.rows if until is not None and row.followed_until <= until]
    judging = [row for row in book.rows if row.month in judged_months]
    present = np.array([float(book.weights[name]) for name in components])
    trained = _points(training, components)
    lost = _lost(training)
    groups = np.array([group_of(row.payer) for row in training])
    minimum = int(book.rules["min_events"])
    parts = _part(training), _part(judging)
    whole = None
    by_group: list[Estimate | None] = []
    if min(part.losses for part in parts) >= minimum:
        whole = estimate(trained, lost, present)
        by_group = [
            estimate(trained[groups != group], lost[groups != group], present)
            for group in range(GROUPS)
        ]
    judged = _judged(book, judging, components, present, by_group)
    reason = _reason(book, parts, whole, by_group, judged.get("fitted"))
    seen = ~np.isnan(trained) if training else np.zeros((0, len(components)), dtype=bool)
    return Fit(
        version=book.version,
        horizon=book.horizon,
        components=tuple(components),
        present=tuple(float(share) for share in present),
        estimated=whole,
        by_group=tuple(found.weights for found in by_group if found is not None),
        training=parts[0],
        judging=parts[1],
        outcomes_until=until,
        with_data=tuple(int(number) for number in seen.sum(axis=0)),
        present_auc=judged.get("present"),
        fitted_auc=judged.get("fitted"),
        difference=judged.get("difference"),
        verdict="no_signal" if reason else "signal",
        reason=reason,
    )


def _judged(
    book: Book,
    judging: Sequence[Row],
    components: Sequence[str],
    present: Numbers,
    by_group: Sequence[Estimate | None],
) -> dict[str, Measured]:
    """AUC of both scores and their difference, on the rows that have both."""
    if not judging or not by_group or any(found is None for found in by_group):
        return {}
    points = _points(judging, components)
    groups = np.array([group_of(row.payer) for row in judging])
    old = scores(points, present)
    new = np.full(len(judging), NO_SCORE)
    for group, found in enumerate(by_group):
        assert found is not None
        mine = groups == group
        new[mine] = scores(points[mine], found.shares)
    both = (old != NO_SCORE) & (new != NO_SCORE)
    payers = [row.payer for row, has_both in zip(judging, both, strict=True) if has_both]
    lost, old, new = _lost(judging)[both], old[both], new[both]
    pairs = [_pair(lost, old, new, np.ones(len(lost)))]
    pairs += [
        _pair(lost, old, new, np.array([drawn.get(payer, 0) for payer in payers], dtype=float))
        for drawn in book.draws
    ]
    if pairs[0] is None:
        return {}
    share = float(book.rules["interval_share"])
    resampled = [pair for pair in pairs[1:] if pair is not None]
    measured = {
        "present": _measured([before for before, _ in resampled], pairs[0][0], share),
        "fitted": _measured([after for _, after in resampled], pairs[0][1], share),
        "difference": _measured(
            [after - before for before, after in resampled], pairs[0][1] - pairs[0][0], share
        ),
    }
    return {name: found for name, found in measured.items() if found is not None}


def _measured(resampled: Sequence[float], value: float, share: float) -> Measured | None:
    ends = interval(resampled, share)
    return None if ends is None else Measured(value, *ends)


def _pair(lost: Numbers, old: Numbers, new: Numbers, times: Numbers) -> tuple[float, float] | None:
    before, after = auc(lost, old, times), auc(lost, new, times)
    return None if before is None or after is None else (before, after)


def _reason(
    book: Book,
    parts: tuple[Part, Part],
    whole: Estimate | None,
    by_group: Sequence[Estimate | None],
    fitted: Measured | None,
) -> str:
    """Why there is no signal; empty where there is one."""
    minimum, floor = int(book.rules["min_events"]), float(book.rules["auc_floor"])
    for part, name in zip(parts, ("before", "in"), strict=True):
        if part.losses < minimum:
            return f"{part.losses} losses {name} the judged months, fewer than {minimum}"
    if whole is None or any(found is None for found in by_group):
        return "no component tells who left from who stayed"
    if fitted is None or fitted.low <= floor:
        low = "nothing" if fitted is None else f"{fitted.low:.3f}"
        return (
            f"the interval of the AUC in the judged months begins at {low}, not above {floor:.2f}"
        )
    return ""


def _points(rows: Sequence[Row], components: Sequence[str]) -> Numbers:
    return np.array(
        [[float(row.points.get(name, "nan")) for name in components] for row in rows]
    ).reshape(len(rows), len(components))


def _lost(rows: Sequence[Row]) -> Numbers:
    return np.array([row.is_lost for row in rows], dtype=bool)


def _part(rows: Sequence[Row]) -> Part:
    months = [row.month for row in rows]
    return Part(
        rows=len(rows),
        accounts=len({row.payer for row in rows}),
        lost_rows=sum(row.is_lost for row in rows),
        # One loss follows several month-ends of its account.
        losses=len({(row.payer, row.first_loss_on) for row in rows if row.is_lost}),
        first_month=min(months, default=None),
        last_month=max(months, default=None),
    )
