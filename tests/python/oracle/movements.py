"""Account-net movements of a month: one class per account, amounts signed."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from oracle.view import ZERO, View

CLASSES = ("new", "expansion", "contraction", "churn", "reactivation")


@dataclass(frozen=True)
class Movement:
    """One account in one month; opening plus all amounts is closing."""

    opening: Fraction = ZERO
    new: Fraction = ZERO
    expansion: Fraction = ZERO
    contraction: Fraction = ZERO
    churn: Fraction = ZERO
    reactivation: Fraction = ZERO
    fx: Fraction = ZERO
    merge: Fraction = ZERO
    prior_period: Fraction = ZERO
    closing: Fraction = ZERO
    movement: str = "flat"
    sub_movement: str | None = None
    ppa_origin: str | None = None
    transferred: int = 0
    merged: int = 0

    @property
    def is_empty(self) -> bool:
        """Nothing happened and nothing is there."""
        amounts = (self.opening, self.closing, self.prior_period, self.merge, self.fx)
        return not any(amounts) and self.movement == "flat"


def classify(
    view: View, account: str, month: int, rate_month: int | None = None
) -> tuple[str, str | None, Fraction]:
    """Class, sub-class and amount of an account's month; both ends at the rates of one month."""
    rate_month = month if rate_month is None else rate_month
    before = view.mrr(account, month - 1, rate_month)
    after = view.mrr(account, month, rate_month)
    kind, sub_kind = movement_class(view, account, month, before, after)
    return kind, sub_kind, after - before


def movement_class(
    view: View, account: str, month: int, before: Fraction, after: Fraction
) -> tuple[str, str | None]:
    """First match of the movement classes."""
    if before == 0:
        return class_from_zero(view, account, month, after)
    if after == 0:
        kept = view.in_force(account, month)
        return ("contraction", "pause") if kept else ("churn", None)
    if after == before:
        return "flat", None
    return ("expansion" if after > before else "contraction"), None


def class_from_zero(
    view: View, account: str, month: int, after: Fraction
) -> tuple[str, str | None]:
    """An account without MRR the month before: it comes, comes back, goes on, or is given up."""
    if after == 0:
        gone = lost_its_logo(view, account, month)
        return ("churn", "pause_expired") if gone else ("flat", None)
    if not view.had_paid(account, month):
        return "new", None
    if view.stayed_in_force(account, month):
        return "expansion", "resume"
    return "reactivation", None


def lost_its_logo(view: View, account: str, month: int) -> bool:
    """An account kept for a pause (or a full discount) whose contract is now gone.

    It is counted as churn with amount 0, in this month only.
    """
    return view.stayed_in_force(account, month - 1) and not view.in_force(account, month)


def class_amount(kind: str, amount: Fraction) -> dict[str, Any]:
    """The amount under the name of its class; a flat month has none."""
    return {kind: amount} if kind in CLASSES else {}


def named(kind: str, sub_kind: str | None, transfer: Fraction) -> str | None:
    """Sub-class of a month; one in which lines only changed hands says which way they went."""
    if kind != "flat" or transfer == 0:
        return sub_kind
    return "transfer_in" if transfer > 0 else "transfer_out"


def account_step(before: Fraction, after: Fraction) -> int:
    """+1 where an amount makes an account pay, -1 where it stops."""
    return int(after > 0) - int(before > 0)


def restated_movement(view: View, account: str, month: int) -> Movement:
    """Movement with all knowledge.

    Beside it stand the change of the budget rate and what has come from, or gone to, other owners.
    """
    opening = view.mrr(account, month - 1)
    revalued = view.mrr(account, month - 1, month)
    held = view.seen_from(month)
    moved = held.mrr(account, month - 1, month)
    kind, sub_kind, amount = classify(held, account, month)
    return Movement(
        opening=opening,
        fx=revalued - opening,
        merge=moved - revalued,
        closing=view.mrr(account, month),
        movement=kind,
        sub_movement=named(kind, sub_kind, moved - revalued),
        transferred=account_step(revalued, moved),
        **class_amount(kind, amount),
    )


@dataclass(frozen=True)
class ReportedViews:
    """What an as-reported month is made of.

    `published` is the month before at its own close, `corrected` the same month with today's
    knowledge but yesterday's account map, `current` everything with today's knowledge and map.
    `ever_published` are the accounts that an earlier close published with money.
    """

    published: View
    corrected: View
    current: View
    ever_published: frozenset[str] = frozenset()

    def all(self) -> tuple[View, View, View]:
        """In the order of the bridge."""
        return self.published, self.corrected, self.current


def reported_movement(views: ReportedViews, account: str, month: int) -> Movement:
    """Movement as reported at the close of the month.

    Opening, prior period and fx stand on the account map before the month's merges; the merge
    moves the corrected opening balance; the movement itself stands on the map after them, so that
    a merge is neither churn nor expansion. Lines that change hands move like merged accounts.
    """
    opening = views.published.mrr(account, month - 1)
    corrected = views.corrected.mrr(account, month - 1)
    revalued = views.corrected.mrr(account, month - 1, month)
    merged = views.current.mrr(account, month - 1, month)
    held = views.current.seen_from(month)
    moved = held.mrr(account, month - 1, month)
    kind, sub_kind, amount = classify(held, account, month)
    return Movement(
        opening=opening,
        prior_period=corrected - opening,
        fx=revalued - corrected,
        merge=moved - revalued,
        closing=views.current.mrr(account, month),
        movement=kind,
        sub_movement=named(kind, sub_kind, moved - merged),
        transferred=account_step(merged, moved),
        merged=account_step(revalued, merged),
        ppa_origin=prior_period_origin(views, account, month),
        **class_amount(kind, amount),
    )


def prior_period_origin(views: ReportedViews, account: str, month: int) -> str | None:
    """Which movement the late news would have been, had it been known in time."""
    before = views.published.mrr(account, month - 1)
    after = views.corrected.mrr(account, month - 1)
    if before == after:
        return None
    if before == 0:
        return "reactivation" if account in views.ever_published else "new"
    if after == 0:
        return "churn"
    return "expansion" if after > before else "contraction"


def spine(
    view_accounts: list[str], months: list[int], build: Callable[[str, int], Movement]
) -> dict[tuple[str, int], Movement]:
    """Movements from each account's first month that has one to the last month, without holes."""
    found: dict[tuple[str, int], Movement] = {}
    for account in view_accounts:
        started = False
        for month in months:
            movement = build(account, month)
            started = started or not movement.is_empty
            if started:
                found[account, month] = movement
    return found
