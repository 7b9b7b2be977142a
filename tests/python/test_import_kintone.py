"""Exports of kintone apps by the worked mapping: records, tables inside them, CP932."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from builds import Company, ask, warehouse, warehouse_on
from expansion_warehouse.importers.importer import ImportSummary, import_system
from expansion_warehouse.importers.mapping import read_mapping
from expansion_warehouse.importers.system import IMPORTERS
from exports.kintone import App, random_app, write_app
from exports.raw_book import read_book
from oracle.builders import Figures
from oracle.settings import Settings

MAPPING = IMPORTERS / "mappings" / "kintone_contracts.yml"
LAST_DAY = date(2026, 6, 30)


def imported(
    app: App, folder: Path, encoding: str = "cp932", separator: str = ","
) -> ImportSummary:
    folder.mkdir(exist_ok=True)
    mapping = folder / "mapping.yml"
    text = MAPPING.read_text(encoding="utf-8")
    mapping.write_text(text.replace("cp932", encoding), encoding="utf-8")
    write_app(app, folder / "app.csv", encoding, separator)
    return import_system(read_mapping(mapping, "kintone"), folder / "app.csv", folder / "raw")


@pytest.mark.parametrize("seed", range(3))
def test_the_oracle_finds_the_mrr_of_the_app(seed: int, tmp_path: Path) -> None:
    app = random_app(seed)
    done = imported(app, tmp_path)
    figures = Figures(read_book(tmp_path / "raw"), Settings(as_of_date=LAST_DAY))
    assert figures.reasons() == []
    found = {key: row.mrr for key, row in figures.basis().balances.items() if row.mrr}
    # Ids are compared after NFKC, as the warehouse does.
    expected = {
        (account, {"ｵﾌﾟｼｮﾝ": "オプション", "拡張（A）": "拡張(A)"}.get(product, product), month): mrr
        for (account, product, month), mrr in app.mrr.items()
    }
    assert found == expected
    assert done.rows_out["contract_lines"] == app.signed_lines


def test_what_is_left_out_is_counted_with_its_money(tmp_path: Path) -> None:
    app = random_app(1, records=30)
    done = imported(app, tmp_path)
    no_row, unsigned, *columns = done.losses
    assert no_row.rows == app.empty_records > 0
    assert unsigned.rows == app.unsigned_lines > 0
    assert unsigned.money == {"JPY": f"{app.unsigned_money}.00"}
    assert [loss.what for loss in columns] == [
        f"contract_lines.{name}" for name in ("レコード番号", "作成日時", "更新日時", "備考")
    ]


def test_a_record_is_read_alike_whether_its_own_values_are_repeated_or_not(tmp_path: Path) -> None:
    digests = []
    for name, repeats in (("all", True), ("first", False)):
        imported(random_app(2, records=25, repeats=repeats), tmp_path / name)
        digests.append(
            {
                part.parent.name: hashlib.sha256(part.read_bytes()).hexdigest()
                for part in (tmp_path / name / "raw").glob("*/*.parquet")
            }
        )
    assert digests[0] == digests[1]
    assert len(digests[0]) == 4


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8-sig", ","), ("utf-8", "\t"), ("cp932", ";")]
)
def test_other_encodings_and_separators_say_the_same(
    encoding: str, separator: str, tmp_path: Path
) -> None:
    app = random_app(4)
    imported(app, tmp_path / "usual")
    imported(app, tmp_path / "other", encoding, separator)
    usual, other = (
        (tmp_path / name / "raw" / "contract_lines" / "kintone.parquet").read_bytes()
        for name in ("usual", "other")
    )
    assert usual == other


def test_an_app_without_a_table_has_a_record_in_each_row(tmp_path: Path) -> None:
    """Its file lacks the column that marks beginnings."""
    mapping = tmp_path / "mapping.yml"
    mapping.write_text(
        "title: t\nfiles:\n  - table: accounts\n    record: {rows: [顧客番号]}\n"
        "    columns: {account_id: 顧客番号, account_name: 顧客名}\n",
        encoding="utf-8",
    )
    (tmp_path / "app.csv").write_text("顧客番号,顧客名\nC1,甲\nC2,\n", encoding="utf-8")
    import_system(read_mapping(mapping), tmp_path / "app.csv", tmp_path / "raw")
    with duckdb.connect() as con:
        rows = con.execute(f"from '{tmp_path}/raw/accounts/csv.parquet'").fetchall()
    assert rows == [("C1", "甲"), ("C2", None)]


@pytest.mark.slow
def test_two_commands_from_the_export_to_a_published_run(tmp_path: Path) -> None:
    app = random_app(7)
    write_app(app, tmp_path / "app.csv")
    company = Company(tmp_path / "raw", tmp_path / "home")
    first = warehouse(
        *("import", "kintone", "--mapping", str(MAPPING)),
        *("--from", str(tmp_path / "app.csv"), "--to", str(company.raw)),
    )
    assert first.returncode == 0, first.stdout + first.stderr
    second = warehouse_on(company, "build", "--as-of", LAST_DAY.isoformat())
    assert second.returncode == 0, second.stdout + second.stderr
    found = ask(
        company.marts, "select month, sum(mrr) from fct_mrr where basis = 'restated' group by 1"
    )
    expected: dict[date, Decimal] = {}
    for (_, _, month), mrr in app.mrr.items():
        expected[month] = expected.get(month, Decimal(0)) + mrr
    assert {month: mrr for month, mrr in found if mrr} == expected
