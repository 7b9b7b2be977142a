"""A sheet of MRR, customers by months: every month-end is its cell."""

from __future__ import annotations

import hashlib
import random
from calendar import monthrange
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.importer import ImportOptions, ImportSummary, run_import
from exports.cube import random_cube, write_csv
from exports.raw_book import read_book
from oracle.builders import Figures
from oracle.settings import Settings


def imported(path: Path, raw: Path, **options: str) -> ImportSummary:
    return run_import("cube", path, raw, told=ImportOptions(options=options))


def written(tmp_path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "mrr.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def lines_of(raw: Path) -> list[tuple[Any, ...]]:
    found = duckdb.execute(
        "select contract_line_id, cast(unit_price as varchar), cast(starts_on as varchar), "
        "cast(effective_from as varchar), cast(terminated_on as varchar) "
        f"from '{raw}/contract_lines/cube.parquet'"
    ).fetchall()
    return [(line, price.removesuffix(".000000000000"), *days) for line, price, *days in found]


def last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


@pytest.mark.parametrize("seed", range(4))
def test_every_month_end_of_the_oracle_is_the_cell(seed: int, tmp_path: Path) -> None:
    cube = random_cube(seed, customers=5, months=18)
    write_csv(cube, tmp_path / "mrr.csv")
    done = imported(tmp_path / "mrr.csv", tmp_path / "raw")
    figures = Figures(read_book(tmp_path / "raw"), Settings(as_of_date=last_day(cube.months[-1])))
    assert figures.reasons() == []
    balances = figures.basis().balances
    found = {key: balances[key].mrr if key in balances else 0 for key in cube.truth}
    assert found == cube.truth
    assert {key for key, row in balances.items() if row.mrr} <= cube.truth.keys()
    assert done.rows_in["sheet"] == len(cube.rows)


def test_a_february_without_mrr_is_no_gap_that_is_bridged(tmp_path: Path) -> None:
    path = written(tmp_path, "customer,2025-01,2025-02,2025-03,2025-04", "A,100,,100,120")
    imported(path, tmp_path / "raw")
    assert lines_of(tmp_path / "raw") == [
        ("A/Subscription/JPY/2025-01", "100", "2025-01-01", "2025-01-01", "2025-01-31"),
        ("A/Subscription/JPY/2025-03", "100", "2025-03-01", "2025-03-01", None),
        ("A/Subscription/JPY/2025-03", "120", "2025-03-01", "2025-04-01", None),
    ]
    figures = Figures(read_book(tmp_path / "raw"), Settings(as_of_date=date(2025, 4, 30)))
    assert figures.series("2025-01", 4, account="A") == [100, 0, 100, 120]


def test_totals_are_left_out_by_name_with_their_money(tmp_path: Path) -> None:
    path = written(
        tmp_path, "customer,2025-01,2025-02,Total", "A,100,200,300", "B,50,,50", "Total,150,200,350"
    )
    done = imported(path, tmp_path / "raw", currency="EUR")
    rows, columns, *_ = done.losses
    assert (rows.rows, rows.money) == (3, {"EUR": "700.00"})
    assert "Total / Subscription / 2025-01" in rows.keys
    assert (columns.rows, columns.money) == (2, {"EUR": "350.00"})
    assert done.rows_out == {"accounts": 2, "contract_lines": 3, "plans": 0, "products": 1}


def test_a_column_that_is_no_month_is_listed_with_what_it_holds(tmp_path: Path) -> None:
    path = written(tmp_path, "customer,2025-01,1/25,担当", "A,100,7,鈴木")
    done = imported(path, tmp_path / "raw")
    unknown = done.losses[-1]
    assert unknown.keys == ("A / Subscription / 1/25", "A / Subscription / 担当")
    assert unknown.money == {"JPY": "7.00"}


def test_a_cell_that_is_no_mrr_arrives_as_a_line_of_its_month(tmp_path: Path) -> None:
    path = written(tmp_path, "customer,2025-01,2025-02,2025-03", "A,100,▲50,100", "B,1,n/a,2")
    imported(path, tmp_path / "raw")
    book = read_book(tmp_path / "raw")
    figures = Figures(book, Settings(as_of_date=date(2025, 3, 31)))
    assert sorted(line for line, _ in figures.reasons()) == [
        "A/Subscription/JPY/2025-02",
        "B/Subscription/JPY/2025-02",
    ]
    assert figures.series("2025-01", 3, account="A") == [100, 0, 100]
    assert figures.series("2025-01", 3, account="B") == [1, 0, 2]
    prices = {line[0]: line[1] for line in lines_of(tmp_path / "raw")}
    assert prices["A/Subscription/JPY/2025-02"] == "-50"
    assert prices["B/Subscription/JPY/2025-02"] == "n/a"


def test_names_currencies_products_and_units_come_from_columns_or_options(tmp_path: Path) -> None:
    path = written(
        tmp_path, "Kunde,通貨,サービス,R7.1", "A,usd,CRM,1.5", "A,,CRM,2", encoding="utf-8"
    )
    imported(path, tmp_path / "raw", customer="Kunde", factor="1000", currency="JPY")
    assert [line[:2] for line in lines_of(tmp_path / "raw")] == [
        ("A/CRM/JPY/2025-01", "2000"),
        ("A/CRM/USD/2025-01", "1500"),
    ]


def test_two_rows_of_one_customer_need_a_line_to_tell_them_apart(tmp_path: Path) -> None:
    """Without one the warehouse refuses the months that both of them fill, the same amounts too."""
    told = written(tmp_path, "customer,契約番号,2025-01", "A,K1,100", "A,K2,30")
    imported(told, tmp_path / "raw")
    settings = Settings(as_of_date=date(2025, 1, 31))
    assert Figures(read_book(tmp_path / "raw"), settings).mrr("2025-01", account="A") == 130
    untold = written(
        tmp_path, "customer,2025-01,2025-02", "A,100,9", "A,30,", "B,5,6", "B,5,6", "B,5,", "C,1,1"
    )
    done = imported(untold, tmp_path / "raw")
    figures = Figures(read_book(tmp_path / "raw"), Settings(as_of_date=date(2025, 2, 28)))
    assert figures.series("2025-01", 2, account="A") == [0, 9]
    assert figures.series("2025-01", 2, account="B") == [0, 0]
    assert figures.series("2025-01", 2, account="C") == [1, 1]
    assert sorted(line for line, _ in figures.reasons()) == [
        *["A/Subscription/JPY/2025-01"] * 2,
        *["B/Subscription/JPY/2025-01"] * 3,
        *["B/Subscription/JPY/2025-02"] * 2,
    ]
    (repeated,) = (loss for loss in done.losses if loss.reason.startswith("several rows"))
    assert (repeated.rows, repeated.money) == (7, {"JPY": "157.00"})
    assert "B / Subscription / 2025-02" in repeated.keys


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("customer,a", "A,1"), "no column of the sheet is a month"),
        (("who,2025-01", "A,1"), "no column of the sheet is that of the customer"),
        (("customer,2025-01,Jan 2025", "A,1,2"), "columns of one month: 2025-01 and Jan 2025"),
        (
            ("customer,2025-01,2025-03", "A,1,2"),
            "the sheet has no column for the month before 2025-03",
        ),
    ],
)
def test_a_sheet_that_could_be_read_otherwise_is_refused(
    lines: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=said):
        imported(written(tmp_path, *lines), tmp_path / "raw")
    assert not (tmp_path / "raw").exists()


