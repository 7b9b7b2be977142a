"""What the quantity of a line counts."""

from collections import defaultdict
from collections.abc import Iterable

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
    told = {key: told_unit(found, catalogue) for key, found in versions.items()}
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


def told_unit(versions: Iterable[Line], catalogue: Catalogue) -> str | None:
    """What a line or its plan says, else seats where there is ever more than one."""
    rows = list(versions)
    plans = [catalogue.plans[x.plan_id] for x in rows if x.plan_id in catalogue.plans]
    written = [x.unit for x in rows if x.unit] or [x.unit for x in plans if x.unit]
    if written:
        return written[-1].strip().lower()
    has_seats = any(x.list_price_per_seat_month is not None for x in plans)
    return SEAT if has_seats or any(abs(x.quantity) > 1 for x in rows) else None


def price_key(row: Line) -> tuple[object, ...]:
    """Equal prices of one account and product."""
    return row.owner_id, row.product_id, row.currency, row.unit_price
