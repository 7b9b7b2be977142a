"""Money with a mark of its currency, a percentage, a unit in the cell: never a number too high.

The warehouse reads `$1,200` in a column of dollars. An import that cannot calculate with such a
text must not hand it on, or it would pass for the result.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion_warehouse.importers.connection import import_connection
from expansion_warehouse.importers.importer import ImportOptions, run_import
from expansion_warehouse.importers.system import IMPORTERS
from expansion_warehouse.raw.spellings import CURRENCY_MARKS, UNITS, plain_amount, plain_ratio
from exports import crm, hubspot, salesforce

MARKS = sorted({mark for marks in CURRENCY_MARKS.values() for mark in marks})
MARKED = st.builds(
    lambda mark, amount, behind, sign: (
        f"{sign}{amount:,}{mark}" if behind else f"{sign}{mark}{amount:,}"
    ),
    st.sampled_from([*MARKS, "%"]),
    st.integers(0, 10**9),
    st.booleans(),
    st.sampled_from(["", "-", "▲"]),
)


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with import_connection(tmp_path_factory.mktemp("import")) as opened:
        yield opened


def is_readable(text: str) -> bool:
    """Whether a raw folder has a number for it in any column of money or of shares."""
    amounts = [plain_amount(text, currency) for currency in CURRENCY_MARKS]
    return plain_ratio(text) is not None or any(amount is not None for amount in amounts)


@settings(max_examples=60, deadline=None)
@given(MARKED, st.integers(2, 1000))
def test_what_cannot_be_calculated_with_is_no_number_for_the_warehouse(
    con: duckdb.DuckDBPyConnection, text: str, other: int
) -> None:
    calls = [
        *("times($1, $2)", "times($2, $1)", "divided($1, $2)", "divided($2, $1)", "negated($1)"),
        *("less($1, $2)", "less($2, $1)", "minor_units($1, 'USD')", "as_money(times($1, $2))"),
    ]
    for call in calls:
        said = "" if "$2" in call else "where $2 <> ''"
        (found,) = con.execute(f"select {call} {said}", [text, str(other)]).fetchall()[0]
        assert not is_readable(found), (call, text, found)
        assert text in found


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("as_amount('$1,200', 'USD')", "1200"),
        ("as_amount('▲¥5', 'jpy')", "-5"),
        ("as_amount('$1,200', 'JPY')", "$1,200"),
        ("as_amount('JPY 1,200,000', null)", "JPY 1,200,000"),
        ("as_amount('.5', null)", "0.5"),
        ("as_amount(null, 'USD')", None),
        ("as_share('10%')", "0.1"),
        ("as_share('10')", "0.1"),
        ("as_share('$10')", "$10 ÷ 100"),
        ("as_share('some')", "some"),
        ("divided('$1,200', '12')", "$1,200 ÷ 12"),
        ("times('10', '$5')", "10 × $5"),
        ("times('$5', '1')", "$5"),
        ("divided('¥5', '1')", "¥5"),
        ("divided('1', '¥5')", "1 ÷ ¥5"),
        ("less('$5', '0')", "$5"),
        ("less('0', '$5')", "0 − $5"),
        ("less('12345678901234567890.5', '.25')", "12345678901234567890.25"),
        ("less('3', '4.50')", "-1.5"),
        ("less('x', '1')", "x"),
        ("in_unit('5万円', 'JPY', '1000')", "5万円 × 1000"),
        ("in_unit('5万円', 'JPY', '1')", "50000"),
        ("in_unit('1,250.5', 'JPY', '1000')", "1250500"),
        ("in_unit('¥3', 'JPY', '10000')", "30000"),
        ("in_unit('¥3', null, '10000')", "¥3 × 10000"),
        ("in_unit('五', 'JPY', '1000')", "五"),
        ("in_unit('5', 'JPY', 'k')", "k"),
        ("added_up(x) from (values ('1'), ('2.5'), (null)) as t (x)", "3.500000000000"),
        ("added_up(x) from (values ('1'), ('$2')) as t (x)", "$2"),
    ],
)
def test_a_macro_says(con: duckdb.DuckDBPyConnection, call: str, expected: str | None) -> None:
    assert con.execute(f"select {call}").fetchall() == [(expected,)]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 999), st.sampled_from(sorted(UNITS)), st.sampled_from(["1000", "0.01", "12"]))
def test_a_unit_in_the_cell_beside_a_stated_one_is_never_read(
    con: duckdb.DuckDBPyConnection, amount: int, unit: str, factor: str
) -> None:
    for text in (f"{amount}{unit}", f"{amount}{unit}円", f"¥{amount} {unit}"):
        (found,) = con.execute("select in_unit($1, 'JPY', $2)", [text, factor]).fetchall()[0]
        assert found == f"{text} × {factor}"
        assert not is_readable(found)


def marked(folder: Path, columns: set[str], mark: Callable[[str], str]) -> Path:
    """The files of an export with a mark at their amounts."""
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            header, *rows = list(csv.reader(lines))
        money = [at for at, name in enumerate(header) if name in columns]
        for row in rows:
            for at in money:
                if at < len(row) and row[at]:
                    row[at] = mark(row[at])
        with path.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([header, *rows])
    return folder


def hubspot_pages(folder: Path) -> Path:
    return hubspot.write_index_pages(hubspot.make(3, 4), folder)


def salesforce_reports(folder: Path) -> Path:
    return salesforce.write_reports(salesforce.make(3, accounts=4), folder)


CRMS = {
    "hubspot": (hubspot_pages, {"Amount", "Unit price", "Unit discount", "Net price"}),
    "salesforce": (salesforce_reports, {"Amount", "Sales Price", "Total Price"}),
}


@pytest.mark.parametrize("system", CRMS)
@pytest.mark.parametrize("mark", ["€", "$"])
def test_marked_amounts_are_the_same_money_or_none(system: str, mark: str, tmp_path: Path) -> None:
    """In euros: a euro sign changes nothing, a dollar sign leaves no amount that can be read."""
    make, columns = CRMS[system]
    told = ImportOptions(options={"currency": "EUR"})
    run_import(system, make(tmp_path / "a"), tmp_path / "plain", told=told)
    export = marked(make(tmp_path / "b"), columns, lambda cell: f"{mark}{cell}")
    run_import(system, export, tmp_path / "marked", told=told)
    for table, amount in (("contract_lines", "unit_price"), ("proposals", "proposed_mrr")):
        plain, found = (
            [row[amount] for row in crm.read(tmp_path / raw, table)] for raw in ("plain", "marked")
        )
        if mark == "€":
            assert Counter(found) == Counter(plain), table
            continue
        read = [text for text in found if text and plain_amount(str(text), "EUR") is not None]
        assert [Decimal(text) for text in read if Decimal(text)] == [], table
        assert len(found) == len(plain)


def test_a_discount_with_a_mark_is_taken_off(tmp_path: Path) -> None:
    """Of $300 less $30; an amount for a year is divided whatever stands beside it."""
    files = {
        "companies.csv": "Record ID,Company name\n1,A\n",
        "deals.csv": "Record ID,Deal Stage,Amount,Currency,Close Date,Create Date,Deal Type,"
        'Associated Company IDs\n7,Closed Won,"$9",USD,2025-05-01,2025-04-01,add_on,1\n'
        '8,Closed Won,"$1,200",USD,2025-05-01,2025-04-01,add_on,1\n',
        "line items.csv": "Record ID,Associated Deal IDs,Product ID,Billing frequency,Quantity,"
        'Unit price,Unit discount,Term\n1,7,P,monthly,5,"$300","$30",P12M\n',
    }
    (tmp_path / "export").mkdir()
    for name, text in files.items():
        (tmp_path / "export" / name).write_text(text, encoding="utf-8")
    run_import("hubspot", tmp_path / "export", tmp_path / "raw")
    (line,) = crm.read(tmp_path / "raw", "contract_lines")
    assert line["unit_price"] == 270
    proposals = crm.read(tmp_path / "raw", "proposals")
    assert [row["proposed_mrr"] for row in proposals] == [Decimal(1350), Decimal(100)]


# ---- the SQL of every system ----

# A reading of money without its currency, a fall-back to a text that was to be calculated with, and
# a sum that passes over what it cannot read.
UNSOUND = {
    "read money with as_amount": r"as_number\(\s*(\w+\.)?\w*(amount|price|mrr|total)\w*\s*\)",
    "use times, divided and less": r"coalesce\(\s*cast\(\s*try_cast\((?!as_(day|moment))",
    "add up with added_up": r"sum\(\s*\[?\s*try_cast",
    "percentages are read by as_share": r"divided\([^()]*(\([^()]*\))?, '100'\)",
}
# Numbers of a JSON document; what is only compared with 0; a stated total that cannot be read and
# that the parts then give; and the macros themselves.
SOUND = {
    "chargebee/layouts/api/credit_notes.sql",
    "ravenstack/plans.sql",
    "hubspot/macros.sql",
    "salesforce/macros.sql",
    "numbers.sql",
}


@pytest.mark.parametrize(("rule", "pattern"), UNSOUND.items())
def test_no_select_passes_on_money_that_it_could_not_calculate(rule: str, pattern: str) -> None:
    sources = sorted(path for end in ("sql", "yml") for path in IMPORTERS.rglob(f"*.{end}"))
    assert len(sources) > 100
    found = [
        path.relative_to(IMPORTERS).as_posix()
        for path in sources
        if re.search(pattern, path.read_text(encoding="utf-8"))
    ]
    assert set(found) <= SOUND, rule
