"""Every raw row has an outcome, and the money of contract lines with it."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

from outside.files import Row, Tables
from outside.published import PublishedRun
from outside.values import cleaned, number

_MILLIONTH = Decimal("0.000001")
_PRICE_PLACES = Decimal("1e-12")
# What a column of the contract has room for.
_LARGEST = Decimal(10) ** 10


def outcome_findings(tables: Tables, run: PublishedRun) -> list[str]:
    """Tables whose rows or refused rows are not all there, and lines' money that is not."""
    counted = {
        table: (int(rows), int(refused))
        for table, rows, refused in run.ask(
            "select raw_table, sum(row_count), "
            "coalesce(sum(row_count) filter (where outcome = 'quarantined'), 0) "
            "from marts.main.fct_source_reconciliation group by raw_table"
        )
    }
    listed = dict(
        run.ask("select raw_table, count(*) from marts.main.dq_quarantine group by raw_table")
    )
    findings = []
    for table, rows in tables.items():
        has, refused = counted.get(table, (0, 0))
        if has != len(rows):
            findings.append(f"{table}: {len(rows)} rows came in, {has} have an outcome")
        if refused != listed.get(table, 0):
            findings.append(
                f"{table}: {refused} rows were refused, the quarantine lists {listed.get(table, 0)}"
            )
    return [*findings, *_amount_findings(tables["contract_lines"], run)]


def _amount_findings(lines: list[Row], run: PublishedRun) -> list[str]:
    """Currencies whose lines add up to another amount than came in."""
    published = dict(
        run.ask(
            "select coalesce(currency, ''), coalesce(sum(amount), 0) "
            "from marts.main.fct_source_reconciliation "
            "where raw_table = 'contract_lines' group by all"
        )
    )
    repeated = {key for key, times in Counter(_id(row) for row in lines).items() if times > 1}
    came: dict[str, Decimal] = {}
    unsure = set()
    for row in lines:
        currency = cleaned(row.get("currency")).upper()
        amount = line_amount(row)
        # What a copy leaves empty another copy may say.
        if amount is None or (_id(row) in repeated and not _is_complete(row)):
            unsure.add(currency)
        else:
            came[currency] = came.get(currency, Decimal(0)) + amount
    return [
        f"contract lines in {currency or 'no currency'}: {came.get(currency, 0):f} came in, "
        f"{published.get(currency, 0):f} has an outcome"
        for currency in sorted((came.keys() | published.keys()) - unsure)
        if abs(came.get(currency, Decimal(0)) - published.get(currency, Decimal(0)))
        > _MILLIONTH * len(lines)
    ]


def line_amount(row: Row) -> Decimal | None:
    """Quantity times price of a line as it came, 0 where they are no numbers.

    None where the contract has no room for them: what becomes of them is the affair of a rule.
    """
    currency = cleaned(row.get("currency")).upper()
    kind = cleaned(row.get("charge_type")).lower()
    stated = number(row.get("amount"), currency)
    if kind in ("usage", "one_time") and stated is not None:
        return stated.quantize(_MILLIONTH, ROUND_HALF_UP)
    price = number(row.get("unit_price"), currency)
    quantity = number(row.get("quantity"), currency) if cleaned(row.get("quantity")) else Decimal(1)
    if price is None or quantity is None:
        return Decimal(0)
    if max(abs(price), abs(quantity)) >= _LARGEST:
        return None
    exact = quantity.quantize(_MILLIONTH, ROUND_HALF_UP) * price.quantize(
        _PRICE_PLACES, ROUND_HALF_UP
    )
    return exact.quantize(_MILLIONTH, ROUND_HALF_UP)


def _id(row: Row) -> str:
    return cleaned(row.get("contract_line_id"))


def _is_complete(row: Row) -> bool:
    needed = ("quantity", "unit_price", "currency", "charge_type")
    return all(cleaned(row.get(name)) for name in needed)
