"""`warehouse import` on a made-up system, and every bundled system against the raw contract."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers import importer
from expansion_warehouse.importers.importer import ImportOptions, list_systems, run_import
from expansion_warehouse.importers.place import only_import
from expansion_warehouse.raw.folder import inspect_raw_folder

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
    assert line == f"{source / 'orders.csv'} lacks the column day, total (found: id, customer_id)"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"id,customer_id,day,total\no1,c1\n", "orders.csv line 2 has 2 columns, not 4"),
        (b"id,customer_id,day,total\no1,c1,\xff\xff\xff\n", "orders.csv"),
    ],
)
def test_an_unreadable_file_is_named(
    importers: Path, source: Path, target: Path, content: bytes, words: str
) -> None:
    (source / "orders.csv").write_bytes(content)
    assert words in refused(importers, source, target)


def test_a_broken_value_and_a_repeated_row_arrive(
    importers: Path, source: Path, target: Path
) -> None:
    """The column stays text where one value of it is no number; nothing is lost or multiplied."""
    (source / "orders.csv").write_text(
        "id,customer_id,day,total\no1,c1,2024-02-30,twelve\no1,c1,2024-02-01,-3\no1,c1,2024-02-01,-3\n"
    )
    run_import("shop", source, target, importers)
    assert read(target, "invoices") == [
        ("o1", "c1", "2024-02-01", "-3", "EUR"),
        ("o1", "c1", "2024-02-01", "-3", "EUR"),
        ("o1", "c1", "2024-02-30", "twelve", "EUR"),
    ]


def test_a_broken_parquet_file_is_named(importers: Path, source: Path, target: Path) -> None:
    sources = [dict(entry) for entry in SYSTEM["sources"]]
    sources[0]["file"] = "customers.parquet"
    describe(importers, changed(sources=sources))
    (source / "customers.parquet").write_bytes(b"not a parquet file")
    assert f"{source / 'customers.parquet'} cannot be read" in refused(importers, source, target)


def test_what_a_person_made_stays(importers: Path, source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    rates, settings = target / "fx_rates.csv", target / "settings.yml"
    rates.write_text("currency,rate_kind,valid_from,rate\n")
    settings.write_text("reporting_currency: USD\n")
    run_import("shop", source, target, importers)
    run_import("shop", source, target, importers)
    assert rates.read_text() == "currency,rate_kind,valid_from,rate\n"
    assert settings.read_text() == "reporting_currency: USD\n"


def test_settings_that_were_changed_stay(importers: Path, source: Path, target: Path) -> None:
    run_import("shop", source, target, importers)
    (target / "settings.yml").write_text("reporting_currency: USD\n")
    run_import("shop", source, target, importers)
    assert (target / "settings.yml").read_text() == "reporting_currency: USD\n"


def test_a_table_made_by_hand_is_not_doubled(importers: Path, source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    (target / "accounts.csv").write_text("account_id\na1\n")
    line = refused(importers, source, target)
    assert line.startswith(
        f"{target / 'accounts.csv'} was made by hand and shop fills accounts too"
    )
    assert "`warehouse import own`" in line
    (target / "accounts.csv").unlink()
    (target / "invoices").mkdir()
    (target / "invoices" / "shop.parquet").write_bytes(b"somebody's")
    assert "was written by no import: name this one with --as" in refused(importers, source, target)


def test_two_imports_lie_side_by_side(importers: Path, source: Path, target: Path) -> None:
    run_import("shop", source, target, importers)
    first = digests(target)
    run_import("shop", source, target, importers, ImportOptions(name="shop-2"))
    assert {file for file in digests(target) if "shop-2" in file} == {
        "accounts/shop-2.parquet",
        "invoices/shop-2.parquet",
    }
    (source / "customers.csv").write_text("id,name,mood\nc9,Gamma,\n")
    run_import("shop", source, target, importers, ImportOptions(name="shop-2"))
    assert read(target, "accounts", "shop-2") == [("c9", "Gamma")]
    for file in ("accounts/shop.parquet", "invoices/shop.parquet", "settings.yml"):
        assert digests(target)[file] == first[file]
    assert list(record(target)["imports"]) == ["shop", "shop-2"]


def test_a_name_belongs_to_one_system(importers: Path, source: Path, target: Path) -> None:
    run_import("shop", source, target, importers, ImportOptions(name="north"))
    shutil.copytree(importers / "shop", importers / "other")
    with pytest.raises(BadInput, match=r"the import north of .* is of shop, not other"):
        run_import("other", source, target, importers, ImportOptions(name="north"))
    with pytest.raises(BadInput, match="an import cannot be called 'a/b'"):
        run_import("shop", source, target, importers, ImportOptions(name="a/b"))


def test_a_folder_of_the_former_form_is_replaced(
    importers: Path, source: Path, target: Path
) -> None:
    target.mkdir(parents=True)
    (target / "settings.yml").write_text(
        "# Written by `warehouse import shop`: the next import replaces this folder.\n"
        "# Its files: accounts.parquet invoices.parquet\n# The data: A shop.\ncloses: 1\n"
    )
    for name in ("accounts.parquet", "invoices.parquet"):
        (target / name).write_bytes(b"old")
    shutil.copytree(importers / "shop", importers / "other")
    assert "imported from shop: import shop again first" in refused(
        importers, source, target, "other"
    )
    run_import("shop", source, target, importers)
    assert sorted(digests(target)) == [
        "accounts/shop.parquet",
        "import.json",
        "invoices/shop.parquet",
        "settings.yml",
    ]
    assert yaml.safe_load((target / "settings.yml").read_text()) == SYSTEM["settings"]


def test_the_record_says_what_was_lost(importers: Path, source: Path, target: Path) -> None:
    (source / "orders.csv").write_text(ORDERS_CSV + "o4,c1,2024-02-03,0\r\n")
    (source / "notes.txt").write_text("?")
    run_import("shop", source, target, importers)
    entry = record(target)["imports"]["shop"]
    assert entry["system"] == "shop" and entry["title"] == "A made-up shop"
    assert entry["from"] == {"customers": ["customers.csv"], "orders": ["orders.csv"]}
    assert entry["rows_in"] == {"customers": 2, "orders": 4}
    assert entry["rows_out"] == {"accounts": 2, "invoices": 2}
    assert entry["files"] == ["accounts/shop.parquet", "invoices/shop.parquet"]
    kinds = [(loss["kind"], loss["what"], loss["rows"], loss["keys"]) for loss in entry["losses"]]
    assert kinds == [
        ("column", "customers.mood", None, []),
        ("rows", "orders", 2, ["o1", "o4"]),
        ("file", "the export", None, ["notes.txt"]),
    ]
    assert str(source) not in (target / "import.json").read_text()


def test_money_of_rows_that_are_left_out(importers: Path, source: Path, target: Path) -> None:
    changes = [dict(SYSTEM["left_out"][0]), {"what": "orders", "where": "id = 'o3'", "reason": "?"}]
    describe(importers, changed(left_out=changes))
    (importers / "shop" / "invoices.sql").write_text(
        INVOICES_SQL.replace("total <> '0'", "id <> 'o3'")
    )
    done = run_import("shop", source, target, importers)
    assert done.losses[1].money == {"EUR": "7.50"}
    assert done.left_out[1] == ("orders", "1 of 3 rows, 7.50 EUR: ?")


def test_optional_files_and_columns_may_be_absent(
    importers: Path, source: Path, target: Path
) -> None:
    sources = [dict(entry) for entry in SYSTEM["sources"]]
    sources[0] = {
        "table": "customers",
        "files": ["clients", "CUSTOMERS"],
        "columns": ["id"],
        "optional_columns": ["name", "mood"],
    }
    sources[1] |= {"optional": True}
    describe(importers, changed(sources=sources))
    (source / "customers.csv").write_text("ID\nc1\n")
    (source / "orders.csv").unlink()
    done = run_import("shop", source, target, importers)
    assert read(target, "accounts") == [("c1", None)]
    assert done.rows_out == {"accounts": 1, "invoices": 0}
    assert done.left_out == []
    assert not (target / "invoices").exists()
    (source / "customers.csv").unlink()
    assert refused(importers, source, target) == f"{source} lacks clients"


def test_options_are_told_by_name(importers: Path, source: Path, target: Path) -> None:
    describe(importers, changed(options={"currency": {"default": "EUR", "meaning": "of amounts"}}))
    select = INVOICES_SQL.replace("'EUR'", "getvariable('currency')")
    (importers / "shop" / "invoices.sql").write_text(select)
    run_import("shop", source, target, importers)
    assert {row[-1] for row in read(target, "invoices")} == {"EUR"}
    run_import("shop", source, target, importers, ImportOptions(options={"currency": "USD"}))
    assert {row[-1] for row in read(target, "invoices")} == {"USD"}
    assert record(target)["imports"]["shop"]["options"] == {"currency": "USD"}
    with pytest.raises(BadInput, match="shop has no option 'zone'; known: currency"):
        run_import("shop", source, target, importers, ImportOptions(options={"zone": "UTC"}))


LAYOUT_SQL = {
    "customers": "select id, full_name as name from export.people",
    "orders": "select id, person as customer_id, day, cents as total from export.sales",
}


@pytest.fixture
def layouts(importers: Path) -> Path:
    """The shop with two layouts: `flat` has the names of the system, `people` has its own."""
    sources = [dict(entry) for entry in SYSTEM["sources"]]
    for entry in sources:
        del entry["file"]
    sources[0] |= {"columns": ["id"], "optional_columns": ["name", "mood"]}
    describe(importers, changed(sources=sources))
    flat = {"sources": [dict(entry) for entry in SYSTEM["sources"]]}
    del flat["sources"][1]["becomes"]
    people = {
        "sources": [
            {
                "table": "people",
                "files": ["people"],
                "columns": ["id", "full_name"],
                "becomes": "customers",
            },
            {
                "table": "sales",
                "files": ["sales"],
                "columns": ["id", "person", "day", "cents"],
                "optional": True,
            },
        ]
    }
    flat_sql = {name: f"select * from export.{name}" for name in ("customers", "orders")}
    for name, text, selects in (("flat", flat, flat_sql), ("people", people, LAYOUT_SQL)):
        folder = importers / "shop" / "layouts" / name
        folder.mkdir(parents=True)
        (folder / "layout.yml").write_text(yaml.safe_dump(text))
        for view, select in selects.items():
            (folder / f"{view}.sql").write_text(select)
    return importers


def test_the_layout_that_fits_is_taken(
    layouts: Path, source: Path, target: Path, tmp_path: Path
) -> None:
    assert run_import("shop", source, target, layouts).layout == "flat"
    assert read(target, "accounts") == [("c1", "Alpha, Inc."), ("c2", "Beta")]
    other = tmp_path / "other"
    other.mkdir()
    (other / "people.csv").write_text("id,full_name\np1,Ann\n")
    done = run_import("shop", other, target, layouts)
    assert done.layout == "people"
    assert done.rows_in == {"people": 1, "customers": 1}
    assert read(target, "accounts") == [("p1", "Ann")]
    (other / "sales.csv").write_text("id,person,day,cents\ns1,p1,2024-01-01,5\n")
    assert run_import("shop", other, target, layouts).rows_out == {"accounts": 1, "invoices": 1}


def test_layouts_that_do_not_fit_say_why(layouts: Path, source: Path, target: Path) -> None:
    (source / "customers.csv").unlink()
    line = refused(layouts, source, target)
    assert line == (
        f"{source} fits no layout; it lacks for flat: customers.csv; for people: people"
    )
    with pytest.raises(BadInput, match="shop has no layout 'round'; known: flat, people"):
        run_import("shop", source, target, layouts, ImportOptions(layout="round"))
    (source / "people.csv").write_text("id,full_name\np1,Ann\np1,Ann\n")
    select = "select distinct id, full_name as name from export.people"
    (layouts / "shop" / "layouts" / "people" / "customers.sql").write_text(select)
    assert "shop, people: 2 rows of people became 1 rows of customers" in refused(
        layouts, source, target
    )
    (layouts / "shop" / "layouts" / "people" / "customers.sql").write_text(
        "select id, 1 as shoe from export.people"
    )
    assert "makes a column shoe, which customers does not declare" in refused(
        layouts, source, target
    )
    (layouts / "shop" / "layouts" / "people" / "staff.sql").write_text("select 1 as id")
    assert "staff.sql makes a view that shop/system.yml does not declare" in refused(
        layouts, source, target
    )


def test_a_layout_promises_views_only(layouts: Path, source: Path, target: Path) -> None:
    file = layouts / "shop" / "layouts" / "flat" / "layout.yml"
    file.write_text(yaml.safe_dump({"sources": SYSTEM["sources"]}))
    line = refused(layouts, source, target)
    assert line.endswith("flat/layout.yml: orders becomes invoices, which has no SQL file")
    file.write_text(yaml.safe_dump({"sources": [{"table": "orders", "columns": []}]}))
    assert refused(layouts, source, target).endswith("flat/layout.yml: orders names no file")


def test_a_system_without_layouts_takes_none(importers: Path, source: Path, target: Path) -> None:
    with pytest.raises(BadInput, match="shop has no layout 'flat': it has no layouts"):
        run_import("shop", source, target, importers, ImportOptions(layout="flat"))


def test_a_target_that_cannot_be_a_folder_is_refused(
    importers: Path, source: Path, tmp_path: Path
) -> None:
    target = tmp_path / "file"
    target.write_text("precious")
    assert refused(importers, source, target) == f"{target} is a file, not a folder"
    assert "import shop: " in refused(importers, source, target / "below")
    assert target.read_text() == "precious"


@pytest.mark.parametrize("number", range(6))
def test_a_failing_import_keeps_the_earlier_one(
    importers: Path, source: Path, target: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Whichever of its moves fails, every file is as it was."""
    run_import("shop", source, target, importers)
    (source / "customers.csv").write_text("id,name,mood\nc7,Eta,\n")
    (importers / "shop" / "plans.sql").write_text(
        "select 'p' as plan_id, 'x' as product_id, 1 as tier_rank"
    )
    replace = Path.replace
    moves = 0

    def fail_once(path: Path, to: Path) -> Path:
        nonlocal moves
        moves += 1
        if moves == number + 1:
            raise OSError(28, "No space left on device")
        return replace(path, to)

    monkeypatch.setattr(Path, "replace", fail_once)
    assert "No space left on device" in refused(importers, source, target)
    assert not (target / "plans").exists()


