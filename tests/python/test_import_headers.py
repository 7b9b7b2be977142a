"""Headers that a system does not know: refused where the key is not there, else listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.importer import ImportOptions, ImportSummary, run_import
from expansion_warehouse.importers.system import list_systems, read_system

KEYS = {
    "hubspot companies": "lacks the column Record ID or レコードID (found: Datensatz, Firma)",
    "hubspot deals": "lacks the column Record ID or レコードID (found: Deal-ID, Betrag)",
    "salesforce accounts": (
        "lacks the column Account ID or 取引先 ID or Account Name or 取引先名 "
        "(found: Kontonummer, Kontoname)"
    ),
    "chargebee customers": "lacks the column customer or id (found: foo)",
}
FILES = {
    "hubspot companies": {"companies.csv": "Datensatz,Firma\n1,A\n"},
    "hubspot deals": {"companies.csv": "Record ID\n1\n", "deals.csv": "Deal-ID,Betrag\n1,2\n"},
    "salesforce accounts": {"accounts.csv": "Kontonummer,Kontoname\n1,A\n"},
    "chargebee customers": {"customers.json": '{"foo": 1}', "subscriptions.json": "[]"},
}


def bring(tmp_path: Path, system: str, files: dict[str, str], **options: str) -> ImportSummary:
    export = tmp_path / "export"
    export.mkdir()
    for name, text in files.items():
        (export / name).write_text(text, encoding="utf-8")
    return run_import(system, export, tmp_path / "raw", told=ImportOptions(options=options))


@pytest.mark.parametrize("case", KEYS)
def test_headers_of_another_language_are_refused(tmp_path: Path, case: str) -> None:
    with pytest.raises(BadInput) as caught:
        bring(tmp_path, case.split(maxsplit=1)[0], FILES[case])
    assert str(caught.value).endswith(KEYS[case])
    assert not (tmp_path / "raw").exists()


def test_one_spelling_is_enough(tmp_path: Path) -> None:
    done = bring(tmp_path, "hubspot", {"companies.csv": "レコードID,会社名\n1,A\n"})
    assert done.rows_out["accounts"] == 1


def test_columns_that_a_report_has_beside_are_listed(tmp_path: Path) -> None:
    text = "Account ID,Account Name,Betreuer,Ort,Stufe\n001A000001abcDE,A,Ida,Rom,1\n"
    done = bring(tmp_path, "salesforce", {"accounts.csv": text}, csm_field="Betreuer")
    said = "2 columns that this importer does not know: Ort, Stufe"
    assert ("accounts_report", said) in done.left_out
    assert [loss.kind for loss in done.losses if loss.rows != 0] == ["unknown_columns"]


def test_columns_that_the_sql_reads_are_not_listed(tmp_path: Path) -> None:
    shop = tmp_path / "importers" / "shop"
    shop.mkdir(parents=True)
    (shop / "system.yml").write_text(
        "title: Shop\nsources:\n"
        "  - {table: shops, file: shops, columns: [id], open: true, becomes: accounts}\n"
    )
    (shop / "accounts.sql").write_text(
        "select id as account_id, label as account_name from source.shops"
    )
    (tmp_path / "shops.csv").write_text("id,label,mood\n1,A,good\n")
    done = run_import("shop", tmp_path / "shops.csv", tmp_path / "raw", tmp_path / "importers")
    assert done.left_out == [("shops", "1 column that this importer does not know: mood")]


@pytest.mark.parametrize("system", list_systems())
def test_every_source_of_files_needs_a_column(system: str) -> None:
    """Else an export in another language would arrive as empty rows."""
    read = read_system(system)
    sources = [source for layout in read.layouts for source in layout.sources] or read.sources
    free = {source.name for source in sources if not (source.columns or source.one_of)}
    # The sheet of a cube says itself what its columns are.
    assert free == ({"sheet"} if system == "cube" else set())
