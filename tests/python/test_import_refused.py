"""What an import refuses in one line before it does anything."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import openpyxl
import pytest

from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.importer import import_system
from expansion_warehouse.importers.mapping import read_mapping
from expansion_warehouse.importers.systems import find_system

ENTRY = "{file: %s, table: accounts, columns: {account_id: id}}"


def mapping(tmp_path: Path, files: str) -> Path:
    path = tmp_path / "people.yml"
    path.write_text(f"title: People\nfiles: [{files}]\n", encoding="utf-8")
    return path


def refused(tmp_path: Path, files: str, source: Path, target: str = "raw") -> str:
    with pytest.raises(BadInput) as caught:
        import_system(read_mapping(mapping(tmp_path, files)), source, tmp_path / target)
    return str(caught.value).replace(f"{tmp_path}/", "")


def test_one_file_for_a_mapping_of_several(tmp_path: Path) -> None:
    (tmp_path / "案件.csv").write_text("id\n1\n")
    files = f"{ENTRY % '案件*'}, {ENTRY % '活動*'}"
    told = "案件.csv is one file, and csv reads several: name a folder that has 活動* too"
    assert refused(tmp_path, files, tmp_path / "案件.csv") == told


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    assert refused(tmp_path, ENTRY % "'*'", tmp_path / "export") == (
        "export holds no file that can be read"
    )


def test_a_mapping_without_files(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"a mapping has at least one entry below files"):
        read_mapping(mapping(tmp_path, ""))


@pytest.mark.parametrize("name", ["stripe", "own"])
def test_a_system_that_takes_no_mapping(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=f"{name} takes no mapping file, only csv and kintone do"):
        find_system(name, None, mapping(tmp_path, ENTRY % "'*'"))


def test_the_export_is_no_target(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / "accounts.csv").write_text("id\n1\n")
    assert refused(tmp_path, ENTRY % "'*'", export, "export/../export") == (
        "export is the export itself: --to names another folder"
    )
    assert [path.name for path in export.iterdir()] == ["accounts.csv"]


def test_a_cover_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "表紙"
    book.active.append(["表紙です"])
    book.create_sheet("顧客").append(["id"])
    book.save(tmp_path / "book.xlsx")
    told = refused(tmp_path, ENTRY % "'*'", tmp_path / "book.xlsx")
    assert told.endswith("(found: 表紙です); other sheets are not read: 顧客: say sheet")


def test_a_part_by_hand_is_refused_as_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account_id\n1\n")
    own = find_system("own", None, None)
    raw = tmp_path / "raw"
    import_system(own, tmp_path / "accounts.csv", raw)
    duckdb.execute(f"copy (select '2' as account_id) to '{raw}/accounts/mine.parquet'")
    with pytest.raises(BadInput, match=r"mine\.parquet was made by hand and own fills accounts"):
        import_system(own, tmp_path / "accounts.csv", raw)


def test_a_hash_stands_for_an_address(tmp_path: Path) -> None:
    entry = "{table: accounts, columns: {account_id: {header: mail, hash: true}}}"
    (tmp_path / "mails.csv").write_text("mail\nIda@a.example\n ida@a.example\n\n")
    system = read_mapping(mapping(tmp_path, entry))
    import_system(system, tmp_path / "mails.csv", tmp_path / "raw")
    found = duckdb.execute(
        f"select account_id from '{tmp_path}/raw/accounts/csv.parquet'"
    ).fetchall()
    assert found == [(hashlib.sha256(b"ida@a.example").hexdigest()[:16],)] * 2
