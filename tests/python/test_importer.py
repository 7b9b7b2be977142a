"""`warehouse import` on a made-up system, and every bundled system against the raw contract."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers import importer
from expansion_warehouse.importers.importer import list_systems, run_import

CONTRACT = Path(__file__).parents[2] / "models" / "staging" / "_sources.yml"

SYSTEM: dict[str, Any] = {
    "title": "A made-up shop",
    "sources": [
        {"table": "customers", "file": "customers.csv", "columns": ["id", "name", "mood"]},
        {
            "table": "orders",
            "file": "orders.csv",
            "columns": ["id", "customer_id", "day", "total"],
            "key": "id",
            "amount": "total",
            "currency": "'EUR'",
            "becomes": "invoices",
        },
    ],
    "settings": {"reporting_currency": "EUR", "fiscal_year_start_month": 7},
    "left_out": [
        {"what": "customers.mood", "reason": "the contract has no column for moods"},
        {"what": "orders", "where": "total = '0'", "reason": "nothing was sold"},
    ],
}
ACCOUNTS_SQL = "select id as account_id, name as account_name from source.customers order by id;\n"
INVOICES_SQL = (
    "select orders.id as invoice_id, customers.id as account_id,\n"
    "    as_day(orders.day) as issued_on, as_number(orders.total) as amount, 'EUR' as currency\n"
    "from source.orders\n"
    "left join source.customers on orders.customer_id = customers.id\n"
    "where orders.total <> '0'\n"
    "order by invoice_id -- a closing comment"
)
CUSTOMERS_CSV = 'id,name,mood\r\nc2,Beta,fine\r\nc1,"Alpha, Inc.",\r\n'
ORDERS_CSV = (
    "id,customer_id,day,total\r\n"
    "o3,c1,2024/2/3,7.50\r\no1,c2,2024-02-01,0\r\no2,c9,2024-02-02,12\r\n"
)


@pytest.fixture
def importers(tmp_path: Path) -> Path:
    """A folder with one system, `shop`."""
    folder = tmp_path / "importers" / "shop"
    folder.mkdir(parents=True)
    describe(tmp_path / "importers", SYSTEM)
    (folder / "accounts.sql").write_text(ACCOUNTS_SQL)
    (folder / "invoices.sql").write_text(INVOICES_SQL)
    return folder.parent


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An export of the shop: two customers, three orders, one of them for nothing."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "customers.csv").write_bytes(CUSTOMERS_CSV.encode())
    (folder / "orders.csv").write_bytes(ORDERS_CSV.encode())
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "home" / "raw"


def describe(importers: Path, content: object) -> None:
    (importers / "shop" / "system.yml").write_text(yaml.safe_dump(content, sort_keys=False))


def changed(**changes: object) -> dict[str, Any]:
    """The shop's description with some of its keys replaced."""
    return {**SYSTEM, **changes}


def read(target: Path, table: str, name: str = "shop") -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        path = str(target / table / f"{name}.parquet")
        return con.execute("select * from read_parquet(?)", [path]).fetchall()


def record(target: Path) -> Any:
    return json.loads((target / "import.json").read_text())


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def refused(importers: Path, source: Path, target: Path, system: str = "shop") -> str:
    """The one line with which an import is refused; the target must be as it was before."""
    before = digests(target) if target.is_dir() else target.exists()
    with pytest.raises(BadInput) as caught:
        run_import(system, source, target, importers)
    line = str(caught.value)
    assert line and "\n" not in line
    assert (digests(target) if target.is_dir() else target.exists()) == before
    if target.parent.is_dir():
        assert not [path for path in target.parent.iterdir() if path.name.startswith(".")]
    return line


def test_tables_rows_and_settings_arrive(importers: Path, source: Path, target: Path) -> None:
    summary = run_import("shop", source, target, importers)

    assert read(target, "accounts") == [("c1", "Alpha, Inc."), ("c2", "Beta")]
    assert read(target, "invoices") == [
        ("o2", None, date(2024, 2, 2), Decimal("12.000000"), "EUR"),
        ("o3", "c1", date(2024, 2, 3), Decimal("7.500000"), "EUR"),
    ]
    assert summary.system == "shop"
    assert (summary.source, summary.target) == (source, target)
    assert summary.rows_in == {"customers": 2, "orders": 3}
    assert summary.rows_out == {"accounts": 2, "invoices": 2}
    assert summary.rows_left_out == {"orders": 1}
    assert summary.left_out == [
        ("customers.mood", "the contract has no column for moods"),
        ("orders", "1 of 3 rows, 0.00 EUR: nothing was sold"),
    ]
    assert summary.seconds > 0
    assert yaml.safe_load((target / "settings.yml").read_text()) == SYSTEM["settings"]
    assert [path.name for path in target.parent.iterdir()] == ["raw"]