def test_an_import_that_was_killed_is_run_again(
    importers: Path, source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its first and its last move the record says who has to finish; others wait."""
    run_import("shop", source, target, importers, ImportOptions(name="first"))
    done: list[bytes] = []

    def kill(self: object) -> None:
        done.append((target / "import.json").read_bytes())

    monkeypatch.setattr("expansion_warehouse.importers.place._Steps.undo", kill)
    replace = Path.replace

    def fail_at_invoices(path: Path, to: Path) -> Path:
        if "invoices" in str(to):
            raise OSError(5, "Killed")
        return replace(path, to)

    monkeypatch.setattr(Path, "replace", fail_at_invoices)
    with pytest.raises(BadInput, match="Killed"):
        run_import("shop", source, target, importers, ImportOptions(name="second"))
    monkeypatch.undo()
    assert json.loads(done[0])["unfinished"] == ["second"]
    assert (target / "accounts" / "second.parquet").is_file()
    with pytest.raises(BadInput, match="the import second was stopped halfway: run it again first"):
        run_import("shop", source, target, importers, ImportOptions(name="first"))
    with pytest.raises(BadInput, match="the import second was stopped halfway"):
        inspect_raw_folder(target, [])
    run_import("shop", source, target, importers, ImportOptions(name="second"))
    assert record(target)["unfinished"] == []


def test_one_import_at_a_time(importers: Path, source: Path, target: Path) -> None:
    run_import("shop", source, target, importers)
    with only_import(target), pytest.raises(BadInput, match="another import is writing to"):
        run_import("shop", source, target, importers)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 1}'])
def test_a_broken_record_is_named(importers: Path, source: Path, target: Path, text: str) -> None:
    run_import("shop", source, target, importers)
    (target / "import.json").write_text(text)
    assert "is not what an import wrote: put it back" in refused(importers, source, target)
    (target / "import.json").write_text('{"format": 99}')
    assert "was written by a newer version" in refused(importers, source, target)


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
        ("select id as account from source.customers", "account is no column of accounts (did you"),
        ("select name as account_name from source.customers", "lacks the column account_id, which"),
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
        ({key: value for key, value in SYSTEM.items() if key != "title"}, "the key 'title'"),
        (
            changed(sources=[{"table": "customers"}]),
            "shop/system.yml: customers names no file, and there is no layout",
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
    ],
)
def test_a_bad_description_is_named(
    importers: Path, source: Path, target: Path, content: object, words: str
) -> None:
    describe(importers, content)
    if isinstance(content, str):
        (importers / "shop" / "system.yml").write_text(content)
    assert words in refused(importers, source, target)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("select 1", "shop/macros.sql must hold `create macro` and nothing else"),
        ("create macro twice(x) as x || x;", None),
        ("create macro twice(x as x", "shop/macros.sql: Parser Error"),
        ("create table source.customers (a integer); create view source.customers as select 1", ""),
    ],
)
def test_macros_of_a_system(
    importers: Path, source: Path, target: Path, text: str, words: str | None
) -> None:
    (importers / "shop" / "macros.sql").write_text(text)
    (importers / "shop" / "accounts.sql").write_text(
        "select twice(id) as account_id from source.customers"
    )
    if words is None:
        run_import("shop", source, target, importers)
        assert read(target, "accounts") == [("c1c1",), ("c2c2",)]
    else:
        line = refused(importers, source, target)
        assert line.startswith("shop/macros.sql") and words in line


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


def headers(folder: Path, sources: list[dict[str, Any]]) -> Path:
    """An export of nothing but headers."""
    folder.mkdir()
    for entry in sources:
        name = (entry.get("file") or entry["files"][0]).replace("*", "x").replace("?", "x")
        path = folder / (name if Path(name).suffix in (".csv", ".xlsx", ".json") else f"{name}.csv")
        path = path.with_suffix(".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            delimiter = entry.get("delimiter") or ","
            encoding = entry.get("encoding") or "utf-8"
            with path.open("w", newline="", encoding=encoding) as lines:
                columns = [*entry.get("columns", []), *entry.get("optional_columns", [])]
                if entry.get("open") and not columns:
                    # It finds out by itself what its columns are, from a customer and a month.
                    csv.writer(lines).writerows([["customer", "2025-01"], ["c1", ""]])
                else:
                    csv.writer(lines, delimiter=delimiter).writerow(columns)
    return folder


def shapes() -> list[tuple[str, str | None]]:
    """Every bundled system with each of its layouts."""
    found: list[tuple[str, str | None]] = []
    for system in list_systems():
        layouts = sorted((importer.IMPORTERS / system / "layouts").glob("*/layout.yml"))
        found += [(system, path.parent.name) for path in layouts] or [(system, None)]
    return found


@pytest.mark.parametrize(("system", "layout"), shapes())
def test_a_bundled_system_fits_the_raw_contract(
    system: str, layout: str | None, tmp_path: Path
) -> None:
    """Fed with headers only, every system writes tables, columns and types of the contract."""
    folder = importer.IMPORTERS / system
    file = folder / "layouts" / layout / "layout.yml" if layout else folder / "system.yml"
    described = yaml.safe_load(file.read_text(encoding="utf-8"))
    export = headers(tmp_path / "export", described["sources"])

    run_import(system, export, tmp_path / "raw", told=ImportOptions(layout=layout))

    contract = contract_columns()
    for path in sorted((tmp_path / "raw").glob("*/*.parquet")):
        table = path.parent.name
        with duckdb.connect() as con:
            found = con.execute(f"describe select * from read_parquet('{path}')").fetchall()
        types = {str(row[0]): str(row[1]).lower() for row in found}
        for column, data_type in types.items():
            assert data_type == contract[table].get(column), f"{table}.{column}"
