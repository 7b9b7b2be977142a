"""Random values for the arithmetic and date macros, their SQL per engine, and what is right."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from macro_sql import MacroSql

CASES = 1_000
ZONES = ("America/New_York", "Asia/Tokyo", "Europe/London", "Asia/Kolkata", "UTC")


def write_money_cases(con: duckdb.DuckDBPyConnection, file: Path, chance: random.Random) -> None:
    con.execute("""
        create table money (
            id integer, unit_price decimal(28, 12), quantity decimal(22, 6),
            kept_share decimal(18, 12), tax_rate decimal(14, 12), is_tax_inclusive boolean,
            months_numerator integer, months_denominator integer,
            opening_quantity decimal(22, 6), closing_quantity decimal(22, 6),
            opening_at_rate decimal(18, 3), amount decimal(38, 18), minor_unit_digits integer,
            total decimal(18, 2), parts integer
        )
    """)
    for number in range(CASES):
        con.execute(
            f"insert into money values ({', '.join('?' * 15)})",
            [number, *money_case(chance, is_extreme=number % 4 == 0)],
        )
    con.execute(f"copy money to '{file}' (format parquet)")


def money_case(chance: random.Random, *, is_extreme: bool) -> list[Any]:
    """One random line, product and amount within what staging lets through."""
    quantity = digits(chance, 15 if is_extreme else 3, chance.choice([0, 2, 6]))
    most = Decimal(10**15) / max(quantity, Decimal(1))
    places = chance.choice([0, 2, 6, 12])
    price = (most if is_extreme else min(most, digits(chance, 5, places))).quantize(
        Decimal("1e-12")
    )
    if price * max(quantity, Decimal(1)) > 10**15:
        price -= Decimal("1e-12")
    numerator, denominator = chance.choice(
        [
            (12 * chance.randint(1, 120), 365),
            (12 * chance.randint(1, 120), 52),
            (chance.choice([1, 3, 6, 12]) * chance.randint(1, 120), 1),
            (chance.randint(28, 31 * 120), chance.randint(28, 31)),
        ]
    )
    return [
        chance.choice([1, 1, -1]) * price,
        quantity,
        Decimal(chance.randint(-(10**12), 10**12)).scaleb(-12),
        chance.choice([Decimal(0), Decimal("0.1"), Decimal("0.19"), digits(chance, 2, 12)]),
        chance.random() < 0.5,
        numerator,
        denominator,
        chance.choice([Decimal(0), digits(chance, 6, 6)]),
        digits(chance, 6, 6),
        digits(chance, 10 if is_extreme else 6, 3),
        chance.choice([1, -1]) * tie(chance),
        chance.choice([0, 2, 3]),
        chance.choice([1, -1]) * digits(chance, 14 if is_extreme else 5, 2),
        chance.randint(1, 36),
    ]


def digits(chance: random.Random, whole: int, places: int) -> Decimal:
    """A random positive number of up to `whole` digits before the point, small ones included."""
    top = 10 ** (chance.randint(0, whole) + places)
    return Decimal(chance.randint(1, top - 1 if top > 1 else 1)).scaleb(-places)


def tie(chance: random.Random) -> Decimal:
    """An amount on, just below or just above a tie of its minor unit."""
    nudge = chance.choice([Decimal(0), Decimal("1e-18"), Decimal("-1e-18"), Decimal("4e-12")])
    return Decimal(chance.randint(0, 10**9)) * Decimal("0.0005") + nudge


def money_query(engine: str, relation: str) -> str:
    sql = MacroSql(engine)
    monthly = sql("monthly_amount", "changes", "changes", kept_share="changes.kept_share")
    rounded = sql("round_to_minor_unit", "round(amount, 12)", "minor_unit_digits")
    hundredths = sql("exact_integer", "total", "100")
    share = sql(
        "decimal_from_units", sql("multiply_divide", hundredths, "10000000000000000", "parts")
    )
    volume = sql("volume_effect", "changes.opening_at_rate")
    return f"""
        select
            id, {monthly} as monthly, {volume} as volume, {rounded} as rounded,
            {share} as share
        from {relation} as changes
    """


def expected_money(case: dict[str, Any]) -> dict[str, Decimal | None]:
    """What the four expressions mean, as fractions."""
    exact = {name: Fraction(value) for name, value in case.items()}
    tax = exact["tax_rate"] if case["is_tax_inclusive"] else Fraction(0)
    monthly = exact["unit_price"] * exact["quantity"] * exact["kept_share"] / (1 + tax)
    monthly *= exact["months_denominator"] / exact["months_numerator"]
    volume = None
    if case["opening_quantity"]:
        gained = exact["closing_quantity"] - exact["opening_quantity"]
        volume = half_away(exact["opening_at_rate"] * gained / exact["opening_quantity"], 12)
    return {
        "monthly": half_away(monthly, 18),
        "volume": volume,
        "rounded": half_away(
            Fraction(half_away(exact["amount"], 12)), int(case["minor_unit_digits"])
        ),
        "share": half_away(exact["total"] / exact["parts"], 18),
    }


def half_away(value: Fraction, places: int) -> Decimal:
    """The nearest decimal of so many places; a tie goes away from zero."""
    units = abs(value) * 10**places
    whole = int(units + Fraction(1, 2))
    sign = -1 if value < 0 else 1
    return Decimal(f"{sign * whole}e-{places}")


def write_day_cases(con: duckdb.DuckDBPyConnection, file: Path, chance: random.Random) -> None:
    con.execute("create table days (id integer, day date, months integer, moment timestamp)")
    first, noon = date(1900, 1, 1), datetime(1990, 1, 1)
    special = [date(2024, 1, 31), date(2024, 2, 29), date(2023, 2, 28), date(1583, 1, 1)]
    for number in range(CASES):
        day = (
            special[number]
            if number < len(special)
            else first + timedelta(chance.randint(0, 99_999))
        )
        moment = noon + timedelta(seconds=chance.randint(0, 45 * 365 * 86_400))
        con.execute(
            "insert into days values (?, ?, ?, ?)", [number, day, chance.randint(-500, 500), moment]
        )
    con.execute(f"copy days to '{file}' (format parquet)")


def days_query(engine: str, relation: str) -> str:
    sql = MacroSql(engine, {"fiscal_year_start_month": "4"})
    moved = sql("add_months", "day", "months")
    first_month = sql("month_start", "day")
    series = sql("month_series", first_month, sql("add_months", first_month, 14))
    days = sql("day_series", "day", sql("add_days", "day", 40))
    one_day = "(select cast('2023-12-31' as date) as day) as one"
    zones = [
        f"{MacroSql(engine, {'business_timezone': zone})('business_date', 'moment')} as zone_{at}"
        for at, zone in enumerate(ZONES)
    ]
    return f"""
        select
            id,
            {first_month} as month_start,
            {sql("month_end", "day")} as month_end,
            {moved} as moved,
            {sql("add_days", "day", "months")} as shifted,
            {sql("days_between", "day", moved)} as distance,
            {sql("whole_months", "day", sql("add_days", "day", "abs(months)"))} as whole_months,
            {sql("month_name", "day")} as month_name,
            {sql("fiscal_year", "day")} as fiscal_year,
            (select count(*) from ({series} from {one_day}) as series) as months_listed,
            (select count(distinct date_day) from ({days} from {one_day}) as series) as days_listed,
            {", ".join(zones)}
        from {relation} as days
    """


def expected_days(case: dict[str, Any]) -> dict[str, Any]:
    day, months, moment = case["day"], case["months"], case["moment"].replace(tzinfo=UTC)
    moved = add_months(day, months)
    later = day + timedelta(abs(months))
    whole = (later.year - day.year) * 12 + later.month - day.month
    return {
        "month_start": day.replace(day=1),
        "month_end": add_months(day.replace(day=1), 1) - timedelta(1),
        "moved": moved,
        "shifted": day + timedelta(months),
        "distance": (moved - day).days,
        "whole_months": whole - (add_months(day, whole) > later),
        "month_name": f"{day:%Y-%m}",
        "fiscal_year": day.year - (day.month < 4),
        "months_listed": 15,
        "days_listed": 41,
        **{
            f"zone_{number}": moment.astimezone(ZoneInfo(zone)).date()
            for number, zone in enumerate(ZONES)
        },
    }


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last one of that month."""
    number = day.year * 12 + day.month - 1 + months
    first = date(number // 12, number % 12 + 1, 1)
    following = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - timedelta(1)).day))
