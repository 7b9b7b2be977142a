"""A random company built by the warehouse, compared cell by cell with the independent oracle."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import warehouse_on
from engine import Engine
from oracle.bridge import Bridge
from oracle.compute import Balance, Basis, BasisResult, Result
from oracle.drivers import Driver
from oracle.ids import AmbiguousIdError, Ids
from oracle.money import round_half_away
from oracle.movements import Movement
from oracle.retention import Retention
from oracle.rows import Book, ContractLine
from oracle.terms import month_end
from oracle_company import SHAPE, OracleCompany

SHOWN = 10


Key = tuple[Any, ...]
Cells = Mapping[Key, Mapping[str, Any]]


@dataclass(frozen=True)
class Mart:
    """What to compare of one mart, and what the oracle says about it."""

    name: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    condition: str
    expected: Callable[[BasisResult], Cells]


def balance_cells(result: BasisResult) -> Cells:
    """Cells of `fct_mrr`."""
    return {key: balance_cell(row) for key, row in result.balances.items()}


def balance_cell(row: Balance) -> dict[str, Any]:
    """One account, product and month."""
    return {
        "mrr": row.mrr,
        "gross_mrr": row.gross,
        "discount_mrr": row.discount,
        "arr": row.arr,
        "is_gap_filled": row.is_gap_filled,
    }


MOVEMENT_COLUMNS = {
    "opening_mrr": "opening",
    "new_mrr": "new",
    "expansion_mrr": "expansion",
    "contraction_mrr": "contraction",
    "churn_mrr": "churn",
    "reactivation_mrr": "reactivation",
    "fx_mrr": "fx",
    "merge_mrr": "merge",
    "prior_period_mrr": "prior_period",
    "closing_mrr": "closing",
}


def movement_cells(result: BasisResult) -> Cells:
    """Cells of `fct_mrr_movements`."""
    return {key: movement_cell(row) for key, row in result.movements.items()}


def movement_cell(row: Movement) -> dict[str, Any]:
    """One account and month."""
    amounts = {column: getattr(row, name) for column, name in MOVEMENT_COLUMNS.items()}
    return {**amounts, "movement": row.movement, "ppa_origin": row.ppa_origin}


def bridge_cells(result: BasisResult) -> Cells:
    """Cells of `kpi_mrr_bridge` in every segment."""
    return {key: bridge_cell(row) for key, row in result.segment_bridge.items()}


BRIDGE_COLUMNS = {**MOVEMENT_COLUMNS, "segment_transfer_mrr": "segment_transfer"}
BRIDGE_COUNTS = (
    "paying_accounts",
    "new_accounts",
    "churned_accounts",
    "reactivated_accounts",
    "paused_accounts",
    "resumed_accounts",
    "prior_period_accounts",
)


def bridge_cell(row: Bridge) -> dict[str, Any]:
    """One month."""
    amounts = {column: row.amounts[name] for column, name in BRIDGE_COLUMNS.items()}
    counts = {name: getattr(row, name) for name in BRIDGE_COUNTS}
    return {**amounts, **counts, "quick_ratio": row.quick_ratio}


def retention_cells(result: BasisResult) -> Cells:
    """Cells of `kpi_nrr` in every segment; the bands speak of a year."""
    return {
        key: {**retention_cell(row), "nrr_band": row.nrr_band if "12m" in key else None}
        for key, row in result.retention.items()
    }


RETENTION_RATIOS = ("nrr", "grr", "grr_flow", "nrr_excl_pre_contracted", "logo_retention")


def retention_cell(row: Retention) -> dict[str, Any]:
    """One window."""
    return {
        "opening_mrr": row.opening,
        "expansion_mrr": row.expansion,
        "contraction_mrr": row.contraction,
        "churn_mrr": row.churn,
        "returned_mrr": row.returned,
        "closing_mrr": row.closing,
        "opening_accounts": row.opening_accounts,
        "retained_accounts": row.retained_accounts,
        **{name: getattr(row, name) for name in RETENTION_RATIOS},
        "is_small_sample": row.is_small_sample,
        "fx_basis": row.fx_basis,
    }


DRIVER_COLUMNS = ("amount", "sales_motion", "is_pre_contracted", "is_upsell_win")


def driver_cells(result: BasisResult) -> Cells:
    """Cells of `fct_mrr_drivers`."""
    return {
        (account, row.product_id, month, row.driver): driver_cell(row)
        for (account, month), rows in result.drivers.items()
        for row in rows
    }


def driver_cell(row: Driver) -> dict[str, Any]:
    """One cause of one product's month."""
    return {name: getattr(row, name) for name in DRIVER_COLUMNS}


