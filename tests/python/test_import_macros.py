"""What the SQL of a system may call, value by value; arithmetic is compared with Python's own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers import connection
from expansion_warehouse.importers.connection import import_connection
from expansion_warehouse.importers.spelling import exact_product, spelled_day, spelled_moment


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with import_connection(tmp_path_factory.mktemp("import")) as opened:
        yield opened


CASES = [
    # Days: plain ones, midnights by the clocks that wrote them, epochs; no other moment.
    ("as_day('2024-01-05')", "2024-01-05"),
    ("as_day('2024/1/5')", "2024-01-05"),
    ("as_day('2024-01-05 00:00:00')", "2024-01-05"),
    ("as_day('2024-01-05T00:00:00+09:00')", "2024-01-05"),
    ("as_day('2024-01-05 00:00:00 UTC')", "2024-01-05"),
    ("as_day('1704067200')", "2024-01-01"),
    ("as_day('1704067200000')", "2024-01-01"),
    ("as_day('1704067201')", "2024-01-01T00:00:01Z"),
    ("as_day('2024-01-05 10:00:00')", "2024-01-05T10:00:00"),
    ("as_day('令和6年1月5日')", "2024-01-05"),
    ("as_day(date '2024-01-05')", "2024-01-05"),
    ("as_day('2024-02-30')", "2024-02-30"),
    ("as_day('soon')", "soon"),
    ("as_day(null)", None),
    # Moments: in UTC where the offset is known.
    ("as_moment('2024-01-05T10:00:00+09:00')", "2024-01-05T01:00:00Z"),
    ("as_moment('2024-01-05 10:00:00.250 UTC')", "2024-01-05T10:00:00.25Z"),
    ("as_moment('2024-01-05 10:00:00')", "2024-01-05T10:00:00"),
    ("as_moment(timestamptz '2024-01-05 10:00:00+00')", "2024-01-05T10:00:00Z"),
    ("as_moment('1704067201')", "2024-01-01T00:00:01Z"),
    ("as_moment('1704067201500')", "2024-01-01T00:00:01.5Z"),
    ("as_moment('1704067201.5')", "2024-01-01T00:00:01.5Z"),
    ("as_moment('2024-01-05')", "2024-01-05"),
    ("as_moment('later')", "later"),
    ("day_in_zone('2024-01-31T15:00:00Z', 'Asia/Tokyo')", "2024-02-01"),
    ("day_in_zone('2024-01-31 14:59:59', 'Asia/Tokyo')", "2024-01-31"),
    ("day_in_zone('1706713200', 'Asia/Tokyo')", "2024-02-01"),
    ("day_in_zone('2024-01-31', 'Asia/Tokyo')", "2024-01-31"),
    ("day_in_zone('?', 'Asia/Tokyo')", "?"),
    # Arithmetic of days.
    ("day_before('2024-03-01')", "2024-02-29"),
    ("day_after('2024/2/28')", "2024-02-29"),
    ("day_before('2024-03-01T10:00:00Z')", "2024-02-29T10:00:00Z"),
    ("day_before('never')", "never"),
    ("day_after('9999-12-31')", "9999-12-31"),
    ("add_months_to('2024-01-31', 1)", "2024-02-29"),
    ("add_months_to('2024-01-31', '-2')", "2023-11-30"),
    ("add_months_to('2024-11-15', 3)", "2025-02-15"),
    ("add_months_to('2024-01-31', 'some')", "some"),
    ("add_months_to('x', 1)", "x"),
    ("add_months_to('9999-12-01', 1)", "9999-12-01"),
    # Numbers.
    ("as_number('1,234.50')", "1234.5"),
    ("as_number('7.50')", "7.50"),
    ("as_number('.5')", "0.5"),
    ("as_number('1e3')", "1000"),
    ("as_number('▲50,000')", "-50000"),
    ("as_number(12.5)", "12.5"),
    ("as_number('1,23')", "1,23"),
    ("as_number('')", ""),
    ("times('1.10', 12)", "13.2"),
    ("times('999999999999', '999999999999.999999')", "999999999998999999000000.000001"),
    ("times('12345678901234567890.12', '100')", "1234567890123456789012"),
    ("times('twelve', '2')", "twelve"),
    ("times('2', 'some')", "some"),
    ("times(null, '2')", None),
    ("divided('10', '3')", "3.333333333333"),
    ("divided('2', '3')", "0.666666666667"),
    ("divided('-2', '3')", "-0.666666666667"),
    ("divided('1', '0')", None),
    ("divided('x', '2')", "x"),
    ("divided('2', 'x')", "x"),
    ("negated('3.20')", "-3.2"),
    ("negated('0.00')", "0"),
    ("minor_units('1999', 'usd')", "19.99"),
    ("minor_units('1999', 'JPY')", "1999"),
    ("minor_units('1999', 'KWD')", "1.999"),
    ("minor_units('1999', 'ABC')", "19.99"),
    ("minor_units('1999', null)", "1999"),
    ("minor_units('-5', 'EUR')", "-0.05"),
    ("minor_units('free', 'EUR')", "free"),
]


@pytest.mark.parametrize(("call", "expected"), CASES, ids=[call for call, _ in CASES])
def test_a_macro_says(con: duckdb.DuckDBPyConnection, call: str, expected: str | None) -> None:
    assert con.execute(f"select {call}").fetchall() == [(expected,)]


@settings(max_examples=150, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False), st.decimals(-(10**18), 10**18, places=9))
def test_arithmetic_is_exact(con: duckdb.DuckDBPyConnection, left: Decimal, right: Decimal) -> None:
    if abs(left.adjusted()) > 60 or len(left.as_tuple().digits) > 60:
        return
    context = Context(prec=500, rounding=ROUND_HALF_UP)
    product, quotient = con.execute(
        "select times($1, $2), divided($1, $2)", [format(left, "f"), format(right, "f")]
    ).fetchall()[0]
    assert Decimal(product) == context.multiply(left, right)
    if right:
        expected = context.quantize(context.divide(left, right), Decimal("1e-12"))
        assert Decimal(quotient) == expected
    else:
        assert quotient is None


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 9_999_999_999), st.decimals(-(10**9), 10**9, places=4))
def test_the_fast_ways_say_what_the_rules_say(
    con: duckdb.DuckDBPyConnection, seconds: int, amount: Decimal
) -> None:
    text = f"{seconds:010}"
    day, moment, product = con.execute(
        "select as_day($1), as_moment($1), times($2, '0.01')", [text, str(amount)]
    ).fetchall()[0]
    assert (day, moment) == (spelled_day(text), spelled_moment(text))
    assert product == exact_product(str(amount), "0.01")


def test_a_project_without_currencies_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_CURRENCIES", Path("seeds") / "nowhere.csv")
    with (
        pytest.raises(BadInput, match=r"the dbt project has no readable seeds/nowhere\.csv"),
        import_connection(tmp_path),
    ):
        pass