def test_the_same_rows_give_the_same_bytes(
    importers: Path, source: Path, target: Path, tmp_path: Path
) -> None:
    run_import("shop", source, target, importers)
    head, *rows = ORDERS_CSV.splitlines()
    (source / "orders.csv").write_text("\n".join([head, *reversed(rows)]) + "\n")
    run_import("shop", source, tmp_path / "again", importers)
    assert digests(target) == digests(tmp_path / "again")


def test_an_earlier_import_is_replaced_whole(importers: Path, source: Path, target: Path) -> None:
    run_import("shop", source, target, importers)
    (importers / "shop" / "accounts.sql").unlink()
    run_import("shop", source, target, importers)
    assert sorted(digests(target)) == ["import.json", "invoices/shop.parquet", "settings.yml"]
    assert not (target / "accounts").exists()


def test_an_empty_target_and_a_linked_target_are_filled(
    importers: Path, source: Path, target: Path, tmp_path: Path
) -> None:
    target.mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(target)
    run_import("shop", source, link, importers)
    assert link.is_symlink()
    assert (target / "settings.yml").is_file()


def test_parquet_sources_and_quoted_paths(importers: Path, source: Path, tmp_path: Path) -> None:
    sources = [dict(entry) for entry in SYSTEM["sources"]]
    sources[0]["file"] = "customers.parquet"
    describe(importers, changed(sources=sources))
    with duckdb.connect() as con:
        con.execute(
            "copy (select 'c1' as id, 'Alpha' as name, null as mood) "
            f"to '{source / 'customers.parquet'}' (format parquet)"
        )
    moved = source.rename(tmp_path / "the shop's export")
    run_import("shop", moved, tmp_path / "the shop's raw", importers)
    assert read(tmp_path / "the shop's raw", "accounts") == [("c1", "Alpha")]


def test_a_new_column_of_the_source_is_listed(importers: Path, source: Path, target: Path) -> None:
    (source / "customers.csv").write_text("\ufeffid,name,mood,shoe size,hat\nc1,Alpha,fine,44,M\n")
    summary = run_import("shop", source, target, importers)
    assert summary.left_out[-1] == (
        "customers",
        "2 columns that this importer does not know: shoe size, hat",
    )
    assert summary.rows_out["accounts"] == 1


def test_a_source_without_rows_gives_typed_empty_tables(
    importers: Path, source: Path, target: Path
) -> None:
    (source / "orders.csv").write_text("id,customer_id,day,total\n")
    assert run_import("shop", source, target, importers).rows_out["invoices"] == 0
    with duckdb.connect() as con:
        types = con.execute(
            f"describe select * from read_parquet('{target / 'invoices' / 'shop.parquet'}')"
        ).fetchall()
    assert [row[1] for row in types] == ["VARCHAR", "VARCHAR", "DATE", "DECIMAL(22,6)", "VARCHAR"]


def test_systems_are_found_by_their_folder(importers: Path) -> None:
    (importers / "not a system").mkdir()
    assert list_systems(importers) == ["shop"]
    assert "ravenstack" in list_systems()


def test_an_unknown_system_names_the_known_ones(
    importers: Path, source: Path, target: Path, tmp_path: Path
) -> None:
    line = refused(importers, source, target, system="shopp")
    assert line == "unknown system 'shopp'; known: shop"
    assert refused(importers, source, target, system="../importers/shop").endswith("known: shop")
    assert refused(tmp_path / "nowhere", source, target).endswith("known: none")