MARTS = (
    Mart(
        "fct_mrr",
        ("account_id", "product_id", "month"),
        ("mrr", "gross_mrr", "discount_mrr", "arr", "is_gap_filled"),
        "true",
        balance_cells,
    ),
    Mart(
        "fct_mrr_movements",
        ("account_id", "month"),
        (*MOVEMENT_COLUMNS, "movement", "ppa_origin"),
        "true",
        movement_cells,
    ),
    Mart(
        "fct_mrr_drivers",
        ("account_id", "product_id", "month", "driver"),
        DRIVER_COLUMNS,
        "true",
        driver_cells,
    ),
    Mart(
        "kpi_mrr_bridge",
        ("month", "segment_type", "segment"),
        (*BRIDGE_COLUMNS, *BRIDGE_COUNTS, "quick_ratio"),
        "true",
        bridge_cells,
    ),
    Mart(
        "kpi_nrr",
        ("month", "retention_window", "segment_type", "segment"),
        (
            *("opening_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr", "returned_mrr"),
            *("closing_mrr", "opening_accounts", "retained_accounts", *RETENTION_RATIOS),
            *("nrr_band", "is_small_sample", "fx_basis"),
        ),
        "true",
        retention_cells,
    ),
)


@dataclass(frozen=True)
class Difference:
    """One cell on which the two disagree."""

    key: Key
    column: str
    oracle: Any
    warehouse: Any

    def text(self) -> str:
        """One line for a person."""
        shown = " ".join(str(part) for part in self.key)
        return f"{shown} {self.column}: oracle {plain(self.oracle)}, marts {plain(self.warehouse)}"


def plain(value: Any) -> str:
    """A value as people read it."""
    return f"{float(value):.6f}".rstrip("0").rstrip(".") if is_number(value) else str(value)


def is_number(value: Any) -> bool:
    """Numbers, but not booleans."""
    return isinstance(value, (int, float, Decimal, Fraction)) and not isinstance(value, bool)


def same(oracle: Any, mart: Any) -> bool:
    """Equal exactly; an exact ratio is first rounded to the decimals that the mart keeps."""
    if not (is_number(oracle) and is_number(mart)):
        return bool(oracle == mart)
    exact = Fraction(oracle)
    if isinstance(mart, float):
        return abs(Fraction(mart) - exact) <= Fraction(1, 10**9)
    if isinstance(mart, Decimal):
        exponent = mart.as_tuple().exponent
        assert isinstance(exponent, int)
        exact = round_half_away(exact, max(0, -exponent))
    return exact == Fraction(mart)


# What describes a row, and says nothing of its own.
LABELS = (
    *("nrr_band", "is_small_sample", "fx_basis"),
    *("period_label", "first_month", "last_month", "opening_month", "window_months"),
    *("is_partial", "is_closed"),
)


def is_nothing(cells: Mapping[str, Any]) -> bool:
    """A row that says nothing: zeros, flat, no ratio. Labels that only describe it do not count."""
    return all(
        value in (None, "flat") or (is_number(value) and value == 0) or value is False
        for column, value in cells.items()
        if column not in LABELS
    )


def differences(expected: Cells, found: Cells, columns: Iterable[str]) -> Iterator[Difference]:
    """Every cell that differs; a row on one side only is fine as long as it says nothing."""
    for key in sorted({*expected, *found}):
        ours, theirs = expected.get(key), found.get(key)
        if ours is None or theirs is None:
            only = ours if theirs is None else theirs
            if only is not None and not is_nothing(only):
                yield Difference(
                    key, "row", *("absent" if x is None else "there" for x in (ours, theirs))
                )
            continue
        for column in (x for x in columns if x in theirs):
            if not same(ours[column], theirs[column]):
                yield Difference(key, column, ours[column], theirs[column])


def read_mart(database: Path, mart: Mart, basis: Basis) -> Cells:
    """The mart's cells of one basis by key, from a file."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return mart_cells(connection, mart, basis)


def mart_cells(connection: duckdb.DuckDBPyConnection, mart: Mart, basis: Basis) -> Cells:
    """The mart's cells of one basis by key; it must be unique, and no column missing."""
    columns = ", ".join((*mart.keys, *mart.columns))
    rows = connection.execute(
        f"select {columns} from main.{mart.name} where {mart.condition} and basis = ?",
        [basis.value],
    ).fetchall()
    width = len(mart.keys)
    found = {row[:width]: dict(zip(mart.columns, row[width:], strict=True)) for row in rows}
    assert len(found) == len(rows), f"{mart.name} has rows with the same key"
    return found


