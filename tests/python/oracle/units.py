"""What the quantity of a line counts."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from oracle.catalogue import Catalogue
from oracle.lines import months_per_period
from oracle.parsing import Line
from oracle.settings import Settings
from oracle.stubs import host_of, is_short

SEAT = "seat"


def unit_of_lines(
    rows: Iterable[Line],
    catalogue: Catalogue,
    settings: Settings,
    account_of: Callable[[str], str],
) -> dict[str, str | None]:
    """The unit of every line: written, else told by all its versions, else that of a like price.

    Prices are compared among the lines that one account pays for.

    Nothing where none of them says anything: one piece at one price.
    """
    versions: dict[str, list[Line]] = defaultdict(list)
    for row in rows:
        if row.charge_type == "recurring":
            versions[row.line_id].append(row)
    related = families(versions, settings)
    told = {
        key: written_unit(found, catalogue) or counted_unit(related[key], catalogue)
        for key, found in versions.items()
    }
    by_price: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for key, unit in told.items():
        for row in versions[key]:
            if unit is not None:
                by_price[price_key(row, settings, account_of)].add(unit)
    for key in versions:
        if told[key] is None:
            like = (by_price.get(price_key(row, settings, account_of), ()) for row in related[key])
            units = {x for found in like for x in found}
            told[key] = min(units) if units else None
    return told


def families(versions: Mapping[str, list[Line]], settings: Settings) -> dict[str, list[Line]]:
    """Every line with the versions of its renewals, of its predecessors and of its short parts."""
    leader = {key: key for key in versions}

    def find(key: str) -> str:
        while leader[key] != key:
            key = leader[key]
        return key

    for key, found in versions.items():
        for other in {x.replaces_line_id for x in found} & set(leader):
            leader[find(key)] = find(str(other))
        for other in hosts_of(found, versions, settings):
            leader[find(key)] = find(other)
    members: dict[str, list[Line]] = defaultdict(list)
    for key, found in versions.items():
        members[find(key)] += found
    return {key: members[find(key)] for key in versions}


def hosts_of(
    found: Iterable[Line], versions: Mapping[str, list[Line]], settings: Settings
) -> set[str]:
    """The lines of the same product that versions of a line are a few days more of."""
    short = [x for x in found if is_short(x, settings.min_term_days)]
    rows = [x for rows in versions.values() for x in rows] if short else []
    others = [x for x in rows if not is_short(x, settings.min_term_days)]
    hosts = [(x, host_of(x, others, settings)) for x in short]
    return {y.line_id for x, y in hosts if y is not None and y.product_id == x.product_id}


def written_unit(rows: Iterable[Line], catalogue: Catalogue) -> str | None:
    """What a line says, else its plan."""
    found = list(rows)
    plans = [catalogue.plans[x.plan_id or ""] for x in found if x.plan_id in catalogue.plans]
    written = [x.unit for x in found if x.unit] or [x.unit for x in plans if x.unit]
    return written[-1].strip().lower() if written else None


def counted_unit(rows: Iterable[Line], catalogue: Catalogue) -> str | None:
    """Seats where a plan has a price per seat, or where there is ever more than one unit."""
    found = list(rows)
    plans = [catalogue.plans[x.plan_id or ""] for x in found if x.plan_id in catalogue.plans]
    has_seats = any(x.list_price_per_seat_month is not None for x in plans)
    return SEAT if has_seats or any(abs(x.quantity) > 1 for x in found) else None


def price_key(
    row: Line, settings: Settings, account_of: Callable[[str], str]
) -> tuple[object, ...]:
    """Equal prices of one account and product, per unit and month."""
    monthly = Fraction(row.unit_price) / months_per_period(row, settings)
    return account_of(row.owner_id), row.product_id, row.currency, monthly