def test_a_missing_source_is_named(
    importers: Path, source: Path, target: Path, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere"
    assert refused(importers, nowhere, target) == f"source folder {nowhere} does not exist"
    (source / "orders.csv").unlink()
    assert refused(importers, source, target) == f"{source} lacks orders.csv"
    (source / "customers.csv").unlink()
    assert refused(importers, source, target) == f"{source} lacks customers.csv, orders.csv"
    assert not target.parent.exists()


def test_a_missing_column_is_named(importers: Path, source: Path, target: Path) -> None:
    (source / "orders.csv").write_text("id,customer_id\no1,c1\n")
    line = refused(importers, source, target)
    assert line == f"{source / 'orders.csv'} lacks the column day, total"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"id,customer_id,day,total,Total\no1,c1,2024-02-01,1,1\n", "names a column twice"),
        (
            b"id,customer_id,day,total\no1,c1\n",
            "read: orders.csv line 2 has 2 columns, not 3",
        ),
        (b"id,customer_id,day,total\no1,c1,\xff\n", "orders.csv cannot be read: 'utf-8'"),
        (
            b"id,customer_id,day,total\n" + b"o1,c1,1\n" * 100_000 + b"o2,c1,\xff\n",
            "orders.csv line 100002 is not UTF-8 text",
        ),
        (b"id,customer_id,day,total\no1,c1,twelve\n", "invoices.sql: Conversion Error: Could not"),
    ],
)
def test_an_unreadable_file_is_named(
    importers: Path, source: Path, target: Path, content: bytes, words: str
) -> None:
    (source / "orders.csv").write_bytes(content)
    line = refused(importers, source, target)
    assert words in line
    assert "Possible" not in line and "LINE" not in line


def test_a_broken_parquet_file_is_named(importers: Path, source: Path, target: Path) -> None:
    sources = [dict(entry) for entry in SYSTEM["sources"]]
    sources[0]["file"] = "customers.parquet"
    describe(importers, changed(sources=sources))
    (source / "customers.parquet").write_bytes(b"not a parquet file")
    assert f"{source / 'customers.parquet'} cannot be read" in refused(importers, source, target)


