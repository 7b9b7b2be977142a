"""What discounts leave of recurring lines: order by order, of a line, contract or account."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from oracle.lines import flat_discount, gross_monthly, is_rate
from oracle.money import minor_unit, round_money
from oracle.parsing import Line
from oracle.settings import Settings

ZERO = Fraction(0)
Amounts = dict[str, Fraction]


@dataclass(frozen=True)
class Valued:
    """A line's monthly amounts in its currency, not rounded, and the discounts behind them.

    `excess` is what discounts would have taken beyond 0.
    """

    gross: Fraction
    net: Fraction
    excess: Fraction
    discounts: tuple[Line, ...]


def scope_of(discount: Line) -> str:
    """What a discount reduces, where it does not say so."""
    if discount.discount_scope is not None:
        return discount.discount_scope
    if discount.parent_line_id is not None:
        return "line"
    return "contract" if discount.contract_id is not None else "account"


def reduces(discount: Line, line: Line, account_of: Callable[[str], str]) -> bool:
    """Whether a line is in the scope of a discount."""
    scope = scope_of(discount)
    if scope == "line":
        return discount.parent_line_id == line.line_id
    if account_of(discount.owner_id) != account_of(line.owner_id):
        return False
    return scope == "account" or discount.contract_id == line.contract_id


def value_lines(
    lines: Mapping[str, Line],
    discounts: Iterable[Line],
    is_in_scope: Callable[[Line, str], bool],
    settings: Settings,
) -> dict[str, Valued]:
    """Lines that bill together, with the discounts in force; `is_in_scope` says on which of them.

    A line's own rate comes first. Discounts of one order all look at what the orders before them
    have left; together they take at most that.
    """
    gross = {key: gross_monthly(row, settings) for key, row in lines.items()}
    excess: Amounts = defaultdict(lambda: ZERO)
    behind: dict[str, list[Line]] = defaultdict(list)
    left = taken_off(gross, {key: gross[key] * lines[key].discount_rate for key in lines}, excess)
    orders: dict[int, list[Line]] = defaultdict(list)
    for row in discounts:
        orders[row.discount_order].append(row)
    for order in sorted(orders):
        taken: Amounts = defaultdict(lambda: ZERO)
        for row in sorted(orders[order], key=lambda x: x.line_id):
            scope = [key for key in lines if is_in_scope(row, key)]
            for key, amount in shares(
                row, scope, lines, left=left, excess=excess, settings=settings
            ).items():
                taken[key] += amount
            for key in scope:
                if is_rate(row) or lines[key].currency == row.currency:
                    behind[key].append(row)
        left = taken_off(left, taken, excess)
    return {key: Valued(gross[key], left[key], excess[key], tuple(behind[key])) for key in lines}


def taken_off(left: Amounts, taken: Amounts, excess: Amounts) -> Amounts:
    """What is left, never below 0."""
    found = {}
    for key, amount in left.items():
        rest = amount - taken.get(key, ZERO)
        found[key] = max(rest, ZERO)
        excess[key] += found[key] - rest
    return found


def shares(
    row: Line,
    scope: list[str],
    lines: Mapping[str, Line],
    *,
    left: Amounts,
    excess: Amounts,
    settings: Settings,
) -> Amounts:
    """What one discount takes from every line of its scope."""
    if is_rate(row):
        return {key: left[key] * row.discount_rate for key in scope}
    amount = -flat_discount(row, settings)
    scope = [key for key in scope if lines[key].currency == row.currency]
    if scope_of(row) == "line" or not scope:
        return dict.fromkeys(scope, amount)
    whole = round_money(amount, row.currency)
    weights = {key: left[key] for key in scope}
    parts = allocate(whole, weights, row.currency)
    excess[min(scope)] += whole - sum(parts.values(), ZERO)
    return parts


def allocate(whole: Fraction, weights: Amounts, currency: str) -> Amounts:
    """Whole minor units by weight, no line more than its own; largest remainder, ties by id."""
    unit = Fraction(1, 10 ** minor_unit(currency))
    caps = {key: round_money(x, currency) for key, x in weights.items()}
    parts: Amounts = {}
    open_keys = sorted(key for key, x in weights.items() if x > 0)
    rest = whole
    while open_keys:
        total = sum((weights[key] for key in open_keys), ZERO)
        exact = {key: rest * weights[key] / total for key in open_keys}
        full = [key for key in open_keys if exact[key] >= caps[key]]
        if not full:
            parts |= largest_remainder(rest, exact, unit)
            return parts
        for key in full:
            parts[key] = caps[key]
            rest -= caps[key]
        open_keys = [key for key in open_keys if key not in full]
    return parts


def largest_remainder(whole: Fraction, exact: Amounts, unit: Fraction) -> Amounts:
    """Parts in whole units that add up."""
    parts = {key: x // unit * unit for key, x in exact.items()}
    missing = int((whole - sum(parts.values(), ZERO)) / unit)
    for key in sorted(exact, key=lambda x: (parts[x] - exact[x], x))[:missing]:
        parts[key] += unit
    return parts
