"""Which segment an account is in at a month-end, for every kind of segment."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from oracle.accounts import AccountTree
from oracle.ledger import Ledger
from oracle.parsing import clean_id
from oracle.rows import SEGMENT_ATTRIBUTES, Plan
from oracle.terms import month_end
from oracle.view import View

UNKNOWN = "unknown"
TIER_NAMES = {0: "free", 1: "standard", 2: "business", 3: "enterprise"}

SegmentOf = Callable[[str, int], str]
# Kind of segment to the segments of an account's opening and closing balance.
Places = Mapping[str, tuple[str, str]]


def tier_ranks(plans: Iterable[Plan]) -> dict[str, int]:
    """Rank of every plan of the catalogue."""
    return {clean_id(plan.plan_id) or "": plan.tier_rank for plan in plans}


def segmenters(
    ledger: Ledger, cut: date, view: View, ranks: Mapping[str, int]
) -> dict[str, SegmentOf]:
    """How to find an account's segment at a month-end, per kind of segment."""
    versions = [row for part in ledger.parts for row in part.known_accounts()]
    tree = AccountTree(versions, cut)

    def by_attribute(name: str) -> SegmentOf:
        return lambda account, month: tree.attribute(account, name, month_end(month)) or UNKNOWN

    def plan_tier(account: str, month: int) -> str:
        """The highest tier that is paid for."""
        plans = (line.plan_id for line in view.lines(account, month))
        held = [ranks[plan] for plan in plans if plan is not None and plan in ranks]
        return TIER_NAMES.get(max(held, default=-1), UNKNOWN)

    return {
        "all": lambda account, month: "all",
        "plan_tier": plan_tier,
        **{name: by_attribute(name) for name in SEGMENT_ATTRIBUTES},
    }


def places(segments: Mapping[str, SegmentOf], view: View, account: str, month: int) -> Places:
    """A month opens in the segment of its opening; who opens with nothing, in that of its close."""
    opened = month - 1 if view.mrr(account, month - 1) > 0 else month
    return {
        kind: (segment_of(account, opened), segment_of(account, month))
        for kind, segment_of in segments.items()
    }


def reported_places(
    now: Places | None, published: Mapping[str, str], opens_with_money: bool
) -> Places:
    """Where a close puts an account: its opening balance stays where it was published.

    `now` is absent where the close does not know the account as a payer, `published` is empty where
    the close before did not.
    """
    if now is None:
        return {kind: (segment, segment) for kind, segment in published.items()}
    return {
        kind: (published[kind] if opens_with_money else opening, closing)
        for kind, (opening, closing) in now.items()
    }