def test_a_foreign_target_is_refused(importers: Path, source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    (target / "accounts.csv").write_text("account_id\na1\n")
    assert refused(importers, source, target).endswith(
        "was not made by an import: name another folder"
    )
    (target / "settings.yml").write_text("reporting_currency: EUR\n")
    assert "was not made by an import" in refused(importers, source, target)
    assert "was not made by an import" in refused(importers, source, source)


def test_a_file_that_was_added_later_is_kept(importers: Path, source: Path, target: Path) -> None:
    run_import("shop", source, target, importers)
    (target / "fx_rates.csv").write_text("currency,rate_kind,valid_from,rate\n")
    line = refused(importers, source, target)
    assert line == f"{target} holds fx_rates.csv, which no import wrote: move it away first"


def test_a_target_that_cannot_be_a_folder_is_refused(
    importers: Path, source: Path, tmp_path: Path
) -> None:
    target = tmp_path / "file"
    target.write_text("precious")
    assert refused(importers, source, target) == f"{target} is a file, not a folder"
    assert "import shop: " in refused(importers, source, target / "below")
    assert target.read_text() == "precious"


def test_a_failing_import_keeps_the_earlier_one(
    importers: Path, source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_import("shop", source, target, importers)
    rename = Path.rename

    def fail_to_arrive(path: Path, to: Path) -> Path:
        if path.name == "made":
            raise OSError(28, "No space left on device")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", fail_to_arrive)
    assert "No space left on device" in refused(importers, source, target)
    monkeypatch.undo()
    (source / "orders.csv").write_text("id,customer_id,day,total\no1,c1,x\n")
    refused(importers, source, target)


@pytest.mark.parametrize(
    ("select", "rows"),
    [
        (INVOICES_SQL.replace("left join", "join"), "1 rows of invoices and 1 left out"),
        (INVOICES_SQL.replace("left join", "cross join").partition(" on ")[0], "6 rows"),
    ],
)
def test_lost_and_multiplied_rows_stop_the_import(
    importers: Path, source: Path, target: Path, select: str, rows: str
) -> None:
    (importers / "shop" / "invoices.sql").write_text(select)
    line = refused(importers, source, target)
    assert line.startswith("shop: 3 rows of orders became ")
    assert rows in line


@pytest.mark.parametrize(
    ("select", "words"),
    [
        ("select 1 as a; select 2 as b", "must hold one select"),
        ("create table t (a integer)", "must hold one select"),
        ("", "must hold one select"),
        ("selec 1", "shop/accounts.sql: Parser Error"),
        ("select weight from source.customers", "shop/accounts.sql: Binder Error: Referenced col"),
    ],
)
def test_a_bad_sql_file_is_named(
    importers: Path, source: Path, target: Path, select: str, words: str
) -> None:
    (importers / "shop" / "accounts.sql").write_text(select)
    assert words in refused(importers, source, target)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a: [", "shop/system.yml is not valid YAML (line 1)"),
        ("just words", "shop/system.yml must hold `name: value` pairs"),
        ("title: a\ntitle: b", "shop/system.yml: title stands twice (line 2)"),
        (changed(titel="?"), "shop/system.yml: unknown key 'titel' (did you mean 'title'?)"),
        (changed(title=7), "shop/system.yml: title must be a text, not 7"),
        (changed(sources="all"), "shop/system.yml: sources must be a list, not 'all'"),
        (changed(left_out=["orders"]), "shop/system.yml: left_out.0 must be `name: value` pairs"),
        (changed(settings={"close_day": 40}), "settings: close_day must be from 1 to 28, not 40"),
        (changed(settings={"closeday": 8}), "unknown setting 'closeday' (did you mean 'close_d"),
        ({key: value for key, value in SYSTEM.items() if key != "settings"}, "the key 'settings'"),
        ({key: value for key, value in SYSTEM.items() if key != "title"}, "the key 'title'"),
        (
            changed(sources=[{"table": "customers"}]),
            "shop/system.yml: sources.0 lacks the k",
        ),
        (changed(left_out=[{"what": "customers.mod", "reason": "?"}]), "customers.mod, which is"),
        (changed(left_out=[{"what": "staff", "reason": "?"}]), "leaves out staff, which is not"),
        (
            changed(left_out=[{"what": "orders.total", "reason": "?", "where": "true"}]),
            "only tables take `where`",
        ),
        (
            changed(left_out=[{"what": "orders", "reason": "?", "where": "weight = 1"}]),
            "shop/system.yml, orders: Binder Error: Referenced column",
        ),
        (
            changed(sources=[{"table": "t", "file": "t.csv", "columns": [], "becomes": "costs"}]),
            "t becomes costs, which has no SQL file",
        ),
        (
            changed(sources=[{"table": "t", "file": "t.xlsx", "columns": []}]),
            "t.xlsx is neither .csv nor .parquet",
        ),
    ],
)
def test_a_bad_description_is_named(
    importers: Path, source: Path, target: Path, content: object, words: str
) -> None:
    describe(importers, content)
    if isinstance(content, str):
        (importers / "shop" / "system.yml").write_text(content)
    assert words in refused(importers, source, target)


def test_a_system_without_sql_is_refused(importers: Path, source: Path, target: Path) -> None:
    for path in (importers / "shop").glob("*.sql"):
        path.unlink()
    assert refused(importers, source, target).startswith("shop has no SQL file")


def contract_columns() -> dict[str, dict[str, str]]:
    """Data type of every column of the raw contract, by table."""
    tables = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["sources"][0]["tables"]
    return {
        table["name"]: {column["name"]: column["data_type"] for column in table["columns"]}
        for table in tables
    }


def required(entry: dict[str, Any]) -> bool:
    return bool(entry.get("config", {}).get("meta", {}).get("required"))


@pytest.mark.parametrize("system", list_systems())
def test_a_bundled_system_fits_the_raw_contract(system: str, tmp_path: Path) -> None:
    """Fed with headers only, every system writes tables, columns and types of the contract."""
    folder = importer.IMPORTERS / system
    described = yaml.safe_load((folder / "system.yml").read_text(encoding="utf-8"))
    export = tmp_path / "export"
    export.mkdir()
    for entry in described["sources"]:
        with (export / entry["file"]).open("w", newline="") as lines:
            csv.writer(lines).writerow(entry["columns"])

    written = run_import(system, export, tmp_path / "raw").rows_out

    contract = contract_columns()
    assert set(written) <= set(contract)
    sources = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["sources"][0]["tables"]
    assert {table["name"] for table in sources if required(table)} <= set(written)
    for table in sources:
        if table["name"] not in written:
            continue
        with duckdb.connect() as con:
            found = con.execute(
                f"describe select * from read_parquet('{tmp_path}/raw/{table['name']}.parquet')"
            ).fetchall()
        types = {str(row[0]): str(row[1]).lower() for row in found}
        for column, data_type in types.items():
            assert data_type == contract[table["name"]].get(column), f"{table['name']}.{column}"
        for column in filter(required, table["columns"]):
            assert column["name"] in types, f"{table['name']} lacks {column['name']}"
