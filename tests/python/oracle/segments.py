"""Which segment an account is in at a month-end, for every kind of segment."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import cache

from oracle.accounts import AccountTree
from oracle.attributes import Attributes
from oracle.balances import LineBalance
from oracle.ids import clean_id
from oracle.ledger import Ledger
from oracle.rows import NAMED_ATTRIBUTES, SEGMENT_ATTRIBUTES, Plan
from oracle.terms import month_end
from oracle.view import View

UNKNOWN = "unknown"
LARGEST: Mapping[str, Callable[[LineBalance], str | None]] = {
    "product": lambda line: line.product_id,
    "plan": lambda line: line.plan_id,
    "currency": lambda line: line.currency,
}
TIER_NAMES = {0: "free", 1: "standard", 2: "business", 3: "enterprise"}

SegmentOf = Callable[[str, int], str]
# Kind of segment to the segments of an account's opening and closing balance.
Places = Mapping[str, tuple[str, str]]


def tier_ranks(plans: Iterable[Plan]) -> dict[str, int]:
    """Rank of every plan of the catalogue."""
    return {clean_id(plan.plan_id) or "": plan.tier_rank for plan in plans}


def segmenters(
    ledger: Ledger, cut: date, view: View, ranks: Mapping[str, int], *, as_reported: bool
) -> dict[str, SegmentOf]:
    """How to find an account's segment at a month-end, per kind of segment."""
    versions = [row for part in ledger.parts for row in part.known_accounts()]
    tree = AccountTree(versions, cut)
    attribute = tree.attribute if as_reported else tree.attribute_as_known_now
    stated = Attributes(ledger.attributes, cut)

    def by_attribute(name: str) -> SegmentOf:
        return lambda account, month: attribute(account, name, month_end(month)) or UNKNOWN

    def by_stated(name: str) -> SegmentOf:
        return lambda account, month: (
            stated.value(account, name, month_end(month), from_the_beginning=not as_reported)
            or UNKNOWN
        )

    def plan_tier(account: str, month: int) -> str:
        """The highest tier that is paid for."""
        plans = (line.plan_id for line in view.lines(account, month))
        held = [ranks[plan] for plan in plans if plan is not None and plan in ranks]
        return TIER_NAMES.get(max(held, default=-1), UNKNOWN)

    ordinary: dict[str, SegmentOf] = {
        "all": lambda account, month: "all",
        "plan_tier": plan_tier,
        **{name: by_attribute(name) for name in SEGMENT_ATTRIBUTES},
    }
    single = {
        **ordinary,
        **{name: by_attribute(name) for name in NAMED_ATTRIBUTES},
        **{name: by_largest(view, part) for name, part in LARGEST.items()},
    }
    found = dict(ordinary)
    for stated_name in ledger.settings.segments:
        name = " ".join(stated_name.split())
        parts = [single.get(part) or by_stated(part) for part in name.split(" x ")]
        found.setdefault(name, parts[0] if len(parts) == 1 else both(*parts))
    return found


def by_largest(view: View, part_of: Callable[[LineBalance], str | None]) -> SegmentOf:
    """What an account pays most for at a month-end; of equals the lowest, what is unknown last."""

    @cache
    def largest(account: str, month: int) -> str:
        sums: dict[str | None, Fraction] = defaultdict(Fraction)
        for line in view.lines(account, month):
            sums[part_of(line)] += view.value_line(line, view.rates.period(month)).net
        order = sorted(sums, key=lambda x: (-sums[x], x is None, x or ""))
        return (order[0] if order else None) or UNKNOWN

    return largest


def both(one: SegmentOf, other: SegmentOf) -> SegmentOf:
    """Two kinds in one; the sign that parts them stands doubled inside a value."""

    def joined(account: str, month: int) -> str:
        values = (part(account, month).replace("×", "××") for part in (one, other))
        return " × ".join(values)

    return joined


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
