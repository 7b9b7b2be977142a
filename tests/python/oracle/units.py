"""What the quantity of a line counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from oracle.catalogue import Catalogue
from oracle.parsing import Line

SEAT = "seat"


def unit_of_lines(rows: Iterable[Line], catalogue: Catalogue) -> dict[str, str | None]:
    """The unit of every line: written, else told by all its versions, else that of a like price.

    Nothing where none of them says anything: one piece at one price.
    """
    versions: dict[str, list[Line]] = defaultdict(list)
    for row in rows:
        if row.charge_type == "recurring":
            versions[row.line_id].append(row)
    related = families(versions)
    told = {
        key: written_unit(found, catalogue) or counted_unit(related[key], catalogue)
        for key, found in versions.items()
    }
    by_price: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for key, unit in told.items():
        for row in versions[key]:
            if unit is not None:
                by_price[price_key(row)].add(unit)
    for key, found in versions.items():
        if told[key] is None:
            units = {x for row in found for x in by_price.get(price_key(row), ())}
            told[key] = min(units) if units else None
    return told


def families(versions: Mapping[str, list[Line]]) -> dict[str, list[Line]]:
    """Every line with the versions of its renewals and predecessors."""
    leader = {key: key for key in versions}

    def find(key: str) -> str:
        while leader[key] != key:
            key = leader[key]
        return key

    for key, found in versions.items():
        for other in {x.replaces_line_id for x in found} & set(leader):
            leader[find(key)] = find(str(other))
    members: dict[str, list[Line]] = defaultdict(list)
    for key, found in versions.items():
        members[find(key)] += found
    return {key: members[find(key)] for key in versions}


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


def price_key(row: Line) -> tuple[object, ...]:
    """Equal prices of one account and product, per unit and month."""
    billed = (row.billing_unit, row.billing_interval)
    return row.owner_id, row.product_id, row.currency, row.unit_price, billed