def test_a_title_above_the_months_and_an_encoding_are_said_by_options(tmp_path: Path) -> None:
    path = written(tmp_path, "月次ＭＲＲ,,", "顧客,2025-01,2025-02", "髙橋,1,2", encoding="cp932")
    imported(path, tmp_path / "raw", header_row="2", encoding="cp932")
    assert [line[:2] for line in lines_of(tmp_path / "raw")] == [
        ("髙橋/Subscription/JPY/2025-01", "1"),
        ("髙橋/Subscription/JPY/2025-01", "2"),
    ]
    with pytest.raises(BadInput, match="header_row is the number of a row, not 'two'"):
        imported(path, tmp_path / "raw", header_row="two")


def test_the_order_of_rows_changes_no_byte(tmp_path: Path) -> None:
    cube = random_cube(5, customers=9, months=14)
    shuffled = replace(cube, rows=random.Random(3).sample(cube.rows, len(cube.rows)))
    for name, one in (("a", cube), ("b", shuffled)):
        write_csv(one, tmp_path / f"{name}.csv")
        imported(tmp_path / f"{name}.csv", tmp_path / name)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def digests(raw: Path) -> dict[str, str]:
    return {
        part.relative_to(raw).as_posix(): hashlib.sha256(part.read_bytes()).hexdigest()
        for part in sorted(raw.glob("*/*.parquet"))
    }
