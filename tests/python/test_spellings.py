"""Values as Japan, spreadsheets and ledgers write them: the reader, the raw folder, the oracle."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion_warehouse.importers.connection import import_connection
from expansion_warehouse.raw import spellings
from oracle.generator import typed_day, typed_yen
from oracle.parsing import (
    BadDateError,
    BadNumberError,
    read_date,
    read_number,
    read_share,
    written_moment,
)
from test_raw_reading import read, register, write_folder

# The first of April 2025 in every spelling.
APRIL = """
令和7年4月1日|令和 7年 4月 1日|R7.4.1|R07.04.01|R7/4/1|r7-4-1|㋿7年4月1日|令和７年４月１日
平成37年4月1日!|2025年4月1日|２０２５年４月１日|2025/4/1|2025-4-1|2025.4.1|2025.04.01|２０２５／４／１|20250401
2025年4月1日(火)|2025/4/1（火）|2025/4/1 火曜日|2025年4月1日(火曜日)|2025/4/1(水)!
2025/4/1 0:00|2025/4/1 00:00|2025-04-01 0:00:00|2025-04-01T00:00:00.000|2025/4/1 12:00 AM
2025/4/1 12:00:00 am|2025/4/1 午前0時|2025年4月1日 0時00分|2025年4月1日午前0時0分0秒
2025.4.1 AM 0:00|2025/4/1(火) 0:00|20250401 000000|20250401000000|令和7年4月1日 0:00|2025/3/31 24:00
45748|45748.0|４５７４８|45748.00|2025/4/1 午前12時!|2025/4/1 午後12時!
2025年4月!|2025-04!|202504!|2025-W14-2!|2025-091!|04/01/2025!|1/4/25!|1/4/2025!|13/04/2025!|25/4/1!|25.4.1!
2025.4-1!|250401!|60!|26091!|2025040100!|20251301!|2025年4月1!|4月1日!
火!|-!|#N/A!|NULL!|なし!|infinity!
"""
DAYS: list[tuple[str, date | None]] = [
    (text.removesuffix("!"), None if text.endswith("!") else date(2025, 4, 1))
    for text in APRIL.replace("\n", "|").split("|")
    if text
]
ERAS = [
    ("令和元年5月1日", date(2019, 5, 1)),
    ("R元.5.1", date(2019, 5, 1)),
    ("R1.4.30", None),
    ("R0.5.1", None),
    ("H31.4.30", date(2019, 4, 30)),
    ("H31.5.1", None),
    ("平成元年1月8日", date(1989, 1, 8)),
    ("S64.1.7", date(1989, 1, 7)),
    ("S64.1.8", None),
    ("昭和元年12月25日", date(1926, 12, 25)),
    ("T15.12.24", date(1926, 12, 24)),
    ("T15.12.25", None),
    ("M45.7.29", date(1912, 7, 29)),
    ("M6.1.1", date(1873, 1, 1)),
    ("M5.12.31", None),
    ("2024年2月29日", date(2024, 2, 29)),
    ("2025年2月29日", None),
    ("29221", date(1980, 1, 1)),
    ("29220", None),
    ("99999", date(2173, 10, 13)),
]
# In UTC: the source and the company are in London's winter, where a midnight is a day.
MOMENTS = [
    ("R7.4.1 9:30", datetime(2025, 4, 1, 9, 30)),
    ("2025年4月1日(火)9時5分", datetime(2025, 4, 1, 9, 5)),
    ("2025/4/1 午後1時30分", datetime(2025, 4, 1, 13, 30)),
    ("2025/4/1 9:30 PM", datetime(2025, 4, 1, 21, 30)),
    ("2025-04-01 12:30 AM", datetime(2025, 4, 1, 0, 30)),
    ("2025-04-01 12:30 p.m.", datetime(2025, 4, 1, 12, 30)),
    ("2025.4.1 9:05:07.25", datetime(2025, 4, 1, 9, 5, 7, 250000)),
    ("2025年4月1日 9:00+09:00", datetime(2025, 4, 1)),
    ("45748.5", datetime(2025, 4, 1, 12)),
    ("45748.39583333", datetime(2025, 4, 1, 9, 30)),
    ("20250401093000", datetime(2025, 4, 1, 9, 30)),
    ("1743499800", datetime(2025, 4, 1, 9, 30)),
    ("1743499800.25", datetime(2025, 4, 1, 9, 30, 0, 250000)),
    ("1743499800000", datetime(2025, 4, 1, 9, 30)),
    ("1743499800123456", datetime(2025, 4, 1, 9, 30, 0, 123456)),
    ("2034040112", None),
    ("9999999999", None),
    ("174349980", None),
    ("2025-04-01 13:30 PM", None),
    ("2025-04-01 9:30 XX", None),
    ("2025-04-01 25:00", None),
    ("2025/4/1 9時60分", None),
]
YEN = [
    ("▲50,000", "-50000"),
    ("△50,000", "-50000"),
    ("\u221250,000", "-50000"),
    ("－５０，０００", "-50000"),
    ("▲ 50,000", "-50000"),
    ("(50,000)", "-50000"),
    ("（50,000）", "-50000"),
    ("50,000-", "-50000"),
    ("▲¥50,000", "-50000"),
    ("¥▲50,000", "-50000"),
    ("(¥50,000)", "-50000"),
    ("\\480,000", "480000"),
    ("￥1,200,000", "1200000"),
    ("300000円", "300000"),
    ("1,200,000円", "1200000"),
    ("1.2E+06", "1200000"),
    ("¥1.2E+06", "1200000"),
    ("5万円", "50000"),
    ("12万", "120000"),
    ("1.5億円", "150000000"),
    ("1,200千円", "1200000"),
    ("120百万円", "120000000"),
    ("5千万円", "50000000"),
    ("1億2,000万円", "120000000"),
    ("12万3,456円", "123456"),
    ("▲5万円", "-50000"),
    ("1'200", "1200"),
    ("1’200’000.5", "1200000.5"),
    ("1 200 000", "1200000"),
    ("1\u00a0200\u202f000", "1200000"),
    *((text, None) for text in ("1.234,56", "1.234.567,89", "12,34,567", "1 200,50", "1,200 000")),
    *(
        (text, None)
        for text in ("-", "－", "ー", "―", "#N/A", "N/A", "NULL", "なし", "()", "▲", "円")
    ),
    *((text, None) for text in ("--5", "(-5)", "▲-5", "▼5", "ー5", "$5", "50%", "5 CR", "1.2M")),
    *((text, None) for text in ("1億20,000万", "1万2", "1.5万3", "2千3万", "5万6万", "五万円")),
]
SHARES = [("10%", "0.1"), ("１０％", "0.1"), ("8.25 %", "0.0825"), ("0.1", "0.1"), ("10％引", None)]


@pytest.mark.parametrize(("text", "expected"), [*DAYS, *ERAS])
def test_a_day_has_one_reading_or_none(text: str, expected: date | None) -> None:
    found = spellings.plain_day(text)
    assert found == (expected.isoformat() if expected else None)
    assert spellings.plain_moment(text) == (f"{found}T00:00:00" if found else None)
    assert oracle_day(text) == expected


@pytest.mark.parametrize(("text", "expected"), MOMENTS)
def test_a_moment_has_one_reading_or_none(text: str, expected: datetime | None) -> None:
    found = spellings.plain_moment(text)
    assert (found and datetime.fromisoformat(found).replace(tzinfo=None)) == expected
    assert spellings.plain_day(text) is None
    assert oracle_moment(text) == (found and datetime.fromisoformat(found))


@pytest.mark.parametrize(("text", "expected"), YEN)
def test_a_number_has_one_reading_or_none(text: str, expected: str | None) -> None:
    assert spellings.plain_amount(text, "JPY") == expected
    assert oracle_number(text) == (None if expected is None else Fraction(expected))


def test_a_mark_agrees_with_its_currency_and_a_percent_with_a_share() -> None:
    for text in ("300000円", "\\480,000", "5万円"):
        assert spellings.plain_number(text) is None
        assert spellings.plain_amount(text, "USD") is None
    assert spellings.plain_amount("US$1,200.50", "usd") == "1200.5"
    for text, expected in SHARES:
        assert spellings.plain_ratio(text) == expected
        if expected:
            assert read_share(text) == Fraction(expected)


def oracle_moment(text: str) -> datetime | None:
    """What the oracle reads, as the reader writes it; a day is its midnight."""
    try:
        value = written_moment(text)
    except BadDateError:
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo is None else value.astimezone(UTC)
    return datetime(value.year, value.month, value.day)


def oracle_day(text: str) -> date | None:
    """What the oracle reads in a column of days."""
    try:
        return read_date(text, "UTC")
    except BadDateError:
        return None


def oracle_number(text: str) -> Fraction | None:
    """What the oracle reads in a price in yen."""
    try:
        return read_number(text, "JPY")
    except BadNumberError:
        return None


PIECES = """
    令和 平成 R H 2025 7 31 元 1 12 07 年 月 日 / . - (火) 火曜日 T 0:00 9:30 午前 午後 AM PM
    24:00 0時 30分 20250401 45748 093000 1743465600 000 Z +09:00