def lines_of(book: Book, result: Result, account: str) -> list[ContractLine]:
    """Raw lines that belong to a paying account in the restated view."""
    day = month_end(result.ledger.last)
    cut = result.ledger.settings.as_of_date
    maps = [part.account_map(cut, day) for part in result.ledger.parts]
    ids, found = Ids(book), []
    for row in book.contract_lines:
        try:
            owner = ids.meant("accounts", row.end_customer_account_id or row.account_id)
        except AmbiguousIdError:
            continue
        if owner is not None and account in {x.ledger_account(owner) for x in maps}:
            found.append(row)
    return found


def explain(mart: Mart, found: list[Difference], book: Book, result: Result) -> str:
    """The first differing cells, and the raw lines of their accounts."""
    text = [f"{len(found)} cells of {mart.name} differ, the first ones:"]
    text += [x.text() for x in found[:SHOWN]]
    accounts = {x.key[0] for x in found[:SHOWN] if isinstance(x.key[0], str)}
    for account in sorted(accounts):
        text.append(f"raw lines of {account}:")
        for row in lines_of(book, result, account):
            columns = {k: str(v) for k, v in vars(row).items() if v is not None}
            text.append("  " + ", ".join(f"{k}={v}" for k, v in columns.items()))
    return "\n".join(text)


@pytest.mark.slow
@pytest.mark.parametrize("basis", Basis, ids=lambda basis: str(basis.value))
@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_marts_equal_the_oracle(company: OracleCompany, mart: Mart, basis: Basis) -> None:
    """Not one cell differs, on either basis."""
    expected = mart.expected(company.result.bases[basis])
    found = list(differences(expected, read_mart(company.database, mart, basis), mart.columns))
    assert len(expected) >= SHAPE.months
    assert not found, explain(mart, found, company.book, company.result)


DRIVERS = {
    *("new", "reactivation", "churn", "pause", "resume", "fx"),
    *("seats", "plan", "price", "discount_expiry", "discount_added", "term_conversion"),
    *("add_on", "cross_sell", "product_drop", "merge"),
}


@pytest.mark.slow
def test_every_driver_occurs(company: OracleCompany) -> None:
    """The book reaches every name, and both answers to every question about a driver."""
    rows = [row for rows in company.result.restated.drivers.values() for row in rows]
    assert {row.driver for row in rows} == DRIVERS
    assert {row.sales_motion for row in rows} == {"upsell", "cross_sell", "downsell", None}
    answers = {(row.sales_motion, row.is_pre_contracted, row.is_upsell_win) for row in rows}
    for motion in ("upsell", "cross_sell"):
        assert {(motion, True, False), (motion, False, True)} <= answers


@pytest.mark.slow
def test_drivers_sum_to_movements(company: OracleCompany) -> None:
    """Invariant 4 on the marts themselves, whatever the oracle says."""
    with duckdb.connect(str(company.database), read_only=True) as connection:
        found = connection.execute(
            """
            with drivers as (
                select account_id, month, basis, sum(amount) as amount
                from main.fct_mrr_drivers group by all
            )
            select count(*), count(*) filter (
                where closing_mrr - opening_mrr <> coalesce(amount, 0) or account_id is null
            )
            from main.fct_mrr_movements
            full join drivers using (account_id, month, basis)
            """
        ).fetchone()
    assert found is not None
    rows, broken = found
    assert rows >= SHAPE.accounts
    assert broken == 0


@pytest.mark.slow
def test_every_data_test_holds(engine: Engine, company: OracleCompany) -> None:
    """The invariants of the project on a company that nobody made up to fulfil them."""
    assert engine.failing_tests(company) == []


@pytest.mark.slow
@pytest.mark.parametrize("gate", ["raw", "marts"])
def test_both_gates_are_passed(company: OracleCompany, gate: str) -> None:
    done = warehouse_on(company, "check", gate)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_comparison_can_fail() -> None:
    """A wrong cent, a missing row and a surplus row are all seen; an empty row is not."""
    month = date(2025, 1, 1)
    expected = {("A", month): {"mrr": Fraction(10)}, ("B", month): {"mrr": Fraction(1, 3)}}
    found = {("A", month): {"mrr": Decimal("10.01")}, ("C", month): {"mrr": Decimal(5)}}
    seen = list(differences(expected, {**found, ("D", month): {"mrr": Decimal(0)}}, ["mrr"]))
    assert [(x.key[0], x.column) for x in seen] == [("A", "mrr"), ("B", "row"), ("C", "row")]
    assert same(Fraction(1, 3), Decimal("0.333333"))
    assert not same(Fraction(1, 3), Decimal("0.333334"))
    assert not same(None, Decimal(0))