"""
NUMERALS = r"1 2 0 500 000 1,200 , 千 万 億 百万 十億 円 ¥ \ ( ) ▲ - − + . E+06 %"


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from([*PIECES.split(), " "]), max_size=7).map("".join))
def test_any_text_is_the_same_moment_to_the_oracle(text: str) -> None:
    found = spellings.plain_moment(text)
    assert oracle_moment(text) == (found and datetime.fromisoformat(found))


@settings(deadline=None, max_examples=400)
@given(
    st.lists(st.sampled_from([*NUMERALS.split(), " "]), max_size=6).map("".join).filter(str.strip)
)
def test_any_text_is_the_same_number_to_the_oracle(text: str) -> None:
    found = spellings.plain_amount(text, "JPY")
    if found is None or "E" not in found:
        assert oracle_number(text) == (None if found is None else Fraction(found))


@settings(deadline=None)
@given(st.dates(date(1980, 1, 1), date(2100, 1, 1)), st.decimals(-(10**12), 10**12, places=2))
def test_what_is_typed_is_what_is_read(day: date, price: Decimal) -> None:
    text = typed_day(day)
    if not text.endswith("Z"):
        assert spellings.plain_day(text) == day.isoformat()
    found = spellings.plain_amount(typed_yen(price), "JPY")
    assert found is not None
    assert Decimal(found) == price


def test_an_import_reads_what_a_raw_folder_reads_and_keeps_the_rest(tmp_path: Path) -> None:
    days = [*DAYS, *ERAS]
    with import_connection(tmp_path) as connection:

        def each(macro: str, texts: list[str]) -> list[str]:
            query = f"select {macro}(x) from (select unnest(?) as x)"
            return [row[0] for row in connection.execute(query, [texts]).fetchall()]

        texts = [text for text, _ in days]
        for macro in ("as_day", "as_moment"):
            for (text, day), found in zip(days, each(macro, texts), strict=True):
                assert found[:10] == (day.isoformat() if day else text[:10]), (macro, text)
                assert day or found == text
        texts = [text for text, _ in MOMENTS]
        for (text, moment), found in zip(MOMENTS, each("as_moment", texts), strict=True):
            if moment is None:
                assert found == text
            else:
                assert datetime.fromisoformat(found).replace(tzinfo=None) == moment, text
        texts = [text for text, _ in YEN]
        for (text, value), found in zip(YEN, each("as_number", texts), strict=True):
            # Which currency the row is in, the warehouse knows.
            plain = None if value is None else spellings.plain_number(text)
            assert found == (text if plain is None else plain), text


def line(number: int, **values: str) -> dict[str, str]:
    """A contract line in yen."""
    plain = {"account_id": "A1", "product_id": "P1", "charge_type": "recurring"}
    plain |= {
        "quantity": "1",
        "unit_price": "1",
        "tax_rate": "0.1",
        "billing_unit": "month",
        "currency": "JPY",
    }
    plain |= {"starts_on": "2025-04-01", "recorded_at": "2025-04-01"}
    return {"contract_line_id": str(number), **plain, **values}


def test_a_raw_folder_reads_every_spelling_and_refuses_the_rest(tmp_path: Path) -> None:
    """Days stand as days and as moments; what has no reading is named with its column."""
    cases: list[tuple[str, str, object]] = [
        *(("starts_on", text, day) for text, day in [*DAYS, *ERAS]),
        *(
            ("recorded_at", text, day and datetime(day.year, day.month, day.day))
            for text, day in [*DAYS, *ERAS]
        ),
        *(("recorded_at", text, moment) for text, moment in MOMENTS),
        *(("starts_on", text, moment and moment.date()) for text, moment in MOMENTS),
        *(("unit_price", text, value and Decimal(value)) for text, value in YEN),
        *(("tax_rate", text, value and Decimal(value)) for text, value in SHARES),
        *(("quantity", text, None) for text in ("2円", "¥2", "JPY 2")),
        ("quantity", "2千", Decimal(2000)),
    ]
    raw = write_folder(
        tmp_path / "raw",
        accounts='account_id,employee_count\nA1,"1,200"\nA2,１２万\nA3,1.5\nA4,10兆\n',
    )
    with (raw / "contract_lines.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(line(0)))
        writer.writeheader()
        writer.writerows(line(n, **{column: text}) for n, (column, text, _) in enumerate(cases))
    home = tmp_path / "home"
    zones = {"business_timezone": "UTC", "source_timezone": "UTC"}
    done = register(raw, home, as_of_date="2025-06-30", **zones)
    assert done.success, done.text
    rows = {
        row[0]: row[1:]
        for row in read(
            home,
            "select cast(contract_line_id as integer), starts_on, recorded_at, unit_price, "
            "tax_rate, quantity, _reject_column, _reject_reason from raw.contract_lines",
        )
    }
    names = ("starts_on", "recorded_at", "unit_price", "tax_rate", "quantity")
    kinds = ("bad_date", "bad_timestamp", "bad_number", "bad_number", "bad_number")
    for number, (column, text, expected) in enumerate(cases):
        place = names.index(column)
        refused = (column, kinds[place]) if expected is None else (None, None)
        assert (rows[number][place], *rows[number][5:]) == (expected, *refused), (column, text)
    assert read(home, "select employee_count, _reject_reason from raw.accounts order by all") == [
        (1200, None),
        (120000, None),
        (None, "bad_number"),
        (None, "number_out_of_range"),
    ]


def test_digits_that_are_lost_and_amounts_too_large_are_named_in_any_spelling(
    tmp_path: Path,
) -> None:
    raw = write_folder(tmp_path / "raw")
    with (raw / "contract_lines.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(line(0)))
        writer.writeheader()
        texts = ("▲0.3333333333333円", "(¥5,000兆)", "９９９９９兆円")
        writer.writerows(line(n, unit_price=text) for n, text in enumerate(texts))
    assert register(raw, tmp_path / "home", as_of_date="2025-06-30").success
    query = (
        "select unit_price, _rounded_columns, _reject_reason from raw.contract_lines "
        "order by contract_line_id"
    )
    assert read(tmp_path / "home", query) == [
        (Decimal("-0.333333333333"), "unit_price", None),
        (Decimal("-5000000000000000"), None, None),
        (None, None, "amount_out_of_range"),
    ]
